"""Agglomeration: every point starts alone, the two nearest groups are joined until one is left."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from segmentry.kernels import ward_merges

__all__ = ["LINKAGES", "Linking", "join", "join_weighted"]

Floats = npt.NDArray[np.float64]
Linking = Literal["ward", "average", "complete", "single"]
LINKAGES: tuple[Linking, ...] = get_args(Linking)


def join(points: npt.NDArray[np.floating], how: Linking) -> Floats:
    """Join single points.

    Parameters
    ----------
    points : numpy.ndarray of float, shape (n, d)
        At least one. All n (n - 1) / 2 distances are held, twice; for Ward none.
    how : {"ward", "average", "complete", "single"}
        How far apart two groups are: by what joining them adds to the squared distances to the means; by the mean, the
        largest or the smallest distance between a point of the one and a point of the other.

    Returns
    -------
    numpy.ndarray of float64, shape (n - 1, 4)
        A row a merge: the two nodes, height, points; merge i makes node n + i. Heights never fall.

    Examples
    --------
    >>> join(np.array([[0.0], [1.0], [5.0]]), "single").tolist()
    [[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.0, 3.0]]
    """
    if len(points) == 1:
        return np.empty((0, 4))
    if how == "ward":
        return join_weighted(points, np.ones(len(points)), how)
    from scipy.cluster.hierarchy import linkage  # noqa: PLC0415 - placing a customer needs none of it
    from scipy.spatial.distance import pdist  # noqa: PLC0415

    # Points as many as their columns look to SciPy like distances, so it is given distances.
    return linkage(pdist(points.astype(np.float64)), how)


def join_weighted(points: npt.NDArray[np.floating], weights: Floats, how: Linking) -> Floats:
    """Join points that each stand for many: the same tree as that of the copies, above the copies' own merges.

    Parameters
    ----------
    points : numpy.ndarray of float, shape (n, d)
        Points, best all different; n x n distances are held, for Ward none.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is.
    how : {"ward", "average", "complete", "single"}
        As for :func:`join`.

    Returns
    -------
    numpy.ndarray of float64, shape (n - 1, 4)
        As :func:`join` gives it.

    Notes
    -----
    Nearest-neighbour chains: Murtagh, "A survey of recent advances in hierarchical clustering algorithms", The Computer
    Journal 26 (1983). Distances of a joined group: Lance & Williams, "A general theory of classificatory sorting
    strategies", The Computer Journal 9 (1967).

    Examples
    --------
    >>> join_weighted(np.array([[0.0], [3.0]]), np.array([2.0, 1.0]), "ward").tolist()
    [[0.0, 1.0, 3.4641016151377544, 3.0]]
    """
    if how == "ward":
        merges = ward_merges(points.astype(np.float64), weights)
        merges[:, 2] = np.sqrt(merges[:, 2])
    else:
        merges = _chains(points, weights, how)
    return _in_height_order(merges, weights)


def _chains(points: npt.NDArray[np.floating], weights: Floats, how: Linking) -> Floats:
    """Follow chains of nearest neighbours over a table of all distances; a row a merge: lowest points, height."""
    n = len(points)
    sizes = np.array(weights, dtype=np.float64)
    away = _distances(points)
    chain: list[int] = []
    merges = np.empty((n - 1, 3))
    for merge in range(n - 1):
        if not chain:
            chain.append(int(np.flatnonzero(sizes > 0)[0]))
        while True:
            row = away[chain[-1]]
            near = int(row.argmin())
            if len(chain) > 1 and row[chain[-2]] <= row[near]:  # equally near: going back ends the chain
                break
            chain.append(near)
        one, other = sorted((chain.pop(), chain.pop()))
        merges[merge] = one, other, away[one, other]
        row = _joined(away[one], away[other], float(sizes[one]), float(sizes[other]), how)
        away[other, :] = away[:, other] = np.inf
        row[[one, other]] = np.inf
        away[one, :] = away[:, one] = row
        sizes[one], sizes[other] = sizes[one] + sizes[other], 0.0
    return merges


def _distances(points: npt.NDArray[np.floating]) -> Floats:
    """Give the distances of all pairs; infinite to oneself."""
    points = points.astype(np.float64)
    away = np.zeros((len(points), len(points)))
    for column in points.T:
        step = column[:, None] - column
        step *= step
        away += step
    np.sqrt(away, out=away)
    np.fill_diagonal(away, np.inf)
    return away


def _joined(to_one: Floats, to_other: Floats, a: float, b: float, how: Linking) -> Floats:
    """Give the distances of all to two groups of a and b points that were joined."""
    if how == "single":
        return np.asarray(np.minimum(to_one, to_other))
    if how == "complete":
        return np.asarray(np.maximum(to_one, to_other))
    return np.asarray((a * to_one + b * to_other) / (a + b))


def _in_height_order(merges: Floats, weights: Floats) -> Floats:
    """Sort the merges by height, and name the nodes that they join."""
    n = len(weights)
    joins = np.empty((n - 1, 4))
    up = list(range(2 * n - 1))
    sizes = [*weights.tolist(), *[0.0] * (n - 1)]

    def top(node: int) -> int:
        while up[node] != node:
            up[node] = up[up[node]]
            node = up[node]
        return node

    for index, (one, other, height) in enumerate(merges[np.argsort(merges[:, 2], kind="stable")].tolist()):
        left, right = sorted((top(int(one)), top(int(other))))
        up[left] = up[right] = n + index
        sizes[n + index] = sizes[left] + sizes[right]
        joins[index] = left, right, height, sizes[n + index]
    return joins
