"""The search for good ends of k-means on a sample: shared seeds, then clusters added and merged.

Where Lloyd's algorithm ends depends on its start, by a hundredth of the inertia and more from ten clusters on. Adding
a few centroids to a good end, letting all move and merging back to the number asked for leaves it by a short way.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentry.kernels import Fits, assign, lloyd_each, seed_centroids

__all__ = ["merged", "search", "unlike"]

Floats = npt.NDArray[np.float64]

SHARED = 12
"""Up to so many clusters, starts are the first of the same centroids: greedy k-means++ draws one after the other."""

TRIAL_PASSES = 8
"""After so many passes worse starts are given up: the best one is hardly ever among them by then."""

GAIN = 1e-5
"""A start may stop once a pass lowers its inertia by less than this share: it will move on anyway."""

ROUNDS = 4
"""How often the best end so far is grown and merged again, unless no other end comes near it."""

TRIES = 6
"""Ways of growing it, each time."""

ADDED = 5
"""Centroids that it is grown by, at points drawn by their squared distance."""

GROWN_PASSES = 6
"""Passes before merging."""

MERGED_PASSES = 8
"""Passes after which the better half of what was merged goes on."""

UNLIKE, COMPARED = 0.1, 12
"""Ends are two if a centroid of one is farther than this, in standard deviations, from every one of the other. So many
of the best go on until they have settled:"""

SETTLED, SETTLE_PASSES = 1e-7, 40
"""a pass lowers their inertia by less than this share; at most so many passes."""

ALIKE, KEPT = 0.03, 5
"""Then those that lie closer than this were one; so many are kept: which is the best shows only on all points."""

WITHIN = 3e-3
"""An end whose inertia is more than this share above the least on a sample is not the best on all points."""


def search(
    sample: npt.NDArray[np.floating], weights: Floats | None, ks: Sequence[int], *, seed: int, starts: int
) -> list[Floats]:
    """Search good ends for each number of clusters.

    Parameters
    ----------
    sample : numpy.ndarray of float, shape (n, d)
        Points in order.
    weights : numpy.ndarray of float64, shape (n,), or None
        How often each counts; None: once.
    ks : sequence of int
        Numbers of clusters; what is found for one doesn't depend on the others.
    seed : int
        Not negative.
    starts : int
        Independent starts, at least 1.

    Returns
    -------
    list of numpy.ndarray of float64, shape (at most 5, k, d)
        For each number the best ends that differ, best first.

    Notes
    -----
    Growing and merging follow an idea of Fritzke, "The breathing k-means algorithm" (2020); centroids are added as
    k-means++ draws them, and merged as Ward's method merges groups.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0], [30.0]])
    >>> [np.sort(ends[0].ravel()).tolist() for ends in search(points, None, [2, 3], seed=0, starts=2)]
    [[5.0, 30.0], [0.5, 9.5, 30.0]]
    """
    weights = np.ones(len(sample)) if weights is None else weights
    deviation = _deviation(sample, weights)
    most = min(SHARED, len(sample))
    shared = seed_centroids(sample, most, starts, np.random.default_rng([seed, most]), weights)
    drawn = [
        shared[:, :k] if k <= most else seed_centroids(sample, k, starts, np.random.default_rng([seed, k]), weights)
        for k in ks
    ]
    found = lloyd_each(sample, drawn, trial=TRIAL_PASSES, kept=(starts + 1) // 2, gain=GAIN, weights=weights)
    open_still = list(range(len(ks)))
    for turn in range(ROUNDS):
        if not open_still:
            break
        generators = [np.random.default_rng([seed, ks[place], turn]) for place in open_still]
        grown = [_grow(sample, weights, found[place], rng) for place, rng in zip(open_still, generators, strict=True)]
        larger = lloyd_each(sample, grown, max_passes=GROWN_PASSES, weights=weights)
        fewer = [ks[place] for place in open_still]
        back = [_merge_each(fits, k) for fits, k in zip(larger, fewer, strict=True)]
        ends = lloyd_each(sample, back, trial=MERGED_PASSES, kept=TRIES // 2, gain=GAIN, weights=weights)
        for place, fits in zip(open_still, ends, strict=True):
            found[place] = _both(found[place], fits)
        open_still = [place for place in open_still if len(unlike(found[place], 2, UNLIKE * deviation)) > 1]
    few = [unlike(fits, COMPARED, UNLIKE * deviation) for fits in found]
    settled = lloyd_each(sample, few, max_passes=SETTLE_PASSES, gain=SETTLED, weights=weights)
    return [unlike(fits, KEPT, ALIKE * deviation) for fits in settled]


def unlike(fits: Fits, count: int, apart: float) -> Floats:
    """Give the best ends that are not the same up to small movements, best first.

    Parameters
    ----------
    fits : Fits
        Ends of starts.
    count : int
        At most so many.
    apart : float
        How far a centroid of one end must be from every centroid of another.

    Examples
    --------
    >>> ends = np.array([[[0.0], [5.0]], [[0.01], [5.0]], [[0.0], [9.0]]])
    >>> unlike(Fits(ends, np.array([1.0, 1.0, 1.001]), 1, np.ones((3, 2))), 3, 0.1).tolist()
    [[[0.0], [5.0]], [[0.0], [9.0]]]
    """
    kept: list[Floats] = []
    order = np.argsort(fits.inertia, kind="stable")
    for index in order:
        end = fits.centroids[index]
        if len(kept) == count or fits.inertia[index] > (1 + WITHIN) * fits.inertia[order[0]]:
            break
        if all(_apart(end, other) > apart for other in kept):
            kept.append(end)
    return np.stack(kept)


def merged(centroids: Floats, weights: Floats, k: int) -> Floats:
    """Merge clusters two at a time until k are left, always those whose merging adds least to the inertia.

    Parameters
    ----------
    centroids : numpy.ndarray of float64, shape (m, d)
        Means of the clusters.
    weights : numpy.ndarray of float64, shape (m,)
        Their points; a cluster without any is left out as long as k remain.
    k : int
        1 to m.

    Notes
    -----
    Ward, "Hierarchical grouping to optimize an objective function", JASA 58 (1963).

    Examples
    --------
    >>> merged(np.array([[0.0], [1.0], [9.0]]), np.array([1.0, 3.0, 2.0]), 2).tolist()
    [[0.75], [9.0]]
    """
    centroids, weights = centroids.copy(), np.maximum(weights, np.finfo(float).tiny)
    while len(centroids) > k:
        apart = ((centroids[:, None] - centroids[None]) ** 2).sum(axis=2)
        cost = apart / (1 / weights[:, None] + 1 / weights[None])
        np.fill_diagonal(cost, np.inf)
        one, other = sorted(divmod(int(cost.argmin()), len(cost)))
        both = weights[one] + weights[other]
        centroids[one] += (centroids[other] - centroids[one]) * (weights[other] / both)
        weights[one] = both
        centroids, weights = np.delete(centroids, other, axis=0), np.delete(weights, other)
    return centroids


def _grow(sample: npt.NDArray[np.floating], weights: Floats, fits: Fits, rng: np.random.Generator) -> Floats:
    """Add centroids to the best end, in several ways: each at points drawn by their squared distance."""
    best = fits.centroids[int(fits.inertia.argmin())]
    reach = np.cumsum(assign(sample, best)[1] * weights)
    drawn = np.searchsorted(reach, rng.random((TRIES, min(ADDED, len(best)))) * reach[-1], side="right")
    added = sample[np.minimum(drawn, len(sample) - 1)].astype(np.float64)
    return np.concatenate([np.broadcast_to(best, (TRIES, *best.shape)), added], axis=1)


def _merge_each(fits: Fits, k: int) -> Floats:
    return np.stack([merged(end, sizes, k) for end, sizes in zip(fits.centroids, fits.counts, strict=True)])


def _deviation(sample: npt.NDArray[np.floating], weights: Floats) -> float:
    """Give the square root of the columns' mean variance."""
    mean = np.average(sample.astype(np.float64), axis=0, weights=weights)
    return float(np.sqrt(np.average((sample - mean) ** 2, axis=0, weights=weights).mean()))


def _both(one: Fits, other: Fits) -> Fits:
    centroids = np.concatenate([one.centroids, other.centroids])
    counts = np.concatenate([one.counts, other.counts])
    return Fits(centroids, np.concatenate([one.inertia, other.inertia]), one.passes + other.passes, counts)


def _apart(one: Floats, other: Floats) -> float:
    """Give the largest distance from a centroid of either to the nearest of the other."""
    squared = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    return float(np.sqrt(max(squared.min(axis=0).max(), squared.min(axis=1).max())))
