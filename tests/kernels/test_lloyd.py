from itertools import pairwise

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segmentry.kernels import assign, lloyd


@pytest.mark.parametrize(("n", "d", "k"), [(60, 2, 3), (5_000, 4, 7), (2_049, 17, 12)])
def test_from_the_same_starts_it_ends_where_scikit_learn_ends(n: int, d: int, k: int) -> None:
    """Several starts at once, across chunks: each ends at scikit-learn's centroids and inertia."""
    rng = np.random.default_rng(n)
    values = rng.normal(size=(n, d)) + 5 * rng.integers(0, 3, size=(n, 1))
    starts = np.stack([values[rng.choice(n, k, replace=False)] for _ in range(3)])
    fits = lloyd(values, starts)
    for start, centroids, inertia in zip(starts, fits.centroids, fits.inertia, strict=True):
        theirs = KMeans(k, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(values)
        assert inertia == pytest.approx(theirs.inertia_, rel=1e-9)
        assert np.allclose(centroids, theirs.cluster_centers_, atol=1e-6)


def test_two_passes_worked_by_hand() -> None:
    """Points 0 1 2 9, centroids 0 and 1: labels 0|1 2 9 give means 0 and 4, then 0 1 2|9 give 1 and 9, inertia 2."""
    values, starts = np.array([[0.0], [1.0], [2.0], [9.0]]), np.array([[[0.0], [1.0]]])
    once = lloyd(values, starts, max_passes=1)
    assert once.centroids.ravel().tolist() == [0.0, 4.0]
    assert once.inertia.tolist() == [65.0]
    end = lloyd(values, starts)
    assert end.centroids.ravel().tolist() == [1.0, 9.0]
    assert end.inertia.tolist() == [2.0]


def test_inertia_never_rises_from_pass_to_pass() -> None:
    """Each pass can only lower the sum of squared distances."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(400, 3))
    starts = values[None, rng.choice(400, 6, replace=False)]
    path = [float(lloyd(values, starts, max_passes=passes).inertia[0]) for passes in range(1, 25)]
    assert all(after <= before * (1 + 1e-12) for before, after in pairwise(path))
    assert path[-1] < path[0]


def test_an_empty_cluster_moves_to_the_farthest_point() -> None:
    """A centroid that nobody is near is put on the point farthest from its own centroid, and so finds the outlier."""
    values = np.array([[0.0], [1.0], [2.0], [50.0]])
    fits = lloyd(values, np.array([[[1.0], [1e6], [-1e6]]]))
    assert sorted(fits.centroids.ravel().tolist()) == [0.5, 2.0, 50.0] or fits.inertia[0] == pytest.approx(0.5)
    labels, _ = assign(values, fits.centroids[0])
    assert np.bincount(labels, minlength=3).min() >= 1


def test_points_exactly_between_centres_are_counted_once() -> None:
    """On a lattice ties are common: a point belongs to the lowest of equally near centroids, never to both."""
    values = np.array([[x, y] for x in range(3) for y in range(3)], dtype=np.float64)
    fits = lloyd(values, np.array([[[0.0, 1.0], [2.0, 1.0]]]), max_passes=1)
    assert fits.centroids[0].tolist() == [[0.5, 1.0], [2.0, 1.0]]


def test_points_far_from_the_origin_lose_no_accuracy() -> None:
    """Points are centred first: shifting everything by ten million changes inertia by rounding of the input only."""
    rng = np.random.default_rng(0)
    values = np.round(rng.normal(size=(300, 2)) * 64) / 64
    starts = values[None, :4]
    near, far = lloyd(values, starts), lloyd(values + 1e7, starts + 1e7)
    assert far.inertia[0] == pytest.approx(near.inertia[0], rel=1e-9)


def test_a_gain_too_small_ends_the_search() -> None:
    """With a gain asked of each pass, fewer passes are made, and inertia is hardly worse."""
    values = np.random.default_rng(0).normal(size=(3000, 2))
    full, short = lloyd(values, values[None, :8]), lloyd(values, values[None, :8], gain=1e-3)
    assert short.passes < full.passes
    assert full.inertia[0] <= short.inertia[0] <= 1.05 * full.inertia[0]
