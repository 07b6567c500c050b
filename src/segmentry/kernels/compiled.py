"""The numeric core in C, behind the same functions as the plain one.

Here arrays are made contiguous, random numbers are drawn, and results get their room; ``native/`` does the work and
lets other threads run meanwhile. What each function promises stands with its plain twin.
"""

import math

import numpy as np
import numpy.typing as npt

from segmentry.kernels import _native
from segmentry.kernels.assign import Nearest
from segmentry.kernels.lloyd import Fits

__all__ = ["assign", "lloyd", "nearest_two", "seed_centroids", "silhouettes"]

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.floating]


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
    _native.assign(_points(values), _floats(centroids), labels, squared)
    return labels, squared


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
    _native.nearest_two(_points(values), _floats(centroids), labels, squared)
    return Nearest(labels[0], labels[1], squared[0], squared[1])


def lloyd(values: Values, starts: Floats, *, max_passes: int = 300, shift: float = 0.0, gain: float = 0.0) -> Fits:
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
    centroids = np.array(starts, dtype=np.float64, order="C")
    inertia = np.empty(len(centroids))
    passes = _native.lloyd(_points(values), centroids, inertia, max_passes, shift, gain)
    return Fits(centroids, inertia, passes)


def seed_centroids(values: Values, k: int, starts: int, rng: np.random.Generator) -> Floats:
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
    _native.seed(points, quantiles, rows)
    return points[rows].astype(np.float64)


def silhouettes(values: Values, labelings: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouette of every point under every labeling; see :func:`segmentry.kernels.silhouettes.silhouettes`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling.

    Raises
    ------
    ValueError
        Shapes don't fit together, or a label is negative.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [4.0]])
    >>> silhouettes(points, np.array([[0, 0, 1]], dtype=np.int32)).round(4).tolist()
    [[0.75, 0.6667, 0.0]]
    """
    widths = np.empty((len(labelings), len(values)))
    _native.silhouettes(_points(values), np.ascontiguousarray(labelings, dtype=np.int32), widths)
    return widths


def _points(values: Values) -> Values:
    """Give points as the compiled core reads them: contiguous, float32 or float64."""
    narrow = values.dtype == np.float32
    return np.ascontiguousarray(values, dtype=np.float32 if narrow else np.float64)


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)
