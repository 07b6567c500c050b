"""k-means: many seeded starts, the same answer whatever the order of the rows."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.order import first_of_its_kind, told_apart
from segmentry.errors import Caveat
from segmentry.kernels import Fits, assign, lloyd, nearest_two, seed_centroids
from segmentry.prepare import Layout

__all__ = ["KMeans", "KMeansClusters"]

Floats = npt.NDArray[np.float64]

SAMPLE = 32_768
"""Starts are searched on at most so many points; the best are then polished on all."""

TRIAL_PASSES = 8
"""After so many passes worse starts are given up: the best one is hardly ever among them by then."""

POLISHED = 3
"""How many starts go on from a sample to all points: the winner alone lost 0.2% of inertia at 12 clusters."""

SEARCH_SHIFT = 1e-4
"""On a sample, a start may stop once its centroids move less than this, in mean variances: it will move on anyway."""

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
    are drawn by greedy k-means++ and searched on at most 32,768 points, the worse half given up after 8 passes; the
    best three are polished on all.

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
        del layout
        ordered, fresh = told_apart(values, k)
        sample = draw_sample(ordered, fresh, k, seed)
        rng = np.random.default_rng([seed, k])
        tried = lloyd(sample, seed_centroids(sample, k, starts, rng), max_passes=TRIAL_PASSES)
        half = _best(tried, (starts + 1) // 2)
        if len(ordered) <= SAMPLE:
            return KMeansClusters(_best(lloyd(ordered, half), 1)[0])
        searched = lloyd(sample, half, shift=SEARCH_SHIFT)
        polished = lloyd(ordered, _best(searched, POLISHED), max_passes=TRIAL_PASSES)
        return KMeansClusters(lloyd(ordered, _best(polished, 1), gain=LARGE_GAIN).centroids[0])


def draw_sample(
    ordered: npt.NDArray[np.floating], fresh: npt.NDArray[np.bool_], k: int, seed: int
) -> npt.NDArray[np.floating]:
    """Draw the points on which starts are searched, the same for every k."""
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


def _best(fits: Fits, count: int) -> Floats:
    """Give the centroids of the best starts, best first; one that ended where a better one did would only repeat it."""
    kept: list[int] = []
    for index in np.argsort(fits.inertia, kind="stable")[:count]:
        if kept:
            slack = 1e-9 * fits.inertia[kept[-1]]
            _, away = assign(fits.centroids[index], fits.centroids[kept[-1]])
            if fits.inertia[index] - fits.inertia[kept[-1]] <= slack and away.sum() <= slack:
                continue
        kept.append(int(index))
    return fits.centroids[kept]
