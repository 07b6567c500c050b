import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from segmentry.kernels import assign, gaussian_log_density, gaussian_mixtures, lloyd, seed_centroids, whitening


def labels_of(values: np.ndarray, k: int, starts: int = 2) -> np.ndarray:
    """Give the labels of short k-means fits, a row a start."""
    begun = seed_centroids(values, k, starts, np.random.default_rng(0))
    return np.stack([assign(values, centroids)[0] for centroids in lloyd(values, begun, max_passes=5).centroids])


@pytest.mark.parametrize(("d", "k"), [(1, 2), (3, 4), (6, 3)])
def test_the_fit_is_scikit_learns_from_the_same_start(d: int, k: int) -> None:
    """The same starting labels lead to the same likelihood, weights, means and covariances, for each start."""
    rng = np.random.default_rng(d)
    values = rng.normal(size=(600, d)) + 5 * rng.integers(0, k, size=(600, 1))
    values /= values.std(axis=0)  # scikit-learn's floor has the unit of the columns, ours is a share of their variance
    starts = labels_of(values, k)
    found = gaussian_mixtures(values, starts, gain=1e-9, max_passes=5_000)
    for start, labels in enumerate(starts):
        means = np.stack([values[labels == label].mean(axis=0) for label in range(k)])
        spreads = [np.cov(values[labels == label].T, bias=True).reshape(d, d) + 1e-3 * np.eye(d) for label in range(k)]
        theirs = GaussianMixture(
            k,
            weights_init=np.bincount(labels) / 600,
            means_init=means,
            precisions_init=np.linalg.inv(spreads),
            reg_covar=1e-3,
            tol=1e-9,
            max_iter=5_000,
        ).fit(values)
        assert found.log_likelihood[start] == pytest.approx(theirs.score(values) * 600, abs=1e-3)
        assert np.allclose(found.weights[start], theirs.weights_, atol=1e-3)
        assert np.allclose(found.means[start], theirs.means_, atol=2e-3)
        assert np.allclose(found.covariances[start], theirs.covariances_, atol=3e-3)


def test_densities_are_scipys() -> None:
    """Density and squared Mahalanobis distance of each component, by an inverse square root of its covariance."""
    rng = np.random.default_rng(1)
    values, means = rng.normal(size=(20, 4)), rng.normal(size=(3, 4))
    roots = rng.normal(size=(3, 4, 4))
    covariances = roots @ np.swapaxes(roots, 1, 2) + 0.1 * np.eye(4)
    found, squared = gaussian_log_density(values, means, whitening(covariances))
    for component in range(3):
        away = values - means[component]
        assert np.allclose(
            found[component], multivariate_normal(means[component], covariances[component]).logpdf(values)
        )
        assert np.allclose(squared[component], (away @ np.linalg.inv(covariances[component]) * away).sum(axis=1))


def test_two_steps_worked_by_hand() -> None:
    """0 2 | 10 12: means 1 and 11, variances 1 and 1 plus a hundredth of 26; the other pair is too far to matter."""
    fit = gaussian_mixtures(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([[0, 0, 1, 1]], np.int32), floor=0.01)
    assert fit.weights[0].tolist() == pytest.approx([0.5, 0.5])
    assert fit.means[0, :, 0].tolist() == pytest.approx([1.0, 11.0], abs=1e-6)
    assert fit.covariances[0, :, 0, 0].tolist() == pytest.approx([1.26, 1.26], abs=1e-6)
    by_hand = 4 * (np.log(0.5) - 0.5 * np.log(2 * np.pi * 1.26) - 0.5 / 1.26)
    assert fit.log_likelihood[0] == pytest.approx(by_hand, abs=1e-6)


def test_units_change_nothing_but_units() -> None:
    """Pounds or pence: weights stay, means and covariances follow, and so does the likelihood."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(300, 2)) + 4 * rng.integers(0, 2, size=(300, 1))
    unit = np.array([100.0, 0.001])
    starts = labels_of(values, 2, 1)
    one, other = gaussian_mixtures(values, starts), gaussian_mixtures(values * unit, starts)
    assert np.allclose(other.weights, one.weights)
    assert np.allclose(other.means, one.means * unit)
    assert np.allclose(other.covariances, one.covariances * np.multiply.outer(unit, unit))
    assert other.log_likelihood[0] == pytest.approx(one.log_likelihood[0] - 300 * np.log(unit).sum())


def test_chunks_of_features_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points whose features don't fit into memory at once give the same fit."""
    values = np.random.default_rng(5).normal(size=(500, 3))
    starts = labels_of(values, 3)
    whole = gaussian_mixtures(values, starts)
    monkeypatch.setattr("segmentry.kernels.mixture.CELLS", 1_000)
    chunked = gaussian_mixtures(values, starts)
    assert np.allclose(chunked.means, whole.means)
    assert np.allclose(chunked.log_likelihood, whole.log_likelihood)
