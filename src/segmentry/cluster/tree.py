"""The tree of a hierarchical fit: which groups were joined, in which order, at which height."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["Tree", "grow"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tree:
    """The upper part of a tree: its leaves are groups of customers.

    Leaves are numbered from left to right, so that a drawing needs no crossing lines: of two branches the left one
    holds the point that comes first in lexicographic order. Merge i makes node ``leaves + i``.

    Parameters
    ----------
    merges : numpy.ndarray of intp, shape (leaves - 1, 2)
        The two nodes that each merge joins, left and right, lowest merge first.
    heights : numpy.ndarray of float64, shape (leaves - 1,)
        The distance at which they are joined; never falls. For Ward's method its square is twice what the merge adds to
        the sum of squared distances to the means.
    sizes : numpy.ndarray of intp, shape (leaves,)
        Fitted points in each leaf.
    labels : numpy.ndarray of int32, shape (leaves,)
        The cluster of each leaf.

    Examples
    --------
    >>> tree = grow(np.array([[0, 1, 1.0, 2], [2, 3, 5.0, 3]]), np.ones(3), leaves=3)[0].cut(2)
    >>> tree.sizes.tolist(), tree.labels.tolist(), tree.heights.tolist()
    ([1, 1, 1], [0, 0, 1], [1.0, 5.0])
    """

    merges: npt.NDArray[np.intp]
    heights: Floats
    sizes: npt.NDArray[np.intp]
    labels: npt.NDArray[np.int32]

    def cut(self, k: int) -> Self:
        """Give the same tree with its leaves in ``k`` clusters: the last k - 1 merges undone.

        Parameters
        ----------
        k : int
            1 to the number of leaves. Clusters are numbered from left to right.
        """
        labels = _groups(self.merges, k)
        return replace(self, labels=labels.astype(np.int32))

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same tree with cluster ``order[i]`` called ``i``."""
        return replace(self, labels=np.argsort(order).astype(np.int32)[self.labels])

    def arrays(self) -> dict[str, Floats]:
        """Give the tree as named arrays of float64."""
        return {
            "tree_merges": self.merges.astype(np.float64),
            "tree_heights": self.heights,
            "tree_sizes": self.sizes.astype(np.float64),
            "tree_labels": self.labels.astype(np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, Floats]) -> Self:
        """Build the tree again from :meth:`arrays`."""
        return cls(
            arrays["tree_merges"].astype(np.intp).reshape(-1, 2),
            np.asarray(arrays["tree_heights"], dtype=np.float64),
            arrays["tree_sizes"].astype(np.intp),
            arrays["tree_labels"].astype(np.int32),
        )


def grow(joins: Floats, weights: Floats, leaves: int) -> tuple[Tree, npt.NDArray[np.intp]]:
    """Take the upper part of a whole tree.

    Parameters
    ----------
    joins : numpy.ndarray of float64, shape (n - 1, 4)
        The whole tree, a row a merge: two nodes, height, size; as :func:`scipy.cluster.hierarchy.linkage` gives it.
    weights : numpy.ndarray of float64, shape (n,)
        How many points each of the n is.
    leaves : int
        At most so many leaves are kept.

    Returns
    -------
    tree : Tree
        As one cluster; :meth:`Tree.cut` cuts it.
    leaf : numpy.ndarray of intp, shape (n,)
        The leaf that each of the n is in.
    """
    n = len(weights)
    leaves = min(leaves, n)
    pairs = joins[:, :2].astype(np.intp)
    group = _groups(pairs, leaves)
    kept = np.arange(n - leaves, n - 1)
    first = _first_members(pairs, n)
    # Nodes of the whole tree that become leaves, by the group that their first member is in.
    node_of = np.full(leaves, -1, dtype=np.intp)
    below = np.setdiff1d(pairs[kept].ravel(), n + kept) if len(kept) else np.array([2 * n - 2])
    node_of[group[first[below]]] = below
    left_right = np.take_along_axis(pairs[kept], np.argsort(first[pairs[kept]], axis=1), axis=1)
    place = _left_to_right(left_right, n + kept, node_of)
    names = np.full(2 * n - 1, -1, dtype=np.intp)
    names[node_of] = place
    names[n + kept] = leaves + np.arange(len(kept))
    leaf = place[group]
    sizes = np.bincount(leaf, weights=weights, minlength=leaves).round().astype(np.intp)
    tree = Tree(names[left_right], joins[kept, 2].astype(np.float64), sizes, np.zeros(leaves, dtype=np.int32))
    return tree, leaf


def _groups(pairs: npt.NDArray[np.intp], k: int) -> npt.NDArray[np.intp]:
    """Give the group of each of n points once the last k - 1 merges are undone; numbered by their first point."""
    n = len(pairs) + 1
    up = np.arange(2 * n - k)
    for side in pairs[: n - k].T:
        up[side] = n + np.arange(n - k)
    while not np.array_equal(further := up[up], up):
        up = further
    _, first, group = np.unique(up[:n], return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[group].astype(np.intp)


def _first_members(pairs: npt.NDArray[np.intp], n: int) -> npt.NDArray[np.intp]:
    """Give the lowest index of a point below each node."""
    first = list(range(n))
    for left, right in pairs.tolist():
        first.append(min(first[left], first[right]))
    return np.array(first, dtype=np.intp)


def _left_to_right(
    pairs: npt.NDArray[np.intp], nodes: npt.NDArray[np.intp], leaves: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Give each leaf's place when the tree is read from left to right, merges drawn without crossings."""
    children = dict(zip(nodes.tolist(), pairs.tolist(), strict=True))
    waiting, seen = [int(nodes[-1]) if len(nodes) else int(leaves[0])], []
    while waiting:
        node = waiting.pop()
        if node in children:
            waiting.extend(reversed(children[node]))
        else:
            seen.append(node)
    places = {node: place for place, node in enumerate(seen)}
    return np.array([places[node] for node in leaves.tolist()], dtype=np.intp)
