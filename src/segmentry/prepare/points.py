"""What preparation hands to clustering: customers as points."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Labels", "Layout", "Points"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Kind = Literal["number", "category", "yes-no"]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of points are.

    Parameters
    ----------
    names : tuple of str
        A name per column, e.g. ``"spend"`` or ``"Gender is Male"``.
    kinds : tuple of {"number", "category", "yes-no"}
        What each column came from.
    measures : tuple of str
        The measure that each column came from: the columns of a one-hot category share one. A principal component is
        its own.

    Examples
    --------
    >>> layout = Layout(
    ...     ("age", "club is gold", "club is none"), ("number", "category", "category"), ("age",) + ("club",) * 2
    ... )
    >>> layout.blocks
    {'age': (0,), 'club': (1, 2)}
    """

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    measures: tuple[str, ...]

    @property
    def blocks(self) -> dict[str, tuple[int, ...]]:
        """The columns of each measure, in order."""
        found: dict[str, tuple[int, ...]] = {}
        for column, measure in enumerate(self.measures):
            found[measure] = (*found.get(measure, ()), column)
        return found

    @classmethod
    def numbers(cls, columns: int) -> "Layout":
        """Give the layout of so many columns of numbers.

        Examples
        --------
        >>> Layout.numbers(2).measures
        ('column 1', 'column 2')
        """
        names = tuple(f"column {number}" for number in range(1, columns + 1))
        kinds: list[Kind] = ["number"] * columns
        return cls(names, tuple(kinds), names)


@dataclass(frozen=True, slots=True)
class Points:
    """Prepared customers.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (customers, columns)
        Every value is finite.
    layout : Layout
        What the columns are.
    """

    values: npt.NDArray[np.float32]
    layout: Layout

    @property
    def names(self) -> tuple[str, ...]:
        """A name per column."""
        return self.layout.names

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What each column came from."""
        return self.layout.kinds
