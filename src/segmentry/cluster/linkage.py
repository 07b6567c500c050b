"""Ward's method and average, complete and single linkage: a tree of groups, cut into as many as asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.cells import ENOUGH, Prototypes, prototypes
from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.joins import LINKAGES, Linking, join, join_weighted
from segmentry.cluster.order import told_apart
from segmentry.cluster.tree import Tree, grow
from segmentry.errors import Caveat
from segmentry.kernels import means, micro_clusters
from segmentry.prepare import Layout

__all__ = ["Linkage", "LinkageClusters"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

EXACT = 10_000
"""Up to so many different points the tree is exact: all distances are held, some 800 MB of them."""

EXACT_WARD = 20_000
"""The same for Ward's method, which holds no distances; of 30 columns it takes some seconds."""

NARROW = 8
"""Up to so many columns Ward's method is exact for more points: few tiles of neighbours need a closer look."""

EXACT_NARROW = 40_000
"""For so many, which take a second and a half."""

MICRO = 2_000
"""Past that, the tree joins so many micro-clusters."""

MICRO_WARD = 8_000
"""The same for Ward's method."""

LEAVES = 61
"""The tree that is kept has so many leaves, or one a cluster where there are more clusters."""

CHECKED = 20_000
"""Fidelity is measured on at most so many fitted points, evenly taken from all in their order."""


@dataclass(frozen=True, slots=True)
class LinkageClusters:
    """Groups cut from a tree; a point belongs where the nearest prototype does.

    A tree places the points it was made of and no others, so placing is a surrogate. For Ward each cluster has one
    prototype, its mean. The other linkages find clusters of any shape; as many local means stand for them as are needed
    to put 99% of the fitted points where the tree has them, at most 1,000.

    Parameters
    ----------
    method : {"ward", "average", "complete", "single"}
        How the tree was made.
    centroids : numpy.ndarray of float64, shape (k, d)
        The mean of each cluster's points.
    prototypes : Prototypes
        What points are placed by.
    tree : Tree
        Its upper part, with the cluster of each leaf.
    fidelity : float
        Share of the fitted points that are placed where the tree has them.
    micro : int, default 0
        How many micro-clusters the tree joined; 0 where it joined the points themselves.

    Notes
    -----
    The margin is 1 - d1 / d2 of the distances to the nearest prototypes of the first and second choice; the distance is
    that to the own cluster's mean.
    """

    method: str
    centroids: Floats
    prototypes: Prototypes
    tree: Tree
    fidelity: float
    micro: int = 0
    names = ()
    bic = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centroids)

    @property
    def remarks(self) -> tuple[Caveat, ...]:
        """Say whether the tree joined micro-clusters."""
        if not self.micro:
            return ()
        most = _exact(self.method, self.centroids)
        policy = (
            f"more than {most:,} different customers are too many for a full tree: {self.micro:,} small groups of "
            "neighbours were joined instead (--method kmeans needs none)"
        )
        return (Caveat("micro-clusters", self.micro, policy),)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points in the cluster of the nearest prototype; of equally near ones, in the first cluster.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        near = self.prototypes.nearest(values)
        return Placement(near.first, near.second, near.margin, _away(values, self.centroids, near.first))

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return replace(
            self,
            centroids=self.centroids[order],
            prototypes=self.prototypes.reorder(order),
            tree=self.tree.reorder(order),
        )

    def arrays(self) -> Arrays:
        """Give means, prototypes and their clusters, the tree, and what is known about the fit."""
        return {
            "centroids": self.centroids,
            "prototypes": self.prototypes.points,
            "owner": self.prototypes.owner.astype(np.float64),
            "fit": np.array([LINKAGES.index(self.method), self.fidelity, self.micro], dtype=np.float64),
            **self.tree.arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        how, fidelity, micro = arrays["fit"].tolist()
        held = Prototypes(np.asarray(arrays["prototypes"], dtype=np.float64), arrays["owner"].astype(np.intp))
        centroids = np.asarray(arrays["centroids"], dtype=np.float64)
        return cls(LINKAGES[int(how)], centroids, held, Tree.from_arrays(arrays), fidelity, int(micro))


@dataclass(frozen=True, slots=True)
class _Grown:
    """A tree and what it was made of.

    Parameters
    ----------
    ordered : numpy.ndarray of float, shape (n, d)
        All points, in lexicographic order.
    points : numpy.ndarray of float, shape (m, d)
        What was joined: the points, one of each kind, or means of micro-clusters.
    weights : numpy.ndarray of float64, shape (m,)
        How many points each is.
    member : numpy.ndarray of intp, shape (n,)
        Which of the m each point is in.
    joins : numpy.ndarray of float64, shape (m - 1, 4)
        The whole tree.
    micro : int
        How many micro-clusters there are, or 0.
    """

    ordered: npt.NDArray[np.floating]
    points: npt.NDArray[np.floating]
    weights: Floats
    member: Ints
    joins: Floats
    micro: int


class Linkage:
    """Join the nearest two groups until one is left; cut where as many are left as were asked for.

    Ward's is exact up to 40,000 different points, or 20,000 where they have more than 8 columns; past that 8,000
    micro-clusters are joined instead, each counting as many points as it holds. The other trees are exact up to 10,000,
    and join 2,000 past that. Nothing is random.

    Parameters
    ----------
    how : {"ward", "average", "complete", "single"}
        As for :func:`segmentry.cluster.joins.join`; also the clusterer's name.

    Examples
    --------
    >>> found = Linkage("ward").fit(np.array([[0.0], [1.0], [9.0], [10.0]]), 2, seed=0, starts=1)
    >>> found.centroids.ravel().tolist(), found.tree.heights.round(3).tolist()
    ([0.5, 9.5], [1.0, 1.0, 12.728])
    """

    clusters: type[Clusters] = LinkageClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __init__(self, how: Linking) -> None:
        self.name: str = how
        self._how: Linking = how

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> LinkageClusters:
        """Find ``k`` clusters.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points.
        k : int
            At least 1.
        seed, starts, layout
            Not used: nothing is random, and every column is a number to it.

        Raises
        ------
        TooFewError
            Fewer than ``k`` points differ.
        """
        return self.sweep(values, (k,), seed=seed, starts=starts, layout=layout)[0]

    def sweep(
        self,
        values: npt.NDArray[np.floating],
        ks: Sequence[int],
        *,
        seed: int,
        starts: int,
        layout: Layout | None = None,
    ) -> tuple[LinkageClusters, ...]:
        """Give what :meth:`fit` gives for each number; the tree is made once.

        Raises
        ------
        TooFewError
            Fewer points differ than the largest number.
        """
        del seed, starts, layout
        grown = _grow(values, max(ks), self._how)
        kept: dict[int, tuple[Tree, Ints]] = {}
        found = []
        for k in ks:
            leaves = max(LEAVES, k)
            if leaves not in kept:
                kept[leaves] = grow(grown.joins, grown.weights, leaves)
            tree, leaf = kept[leaves]
            found.append(_cut(grown, tree.cut(k), leaf, self._how))
        return tuple(found)


def _exact(how: str, points: npt.NDArray[np.floating]) -> int:
    """Give the most points of so many columns whose tree is exact."""
    if how != "ward":
        return EXACT
    return EXACT_NARROW if points.shape[1] <= NARROW else EXACT_WARD


def _grow(values: npt.NDArray[np.floating], k: int, how: Linking) -> _Grown:
    """Make the whole tree: of all points, of one of each kind, or of micro-clusters."""
    ordered, fresh = told_apart(values, k)
    if len(ordered) <= _exact(how, ordered):
        every = np.arange(len(ordered))
        return _Grown(ordered, ordered, np.ones(len(ordered)), every, join(ordered, how), 0)
    points = ordered if fresh.all() else ordered[fresh]
    member = np.cumsum(fresh) - 1
    weights = np.bincount(member).astype(np.float64)
    micro = 0
    if len(points) > _exact(how, ordered):
        cell = _by_first(micro_clusters(points, weights, max(MICRO_WARD if how == "ward" else MICRO, k)))
        micro = int(cell.max()) + 1
        points, member = means(points, weights, cell, micro), cell[member]
        weights = np.bincount(member).astype(np.float64)
    return _Grown(ordered, points, weights, member, join_weighted(points, weights, how), micro)


def _by_first(cell: npt.NDArray[np.int64]) -> Ints:
    """Give cells the order of their first points, on which the tree's left and right rest."""
    first = np.empty(int(cell.max()) + 1, dtype=np.intp)
    first[cell[::-1]] = np.arange(len(cell))[::-1]  # what is written last stays
    return np.argsort(np.argsort(first))[cell]


def _cut(grown: _Grown, tree: Tree, leaf: Ints, how: Linking) -> LinkageClusters:
    """Make clusters of a tree that was cut."""
    labels = tree.labels[leaf]
    centroids = means(grown.points, grown.weights, labels, int(labels.max()) + 1)
    enough = 0.0 if how == "ward" else ENOUGH
    local = prototypes(grown.points, grown.weights, labels, enough)
    rows = np.arange(0, len(grown.ordered), math.ceil(len(grown.ordered) / CHECKED))
    checked = grown.ordered[rows]
    placed = local.nearest(checked).first
    if grown.micro and _leaves_out(local, grown, labels, placed):
        local = prototypes(grown.ordered, np.ones(len(grown.ordered)), labels[grown.member], enough)
        placed = local.nearest(checked).first
    fidelity = float(np.mean(placed == labels[grown.member[rows]]))
    return LinkageClusters(how, centroids, local, tree, fidelity, grown.micro)


def _leaves_out(local: Prototypes, grown: _Grown, labels: npt.NDArray[np.int32], placed: npt.NDArray[np.int32]) -> bool:
    """Say whether a cluster that nobody was placed in has no point nearest to it, as may be where it is one cell."""
    for cluster in np.flatnonzero(np.bincount(placed, minlength=int(labels.max()) + 1) == 0):
        own = grown.ordered[(labels == cluster)[grown.member]]
        if not (local.nearest(own).first == cluster).any():
            return True
    return False


def _away(values: npt.NDArray[np.floating], centroids: Floats, labels: npt.NDArray[np.int32]) -> Floats:
    """Give each point's distance to the centroid of its cluster."""
    squared = np.zeros(len(values))
    for column, centres in zip(values.T, centroids.T, strict=True):
        step = column - centres[labels]
        squared += step * step
    return np.sqrt(squared)
