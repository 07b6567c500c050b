"""Prototypes of groups of any shape: cells of neighbouring points, halved until they tell the groups apart."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.kernels import Nearest, halve, means, nearest_two, spreads, squared_distances

__all__ = ["Prototypes", "prototypes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

CELLS = 1 << 16
"""Distances held at once."""

PROTOTYPES = 1_000
"""A fit keeps at most so many, where every cluster has a place with that many."""

ENOUGH = 0.99
"""Prototypes are halved until this share of the fitted points is nearest to one of its own cluster."""


@dataclass(frozen=True, slots=True)
class Prototypes:
    """Local means that stand for clusters of any shape.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (p, d)
        Means of neighbouring points of one cluster.
    owner : numpy.ndarray of intp, shape (p,)
        The cluster of each, in ascending order.
    """

    points: Floats
    owner: Ints

    def nearest(self, values: npt.NDArray[np.floating]) -> Nearest:
        """Find the two clusters whose prototypes are nearest to each point of shape (n, d)."""
        k = int(self.owner[-1]) + 1
        if len(self.points) == k:
            return nearest_two(values, self.points)
        starts = np.searchsorted(self.owner, np.arange(k))
        n = len(values)
        near = Nearest(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n))
        step = max(1, CELLS // len(self.points))
        for rows in (slice(start, start + step) for start in range(0, n, step)):
            least = np.minimum.reduceat(squared_distances(values[rows], self.points), starts, axis=0)
            for labels, squared in ((near.first, near.first_squared), (near.second, near.second_squared)):
                labels[rows], squared[rows] = least.argmin(axis=0), least.min(axis=0)
                if k > 1:
                    np.put_along_axis(least, labels[rows][None, :].astype(np.intp), np.inf, axis=0)
        return near

    def reorder(self, order: Ints) -> Self:
        """Give the same prototypes, those of cluster ``order[i]`` owned by ``i``."""
        owner = np.argsort(order)[self.owner]
        by_owner = np.argsort(owner, kind="stable")
        return type(self)(self.points[by_owner], owner[by_owner])


def prototypes(
    values: npt.NDArray[np.floating], weights: Floats, labels: npt.NDArray[np.integer], enough: float = ENOUGH
) -> Prototypes:
    """Find local means such that nearly every point is nearest to one of its own cluster.

    Each cluster starts with its mean. As long as too many points are nearer to another cluster's, or a cluster has no
    point left, the cells that such points lie in, and those that draw them, are halved.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each is.
    labels : numpy.ndarray of int, shape (n,)
        Their clusters, from 0, none empty; equal points are in the same.
    enough : float, default 0.99
        The share of the points that must be nearest to one of their own; 0 asks only that no cluster is left empty.

    Examples
    --------
    >>> ring = np.array([[0.0], [1.0], [5.0], [9.0], [10.0]])
    >>> found = prototypes(ring, np.ones(5), np.array([0, 0, 1, 0, 0]))
    >>> found.points.ravel().tolist(), found.owner.tolist()
    ([0.5, 9.5, 5.0], [0, 0, 1])
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - placing a customer needs none of it

    k = int(labels.max()) + 1
    points = values.astype(np.float64)
    cell = labels.astype(np.int64)
    owner = np.arange(k)
    while True:
        cells = len(owner)
        centres = means(points, weights, cell, cells)
        drawn_to = np.asarray(cKDTree(centres).query(points)[1], dtype=np.intp)
        wrong = owner[drawn_to] != labels
        missing = np.bincount(owner[drawn_to], minlength=k) == 0
        by_owner = np.argsort(owner, kind="stable")
        found = Prototypes(centres[by_owner], owner[by_owner])
        tied = False
        if not missing.any() and (weights[~wrong].sum() >= enough * weights.sum() or cells >= PROTOTYPES):
            # Placing settles ties in its own way, and that is what counts.
            placed = found.nearest(points).first
            missing = np.bincount(placed, minlength=k) == 0
            tied = bool(missing.any())
            if not tied:
                return found
        asked = missing[labels] if missing.any() else wrong
        coarse = np.unique(np.concatenate([cell[asked], drawn_to[asked]]))
        if tied:
            coarse = np.union1d(coarse, np.flatnonzero(np.isin(owner, placed[asked])))
        spread = spreads(points, weights, cell, cells)
        coarse = coarse[spread[coarse].sum(axis=1) > 0]
        if not missing.any():
            coarse = coarse[: PROTOTYPES - cells]
        halved = halve(points, weights, cell, cells, coarse, spread)
        if halved == cells:
            return found
        owner = np.zeros(halved, dtype=np.intp)
        owner[cell] = labels
