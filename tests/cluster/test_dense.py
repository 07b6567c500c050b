from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import HDBSCAN

from segmentry.cluster import NOWHERE, DenseClusters, Hdbscan
from segmentry.cluster import dense as room


def crescents(n: int) -> np.ndarray:
    """Give two half moons and two points far from both."""
    rng = np.random.default_rng(0)
    turn = rng.uniform(0, np.pi, n)
    upper = (np.arange(n) % 2 == 0)[:, None]
    moons = np.where(
        upper, np.column_stack([np.cos(turn), np.sin(turn)]), np.column_stack([1 - np.cos(turn), 0.5 - np.sin(turn)])
    )
    return np.concatenate([moons + rng.normal(scale=0.05, size=(n, 2)), [[9.0, 9.0], [-7.0, 3.0]]])


def test_odd_shapes_are_found_and_far_points_belong_nowhere() -> None:
    """Two half moons are two groups; who is far from both has no segment, a nearest one, and no margin."""
    values = crescents(400)
    clusters = Hdbscan().fit(values, 50, seed=0, starts=1)
    placed = clusters.place(values)
    assert clusters.k == 2
    assert len(set(placed.labels[:400:2].tolist()) - {NOWHERE}) == 1
    assert len(set(placed.labels[1:400:2].tolist()) - {NOWHERE}) == 1
    assert placed.labels[400:].tolist() == [NOWHERE, NOWHERE]
    assert placed.margin[400:].tolist() == [0.0, 0.0]


def test_mall_has_five_groups_where_the_smallest_may_be_three_percent(shared_data: Path) -> None:
    """Income and score: the labels are scikit-learn's for the same settings, up to the numbers of the groups."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    clusters = Hdbscan().fit(values, 30, seed=0, starts=1)
    theirs = HDBSCAN(min_cluster_size=6, min_samples=5, copy=True).fit(values).labels_
    assert clusters.k == theirs.max() + 1 == 5
    labels = clusters.place(values).labels
    inside = theirs >= 0
    assert len(set(zip(labels[inside].tolist(), theirs[inside].tolist(), strict=True))) == 5
    assert clusters.fidelity == pytest.approx(np.mean((labels >= 0) == inside))
    assert clusters.fidelity >= 0.95


def test_a_smaller_smallest_group_gives_at_least_as_many() -> None:
    """The setting is the smallest group in thousandths of the points."""
    rng = np.random.default_rng(0)
    sizes = [400, 400, 150, 50]
    corners = np.repeat(np.array([[0, 0], [20, 0], [0, 20], [20, 20]]), sizes, axis=0)
    values = rng.normal(size=(1_000, 2)) + corners
    found = [Hdbscan().fit(values, setting, seed=0, starts=1).k for setting in (20, 120, 300)]
    assert found == [4, 3, 2]


def test_where_nothing_is_denser_all_are_one_segment_and_it_is_said() -> None:
    """One cloud, and too few points: everybody belongs to the one segment, however far away."""
    for values in (np.random.default_rng(0).normal(size=(500, 3)), np.zeros((1, 2)), np.zeros((40, 2))):
        clusters = Hdbscan().fit(values, 120, seed=0, starts=1)
        assert clusters.k == 1
        placed = clusters.place(np.concatenate([values, values + 1e6]))
        assert (placed.labels == 0).all()
        assert (placed.margin == 1).all()
        remarks = DenseClusters.from_arrays(clusters.arrays()).remarks
        assert [(remark.code, remark.count) for remark in remarks] == [("no-dense-group", len(values))]


def test_who_is_within_reach_belongs() -> None:
    """Worked by hand: points 1 apart reach 1 far; neither distance of a margin counts as less than the spacing, 1."""
    kept = np.array([[0.0], [1.0], [9.0], [10.0]])
    owner, one = np.array([0, 0, 1, 1]), np.ones(2)
    clusters = DenseClusters(kept, owner, np.array([[0.5], [9.5]]), one, one, 1.0, 4)
    placed = clusters.place(np.array([[2.0], [2.1], [0.0], [8.5]]))
    assert placed.labels.tolist() == [0, NOWHERE, 0, 1]
    assert placed.second.tolist() == [1, 0, 1, 0]
    assert placed.margin == pytest.approx([1 - 1 / 7, 0.0, 1 - 1 / 9, 1 - 1 / 7.5])
    assert placed.distance == pytest.approx([1.5, 1.6, 0.5, 1.0])


def test_state_is_bounded_and_large_data_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are looked for in a sample, fewer points are kept than were grouped, and all of that is said."""
    monkeypatch.setattr(room, "FITTED", 800)
    monkeypatch.setattr(room, "KEPT", 200)
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2_000, 2)) + 9 * (np.arange(2_000) % 3)[:, None]
    clusters = Hdbscan().fit(values, 50, seed=0, starts=1)
    assert clusters.k == 3
    assert len(clusters.kept) <= 200
    assert [(remark.code, remark.count) for remark in clusters.remarks] == [("sample", 800)]
    labels = clusters.place(values).labels
    groups = [np.bincount(labels[start::3] + 1, minlength=4).argmax() for start in range(3)]
    assert len(set(groups)) == 3
    assert np.mean(labels == NOWHERE) < 0.1


def test_copies_are_no_trouble() -> None:
    """A lump of equal customers is infinitely dense; nothing is divided by it, and its copies stay together."""
    rng = np.random.default_rng(0)
    values = np.concatenate([np.zeros((200, 2)), rng.normal(size=(200, 2)) + 9]).round(1)
    clusters = Hdbscan().fit(values, 80, seed=0, starts=1)
    placed = clusters.place(values)
    assert len(set(placed.labels[:200].tolist())) == 1
    assert np.isfinite(placed.margin).all()
