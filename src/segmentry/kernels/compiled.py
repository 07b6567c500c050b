"""The numeric core in C, behind the same functions as the plain one.

Here arrays are made contiguous, random numbers are drawn, and results get their room; ``native/`` does the work and
lets other threads run meanwhile. What each function promises stands with its plain twin.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentry.kernels import _native
from segmentry.kernels.assign import Nearest
from segmentry.kernels.lloyd import Fits
from segmentry.kernels.spread import Spread, of_clusters
from segmentry.kernels.threads import cores

__all__ = [
    "assign",
    "label",
    "lloyd",
    "lloyd_each",
    "nearest_two",
    "seed_centroids",
    "silhouettes",
    "spread",
    "spread_each",
]

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.floating]

NOBODY = -1
"""The label of a point that is left out."""

TINY, HUGE = 1e-12, 1e12
"""Where the largest number lies outside, squares of float32 may be no float32: distances are computed in float64."""

ENOUGH = 1 << 22
"""Numbers to be looked at, from which on a second thread gains more than its start costs."""


def assign(values: Values, centroids: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
    """Find the nearest centroid of each point, to the same digits as :func:`segmentry.kernels.assign.assign`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no centroid.

    Examples
    --------
    >>> labels, squared = assign(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]]))
    >>> labels.tolist(), squared.tolist()
    ([0, 0, 1], [0.0, 1.0, 49.0])
    """
    labels, squared = np.empty(len(values), np.int32), np.empty(len(values))
    _native.assign(_points(values), _floats(centroids), labels, squared, _threads(values.size * len(centroids)))
    return labels, squared


def label(values: Values, centroids: Floats) -> npt.NDArray[np.int32]:
    """Find the nearest centroid of each point, and nothing else: the labels of :func:`assign` in less time.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no centroid.

    Examples
    --------
    >>> label(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]])).tolist()
    [0, 0, 1]
    """
    labels = np.empty(len(values), np.int32)
    _native.assign(_points(values), _floats(centroids), labels, None, _threads(values.size * len(centroids)))
    return labels


def nearest_two(values: Values, centroids: Floats) -> Nearest:
    """Find the two nearest centroids, to the same digits as :func:`segmentry.kernels.assign.nearest_two`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no centroid.

    Examples
    --------
    >>> near = nearest_two(np.array([[1.0], [9.0]]), np.array([[0.0], [5.0], [10.0]]))
    >>> near.first.tolist(), near.second.tolist(), near.second_squared.tolist()
    ([0, 2], [1, 1], [16.0, 16.0])
    """
    labels, squared = np.empty((2, len(values)), np.int32), np.empty((2, len(values)))
    threads = _threads(values.size * len(centroids))
    _native.nearest_two(_points(values), _floats(centroids), labels, squared, threads)
    return Nearest(labels[0], labels[1], squared[0], squared[1])


def lloyd(
    values: Values,
    starts: Floats,
    *,
    max_passes: int = 300,
    shift: float = 0.0,
    gain: float = 0.0,
    weights: Floats | None = None,
) -> Fits:
    """Move centroids to the means of their points until they stay, as :func:`segmentry.kernels.lloyd.lloyd` does.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        At least one point.
    starts : numpy.ndarray of float64, shape (S, k, d)
        Starting centroids.
    max_passes : int, default 300
        At most so many passes.
    shift : float, default 0.0
        Movement at which a start is done, in mean variances of the columns.
    gain : float, default 0.0
        Share of inertia below which a pass is the last; 0 switches that off.
    weights : numpy.ndarray of float64, shape (n,), or None, default None
        How often each point counts: whole numbers from 1; None: once.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no point or no centroid.

    Examples
    --------
    >>> fits = lloyd(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([[[0.0], [2.0]]]))
    >>> fits.centroids.tolist(), fits.inertia.tolist()
    ([[[1.0], [11.0]]], [4.0])
    """
    return lloyd_each(values, [starts], max_passes=max_passes, shift=shift, gain=gain, weights=weights)[0]


def lloyd_each(
    values: Values,
    groups: Sequence[Floats],
    *,
    max_passes: int = 300,
    shift: float = 0.0,
    gain: float = 0.0,
    trial: int = 0,
    kept: int = 1,
    weights: Floats | None = None,
) -> list[Fits]:
    """Do :func:`lloyd` for several groups of starts, the points looked at together.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        At least one point.
    groups : sequence of numpy.ndarray of float64, shape (S, k, d)
        Starting centroids; S and k may differ from group to group.
    max_passes, shift, gain
        As for :func:`lloyd`.
    trial : int, default 0
        After so many passes only the best starts of each group go on; 0: all go on.
    kept : int, default 1
        How many go on.
    weights : numpy.ndarray of float64, shape (n,), or None, default None
        How often each point counts: whole numbers from 1; None: once.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no point or no centroid.

    Examples
    --------
    >>> points = np.array([[0.0], [2.0], [10.0], [12.0]])
    >>> [fits.inertia.tolist() for fits in lloyd_each(points, [np.array([[[5.0]]]), np.array([[[0.0], [2.0]]])])]
    [[104.0], [4.0]]
    """
    starts = [start for group in groups for start in group]
    sizes = np.array([len(start) for start in starts], dtype=np.int64)
    places = np.repeat(np.arange(len(groups), dtype=np.int64), [len(group) for group in groups])
    d = values.shape[1]
    centroids = np.concatenate([np.empty((0, d)), *starts])
    inertia, passes = np.empty(len(starts)), np.empty(len(starts), dtype=np.int64)
    counts = np.empty(len(centroids))
    threads = _threads(values.size * int(sizes.sum()))
    _native.lloyd(
        *(_points(values), centroids, sizes, places, inertia, passes, counts),
        None if weights is None else _floats(weights),
        *(max_passes, trial or max_passes, kept, shift, gain, threads),
    )
    found, row = [], 0
    for place, (s, k, _) in enumerate(group.shape for group in groups):
        own = places == place
        rows = slice(row, row + s * k)
        fitted, held = centroids[rows].reshape(s, k, d), counts[rows].reshape(s, k)
        found.append(Fits(fitted, inertia[own], int(passes[own].max(initial=0)), held))
        row += s * k
    return found


def seed_centroids(
    values: Values, k: int, starts: int, rng: np.random.Generator, weights: Floats | None = None
) -> Floats:
    """Draw the starts that :func:`segmentry.kernels.seeding.seed_centroids` draws from the same generator.

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

    Raises
    ------
    ValueError
        There is no point, or ``k`` is below 1.

    Examples
    --------
    >>> centroids = seed_centroids(np.array([[0.0], [0.0], [9.0]]), 2, 1, np.random.default_rng(0))
    >>> sorted(centroids.ravel().tolist())
    [0.0, 9.0]
    """
    points = _points(values)
    quantiles = rng.random((starts, k, 2 + int(math.log(k))))
    rows = np.empty((starts, k), np.int64)
    whole = None if weights is None else _floats(weights)
    _native.seed(points, quantiles, rows, whole, _threads(points.size * quantiles.size))
    return points[rows].astype(np.float64)


def silhouettes(values: Values, labelings: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouette of every point under every labeling; see :func:`segmentry.kernels.silhouettes.silhouettes`.

    Distances are computed in the points' own precision: in float32 a silhouette is right to about 1e-6, a mean of many
    to 1e-8.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling; -1 leaves a point out.

    Raises
    ------
    ValueError
        Shapes don't fit together, or a label is below -1.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [4.0]])
    >>> silhouettes(points, np.array([[0, 0, 1]], dtype=np.int32)).round(4).tolist()
    [[0.75, 0.6667, 0.0]]
    """
    labelings = np.ascontiguousarray(labelings, dtype=np.int32)
    if labelings.min(initial=0) == NOBODY:
        return _some_left_out(values, labelings)
    widths = np.empty((len(labelings), len(values)))
    if values.dtype == np.float32 and not TINY < np.abs(values).max(initial=0.0) < HUGE:
        values = values.astype(np.float64)
    _native.silhouettes(_points(values), labelings, widths, _threads(values.size * len(values)))
    return widths


def spread(values: Values, labels: npt.NDArray[np.int32]) -> Spread:
    """Measure one labeling; see :func:`segmentry.kernels.spread.spread`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labels : numpy.ndarray of int32, shape (n,)
        From 0; -1 leaves a point out.

    Raises
    ------
    ValueError
        Shapes don't fit together.

    Examples
    --------
    >>> spread(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1], dtype=np.int32))
    Spread(inertia=4.0, davies_bouldin=0.2, calinski_harabasz=50.0)
    """
    return spread_each(values, labels[None])[0]


def spread_each(values: Values, labelings: npt.NDArray[np.int32]) -> list[Spread]:
    """Measure several labelings, each slab of points looked at once; see :func:`segmentry.kernels.spread.spread_each`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : numpy.ndarray of int32, shape (L, n)
        From 0, a row per labeling; -1 leaves a point out.

    Raises
    ------
    ValueError
        Shapes don't fit together.

    Examples
    --------
    >>> labelings = np.array([[0, 0, 1, 1], [0, 0, 0, 0]], dtype=np.int32)
    >>> [each.inertia for each in spread_each(np.array([[0.0], [2.0], [10.0], [12.0]]), labelings)]
    [4.0, 104.0]
    """
    labelings = np.ascontiguousarray(labelings, dtype=np.int32)
    sizes = labelings.max(axis=1, initial=NOBODY) + np.int32(1)
    ends = np.cumsum(sizes)
    total = int(sizes.sum())
    counts, means, away = np.empty(total, np.int64), np.empty((total, values.shape[1])), np.empty((total, 2))
    _native.spreads(_points(values), labelings, sizes, counts, means, away, _threads(values.size * len(labelings)))
    found = []
    for start, end in zip(ends - sizes, ends, strict=True):
        own = slice(start, end)
        found.append(of_clusters(counts[own].astype(np.float64), means[own], away[own]))
    return found


def _some_left_out(values: Values, labelings: npt.NDArray[np.int32]) -> Floats:
    """Do one labeling at a time, each on the points that it has."""
    widths = np.full(labelings.shape, np.nan)
    for row, labels in zip(widths, labelings, strict=True):
        inside = labels != NOBODY
        if inside.any():
            row[inside] = silhouettes(values[inside], labels[inside][None])[0]
    return widths


def _points(values: Values) -> Values:
    """Give points as the compiled core reads them: contiguous, float32 or float64."""
    narrow = values.dtype == np.float32
    return np.ascontiguousarray(values, dtype=np.float32 if narrow else np.float64)


def _threads(work: int) -> int:
    return cores() if work >= ENOUGH else 1


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)
