"""HDBSCAN: groups are where points are dense; who is nowhere near one belongs to none."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import NOWHERE, Arrays, Clusters, Placement
from segmentry.cluster.order import in_order
from segmentry.errors import Caveat
from segmentry.prepare import Layout

__all__ = ["DenseClusters", "Hdbscan"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

FITTED = 10_000
"""Groups are looked for among at most so many points: time grows with the square."""

KEPT = 5_000
"""A fit keeps at most so many points, whom others are placed by."""

NEIGHBOURS = 5
"""A point is dense by the distance to the fourth nearest other: with more, half of the customers belong nowhere."""

SMALLEST = 5
"""No group of fewer points is looked for, whatever the setting."""


@dataclass(frozen=True, slots=True)
class DenseClusters:
    """Dense groups of any shape, and nowhere.

    A point belongs to the cluster of the nearest kept point, if that is no further away than the cluster's own points
    are from each other; else it belongs nowhere. That is a surrogate: the method itself places only the points that it
    was fitted on.

    Parameters
    ----------
    kept : numpy.ndarray of float64, shape (p, d)
        Points of clusters, all different.
    owner : numpy.ndarray of intp, shape (p,)
        The cluster of each, in ascending order.
    centroids : numpy.ndarray of float64, shape (k, d)
        The mean of each cluster's points.
    reach : numpy.ndarray of float64, shape (k,)
        The largest distance from a point of the cluster to the nearest other point that is kept of it; infinite where
        nothing was found, so that everybody is in one cluster.
    spacing : numpy.ndarray of float64, shape (k,)
        The median of those distances.
    fidelity : float
        Share of the fitted points that are placed where the fit has them, nowhere included.
    points : int
        How many were given to the fit.

    Notes
    -----
    The margin is 1 - d1 / d2 of the distances to the nearest kept points of the first and second choice. Neither
    counts as less than the first choice's spacing: fitted customers lie on kept points and would all look certain. The
    distance is that to the mean of the cluster, the nearest one for who belongs nowhere.
    """

    kept: Floats
    owner: Ints
    centroids: Floats
    reach: Floats
    spacing: Floats
    fidelity: float
    points: int
    method = "hdbscan"
    names = ()
    bic = None
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centroids)

    @property
    def remarks(self) -> tuple[Caveat, ...]:
        """Say whether nothing was found, and whether a sample was looked at."""
        remarks = []
        if np.isinf(self.reach).any():
            policy = (
                "no group is denser than what lies between: all customers form one segment (--method kmeans cuts them)"
            )
            remarks.append(Caveat("no-dense-group", self.points, policy))
        if self.points > FITTED:
            policy = (
                f"dense groups were looked for among {FITTED:,} of {self.points:,} customers; all are placed by them"
            )
            remarks.append(Caveat("sample", FITTED, policy))
        return tuple(remarks)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points with the nearest kept point, or nowhere.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        from scipy.spatial import cKDTree  # noqa: PLC0415 - placing a customer needs none of it

        n = len(values)
        points = np.asarray(values, dtype=np.float64)
        each = np.arange(n)
        away = np.empty((self.k, n))
        for cluster in range(self.k):
            away[cluster] = cKDTree(self.kept[self.owner == cluster]).query(points)[0]
        first = away.argmin(axis=0)
        nearest = away[first, each]
        centre = np.sqrt(((points - self.centroids[first]) ** 2).sum(axis=1))
        second, margin = first, np.ones(n)
        if self.k > 1:
            away[first, each] = np.inf
            second = away.argmin(axis=0)
            floor = self.spacing[first]
            own, other = np.maximum(nearest, floor), np.maximum(away[second, each], floor)
            margin = 1.0 - np.divide(own, other, out=np.ones(n), where=other > 0)
        inside = nearest <= self.reach[first] * (1 + 1e-12)
        return Placement(
            labels=np.where(inside, first, NOWHERE).astype(np.int32),
            second=np.where(inside, second, first).astype(np.int32),
            margin=np.where(inside, margin, 0.0),
            distance=centre,
        )

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        owner = np.argsort(order)[self.owner]
        by_owner = np.argsort(owner, kind="stable")
        return replace(
            self,
            kept=self.kept[by_owner],
            owner=owner[by_owner],
            centroids=self.centroids[order],
            reach=self.reach[order],
            spacing=self.spacing[order],
        )

    def arrays(self) -> Arrays:
        """Give kept points and their clusters, means, reach and spacing, and what is known about the fit."""
        return {
            "kept": self.kept,
            "owner": self.owner.astype(np.float64),
            "centroids": self.centroids,
            "reach": self.reach,
            "spacing": self.spacing,
            "fit": np.array([self.fidelity, self.points], dtype=np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        fidelity, points = arrays["fit"].tolist()
        kept, centroids, reach, spacing = (
            np.asarray(arrays[name], dtype=np.float64) for name in ("kept", "centroids", "reach", "spacing")
        )
        return cls(kept, arrays["owner"].astype(np.intp), centroids, reach, spacing, fidelity, int(points))


class Hdbscan:
    """Find groups that are denser than what lies between them; how many comes of the data.

    What can be set is the smallest group, in thousandths of the points (never under 5 points). Where no group is found,
    all points form one. Past 10,000 points, groups are looked for in a seeded sample.

    Notes
    -----
    Campello, Moulavi & Sander, "Density-based clustering based on hierarchical density estimates" (2013), as
    scikit-learn has it, with 5 as its ``min_samples``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = np.concatenate([rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 9])
    >>> found = Hdbscan().fit(points, 120, seed=0, starts=1)
    >>> found.k, found.place(np.array([[0.0, 0.0], [9.0, 9.0], [4.5, 4.5]])).labels.tolist()
    (2, [0, 1, -1])
    """

    name: str = "hdbscan"
    clusters: type[Clusters] = DenseClusters
    takes_number: bool = False
    settings: tuple[int, ...] = (20, 30, 50, 80, 120)
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> DenseClusters:
        """Find the groups.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points, at least one.
        k : int
            The smallest group in thousandths of the points, one of ``settings``.
        seed : int
            Of the samples; not negative.
        starts, layout
            Not used: it starts once, and every column is a number to it.
        """
        del starts, layout
        rng = np.random.default_rng([seed, FITTED])
        ordered = in_order(values).astype(np.float64)
        if len(ordered) > FITTED:
            ordered = ordered[np.sort(rng.choice(len(ordered), FITTED, replace=False, shuffle=False))]
        labels = _dense(ordered, max(SMALLEST, round(k * len(ordered) / 1000)))
        if labels.max() < 0:
            centre = ordered.mean(axis=0, keepdims=True)
            return DenseClusters(
                centre, np.zeros(1, np.intp), centre, np.full(1, np.inf), np.zeros(1), 1.0, len(values)
            )
        clusters = _clusters(ordered, labels, rng, len(values))
        return replace(clusters, fidelity=float(np.mean(clusters.place(ordered).labels == labels)))


def _dense(points: Floats, smallest: int) -> Ints:
    """Give each point's group, numbered by their first points; -1 for none."""
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - a second that most runs don't need

    if len(points) < 2 * smallest:
        return np.full(len(points), NOWHERE)
    found = HDBSCAN(min_cluster_size=smallest, min_samples=NEIGHBOURS, copy=True).fit(points).labels_
    groups, first = np.unique(found, return_index=True)
    number = np.full(int(found.max()) + 2, NOWHERE)  # the last is for -1
    groups = groups[np.argsort(first)]
    number[groups[groups >= 0]] = np.arange((groups >= 0).sum())
    return np.asarray(number[found], dtype=np.intp)


def _clusters(points: Floats, labels: Ints, rng: np.random.Generator, given: int) -> DenseClusters:
    """Keep points of each cluster in proportion to its size, and measure how far apart they are."""
    share = min(1.0, KEPT / np.count_nonzero(labels >= 0))
    kept, reach, spacing, centroids = [], [], [], []
    for cluster in range(int(labels.max()) + 1):
        own = points[labels == cluster]
        kinds = np.unique(own, axis=0)
        room = max(1, int(share * len(own)))
        if len(kinds) > room:
            kinds = kinds[np.sort(rng.choice(len(kinds), room, replace=False, shuffle=False))]
        kept.append(kinds)
        centroids.append(own.mean(axis=0))
        apart = _to_another(own, kinds)
        reach.append(apart.max())
        spacing.append(np.median(apart))
    owner = np.repeat(np.arange(len(kept)), [len(kinds) for kinds in kept])
    return DenseClusters(
        np.concatenate(kept), owner, np.stack(centroids), np.array(reach), np.array(spacing), 1.0, given
    )


def _to_another(own: Floats, kept: Floats) -> Floats:
    """Give the distance of each point to the nearest kept point other than itself."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - placing a customer needs none of it

    if len(kept) == 1:
        return np.asarray(np.sqrt(((own - kept) ** 2).sum(axis=1)))
    near = np.asarray(cKDTree(kept).query(own, k=2)[0])
    return np.where(near[:, 0] == 0.0, near[:, 1], near[:, 0])
