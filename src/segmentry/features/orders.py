"""From order lines to one row a customer, computed where the lines are."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.data import Orders
from segmentry.errors import Caveat, DataError, UsageError
from segmentry.features.definitions import DEFINITIONS
from segmentry.features.measures import FeatureOptions
from segmentry.features.steps import Span, computed

__all__ = ["Built", "from_orders"]


OF_MONEY = frozenset({"spend", "typical_order", "return_share", "top_category_share"})
"""Measures that a log without amounts can't have."""


@dataclass(frozen=True, slots=True)
class Built:
    """The measures of an order log, before any choice among them.

    Parameters
    ----------
    table : pandas.DataFrame
        ``customer_id`` (text), then the measures the log allows, float64; sorted by the id's bytes.
    as_of : datetime.date
        The last day that counts.
    window_days : int
        How many days count, ``as_of`` included.
    without_purchase : int
        Customers in the log who have no order in the window.
    caveats : tuple of Caveat
        Lines and customers that were not used.
    monthly : pandas.DataFrame or None, default None
        As in :class:`segmentry.features.Measures`.
    """

    table: pd.DataFrame
    as_of: date
    window_days: int
    without_purchase: int
    caveats: tuple[Caveat, ...]
    monthly: pd.DataFrame | None = None


def from_orders(orders: Orders, options: FeatureOptions, *, monthly: bool = False) -> Built:
    """Build every measure that the order log allows.

    Parameters
    ----------
    orders : Orders
        Cleaned order lines.
    options : FeatureOptions
        Its as-of day, window, unit of orders and policy on returns are used here.
    monthly : bool, default False
        Whether orders and revenue by month are wanted too.

    Raises
    ------
    DataError
        The as-of day is before the first order line.
    UsageError
        The window is shorter than one day.
    """
    as_of, window = _span(orders, options)
    span = Span(as_of - timedelta(days=window), as_of)
    used = _measures(orders, options.returns)
    answer = computed(orders, options, span, used, monthly=monthly)
    found = answer.customers
    # Each column leaves the result as it enters the table: of millions of customers, none need be held twice.
    ids = pd.Series(np.asarray(found.pop("customer"), dtype=object), dtype=object)
    table = pd.DataFrame({"customer_id": ids} | {name: _filled(found.pop(name)) for name in used}, copy=False)
    months = _monthly(ids, answer.months, money=orders.money) if monthly else None
    return Built(table, as_of, window, answer.without, _caveats(orders, span, answer.without), months)


def _monthly(ids: pd.Series, months: dict[str, npt.NDArray[np.generic]], *, money: bool) -> pd.DataFrame:
    """Name the customers of each month by the very texts that the table has, so that none is held twice."""
    columns: dict[str, Any] = {
        "customer_id": ids.to_numpy()[np.asarray(months["place"])],
        "month": np.asarray(months["month"], dtype="datetime64[s]"),
        "orders": np.asarray(months["orders"], dtype=np.int64),
    }
    if money:
        columns["revenue"] = np.asarray(months["revenue"], dtype=np.float64)
    return pd.DataFrame({"customer_id": pd.Series(columns.pop("customer_id"), dtype=object)} | columns, copy=False)


def _filled(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Put NaN where the engine has NULL."""
    return np.asarray(np.ma.filled(values, np.nan), dtype=np.float64)


def _span(orders: Orders, options: FeatureOptions) -> tuple[date, int]:
    as_of = options.as_of or orders.last
    if as_of < orders.first:
        raise DataError(
            "the as-of day is before the first order",
            [f"as of: {as_of}", f"the orders run from {orders.first} to {orders.last}"],
            f"--as-of {orders.last}",
        )
    if options.window_days is None:
        return as_of, (as_of - orders.first).days + 1
    if options.window_days < 1:
        raise UsageError(
            "the window must be at least one day",
            [f"it is {options.window_days}"],
            f"--window {(orders.last - orders.first).days + 1}",
        )
    # No calendar reaches back beyond year 1, and no order can lie there.
    return as_of, min(options.window_days, as_of.toordinal() - 1)


def _measures(orders: Orders, returns: Literal["net", "drop"]) -> tuple[str, ...]:
    """Name the measures that this log allows."""
    there = orders.has | ({"returns"} if returns == "net" else set())
    allowed = (entry.name for entry in DEFINITIONS if not entry.needs or entry.needs in there)
    return tuple(name for name in allowed if orders.money or name not in OF_MONEY)


def _caveats(orders: Orders, span: Span, without: int) -> tuple[Caveat, ...]:
    after = before = 0
    if not span.holds(orders):
        counts = f"count(*) FILTER (NOT {span.up_to_end}), count(*) FILTER (NOT {span.after_start})"
        after, before = orders.connection.execute(f"SELECT {counts} FROM {orders.table}").fetchall()[0]
    as_of, start = span.as_of, span.start
    found = (
        Caveat("after_as_of", int(after), f"lines after {as_of} are not used (--as-of)"),
        Caveat("before_window", int(before), f"lines before {start + timedelta(days=1)} are not used (--window)"),
        Caveat("without_purchase", without, "customers without a purchase in the window get no segment (--window)"),
    )
    return tuple(caveat for caveat in found if caveat.count)
