"""Two small models: one of customers with every kind of measure, one of orders."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from segmentry.exchange import Exchange
from segmentry.model import SegmentModel
from segmentry.segment import segment


def customers(n: int = 120) -> pd.DataFrame:
    """Make customers of two kinds, some values blank."""
    rng = np.random.default_rng(7)
    kind = rng.integers(0, 2, n)
    table = pd.DataFrame(
        {
            "customer_id": [f"C{number}" for number in range(n)],
            "spend": np.array([20.0, 400.0])[kind] * rng.lognormal(0, 0.2, n),
            "visits": np.array([3, 30])[kind] + rng.integers(0, 5, n),
            "plan": np.array(["basic", "gold"], dtype=object)[kind],
            "news": rng.integers(0, 2, n),
        }
    )
    table.loc[rng.random(n) < 0.1, "spend"] = np.nan
    table.loc[rng.random(n) < 0.1, "plan"] = None
    return table


def orders(n: int = 900) -> pd.DataFrame:
    """Make order lines of customers who order often or seldom, with returns."""
    rng = np.random.default_rng(8)
    who = rng.integers(0, 60, n) ** 2 // 60
    days = rng.integers(0, 360, n)
    return pd.DataFrame(
        {
            "who": [f"K{one}" for one in who],
            "when": pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D") + pd.Timedelta(hours=9),
            "paid": np.round(rng.lognormal(3, 0.5, n), 2) * np.where(rng.random(n) < 0.05, -1, 1),
            "invoice": [f"N{one}-{day}" for one, day in zip(who, days, strict=True)],
            "note": "as it comes",
        }
    )


@cache
def _of_customers() -> SegmentModel:
    measures = ["spend", "visits", "plan", "news"]
    return segment(customers(), name="people", segments=2, rebuilds=2, measures=measures).model


@cache
def _of_orders() -> SegmentModel:
    columns = {"customer": "who", "date": "when", "amount": "paid", "order": "invoice"}
    return segment(orders(), name="shop", segments=3, rebuilds=2, **columns).model


@pytest.fixture(scope="session")
def people() -> Exchange:
    """Give the model that was built from a customer table."""
    return Exchange.of(_of_customers())


@pytest.fixture(scope="session")
def shop() -> Exchange:
    """Give the model that was built from orders."""
    return Exchange.of(_of_orders())


@pytest.fixture
def customer_table() -> pd.DataFrame:
    """Give the customers of that model."""
    return customers()


@pytest.fixture
def order_table() -> pd.DataFrame:
    """Give the orders of that model."""
    return orders()
