"""Ward's method from means and weights alone: room grows with the points, not with their pairs."""

import numpy as np
import numpy.typing as npt

__all__ = ["ward_merges"]

Floats = npt.NDArray[np.float64]


def ward_merges(points: Floats, weights: Floats) -> Floats:
    """Join the two groups whose joining adds least to the squared distances to the means, until one is left.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (n, d)
        At least one, finite.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is, above 0.

    Returns
    -------
    numpy.ndarray of float64, shape (n - 1, 3)
        A row a merge, in the order in which chains found them: the lowest points of the two groups, the lower first,
        and twice what joining them adds. Merges within a group are listed before those of the group.

    Notes
    -----
    Ward, "Hierarchical grouping to optimize an objective function", Journal of the American Statistical Association 58
    (1963). Nearest-neighbour chains: Murtagh, "A survey of recent advances in hierarchical clustering algorithms", The
    Computer Journal 26 (1983). Of groups equally near, the chain takes the one it came from, else that of the lowest
    point.

    Examples
    --------
    >>> ward_merges(np.array([[0.0], [3.0], [4.0]]), np.array([2.0, 1.0, 1.0])).tolist()
    [[1.0, 2.0, 1.0], [0.0, 1.0, 24.5]]
    """
    groups = _Groups(points, weights)
    merges = np.empty((len(points) - 1, 3))
    chain: list[int] = []
    for merge in range(len(merges)):
        if not chain:
            chain.append(int(groups.lowest[0]))
        while True:
            before = chain[-2] if len(chain) > 1 else -1
            near = groups.nearest(chain[-1], before)
            # Nearer than its forerunner, one further back in the chain can be by rounding only.
            if near == before or (before >= 0 and near in chain):
                break
            chain.append(near)
        one, other = sorted((chain.pop(), chain.pop()))
        merges[merge] = one, other, groups.unite(one, other)
    return merges


class _Groups:
    """The groups that are left, by the lowest point of each, which ascends.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (n, d)
        As for :func:`ward_merges`; so are the weights.
    """

    def __init__(self, points: Floats, weights: Floats) -> None:
        self.lowest = np.arange(len(points))
        self._columns = np.array(points.T, dtype=np.float64, order="C")
        self._weights = np.array(weights, dtype=np.float64)
        self._left = len(points)

    def nearest(self, group: int, before: int) -> int:
        """Give the group that is cheapest to join: ``before`` (-1 for none) where none is cheaper than that."""
        at = self._place(group)
        costs = self._costs(at)
        costs[at] = np.inf
        near = int(costs.argmin())
        if before >= 0 and costs[self._place(before)] <= costs[near]:
            return before
        if near == at:  # all are infinitely far
            near = int(at == 0)
        return int(self.lowest[near])

    def unite(self, one: int, other: int) -> float:
        """Join two groups, the first of which has the lower point; give twice what that adds."""
        stays, goes, left = self._place(one), self._place(other), self._left
        cost = float(self._costs(stays)[goes])
        a, b = self._weights[stays], self._weights[goes]
        self._columns[:, stays] = (a * self._columns[:, stays] + b * self._columns[:, goes]) / (a + b)
        self._weights[stays] = a + b
        for row in (self.lowest, self._weights, *self._columns):
            row[goes : left - 1] = row[goes + 1 : left]
        self._left -= 1
        return cost

    def _place(self, group: int) -> int:
        return int(np.searchsorted(self.lowest[: self._left], group))

    def _costs(self, at: int) -> Floats:
        """Give twice what joining a group to each adds to the sum of squared distances to the means."""
        squared = np.zeros(self._left)
        for column in self._columns[:, : self._left]:
            step = column - column[at]
            squared += step * step
        weights, weight = self._weights[: self._left], self._weights[at]
        return np.asarray(squared * (2.0 * weight * weights / (weight + weights)))
