"""k-prototypes: clusters of points that have numbers and attributes, for all starts at once.

A prototype is a mean of numbers and, for each attribute, the level that most have. What a point costs is its squared
distance to the mean plus gamma for each attribute whose level differs. With a 0/1 column a level both are one matrix
product, as in Lloyd's algorithm.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.kernels.coding import one_hot

__all__ = ["PrototypeFits", "Prototypes", "kprototypes", "levels_of", "nearest_prototypes", "prototype_costs"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

ROWS = 2048
"""Points whose costs are held at once."""

KEPT = 1 << 21
"""Numbers up to which the prepared chunks are kept between passes (16 MB)."""


@dataclass(frozen=True, slots=True)
class Prototypes:
    """What is typical of clusters.

    Parameters
    ----------
    centroids : numpy.ndarray of float64, shape (starts, k, numbers)
        Means.
    modes : numpy.ndarray of int32, shape (starts, k, attributes)
        The commonest level of each attribute; the lowest of several equally common.
    """

    centroids: Floats
    modes: Codes

    def take(self, starts: npt.NDArray[np.intp]) -> "Prototypes":
        """Keep some starts, in that order."""
        return Prototypes(self.centroids[starts], self.modes[starts])


@dataclass(frozen=True, slots=True)
class PrototypeFits:
    """Where each start ended.

    Parameters
    ----------
    prototypes : Prototypes
        Of the last pass.
    cost : numpy.ndarray of float64, shape (starts,)
        Summed cost of the points at their cheapest prototype, at the last pass.
    passes : int
        How many passes over the points were made.
    """

    prototypes: Prototypes
    cost: Floats
    passes: int


def kprototypes(
    numbers: npt.NDArray[np.floating],
    codes: Codes,
    starts: Prototypes,
    gamma: float,
    *,
    max_passes: int = 300,
    gain: float = 0.0,
) -> PrototypeFits:
    """Move prototypes to what is typical of their points until no cost falls.

    A cluster that loses all its points is put on the point that costs most (the first such point).

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers; p may be 0.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none; q may be 0.
    starts : Prototypes
        Starting prototypes, several starts at once.
    gamma : float
        What a differing level costs, in squared units of the numbers; above 0.
    max_passes : int, default 300
        At most so many passes.
    gain : float, default 0.0
        A start also ends when a pass lowers its cost by no more than this share.

    Notes
    -----
    Huang, "Extensions to the k-means algorithm for clustering large data sets with categorical values", Data Mining
    and Knowledge Discovery 2 (1998); all points are placed before prototypes move, as in Lloyd's algorithm.

    Examples
    --------
    >>> numbers, codes = np.array([[0.0], [2.0], [9.0], [9.0]]), np.array([[0], [0], [1], [0]], dtype=np.int32)
    >>> starts = Prototypes(numbers[None, [0, 2]], codes[None, [0, 2]])
    >>> fits = kprototypes(numbers, codes, starts, gamma=0.5)
    >>> fits.prototypes.centroids.tolist(), fits.prototypes.modes.tolist(), fits.cost.tolist()
    ([[[1.0], [9.0]]], [[[0], [0]]], [2.5])
    """
    levels = levels_of(codes, starts.modes)
    centroids, modes = np.array(starts.centroids, dtype=np.float64), starts.modes.astype(np.int32)
    width = centroids.shape[2] + 1 + int(levels.sum())
    kept = list(_chunks(numbers, codes, levels)) if len(codes) * width <= KEPT else None
    lengths = float((np.asarray(numbers, dtype=np.float64) ** 2).sum()) + gamma * codes.size
    cost = np.full(len(centroids), np.inf)
    active = np.arange(len(centroids))
    passes = 0
    while passes < max_passes and active.size:
        passes += 1
        now = Prototypes(centroids[active], modes[active])
        chunks = kept if kept is not None else _chunks(numbers, codes, levels)
        totals, found = _pass(chunks, _weights(now, levels, gamma), lengths)
        counts = totals[:, :, now.centroids.shape[2]]
        moved = _typical(totals, now, levels)
        _refill(numbers, codes, now, moved, counts, gamma)
        steady = (moved.modes == now.modes).all(axis=(1, 2)) & (moved.centroids == now.centroids).all(axis=(1, 2))
        # Levels that are equally common may change places for ever: a start also ends when its cost stays.
        stuck = cost[active] - found <= np.maximum(1e-12 * np.maximum(found, lengths * 1e-3), gain * found)
        cost[active] = found
        centroids[active], modes[active] = moved.centroids, moved.modes
        active = active[~((steady | stuck) & (counts > 0).all(axis=1))]
    return PrototypeFits(Prototypes(centroids, modes), cost, passes)


def prototype_costs(
    numbers: npt.NDArray[np.floating], codes: Codes, centroids: Floats, modes: Codes, gamma: float
) -> Floats:
    """Give what each point costs at each prototype, shape (k, n), in one fixed order of summing.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels; -1 differs from every level.
    centroids : numpy.ndarray of float64, shape (k, p)
        Means.
    modes : numpy.ndarray of int32, shape (k, q)
        Levels.
    gamma : float
        What a differing level costs.

    Examples
    --------
    >>> one = np.array([[3.0]]), np.array([[1]], dtype=np.int32)
    >>> prototype_costs(*one, np.array([[1.0], [3.0]]), np.array([[1], [0]], dtype=np.int32), 0.5).tolist()
    [[4.0], [0.5]]
    """
    costs = np.zeros((len(modes), len(codes)))
    step = np.empty_like(costs)
    for column, centroid in zip(np.ascontiguousarray(numbers.T, dtype=np.float64), centroids.T, strict=True):
        np.subtract(column, centroid[:, None], out=step)
        np.multiply(step, step, out=step)
        costs += step
    differing = np.zeros(costs.shape, dtype=np.int32)
    for column, mode in zip(np.ascontiguousarray(codes.T), modes.T, strict=True):
        differing += column != mode[:, None]
    costs += gamma * differing
    return costs


def nearest_prototypes(
    numbers: npt.NDArray[np.floating], codes: Codes, centroids: Floats, modes: Codes, gamma: float
) -> tuple[Codes, Floats]:
    """Give each point's cheapest prototype and the next cheapest, of equally cheap ones the first, and the costs.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels; -1 differs from every level.
    centroids : numpy.ndarray of float64, shape (k, p)
        Means.
    modes : numpy.ndarray of int32, shape (k, q)
        Levels.
    gamma : float
        What a differing level costs.

    Returns
    -------
    labels : numpy.ndarray of int32, shape (2, n)
        The cheapest, then the next; the first twice where there is one prototype.
    costs : numpy.ndarray of float64, shape (2, n)
        What the points cost there; infinity where there is no other prototype.

    Examples
    --------
    >>> one = np.array([[3.0]]), np.array([[1]], dtype=np.int32)
    >>> both = nearest_prototypes(*one, np.array([[1.0], [3.0]]), np.array([[1], [0]], dtype=np.int32), 0.5)
    >>> both[0].ravel().tolist(), both[1].ravel().tolist()
    ([1, 0], [0.5, 4.0])
    """
    held = prototype_costs(numbers, codes, centroids, modes, gamma)
    labels, costs = np.zeros((2, len(codes)), dtype=np.int32), np.full((2, len(codes)), np.inf)
    labels[0], costs[0] = held.argmin(axis=0), held.min(axis=0)
    if len(held) > 1:
        np.put_along_axis(held, labels[:1].astype(np.intp), np.inf, axis=0)
        labels[1], costs[1] = held.argmin(axis=0), held.min(axis=0)
    return labels, costs


def levels_of(codes: Codes, modes: Codes) -> npt.NDArray[np.intp]:
    """Count the levels of each attribute: one more than the largest code.

    Parameters
    ----------
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    modes : numpy.ndarray of int32, shape (..., q)
        Further levels.

    Examples
    --------
    >>> levels_of(np.array([[0, -1], [2, -1]], dtype=np.int32), np.zeros((1, 2), dtype=np.int32)).tolist()
    [3, 1]
    """
    highest = np.maximum(codes.max(axis=0, initial=0), modes.max(axis=tuple(range(modes.ndim - 1)), initial=0))
    return np.asarray(highest + 1, dtype=np.intp)


def _chunks(numbers: npt.NDArray[np.floating], codes: Codes, levels: npt.NDArray[np.intp]) -> Iterator[Floats]:
    """Give the points in chunks: numbers, a one, and a 0/1 column a level."""
    for first in range(0, len(codes), ROWS):
        rows = slice(first, first + ROWS)
        hot = one_hot(codes[rows], levels)
        yield np.concatenate([numbers[rows], np.ones((len(hot), 1)), hot], axis=1, dtype=np.float64)


def _weights(prototypes: Prototypes, levels: npt.NDArray[np.intp], gamma: float) -> Floats:
    """Give what each column of a chunk costs at each prototype, less what is the same for all of them."""
    centroids, modes = prototypes.centroids, prototypes.modes
    s, k, _ = centroids.shape
    hot = one_hot(modes.reshape(s * k, -1), levels).reshape(s, k, -1)
    squared = np.einsum("skp,skp->sk", centroids, centroids)
    return np.concatenate([-2.0 * centroids, squared[:, :, None], -gamma * hot], axis=2)


def _pass(chunks: "Iterator[Floats] | list[Floats]", weights: Floats, lengths: float) -> tuple[Floats, Floats]:
    """Place every point in every start: summed columns of each cluster, shape (S, k, columns), and cost, shape (S,)."""
    s, k, width = weights.shape
    totals, cost = np.zeros((s, k, width)), np.full(s, lengths)
    for chunk in chunks:
        scores = (weights.reshape(-1, width) @ chunk.T).reshape(s, k, len(chunk))
        least = scores.min(axis=1)
        cost += least.sum(axis=1)
        member = scores == least[:, None, :]
        if np.count_nonzero(member) != s * len(chunk):
            # A point costs exactly as much at two prototypes: the lowest index has it.
            member = np.arange(k)[None, :, None] == member.argmax(axis=1)[:, None, :]
        totals += (member.reshape(s * k, -1).astype(np.float64) @ chunk).reshape(s, k, width)
    return totals, np.maximum(cost, 0.0)


def _typical(totals: Floats, before: Prototypes, levels: npt.NDArray[np.intp]) -> Prototypes:
    """Give means and commonest levels of summed columns; an empty cluster keeps what it had."""
    p = before.centroids.shape[2]
    counts = totals[:, :, p]
    centroids = np.where(
        counts[:, :, None] > 0, totals[:, :, :p] / np.maximum(counts, 1.0)[:, :, None], before.centroids
    )
    modes = before.modes.copy()
    offset = p + 1
    for attribute, level in enumerate(levels):
        commonest = totals[:, :, offset : offset + level].argmax(axis=2)
        modes[:, :, attribute] = np.where(counts > 0, commonest, modes[:, :, attribute])
        offset += int(level)
    return Prototypes(centroids, modes)


def _refill(
    numbers: npt.NDArray[np.floating],
    codes: Codes,
    before: Prototypes,
    moved: Prototypes,
    counts: Floats,
    gamma: float,
) -> None:
    """Put empty clusters on the points that cost most, each also far from those that were taken before it."""
    for start in np.flatnonzero((counts == 0).any(axis=1)):
        least = prototype_costs(numbers, codes, before.centroids[start], before.modes[start], gamma).min(axis=0)
        for cluster in np.flatnonzero(counts[start] == 0):
            row = int(least.argmax())
            moved.centroids[start, cluster], moved.modes[start, cluster] = numbers[row], np.maximum(codes[row], 0)
            own = prototype_costs(
                numbers, codes, moved.centroids[start, [cluster]], moved.modes[start, [cluster]], gamma
            )
            np.minimum(least, own[0], out=least)
