"""Columns of points told apart: numbers, and attributes that have levels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.prepare import Layout

__all__ = ["NO_LEVEL", "Coding", "code_columns", "one_hot", "split_columns"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

NO_LEVEL = -1
"""The code of a category whose 0/1 columns are all 0: a level that preparation hadn't seen."""


@dataclass(frozen=True, slots=True)
class Coding:
    """Which columns are numbers, and how the others become codes of levels.

    Parameters
    ----------
    numbers : tuple of int
        The columns that stay numbers.
    attributes : tuple of tuple of int
        The columns of each attribute: several are the 0/1 columns of a category's levels; a single one is cut.
    cuts : tuple of tuple of float
        For each attribute: where a single column is cut into levels, ascending; empty for one that doesn't vary, and
        for several columns.
    measures : tuple of str
        The measure that each attribute is.

    Examples
    --------
    >>> layout = Layout(("age", "club is a", "club is b"), ("number", "category", "category"), ("age", "club", "club"))
    >>> points = np.array([[0.3, 1, 0], [0.1, 0, 1], [0.2, 0, 0]])
    >>> coding = code_columns(points, layout)
    >>> coding.numbers, coding.levels, coding.codes(points).tolist()
    ((0,), (2,), [[0], [1], [-1]])
    """

    numbers: tuple[int, ...]
    attributes: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[float, ...], ...]
    measures: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[int, ...]:
        """How many levels each attribute has."""
        pairs = zip(self.attributes, self.cuts, strict=True)
        return tuple(len(columns) if len(columns) > 1 else len(cuts) + 1 for columns, cuts in pairs)

    def split(self, values: npt.NDArray[np.floating]) -> tuple[Floats, Codes]:
        """Give the numbers, shape (n, numbers), and the codes, shape (n, attributes)."""
        return np.asarray(values[:, list(self.numbers)], dtype=np.float64), self.codes(values)

    def codes(self, values: npt.NDArray[np.floating]) -> Codes:
        """Give each point's level of each attribute, from 0, shape (n, attributes); :data:`NO_LEVEL` for none."""
        codes = np.empty((len(values), len(self.attributes)), dtype=np.int32)
        for place, (columns, cuts) in enumerate(zip(self.attributes, self.cuts, strict=True)):
            if len(columns) == 1:
                codes[:, place] = np.searchsorted(np.asarray(cuts), values[:, columns[0]])
            else:
                block = values[:, list(columns)]
                codes[:, place] = np.where((block > 0.5).any(axis=1), block.argmax(axis=1), NO_LEVEL)
        return codes

    def arrays(self) -> dict[str, Floats]:
        """Give it as named arrays, for a model file."""
        most = max((len(cuts) for cuts in self.cuts), default=0)
        return {
            "numbers": np.array(self.numbers, dtype=np.float64),
            "columns": np.array([column for columns in self.attributes for column in columns], dtype=np.float64),
            "widths": np.array([len(columns) for columns in self.attributes], dtype=np.float64),
            "cut_counts": np.array([len(cuts) for cuts in self.cuts], dtype=np.float64),
            "cuts": np.array([[*cuts, *[0.0] * (most - len(cuts))] for cuts in self.cuts]).reshape(
                len(self.cuts), most
            ),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats]) -> "Coding":
        """Build it again from :meth:`arrays`; measures aren't among them."""
        columns = iter(arrays["columns"].astype(int).tolist())
        attributes = tuple(
            tuple(next(columns) for _ in range(width)) for width in arrays["widths"].astype(int).tolist()
        )
        counts = arrays["cut_counts"].astype(int).tolist()
        cuts = tuple(tuple(row[:count]) for row, count in zip(arrays["cuts"].tolist(), counts, strict=True))
        return cls(tuple(arrays["numbers"].astype(int).tolist()), attributes, cuts)


def code_columns(values: npt.NDArray[np.floating], layout: Layout, most_levels: int = 0) -> Coding:
    """Tell numbers and attributes apart.

    A category's 0/1 columns are one attribute, a yes/no column is one. A category that preparation turned into one
    number (its place in an order, or its share) counts as the number that it became.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, columns)
        Prepared points.
    layout : Layout
        What the columns are.
    most_levels : int, default 0
        A number with at most so many different values is an attribute too, each value a level (a later value is taken
        for the nearest); 0 leaves all numbers as they are.
    """
    numbers: list[int] = []
    found: list[tuple[str, tuple[int, ...], tuple[float, ...]]] = []
    for measure, columns in layout.blocks.items():
        kind, column = layout.kinds[columns[0]], values[:, columns[0]]
        if kind == "yes-no" or (kind == "category" and (len(columns) > 1 or np.isin(column, (0, 1)).all())):
            found.append((measure, columns, (0.5,) if len(columns) == 1 else ()))
            continue
        different = np.unique(column).astype(np.float64) if most_levels else np.empty(0)
        if 0 < len(different) <= most_levels:
            found.append((measure, columns, tuple(((different[1:] + different[:-1]) / 2).tolist())))
        else:
            numbers.extend(columns)
    measures, attributes, cuts = zip(*found, strict=True) if found else ((), (), ())
    return Coding(tuple(numbers), attributes, cuts, measures)


def split_columns(values: npt.NDArray[np.floating], coding: Coding) -> tuple[Floats, Codes]:
    """Give the numbers, shape (n, numbers), and the codes, shape (n, attributes), as :meth:`Coding.split` does.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Prepared points.
    coding : Coding
        Which columns are what.

    Examples
    --------
    >>> split_columns(np.array([[7.0, 0.0, 1.0], [8.0, 0.0, 0.0]]), Coding((0,), ((1, 2),), ((),)))[1].tolist()
    [[1], [-1]]
    """
    return coding.split(values)


def one_hot(codes: Codes, levels: npt.NDArray[np.intp]) -> Floats:
    """Give a 0/1 column a level of each attribute, side by side; all 0 for :data:`NO_LEVEL`.

    Parameters
    ----------
    codes : numpy.ndarray of int32, shape (n, attributes)
        Levels from 0.
    levels : numpy.ndarray of int, shape (attributes,)
        How many levels each has.

    Examples
    --------
    >>> one_hot(np.array([[0, 2], [1, -1]], dtype=np.int32), np.array([2, 3])).tolist()
    [[1.0, 0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0, 0.0]]
    """
    offsets = np.concatenate([[0], np.cumsum(levels)]).astype(np.intp)
    hot = np.zeros((len(codes), int(offsets[-1])))
    for attribute, offset in enumerate(offsets[:-1]):
        rows = np.flatnonzero(codes[:, attribute] >= 0)
        hot[rows, offset + codes[rows, attribute]] = 1.0
    return hot
