from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score

from segmentry.cluster import KMeans
from segmentry.evaluate import SILHOUETTE_LIMIT, judge


def three_blobs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give points and their true labels."""
    labels = (np.arange(n) % 3).astype(np.int32)
    return np.random.default_rng(0).normal(size=(n, 2)) + 5 * labels[:, None], labels


def test_several_splits_are_measured_in_their_order() -> None:
    """Each labeling gets its own figures, as if it were alone."""
    values, labels = three_blobs(90)
    coarse = (labels > 0).astype(np.int32)
    both = judge(values, [coarse, labels])
    assert both.splits == (judge(values, [coarse]).splits[0], judge(values, [labels]).splits[0])
    assert both.splits[1].silhouette == pytest.approx(silhouette_score(values, labels))
    assert both.silhouette_on == 90


def test_past_the_limit_the_silhouette_is_a_seeded_sample_and_says_so() -> None:
    """The same seed gives the same figure, another seed nearly the same; the rest is exact over all."""
    values, labels = three_blobs(3000)
    whole, sample = judge(values, [labels]), judge(values, [labels], seed=1, limit=500)
    assert (whole.silhouette_on, sample.silhouette_on) == (3000, 500)
    assert sample == judge(values, [labels], seed=1, limit=500)
    assert sample.splits[0].silhouette == pytest.approx(whole.splits[0].silhouette, abs=0.03)
    assert sample.splits[0].silhouette != whole.splits[0].silhouette
    assert sample.splits[0].inertia == whole.splits[0].inertia
    assert SILHOUETTE_LIMIT == 20_000


@pytest.mark.parametrize(
    ("scaled", "inertia", "silhouette", "davies_bouldin", "calinski_harabasz"),
    [(False, 44448.4554, 0.5539, 0.5726, 247.36), (True, 65.5684, 0.5547, 0.5722, 248.65)],
)
def test_mall_in_five_has_its_published_figures(
    shared_data: Path,
    scaled: bool,
    inertia: float,
    silhouette: float,
    davies_bouldin: float,
    calinski_harabasz: float,
) -> None:
    """Income and score, raw and z-scored."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    values = (values - values.mean(axis=0)) / values.std(axis=0) if scaled else values
    labels = KMeans().fit(values, 5, seed=0, starts=10).place(values).labels
    assert sorted(np.bincount(labels).tolist()) == [22, 23, 35, 39, 81]
    (found,) = judge(values, [labels]).splits
    assert found.inertia == pytest.approx(inertia, abs=5e-5)
    assert found.silhouette == pytest.approx(silhouette, abs=5e-5)
    assert found.davies_bouldin == pytest.approx(davies_bouldin, abs=5e-5)
    assert found.calinski_harabasz == pytest.approx(calinski_harabasz, abs=5e-3)


def test_mall_in_six_has_its_published_figures(shared_data: Path) -> None:
    """Age, income and score, z-scored."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Age", "Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    (found,) = judge(values, [KMeans().fit(values, 6, seed=0, starts=100).place(values).labels]).splits
    assert found.silhouette == pytest.approx(0.4274, abs=5e-5)
    assert found.davies_bouldin == pytest.approx(0.828, abs=5e-4)


def test_wholesale_on_two_principal_axes_has_its_published_figures(shared_data: Path) -> None:
    """Logarithms, five outlying rows dropped, two axes: two segments of 258 and 177."""
    spends = np.log(pd.read_csv(shared_data / "wholesale_customers.csv").iloc[:, 2:])
    spends = spends.drop(index=[65, 66, 75, 128, 154])
    pca = PCA(2).fit(spends.to_numpy())
    assert pca.explained_variance_ratio_.round(4).tolist() == [0.4430, 0.2638]
    values = pca.transform(spends.to_numpy())
    labels = KMeans().fit(values, 2, seed=0, starts=10).place(values).labels
    assert sorted(np.bincount(labels).tolist()) == [177, 258]
    assert judge(values, [labels]).splits[0].silhouette == pytest.approx(0.42628, abs=5e-6)


def test_who_belongs_nowhere_counts_for_nothing() -> None:
    """Worked by hand: 0 2 | 8 with 3 left out: inertia 2, silhouettes 3/4, 2/3 and 0; where all are out, none."""
    values = np.array([[0.0], [3.0], [2.0], [8.0]])
    some, none = judge(values, [np.array(labels, dtype=np.int32) for labels in ([0, -1, 0, 1], [-1] * 4)]).splits
    assert some.inertia == 2.0
    assert some.silhouette == pytest.approx((3 / 4 + 2 / 3) / 3)
    assert none.inertia == 0.0
    assert np.isnan(none.silhouette)
