import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.evaluate import across, towards


def test_where_customers_come_from_worked_by_hand() -> None:
    """One segment from one place; one 3 to 1 from two: its entropy is .5623 of the log of 3's 1.0986."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    coarser = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2])
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert entropy == pytest.approx(0.5623, abs=5e-5)
    assert across(labels, coarser).tolist() == pytest.approx([1.0, 1 - entropy / np.log(3), 0.0])


def test_a_segment_that_splits_in_two_halves_loses_the_log_of_two() -> None:
    """Four finer segments: log 2 of log 4 is a half."""
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    finer = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    assert towards(labels, finer).tolist() == pytest.approx([0.5, 1.0, 1.0])


def test_one_coarser_segment_holds_everybody() -> None:
    """Everybody comes from the only one there is."""
    assert across(np.array([0, 1, 1]), np.zeros(3, dtype=int)).tolist() == [1.0, 1.0]


def test_no_segment_is_left_out_or_one_more_place() -> None:
    """Who is in none counts nowhere; coming from none, half and half with one of two, is log 2 of log 3."""
    labels = np.array([-1, -1, 0, 0, 1, 1])
    coarser = np.array([0, 1, -1, 0, 1, 1])
    assert across(labels, coarser).tolist() == pytest.approx([1 - np.log(2) / np.log(3), 1.0])


def test_a_segment_without_customers_has_zero() -> None:
    """Nothing speaks for it."""
    assert across(np.array([0, 0, 2]), np.array([0, 0, 1])).tolist() == [1.0, 0.0, 1.0]


@given(pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60))
def test_numbers_of_coarser_segments_change_nothing(pairs: list[tuple[int, int]]) -> None:
    """Between 0 and 1, whatever the coarser segments are called."""
    labels, coarser = (np.array(side) for side in zip(*pairs, strict=True))
    found = across(labels, coarser)
    assert ((found >= 0) & (found <= 1)).all()
    assert found.tolist() == pytest.approx(across(labels, 3 - coarser).tolist())
