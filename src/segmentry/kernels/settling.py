"""Single points go to other clusters while that lowers the cost of k-prototypes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.kernels.prototypes import Prototypes, levels_of

__all__ = ["settle"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

GAIN = 1e-9
"""A move must gain more than this share of the cost."""


def settle(
    numbers: npt.NDArray[np.floating],
    codes: Codes,
    labels: Codes,
    k: int,
    gamma: float,
    *,
    max_rounds: int = 200,
    least: float = 1e-9,
) -> tuple[Codes, Prototypes, float]:
    """Move single points to other clusters while that lowers the summed cost, typical values moving along.

    Where Lloyd's algorithm stops, such moves often still gain, most of all with attributes, whose commonest level
    hardly ever changes at once. In each round all points are looked at as the clusters stand; those that would gain
    are then taken one after the other, looked at again, and moved at once where they still gain.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    labels : numpy.ndarray of int32, shape (n,)
        Where each point is.
    k : int
        How many clusters.
    gamma : float
        What a differing level costs.
    max_rounds : int, default 200
        At most so many rounds.
    least : float, default 1e-9
        It ends when a round lowers the cost by no more than this share.

    Returns
    -------
    labels : numpy.ndarray of int32, shape (n,)
        Where each point is now; no cluster lost its last point.
    prototypes : Prototypes
        One start.
    cost : float
        The summed cost.

    Notes
    -----
    After Hartigan, "Clustering Algorithms" (1975), chapter 4: a point weighs on its own cluster's mean, so leaving it
    gains n / (n - 1) of its squared distance, and joining another costs n / (n + 1).

    Examples
    --------
    >>> points, none = np.array([[0.0], [2.0], [3.0], [3.0]]), np.empty((4, 0), dtype=np.int32)
    >>> settle(points, none, np.array([0, 0, 0, 1], dtype=np.int32), 2, 1.0)[0].tolist()
    [0, 1, 1, 1]
    """
    levels = levels_of(codes, codes)
    starts = np.concatenate([[0], np.cumsum(levels)]).astype(np.intp)
    points = _Points(np.ascontiguousarray(numbers, dtype=np.float64), codes, codes + starts[:-1], starts, gamma)
    labels = labels.astype(np.int32)
    held = _hold(points, labels, k)
    cost, gains = _look(points, labels, held)
    before = np.inf
    for turn in range(max_rounds):
        worth = GAIN * max(cost, GAIN)
        if turn and before - cost <= least * before:
            break
        if not _move(points, labels, held, np.flatnonzero(gains > worth), worth):
            break
        before = cost
        held = _hold(points, labels, k)
        cost, gains = _look(points, labels, held)
    return labels, Prototypes(held.means()[None], _commonest(points, held)[None]), cost


@dataclass(frozen=True, slots=True)
class _Points:
    """Points with the columns of their levels among those of all attributes, and where each attribute's begin."""

    numbers: Floats
    codes: Codes
    columns: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    gamma: float


@dataclass(frozen=True, slots=True)
class _Held:
    """What the clusters hold: counts (k,), sums (k, p), tallies (k, levels of all attributes)."""

    counts: Counts
    sums: Floats
    tallies: Counts

    def means(self) -> Floats:
        """Give the means, shape (k, p); 0 where a cluster is empty."""
        return np.asarray(self.sums / np.maximum(self.counts, 1)[:, None])


def _hold(points: _Points, labels: Codes, k: int) -> _Held:
    """Sum up the clusters, point after point."""
    width = int(points.starts[-1])
    sums = np.empty((k, points.numbers.shape[1]))
    for place, column in enumerate(points.numbers.T):
        sums[:, place] = np.bincount(labels, weights=column, minlength=k)
    tallies = np.zeros(k * width, dtype=np.int64)
    for column, code in zip(points.columns.T, points.codes.T, strict=True):
        known = code >= 0
        tallies += np.bincount(labels[known] * width + column[known], minlength=k * width)
    return _Held(np.bincount(labels, minlength=k), sums, tallies.reshape(k, width))


def _commonest(points: _Points, held: _Held) -> Codes:
    """Give the commonest level of each attribute, the lowest of several equally common, shape (k, q)."""
    modes = np.empty((len(held.counts), len(points.starts) - 1), dtype=np.int32)
    for attribute in range(modes.shape[1]):
        own = slice(points.starts[attribute], points.starts[attribute + 1])
        modes[:, attribute] = held.tallies[:, own].argmax(axis=1)
    return modes


def _tops(points: _Points, tallies: Counts) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the commonest levels of each cluster, and those that are so alone.

    A commonest level, alone or with others, costs nothing to join; leaving one that is not alone gains nothing.
    """
    joined, left = np.zeros(tallies.shape, dtype=bool), np.zeros(tallies.shape, dtype=bool)
    for first, last in zip(points.starts[:-1], points.starts[1:], strict=True):
        own = tallies[:, first:last]
        top = own == own.max(axis=1, keepdims=True)
        joined[:, first:last] = top
        left[:, first:last] = top & (top.sum(axis=1, keepdims=True) == 1)
    return joined, left


def _differing(points: _Points, tops: npt.NDArray[np.bool_], cluster: int) -> Counts:
    """Count the levels of each point that are not among a cluster's."""
    found = np.zeros(len(points.codes), dtype=np.int64)
    for column, code in zip(points.columns.T, points.codes.T, strict=True):
        found += ~(tops[cluster, column] & (code >= 0))
    return found


def _look(points: _Points, labels: Codes, held: _Held) -> tuple[float, Floats]:
    """Give the cost, and what each point would gain by its best move as the clusters stand."""
    joined, left = _tops(points, held.tallies)
    leaving, least = np.zeros(len(labels)), np.full(len(labels), np.inf)
    cost = 0.0
    modes = _commonest(points, held)
    for cluster, (n, mean) in enumerate(zip(held.counts, held.means(), strict=True)):
        inside = labels == cluster
        squares = np.zeros(len(labels))
        for column, centre in zip(points.numbers.T, mean, strict=True):
            squares += (column - centre) ** 2
        cost += float(squares[inside].sum()) + points.gamma * float((points.codes[inside] != modes[cluster]).sum())
        join = squares * (n / (n + 1)) + points.gamma * _differing(points, joined, cluster)
        join[inside] = np.inf
        np.minimum(least, join, out=least)
        away = squares * (n / max(n - 1, 1)) + points.gamma * _differing(points, left, cluster)
        leaving[inside] = away[inside] if n > 1 else -np.inf
    return cost, leaving - least


def _move(points: _Points, labels: Codes, held: _Held, rows: npt.NDArray[np.intp], worth: float) -> int:
    """Move points, one after the other, where each gains most; give how many moved."""
    moved = 0
    joined, left = _tops(points, held.tallies)
    for row in rows:
        own, known = labels[row], points.codes[row] >= 0
        if held.counts[own] < 2:
            continue
        columns, n = points.columns[row][known], held.counts
        squares = ((points.numbers[row] - held.means()) ** 2).sum(axis=1)
        join = squares * (n / (n + 1)) + points.gamma * (len(known) - joined[:, columns].sum(axis=1))
        join[own] = np.inf
        target = int(join.argmin())
        leave = squares[own] * (n[own] / (n[own] - 1)) + points.gamma * (len(known) - left[own, columns].sum())
        if not leave - join[target] > worth:
            continue
        for cluster, by in ((own, -1), (target, 1)):
            held.counts[cluster] += by
            held.sums[cluster] += by * points.numbers[row]
            held.tallies[cluster, columns] += by
        both = [own, target]
        joined[both], left[both] = _tops(points, held.tallies[both])
        labels[row] = target
        moved += 1
    return moved
