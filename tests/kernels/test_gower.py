import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from segmentry.kernels import gower_silhouettes
from segmentry.prepare import Layout

LAYOUT = Layout(
    ("age", "spend", "club is a", "club is b", "club is c", "news"),
    ("number", "number", "category", "category", "category", "yes-no"),
    ("age", "spend", "club", "club", "club", "news"),
)


def mixed(n: int) -> np.ndarray:
    """Give customers in the columns of LAYOUT."""
    rng = np.random.default_rng(n)
    return np.column_stack([rng.normal(size=(n, 2)), np.eye(3)[rng.integers(0, 3, n)], rng.random(n) < 0.4])


def slowly(values: np.ndarray) -> np.ndarray:
    """Give Gower's distances of every pair, measure by measure."""
    total = np.zeros((len(values), len(values)))
    for column in values[:, :2].T:
        total += np.abs(column[:, None] - column) / (column.max() - column.min())
    club = values[:, 2:5].argmax(axis=1)
    total += club[:, None] != club
    total += values[:, 5][:, None] != values[:, 5]
    return total / 4


def test_four_customers_worked_by_hand() -> None:
    """Ages 20, 30, 40 of a range of 20, and a club: distances 1/4, 1 and 3/4 of two measures each."""
    layout = Layout(("age", "club"), ("number", "yes-no"), ("age", "club"))
    values = np.array([[20.0, 0], [30.0, 0], [40.0, 1]])
    widths = gower_silhouettes(values, layout, np.array([[0, 0, 1]], np.int32))
    assert widths[0].tolist() == pytest.approx([(1 - 0.25) / 1, (0.75 - 0.25) / 0.75, 0.0])


@pytest.mark.parametrize("n", [10, 700])
def test_widths_are_scikit_learns_on_slow_distances(n: int) -> None:
    """All labelings in one pass give what each gives by a matrix of distances made pair by pair."""
    values = mixed(n)
    labelings = np.stack([np.arange(n) % k for k in (2, 3, 5)]).astype(np.int32)
    found = gower_silhouettes(values, LAYOUT, labelings)
    for widths, labels in zip(found, labelings, strict=True):
        assert np.allclose(widths, silhouette_samples(slowly(values), labels, metric="precomputed"), atol=1e-9)


def test_who_belongs_nowhere_is_left_out_but_stretches_the_range() -> None:
    """Label -1 has no silhouette and is in nobody else's; ranges are over all points given."""
    values = mixed(40)
    labels = (np.arange(40) % 3).astype(np.int32)
    labels[::5] = -1
    inside = labels >= 0
    (widths,) = gower_silhouettes(values, LAYOUT, labels[None])
    assert np.isnan(widths[~inside]).all()
    apart = slowly(values)[np.ix_(inside, inside)]
    assert np.allclose(widths[inside], silhouette_samples(apart, labels[inside], metric="precomputed"), atol=1e-9)


def test_a_column_that_does_not_vary_parts_nobody() -> None:
    """A range of 0 adds 0 to every distance, and counts as a measure."""
    values = np.column_stack([np.full(4, 7.0), [0.0, 1.0, 9.0, 10.0]])
    both = gower_silhouettes(values, Layout.numbers(2), np.array([[0, 0, 1, 1]], np.int32))
    alone = gower_silhouettes(values[:, 1:], Layout.numbers(1), np.array([[0, 0, 1, 1]], np.int32))
    assert np.allclose(both, alone)
