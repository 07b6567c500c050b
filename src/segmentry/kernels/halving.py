"""Cells of neighbouring points: which vary most, and halving them until there are enough."""

import numpy as np
import numpy.typing as npt

__all__ = ["halve", "means", "micro_clusters", "spreads"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def means(values: npt.NDArray[np.floating], weights: Floats, cell: npt.NDArray[np.integer], cells: int) -> Floats:
    """Give the mean of each cell's points.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is.
    cell : numpy.ndarray of int, shape (n,)
        The cell of each, from 0.
    cells : int
        How many cells there are, none of them empty.

    Returns
    -------
    numpy.ndarray of float64, shape (cells, d)

    Examples
    --------
    >>> means(np.array([[0.0], [3.0], [8.0]]), np.array([1.0, 2.0, 1.0]), np.array([0, 0, 1]), 2).tolist()
    [[2.0], [8.0]]
    """
    held = np.bincount(cell, weights=weights, minlength=cells)
    sums = [np.bincount(cell, weights=weights * column, minlength=cells) for column in values.T]
    return np.stack(sums, axis=1) / held[:, None]


def micro_clusters(values: npt.NDArray[np.floating], weights: Floats, count: int) -> Ints:
    """Group points into about ``count`` small cells of little variance.

    Cells that add most to the sum of squared distances to their means are halved first, up to half of all in one round:
    at the mean of the column in which they vary most.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        At least one point.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is, above 0.
    count : int
        At least 1. At most so many cells; fewer where fewer points differ.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        The cell of each point, 0 upwards, none empty. Equal points share a cell.

    Examples
    --------
    >>> micro_clusters(np.array([[0.0], [1.0], [9.0]]), np.ones(3), 2).tolist()
    [0, 0, 1]
    """
    points = values.astype(np.float64)
    cell = np.zeros(len(values), dtype=np.int64)
    cells = 1
    while cells < count:
        spread = spreads(points, weights, cell, cells)
        # Summed column by column: the compiled twin finds the same cells in the same order.
        worth = np.ascontiguousarray(spread.T).sum(axis=0)
        open_ = np.flatnonzero(worth > 0)
        room = min(count - cells, (cells + 1) // 2)
        chosen = open_[np.argsort(-worth[open_], kind="stable")[:room]]
        halved = halve(points, weights, cell, cells, chosen, spread)
        if halved == cells:
            break
        cells = halved
    return cell


def spreads(values: Floats, weights: Floats, cell: npt.NDArray[np.integer], cells: int) -> Floats:
    """Give each cell's sum of squared distances to its mean, by column; exactly 0 where its points are equal.

    Parameters
    ----------
    values, weights, cell, cells
        As for :func:`means`.

    Returns
    -------
    numpy.ndarray of float64, shape (cells, d)

    Examples
    --------
    >>> spreads(np.array([[0.0], [3.0], [8.0]]), np.array([1.0, 2.0, 1.0]), np.array([0, 0, 1]), 2).tolist()
    [[6.0], [0.0]]
    """
    centres = means(values, weights, cell, cells)
    found = np.empty_like(centres)
    for index, column in enumerate(values.T):
        highest, lowest = np.full(cells, -np.inf), np.full(cells, np.inf)
        np.maximum.at(highest, cell, column)
        np.minimum.at(lowest, cell, column)
        squared = np.bincount(cell, weights=weights * (column - centres[cell, index]) ** 2, minlength=cells)
        found[:, index] = np.where(highest > lowest, np.maximum(squared, np.finfo(float).tiny), 0.0)
    return found


def halve(
    values: Floats, weights: Floats, cell: Ints, cells: int, chosen: npt.NDArray[np.integer], spread: Floats
) -> int:
    """Cut the chosen cells at the mean of their widest column.

    Parameters
    ----------
    values, weights, cells
        As for :func:`means`.
    cell : numpy.ndarray of int64, shape (n,)
        Is changed: the points above the mean of the i-th chosen cell go to cell ``cells + i``.
    chosen : numpy.ndarray of int, shape (c,)
        Cells whose points are not all equal.
    spread : numpy.ndarray of float64, shape (cells, d)
        As :func:`spreads` gives it.

    Returns
    -------
    int
        How many cells there are then.

    Examples
    --------
    >>> points, cell = np.array([[0.0], [3.0], [8.0]]), np.zeros(3, dtype=np.int64)
    >>> halve(points, np.ones(3), cell, 1, np.array([0]), spreads(points, np.ones(3), cell, 1)), cell.tolist()
    (2, [0, 0, 1])
    """
    widest = spread.argmax(axis=1)
    centres = means(values, weights, cell, cells)
    number = np.full(cells, -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    rows = np.flatnonzero(number[cell] >= 0)
    home = cell[rows]
    column = values[rows, widest[home]]
    lowest, largest = np.full(cells, np.inf), np.full(cells, -np.inf)
    np.minimum.at(lowest, home, column)
    np.maximum.at(largest, home, column)
    # Rounding may put the mean of nearly equal values below or on all of them: both halves must hold some.
    over = (column > centres[home, widest[home]]) & (column > lowest[home])
    moves = np.bincount(home[over], minlength=cells) > 0
    over |= ~moves[home] & (column == largest[home])
    cell[rows[over]] = cells + number[home[over]]
    return cells + len(chosen)
