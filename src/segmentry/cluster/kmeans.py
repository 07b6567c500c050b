"""k-means: many seeded starts, the same answer whatever the order of the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.order import first_of_its_kind, told_apart
from segmentry.cluster.search import TRIAL_PASSES, search
from segmentry.errors import Caveat
from segmentry.kernels import label, lloyd_each, nearest_two, seed_centroids
from segmentry.prepare import Layout

__all__ = ["KMeans", "KMeansClusters"]

Floats = npt.NDArray[np.float64]

SAMPLE = 32_768
"""More different points than these are searched on a sample of so many; the best ends are then polished on all."""

FEW_COPIES = 0.8
"""Copies are looked at once, with their number, where at most this share of the points differ."""

POLISH_PASSES = 3
"""After so many passes over all points only the best end goes on: the best on the sample lost 0.2% of inertia."""

LARGE_GAIN = 1e-6
"""Past SAMPLE points polishing ends when a pass lowers inertia by less than this share: the rest is below any use."""


@dataclass(frozen=True, slots=True)
class KMeansClusters:
    """Groups around centroids: a point belongs to the nearest.

    Parameters
    ----------
    centroids : numpy.ndarray of float64, shape (k, d)
        Means of the points they were fitted on.

    Examples
    --------
    >>> clusters = KMeansClusters(np.array([[0.0], [10.0]]))
    >>> placed = clusters.place(np.array([[4.0], [10.0]]))
    >>> placed.labels.tolist(), placed.margin.round(3).tolist(), placed.distance.tolist()
    ([0, 1], [0.333, 1.0], [4.0, 0.0])
    """

    centroids: Floats
    method = "kmeans"
    names = ()
    fidelity = None
    bic = None
    remarks = ()
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centroids)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points in the cluster of the nearest centroid; of equally near ones, in the first.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        near = nearest_two(values, self.centroids)
        return Placement(near.first, near.second, near.margin, np.sqrt(near.first_squared))

    def label(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
        """Give the cluster of the nearest centroid of each point, and nothing else.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        return label(values, self.centroids)

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return type(self)(self.centroids[order])

    def arrays(self) -> Arrays:
        """Give the centroids as ``centroids``."""
        return {"centroids": self.centroids}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        return cls(np.asarray(arrays["centroids"], dtype=np.float64))


class KMeans:
    """Find clusters that minimise the sum of squared distances to their means.

    Points are first put in the lexicographic order of their values, so that the order of rows decides nothing. Starts
    are drawn by greedy k-means++, and the worse half is given up after 8 passes. Of more than 32,768 different points
    good ends are searched on a sample of that size, and the best few that differ are polished on all.

    Examples
    --------
    >>> found = KMeans().fit(np.array([[0.0], [1.0], [9.0], [10.0]]), 2, seed=0, starts=3)
    >>> sorted(found.centroids.ravel().tolist())
    [0.5, 9.5]
    """

    name: str = "kmeans"
    clusters: type[Clusters] = KMeansClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> KMeansClusters:
        """Find ``k`` clusters.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points.
        k : int
            At least 1.
        seed : int
            Not negative; the same seed gives the same clusters.
        starts : int
            Independent starts, at least 1.
        layout : Layout, optional
            Not used: every column is a number to it.

        Raises
        ------
        TooFewError
            Fewer than ``k`` points differ.
        """
        return self.sweep(values, [k], seed=seed, starts=starts, layout=layout)[0]

    def sweep(
        self,
        values: npt.NDArray[np.floating],
        ks: Sequence[int],
        *,
        seed: int,
        starts: int,
        layout: Layout | None = None,
    ) -> tuple[KMeansClusters, ...]:
        """Find clusters for several numbers: what :meth:`fit` finds for each, the points looked at together.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points.
        ks : sequence of int
            Each at least 1.
        seed, starts, layout
            As for :meth:`fit`.

        Raises
        ------
        TooFewError
            Fewer points differ than clusters are asked for.

        Examples
        --------
        >>> found = KMeans().sweep(np.array([[0.0], [1.0], [9.0], [10.0]]), [1, 2], seed=0, starts=3)
        >>> [sorted(clusters.centroids.ravel().tolist()) for clusters in found]
        [[5.0], [0.5, 9.5]]
        """
        del layout
        ordered, fresh = told_apart(values, max(ks))
        points, weights = counted(ordered, fresh)
        if len(points) <= SAMPLE:
            drawn = [seed_centroids(points, k, starts, np.random.default_rng([seed, k]), weights) for k in ks]
            ended = lloyd_each(points, drawn, trial=TRIAL_PASSES, kept=(starts + 1) // 2, weights=weights)
        else:
            sample = draw_sample(ordered, fresh, max(ks), seed)
            few = search(*counted(sample, first_of_its_kind(sample)), ks, seed=seed, starts=starts)
            ended = lloyd_each(points, few, trial=POLISH_PASSES, gain=LARGE_GAIN, weights=weights)
        return tuple(KMeansClusters(fits.centroids[int(fits.inertia.argmin())]) for fits in ended)


def counted(
    ordered: npt.NDArray[np.floating], fresh: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.floating], Floats | None]:
    """Give each kind of point once and how often it is there; the points as they are and None where copies are few."""
    kinds = np.flatnonzero(fresh)
    if len(kinds) > FEW_COPIES * len(ordered):
        return ordered, None
    return ordered[kinds], np.diff(kinds, append=len(ordered)).astype(np.float64)


def draw_sample(
    ordered: npt.NDArray[np.floating], fresh: npt.NDArray[np.bool_], k: int, seed: int
) -> npt.NDArray[np.floating]:
    """Draw the points on which good ends are searched, the same for every k that its points allow."""
    if len(ordered) <= SAMPLE:
        return ordered
    rng = np.random.default_rng([seed, SAMPLE])
    rows = np.sort(rng.choice(len(ordered), SAMPLE, replace=False, shuffle=False))
    sample = ordered[rows]
    if int(first_of_its_kind(sample).sum()) < k:
        # Nearly all points are copies of a few: the sample gets one of each kind (up to its size) besides.
        kinds = np.flatnonzero(fresh)
        more = kinds if len(kinds) <= SAMPLE else rng.choice(kinds, SAMPLE, replace=False, shuffle=False)
        sample = ordered[np.sort(np.concatenate([rows, more]))]
    return sample
