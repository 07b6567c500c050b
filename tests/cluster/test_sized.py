from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry import prepare
from segmentry.choose import ChooseOptions, check_options, choose
from segmentry.cluster import KMeans, KMeansSized, SizedClusters, find_clusterer, read_limits
from segmentry.cluster import sized as room
from segmentry.errors import UsageError
from segmentry.kernels import spread


def lopsided(seed: int, n: int) -> np.ndarray:
    """Give three groups of which one has most of the points."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)) + 4 * rng.choice(3, p=[0.8, 0.1, 0.1], size=(n, 1))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), n=st.integers(12, 150), k=st.integers(1, 6))
def test_limits_hold_at_fit_and_offsets_reproduce_it(seed: int, n: int, k: int) -> None:
    """By default a segment holds half to one and a half times an equal share, and placing is the assignment itself."""
    values = lopsided(seed, n)
    clusters = KMeansSized().fit(values, k, seed=seed, starts=2)
    held = np.bincount(clusters.place(values).labels, minlength=k)
    least, most = clusters.limits
    assert (held.min(), held.max()) == clusters.sizes
    assert least <= held.min()
    assert held.max() <= most
    assert clusters.fidelity == 1.0
    assert clusters.remarks == ()
    assert least >= 0.5 * n / k or least == n // k
    assert most <= 1.5 * n / k or most == -(-n // k)


def test_mall_in_five_equal_parts(shared_data: Path) -> None:
    """Limits of 20% to 20% make five segments of forty, whose means are the centroids."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    clusters = find_clusterer("kmeans-sized", size_limits="20%-20%").fit(values, 5, seed=0, starts=10)
    labels = clusters.place(values).labels
    assert np.bincount(labels).tolist() == [40] * 5
    assert isinstance(clusters, SizedClusters)
    assert np.allclose(clusters.centroids, [values[labels == label].mean(axis=0) for label in range(5)])


def test_where_no_limit_is_felt_it_is_k_means() -> None:
    """Groups of fitting sizes get k-means' centroids, and no offset."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 2)) + 8 * (np.arange(300) % 3)[:, None]
    clusters = KMeansSized().fit(values, 3, seed=0, starts=3)
    plain = KMeans().fit(values, 3, seed=0, starts=3).centroids
    assert clusters.offsets.tolist() == [0.0, 0.0, 0.0]
    assert np.allclose(np.sort(clusters.centroids, axis=0), np.sort(plain, axis=0))
    ours, theirs = clusters.place(values), KMeans.clusters.from_arrays({"centroids": clusters.centroids}).place(values)
    assert np.allclose(ours.margin, theirs.margin)


def test_limits_hold_past_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts are tried on a sample; the limits hold for all points, and it costs little more than a full search."""
    values = lopsided(0, 3_000)
    full = KMeansSized().fit(values, 4, seed=0, starts=5)
    monkeypatch.setattr(room, "SEARCHED", 500)
    sampled = KMeansSized().fit(values, 4, seed=0, starts=5)
    held = np.bincount(sampled.place(values).labels)
    assert sampled.limits == (375, 1_125)
    assert held.min() >= 375
    assert held.max() <= 1_125
    inertia = [spread(values, found.place(values).labels).inertia for found in (full, sampled)]
    assert inertia[1] <= 1.05 * inertia[0]


def test_the_margin_is_of_distances_with_offsets() -> None:
    """Worked by hand: 9 + 16 against 49 + 0 is 1 - 5/7; where both are 25, 0; the distance stays the plain one."""
    clusters = SizedClusters(np.array([[0.0], [10.0]]), np.array([16.0, 0.0]), (1, 1), (1, 1), 1.0)
    placed = clusters.place(np.array([[3.0], [4.2]]))
    assert placed.margin == pytest.approx([1 - 5 / 7, 0.0])
    assert placed.distance == pytest.approx([3.0, 4.2])


def test_copies_that_had_to_be_divided_are_told() -> None:
    """Ninety equal customers can't be in two segments: the sizes that come of it are said."""
    values = np.concatenate([np.zeros((90, 1)), np.arange(1.0, 11.0)[:, None]])
    clusters = KMeansSized(0.4, 0.6).fit(values, 2, seed=0, starts=3)
    assert clusters.sizes != clusters.limits == (40, 60)
    assert [remark.code for remark in clusters.remarks] == ["size-limits"]
    assert clusters.fidelity < 1
    assert (
        "to hold 40 to 60 customers, and hold 10 to 90"
        in SizedClusters.from_arrays(clusters.arrays()).remarks[0].policy
    )


def test_no_cluster_is_left_empty_by_copies() -> None:
    """A cluster of nothing but copies has no place of its own; k-means' clusters then stand, and it is said."""
    values = np.concatenate([np.zeros((97, 1)), np.array([[1.0], [2.0], [3.0]])])
    clusters = KMeansSized(0.3, 0.4).fit(values, 3, seed=0, starts=3)
    assert set(clusters.place(values).labels.tolist()) == {0, 1, 2}
    assert clusters.remarks


@pytest.mark.parametrize(
    ("text", "limits"),
    [("10%-30%", (0.1, 0.3)), ("0.1-0.3", (0.1, 0.3)), (" 5 % - .5 ", (0.05, 0.5)), ("0-1", (0.0, 1.0))],
)
def test_limits_are_read_as_shares_or_percent(text: str, limits: tuple[float, float]) -> None:
    """Both ways of writing a share are understood."""
    assert read_limits(text) == pytest.approx(limits)


@pytest.mark.parametrize("text", ["", "10%", "30%-10%", "10-30", "-1-2", "a-b", "0-0"])
def test_limits_that_make_no_sense_are_refused(text: str) -> None:
    """The refusal names the way out."""
    with pytest.raises(UsageError, match=r"size limits|can't hold") as refusal:
        read_limits(text)
    assert "--size-limits 10%-30%" in str(refusal.value)


def test_numbers_that_the_limits_leave_no_room_for_are_refused() -> None:
    """Before any work where the options say so, and by the method itself."""
    with pytest.raises(UsageError, match="2 to 11 segments can't all keep") as refusal:
        check_options(ChooseOptions(method="kmeans-sized", size_limits="10%-30%", lowest=2, highest=11))
    assert "--segments 4-10" in str(refusal.value)
    check_options(ChooseOptions(method="kmeans-sized", size_limits="10%-30%", lowest=4, highest=10))
    with pytest.raises(UsageError, match="2 segments can't all be within"):
        KMeansSized(0.1, 0.3).fit(lopsided(0, 50), 2, seed=0, starts=1)
    with pytest.raises(UsageError, match="kmeans has no size limits"):
        check_options(ChooseOptions(size_limits="10%-30%"))


def test_a_range_left_open_goes_as_far_as_the_limits() -> None:
    """``--segments auto`` tries what the limits leave possible, and nothing else."""
    check_options(ChooseOptions(method="kmeans-sized", size_limits="20%-40%"))
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["a", "b"])
    preparer = prepare.fit(table, [("a", "number"), ("b", "number")])
    options = ChooseOptions(method="kmeans-sized", size_limits="20%-40%", rebuilds=2)
    assert [candidate.k for candidate in choose(table, preparer, None, options).candidates] == [3, 4, 5]
