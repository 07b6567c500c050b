"""Starts for Lloyd's algorithm: greedy k-means++."""

import math

import numpy as np
import numpy.typing as npt

__all__ = ["seed_centroids"]

CELLS = 1 << 22
"""Distances held at once (32 MB): more starts than fit are drawn group by group."""

TIED = 1e-12
"""Candidates whose sums differ by less than this share of the points' squared lengths are equally good."""


def seed_centroids(
    values: npt.NDArray[np.floating],
    k: int,
    starts: int,
    rng: np.random.Generator,
    weights: npt.NDArray[np.float64] | None = None,
) -> npt.NDArray[np.float64]:
    """Draw starting centroids by greedy k-means++, for several starts at once.

    The first centroid is drawn evenly. Each later one is the best of 2 + log(k) candidates drawn with probability
    proportional to the squared distance from the nearest centroid so far: the candidate that leaves the smallest sum of
    squared distances; the first drawn of equally good ones.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points; at least ``k`` of them differ.
    k : int
        Centres per start.
    starts : int
        Independent starts.
    rng : numpy.random.Generator
        What decides the draws.
    weights : numpy.ndarray of float64, shape (n,), or None, default None
        How often each point counts: whole numbers from 1; None: once.

    Returns
    -------
    numpy.ndarray of float64, shape (starts, k, d)
        Every centroid is a point; within a start all differ.

    Notes
    -----
    Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding" (2007); the greedy variant is described in
    the same paper's conclusion.

    Examples
    --------
    >>> centroids = seed_centroids(np.array([[0.0], [0.0], [9.0]]), 2, 1, np.random.default_rng(0))
    >>> sorted(centroids.ravel().tolist())
    [0.0, 9.0]
    """
    points = np.asarray(values, dtype=np.float64)
    points = points - points.mean(axis=0)
    lengths = np.einsum("ij,ij->i", points, points)
    weights = np.ones(len(points)) if weights is None else weights
    tries = 2 + int(math.log(k))
    together = max(1, CELLS // (tries * len(points)))
    groups = [
        _choose(points, lengths, weights, k, tries, rng.random((min(together, starts - first), k, tries)))
        for first in range(0, starts, together)
    ]
    return np.asarray(values, dtype=np.float64)[np.concatenate(groups)]


def _choose(
    points: npt.NDArray[np.float64],
    lengths: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    k: int,
    tries: int,
    quantiles: npt.NDArray[np.float64],
) -> npt.NDArray[np.intp]:
    """Give the rows that become centroids, shape (starts, k), from quantiles of shape (starts, k, tries)."""
    starts = len(quantiles)
    each = np.arange(starts)
    slack = TIED * float(lengths @ weights)
    counts = np.cumsum(weights)
    chosen = np.empty((starts, k), dtype=np.intp)
    chosen[:, 0] = _evenly(counts, quantiles[:, 0, 0])
    closest = _distances(points, lengths, chosen[:, 0]) * weights
    for index in range(1, k):
        candidates = _draw(closest, counts, quantiles[:, index])
        reach = (_distances(points, lengths, candidates.ravel()) * weights).reshape(starts, tries, -1)
        np.minimum(reach, closest[:, None, :], out=reach)
        best = _best(reach.sum(axis=2), slack)
        chosen[:, index] = candidates[each, best]
        closest = reach[each, best]
    return chosen


def _best(sums: npt.NDArray[np.float64], slack: float) -> npt.NDArray[np.intp]:
    """Give the candidate with the least sum in each row; a later one must be better by more than rounding."""
    best, least = np.zeros(len(sums), dtype=np.intp), sums[:, 0]
    for candidate, column in enumerate(sums.T[1:], start=1):
        better = column < least - slack
        best, least = np.where(better, candidate, best), np.where(better, column, least)
    return best


def _distances(
    points: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64], rows: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Give squared distances, shape (rows, n), where rounding can't make a distance negative or a copy's above 0."""
    squared = points[rows] @ points.T
    squared *= -2.0
    squared += lengths
    squared += lengths[rows][:, None]
    # Copies of a centroid must have no chance to be drawn again; what is left of them here is rounding of the lengths.
    np.copyto(squared, 0.0, where=squared <= 1e-12 * (lengths + lengths[rows][:, None]))
    return squared


def _draw(
    closest: npt.NDArray[np.float64], counts: npt.NDArray[np.float64], quantiles: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    """Draw indices with probability proportional to what is closest in each row, at the given quantiles."""
    totals = np.cumsum(closest, axis=1)
    drawn = np.empty(quantiles.shape, dtype=np.intp)
    for row, (total, quantile, away) in enumerate(zip(totals, quantiles, closest, strict=True)):
        if total[-1] > 0:
            index = np.searchsorted(total, quantile * total[-1], side="right")
            drawn[row] = np.minimum(index, np.flatnonzero(away)[-1])
        else:
            # Every point is on a centroid, up to rounding: any will do, and Lloyd's algorithm moves empty clusters.
            drawn[row] = _evenly(counts, quantile)
    return drawn


def _evenly(counts: npt.NDArray[np.float64], quantiles: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Draw indices each as often as it counts, from running sums of the weights."""
    return np.asarray(np.searchsorted(counts, np.floor(quantiles * counts[-1]), side="right"), dtype=np.intp)
