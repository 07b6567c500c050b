"""Do customers land in the same segment again when segments are rebuilt? Pure functions of labels."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from segmentry.evaluate.keep import KeepRate, Keeps

__all__ = ["keep_rate", "match", "matched"]

Labels = npt.NDArray[np.integer]


def match(original: Labels, rebuilt: Labels, k: int) -> npt.NDArray[np.int16]:
    """Find which original segment each rebuilt one stands for.

    Pairs are chosen so that the sum of their Jaccard overlaps (shared customers over customers in either) is largest.

    Parameters
    ----------
    original, rebuilt : numpy.ndarray of int, shape (n,)
        Labels of the same customers, from 0.
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
    others = int(rebuilt.max(initial=-1)) + 1
    both = np.bincount(original.astype(np.intp) * others + rebuilt, minlength=k * others).reshape(k, others)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    rows, columns = linear_sum_assignment(both / np.maximum(either, 1), maximize=True)
    found = np.full(others, -1, dtype=np.int16)
    found[columns] = rows
    return found


def matched(original: Labels, rebuilds: npt.NDArray[np.int16], k: int) -> npt.NDArray[np.int16]:
    """Write the labels of every rebuild in the original's numbers.

    Parameters
    ----------
    original : numpy.ndarray of int, shape (n,)
        Labels from 0.
    rebuilds : numpy.ndarray of int16, shape (draws, n)
        Labels of the same customers in each rebuild, in numbers of its own.
    k : int
        Segments of the original.

    Returns
    -------
    numpy.ndarray of int16, shape (draws, n)
        -1 where a rebuilt segment stands for no original one.

    Examples
    --------
    >>> matched(np.array([0, 0, 1]), np.array([[1, 1, 0], [0, 0, 1]], dtype=np.int16), 2).tolist()
    [[0, 0, 1], [0, 0, 1]]
    """
    return np.stack([match(original, labels, k)[labels] for labels in rebuilds])


def keep_rate(
    original: Labels, rebuilds: npt.NDArray[np.int16], k: int, *, drawn: int, seed: int = 0, named: bool = False
) -> KeepRate:
    """Give the share of customers who land in their own matched segment again.

    Parameters
    ----------
    original : numpy.ndarray of int, shape (n,)
        Labels of the customers who were placed again.
    rebuilds : numpy.ndarray of int16, shape (draws, n)
        Their labels in each rebuild, in numbers of its own.
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
    sizes = np.bincount(original, minlength=k)
    shares = _kept(original, rebuilds if named else matched(original, rebuilds, k), k)
    rng = np.random.default_rng([seed, len(rebuilds)])
    permuted = np.stack([rng.permutation(labels) for labels in rebuilds])
    overall = shares @ sizes / sizes.sum()
    by_chance = _kept(original, permuted if named else matched(original, permuted, k), k)
    chance = float(np.mean(by_chance @ sizes / sizes.sum()))
    return KeepRate(
        overall=_keeps(overall),
        segments=tuple(_keeps(column) for column in shares.T),
        chance=chance,
        above_chance=float((overall.mean() - chance) / (1.0 - chance)) if chance < 1.0 else 0.0,
        draws=len(rebuilds),
        drawn=drawn,
    )


def _kept(original: Labels, rebuilds: npt.NDArray[np.int16], k: int) -> npt.NDArray[np.float64]:
    """Give the share of each original segment that is in its matched segment, shape (draws, k)."""
    sizes = np.maximum(np.bincount(original, minlength=k), 1)
    return np.stack([np.bincount(original, weights=labels == original, minlength=k) / sizes for labels in rebuilds])


def _keeps(rates: npt.NDArray[np.float64]) -> Keeps:
    low, high = (float(edge) for edge in np.quantile(rates, [0.05, 0.95]))
    return Keeps(float(rates.mean()), low, high)
