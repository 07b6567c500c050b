"""Orders and revenue by month: they add up to the measures of every customer."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segmentry.data import load
from segmentry.features import FeatureOptions, build
from segmentry.recipe import Recipe

LINES = pd.DataFrame(
    [
        ("a", "2026-01-30", "1", 10.10),
        ("a", "2026-02-02", "1", 0.20),  # the same order goes on in February: its day, and so its month, is the latest
        ("a", "2026-01-31", "2", 5.00),
        ("a", "2026-03-05", "R", -1.05),  # returned on a number of its own, in a month without an order
        ("b", "2026-01-01", "3", 0.10),
        ("b", "2026-01-02", "4", 0.20),
        ("b", "2026-01-03", "5", 0.00),  # a line of amount 0 makes no order
        ("only returns", "2026-02-01", "6", -3.00),
    ],
    columns=["customer", "date", "order_id", "amount"],
)


def _monthly(lines: pd.DataFrame, *, no_amount: bool = False, **options: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the customers and their months."""
    loaded = load(lines, None, Recipe().having(no_amount=no_amount).read)
    assert loaded.orders is not None
    built = build(loaded.orders, None, FeatureOptions(**options), monthly=True)  # type: ignore[arg-type]
    loaded.orders.connection.close()
    assert built.monthly is not None
    return built.table, built.monthly


def test_orders_lie_in_the_month_of_their_day() -> None:
    """Worked by hand: an order's lines count in one month, a return with its own number in its own."""
    _, months = _monthly(LINES)
    found = [
        (who, month.date(), orders, round(revenue, 2)) for who, month, orders, revenue in months.itertuples(index=False)
    ]
    assert found == [
        ("a", date(2026, 1, 1), 1, 5.00),
        ("a", date(2026, 2, 1), 1, 10.30),
        ("a", date(2026, 3, 1), 0, -1.05),
        ("b", date(2026, 1, 1), 2, 0.30),
    ]


@pytest.mark.parametrize("returns", ["net", "drop"])
@pytest.mark.parametrize("order_unit", ["order", "day", "row"])
@pytest.mark.parametrize("window_days", [None, 40])
def test_months_add_up_to_the_measures(returns: str, order_unit: str, window_days: int | None) -> None:
    """Whatever is counted as an order, dropped, or out of the window: sums agree to the cent."""
    draw = np.random.default_rng(3)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 120, 400), unit="D")
    lines = pd.DataFrame(
        {
            "customer": [f"c{who}" for who in draw.integers(0, 40, 400)],
            "date": days,
            "order_id": draw.integers(0, 150, 400).astype(str),
            "amount": draw.normal(20, 30, 400).round(2),
        }
    )
    customers, months = _monthly(lines, returns=returns, order_unit=order_unit, window_days=window_days)
    sums = months.groupby("customer_id")[["orders", "revenue"]].sum().reindex(customers["customer_id"])
    assert sums["orders"].tolist() == customers["orders"].tolist()
    assert np.abs(sums["revenue"].to_numpy() - customers["spend"].to_numpy()).max() < 0.005
    assert not months.duplicated(["customer_id", "month"]).any()


def test_a_log_without_amounts_has_months_without_revenue() -> None:
    """What every line counts is no money."""
    _, months = _monthly(LINES.drop(columns="amount"), no_amount=True)
    assert list(months.columns) == ["customer_id", "month", "orders"]


def test_customers_in_parts_have_the_same_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short of memory, one part of the customers follows the other."""
    _, whole = _monthly(LINES)
    monkeypatch.setattr("segmentry.features.steps._parts", lambda _: 3)
    _, parted = _monthly(LINES)
    pd.testing.assert_frame_equal(parted, whole)


def test_months_are_computed_only_where_they_are_asked_for() -> None:
    """Scoring and checking need none."""
    loaded = load(LINES, None, Recipe().read)
    assert build(loaded.orders, None).monthly is None
    assert loaded.orders is not None
    loaded.orders.connection.close()
