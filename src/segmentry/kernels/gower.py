"""Silhouettes under Gower's distance, for points that have numbers and categories."""

import numpy as np
import numpy.typing as npt

from segmentry.kernels.coding import code_columns, one_hot
from segmentry.kernels.silhouettes import widths_of
from segmentry.prepare import Layout

__all__ = ["gower_silhouettes", "in_ranges"]

Floats = npt.NDArray[np.float64]


def gower_silhouettes(values: npt.NDArray[np.floating], layout: Layout, labelings: npt.NDArray[np.int32]) -> Floats:
    """Give the silhouette of every point under every labeling, by Gower's distance.

    Two points' distance is a mean over measures: for a number, the difference as a share of the column's range over the
    given points (0 where it doesn't vary); for a category or a yes/no column, 1 where they differ, else 0. A
    category that preparation turned into one number counts as a number. A level that preparation hadn't seen
    differs from every other.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Prepared points.
    layout : Layout
        What the columns are.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling; -1 leaves a point out.

    Returns
    -------
    numpy.ndarray of float64, shape (L, n)
        As :func:`segmentry.kernels.silhouettes` gives them: nan for points that are left out, and for a labeling with
        one cluster. Time grows with n², memory with 256 n.

    Notes
    -----
    Gower, "A general coefficient of similarity and some of its properties", Biometrics 27 (1971): the distance is 1
    less his similarity, all weights 1; a no and a no count as agreement.

    Examples
    --------
    >>> layout = Layout(("age", "club"), ("number", "yes-no"), ("age", "club"))
    >>> points = np.array([[20.0, 0.0], [30.0, 0.0], [40.0, 1.0]])
    >>> gower_silhouettes(points, layout, np.array([[0, 0, 1]], dtype=np.int32)).tolist()
    [[0.75, 0.6666666666666666, 0.0]]
    """
    coding = code_columns(values, layout)
    numbers, codes = coding.split(values)
    scaled = in_ranges(numbers)
    # float32 holds whole numbers up to 16 million exactly: so many measures nobody has.
    hot = one_hot(codes, np.array(coding.levels, dtype=np.intp)).astype(np.float32)
    attributes, measures = codes.shape[1], max(1, scaled.shape[1] + codes.shape[1])

    def distances(rows: npt.NDArray[np.intp]) -> Floats:
        from scipy.spatial.distance import cdist  # noqa: PLC0415 - placing a customer needs none of it

        found = np.full((len(rows), len(values)), float(attributes))
        if attributes:
            found -= hot[rows] @ hot.T
        if scaled.shape[1]:
            found += cdist(scaled[rows], scaled, "cityblock")
        found[np.arange(len(rows)), rows] = 0.0
        found /= measures
        return found

    return widths_of(distances, labelings)


def in_ranges(numbers: Floats) -> Floats:
    """Give numbers in shares of their columns' ranges, 0 where a column doesn't vary.

    Parameters
    ----------
    numbers : numpy.ndarray of float64, shape (n, p)
        Columns that are numbers.

    Examples
    --------
    >>> in_ranges(np.array([[20.0], [25.0], [40.0]])).ravel().tolist()
    [1.0, 1.25, 2.0]
    """
    reach = np.ptp(numbers, axis=0) if len(numbers) else np.ones(numbers.shape[1])
    return np.divide(numbers, reach, out=np.zeros_like(numbers), where=reach > 0)
