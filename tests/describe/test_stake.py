"""What is at stake, and with which segment to start."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.describe import describe
from segmentry.describe.stake import find_stakes, missed_orders, start_with
from segmentry.describe.words import Voice
from segmentry.features import Measures


@pytest.mark.parametrize(
    ("recency", "gap", "orders", "missed"),
    [
        (121, 34, 9, 3),  # after 34, 68 and 102 days an order was due; the one due at 136 is still to come
        (34, 34, 9, 0),  # the order is due today
        (35, 34, 9, 1),
        (68, 34, 9, 1),
        (0, 34, 9, 0),
        (900, 10, 4, 4),  # nobody owes more than she ever bought
        (50, np.nan, 1, 0),  # one order has no gap
        (50, 0, 3, 0),  # all orders on one day are no rhythm
        (np.nan, 10, 3, 0),
    ],
)
def test_missed_orders_by_hand(recency: float, gap: float, orders: float, missed: float) -> None:
    """Missed orders are those that were due by the customer's own gap, at most all she ever placed."""
    assert missed_orders(np.array([recency]), np.array([gap]), np.array([orders])) == [missed]


@given(st.integers(0, 1000), st.floats(0.5, 400), st.integers(1, 50))
def test_waiting_longer_never_misses_fewer(recency: int, gap: float, orders: int) -> None:
    """Missed orders grow with the wait and never leave 0 to the number of orders."""
    now, later = missed_orders(np.array([recency, recency + 1.0]), np.full(2, gap), np.full(2, float(orders)))
    assert 0 <= now <= later <= orders


def _late(make_measures: Callable[..., Measures]) -> Measures:
    return make_measures(
        {
            "recency_days": [121, 121, 5, 400],
            "typical_gap_days": [34, 34, 30, np.nan],
            "typical_order": [100, 50, 10, 999],
            "orders": [9, 9, 4, 1],
            "spend": [900, 450, 4000, 999],
        }
    )


def test_stake_is_typical_order_times_missed_orders(make_measures: Callable[..., Measures]) -> None:
    """Two customers miss three orders each of 100 and 50: 450; a customer in time or without a gap adds nothing."""
    stakes = find_stakes(_late(make_measures), np.array([1, 1, 0, 0], dtype=np.int32), 2)
    assert [(stake.amount, stake.late, stake.customers) for stake in stakes] == [(0.0, 0, 2), (450.0, 2, 2)]


def test_start_with_says_who_is_late_and_what_it_is_worth(make_measures: Callable[..., Measures]) -> None:
    """The segment with the largest stake is named with figures of its late customers."""
    labels = np.array([1, 1, 0, 0], dtype=np.int32)
    rebuilt = np.empty((0, 4), dtype=np.int16)
    described = describe(_late(make_measures), labels, None, np.arange(4), rebuilt, None)
    assert described.start_with.letter == "B"
    assert described.start_with.name == described.segments[1].name
    because = "2 customers used to order every 34 days (typical) and are now at 121. 450 at stake."
    assert described.start_with.because == because
    assert [segment.at_stake for segment in described.segments] == [0.0, 450.0]


def test_start_with_counts_only_the_late_of_a_segment(make_measures: Callable[..., Measures]) -> None:
    """Where some of a segment are in time, the sentence says of how many it speaks."""
    stakes = find_stakes(_late(make_measures), np.array([0, 0, 0, 1], dtype=np.int32), 2)
    first = start_with([("A", "x"), ("B", "y")], [0.75, 0.25], stakes, [0.8, 0.2], Voice("EUR"))
    assert (
        first.because == "2 of 3 customers used to order every 34 days (typical) and are now at 121. 450 EUR at stake."
    )


def test_without_orders_the_largest_revenue_comes_first() -> None:
    """Where nothing can be at stake, the segment with the largest share of revenue is named, with both shares."""
    first = start_with([("A", "x"), ("B", "y")], [0.14, 0.86], None, [0.63, 0.37], Voice())
    assert (first.letter, first.because) == ("A", "14% of customers bring 63% of revenue.")


def test_there_is_nothing_to_start_with_without_money_or_choice() -> None:
    """Neither money nor orders, or a single segment: no recommendation is made up."""
    assert start_with([("A", "x"), ("B", "y")], [0.5, 0.5], None, [None, None], Voice()) is None
    assert start_with([("A", "x")], [1.0], None, [1.0], Voice()) is None


def test_a_customer_table_has_no_stake(make_measures: Callable[..., Measures]) -> None:
    """Without the measures of orders, in their units, nothing is at stake."""
    assert find_stakes(make_measures({"income": [1.0, 2.0]}), np.zeros(2, dtype=np.int32), 1) is None
