import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from segmentry.kernels import spread


@pytest.mark.parametrize(("n", "d", "k"), [(30, 2, 2), (4_000, 5, 9)])
def test_indices_are_those_of_scikit_learn(n: int, d: int, k: int) -> None:
    """Davies-Bouldin and Calinski-Harabasz agree with scikit-learn, inertia with its definition."""
    rng = np.random.default_rng(k)
    labels = (np.arange(n) % k).astype(np.int32)
    values = (rng.normal(size=(n, d)) + labels[:, None]).astype(np.float32)
    found = spread(values, labels)
    wide = values.astype(np.float64)
    assert found.davies_bouldin == pytest.approx(davies_bouldin_score(wide, labels), rel=1e-9)
    assert found.calinski_harabasz == pytest.approx(calinski_harabasz_score(wide, labels), rel=1e-9)
    means = np.stack([wide[labels == label].mean(axis=0) for label in range(k)])
    assert found.inertia == pytest.approx(((wide - means[labels]) ** 2).sum(), rel=1e-9)


def test_four_points_worked_by_hand() -> None:
    """0 4 | 20 24: radii 2 and 2, centroids 20 apart; within 16 on 2 degrees of freedom, between 400 on 1."""
    found = spread(np.array([[0.0], [4.0], [20.0], [24.0]]), np.array([0, 0, 1, 1], dtype=np.int32))
    assert (found.inertia, found.davies_bouldin, found.calinski_harabasz) == (16.0, 0.2, 50.0)


def test_what_is_undefined_is_nan_and_perfect_clusters_follow_scikit_learn() -> None:
    """One cluster has no other to be compared with; as many clusters as points leave no spread within."""
    values = np.array([[0.0], [1.0], [1.0]])
    alone = spread(values, np.zeros(3, dtype=np.int32))
    assert np.isnan([alone.davies_bouldin, alone.calinski_harabasz]).all()
    assert alone.inertia == pytest.approx(2 / 3)
    pure = np.array([0, 1, 1], dtype=np.int32)
    assert spread(values, pure).calinski_harabasz == calinski_harabasz_score(values, pure) == 1.0
    assert np.isnan(spread(values, np.arange(3, dtype=np.int32)).calinski_harabasz)
    assert spread(values, np.arange(3, dtype=np.int32)).davies_bouldin == 0.0


def test_who_belongs_nowhere_and_empty_numbers_are_left_out() -> None:
    """Label -1 counts for nothing, and a number that nobody has is no cluster."""
    values = np.array([[0.0], [4.0], [99.0], [20.0], [24.0]])
    found = spread(values, np.array([0, 0, -1, 2, 2], dtype=np.int32))
    assert (found.inertia, found.davies_bouldin, found.calinski_harabasz) == (16.0, 0.2, 50.0)
    nobody = spread(values, np.full(5, -1, dtype=np.int32))
    assert nobody.inertia == 0.0
    assert np.isnan([nobody.davies_bouldin, nobody.calinski_harabasz]).all()
