from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from segmentry.cluster import CLUSTERERS, Linkage
from segmentry.cluster import linkage as room
from segmentry.cluster.cells import PROTOTYPES, prototypes
from segmentry.cluster.joins import LINKAGES, Linking, join
from segmentry.cluster.linkage import LEAVES, LinkageClusters
from segmentry.cluster.order import in_order
from segmentry.cluster.tree import grow
from segmentry.kernels import silhouettes, spread

each_linkage = pytest.mark.parametrize("how", LINKAGES)


def fitted(how: Linking, values: np.ndarray, k: int) -> LinkageClusters:
    """Fit one linkage."""
    return Linkage(how).fit(values, k, seed=0, starts=1)


def of_the_tree(values: np.ndarray, how: Linking, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the points in order, and where the tree's own cut has them."""
    ordered = in_order(values)
    tree, leaf = grow(join(ordered, how), np.ones(len(ordered)), k)
    return ordered, tree.cut(k).labels[leaf]


def groups(seed: int, n: int, d: int = 3) -> np.ndarray:
    """Give overlapping groups of unequal size."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, d)) + 3 * rng.integers(0, 4, size=(n, 1)) ** 2 / 3).astype(np.float32)


def crescents(n: int) -> np.ndarray:
    """Give two half moons, one within the other's reach: no centroid tells them apart."""
    rng = np.random.default_rng(0)
    turn = rng.uniform(0, np.pi, n)
    upper = np.arange(n) % 2 == 0
    points = np.where(upper, [np.cos(turn), np.sin(turn)], [1 - np.cos(turn), 0.5 - np.sin(turn)]).T
    return (points + rng.normal(scale=0.05, size=(n, 2))).astype(np.float32)


def test_mall_by_ward_gives_the_published_cut(shared_data: Path) -> None:
    """Income and score as they are, five groups: silhouette .5530, sizes 85, 39, 32, 23, 21."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    ordered, labels = of_the_tree(values, "ward", 5)
    assert silhouettes(ordered, labels[None]).mean() == pytest.approx(0.5530, abs=5e-5)
    assert sorted(np.bincount(labels).tolist()) == [21, 23, 32, 39, 85]
    clusters = fitted("ward", values, 5)
    assert sorted(np.bincount(clusters.tree.labels, clusters.tree.sizes).tolist()) == [21, 23, 32, 39, 85]
    assert clusters.fidelity == pytest.approx(np.mean(clusters.place(ordered).labels == labels))


@each_linkage
def test_fidelity_is_measured_against_the_trees_own_cut(how: Linking) -> None:
    """On overlapping groups placing differs from the tree, and the share that agrees is what is said."""
    values = groups(1, 700)
    ordered, labels = of_the_tree(values, how, 6)
    clusters = fitted(how, values, 6)
    assert clusters.fidelity == np.mean(clusters.place(ordered).labels == labels)
    if how != "ward":
        assert clusters.fidelity >= 0.99


@pytest.mark.parametrize("how", ["average", "single"])
def test_odd_shapes_have_as_many_prototypes_as_they_need(how: Linking) -> None:
    """Two half moons are told apart by local means where two centroids would fail."""
    values = crescents(600)
    _, labels = of_the_tree(values, "single", 2)
    found = prototypes(in_order(values), np.ones(600), labels)
    assert 2 < len(found.points) <= PROTOTYPES
    assert np.mean(found.nearest(in_order(values)).first == labels) >= 0.99
    assert fitted(how, values, 2).fidelity >= 0.99


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 60), k=st.integers(1, 9), enough=st.sampled_from([0.0, 0.99]))
def test_no_cluster_is_left_without_a_point(seed: int, n: int, k: int, enough: float) -> None:
    """However labels lie, some fitted point is nearest to each cluster, even where nothing more is asked."""
    rng = np.random.default_rng(seed)
    points = np.unique(rng.integers(0, 6, size=(n, 2)).astype(float), axis=0)
    labels = np.unique(rng.integers(0, k, size=len(points)), return_inverse=True)[1]
    found = prototypes(points, np.ones(len(points)), labels, enough)
    assert set(found.nearest(points).first.tolist()) == set(labels.tolist())


def test_the_two_nearest_prototypes_are_of_two_clusters() -> None:
    """Worked by hand: the nearest and next nearest are one cluster's; the second choice is the other."""
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = prototypes(points, np.ones(4), np.array([0, 1, 1, 0]))
    near = found.nearest(np.array([[10.75]]))
    assert (near.first.tolist(), near.second.tolist()) == ([0], [1])
    assert (near.first_squared.tolist(), near.second_squared.tolist()) == ([0.0625], [0.5625])


def heavy_tailed(seed: int, n: int) -> np.ndarray:
    """Give points most of which lie close together, and some far out."""
    values = np.exp(np.random.default_rng(seed).normal(size=(n, 3)))
    return ((values - values.mean(axis=0)) / values.std(axis=0)).astype(np.float32)


def even(seed: int, n: int) -> np.ndarray:
    """Give points without any groups."""
    return np.random.default_rng(seed).random((n, 3)).astype(np.float32)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("make", [groups, heavy_tailed, even])
def test_ward_on_micro_clusters_is_no_worse_than_full_ward(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[int, int], np.ndarray], seed: int
) -> None:
    """At 2 to 12 clusters, what comes of a quarter as many cells has no larger sum of squares than scipy's full cut."""
    values = make(seed, 2_400)
    merges = linkage(values.astype(np.float64), "ward")
    monkeypatch.setattr(room, "EXACT_NARROW", 1_000)
    monkeypatch.setattr(room, "MICRO_WARD", 600)
    ks = range(2, 13)
    for k, clusters in zip(ks, Linkage("ward").sweep(values, ks, seed=0, starts=1), strict=True):
        full = spread(values, (fcluster(merges, k, "maxclust") - 1).astype(np.int32)).inertia
        assert spread(values, clusters.place(values).labels).inertia <= 1.0005 * full


@pytest.mark.parametrize(("columns", "limit", "words"), [(8, 40, "40"), (9, 20, "20")])
def test_a_tree_of_micro_clusters_says_so(
    monkeypatch: pytest.MonkeyPatch, columns: int, limit: int, words: str
) -> None:
    """Beyond the limit, which is lower past 8 columns, the remark names both figures; at the limit there is none."""
    for name, count in (("EXACT_WARD", 20), ("EXACT_NARROW", 40), ("MICRO_WARD", 10)):
        monkeypatch.setattr(room, name, count)
    values = np.random.default_rng(0).random((limit + 1, columns))
    assert fitted("ward", values[:-1], 3).remarks == ()
    (remark,) = LinkageClusters.from_arrays(fitted("ward", values, 3).arrays()).remarks
    assert (remark.code, remark.count) == ("micro-clusters", 10)
    assert remark.policy.startswith(f"more than {words} different customers")
    assert "10 small groups" in remark.policy


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), how=st.sampled_from(LINKAGES))
def test_no_cluster_of_micro_clusters_is_left_without_a_point(
    monkeypatch: pytest.MonkeyPatch, seed: int, how: Linking
) -> None:
    """Where cells are coarse, placing still puts somebody into every cluster."""
    for name, count in (("EXACT", 50), ("EXACT_NARROW", 50), ("MICRO", 12), ("MICRO_WARD", 12)):
        monkeypatch.setattr(room, name, count)
    values = np.random.default_rng(seed).normal(size=(60, 2)) ** 3
    labels = fitted(how, values, 9).place(values).labels
    assert set(labels.tolist()) == set(range(9))


@each_linkage
def test_copies_past_the_limit_change_nothing(monkeypatch: pytest.MonkeyPatch, how: Linking) -> None:
    """Many rows of few kinds are joined as weighted kinds: the same cut as that of all the rows."""
    rng = np.random.default_rng(0)
    values = np.repeat(rng.normal(size=(40, 2)), rng.integers(1, 9, size=40), axis=0)
    full = fitted(how, values, 5)
    monkeypatch.setattr(room, "EXACT", 50)
    monkeypatch.setattr(room, "EXACT_NARROW", 50)
    kinds = fitted(how, values, 5)
    assert kinds.remarks == ()
    assert np.array_equal(full.place(values).labels, kinds.place(values).labels)
    assert full.fidelity == pytest.approx(kinds.fidelity)


def test_the_tree_keeps_sixty_merges_or_one_less_than_clusters() -> None:
    """Enough for a drawing; more where more clusters are asked for."""
    values = groups(0, 150)
    assert len(fitted("ward", values, 4).tree.heights) == LEAVES - 1
    assert len(fitted("ward", values, 80).tree.heights) == 79
    assert len(fitted("ward", values[:20], 4).tree.heights) == 19
    assert CLUSTERERS["kmeans"].fit(values, 2, seed=0, starts=1).tree is None


def test_the_tree_follows_the_order_of_the_clusters() -> None:
    """Leaves carry the clusters' numbers, also after these are ordered by spend."""
    clusters = fitted("average", groups(0, 300), 4)
    order = np.array([2, 3, 0, 1])
    sizes = np.bincount(clusters.tree.labels, clusters.tree.sizes)
    again = clusters.reorder(order)
    assert np.array_equal(np.bincount(again.tree.labels, again.tree.sizes), sizes[order])
