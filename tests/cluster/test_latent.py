from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from segmentry.cluster import LatentClass, LatentClassClusters
from segmentry.errors import ColumnError
from segmentry.kernels import Coding
from segmentry.prepare import Layout, PrepareOptions, fit


def answers(columns: int) -> Layout:
    """Say that all columns are yes/no."""
    names = Layout.numbers(columns).names
    return Layout(names, ("yes-no",) * columns, names)


@pytest.fixture(scope="module")
def mcdonalds(shared_data: Path) -> tuple[np.ndarray, Layout]:
    """Give what 1,453 people said of a restaurant, eleven times yes or no, prepared as a run prepares it."""
    table = pd.read_csv(shared_data / "mcdonalds.csv").iloc[:, :11]
    points = fit(table, [(name, "yes-no") for name in table.columns]).apply(table)
    return points.values, points.layout


@pytest.mark.parametrize(
    ("k", "published"), [(2, -7610.84), (3, -7311.48), (4, -7111.11), (5, -7011.17), (6, -6956.02)]
)
def test_mcdonalds_has_its_published_likelihoods(
    mcdonalds: tuple[np.ndarray, Layout], k: int, published: float
) -> None:
    """Two to six classes reach the log-likelihoods of Dolnicar, Grün & Leisch (2018), appendix C, within a tenth."""
    values, layout = mcdonalds
    found = LatentClass().fit(values, k, seed=0, starts=10, layout=layout)
    assert found.log_likelihood is not None
    assert found.log_likelihood >= published - 0.1
    assert found.bic == pytest.approx(-2 * found.log_likelihood + (12 * k - 1) * np.log(1453))


def test_mcdonalds_has_its_published_principal_axes(mcdonalds: tuple[np.ndarray, Layout]) -> None:
    """Standard deviations along the first four axes."""
    found = np.sqrt(PCA(4).fit(mcdonalds[0].astype(float)).explained_variance_)
    assert found.round(4).tolist() == [0.7570, 0.6075, 0.5046, 0.3988]


def test_classes_that_made_the_answers_are_found_again() -> None:
    """From 3,000 answers of two kinds of customers come their shares and probabilities, to a few hundredths."""
    rng = np.random.default_rng(0)
    truth = np.array([[0.9, 0.8, 0.9, 0.1, 0.2, 0.5], [0.2, 0.1, 0.3, 0.8, 0.9, 0.5]])
    kind = (rng.random(3_000) < 0.3).astype(int)
    values = (rng.random((3_000, 6)) < truth[kind]).astype(np.float32)
    found = LatentClass().fit(values, 2, seed=0, starts=5, layout=answers(6))
    order = np.argsort(-found.weights)
    assert found.weights[order].tolist() == pytest.approx([0.7, 0.3], abs=0.03)
    assert np.allclose(found.shares[order][:, 1::2], truth, atol=0.05)


def test_placing_worked_by_hand() -> None:
    """Two even classes that say yes 8 and 2 times in ten: 0.8 - 0.2 for one answer; none of it for no answer."""
    coding = Coding((), ((0,), (1, 2)), ((0.5,), ()))
    classes = LatentClassClusters(coding, np.array([0.5, 0.5]), np.array([[0.2, 0.8, 0.5, 0.5], [0.8, 0.2, 0.5, 0.5]]))
    placed = classes.place(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    assert placed.labels.tolist() == [0, 1]
    assert placed.margin.tolist() == pytest.approx([0.6, 0.6])
    assert placed.distance.tolist() == [0.0, 0.0]
    unlikely = LatentClassClusters(coding, np.array([1.0]), np.array([[0.2, 0.8, 0.5, 0.5]]))
    placed = unlikely.place(np.array([[0.0, 1.0, 0.0]]))
    assert placed.distance.tolist() == pytest.approx([np.sqrt(2 * np.log(4))])
    assert placed.margin.tolist() == [1.0]


def test_one_class_is_the_shares_of_everybody() -> None:
    """Worked by hand: three yes of four, in one class, is 4 log-likelihoods of shares 3/4 and 1/4."""
    found = LatentClass().fit(np.array([[1.0], [1], [1], [0]]), 1, seed=0, starts=1, layout=answers(1))
    assert found.shares[0].tolist() == pytest.approx([0.25, 0.75])
    assert found.log_likelihood == pytest.approx(3 * np.log(0.75) + np.log(0.25))
    assert found.bic == pytest.approx(-2 * found.log_likelihood + np.log(4))


def test_numbers_are_refused_by_name_with_a_way_out() -> None:
    """A number with many values has no answers: the message names it and what to do."""
    layout = Layout(("age", "club"), ("number", "yes-no"), ("age", "club"))
    values = np.column_stack([np.arange(40.0), np.arange(40) % 2])
    with pytest.raises(ColumnError, match="no numbers") as refusal:
        LatentClass().fit(values, 2, seed=0, starts=1, layout=layout)
    assert "age: 40 different values" in str(refusal.value)
    assert "--method kprototypes, or --bins 4" in str(refusal.value)


def test_numbers_cut_into_groups_are_answers() -> None:
    """What --bins makes of a number has few values, and is taken as a category."""
    rng = np.random.default_rng(0)
    kind = np.arange(300) % 2
    table = pd.DataFrame({"age": rng.normal(size=300) + 4 * kind, "spend": rng.normal(size=300) + 4 * kind})
    points = fit(table, [("age", "number"), ("spend", "number")], PrepareOptions(bins=4)).apply(table)
    labels = LatentClass().fit(points.values, 2, seed=0, starts=3, layout=points.layout).place(points.values).labels
    assert max(np.mean(labels == kind), np.mean(labels != kind)) > 0.95


def test_answers_beyond_one_whole_number_are_counted_too() -> None:
    """Two hundred columns have more patterns than a 64-bit number: they are counted row by row."""
    rng = np.random.default_rng(0)
    kind = np.arange(60)[:, None] % 2
    values = (rng.random((60, 200)) < np.where(kind == 1, 0.7, 0.3)).astype(np.float32)
    labels = LatentClass().fit(values, 2, seed=0, starts=2, layout=answers(200)).place(values).labels
    assert np.array_equal(labels == labels[0], kind.ravel() == 0)
