from itertools import product
from pathlib import Path

import numpy as np
import pytest

from segmentry import prepare
from segmentry.choose import forming
from segmentry.cluster import KMeans, KPrototypes, KPrototypesClusters
from segmentry.cluster.prototypes import SAMPLE, huang_gamma
from segmentry.data import load
from segmentry.features import build
from segmentry.kernels import Coding, code_columns, draw_prototypes, kprototypes, relocate
from segmentry.prepare import Layout
from segmentry.recipe import Recipe

MIXED = Layout(
    ("age", "spend", "club is a", "club is b", "club is c", "news"),
    ("number", "number", "category", "category", "category", "yes-no"),
    ("age", "spend", "club", "club", "club", "news"),
)


def mixed(n: int, seed: int, apart: float = 2.0) -> np.ndarray:
    """Give customers of three kinds in the columns of MIXED."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    club = np.eye(3)[np.where(rng.random(n) < 0.8, kind, rng.integers(0, 3, n))]
    return np.column_stack([rng.normal(size=(n, 2)) + apart * kind[:, None], club, rng.random(n) < 0.5])


def cost_of(values: np.ndarray, labels: np.ndarray, gamma: float) -> float:
    """Sum squared distances to means and differing levels, slowly."""
    total = 0.0
    for label in np.unique(labels):
        own = values[labels == label]
        total += ((own[:, :2] - own[:, :2].mean(axis=0)) ** 2).sum()
        clubs = own[:, 2:5].sum(axis=0)
        yes = own[:, 5].sum()
        total += gamma * (len(own) - clubs.max() + min(yes, len(own) - yes))
    return float(total)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [2, 3])
def test_no_split_of_a_few_customers_costs_less(seed: int, k: int) -> None:
    """Every way to part eight customers was tried: ten starts find the cheapest."""
    values = mixed(8, seed, apart=1.0)
    gamma = huang_gamma(values[:, :2])
    best = min(
        cost_of(values, np.array(labels), gamma)
        for labels in product(range(k), repeat=8)
        if len(set(labels)) == k and labels[0] == 0
    )
    placed = KPrototypes().fit(values, k, seed=0, starts=10, layout=MIXED).place(values)
    assert cost_of(values, placed.labels, gamma) == pytest.approx(best)


def test_numbers_alone_are_k_means() -> None:
    """Where there are no categories the answer is k-means'."""
    values = np.random.default_rng(0).normal(size=(300, 3))
    ours, theirs = (method.fit(values, 4, seed=3, starts=4) for method in (KPrototypes(), KMeans()))
    assert np.array_equal(ours.centroids, theirs.centroids)
    assert np.array_equal(ours.place(values).margin, theirs.place(values).margin)


def test_categories_alone_are_k_modes() -> None:
    """Without numbers a level costs 1 and every prototype is a pattern of levels: three clear ones are found."""
    rng = np.random.default_rng(0)
    patterns = np.array([[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0]])
    kind = np.arange(300) % 3
    values = np.where(rng.random((300, 8)) < 0.1, 1 - patterns[kind], patterns[kind]).astype(np.float32)
    names = Layout.numbers(8).names
    found = KPrototypes().fit(values, 3, seed=0, starts=5, layout=Layout(names, ("yes-no",) * 8, names))
    assert found.gamma == 1.0
    assert sorted(found.modes.tolist()) == sorted(patterns.tolist())


def test_a_level_costs_half_the_mean_standard_deviation() -> None:
    """Worked by hand: deviations 1 and 3 give 1; nothing that varies gives 1."""
    assert huang_gamma(np.array([[0.0, 0.0], [2.0, 6.0]])) == 1.0
    assert huang_gamma(np.zeros((3, 2))) == huang_gamma(np.empty((3, 0))) == 1.0
    values = mixed(90, 0)
    found = KPrototypes().fit(values, 3, seed=0, starts=3, layout=MIXED)
    assert found.gamma == pytest.approx(values[:, :2].std(axis=0).mean() / 2)


def test_the_margin_is_one_minus_the_ratio_of_distances() -> None:
    """Worked by hand: cost 1 here and 15 + 1 there is 1 - 1/4; an unseen level costs at both."""
    coding = Coding((0,), ((1, 2),), ((),))
    clusters = KPrototypesClusters(coding, np.array([[0.0], [np.sqrt(15) + 1]]), np.array([[0], [1]], np.int32), 1.0)
    placed = clusters.place(np.array([[1.0, 1, 0], [0.0, 0, 0]]))
    assert placed.margin[0] == pytest.approx(0.75)
    assert placed.distance.tolist() == [1.0, 1.0]
    assert placed.labels.tolist() == [0, 0]


def test_a_category_that_became_a_number_is_a_number() -> None:
    """Ordinal levels have distances, and these count."""
    layout = Layout(("size", "news"), ("category", "yes-no"), ("size", "news"))
    values = np.array([[-1.2, 0], [-1.2, 1], [0.1, 0], [1.3, 1], [1.3, 0]])
    assert KPrototypes().fit(values, 2, seed=0, starts=2, layout=layout).coding.numbers == (0,)


def test_past_the_sample_prototypes_are_those_of_all_points() -> None:
    """Starts are searched on a sample; means and commonest levels are of all points."""
    values = mixed(SAMPLE + 3_000, 0, apart=5.0)
    found = KPrototypes().fit(values, 3, seed=0, starts=2, layout=MIXED)
    labels = found.place(values).labels
    for label in range(3):
        assert np.allclose(found.centroids[label], values[labels == label, :2].mean(axis=0), atol=1e-6)
        assert found.modes[label, 0] == values[labels == label, 2:5].sum(axis=0).argmax()


@pytest.mark.parametrize("seed", range(6))
def test_no_prototype_is_left_without_customers(seed: int) -> None:
    """Few answers and many prototypes make ties: still every one is somebody's cheapest."""
    rng = np.random.default_rng(seed)
    values = (rng.random((60, 4)) < 0.5).astype(np.float32)
    names = Layout.numbers(4).names
    k = min(7, len(np.unique(values, axis=0)))
    found = KPrototypes().fit(values, k, seed=seed, starts=3, layout=Layout(names, ("yes-no",) * 4, names))
    assert len(np.unique(found.place(values).labels)) == k


@pytest.mark.parametrize(
    ("file", "include", "cost"),
    [
        ("automobile_segmentation.csv", ["Gender", "Ever_Married", "Age"], 15442.3),
        ("telco_churn.csv", ["gender", "SeniorCitizen"], 18531.7),
    ],
)
def test_the_cost_is_no_more_than_that_of_kmodes_from_the_same_starts(
    shared_data: Path, file: str, include: list[str], cost: float
) -> None:
    """The best of three starts in six segments costs no more than kmodes 0.12.2's: benchmarks/prototypes.py."""
    recipe = Recipe().having(include=include)
    loaded = load(shared_data / file, None, recipe.read)
    measures = build(loaded.orders, loaded.customers, recipe.features)
    preparer = prepare.fit(measures.table, forming(measures, recipe.choose), recipe.prepare)
    points = preparer.apply(measures.table)
    numbers, codes = code_columns(points.values, points.layout).split(points.values)
    gamma = huang_gamma(numbers)
    starts = draw_prototypes(numbers, codes, 6, 3, gamma, np.random.default_rng(0))
    ended = kprototypes(numbers, codes, starts, gamma).prototypes
    found = (
        relocate(numbers, codes, ended.take(np.array([start])), gamma, np.random.default_rng(0), rounds=10, least=1e-5)[
            1
        ]
        for start in range(3)
    )
    assert any(own <= cost + 0.1 for own in found)
