"""Whom to put where, when clusters may hold only so many: the least total cost, and prices that bring it about."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["Balanced", "balance", "fair_prices"]

Floats = npt.NDArray[np.float64]

SWEEPS = 12
"""Rounds of price changes before single points are moved; more hardly lower the number of moves."""


@dataclass(frozen=True, slots=True)
class Balanced:
    """The cheapest assignment within the limits.

    Parameters
    ----------
    labels : numpy.ndarray of int32, shape (n,)
        The cluster of each point.
    prices : numpy.ndarray of float64, shape (k,)
        What being in each cluster costs besides: with them every point is where it is cheapest for it. 0 for clusters
        that are within their limits; 0 or more for full ones, 0 or less for those that hold as few as they may. Where
        all are at the same limit they sum to 0.
    """

    labels: npt.NDArray[np.int32]
    prices: Floats


def balance(costs: Floats, least: int, most: int, prices: Floats | None = None) -> Balanced:
    """Assign every point to a cluster at the least total cost, each cluster holding ``least`` to ``most`` points.

    Prices are moved first, each to where its cluster's size is within the limits: that gets near the answer. Then
    points are moved along the cheapest paths through clusters until the limits hold and no path saves anything. Each
    step keeps the assignment the cheapest of its sizes, so the last is the cheapest of all that keep the limits.

    Parameters
    ----------
    costs : numpy.ndarray of float64, shape (k, n)
        What each point costs in each cluster.
    least, most : int
        Points in a cluster; 1 <= least <= n / k <= most.
    prices : numpy.ndarray of float64, shape (k,), optional
        Where to start from, those of similar costs for instance; the answer's cost doesn't depend on them.

    Notes
    -----
    A transportation problem, solved by shortest augmenting paths on its k clusters: Ahuja, Magnanti & Orlin, "Network
    flows" (1993), chapter 9. That sizes are best once no single exchange saves anything: Murota, "Discrete convex
    analysis" (2003), on M-convex functions.

    Examples
    --------
    >>> costs = np.array([[0.0, 1.0, 2.0, 3.0], [9.0, 8.0, 7.0, 6.0]])
    >>> found = balance(costs, 2, 2)
    >>> found.labels.tolist(), (found.prices[0] - found.prices[1]).item()
    ([0, 0, 1, 1], 6.0)
    """
    k, n = costs.shape
    if k == 1:
        return Balanced(np.zeros(n, dtype=np.int32), np.zeros(1))
    labels = _cheapest(costs)
    held = np.bincount(labels, minlength=k)
    if least <= held.min() and held.max() <= most:
        return Balanced(labels, np.zeros(k))
    start = _priced(costs, least, most, np.zeros(k) if prices is None else prices.copy())
    labels = _cheapest(costs + start[:, None])
    moves = _Moves(costs, labels)
    slack = 1e-12 * max(1e-300, float(np.abs(costs).max()))
    while True:
        held = np.bincount(labels, minlength=k)
        over, under = held > most, held < least
        givers, takers = held > least, held < most
        if over.any():
            givers = over
        elif under.any():
            takers = under
        path = moves.cheapest(givers, takers, slack)
        forced = over.any() or under.any()
        if path is None or (not forced and path[1] >= -slack):
            return Balanced(labels, fair_prices(moves.saved, held > least, held < most))
        first, last = path[0][0], path[0][-1]
        to_give = held[first] - (most if over.any() else least)
        to_take = (most if over.any() or not under.any() else least) - held[last]
        moves.make(path[0], int(min(to_give, to_take)), slack)


def _cheapest(costs: Floats) -> npt.NDArray[np.int32]:
    """Give the first row in which each column is least; several times faster than argmin over so few rows."""
    least = costs.min(axis=0)
    labels = np.empty(costs.shape[1], dtype=np.int32)
    for row in range(len(costs) - 1, -1, -1):
        np.copyto(labels, row, where=costs[row] == least)
    return labels


def _priced(costs: Floats, least: int, most: int, prices: Floats) -> Floats:
    """Move each price in turn to where its cluster, the others' prices given, has a size within the limits.

    That is coordinate ascent on the dual problem; it may stop short of the best prices, which is why points are moved
    afterwards.
    """
    k, n = costs.shape
    for _ in range(SWEEPS):
        before = prices.copy()
        for j in range(k):
            priced = costs + prices[:, None]
            priced[j] = np.inf
            # A point joins j when the price of j is below its limit.
            limit = priced.min(axis=0) - costs[j]
            joins = int((limit > 0).sum())
            size = min(max(joins, least), most)
            if size == joins:
                prices[j] = 0.0
            elif size >= n:
                prices[j] = limit.min() - 1.0
            else:
                low, high = np.partition(limit, (n - size - 1, n - size))[[n - size - 1, n - size]]
                prices[j] = (low + high) / 2
        if np.array_equal(before, prices):
            break
    return prices


class _Moves:
    """The cheapest move of one point between any two clusters, kept up to date.

    Parameters
    ----------
    costs : numpy.ndarray of float64, shape (k, n)
        As for :func:`balance`.
    labels : numpy.ndarray of int32, shape (n,)
        Is changed by :meth:`make`.
    """

    def __init__(self, costs: Floats, labels: npt.NDArray[np.int32]) -> None:
        self._costs, self._labels = costs, labels
        self._order = np.arange(len(costs))
        k = len(costs)
        self.saved = np.full((k, k), np.inf)
        for cluster in range(k):
            self._renew(cluster)

    def _renew(self, cluster: int) -> None:
        """Find at what least cost the cluster can give a point away, to each other."""
        own = np.flatnonzero(self._labels == cluster)
        if not len(own):
            self.saved[cluster] = np.inf
            return
        change = self._costs[:, own] - self._costs[cluster, own]
        self.saved[cluster] = change.min(axis=1)
        self.saved[cluster, cluster] = np.inf

    def cheapest(
        self, givers: npt.NDArray[np.bool_], takers: npt.NDArray[np.bool_], slack: float
    ) -> tuple[list[int], float] | None:
        """Find the cheapest path from a giver to a taker, and what it costs; None where there is none."""
        cost = np.where(givers, 0.0, np.inf)
        before = np.full(len(cost), -1)
        for _ in range(len(cost)):
            through = cost[:, None] + self.saved
            source = through.argmin(axis=0)
            reached = through[source, self._order]
            better = reached < cost - slack
            if not better.any():
                break
            before[better], cost[better] = source[better], reached[better]
        # A path ends in a taker that it was worth going to: givers themselves cost nothing.
        ends = np.where(takers & (before >= 0), cost, np.inf)
        last = int(ends.argmin())
        if not np.isfinite(ends[last]):
            return None
        path = [last]
        while before[path[-1]] >= 0 and len(path) <= len(cost):
            path.append(int(before[path[-1]]))
        return path[::-1], float(ends[last])

    def make(self, path: list[int], most: int, slack: float) -> None:
        """Move points along each step of the path: up to ``most``, as many as there are for whom it costs the same."""
        movers = []
        for here, there in pairwise(path):
            own = np.flatnonzero(self._labels == here)
            change = self._costs[there, own] - self._costs[here, own]
            movers.append(own[change <= self.saved[here, there] + slack])
        count = min(most, *map(len, movers))
        for those, there in zip(movers, path[1:], strict=True):
            self._labels[those[:count]] = there
        for cluster in path:
            self._renew(cluster)


def fair_prices(saved: Floats, gives: npt.NDArray[np.bool_], takes: npt.NDArray[np.bool_]) -> Floats:
    """Give prices in the middle of all that bring the assignment about.

    Prices p do so where p[a] - p[b] is at most ``saved[a, b]`` for all pairs. A cluster that could give a point away
    has no price below 0, one that could take another none above; those that could do both are one with the ground,
    whose price is 0. The lengths of the shortest paths to any one node are such prices, and minus those from it; so is
    their mean, which keeps away from every bound that isn't forced.
    """
    k = len(saved)
    if saved.min() >= 0:
        return np.zeros(k)
    free, only_gives, only_takes = gives & takes, gives & ~takes, takes & ~gives
    grounded = bool(free.any() or (only_gives.any() and only_takes.any()))
    node = np.where(free, 0, np.cumsum(~free) - (0 if grounded else 1))
    count = int(node.max()) + 1
    away = np.full((count, count), np.inf)
    np.minimum.at(away, (node[:, None], node[None, :]), saved)
    if grounded:
        away[node[only_takes], 0] = np.minimum(away[node[only_takes], 0], 0.0)
        away[0, node[only_gives]] = np.minimum(away[0, node[only_gives]], 0.0)
    np.fill_diagonal(away, 0.0)
    for through in range(count):
        np.minimum(away, away[:, through, None] + away[through], out=away)
    prices = (away - away.T).mean(axis=1) / 2
    prices -= prices[0] if grounded else prices.mean()
    return np.asarray(prices[node])
