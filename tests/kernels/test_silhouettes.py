import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from segmentry.kernels import silhouettes


@pytest.mark.parametrize(("n", "d"), [(12, 1), (700, 3), (257, 11)])
def test_every_point_under_every_labeling_is_as_in_scikit_learn(n: int, d: int) -> None:
    """One pass over the distances gives what scikit-learn gives in one pass per labeling."""
    rng = np.random.default_rng(n)
    values = rng.normal(size=(n, d)) + 3 * rng.integers(0, 4, size=(n, 1))
    labelings = np.stack([np.arange(n) % k for k in range(2, 6)]).astype(np.int32)
    found = silhouettes(values, labelings)
    for widths, labels in zip(found, labelings, strict=True):
        assert np.allclose(widths, silhouette_samples(values, labels), atol=1e-9)


def test_three_points_worked_by_hand() -> None:
    """Points 0 and 2 together, 8 alone: a = 2, b = 8 and 6, so 3/4 and 2/3; a point alone has 0."""
    widths = silhouettes(np.array([[0.0], [2.0], [8.0]]), np.array([[0, 0, 1]], dtype=np.int32))
    assert widths[0].tolist() == pytest.approx([0.75, 2 / 3, 0.0])


def test_one_cluster_has_no_silhouette() -> None:
    """There is no other cluster to be nearer to: nan, beside labelings that have one."""
    labelings = np.array([[0, 0, 0], [0, 0, 1]], dtype=np.int32)
    widths = silhouettes(np.array([[0.0], [2.0], [8.0]]), labelings)
    assert np.isnan(widths[0]).all()
    assert np.isfinite(widths[1]).all()


def test_copies_of_a_point_are_at_distance_zero() -> None:
    """Two pure clusters of copies have silhouette 1 for everybody."""
    values = np.repeat([[1.1, 2.2], [3.3, 4.4]], 5, axis=0)
    widths = silhouettes(values, np.repeat([[0, 1]], 5, axis=1).astype(np.int32))
    assert np.allclose(widths, 1.0, atol=1e-6)


def test_who_belongs_nowhere_is_left_out() -> None:
    """Worked by hand: 0 and 2 together, 8 alone, 3 nowhere: 3/4, 2/3 and 0, as if 3 weren't there."""
    values = np.array([[0.0], [3.0], [2.0], [8.0]])
    widths = silhouettes(values, np.array([[0, -1, 0, 1], [-1, -1, -1, -1], [0, -1, 0, 0]], dtype=np.int32))
    assert widths[0, [0, 2, 3]].tolist() == pytest.approx([0.75, 2 / 3, 0.0])
    assert np.isnan(widths[0, 1])
    assert np.isnan(widths[1:]).all()
