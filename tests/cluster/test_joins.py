import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import pdist

from segmentry.cluster.joins import LINKAGES, Linking, join, join_weighted

each_linkage = pytest.mark.parametrize("how", LINKAGES)


@each_linkage
@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 25), d=st.integers(1, 4))
def test_points_of_weight_one_are_joined_as_scipy_joins_them(how: Linking, seed: int, n: int, d: int) -> None:
    """Either way gives scipy's tree: the height at which any two points meet is the same."""
    points = np.random.default_rng(seed).normal(size=(n, d))
    theirs = linkage(pdist(points), how)
    for ours in (join(points, how), join_weighted(points, np.ones(n), how)):
        assert np.allclose(ours[:, 2:], theirs[:, 2:])
        assert np.allclose(cophenet(ours), cophenet(theirs))


@each_linkage
@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 12))
def test_a_weighted_point_is_joined_as_its_copies_are(how: Linking, seed: int, n: int) -> None:
    """Above the copies' own merges, at height 0, the tree of the copies is the weighted one."""
    rng = np.random.default_rng(seed)
    points, weights = rng.normal(size=(n, 2)), rng.integers(1, 5, size=n)
    copies = join(np.repeat(points, weights, axis=0), how)[-(n - 1) :]
    weighted = join_weighted(points, weights.astype(float), how)
    assert np.allclose(weighted[:, 2], copies[:, 2])
    assert np.array_equal(weighted[:, 3], copies[:, 3])


def test_heights_by_hand() -> None:
    """0, 1 and 5: the pair at 1; then to 5 the mean, largest and smallest distance, and for Ward 4.5 * root(4 / 3)."""
    points = np.array([[0.0], [1.0], [5.0]])
    heights = {how: join_weighted(points, np.ones(3), how)[:, 2].tolist() for how in LINKAGES}
    assert heights["average"] == pytest.approx([1, 4.5])
    assert heights["complete"] == pytest.approx([1, 5])
    assert heights["single"] == pytest.approx([1, 4])
    assert heights["ward"] == pytest.approx([1, 4.5 * (4 / 3) ** 0.5])


def test_a_single_point_has_no_merges() -> None:
    """One point is a tree of one leaf."""
    assert join(np.zeros((1, 2)), "ward").shape == (0, 4)
    assert join_weighted(np.zeros((1, 2)), np.ones(1), "ward").shape == (0, 4)


@each_linkage
def test_points_that_look_like_distances_are_points_all_the_same(how: Linking) -> None:
    """As many points as columns, 0 on the diagonal, symmetric: no warning (any is an error here), the same tree."""
    square = np.array([[0.0, 3.0, 5.0], [3.0, 0.0, 4.0], [5.0, 4.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = join(square, how)
    assert np.allclose(found[:, 2], join_weighted(square, np.ones(3), how)[:, 2])
