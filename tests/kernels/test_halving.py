from importlib import import_module

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.kernels import halve, means, micro_clusters, spread, spreads

plain = import_module("segmentry.kernels.halving").micro_clusters


@st.composite
def weighted(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw points of either width, some on a lattice full of copies, some nearly equal, and what each weighs."""
    n, d = draw(st.integers(1, 300)), draw(st.sampled_from([1, 2, 3, 5, 9]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    kind = draw(st.sampled_from(["continuous", "lattice", "nearly equal"]))
    points = rng.integers(0, 4, size=(n, d)).astype(float) if kind == "lattice" else rng.normal(size=(n, d)) ** 3
    if kind == "nearly equal":
        points = 1.0 + np.spacing(1.0) * rng.integers(0, 3, size=(n, d))
    points = points.astype(np.float32 if draw(st.booleans()) else np.float64)
    return np.asfortranarray(points) if draw(st.booleans()) else points, rng.integers(1, 5, n).astype(float)


@settings(deadline=None, max_examples=80)
@given(weighted(), st.integers(1, 120))
def test_the_core_that_computes_finds_the_plain_cells(drawn: tuple[np.ndarray, np.ndarray], count: int) -> None:
    """The same cell for every point, whatever is tied; none is empty, and equal points share one."""
    points, weights = drawn
    cell = micro_clusters(points, weights, count)
    assert np.array_equal(cell, plain(points, weights, count))
    kinds = np.unique(points, axis=0)
    assert len(np.unique(np.column_stack([points, cell]), axis=0)) == len(kinds)
    assert np.array_equal(np.unique(cell), np.arange(min(count, len(kinds))))


def test_the_widest_cell_is_halved_at_its_mean_by_hand() -> None:
    """0, 1, 9 and 30 have the mean 10; of 0, 1 and 9 that is 3.33, and 30 is alone; 1 and 0 are left together."""
    points = np.array([[0.0], [1.0], [9.0], [30.0]])
    for count, expected in ((2, [0, 0, 0, 1]), (3, [0, 0, 2, 1]), (4, [0, 3, 2, 1]), (9, [0, 3, 2, 1])):
        assert micro_clusters(points, np.ones(4), count).tolist() == expected


def test_weights_count_as_copies() -> None:
    """A point that weighs three draws the mean to itself: 2 of 0, 1 and three 4s is cut between 1 and 4."""
    cell = micro_clusters(np.array([[0.0], [1.0], [4.0], [5.5]]), np.array([1.0, 1.0, 30.0, 1.0]), 2)
    assert cell.tolist() == [0, 0, 1, 1]


def test_spreads_and_means_by_hand() -> None:
    """0 and twice 3 have the mean 2 and the squared distances 4 + 2 * 1; one point has none."""
    points, weights, cell = np.array([[0.0], [3.0], [8.0]]), np.array([1.0, 2.0, 1.0]), np.array([0, 0, 1])
    assert means(points, weights, cell, 2).tolist() == [[2.0], [8.0]]
    assert spreads(points, weights, cell, 2).tolist() == [[6.0], [0.0]]


def test_only_chosen_cells_are_cut() -> None:
    """The second of two cells is cut; the first keeps its points."""
    points, cell = np.array([[0.0], [4.0], [20.0], [30.0]]), np.array([0, 0, 1, 1])
    count = halve(points, np.ones(4), cell, 2, np.array([1]), spreads(points, np.ones(4), cell, 2))
    assert (count, cell.tolist()) == (3, [0, 0, 1, 2])


def test_cells_are_tight() -> None:
    """Two thousand points in fifty cells keep a twentieth of their squared distances, and a far one has its own."""
    values = np.random.default_rng(0).normal(size=(2_000, 2))
    values[7] = 1e6
    cell = micro_clusters(values, np.ones(2_000), 50)
    assert np.count_nonzero(cell == cell[7]) == 1
    rest = np.arange(2_000) != 7
    within = spread(values[rest], np.unique(cell[rest], return_inverse=True)[1].astype(np.int32)).inertia
    assert within < 0.05 * spread(values[rest], np.zeros(1_999, np.int32)).inertia
