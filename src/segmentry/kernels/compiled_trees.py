"""What trees of many points take, in C, behind the same functions as the plain ones."""

import numpy as np
import numpy.typing as npt

from segmentry.kernels import _native

__all__ = ["micro_clusters", "ward_merges"]

Floats = npt.NDArray[np.float64]


def micro_clusters(values: npt.NDArray[np.floating], weights: Floats, count: int) -> npt.NDArray[np.int64]:
    """Group points into the cells that :func:`segmentry.kernels.halving.micro_clusters` finds.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        At least one point.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is, above 0.
    count : int
        At least 1. At most so many cells.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no point or no cell.

    Examples
    --------
    >>> micro_clusters(np.array([[0.0], [1.0], [9.0]]), np.ones(3), 2).tolist()
    [0, 0, 1]
    """
    cell = np.empty(len(values), np.int64)
    narrow = values.dtype == np.float32
    points: npt.NDArray[np.floating] = np.ascontiguousarray(values, dtype=np.float32 if narrow else np.float64)
    _native.micro_clusters(points, _floats(weights), count, cell)
    return cell


def ward_merges(points: Floats, weights: Floats) -> Floats:
    """Find the merges of :func:`segmentry.kernels.ward.ward_merges`, to the same digits.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (n, d)
        At least one, finite.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is, above 0.

    Raises
    ------
    ValueError
        Shapes don't fit together, or there is no point or no column.

    Examples
    --------
    >>> ward_merges(np.array([[0.0], [3.0], [4.0]]), np.array([2.0, 1.0, 1.0])).tolist()
    [[1.0, 2.0, 1.0], [0.0, 1.0, 24.5]]
    """
    merges = np.empty((len(points) - 1, 3))
    _native.ward(_floats(points), _floats(weights), merges)
    return merges


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)
