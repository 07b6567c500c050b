"""Distances from points to centroids, and the nearest of them.

The arithmetic of a point touches nothing but that point and the centroids, in one fixed order: a placement is the same
to the last bit whether the point comes alone or among a million.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Nearest", "assign", "label", "nearest_two", "squared_distances"]

CELLS = 1 << 16
"""Distances held at once: half a megabyte, so that a chunk stays in the cache of a core and memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The two nearest centroids of each point.

    Parameters
    ----------
    first, second : numpy.ndarray of int32, shape (n,)
        Indices of centroids; ties go to the lowest index. With one centroid, ``second`` equals ``first``.
    first_squared, second_squared : numpy.ndarray of float64, shape (n,)
        Squared Euclidean distances to them.
    """

    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    first_squared: npt.NDArray[np.float64]
    second_squared: npt.NDArray[np.float64]

    @property
    def margin(self) -> npt.NDArray[np.float64]:
        """How certain the nearest is, 0 on the border to 1: ``1 - d1 / d2``; 1 where there is no second.

        Two centroids at the point itself leave nothing to choose between them: 0.
        """
        first, second = np.sqrt(self.first_squared), np.sqrt(self.second_squared)
        ratio = np.divide(first, second, out=np.ones_like(first), where=second > 0)
        return np.where(self.first == self.second, 1.0, 1.0 - ratio)


def squared_distances(values: npt.NDArray[np.floating], centroids: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the squared Euclidean distance of every centroid to every point.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        Centres.

    Returns
    -------
    numpy.ndarray of float64, shape (k, n)
        Summed over columns from the first to the last.

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]])).tolist()
    [[0.0, 25.0]]
    """
    columns = np.ascontiguousarray(values.T, dtype=np.float64)
    squared = np.zeros((len(centroids), len(values)))
    step = np.empty_like(squared)
    for column, centroid in zip(columns, centroids.T, strict=True):
        np.subtract(column, centroid[:, None], out=step)
        np.multiply(step, step, out=step)
        squared += step
    return squared


def assign(
    values: npt.NDArray[np.floating], centroids: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Find the nearest centroid of each point.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Returns
    -------
    labels : numpy.ndarray of int32, shape (n,)
        Index of the nearest centroid; the lowest of several equally near.
    squared : numpy.ndarray of float64, shape (n,)
        Squared Euclidean distance to it.

    Examples
    --------
    >>> labels, squared = assign(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]]))
    >>> labels.tolist(), squared.tolist()
    ([0, 0, 1], [0.0, 1.0, 49.0])
    """
    labels = np.empty(len(values), dtype=np.int32)
    nearest = np.empty(len(values))
    for rows in chunks(len(values), len(centroids)):
        squared = squared_distances(values[rows], centroids)
        nearest[rows] = squared.min(axis=0)
        _label(squared, nearest[rows], labels[rows])
    return labels, nearest


def label(values: npt.NDArray[np.floating], centroids: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Find the nearest centroid of each point, and nothing else: the labels of :func:`assign`.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Examples
    --------
    >>> label(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]])).tolist()
    [0, 0, 1]
    """
    return assign(values, centroids)[0]


def nearest_two(values: npt.NDArray[np.floating], centroids: npt.NDArray[np.float64]) -> Nearest:
    """Find the two nearest centroids of each point.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    centroids : numpy.ndarray of float64, shape (k, d)
        At least one centroid.

    Examples
    --------
    >>> near = nearest_two(np.array([[1.0], [9.0]]), np.array([[0.0], [5.0], [10.0]]))
    >>> near.first.tolist(), near.second.tolist(), near.second_squared.tolist()
    ([0, 2], [1, 1], [16.0, 16.0])
    """
    n = len(values)
    near = Nearest(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n))
    for rows in chunks(n, len(centroids)):
        squared = squared_distances(values[rows], centroids)
        for labels, distances in ((near.first, near.first_squared), (near.second, near.second_squared)):
            distances[rows] = squared.min(axis=0)
            _label(squared, distances[rows], labels[rows])
            if len(centroids) > 1:
                np.put_along_axis(squared, labels[rows][None, :], np.inf, axis=0)
    return near


def chunks(n: int, width: int) -> Iterator[slice]:
    """Cut n rows into slices of about CELLS / width rows."""
    rows = max(1, CELLS // max(1, width))
    for start in range(0, n, rows):
        yield slice(start, min(n, start + rows))


def _label(squared: npt.NDArray[np.float64], least: npt.NDArray[np.float64], labels: npt.NDArray[np.int32]) -> None:
    """Write the lowest index at which ``squared`` is ``least``; several times faster than argmin over so few rows."""
    for index in range(len(squared) - 1, -1, -1):
        np.copyto(labels, index, where=squared[index] == least)
