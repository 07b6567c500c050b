"""Exact silhouettes of many labelings in one pass over the distances."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["silhouettes", "widths_of"]

Floats = npt.NDArray[np.float64]

ROWS = 256
"""Points whose distances to all others are held at once."""


def silhouettes(values: npt.NDArray[np.floating], labelings: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouette of every point under every labeling.

    With a the mean distance to the other points of its own cluster and b the smallest mean distance to another cluster,
    a point's silhouette is (b - a) / max(a, b); 0 where it is alone in its cluster or a = b = 0.

    All labelings share each distance: the product of distances and one-hot labels gives the sums to all clusters of all
    labelings at once. Time grows with n², memory with 256 n.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling; -1 leaves a point out: it has no silhouette, and is in no other point's.

    Returns
    -------
    numpy.ndarray of float64, shape (L, n)
        -1 to 1; nan for points that are left out, and for all points of a labeling with one cluster.

    Notes
    -----
    Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20 (1987).

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [4.0]])
    >>> silhouettes(points, np.array([[0, 0, 1]], dtype=np.int32)).round(4).tolist()
    [[0.75, 0.6667, 0.0]]
    """
    points = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    lengths = np.einsum("ij,ij->i", points, points)
    return widths_of(lambda rows: _distances(points, lengths, rows), labelings)


def widths_of(distances: Callable[[npt.NDArray[np.intp]], Floats], labelings: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouettes of every point under every labeling, by any distance.

    Parameters
    ----------
    distances : callable
        Gives the distances of some points, by their numbers, to all: shape (rows, n), exactly 0 to themselves.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling; -1 leaves a point out.

    Examples
    --------
    >>> apart = np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 3.0], [4.0, 3.0, 0.0]])
    >>> widths_of(lambda rows: apart[rows], np.array([[0, 0, 1]], dtype=np.int32)).round(4).tolist()
    [[0.75, 0.6667, 0.0]]
    """
    n = labelings.shape[1]
    sizes = [int(labels.max(initial=-1)) + 1 for labels in labelings]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    member = np.zeros((n, int(offsets[-1])))
    for labels, offset in zip(labelings, offsets, strict=False):
        inside = np.flatnonzero(labels >= 0)
        member[inside, offset + labels[inside]] = 1.0
    counts = member.sum(axis=0)
    result = np.full((len(labelings), n), np.nan)
    for start in range(0, n, ROWS):
        rows = np.arange(start, min(n, start + ROWS))
        sums = distances(rows) @ member
        for index, labels in enumerate(labelings):
            inside = labels[rows] >= 0
            own = slice(offsets[index], offsets[index + 1])
            result[index, rows[inside]] = _widths(sums[inside, own], counts[own], labels[rows[inside]])
    return result


def _distances(points: Floats, lengths: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """Give the distances of some points to all, shape (rows, n); exactly 0 to themselves."""
    squared = points[rows] @ points.T
    squared *= -2.0
    squared += lengths
    squared += lengths[rows][:, None]
    np.maximum(squared, 0.0, out=squared)
    squared[np.arange(len(rows)), rows] = 0.0
    return np.sqrt(squared, out=squared)


def _widths(sums: Floats, counts: Floats, labels: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouettes of some points from their summed distances to each cluster, shape (rows, k)."""
    if np.count_nonzero(counts) < 2:
        return np.full(len(sums), np.nan)
    each = np.arange(len(sums))
    mates = counts[labels] - 1.0
    inner = sums[each, labels] / np.maximum(mates, 1.0)
    means = np.divide(sums, counts, out=np.full_like(sums, np.inf), where=counts > 0)
    means[each, labels] = np.inf
    outer = means.min(axis=1)
    largest = np.maximum(inner, outer)
    widths = np.divide(outer - inner, largest, out=np.zeros_like(inner), where=largest > 0)
    return np.where(mates > 0, widths, 0.0)
