"""The one contract that every way of flattening keeps: fit two dimensions, then place others where it can."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segmentry.errors import UsageError
from segmentry.prepare import Floats, Points

__all__ = ["Axis", "Flat", "Load", "Mapper", "need"]


@dataclass(frozen=True, slots=True)
class Load:
    """How much a prepared column takes part in an axis.

    Parameters
    ----------
    column : str
        Its name among the points' columns.
    part : float
        Its component of the axis's direction, -1 to 1; the squares of all columns' parts sum to 1.
    """

    column: str
    part: float


@dataclass(frozen=True, slots=True)
class Axis:
    """What one axis of a map means.

    Parameters
    ----------
    share : float
        Of the variance of all columns, 0 to 1.
    loads : tuple of Load
        The columns that take most part, the strongest first.
    """

    share: float
    loads: tuple[Load, ...]


class Flat(Protocol):
    """Points flattened to two dimensions."""

    @property
    def positions(self) -> Floats:
        """Give where the fitted points lie, shape (n, 2), in their order."""
        ...

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Say what the axes mean; empty where they mean nothing."""
        ...

    def place(self, values: npt.NDArray[np.floating]) -> Floats:
        """Say where other points of shape (m, d) lie, shape (m, 2), each without regard to the others.

        Raises
        ------
        UsageError
            The method can't place points that it wasn't fitted on.
        """
        ...


class Mapper(Protocol):
    """A way of flattening."""

    name: str
    """What ``--map`` calls it."""
    title: str
    """What people call it."""
    module: str
    """The library that it needs beyond segmentry's own, as it is imported; "" for none."""
    places: bool
    """Whether it can place points that it wasn't fitted on."""
    least: int
    """It needs at least so many points."""

    def fit(self, points: Points, seed: int) -> Flat:
        """Flatten points; they come in an order that doesn't depend on how the customers were given."""
        ...


def need(mapper: Mapper) -> None:
    """Refuse a way of flattening whose library isn't installed, without importing it.

    Raises
    ------
    UsageError
        Naming the extra that brings it.
    """
    if mapper.module and find_spec(mapper.module) is None:
        raise UsageError(
            f"a {mapper.title} map needs {mapper.module}, which isn't installed",
            ["it comes with an extra, since few people need it"],
            f"pip install 'segmentry[{extra(mapper)}]', or --map tsne",
        )


def extra(mapper: Mapper) -> str:
    """Name the extra that brings a mapper's library."""
    return {"openTSNE": "tsne", "umap": "umap"}[mapper.module]
