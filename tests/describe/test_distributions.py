"""Distributions: bars that all segments share, who is counted in them, and their quantiles."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.describe import Described
from segmentry.describe.distributions import MOST_BARS, Box, distribution, measured
from segmentry.features import Measure, Measures

Make = Callable[..., Measures]
Tell = Callable[..., Described]

VISITS = Measure("visits", "Visits", "number", "forms")


def test_a_distribution_by_hand() -> None:
    """Visits 0, 0, 1, 4 of one segment and 2, 4 of another: a bar each from 0 to 4, and their quantiles."""
    found = distribution(VISITS, np.array([0.0, 0, 1, 2, 4, 4]), [np.array([0.0, 0, 1, 4]), np.array([2.0, 4])])
    assert found is not None
    assert found.edges == (0, 1, 2, 3, 4, 5)
    assert found.everyone == (2, 1, 1, 0, 2)
    assert found.segments == ((2, 1, 0, 0, 1), (0, 0, 1, 0, 1))
    assert found.boxes[1] == Box(2.1, 2.5, 3.0, 3.5, 3.9)
    assert found.box is not None
    assert (found.box.lower, found.box.middle, found.box.upper) == (0.25, 1.5, 3.5)


@given(st.lists(st.tuples(st.one_of(st.floats(-1e9, 1e9), st.integers(0, 9).map(float)), st.integers(-1, 2))))
def test_everybody_is_in_one_bar(rows: list[tuple[float, int]]) -> None:
    """Bars of a segment add up to its customers, those of everyone to all, whoever is in no segment included."""
    values, labels = np.array([value for value, _ in rows]), np.array([label for _, label in rows])
    found = distribution(VISITS, np.sort(values), [np.sort(values[labels == k]) for k in range(3)])
    if len(set(values.tolist())) < 2:
        assert found is None
        return
    assert found is not None
    assert len(found.everyone) == len(found.edges) - 1 <= MOST_BARS
    assert list(found.edges) == sorted(set(found.edges))
    assert sum(found.everyone) == len(rows)
    for k, (bars, box) in enumerate(zip(found.segments, found.boxes, strict=True)):
        assert sum(bars) == int((labels == k).sum())
        assert (box is None) == (sum(bars) == 0)
        assert all(own <= everyone for own, everyone in zip(bars, found.everyone, strict=True))
    ends = np.array(found.edges)
    ends[-1] = np.inf
    assert np.histogram(values, ends)[0].tolist() == list(found.everyone)


def test_forming_numbers_come_first_and_forty_are_enough(make_measures: Make) -> None:
    """Of fifty numbers the forming ones lead, and ten of the others are left out."""
    columns = {f"m{number}": [1.0, 2.0] for number in range(50)} | {"town": ["a", "b"]}
    found = measured(make_measures(columns, describes=tuple(f"m{number}" for number in range(25))))
    assert found == tuple(f"m{number}" for number in (*range(25, 50), *range(15)))


def test_who_is_in_no_segment_counts_among_everyone_only(make_measures: Make, tell: Tell) -> None:
    """The label -1 is no segment of its own, unknown values are in no bar, what never varies has none."""
    measures = make_measures({"visits": [1.0, 2.0, 3.0, 8.0, 9.0, np.nan], "same": [4.0] * 6}, describes=("same",))
    described = tell(measures, np.array([0, 0, 1, 1, -1, 0], dtype=np.int32))
    (found,) = described.distributions
    assert found.measure == "visits"
    assert sum(found.everyone) == 5
    assert [sum(bars) for bars in found.segments] == [2, 2]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_customers_changes_nothing(make_measures: Make, tell: Tell, seed: int) -> None:
    """Shuffled rows give the same distributions to the last digit."""
    rng = np.random.default_rng(seed)
    columns = {"spend": rng.gamma(2, 99, 300).round(2), "visits": rng.poisson(3, 300).astype(float)}
    labels, order = rng.integers(0, 3, 300).astype(np.int32), rng.permutation(300)
    shuffled = {name: values[order] for name, values in columns.items()}
    one, two = tell(make_measures(columns), labels), tell(make_measures(shuffled), labels[order])
    assert one.distributions == two.distributions


def test_boxes_agree_with_what_segments_say(make_measures: Make, tell: Tell) -> None:
    """The middle half and the typical value of a box are those of the segment's trait, digit for digit."""
    rng = np.random.default_rng(5)
    described = tell(make_measures({"spend": rng.lognormal(3, 2, 99)}), rng.integers(0, 3, 99).astype(np.int32))
    for segment, box in zip(described.segments, described.distributions[0].boxes, strict=True):
        assert box is not None
        assert (box.lower, box.middle, box.upper) == (
            segment.traits[0].low,
            segment.traits[0].typical,
            segment.traits[0].high,
        )
