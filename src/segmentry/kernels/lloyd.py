"""Lloyd's algorithm, for all starts at once.

One pass is two matrix products: centroids with points give every distance of every start, and memberships with points
give every sum. In plain NumPy this is the fastest shape: interpreter overhead is paid once a pass, not once a start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Fits", "lloyd", "lloyd_each"]

Floats = npt.NDArray[np.float64]

CELLS = 1 << 16
"""Distances held at once, so that they stay in the cache of a core."""

TIED = 1e-12
"""Points are equally far but for rounding if they differ by less than this share, as both points of a pair are."""

KEPT = 1 << 21
"""Numbers up to which the prepared chunks are kept between passes (16 MB); beyond it they are made anew each pass."""


@dataclass(frozen=True, slots=True)
class Fits:
    """Where each start ended.

    Parameters
    ----------
    centroids : numpy.ndarray of float64, shape (starts, k, d)
        Means of their points.
    inertia : numpy.ndarray of float64, shape (starts,)
        Sum of squared distances of the points to their nearest centroid, at the last pass.
    passes : int
        How many passes over the points were made.
    counts : numpy.ndarray of float64, shape (starts, k)
        Points that were nearest to each centroid at the last pass, each as often as it weighs.
    """

    centroids: Floats
    inertia: Floats
    passes: int
    counts: Floats


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass finds for S starts of k centroids."""

    sums: Floats
    counts: Floats
    inertia: Floats


def lloyd(
    values: npt.NDArray[np.floating],
    starts: Floats,
    *,
    max_passes: int = 300,
    shift: float = 0.0,
    gain: float = 0.0,
    weights: Floats | None = None,
) -> Fits:
    """Move centroids to the means of their points until they stay.

    A cluster that loses all its points is put on the point farthest from its own centroid (the first such point), so no
    cluster ends empty as long as at least k points differ.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    starts : numpy.ndarray of float64, shape (S, k, d)
        Starting centroids.
    max_passes : int, default 300
        At most so many passes.
    shift : float, default 0.0
        A start is done when the squared movements of its centroids sum to at most ``shift`` times the mean variance of
        the columns; 0 asks that no centroid moves at all.
    gain : float, default 0.0
        A start is also done when a pass lowers its inertia by no more than this share; 0 switches that off. Where it is
        above 0, centroids go on beyond the means in the direction of their last movement, by (t - 1) / (t + 2) of it in
        the t-th pass since inertia last rose: half the passes where movements are small and many.
    weights : numpy.ndarray of float64, shape (n,), or None, default None
        How often each point counts: whole numbers from 1; None: once.

    Notes
    -----
    Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28 (1982). Going on beyond the
    means is Nesterov's (1983), given up where it hurts as in O'Donoghue & Candès, "Adaptive restart for accelerated
    gradient schemes" (2015). Sums are float64; points are centred first, which keeps the expansion of squared
    distances accurate.

    Examples
    --------
    >>> fits = lloyd(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([[[0.0], [2.0]]]))
    >>> fits.centroids.tolist(), fits.inertia.tolist()
    ([[[1.0], [11.0]]], [4.0])
    """
    weights = np.ones(len(values)) if weights is None else weights
    origin, variance = _moments(values, weights)
    lengths = variance * float(weights.sum())
    centroids = starts - origin
    tolerance = shift * variance / max(1, values.shape[1])
    last, turn = centroids.copy(), np.zeros(len(starts))
    inertia, counts = np.full(len(starts), np.inf), np.zeros(starts.shape[:2])
    active = np.arange(len(starts))
    kept = list(_chunks(values, origin, weights)) if values.size <= KEPT else None
    passes = 0
    while passes < max_passes and active.size:
        passes += 1
        now = centroids[active]
        found = _pass(kept if kept is not None else _chunks(values, origin, weights), now, lengths)
        moved = _means(values, origin, now, found)
        centroids[active] = moved
        steps = ((moved - now) ** 2).sum(axis=(1, 2))
        done = steps <= tolerance
        filled, helped = (found.counts > 0).all(axis=1), found.inertia <= inertia[active]
        if gain > 0:
            done |= helped & (inertia[active] - found.inertia <= gain * found.inertia)
        done &= filled
        inertia[active], counts[active] = found.inertia, found.counts
        if gain > 0 and passes < max_passes:
            turn[active] = np.where(helped & filled, turn[active] + 1, 1)
            share = np.where(done, 0.0, (turn[active] - 1) / (turn[active] + 2))
            centroids[active] = moved + share[:, None, None] * (moved - last[active])
            last[active] = moved
        active = active[~done]
    return Fits(centroids + origin, inertia, passes, counts)


def lloyd_each(
    values: npt.NDArray[np.floating],
    groups: Sequence[Floats],
    *,
    max_passes: int = 300,
    shift: float = 0.0,
    gain: float = 0.0,
    trial: int = 0,
    kept: int = 1,
    weights: Floats | None = None,
) -> list[Fits]:
    """Do :func:`lloyd` for several groups of starts, where all but the best of each may be given up early.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    groups : sequence of numpy.ndarray of float64, shape (S, k, d)
        Starting centroids; S and k may differ from group to group.
    max_passes, shift, gain
        As for :func:`lloyd`.
    trial : int, default 0
        After so many passes only the best starts of each group go on; 0: all go on.
    kept : int, default 1
        How many go on: those of least inertia, the first of equally good ones.
    weights : numpy.ndarray of float64, shape (n,), or None, default None
        How often each point counts: whole numbers from 1; None: once.

    Examples
    --------
    >>> points = np.array([[0.0], [2.0], [10.0], [12.0]])
    >>> [fits.inertia.tolist() for fits in lloyd_each(points, [np.array([[[5.0]]]), np.array([[[0.0], [2.0]]])])]
    [[104.0], [4.0]]
    """
    found = []
    for starts in groups:
        passes = min(trial or max_passes, max_passes)
        first = lloyd(values, starts, max_passes=passes, shift=shift, gain=gain, weights=weights)
        best = np.argsort(first.inertia, kind="stable")[:kept]
        if trial and trial < max_passes:
            left, ends = max_passes - trial, first.centroids[best]
            on = lloyd(values, ends, max_passes=left, shift=shift, gain=gain, weights=weights)
            first.centroids[best], first.inertia[best], first.counts[best] = on.centroids, on.inertia, on.counts
            first = Fits(first.centroids, first.inertia, first.passes + on.passes, first.counts)
        found.append(first)
    return found


def _moments(values: npt.NDArray[np.floating], weights: Floats) -> tuple[Floats, float]:
    """Give the mean of the points and the sum of the columns' variances."""
    mean = np.average(values.astype(np.float64), axis=0, weights=weights)
    return mean, float(np.average((values - mean) ** 2, axis=0, weights=weights).sum())


def _chunks(values: npt.NDArray[np.floating], origin: Floats, weights: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Give the points in chunks, centred, with a column of ones, and their weights.

    The ones carry |c|² in and the counts out.
    """
    rows = 2048
    for start in range(0, len(values), rows):
        part = values[start : start + rows]
        chunk = np.ones((len(part), values.shape[1] + 1))
        np.subtract(part, origin, out=chunk[:, :-1])
        yield chunk, weights[start : start + rows]


def _pass(
    chunks: Iterator[tuple[Floats, Floats]] | list[tuple[Floats, Floats]], centroids: Floats, lengths: float
) -> _Pass:
    """Assign every point in every start, and sum; ``lengths`` is the sum of the points' squared lengths."""
    s, k, d = centroids.shape
    targets = np.concatenate([-2.0 * centroids, np.einsum("skd,skd->sk", centroids, centroids)[:, :, None]], axis=2)
    totals = np.zeros((s, k, d + 1))
    inertia = np.full(s, lengths)
    together = max(1, CELLS // (2048 * k))
    for chunk, weights in chunks:
        weighted = chunk * weights[:, None]
        for first in range(0, s, together):
            group = slice(first, first + together)
            scores = (targets[group].reshape(-1, d + 1) @ chunk.T).reshape(-1, k, len(chunk))
            least = scores.min(axis=1)
            inertia[group] += least @ weights
            totals[group] += _sums(scores, least, weighted)
    return _Pass(totals[:, :, :-1], totals[:, :, -1], np.maximum(inertia, 0.0))


def _sums(scores: Floats, least: Floats, weighted: Floats) -> Floats:
    """Sum the points (and ones) of each cluster, each times its weight; shape (starts, k, d + 1)."""
    s, k, rows = scores.shape
    member = np.equal(scores, least[:, None, :])
    sums = (member.reshape(s * k, rows).astype(np.float64) @ weighted).reshape(s, k, -1)
    if np.count_nonzero(member) != s * rows:
        # A point is exactly as near to two centroids: the lowest index has it.
        first = member.argmax(axis=1)
        member[:] = np.arange(k)[None, :, None] == first[:, None, :]
        sums = (member.reshape(s * k, rows).astype(np.float64) @ weighted).reshape(s, k, -1)
    return sums


def _means(values: npt.NDArray[np.floating], origin: Floats, centroids: Floats, found: _Pass) -> Floats:
    """Give the new centroids, empty clusters put on the farthest points."""
    means = found.sums / np.maximum(found.counts, 1.0)[:, :, None]
    for start in np.flatnonzero((found.counts == 0).any(axis=1)):
        empty = np.flatnonzero(found.counts[start] == 0)
        means[start, empty] = _farthest(values, origin, centroids[start], len(empty))
    return means


def _farthest(values: npt.NDArray[np.floating], origin: Floats, centroids: Floats, count: int) -> Floats:
    """Give the points farthest from their nearest centroid, each farthest also from those given before it."""
    away = np.full(len(values), np.inf)
    found = np.empty((count, values.shape[1]))
    for centroid in centroids:
        np.minimum(away, ((values - (centroid + origin)) ** 2).sum(axis=1), out=away)
    for index in range(count):
        found[index] = values[int((away >= away.max() * (1 - TIED)).argmax())]
        np.minimum(away, ((values - found[index]) ** 2).sum(axis=1), out=away)
    return found - origin
