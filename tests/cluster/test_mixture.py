import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from segmentry.cluster import Mixture, MixtureClusters


def tilted(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give two long thin groups side by side, which k-means would cut across, and their true labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2
    along, across = rng.normal(size=n) * 4, rng.normal(size=n) * 0.4
    return np.column_stack([along + across, along - across + 4 * labels]).astype(np.float32), labels


def test_groups_of_any_tilt_are_found() -> None:
    """Long parallel groups are told apart, as their covariances are their own."""
    values, labels = tilted(800)
    placed = Mixture().fit(values, 2, seed=0, starts=5).place(values)
    assert adjusted_rand_score(labels, placed.labels) > 0.95


@pytest.mark.parametrize("k", [1, 2, 4])
def test_likelihood_is_no_worse_than_scikit_learns(k: int) -> None:
    """Ten of our starts reach the criterion that ten of theirs reach, to a hundredth of a point for each customer."""
    values, _ = tilted(600)
    values = values / values.std(axis=0)
    theirs = GaussianMixture(k, n_init=10, random_state=0, reg_covar=1e-3, tol=1e-5, max_iter=1_000).fit(values)
    assert Mixture().fit(values, k, seed=0, starts=10).bic <= theirs.bic(values) + 2 * 600 * 0.01


def test_the_criterion_is_scikit_learns_at_the_same_groups() -> None:
    """-2 log-likelihood + parameters x log n, worked out by their code for one group."""
    values = np.random.default_rng(4).normal(size=(200, 3))
    values /= values.std(axis=0)
    theirs = GaussianMixture(1, reg_covar=1e-3).fit(values).bic(values)
    found = Mixture().fit(values, 1, seed=0, starts=1)
    assert found.bic == pytest.approx(theirs, abs=1e-6)
    assert found.reorder(np.array([0])).bic == found.bic
    assert MixtureClusters.from_arrays(found.arrays()).bic is None


def test_the_margin_is_the_difference_of_probabilities() -> None:
    """Worked by hand: halfway between equal groups 0; where one is e times as likely, (e - 1) / (e + 1)."""
    unit = np.ones((2, 1, 1))
    groups = MixtureClusters(np.array([0.5, 0.5]), np.array([[0.0], [2.0]]), unit)
    placed = groups.place(np.array([[1.0], [0.5]]))  # at 0.5: (1.5² - 0.5²) / 2 = 1
    assert placed.margin.tolist() == pytest.approx([0.0, (np.e - 1) / (np.e + 1)])
    assert placed.distance.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    "values",
    [
        np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [7.0, 7.0]], [50, 3, 2, 1], axis=0),
        np.random.default_rng(0).integers(0, 3, size=(300, 4)).astype(float),
        np.random.default_rng(1).normal(size=(8, 30)),
        np.column_stack([np.arange(50.0), np.full(50, 3.0), 2 * np.arange(50.0)]),
        np.concatenate([np.zeros((100, 2)), np.random.default_rng(2).normal(size=(100, 2)) * 1e4]),
    ],
    ids=["copies", "lattice", "more columns than points", "columns that don't vary or repeat", "a lump of zeros"],
)
@pytest.mark.parametrize("k", [2, 4])
def test_groups_may_not_collapse(values: np.ndarray, k: int) -> None:
    """Copies, whole numbers, too many columns: every figure is finite, every probability sound."""
    found = Mixture().fit(values, k, seed=0, starts=4)
    placed = found.place(values)
    assert np.isfinite([*placed.distance, found.bic]).all()
    assert ((placed.margin >= 0) & (placed.margin <= 1)).all()


def test_a_point_far_from_all_groups_is_placed_too() -> None:
    """Where every density is 0 to the computer, the likelier group still is the likelier one."""
    values, _ = tilted(200)
    far = np.array([[1e6, -1e6], [3e18, 3e18]], np.float32)
    placed = Mixture().fit(values, 2, seed=0, starts=2).place(far)
    assert np.isfinite(placed.margin).all()
    assert np.isfinite(placed.distance).all()
