"""Columns that repeat another column: forming segments on both would count the same thing twice."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from segmentry.features.attributes import Attribute

__all__ = ["LIMIT", "collinear"]

LIMIT = 0.98
"""Two columns repeat each other where both their correlations, of values and of ranks, are beyond this."""

BLOCK = 65_536


def collinear(forming: Sequence[Attribute], asked: Collection[str] = ()) -> dict[str, tuple[str, float]]:
    """Find the columns that repeat an earlier one.

    Pearson's correlation alone is decided by a single giant value, the one of ranks alone by any monotone shape: both
    must be beyond :data:`LIMIT`. Customers who lack either value are set aside for that pair.

    Parameters
    ----------
    forming : sequence of Attribute
        Candidates in the order of the table; categories are passed over.
    asked : collection of str, default ()
        Names that are kept whatever they repeat.

    Returns
    -------
    dict of str to (str, float)
        For each repeating column: the kept column it repeats, and their Pearson correlation.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry.features.attributes import attributes
    >>> table = pd.DataFrame(
    ...     {"customer_id": list("abcd"), "pounds": [1.0, 5.0, 2.0, 9.0], "visits": [2.0, 1.0, 2.0, 5.0]}
    ... )
    >>> collinear(attributes(table.assign(pence=table["pounds"] * 100)))
    {'pence': ('pounds', 1.0)}
    """
    columns = [(attribute.name, values) for attribute in forming if (values := attribute.numbers()) is not None]
    if len(columns) < 2:
        return {}
    correlations = _pearson(columns)
    kept: list[int] = []
    repeats: dict[str, tuple[str, float]] = {}
    for j, (name, values) in enumerate(columns):
        twin = None
        if name not in asked:
            near = (i for i in kept if abs(correlations[i, j]) > LIMIT)
            twin = next((i for i in near if abs(_rank_correlation(columns[i][1], values)) > LIMIT), None)
        if twin is None:
            kept.append(j)
        else:
            repeats[name] = (columns[twin][0], float(np.round(correlations[twin, j], 12)))
    return repeats


def _pearson(columns: Sequence[tuple[str, npt.NDArray[np.float64]]]) -> npt.NDArray[np.float64]:
    """Correlate every pair over the customers who have both values, shape (columns, columns).

    All sums of a pair come from three matrix products a block of customers: masks, values and squares.
    """
    d, rows = len(columns), len(columns[0][1])
    centre = np.array([np.nanmedian(values) for _, values in columns])
    spread = np.array([np.nanmax(np.abs(values - c)) or 1.0 for (_, values), c in zip(columns, centre, strict=True)])
    n, sums, squares, products = (np.zeros((d, d)) for _ in range(4))
    for start in range(0, rows, BLOCK):
        block = np.column_stack([values[start : start + BLOCK] for _, values in columns])
        there = (~np.isnan(block)).astype(np.float64)
        scaled = np.where(there > 0, (block - centre) / spread, 0.0)
        n += there.T @ there
        sums += scaled.T @ there  # [i, j]: the sum of column i where column j is known too
        squares += (scaled**2).T @ there
        products += scaled.T @ scaled
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = n * squares - sums**2
        correlation = (n * products - sums * sums.T) / np.sqrt(variance * variance.T)
    return np.nan_to_num(correlation, nan=0.0, posinf=0.0, neginf=0.0)


def _rank_correlation(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    from scipy.stats import rankdata  # noqa: PLC0415 - placing a customer needs none of it

    both = ~(np.isnan(left) | np.isnan(right))
    if both.sum() < 2:
        return 0.0

    first, second = rankdata(left[both]), rankdata(right[both])
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
