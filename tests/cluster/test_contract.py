"""What every clusterer must keep; a new one joins by its row in CLUSTERERS."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.cluster import CLUSTERERS, NOWHERE, Clusterer, Clusters, Sweeping
from segmentry.errors import TooFewError
from segmentry.prepare import Layout

each_clusterer = pytest.mark.parametrize("clusterer", CLUSTERERS.values(), ids=CLUSTERERS.keys())
NUMBERED = {name: clusterer for name, clusterer in CLUSTERERS.items() if clusterer.takes_number}
each_numbered = pytest.mark.parametrize("clusterer", NUMBERED.values(), ids=NUMBERED.keys())

LEAVING_OUT = {"hdbscan"}
"""The methods whose points may belong to no cluster."""


def asked(clusterer: Clusterer, k: int) -> int:
    """Give what to ask of the method: a number of clusters, or one of its settings."""
    return k if clusterer.takes_number else clusterer.settings[k % len(clusterer.settings)]


ANSWERS = ("latent-class",)
"""Methods that take no numbers: their points are yes/no answers."""

MIXED = ("kprototypes",)
"""Methods for numbers and categories: the last three columns of their points are the levels of a category."""


def layout(clusterer: Clusterer, columns: int) -> Layout:
    """Say what the columns of the points are, as the method wants them: most take all for numbers."""
    names = Layout.numbers(columns).names
    if clusterer.name in ANSWERS:
        return Layout(names, ("yes-no",) * columns, names)
    if clusterer.name in MIXED and columns > 3:
        numbers = columns - 3
        return Layout(names, ("number",) * numbers + ("category",) * 3, names[:numbers] + ("club",) * 3)
    return Layout.numbers(columns)


def blobs(clusterer: Clusterer, n: int = 120, seed: int = 0) -> np.ndarray:
    """Give three groups of points in as many columns as the method wants, float32 as preparation gives them."""
    columns = 8 if clusterer.name in ANSWERS else len(clusterer.measures) or 3
    rng = np.random.default_rng(seed)
    if clusterer.name in ANSWERS:
        group = (np.arange(n) % 3)[:, None]
        likely = np.where(np.arange(columns) % 3 == group, 0.9, 0.2)
        return (rng.random((n, columns)) < likely).astype(np.float32)
    if clusterer.name in MIXED:
        numbers = rng.normal(size=(n, 2)) + 4 * (np.arange(n) % 3)[:, None]
        return np.column_stack([numbers, np.eye(3)[(np.arange(n) + (rng.random(n) < 0.2)) % 3]]).astype(np.float32)
    return (rng.normal(size=(n, columns)) + 4 * (np.arange(n) % 3)[:, None]).astype(np.float32)


@cache
def fitted(clusterer: Clusterer, k: int = 3) -> Clusters:
    """Fit the groups that several rules ask about, once."""
    values = blobs(clusterer)
    return clusterer.fit(values, asked(clusterer, k), seed=1, starts=5, layout=layout(clusterer, values.shape[1]))


def test_the_registry_names_each_clusterer_as_it_names_itself() -> None:
    """``--method NAME`` finds the clusterer of that name."""
    assert all(name == clusterer.name for name, clusterer in CLUSTERERS.items())


@each_clusterer
def test_a_clusterer_takes_a_number_or_says_what_is_tried_instead(clusterer: Clusterer) -> None:
    """Where no number of clusters can be asked for there are settings, and only there."""
    assert clusterer.takes_number == (not clusterer.settings)


@each_clusterer
@pytest.mark.parametrize("k", [1, 2, 7])
def test_a_placement_has_labels_second_choices_margins_and_distances(clusterer: Clusterer, k: int) -> None:
    """Labels run from 0 to k - 1, all in use; margins lie in 0 to 1; a second choice differs where there is one."""
    clusters = fitted(clusterer, k)
    assert clusters.k == k or not clusterer.takes_number
    assert clusters.method == clusterer.name
    assert len(clusters.names) in {0, clusters.k}
    placed = clusters.place(blobs(clusterer))
    assert placed.labels.dtype == placed.second.dtype == np.int32
    assert sorted(set(placed.labels.tolist()) - {NOWHERE}) == list(range(clusters.k))
    assert (placed.margin >= 0).all()
    assert (placed.margin <= 1).all()
    assert (placed.distance >= 0).all()
    out = placed.labels == NOWHERE
    assert not out.any() or clusterer.name in LEAVING_OUT
    assert ((placed.second != placed.labels) == (clusters.k > 1))[~out].all()
    assert (placed.margin[out] == 0).all()
    assert np.isin(placed.second, np.arange(clusters.k)).all()


@each_clusterer
def test_fidelity_is_the_share_of_the_points_that_are_placed_where_they_were(clusterer: Clusterer) -> None:
    """A method that places by a surrogate says how true it is; on clear groups it is nearly always."""
    fidelity = fitted(clusterer).fidelity
    assert fidelity is None or 0.9 <= fidelity <= 1


@each_clusterer
def test_no_customers_get_an_empty_placement(clusterer: Clusterer) -> None:
    """Placing nobody is no error."""
    assert fitted(clusterer).place(blobs(clusterer)[:0]).labels.shape == (0,)


@each_clusterer
@settings(deadline=None, max_examples=25)
@given(row=st.integers(0, 119), size=st.integers(1, 120))
def test_a_placement_does_not_depend_on_the_rest_of_the_batch(clusterer: Clusterer, row: int, size: int) -> None:
    """A customer placed alone, or among others, is placed alike to the last bit."""
    clusters, values = fitted(clusterer), blobs(clusterer)
    batch = np.concatenate([values[row : row + 1], values[:size]])
    alone, among = clusters.place(values[row : row + 1]), clusters.place(batch)
    for name in ("labels", "second", "margin", "distance"):
        assert getattr(alone, name)[0] == getattr(among, name)[0]


@each_clusterer
def test_arrays_hold_all_that_placing_needs(clusterer: Clusterer) -> None:
    """Clusters built again from their arrays place everybody alike; arrays are float64, as in a model file."""
    clusters = fitted(clusterer)
    arrays = clusters.arrays()
    assert all(array.dtype == np.float64 for array in arrays.values())
    again = type(clusters).from_arrays({name: array.copy() for name, array in arrays.items()})
    before, after = clusters.place(blobs(clusterer)), again.place(blobs(clusterer))
    assert np.array_equal(before.labels, after.labels)
    assert np.array_equal(before.margin, after.margin)
    assert (again.fidelity, again.remarks) == (clusters.fidelity, clusters.remarks)
    assert (again.tree is None) == (clusters.tree is None)


@each_clusterer
def test_reordering_renames_clusters_and_changes_nothing_else(clusterer: Clusterer) -> None:
    """Cluster order[i] becomes cluster i, in labels, second choices and names."""
    clusters = fitted(clusterer)
    order = np.roll(np.arange(clusters.k), 1)
    before, after = clusters.place(blobs(clusterer)), clusters.reorder(order).place(blobs(clusterer))
    assert clusters.reorder(order).names == tuple(np.array(clusters.names)[order] if clusters.names else ())
    names = np.append(order, NOWHERE)  # the last is where label -1 points
    assert np.array_equal(names[after.labels], before.labels)
    assert np.array_equal(names[after.second], before.second)
    assert np.array_equal(after.margin, before.margin)


@each_clusterer
def test_the_same_seed_gives_the_same_clusters(clusterer: Clusterer) -> None:
    """Nothing but the seed is random."""
    one, other = fitted(clusterer), fitted.__wrapped__(clusterer)
    assert all(np.array_equal(one.arrays()[name], other.arrays()[name]) for name in one.arrays())


@each_clusterer
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), k=st.integers(2, 6))
def test_the_order_of_the_rows_decides_nothing(clusterer: Clusterer, seed: int, k: int) -> None:
    """Shuffled rows give the same clusters, even on noise, where starts matter."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(80, 2)).round(1).astype(np.float32)
    if clusterer.name in ANSWERS:
        values = (rng.random((80, 6)) < 0.4).astype(np.float32)
    if clusterer.name in MIXED:
        values = np.column_stack([values, np.eye(3, dtype=np.float32)[rng.integers(0, 3, 80)]])
    shuffled = values[rng.permutation(80)]
    columns = layout(clusterer, values.shape[1])
    one = clusterer.fit(values, asked(clusterer, k), seed=seed, starts=2, layout=columns)
    other = clusterer.fit(shuffled, asked(clusterer, k), seed=seed, starts=2, layout=columns)
    assert np.array_equal(one.place(values).labels, other.place(values).labels)


@each_clusterer
def test_a_sweep_gives_what_single_fits_give(clusterer: Clusterer) -> None:
    """Where several numbers share work, each answer is that of its own fit."""
    if not isinstance(clusterer, Sweeping):
        return
    swept = clusterer.sweep(blobs(clusterer), (2, 3, 7), seed=1, starts=5)
    for k, clusters in zip((2, 3, 7), swept, strict=True):
        alone = fitted(clusterer, k).arrays()
        assert all(np.array_equal(alone[name], array) for name, array in clusters.arrays().items())


@each_numbered
@pytest.mark.parametrize("values", [np.zeros((9, 2), np.float32), np.zeros((1, 2), np.float32)], ids=["alike", "one"])
def test_fewer_different_points_than_clusters_are_refused(clusterer: Clusterer, values: np.ndarray) -> None:
    """Copies can't be told apart: the refusal says how many differ, and one cluster is always possible."""
    with pytest.raises(TooFewError, match="2 clusters need at least 2 different points") as refusal:
        clusterer.fit(values, 2, seed=0, starts=2)
    assert f"{len(values)} points, 1 of them different" in str(refusal.value)
    assert clusterer.fit(values, 1, seed=0, starts=2).k == 1


@each_numbered
def test_as_many_clusters_as_different_points_hold_one_kind_each(clusterer: Clusterer) -> None:
    """Four kinds of points in many copies, four clusters: nobody is away from the centroid."""
    kinds = np.array([[0, 0], [0, 1], [5, 0], [1, 9]], np.float32)
    if clusterer.name in ANSWERS:
        kinds = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    values = np.repeat(kinds, 25, axis=0)
    placed = clusterer.fit(values, 4, seed=0, starts=3, layout=layout(clusterer, 2)).place(values)
    assert len(set(placed.labels.tolist())) == 4
    assert np.allclose(placed.distance, 0.0, atol=1e-6)
