"""From order lines to one row a customer: a single query, computed where the lines are."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from segmentry.data import Orders
from segmentry.errors import Caveat, DataError, UsageError
from segmentry.features.definitions import DEFINITIONS
from segmentry.features.measures import FeatureOptions

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
    """

    table: pd.DataFrame
    as_of: date
    window_days: int
    without_purchase: int
    caveats: tuple[Caveat, ...]


def from_orders(orders: Orders, options: FeatureOptions) -> Built:
    """Build every measure that the order log allows.

    Parameters
    ----------
    orders : Orders
        Cleaned order lines.
    options : FeatureOptions
        Its as-of day, window, unit of orders and policy on returns are used here.

    Raises
    ------
    DataError
        The as-of day is before the first order line.
    UsageError
        The window is shorter than one day.
    """
    as_of, window = _span(orders, options)
    start = as_of - timedelta(days=window)
    parameters = {"as_of": as_of, "start": start}
    used = _measures(orders, options.returns)
    rows = orders.connection.execute(_query(orders, used, options), parameters).df()
    bought = rows["orders"].notna().to_numpy()
    rows = rows[bought].reset_index(drop=True)
    table = pd.DataFrame({name: rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in used})
    table.insert(0, "customer_id", pd.Series(rows["customer"].to_numpy(dtype=object), dtype=object))
    without = int((~bought).sum())
    return Built(table, as_of, window, without, _caveats(orders, parameters, without))


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


def _query(orders: Orders, used: tuple[str, ...], options: FeatureOptions) -> str:
    """Compose the query; customers without an order come out too, with ``orders`` NULL, so that they can be counted.

    Every sum is a sum of DECIMALs, which is exact: neither row order nor threads can change a digit.
    """
    kept = "" if options.returns == "net" else "AND amount >= 0"
    order_id = "order_id" if "order_id" in orders.has else "CAST(NULL AS VARCHAR)"
    basket = _basket(orders)
    return f"""
WITH lines AS (
    SELECT customer, {order_id} AS order_id, CAST("date" AS DATE) AS day, amount, product, category, discount
    FROM {orders.table}
    WHERE CAST("date" AS DATE) > $start AND CAST("date" AS DATE) <= $as_of {kept}
),
-- One row an order; its day stays NULL without a line above 0: then it holds only returns and zeros.
placed AS ({_placed(orders, options)}),
gaps AS (
    SELECT customer, CAST(median(gap) AS DOUBLE) AS typical_gap_days
    FROM (
        SELECT customer, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap
        FROM (SELECT DISTINCT customer, day FROM placed WHERE day IS NOT NULL)
    )
    WHERE gap IS NOT NULL
    GROUP BY customer
){basket.tables},
rhythm AS (
    SELECT customer,
           nullif(count(day), 0) AS orders,
           $as_of - max(day) AS recency_days,
           $as_of - min(day) AS tenure_days,
           CAST(sum(bought) + sum(returned) AS DOUBLE) AS spend,
           CAST(-sum(returned) AS DOUBLE) / nullif(CAST(sum(bought) AS DOUBLE), 0) AS return_share,
           median(CAST(bought AS DOUBLE)) FILTER (day IS NOT NULL) AS typical_order,
           count(day) FILTER (day > $as_of - 90) AS orders_last_90_days,
           count(day) FILTER (day > $as_of - 180 AND day <= $as_of - 90) AS orders_previous_90_days,
           count(day) FILTER (isodow(day) >= 6) / nullif(count(day), 0) AS weekend_share,
           count(day) FILTER (discounted) / nullif(count(day), 0) AS discount_share
    FROM placed
    GROUP BY customer
),
everyone AS (SELECT DISTINCT customer FROM {orders.table})
SELECT everyone.customer, {", ".join(f'{_source(name, basket)} AS "{name}"' for name in used)}
FROM everyone
LEFT JOIN rhythm USING (customer)
LEFT JOIN gaps USING (customer)
{basket.joins}
ORDER BY everyone.customer
"""


def _placed(orders: Orders, options: FeatureOptions) -> str:
    """Gather lines into orders by the unit that was asked for."""
    if options.order_unit == "row":
        discounted = "coalesce(discount, 0) > 0 AND amount > 0" if "discount" in orders.has else "FALSE"
        return f"""
    SELECT customer, CASE WHEN amount > 0 THEN day END AS day, greatest(amount, 0) AS bought,
           least(amount, 0) AS returned, {discounted} AS discounted
    FROM lines
"""
    discounted = "coalesce(max(discount) FILTER (amount > 0), 0) > 0" if "discount" in orders.has else "FALSE"
    unit = "order_id, CASE WHEN order_id IS NULL THEN day END" if options.order_unit == "order" else "lines.day"
    return f"""
    SELECT customer, max(lines.day) FILTER (amount > 0) AS day,
           coalesce(sum(amount) FILTER (amount > 0), 0) AS bought,
           coalesce(sum(amount) FILTER (amount < 0), 0) AS returned,
           {discounted} AS discounted
    FROM lines
    GROUP BY customer, {unit}
"""


@dataclass(frozen=True, slots=True)
class _Basket:
    """The parts of the query about products and categories, empty where the log has none."""

    tables: str
    joins: str
    columns: frozenset[str]


def _basket(orders: Orders) -> _Basket:
    tables, joins, columns = "", [], set()
    if "product" in orders.has:
        tables += """,
named AS (
    SELECT customer, count(DISTINCT product) AS products
    FROM lines WHERE amount > 0 AND product IS NOT NULL GROUP BY customer
)"""
        joins.append("LEFT JOIN named USING (customer)")
        columns.add("products")
    if "category" in orders.has:
        tables += """,
sorted AS (
    SELECT customer, CAST(max(bought) AS DOUBLE) / CAST(sum(bought) AS DOUBLE) AS top_category_share
    FROM (
        SELECT customer, category, sum(amount) AS bought
        FROM lines WHERE amount > 0 AND category IS NOT NULL GROUP BY customer, category
    )
    GROUP BY customer
)"""
        joins.append("LEFT JOIN sorted USING (customer)")
        columns.add("top_category_share")
    return _Basket(tables, "\n".join(joins), frozenset(columns))


def _source(name: str, basket: _Basket) -> str:
    if name == "gap_ratio":
        return "recency_days / typical_gap_days"
    if name in basket.columns or name == "typical_gap_days":
        return name
    return f"rhythm.{name}"


def _caveats(orders: Orders, parameters: dict[str, date], without: int) -> tuple[Caveat, ...]:
    counted = orders.connection.execute(
        f"""SELECT count(*) FILTER (CAST("date" AS DATE) > $as_of), count(*) FILTER (CAST("date" AS DATE) <= $start)
            FROM {orders.table}""",
        parameters,
    ).fetchall()
    after, before = counted[0]
    as_of, start = parameters["as_of"], parameters["start"]
    found = (
        Caveat("after_as_of", int(after), f"lines after {as_of} are not used (--as-of)"),
        Caveat("before_window", int(before), f"lines before {start + timedelta(days=1)} are not used (--window)"),
        Caveat("without_purchase", without, "customers without a purchase in the window get no segment (--window)"),
    )
    return tuple(caveat for caveat in found if caveat.count)
