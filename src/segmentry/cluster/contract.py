"""The one contract that every clusterer keeps: fit groups, then place anybody in them.

``Clusterer`` finds ``Clusters``; ``Clusters`` place points, one or a million, and a placement never depends on the rest
of the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from segmentry.cluster.tree import Tree
from segmentry.errors import Caveat
from segmentry.prepare import Layout

__all__ = ["NOWHERE", "Arrays", "Clusterer", "Clusters", "Labelling", "Placement", "Sweeping", "labels_of"]

Arrays = dict[str, npt.NDArray[np.float64]]

NOWHERE = -1
"""The label of a point that belongs to no cluster; few methods have such points."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where points belong.

    Parameters
    ----------
    labels : numpy.ndarray of int32, shape (n,)
        The cluster of each point, from 0; :data:`NOWHERE` where it belongs to none.
    second : numpy.ndarray of int32, shape (n,)
        The second choice; equal to ``labels`` where there is one cluster only. The nearest cluster for who belongs
        nowhere.
    margin : numpy.ndarray of float64, shape (n,)
        0 (on the border) to 1 (certain): ``1 - d1 / d2`` of the distances to the first and second choice, or
        ``p1 - p2`` where the method gives probabilities; 0 for who belongs nowhere.
    distance : numpy.ndarray of float64, shape (n,)
        How far from what is typical of the own cluster: for most methods the distance (not squared) to its centroid.
    """

    labels: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    margin: npt.NDArray[np.float64]
    distance: npt.NDArray[np.float64]


class Clusters(Protocol):
    """Fitted groups."""

    @property
    def method(self) -> str:
        """The clusterer's name."""
        ...

    @property
    def fidelity(self) -> float | None:
        """Share of the fitted points that :meth:`place` puts where the fit had them; None where placing is the fit."""
        ...

    @property
    def bic(self) -> float | None:
        """Bayesian information criterion of the fit, smaller is better; None where the method has no likelihood."""
        ...

    @property
    def remarks(self) -> tuple[Caveat, ...]:
        """What people should know about this fit; empty where there is nothing."""
        ...

    @property
    def tree(self) -> Tree | None:
        """The tree that the clusters were cut from; None where there is none."""
        ...

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
    """Whether a number of clusters can be asked for. Where not, ``k`` of ``fit`` is one of ``settings``."""
    settings: tuple[int, ...]
    """Where no number can be asked for: what is tried in its place; ``(0,)`` where nothing can be tried."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it wants as its columns, as they are; empty where any will do, prepared."""
        ...

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What people should know about the method as it was set up; empty where there is nothing."""
        ...

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> Clusters:
        """Find ``k`` clusters among points of shape (n, d), the best of ``starts`` seeded starts.

        ``layout`` says what the columns are; None takes all for numbers. Most methods don't ask.
        """
        ...


@runtime_checkable
class Labelling(Protocol):
    """Clusters that know where points belong in less time than it takes to place them with all that goes with it."""

    def label(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
        """Give the labels that ``place`` gives."""
        ...


def labels_of(clusters: Clusters, values: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """Give the cluster of each point, and nothing else.

    Parameters
    ----------
    clusters : Clusters
        Fitted.
    values : numpy.ndarray of float, shape (n, d)
        Points.

    Returns
    -------
    numpy.ndarray of int32, shape (n,)
        The labels of ``clusters.place(values)``.
    """
    return clusters.label(values) if isinstance(clusters, Labelling) else clusters.place(values).labels


@runtime_checkable
class Sweeping(Protocol):
    """A clusterer whose fits for several numbers share work, a tree for instance."""

    def sweep(
        self,
        values: npt.NDArray[np.floating],
        ks: Sequence[int],
        *,
        seed: int,
        starts: int,
        layout: Layout | None = None,
    ) -> tuple[Clusters, ...]:
        """Give what ``fit`` gives for each number, in order."""
        ...
