"""Which numbers go together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.prepare import Floats

__all__ = ["CLOSE", "MOST_COLUMNS", "Correlations", "Pair", "correlations", "rank"]

CLOSE = 0.7
"""Pairs whose correlation reaches this in either direction, of values or of ranks, are named.

It is the usual bound from which collinear columns begin to distort a model: C. F. Dormann and others, "Collinearity: a
review of methods to deal with it", Ecography 36 (2013).
"""

MOST_COLUMNS = 200
"""Matrices have no more columns; those that form segments come first."""

BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two measures that go closely together.

    Parameters
    ----------
    left, right : str
        Their names, in the order of the table.
    pearson, spearman : float
        -1 to 1.
    customers : int
        Those who have both values.
    """

    left: str
    right: str
    pearson: float
    spearman: float
    customers: int


@dataclass(frozen=True, slots=True)
class Correlations:
    """How numbers and yes-or-no answers go together, two at a time.

    Parameters
    ----------
    names : tuple of str
        The measures: rows and columns of both matrices.
    pearson : tuple of tuple of float
        Correlation of the values; nan where a column doesn't vary among the customers who have both.
    spearman : tuple of tuple of float
        Correlation of the ranks; equal values share the mean of their ranks. Ranks are taken once, among all customers
        whose value is known.
    bound : float
        From which on a pair is named.
    pairs : tuple of Pair
        The closest first.
    not_compared : tuple of str
        Measures beyond the 200 that are compared.
    """

    names: tuple[str, ...]
    pearson: tuple[tuple[float, ...], ...]
    spearman: tuple[tuple[float, ...], ...]
    bound: float
    pairs: tuple[Pair, ...]
    not_compared: tuple[str, ...]


def correlations(names: Sequence[str], values: Floats, ranks: Floats, not_compared: Sequence[str] = ()) -> Correlations:
    """Correlate every pair of columns over the customers who have both values.

    Parameters
    ----------
    names : sequence of str
        The columns.
    values, ranks : numpy.ndarray of float64, shape (customers, columns)
        nan where a value isn't known.
    not_compared : sequence of str, default ()
        Columns that were kept out.

    Notes
    -----
    K. Pearson, "Notes on regression and inheritance in the case of two parents", Proceedings of the Royal Society 58
    (1895); C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology
    15 (1904).

    Examples
    --------
    >>> x = np.array([[1.0, 1.0], [2.0, 4.0], [3.0, 9.0], [4.0, 1000.0]])
    >>> found = correlations(["a", "b"], x, rank(x))
    >>> round(found.pearson[0][1], 3), found.spearman[0][1]
    (0.779, 1.0)
    >>> found.pairs[0].left, found.pairs[0].right
    ('a', 'b')
    """
    pearson, customers = _correlate(values)
    spearman, _ = _correlate(ranks)
    with np.errstate(invalid="ignore"):
        size = np.fmax(np.abs(pearson), np.abs(spearman))
        rows, columns = np.nonzero(np.triu(size >= CLOSE, 1))
    order = sorted(range(len(rows)), key=lambda at: (-size[rows[at], columns[at]], rows[at], columns[at]))
    pairs = tuple(
        Pair(names[i], names[j], float(pearson[i, j]), float(spearman[i, j]), int(customers[i, j]))
        for i, j in ((int(rows[at]), int(columns[at])) for at in order)
    )
    return Correlations(tuple(names), _tuples(pearson), _tuples(spearman), CLOSE, pairs, tuple(not_compared))


def rank(values: Floats) -> Floats:
    """Rank each column among its known values; equal values share the mean of their ranks.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (customers, columns)
        nan where a value isn't known; such places stay nan.

    Examples
    --------
    >>> rank(np.array([[7.0], [np.nan], [5.0], [7.0]])).ravel().tolist()
    [2.5, nan, 1.0, 2.5]
    """
    ranks = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        single = np.ascontiguousarray(values[:, column])
        order = np.argsort(single)  # nan comes last
        ordered = single[order]
        known = len(ordered) - int(np.isnan(ordered).sum())
        firsts = np.flatnonzero(np.diff(ordered[:known], prepend=np.nan) != 0)
        lengths = np.diff(firsts, append=known)
        ranks[order[:known], column] = np.repeat(firsts + (lengths + 1) / 2, lengths)
    return ranks


def _correlate(values: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Give the correlation and the number of customers of every pair, by matrix products a block of customers."""
    rows, d = values.shape
    n, sums, squares, products = (np.zeros((d, d)) for _ in range(4))
    if rows and d:
        known = ~np.isnan(values)
        largest = np.where(known, np.abs(values), 0.0).max(axis=0)
        largest[largest == 0] = 1.0
        counts = np.maximum(known.sum(axis=0), 1)
        # Centred and scaled as a whole first, which loses no digits to large means; each pair is centred again below.
        centre = np.where(known, values / largest, 0.0).sum(axis=0) / counts
        step = max(1, BLOCK // d)
        for start in range(0, rows, step):
            there = known[start : start + step].astype(np.float64)
            block = np.where(there > 0, values[start : start + step] / largest - centre, 0.0)
            n += there.T @ there
            sums += block.T @ there  # [i, j]: the sum of column i where column j is known too
            squares += (block**2).T @ there
            products += block.T @ block
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares - sums**2 / n
        variance[variance <= 1e-12 * squares] = 0.0  # what is left of a constant
        correlation = (products - sums * sums.T / n) / np.sqrt(variance * variance.T)
    correlation[~np.isfinite(correlation)] = np.nan
    correlation = np.clip(correlation, -1.0, 1.0)
    np.fill_diagonal(correlation, np.where(np.isnan(np.diag(correlation)), np.nan, 1.0))
    return correlation, np.rint(n).astype(np.int64)


def _tuples(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(x) for x in row) for row in matrix)
