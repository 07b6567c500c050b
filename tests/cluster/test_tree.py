import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster

from segmentry.cluster import Tree
from segmentry.cluster.joins import join
from segmentry.cluster.tree import grow


def leaves_below(tree: Tree, node: int) -> list[int]:
    """Give the leaves under a node, in the order in which they are drawn."""
    count = len(tree.sizes)
    if node < count:
        return [node]
    return [leaf for side in tree.merges[node - count] for leaf in leaves_below(tree, int(side))]


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), leaves=st.integers(1, 50), k=st.integers(1, 12))
def test_a_cut_is_scipys_and_leaves_stand_in_drawing_order(seed: int, n: int, leaves: int, k: int) -> None:
    """Groups are those of scipy's cut; no lines cross, sizes add up, heights never fall, clusters run left to right."""
    points = np.random.default_rng(seed).normal(size=(n, 2))
    joins = join(points, "average")
    tree, leaf = grow(joins, np.ones(n), leaves)
    assert len(tree.sizes) == min(leaves, n)
    assert np.array_equal(np.bincount(leaf), tree.sizes)
    assert leaves_below(tree, 2 * len(tree.sizes) - 2) == list(range(len(tree.sizes)))
    assert (np.diff(tree.heights) >= 0).all()
    k = min(k, len(tree.sizes))
    labels = tree.cut(k).labels
    assert set(np.diff(labels).tolist()) <= {0, 1}
    assert labels[0] == 0
    assert labels[-1] == k - 1
    theirs = fcluster(joins, k, "maxclust") if n > 1 else np.ones(1, int)
    assert len(set(zip(labels[leaf].tolist(), theirs.tolist(), strict=True))) == k


def test_the_left_branch_holds_the_first_point() -> None:
    """Worked by hand: 9 and 8 join first, then 0 and 2; 0 comes first in order, so its branch stands left."""
    tree, leaf = grow(join(np.array([[0.0], [2.0], [8.0], [9.0]]), "single"), np.array([1.0, 1, 5, 1]), 3)
    assert leaf.tolist() == [0, 1, 2, 2]
    assert tree.sizes.tolist() == [1, 1, 6]
    assert tree.merges.tolist() == [[0, 1], [3, 2]]
    assert tree.heights.tolist() == [2.0, 6.0]


def test_a_tree_survives_its_arrays_and_another_order() -> None:
    """Arrays are float64 and hold everything; cluster order[i] becomes cluster i at every leaf."""
    tree = grow(join(np.arange(9.0)[:, None] ** 2, "ward"), np.ones(9), 5)[0].cut(3)
    arrays = tree.arrays()
    assert all(array.dtype == np.float64 for array in arrays.values())
    again = Tree.from_arrays(arrays)
    assert all(np.array_equal(getattr(again, name), getattr(tree, name)) for name in Tree.__slots__)
    order = np.array([2, 0, 1])
    assert np.array_equal(order[tree.reorder(order).labels], tree.labels)
    single = grow(np.empty((0, 4)), np.ones(1), 61)[0]
    assert Tree.from_arrays(single.arrays()).merges.shape == (0, 2)
    assert single.cut(1).labels.tolist() == pytest.approx([0])
