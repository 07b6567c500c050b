"""k-means with limits on how many points a cluster may hold."""

import math
import re
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.kmeans import KMeans
from segmentry.cluster.order import told_apart
from segmentry.errors import Caveat, UsageError
from segmentry.kernels import assign, balance, lloyd, seed_centroids, squared_distances
from segmentry.prepare import Layout

__all__ = ["KMeansSized", "SizedClusters", "read_limits"]

Floats = npt.NDArray[np.float64]

SEARCHED = 8_192
"""Starts are tried on at most so many points; the best is then fitted to all."""

TRIED = 3
"""How many of the starts, the best as plain k-means, are fitted within the limits."""

PASSES = 50
"""At most so many passes of assignment and means."""

SETTLED = 1e-3
"""Past SEARCHED points it ends when a pass moves less than this share of them."""

CHUNK = 1 << 14
"""Points placed at once."""


@dataclass(frozen=True, slots=True)
class SizedClusters:
    """Groups around centroids, each with an offset that keeps its size within limits.

    A point belongs where its squared distance to the centroid plus the offset is the least: a power diagram. Its
    borders put every fitted point where the exact assignment has it, except copies of one point that had to be divided.
    Limits hold for the fitted points; who comes later is placed by the same borders, whatever sizes come of it.

    Parameters
    ----------
    centroids : numpy.ndarray of float64, shape (k, d)
        Means of their points.
    offsets : numpy.ndarray of float64, shape (k,)
        Squared distances that are added; at least 0, one of them 0. All 0 where no limit is felt.
    limits : tuple of int
        The least and the most points a cluster was to hold.
    sizes : tuple of int
        The fewest and the most fitted points that a cluster holds as they are placed.
    fidelity : float
        Share of the fitted points that are placed where the assignment had them.

    Notes
    -----
    Aurenhammer, "Power diagrams: properties, algorithms and applications", SIAM Journal on Computing 16 (1987). The
    margin is 1 - d1 / d2, where d is the root of the squared distance plus offset: 0 on a border, and k-means' margin
    where offsets are 0. The distance is the plain one to the own centroid.

    Examples
    --------
    >>> clusters = SizedClusters(np.array([[0.0], [10.0]]), np.array([0.0, 44.0]), (2, 2), (2, 2), 1.0)
    >>> placed = clusters.place(np.array([[7.0], [7.4]]))
    >>> placed.labels.tolist(), placed.distance.round(2).tolist()
    ([0, 1], [7.0, 2.6])
    """

    centroids: Floats
    offsets: Floats
    limits: tuple[int, int]
    sizes: tuple[int, int]
    fidelity: float
    method = "kmeans-sized"
    names = ()
    bic = None
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.centroids)

    @property
    def remarks(self) -> tuple[Caveat, ...]:
        """Say where equal points made a limit impossible."""
        (least, most), (fewest, largest) = self.limits, self.sizes
        if least <= fewest and largest <= most:
            return ()
        policy = (
            f"segments were to hold {least:,} to {most:,} customers, and hold {fewest:,} to {largest:,}: customers "
            "whose measures are equal can't be told apart (--size-limits)"
        )
        return (Caveat("size-limits", max(least - fewest, largest - most), policy),)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points where the squared distance plus offset is least; of equal ones, in the first.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        n = len(values)
        placed = Placement(np.empty(n, np.int32), np.empty(n, np.int32), np.ones(n), np.empty(n))
        for rows in (slice(start, start + CHUNK) for start in range(0, n, CHUNK)):
            squared = squared_distances(values[rows], self.centroids)
            each = np.arange(squared.shape[1])
            power = squared + self.offsets[:, None]
            placed.labels[rows] = placed.second[rows] = first = power.argmin(axis=0)
            placed.distance[rows] = np.sqrt(squared[first, each])
            if self.k > 1:
                nearest = power[first, each]
                power[first, each] = np.inf
                placed.second[rows] = second = power.argmin(axis=0)
                next_ = power[second, each]
                ratio = np.divide(nearest, next_, out=np.ones_like(nearest), where=next_ > 0)
                placed.margin[rows] = 1.0 - np.sqrt(ratio)
        return placed

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return replace(self, centroids=self.centroids[order], offsets=self.offsets[order])

    def arrays(self) -> Arrays:
        """Give centroids, offsets, and what is known about the fit: limits, sizes, fidelity."""
        fit = np.array([*self.limits, *self.sizes, self.fidelity], dtype=np.float64)
        return {"centroids": self.centroids, "offsets": self.offsets, "fit": fit}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        least, most, fewest, largest, fidelity = arrays["fit"].tolist()
        centroids, offsets = (np.asarray(arrays[name], dtype=np.float64) for name in ("centroids", "offsets"))
        return cls(centroids, offsets, (int(least), int(most)), (int(fewest), int(largest)), fidelity)


class KMeansSized:
    """Find clusters of least squared distances to their means, none smaller or larger than the limits allow.

    Assignment and means alternate as in k-means, each assignment being the cheapest that keeps the limits. The three
    best of the starts, as plain k-means on at most 8,192 points, are fitted within the limits there, and the best of
    them to all points.

    Parameters
    ----------
    least, most : float or None, default None
        Shares of the points, 0 to 1. None takes half and one and a half times an equal share.

    Notes
    -----
    Bradley, Bennett & Demiriz, "Constrained k-means clustering", Microsoft Research MSR-TR-2000-65 (2000).

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [2.0], [3.0], [9.0], [10.0]])
    >>> found = KMeansSized(0.5, 0.5).fit(points, 2, seed=0, starts=3)
    >>> np.bincount(found.place(points).labels).tolist(), found.fidelity
    ([3, 3], 1.0)
    """

    name: str = "kmeans-sized"
    clusters: type[Clusters] = SizedClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __init__(self, least: float | None = None, most: float | None = None) -> None:
        self._least, self._most = least, most

    @property
    def numbers(self) -> tuple[int, int]:
        """The least and the largest number of clusters that the limits leave possible."""
        lowest = 1 if self._most is None else math.ceil(1 / self._most - 1e-9)
        highest = 10**9 if not self._least else math.floor(1 / self._least + 1e-9)
        return lowest, highest

    def limits(self, n: int, k: int) -> tuple[int, int]:
        """Give the least and the most of ``n`` points in one of ``k`` clusters; never such that n can't be divided so.

        Examples
        --------
        >>> KMeansSized().limits(100, 4), KMeansSized(0.1, 0.3).limits(200, 5), KMeansSized().limits(3, 2)
        ((13, 37), (20, 60), (1, 2))
        """
        least = 0.5 / k if self._least is None else self._least
        most = 1.5 / k if self._most is None else self._most
        fewest = max(1, min(math.ceil(least * n - 1e-9), n // k))
        return fewest, min(n, max(math.floor(most * n + 1e-9), -(-n // k)))

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> SizedClusters:
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
        UsageError
            No ``k`` clusters can keep the limits.
        """
        del layout
        lowest, highest = self.numbers
        if not lowest <= k <= highest:
            raise UsageError(
                f"{k} segments can't all be within the size limits",
                [f"with them there can be {lowest} to {highest}"],
                f"--segments {lowest}-{highest}, or other --size-limits",
            )
        ordered, _ = told_apart(values, k)
        search = ordered
        if len(ordered) > SEARCHED:
            rows = np.random.default_rng([seed, SEARCHED]).choice(len(ordered), SEARCHED, replace=False, shuffle=False)
            search = ordered[np.sort(rows)]
        limits = self.limits(len(search), k)
        tried = lloyd(search, seed_centroids(search, k, starts, np.random.default_rng([seed, k])), max_passes=20)
        best = np.argsort(tried.inertia, kind="stable")[:TRIED]
        found = min((_fit(search, tried.centroids[one], None, limits, 0.0) for one in best), key=lambda fit: fit.cost)
        limits = self.limits(len(ordered), k)
        if len(search) < len(ordered):
            found = _fit(ordered, found.centroids, found.prices, limits, SETTLED)
        clusters = _as_placed(ordered, found, limits)
        if clusters.sizes[0] > 0:
            return clusters
        # A cluster that holds nothing but copies of points of others has no place: limits can't be kept.
        plain = KMeans().fit(ordered, k, seed=seed, starts=starts).centroids
        return _as_placed(ordered, _Fit(plain, np.zeros(k), assign(ordered, plain)[0], 0.0), limits)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where alternating assignment and means ended, and the sum of squared distances there."""

    centroids: Floats
    prices: Floats
    labels: npt.NDArray[np.integer]
    cost: float


def _fit(
    values: npt.NDArray[np.floating], centroids: Floats, prices: Floats | None, limits: tuple[int, int], settled: float
) -> _Fit:
    """Alternate assignment within the limits and means, until at most a share ``settled`` of the points moves."""
    labels = np.full(len(values), -1, dtype=np.int32)
    means = centroids
    for _ in range(PASSES):
        costs = squared_distances(values, means)
        balanced = balance(costs, *limits, prices)
        moved = np.count_nonzero(balanced.labels != labels)
        centroids, prices, labels = means, balanced.prices, balanced.labels
        if moved <= settled * len(values):
            break
        held = np.bincount(labels, minlength=len(means))
        sums = [np.bincount(labels, weights=column, minlength=len(means)) for column in values.T]
        means = np.stack(sums, axis=1) / held[:, None]
    assert prices is not None
    cost = float(costs[labels, np.arange(len(values))].sum())
    return _Fit(centroids, prices, labels, cost)


def _as_placed(ordered: npt.NDArray[np.floating], fit: _Fit, limits: tuple[int, int]) -> SizedClusters:
    """Give the clusters, with the sizes and the fidelity of placing the fitted points."""
    clusters = SizedClusters(fit.centroids, fit.prices - fit.prices.min(), limits, limits, 1.0)
    labels = clusters.place(ordered).labels
    held = np.bincount(labels, minlength=clusters.k)
    return replace(clusters, sizes=(int(held.min()), int(held.max())), fidelity=float(np.mean(labels == fit.labels)))


def read_limits(text: str) -> tuple[float, float]:
    """Read ``10%-30%`` or ``0.1-0.3``: the least and the most share of the customers in a segment.

    Raises
    ------
    UsageError
        It is neither, or the shares make no sense.

    Examples
    --------
    >>> read_limits("10%-30%"), read_limits("0.05 - 0.5")
    ((0.1, 0.3), (0.05, 0.5))
    """
    number = r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*"
    found = re.fullmatch(f"{number}-{number}", text)
    way_out = "--size-limits 10%-30%, or 0.1-0.3"
    if not found:
        raise UsageError(f"can't read the size limits {text!r}", way_out=way_out)
    least, most = (float(found[at]) / (100 if found[at + 1] else 1) for at in (1, 3))
    if not 0 <= least <= most <= 1 or most == 0:
        raise UsageError(
            f"a segment can't hold from {least:g} to {most:g} of the customers",
            ["shares from 0 to 1, the lower first"],
            way_out,
        )
    return least, most
