from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans as Theirs

from segmentry.cluster import KMeans, KMeansClusters
from segmentry.cluster.kmeans import SAMPLE, counted
from segmentry.cluster.order import told_apart
from segmentry.kernels import lloyd, spread

INCOME, SCORE = "Annual Income (k$)", "Spending Score (1-100)"


def inertia(values: np.ndarray, k: int, starts: int) -> float:
    """Fit, and give the sum of squared distances to the segments' means."""
    return spread(values, KMeans().fit(values, k, seed=0, starts=starts).place(values).labels).inertia


def z(values: np.ndarray) -> np.ndarray:
    """Give z-scores."""
    return (values - values.mean(axis=0)) / values.std(axis=0)


@pytest.fixture(scope="module")
def mall(shared_data: Path) -> pd.DataFrame:
    """Give the 200 customers of a mall."""
    return pd.read_csv(shared_data / "mall_customers.csv")


@pytest.mark.parametrize(
    ("k", "expected"), [(1, 269981.28), (2, 181363.60), (3, 106348.37), (4, 73679.79), (5, 44448.4554)]
)
def test_mall_by_income_and_score_reaches_the_best_known_inertia(mall: pd.DataFrame, k: int, expected: float) -> None:
    """The usual ten starts find the best known split for each number of segments."""
    assert inertia(mall[[INCOME, SCORE]].to_numpy(float), k, 10) == pytest.approx(expected, abs=0.005)


def test_mall_by_age_income_and_score_reaches_the_best_known_inertia(mall: pd.DataFrame) -> None:
    """Six segments of z-scored age, income and score: 133.868, sizes 45 to 21."""
    values = z(mall[["Age", INCOME, SCORE]].to_numpy(float))
    labels = KMeans().fit(values, 6, seed=0, starts=100).place(values).labels
    assert spread(values, labels).inertia == pytest.approx(133.86833, abs=1e-4)
    assert sorted(np.bincount(labels).tolist()) == [21, 24, 33, 38, 39, 45]


def test_yes_no_answers_reach_the_best_known_sum(shared_data: Path) -> None:
    """McDonald's 11 yes/no columns in four segments: 1602.93 is a local optimum, 1602.90 the best known."""
    table = pd.read_csv(shared_data / "mcdonalds.csv").iloc[:, :11]
    values = (table == "Yes").to_numpy(np.float32)
    labels = KMeans().fit(values, 4, seed=1, starts=300).place(values).labels
    assert spread(values, labels).inertia <= 1602.905
    assert sorted(np.bincount(labels).tolist()) == [240, 315, 318, 580]


@pytest.mark.parametrize("k", [2, 5, 9])
def test_inertia_is_no_worse_than_scikit_learns(k: int) -> None:
    """On overlapping data thirty of our starts reach what ten of scikit-learn's reach, to one in ten thousand."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(3000, 4)) + 2 * rng.integers(0, 4, size=(3000, 1))
    theirs = Theirs(k, n_init=10, random_state=0).fit(values).inertia_
    assert inertia(values, k, 30) <= theirs * (1 + 1e-4)


def test_past_the_sample_all_points_are_polished() -> None:
    """Starts are searched on a sample; the centroids are still the means of all their points."""
    rng = np.random.default_rng(0)
    values = (rng.normal(size=(SAMPLE + 5_000, 2)) + 8 * rng.integers(0, 3, size=(SAMPLE + 5_000, 1))).astype(
        np.float32
    )
    clusters = KMeans().fit(values, 3, seed=0, starts=4)
    labels = clusters.place(values).labels
    means = np.stack([values[labels == label].mean(axis=0, dtype=float) for label in range(3)])
    assert np.allclose(clusters.centroids, means, atol=1e-3)


def test_a_few_rare_kinds_among_very_many_copies_are_found() -> None:
    """Where a sample would hold copies of one point only, one of each kind is added to it."""
    values = np.zeros((SAMPLE + 10_000, 1), dtype=np.float32)
    values[[5, 77, 123]] = [[10.0], [20.0], [30.0]]
    clusters = KMeans().fit(values, 4, seed=0, starts=2)
    assert np.sort(clusters.centroids.ravel()) == pytest.approx([0.0, 10.0, 20.0, 30.0], abs=1e-12)


def test_the_margin_is_one_minus_the_ratio_of_distances() -> None:
    """Worked by hand: 3 from one centroid and 12 from another is 3/4; in the middle, 0; between equal centroids, 0."""
    clusters = KMeansClusters(np.array([[0.0], [15.0], [15.0]]))
    assert clusters.place(np.array([[3.0], [7.5], [15.0]])).margin.tolist() == [0.75, 0.0, 0.0]
    assert KMeansClusters(np.array([[0.0]])).place(np.array([[3.0]])).margin.tolist() == [1.0]


def test_copies_are_looked_at_once() -> None:
    """Points that are there many times: the split of single ones with their number is that of them all."""
    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(300, 2)).astype(np.float32)
    values = np.repeat(kinds, rng.integers(1, 200, len(kinds)), axis=0)
    ordered, fresh = told_apart(values, 2)
    points, weights = counted(ordered, fresh)
    assert weights is not None
    assert (len(points), weights.sum()) == (300, len(values))
    found = KMeans().fit(values, 5, seed=0, starts=3).centroids
    plain = lloyd(values, found[None])
    assert np.allclose(plain.centroids[0], found, atol=1e-9)


def test_one_point_that_most_are_hides_no_others_from_the_sample() -> None:
    """Nine in ten points alike, and more different ones than a sample holds: the rare groups are still found."""
    rng = np.random.default_rng(0)
    rare = rng.normal(size=(SAMPLE + 3_000, 2)) + 20 * rng.integers(1, 3, size=(SAMPLE + 3_000, 1))
    values = np.concatenate([np.zeros((9 * SAMPLE, 2)), rare]).astype(np.float32)
    centroids = KMeans().fit(values, 3, seed=0, starts=3).centroids
    assert np.allclose(np.sort(centroids[:, 0]), [0, 20, 40], atol=0.1)


def test_numbers_together_give_what_each_gives_alone() -> None:
    """A sweep shares work between numbers of clusters, and no result depends on what else is asked."""
    rng = np.random.default_rng(0)
    for n in (500, SAMPLE + 500):
        values = rng.normal(size=(n, 2)).astype(np.float32)
        together = KMeans().sweep(values, [2, 5, 7], seed=1, starts=2)
        for k, found in zip((2, 5, 7), together, strict=True):
            assert np.array_equal(found.centroids, KMeans().fit(values, k, seed=1, starts=2).centroids)
