import numpy as np
import pytest

from segmentry.kernels import seed_centroids
from segmentry.kernels.seeding import CELLS


@pytest.mark.parametrize(("n", "k"), [(3, 3), (50, 5), (2000, 12)])
def test_every_centre_is_a_point_and_none_is_drawn_twice(n: int, k: int) -> None:
    """A start never wastes a centroid on a copy, as long as enough points differ."""
    values = np.random.default_rng(0).normal(size=(n, 2))
    centroids = seed_centroids(np.repeat(values, 3, axis=0), k, 6, np.random.default_rng(1))
    assert centroids.shape == (6, k, 2)
    known = {tuple(point) for point in values.tolist()}
    for start in centroids:
        drawn = {tuple(point) for point in start.tolist()}
        assert drawn <= known
        assert len(drawn) == k


def test_far_blobs_get_one_centre_each() -> None:
    """Greedy k-means++ spreads its centroids: five blobs a hundred sigma apart are all hit, in every start."""
    rng = np.random.default_rng(0)
    blobs = np.concatenate([rng.normal(100 * blob, 1, size=(40, 2)) for blob in range(5)])
    for start in seed_centroids(blobs, 5, 20, np.random.default_rng(3)):
        assert sorted((start[:, 0] / 100).round().astype(int).tolist()) == [0, 1, 2, 3, 4]


def test_starts_are_the_same_whether_they_fit_in_one_group_or_not() -> None:
    """Memory is bounded by groups of starts; the draws don't notice."""
    values = np.random.default_rng(0).normal(size=(CELLS // 8, 1))
    several = seed_centroids(values, 2, 8, np.random.default_rng(5))
    assert len(several) == 8
    assert np.array_equal(several[0], seed_centroids(values, 2, 1, np.random.default_rng(5))[0])


def test_points_that_differ_less_than_rounding_still_give_a_start() -> None:
    """Distances that vanish in rounding leave all weights 0; the draw then takes any point."""
    values = np.array([[1e8], [np.nextafter(1e8, 2e8)]])
    assert seed_centroids(values, 2, 1, np.random.default_rng(0)).shape == (1, 2, 1)
