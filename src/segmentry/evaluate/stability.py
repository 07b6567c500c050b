"""Do customers land in the same segment again when segments are rebuilt? Pure functions of labels.

A label of -1 says that a customer is in no segment. In the keep rate it is one more label, which only -1 matches.
"""

import numpy as np
import numpy.typing as npt

from segmentry.evaluate.keep import KeepRate, Keeps

__all__ = ["jaccard_word", "jaccards", "keep_rate", "match", "matched"]

Labels = npt.NDArray[np.integer]

NOBODYS = -2
"""A rebuilt segment that stands for no original one, where -1 is taken: the original has customers in no segment."""

WORDS = ((0.85, "highly stable"), (0.75, "valid"), (0.6, "a pattern"), (0.5, "not to be trusted"))
"""What a mean Jaccard says from each value on (above the last one), the first that fits."""


def match(original: Labels, rebuilt: Labels, k: int) -> npt.NDArray[np.int16]:
    """Find which original segment each rebuilt one stands for.

    Pairs are chosen so that the sum of their Jaccard overlaps (shared customers over customers in either) is largest.

    Parameters
    ----------
    original, rebuilt : numpy.ndarray of int, shape (n,)
        Labels of the same customers, from 0; -1 for none.
    k : int
        Segments of the original.

    Returns
    -------
    numpy.ndarray of int16, shape (rebuilt segments,)
        The original label of each rebuilt segment; -1 where there are more rebuilt segments than original ones and this
        one is left over.

    Notes
    -----
    Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2 (1955); Hennig,
    "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007), for Jaccard.

    Examples
    --------
    >>> match(np.array([0, 0, 1, 1, 1]), np.array([1, 1, 0, 0, 1]), 2).tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - placing a customer needs none of it

    overlaps = _overlaps(original, rebuilt, k)
    rows, columns = linear_sum_assignment(overlaps, maximize=True)
    found = np.full(overlaps.shape[1], -1, dtype=np.int16)
    found[columns] = rows
    return found


def matched(original: Labels, rebuilds: npt.NDArray[np.int16], k: int) -> npt.NDArray[np.int16]:
    """Write the labels of every rebuild in the original's numbers.

    Parameters
    ----------
    original : numpy.ndarray of int, shape (n,)
        Labels from 0; -1 for none.
    rebuilds : numpy.ndarray of int16, shape (draws, n)
        Labels of the same customers in each rebuild, in numbers of its own; -1 for none.
    k : int
        Segments of the original.

    Returns
    -------
    numpy.ndarray of int16, shape (draws, n)
        -1 for customers in no segment, and where a rebuilt segment stands for no original one; -2 for the latter where
        the original has customers in no segment.

    Examples
    --------
    >>> matched(np.array([0, 0, 1]), np.array([[1, 1, 0], [0, 0, 1]], dtype=np.int16), 2).tolist()
    [[0, 0, 1], [0, 0, 1]]
    """
    left_over = NOBODYS if (original < 0).any() else -1
    written = []
    for labels in rebuilds:
        found = match(original, labels, k)
        # The last entry is where a label of -1 points.
        written.append(np.append(np.where(found < 0, left_over, found), -1).astype(np.int16)[labels])
    return np.stack(written)


def keep_rate(
    original: Labels, rebuilds: npt.NDArray[np.int16], k: int, *, drawn: int, seed: int = 0, named: bool = False
) -> KeepRate:
    """Give the share of customers who land in their own matched segment again.

    Parameters
    ----------
    original : numpy.ndarray of int, shape (n,)
        Labels of the customers who were placed again; -1 for none.
    rebuilds : numpy.ndarray of int16, shape (draws, n)
        Their labels in each rebuild, in numbers of its own; -1 for none. Who was in no segment is kept by being in none
        again, and counts in the overall rate, but not among the segments.
    k : int
        Segments of the original. One that none of these customers is in has rate 0: nothing speaks for it.
    drawn : int
        Customers in each draw, recorded in the result.
    seed : int, default 0
        Of the permutations that give chance: each rebuild's labels are permuted once among the customers, matched and
        counted like the rebuild itself.
    named : bool, default False
        The rebuilds' labels are in the original's numbers already, -1 for none: names matched them, not overlaps.

    Examples
    --------
    >>> original = np.array([0, 0, 0, 1, 1, 1])
    >>> rate = keep_rate(original, np.array([[1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1]], dtype=np.int16), 2, drawn=6)
    >>> round(rate.overall.rate, 4), [round(segment.rate, 4) for segment in rate.segments]
    (0.9167, [0.8333, 1.0])
    """
    nowhere = int((original < 0).any())
    # Nobody's label, where there is such, goes before the others.
    sizes = np.bincount(original + nowhere, minlength=k + nowhere)
    shares = _kept(original, rebuilds if named else matched(original, rebuilds, k), k)
    rng = np.random.default_rng([seed, len(rebuilds)])
    permuted = np.stack([rng.permutation(labels) for labels in rebuilds])
    overall = shares @ sizes / sizes.sum()
    by_chance = _kept(original, permuted if named else matched(original, permuted, k), k)
    chance = float(np.mean(by_chance @ sizes / sizes.sum()))
    return KeepRate(
        overall=_keeps(overall),
        segments=tuple(_keeps(column) for column in shares.T[nowhere:]),
        chance=chance,
        above_chance=float((overall.mean() - chance) / (1.0 - chance)) if chance < 1.0 else 0.0,
        draws=len(rebuilds),
        drawn=drawn,
        jaccards=tuple(jaccards(original, rebuilds, k).tolist()),
    )


def jaccards(original: Labels, rebuilds: npt.NDArray[np.int16], k: int) -> npt.NDArray[np.float64]:
    """Give, for each segment, its overlap with the rebuilt segment most like it, as the mean over the rebuilds.

    Overlap is Jaccard's: shared customers over customers in either. Two segments may be most like the same rebuilt one.

    Parameters
    ----------
    original : numpy.ndarray of int, shape (n,)
        Labels of the customers who were placed again; -1 for none, who only count in the rebuilt segments they are in.
    rebuilds : numpy.ndarray of int16, shape (draws, n)
        Their labels in each rebuild, in numbers of its own; -1 for none.
    k : int
        Segments of the original. One that none of these customers is in has 0.

    Returns
    -------
    numpy.ndarray of float64, shape (k,)
        0 to 1; :func:`jaccard_word` says what a value means.

    Notes
    -----
    C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007). There
    the overlap is taken over the re-drawn points, here over all that were placed.

    Examples
    --------
    >>> jaccards(np.array([0, 0, 1, 1]), np.array([[1, 1, 0, 0], [0, 0, 0, 1]], dtype=np.int16), 2).round(4).tolist()
    [0.8333, 0.75]
    """
    most = np.stack([_overlaps(original, labels, k).max(axis=1, initial=0.0) for labels in rebuilds])
    means: npt.NDArray[np.float64] = most.mean(axis=0)
    return means


def jaccard_word(value: float) -> str:
    """Say what a mean Jaccard means, in the terms of its author.

    Parameters
    ----------
    value : float
        0 to 1.

    Notes
    -----
    C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007), and
    the manual of his R package fpc.

    Examples
    --------
    >>> [jaccard_word(value) for value in (0.5, 0.55, 0.6, 0.75, 0.85)]
    ['dissolved', 'not to be trusted', 'a pattern', 'valid', 'highly stable']
    """
    return next((word for least, word in WORDS if value >= least and value > WORDS[-1][0]), "dissolved")


def _overlaps(original: Labels, rebuilt: Labels, k: int) -> npt.NDArray[np.float64]:
    """Give the Jaccard overlap of each original with each rebuilt segment, shape (k, rebuilt segments)."""
    columns = int(rebuilt.max(initial=-1)) + 2
    # Row and column 0 are the customers in no segment.
    table = np.bincount((original.astype(np.intp) + 1) * columns + rebuilt + 1, minlength=(k + 1) * columns)
    table = table.reshape(k + 1, columns)
    both = table[1:, 1:]
    either = table[1:].sum(axis=1, keepdims=True) + table[:, 1:].sum(axis=0, keepdims=True) - both
    overlaps: npt.NDArray[np.float64] = both / np.maximum(either, 1)
    return overlaps


def _kept(original: Labels, rebuilds: npt.NDArray[np.int16], k: int) -> npt.NDArray[np.float64]:
    """Give the share of each original segment that is in its matched segment, shape (draws, k).

    Where the original has customers in no segment, they are one more column, the first.
    """
    nowhere = int((original < 0).any())
    rows = original + nowhere
    sizes = np.maximum(np.bincount(rows, minlength=k + nowhere), 1)
    kept = [np.bincount(rows, weights=labels == original, minlength=k + nowhere) for labels in rebuilds]
    return np.stack(kept) / sizes


def _keeps(rates: npt.NDArray[np.float64]) -> Keeps:
    low, high = (float(edge) for edge in np.quantile(rates, [0.05, 0.95]))
    return Keeps(float(rates.mean()), low, high)
