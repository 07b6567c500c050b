"""RFM grids as a clusterer: worked by hand, and whatever customers come later."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from segmentry.cluster import GridClusters, RfmGrid, find_clusterer
from segmentry.errors import UsageError
from segmentry.features import fit_scores, load_grid
from segmentry.features.grids import read_grid

THREE = read_grid(
    """
    [scores]
    days = { better = "low", levels = 2 }
    orders = { better = "high", levels = 3 }
    [[segments]]
    name = "Now"
    days = [2, 2]
    orders = [2, 3]
    [[segments]]
    name = "New"
    days = [2, 2]
    [[segments]]
    name = "Gone"
    """,
    "three",
)


def fit(values: list[list[float]]) -> GridClusters:
    """Fit the small grid."""
    return RfmGrid(THREE).fit(np.array(values, dtype=np.float32), 0, seed=0, starts=1)


def test_customers_are_placed_by_their_scores() -> None:
    """By hand: days are cut at 9, orders at 1 and 2; the cut points decide for later customers too."""
    clusters = fit([[1, 5], [2, 2], [9, 1], [50, 1]])
    assert [cuts.at for cuts in clusters.cuts] == [(9.0,), (1.0, 2.0)]
    placed = clusters.place(np.array([[1, 5], [2, 2], [8, 1.5], [9, 9]], dtype=np.float32))
    assert [clusters.names[label] for label in placed.labels] == ["Now", "Now", "Now", "Gone"]
    assert placed.distance.tolist() == [0, 0, 0, 0]


def test_scores_of_an_empty_segment_go_to_the_nearest_that_has_customers() -> None:
    """New has no customer: its one cell is as near to Now as to Gone, and the earlier of the grid's order has it."""
    clusters = fit([[1, 5], [2, 2], [9, 1], [50, 1]])
    assert clusters.names == ("Now", "Gone")
    nobody = clusters.place(np.array([[1, 0]], dtype=np.float32))
    assert (nobody.labels.tolist(), nobody.second.tolist(), nobody.distance.tolist()) == ([0], [1], [1.0])


def test_the_second_choice_is_the_fewest_score_steps_away() -> None:
    """Next to Now lies New where orders score 2, and Gone where they score 3; margins make no claim."""
    clusters = fit([[1, 1], [2, 2], [3, 5], [60, 1], [70, 1], [80, 9]])
    assert clusters.names == ("Now", "New", "Gone")
    placed = clusters.place(np.array([[1, 99], [1, 2], [1, 1], [90, 1]], dtype=np.float32))
    assert [clusters.names[label] for label in placed.labels] == ["Now", "Now", "New", "Gone"]
    assert [clusters.names[label] for label in placed.second] == ["Gone", "New", "Now", "New"]
    assert placed.margin.tolist() == [1.0] * 4


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30), st.integers(1, 9999)), min_size=1, max_size=60))
@pytest.mark.parametrize("name", ["r-rfm-0.2", "r-rfm-0.3"])
def test_the_clusterer_places_as_scores_and_grid_do(name: str, customers: list[tuple[int, int, int]]) -> None:
    """Training customers are where their scores put them, at distance 0, and read back from arrays they still are."""
    import pandas as pd

    grid = load_grid(name)
    values = np.array(customers, dtype=np.float32)
    table = pd.DataFrame(values, columns=list(grid.measures))
    expected = grid.names_of(fit_scores(table, grid.rules).apply(table).to_numpy()).tolist()
    clusters = RfmGrid(grid).fit(values, 0, seed=0, starts=1)
    placed = clusters.place(values)
    assert [clusters.names[label] for label in placed.labels] == expected
    assert set(placed.distance.tolist()) == {0.0}
    again = GridClusters.from_arrays(clusters.arrays()).place(values + 1)
    assert again.labels.tolist() == clusters.place(values + 1).labels.tolist()
    assert again.second.tolist() == clusters.place(values + 1).second.tolist()


def test_levels_that_differ_survive_their_arrays() -> None:
    """Two levels of days and three of orders: arrays are filled up, and read back without what filled them."""
    clusters = fit([[1, 5], [2, 2], [9, 1], [50, 1]])
    again = GridClusters.from_arrays(clusters.arrays())
    assert [cuts.at for cuts in again.cuts] == [cuts.at for cuts in clusters.cuts]
    assert (again.k, again.labels.tolist()) == (clusters.k, clusters.labels.tolist())


def test_names_that_no_customer_can_get_are_told() -> None:
    """The linter's finding reaches people as a caveat."""
    (caveat,) = find_clusterer("rfm-grid", "r-rfm-0.2").caveats
    assert (caveat.code, caveat.count) == ("unreachable", 3)
    assert "New Customers, Promising, Can't Lose Them" in caveat.policy
    assert find_clusterer("rfm-grid").caveats == ()


def test_a_method_is_found_by_its_name_and_a_grid_only_goes_with_its_own() -> None:
    """Unknown names and a grid beside k-means are refused, each with a way out."""
    assert find_clusterer("rfm-grid").measures == ("recency_days", "orders")
    assert find_clusterer("rfm-grid", "r-rfm-0.3").measures == ("recency_days", "orders", "spend")
    with pytest.raises(UsageError, match="there is no method 'rfm_grid'") as refusal:
        find_clusterer("rfm_grid")
    assert refusal.value.way_out == "--method rfm-grid"
    with pytest.raises(UsageError, match="kmeans has no grid"):
        find_clusterer("kmeans", "ten")
    with pytest.raises(UsageError, match="there is no grid 'tenn'"):
        find_clusterer("rfm-grid", "tenn")
