import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin

from segmentry.kernels import assign, nearest_two, squared_distances


@pytest.mark.parametrize(("n", "d", "k"), [(1, 1, 1), (7, 3, 2), (70_000, 2, 3), (500, 17, 12)])
def test_distances_and_labels_are_those_of_scikit_learn(n: int, d: int, k: int) -> None:
    """Whatever the shape, and across chunks, the nearest centroid is the one scikit-learn finds."""
    rng = np.random.default_rng(n)
    values, centroids = rng.normal(size=(n, d)).astype(np.float32), rng.normal(size=(k, d))
    labels, squared = assign(values, centroids)
    assert labels.dtype == np.int32
    assert np.array_equal(labels, pairwise_distances_argmin(values.astype(float), centroids))
    expected = pairwise_distances(values[:500].astype(float), centroids) ** 2
    assert np.allclose(squared_distances(values[:500], centroids).T, expected)
    assert np.allclose(squared[:500], expected.min(axis=1))


def test_equally_near_centres_go_to_the_lowest_index() -> None:
    """Worked by hand: 1 lies exactly between 0 and 2, and two centroids are the same."""
    centroids = np.array([[2.0], [0.0], [0.0]])
    near = nearest_two(np.array([[1.0], [0.0]]), centroids)
    assert near.first.tolist() == [0, 1]
    assert near.second.tolist() == [1, 2]
    assert near.second_squared.tolist() == [1.0, 0.0]


def test_with_one_centre_the_second_choice_is_the_first() -> None:
    """There is nothing else to choose."""
    near = nearest_two(np.array([[1.0]]), np.array([[4.0]]))
    assert (near.first.tolist(), near.second.tolist(), near.second_squared.tolist()) == ([0], [0], [9.0])


@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), d=st.integers(1, 9), k=st.integers(1, 6))
def test_a_point_alone_gets_the_very_same_numbers_as_in_a_batch(seed: int, n: int, d: int, k: int) -> None:
    """Distances are equal to the last bit, so scoring one customer can't differ from scoring all."""
    rng = np.random.default_rng(seed)
    values, centroids = rng.normal(size=(n, d)), rng.normal(size=(k, d))
    together = nearest_two(values, centroids)
    alone = nearest_two(values[n // 2 : n // 2 + 1], centroids)
    for name in ("first", "second", "first_squared", "second_squared"):
        assert getattr(alone, name)[0] == getattr(together, name)[n // 2]
