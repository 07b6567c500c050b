"""k-prototypes: k-means for customers who have numbers and categories."""

from dataclasses import dataclass
from itertools import islice
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.kmeans import SAMPLE, KMeans, draw_sample
from segmentry.cluster.order import told_apart
from segmentry.errors import Caveat
from segmentry.kernels import (
    Coding,
    PrototypeFits,
    Prototypes,
    code_columns,
    draw_prototypes,
    kprototypes,
    nearest_prototypes,
    relocate,
    settle,
    split_columns,
)
from segmentry.kernels.assign import chunks
from segmentry.prepare import Layout

__all__ = ["KPrototypes", "KPrototypesClusters", "huang_gamma"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

TRIAL_PASSES = 8
"""After so many passes the worse half of the starts is given up."""

SEARCH_GAIN = 1e-4
"""Passes end when one lowers the cost by no more than this share: single moves do the rest in fewer rounds."""

LEAST = 1e-5
"""Single points are moved until a round of moves lowers the cost by no more than this share."""

POLISHED = 3
"""How many starts go on from a sample to all points."""

LARGE_LEAST = 1e-6
"""Past SAMPLE points, single points of all are moved until a round lowers the cost by no more than this share."""


@dataclass(frozen=True, slots=True)
class KPrototypesClusters:
    """Groups around prototypes: a mean of numbers and the commonest level of every category.

    What a point costs at a prototype is its squared distance to the mean plus ``gamma`` for each level that differs.
    The root of it is the distance; the margin is 1 less the ratio of the distances to the first and second choice.

    Parameters
    ----------
    coding : Coding
        Which columns are numbers and which are categories.
    centroids : numpy.ndarray of float64, shape (k, numbers)
        Means.
    modes : numpy.ndarray of int32, shape (k, attributes)
        Levels.
    gamma : float
        What a differing level costs.
    """

    coding: Coding
    centroids: Floats
    modes: Codes
    gamma: float
    method = "kprototypes"
    names = ()
    fidelity = None
    remarks = ()
    tree = None
    bic = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.modes)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points at the cheapest prototype; of equally cheap ones, at the first.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on. A category's level that the fit hadn't seen
            differs from all others.
        """
        n = len(values)
        placed = Placement(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n))
        for rows in chunks(n, self.k):
            numbers, codes = split_columns(values[rows], self.coding)
            (first, second), costs = nearest_prototypes(numbers, codes, self.centroids, self.modes, self.gamma)
            distance, other = np.sqrt(costs)
            placed.labels[rows], placed.second[rows], placed.distance[rows] = first, second, distance
            placed.margin[rows] = 1.0 - np.divide(distance, other, out=np.ones_like(other), where=other > 0)
        return placed

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return type(self)(self.coding, self.centroids[order], self.modes[order], self.gamma)

    def arrays(self) -> Arrays:
        """Give ``centroids``, ``modes``, ``gamma``, and which columns are what."""
        own = {"centroids": self.centroids, "modes": self.modes.astype(np.float64), "gamma": np.array([self.gamma])}
        return own | self.coding.arrays()

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        modes, gamma = arrays["modes"].astype(np.int32), float(arrays["gamma"][0])
        return cls(Coding.from_arrays(arrays), np.asarray(arrays["centroids"], dtype=np.float64), modes, gamma)


class KPrototypes:
    """Find clusters that minimise squared distances of numbers plus differing levels of categories.

    Columns that are all numbers are k-means' business, and its answer is given; without numbers this is k-modes. Starts
    are drawn by greedy k-means++ in the mixed distance, the worse half given up after 8 passes. The others are improved
    by moving single points, and the best of them, a round for every four starts, by moving whole prototypes. Past
    32,768 points all this is done on a sample; the best three then go on with all points, and the best of these is
    settled by moving single ones.

    Examples
    --------
    >>> layout = Layout(("age", "club"), ("number", "yes-no"), ("age", "club"))
    >>> points = np.array([[0.0, 0], [0.1, 0], [0.0, 1], [9.0, 1], [9.1, 1]])
    >>> found = KPrototypes().fit(points, 2, seed=0, starts=3, layout=layout)
    >>> found.centroids.round(3).ravel().tolist(), found.modes.ravel().tolist(), round(found.gamma, 3)
    ([0.033, 9.05], [0, 1], 2.209)
    """

    name: str = "kprototypes"
    clusters: type[Clusters] = KPrototypesClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> KPrototypesClusters:
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
            What the columns are; None takes all for numbers.

        Raises
        ------
        TooFewError
            Fewer than ``k`` points differ.
        """
        ordered, fresh = told_apart(values, k)
        coding = code_columns(ordered, layout or Layout.numbers(values.shape[1]))
        if not coding.attributes:
            found = KMeans().fit(ordered, k, seed=seed, starts=starts)
            return KPrototypesClusters(coding, found.centroids, np.empty((k, 0), dtype=np.int32), 1.0)
        numbers, codes = split_columns(draw_sample(ordered, fresh, k, seed), coding)
        gamma = huang_gamma(numbers)
        begun = draw_prototypes(numbers, codes, k, starts, gamma, np.random.default_rng([seed, k]))
        tried = kprototypes(numbers, codes, begun, gamma, max_passes=TRIAL_PASSES)
        half = np.argsort(tried.cost, kind="stable")[: (starts + 1) // 2]
        ended = kprototypes(numbers, codes, tried.prototypes.take(half), gamma, gain=SEARCH_GAIN)
        rng, large = np.random.default_rng([seed, k, starts]), len(ordered) > SAMPLE
        settled = _settled(numbers, codes, ended, gamma, rng, rounds=starts // 4, wanted=POLISHED if large else 1)
        best = _polished(*split_columns(ordered, coding), settled, gamma) if large else settled[0]
        return KPrototypesClusters(coding, best.centroids[0], best.modes[0], gamma)


def huang_gamma(numbers: npt.NDArray[np.floating]) -> float:
    """Give what a differing level costs: half the mean standard deviation of the numbers.

    1 where there are no numbers, or none that varies: then any price gives the same clusters.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.

    Notes
    -----
    Huang, "Clustering large data sets with mixed numeric and categorical values", Proceedings of the First Pacific-Asia
    Conference on Knowledge Discovery and Data Mining (1997), relates the price to the mean standard deviation of
    the numbers; half of it is what is commonly taken.

    Examples
    --------
    >>> huang_gamma(np.array([[0.0, 0.0], [2.0, 6.0]]))
    1.0
    """
    spread = float(numbers.std(axis=0, dtype=np.float64).mean()) / 2 if numbers.shape[1] else 0.0
    return spread if spread > 0 else 1.0


def _settled(
    numbers: Floats,
    codes: Codes,
    tried: PrototypeFits,
    gamma: float,
    rng: np.random.Generator,
    *,
    rounds: int,
    wanted: int,
) -> list[Prototypes]:
    """Improve starts by moving single points, the best of them by moving whole prototypes; the best come first."""
    best = np.argsort(tried.cost, kind="stable")
    found: list[tuple[float, Prototypes]] = []
    for start in best[: (len(best) + 1) // 2]:
        own = tried.prototypes.take(np.array([start]))
        labels, k = _cheapest(numbers, codes, own, gamma), own.modes.shape[1]
        _, prototypes, cost = settle(numbers, codes, labels, k, gamma, least=LEAST)
        found.append((cost, prototypes))
    settled = [prototypes for _, prototypes in sorted(found, key=lambda pair: pair[0])]
    settled[0] = relocate(numbers, codes, settled[0], gamma, rng, rounds=rounds, least=LEAST)[0]
    # Categories alone can leave two prototypes alike, and one of them without anybody: then the next fit is taken.
    others = [tried.prototypes.take(np.array([start])) for start in best]
    serving = (prototypes for prototypes in (*settled, *others) if _all_serve(numbers, codes, prototypes, gamma))
    return list(islice(serving, wanted)) or settled


def _all_serve(numbers: Floats, codes: Codes, prototypes: Prototypes, gamma: float) -> bool:
    """Say whether every prototype is the cheapest of somebody."""
    k = prototypes.modes.shape[1]
    return bool((np.bincount(_cheapest(numbers, codes, prototypes, gamma), minlength=k) > 0).all())


def _polished(numbers: Floats, codes: Codes, found: list[Prototypes], gamma: float) -> Prototypes:
    """Go on with what was found on a sample, on all points; the best is settled."""
    starts = Prototypes(np.concatenate([own.centroids for own in found]), np.concatenate([own.modes for own in found]))
    fits = kprototypes(numbers, codes, starts, gamma, max_passes=TRIAL_PASSES, gain=SEARCH_GAIN)
    best = fits.prototypes.take(fits.cost.argsort(kind="stable")[:1])
    labels, k = _cheapest(numbers, codes, best, gamma), best.modes.shape[1]
    return settle(numbers, codes, labels, k, gamma, least=LARGE_LEAST)[1]


def _cheapest(numbers: Floats, codes: Codes, prototypes: Prototypes, gamma: float) -> Codes:
    """Give each point's cheapest prototype of the first start."""
    labels, _ = nearest_prototypes(numbers, codes, prototypes.centroids[0], prototypes.modes[0], gamma)
    return np.asarray(labels[0])
