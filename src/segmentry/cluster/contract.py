"""The one contract that every clusterer keeps: fit groups, then place anybody in them.

``Clusterer`` finds ``Clusters``; ``Clusters`` place points, one or a million, and a placement never depends on the rest
of the batch.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from segmentry.errors import Caveat

__all__ = ["Arrays", "Clusterer", "Clusters", "Placement"]

Arrays = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where points belong.

    Parameters
    ----------
    labels : numpy.ndarray of int32, shape (n,)
        The cluster of each point, from 0.
    second : numpy.ndarray of int32, shape (n,)
        The second choice; equal to ``labels`` where there is one cluster only.
    margin : numpy.ndarray of float64, shape (n,)
        0 (on the border) to 1 (certain): ``1 - d1 / d2`` of the distances to the first and second choice.
    distance : numpy.ndarray of float64, shape (n,)
        Distance (not squared) to the own cluster's centroid.
    """

    labels: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    margin: npt.NDArray[np.float64]
    distance: npt.NDArray[np.float64]


class Clusters(Protocol):
    """Fitted groups."""

    method: str
    """The clusterer's name."""

    @property
    def k(self) -> int:
        """How many clusters there are."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """What the method itself calls the clusters; empty where it has no names for them, or was read back."""
        ...

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points of shape (n, d)."""
        ...

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        ...

    def arrays(self) -> Arrays:
        """Give everything needed to place points, as named arrays, for the model file."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        ...


class Clusterer(Protocol):
    """A way of finding groups."""

    name: str
    """What ``--method`` calls it."""
    clusters: type[Clusters]
    """What it finds: the class that reads them back from a model file."""
    takes_number: bool
    """Whether a number of clusters can be asked for. Where not, ``fit`` gives what there is, whatever ``k`` says."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it wants as its columns, as they are; empty where any will do, prepared."""
        ...

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What people should know about the method as it was set up; empty where there is nothing."""
        ...

    def fit(self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int) -> Clusters:
        """Find ``k`` clusters among points of shape (n, d), the best of ``starts`` seeded starts."""
        ...
