"""What became of segments: each event by hand, and what must hold for all labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.continuity import Matching, Step, by_centres, by_customers, enough_in_common

MIRROR = {"kept": "kept", "split": "merged", "merged": "split", "born": "retired", "retired": "born"}


def matched(table: list[list[int]]) -> Matching:
    """Match two splits that are given as their cross-table."""
    cells = np.array(table)
    old, new = (np.repeat(index.ravel(), cells.ravel()) for index in np.indices(cells.shape))
    return by_customers(old, new, *cells.shape)


def steps(table: list[list[int]]) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Give the events of a cross-table."""
    return [(step.kind, step.old, step.new) for step in matched(table).steps]


def test_kept_under_another_number() -> None:
    """Segments that swap their numbers are both kept: 90 of 100 and 80 of 100 customers, 170 of 200 agree."""
    found = matched([[10, 90], [80, 20]])
    assert found.steps == (Step("kept", (1,), (0,)), Step("kept", (0,), (1,)))
    assert (found.customers, found.agreement) == (200, 0.85)
    assert found.heirs == {0: 1, 1: 0}


def test_kept_from_an_overlap_of_a_third() -> None:
    """Half of each of two equal segments is a third of both together, and just enough; one customer less is not."""
    assert [kind for kind, *_ in steps([[50, 25, 25], [25, 0, 0], [25, 0, 0]])].count("kept") == 1
    assert "kept" not in [kind for kind, *_ in steps([[49, 26, 25], [26, 0, 0], [25, 0, 0]])]


def test_split_with_the_larger_part_kept() -> None:
    """60 of 100 go on in segment 0, all of segment 1 come from it: the old one is kept, and split in both."""
    assert steps([[60, 40]]) == [("kept", (0,), (0,)), ("split", (0,), (0, 1))]


def test_split_in_many_parts_with_none_kept() -> None:
    """Four quarters overlap by a quarter each: nobody is kept, and the split tells where the old one is."""
    assert steps([[25, 25, 25, 25]]) == [("split", (0,), (0, 1, 2, 3))]


def test_merged_with_the_larger_part_kept() -> None:
    """Two old segments in one: the larger goes on, and both are told as merged."""
    assert steps([[60], [40]]) == [("kept", (0,), (0,)), ("merged", (0, 1), (0,))]


def test_merged_of_many_parts_with_none_kept() -> None:
    """Four old segments of one size make a new one that continues none of them, and isn't told as born besides."""
    assert steps([[25], [25], [25], [25]]) == [("merged", (0, 1, 2, 3), (0,))]


def test_born_of_many_and_retired_to_many() -> None:
    """Segment 2 takes 20 of 100 from each of three, so it is born; seen backwards it is scattered, so it retires."""
    table = [[80, 0, 0, 20], [0, 80, 0, 20], [0, 0, 80, 20]]
    kept = [("kept", (i,), (i,)) for i in range(3)]
    assert steps(table) == [*kept, ("born", (), (3,))]
    assert steps(np.array(table).T.tolist()) == [*kept, ("retired", (3,), ())]


def test_one_that_went_into_a_new_one() -> None:
    """30 customers go into a new segment of 100 whose others come from all sides: they merged, and it is new."""
    table = [[270, 0, 0, 23], [0, 270, 0, 23], [0, 0, 270, 24], [0, 0, 0, 30]]
    assert steps(table)[3:] == [("merged", (3,), (3,)), ("born", (), (3,))]


def test_small_overlaps_draw_nobody_from_a_true_pair() -> None:
    """Two overlaps of 24 in 74 sum to more than one of 50 in 98, but reach no third: the larger pair is kept."""
    assert 24 / 74 < 1 / 3 < 50 / 98 < 2 * 24 / 74
    assert steps([[50, 24], [24, 0]]) == [
        ("kept", (0,), (0,)),
        ("split", (0,), (0, 1)),
        ("merged", (0, 1), (0,)),
    ]


def test_who_is_nowhere_is_left_out() -> None:
    """Customers without a segment in either split are not compared."""
    found = by_customers(np.array([0, 0, -1, 1, 1]), np.array([0, 0, 0, 1, -1]), 2, 2)
    assert (found.customers, found.agreement) == (3, 1.0)


def test_without_customers_nothing_agrees() -> None:
    """With nobody to compare, no segment is kept and there is no agreement."""
    found = by_customers(np.array([-1]), np.array([0]), 1, 1)
    assert found.agreement is None
    assert [step.kind for step in found.steps] == ["born", "retired"]


labelings = st.integers(1, 60).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(-1, 4), min_size=n, max_size=n).map(np.array) for _ in range(2)))
)


@given(labelings)
@settings(max_examples=200, deadline=None)
def test_everybody_has_a_fate(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Every old segment and every new one is in an event, at most one of them kept, and shares are shares."""
    found = by_customers(*pair, 5, 5)
    assert {i for step in found.steps for i in step.old} == set(range(5))
    assert {j for step in found.steps for j in step.new} == set(range(5))
    kept = [step for step in found.steps if step.kind == "kept"]
    assert len({step.old for step in kept}) == len({step.new for step in kept}) == len(kept)
    assert found.agreement is None or 0 <= found.agreement <= 1


@given(labelings, st.permutations(range(5)))
@settings(max_examples=100, deadline=None)
def test_a_split_under_other_numbers_is_kept_whole(pair: tuple[np.ndarray, np.ndarray], to: list[int]) -> None:
    """The same split with its segments renumbered: all that have customers are kept, and everybody agrees."""
    labels = pair[0][pair[0] >= 0]
    found = by_customers(labels, np.array(to)[labels] if len(labels) else labels, 5, 5)
    used = set(labels.tolist())
    assert {(step.old[0], step.new[0]) for step in found.steps if step.kind == "kept"} == {(i, to[i]) for i in used}
    assert {step.kind for step in found.steps} <= {"kept", "born", "retired"}
    assert found.agreement == (1.0 if used else None)


def unmistakable(table: np.ndarray) -> bool:
    """Say whether no two overlaps, and no two cells of a row or column, tie: then nothing hangs on the order."""
    overlap = table / np.maximum(table.sum(axis=1, keepdims=True) + table.sum(axis=0) - table, 1)
    strong = overlap[overlap >= 1 / 3]
    return len(np.unique(strong)) == len(strong) and all((line == line.max()).sum() == 1 for line in [*table, *table.T])


tables = st.lists(st.lists(st.integers(0, 200), min_size=4, max_size=4), min_size=3, max_size=3).map(np.array)


@given(tables.filter(unmistakable), st.permutations(range(3)), st.permutations(range(4)))
@settings(max_examples=100, deadline=None)
def test_the_order_of_segments_is_irrelevant(table: np.ndarray, rows: list[int], columns: list[int]) -> None:
    """Renumbering the segments of either split renumbers the events and changes nothing else."""
    found = {(kind, frozenset(old), frozenset(new)) for kind, old, new in steps(table.tolist())}
    moved = {
        (kind, frozenset(rows[i] for i in old), frozenset(columns[j] for j in new))
        for kind, old, new in steps(table[np.ix_(rows, columns)].tolist())
    }
    assert moved == found


@given(tables.filter(unmistakable))
@settings(max_examples=100, deadline=None)
def test_backwards_every_event_is_mirrored(table: np.ndarray) -> None:
    """With old and new swapped, splits are mergers, births are retirements, and who is kept is kept."""
    there = {(kind, frozenset(old), frozenset(new)) for kind, old, new in steps(table.tolist())}
    back = {(MIRROR[kind], frozenset(new), frozenset(old)) for kind, old, new in steps(table.T.tolist())}
    assert back == there


def test_centres_are_the_same_within_half_the_way_to_the_next() -> None:
    """Old 0 and 10, new 4.9 and 20: 4.9 is within half of both gaps; 20 lies as far from 10 as 0 does, and is new."""
    found = by_centres(np.array([[0.0], [10.0]]), np.array([[4.9], [20.0]]), np.array([1.0]))
    assert [(step.kind, step.old, step.new) for step in found.steps] == [
        ("kept", (0,), (0,)),
        ("born", (), (1,)),
        ("retired", (1,), ()),
    ]
    assert found.agreement is None
    assert found.distances is not None
    assert found.distances[0, 0] == pytest.approx(4.9)


def test_measures_weigh_by_everyones_spread() -> None:
    """A difference of 100 in money with a spread of 1,000 is less than one of 5 days with a spread of 10."""
    old = np.array([[0.0, 0.0], [100.0, 20.0]])
    found = by_centres(old, np.array([[100.0, 1.0], [0.0, 19.0]]), np.array([1000.0, 10.0]))
    assert found.heirs == {0: 0, 1: 1}


def test_a_centre_without_any_value_is_nobodys_partner() -> None:
    """Blank typical values say nothing: a segment with nothing else is not matched; one with something is, by that."""
    old = np.array([[np.nan, np.nan], [np.nan, 5.0], [50.0, 90.0]])
    assert by_centres(old, np.array([[1.0, 5.0], [50.0, 90.0]]), np.ones(2)).heirs == {0: 1, 1: 2}


@given(st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_no_centre_has_two_partners(k: int, seed: int) -> None:
    """However centres lie, none is the same as two of the other split; against itself every one is itself."""
    rng = np.random.default_rng(seed)
    old, new = rng.normal(size=(k, 2)), rng.normal(size=(4, 2))
    kept = [step for step in by_centres(old, new, np.ones(2)).steps if step.kind == "kept"]
    assert len({step.old for step in kept}) == len({step.new for step in kept}) == len(kept)
    assert by_centres(old, old, np.ones(2)).heirs == {i: i for i in range(k)}


def test_few_customers_in_common_tell_nothing() -> None:
    """Thirty of many are enough, three are not; of twenty, two are."""
    assert [enough_in_common(*pair) for pair in [(30, 9999), (29, 9999), (2, 20), (1, 20), (0, 0)]] == [
        True,
        False,
        True,
        False,
        False,
    ]
