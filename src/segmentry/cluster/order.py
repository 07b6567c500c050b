"""Points in an order of their own, and how many of them differ."""

import numpy as np
import numpy.typing as npt

from segmentry.errors import TooFewError
from segmentry.kernels import lexicographic

__all__ = ["first_of_its_kind", "in_order", "told_apart"]


def in_order(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Give the points in lexicographic order, the first column deciding first.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points; returned as they are where they are in order already.

    Examples
    --------
    >>> in_order(np.array([[2.0, 1.0], [1.0, 5.0], [1.0, 3.0]])).tolist()
    [[1.0, 3.0], [1.0, 5.0], [2.0, 1.0]]
    """
    tied = np.ones(max(0, len(values) - 1), dtype=bool)
    for column in values.T:
        before, after = column[:-1], column[1:]
        if (tied & (before > after)).any():
            values = np.take(values, lexicographic(tuple(values.T)), axis=0)
            break
        tied &= before == after
        if not tied.any():
            break
    return values + values.dtype.type(0)  # -0.0 becomes 0.0: the two are equal and must not be told apart


def first_of_its_kind(ordered: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Mark each point that differs from the one before it.

    Parameters
    ----------
    ordered : numpy.ndarray of float, shape (n, d)
        As :func:`in_order` gives them.

    Examples
    --------
    >>> first_of_its_kind(np.array([[1.0], [1.0], [2.0]])).tolist()
    [True, False, True]
    """
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return fresh


def told_apart(values: npt.NDArray[np.floating], k: int) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]:
    """Give the points in order, and which of them differ from the one before.

    Raises
    ------
    TooFewError
        Fewer than ``k`` points differ.

    Examples
    --------
    >>> told_apart(np.array([[2.0], [1.0], [2.0]]), 2)[1].tolist()
    [True, True, False]
    """
    ordered = in_order(values)
    fresh = first_of_its_kind(ordered)
    distinct = int(fresh.sum())
    if distinct < k:
        raise TooFewError(
            f"{k} clusters need at least {k} different points",
            [f"{len(values)} points, {distinct} of them different"],
            "ask for fewer",
        )
    return ordered, fresh
