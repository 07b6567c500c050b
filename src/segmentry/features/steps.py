"""From order lines to customers in the engine: one table after the other, in SQL.

Lines become orders, and orders customers. Each table is grouped alone, so that memory is needed for one at a time, and
what does not fit is spilled. Every sum is a sum of DECIMALs, which is exact: neither row order nor threads can change a
digit. Customers are told apart by their key, which may be a whole number; only the customers' own table has text.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import duckdb

from segmentry.data import Orders, plainly
from segmentry.features.measures import FeatureOptions

__all__ = ["Span", "computed"]

_DAY = "CAST(date AS DATE)"
_ORDERS = "measured_orders"
_RHYTHM = "measured_rhythm"
_WRITTEN: Mapping[str, str] = MappingProxyType({"gap_ratio": "recency_days / typical_gap_days"})
"""Measures that are made of others."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that count: after ``start``, up to ``as_of``."""

    start: date
    as_of: date

    def holds(self, orders: Orders) -> bool:
        """Tell whether no line lies outside, so that no line's day need be looked at."""
        return self.start < orders.first and orders.last <= self.as_of

    @property
    def after_start(self) -> str:
        """SQL that tells whether a line lies after the start."""
        return f"date >= DATE '{self.start}' + INTERVAL 1 DAY"

    @property
    def up_to_end(self) -> str:
        """SQL that tells whether a line lies on the last day or before it."""
        return f"date < DATE '{self.as_of}' + INTERVAL 1 DAY"


def computed(
    orders: Orders, options: FeatureOptions, span: Span, used: tuple[str, ...]
) -> tuple[Mapping[str, Any], int]:
    """Compute the measures of everybody who has an order.

    Parameters
    ----------
    orders : Orders
        Cleaned order lines.
    options : FeatureOptions
        Its unit of orders and its policy on returns are used here.
    span : Span
        The days that count.
    used : tuple of str
        The measures to give.

    Returns
    -------
    tuple of (mapping of str to ndarray, int)
        ``customer`` (text) and each measure (masked where it is undefined), sorted by the customer's bytes; and how
        many customers of the log have no order.
    """
    lines = _lines(orders, options, span)
    tables = _baskets(orders, lines)
    joins = " ".join(f"LEFT JOIN {name} USING (customer)" for name in (*tables, "measured_gaps"))
    tables |= {_ORDERS: _orders(orders, options, lines), "measured_gaps": _GAPS, _RHYTHM: _rhythm(span.as_of)}
    columns = ", ".join(f'CAST({_WRITTEN.get(name, name)} AS DOUBLE) AS "{name}"' for name in used)
    connection = orders.connection
    with plainly("measure the customers"), _dropped(connection, tables):
        for name, query in tables.items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}").fetchall()
        everybody = _RHYTHM
        if not span.holds(orders) or options.returns == "drop":
            everybody = f"(SELECT DISTINCT {orders.keys[0]} FROM {orders.table})"
        counts = f"SELECT (SELECT count(*) FROM {everybody}) - (SELECT count(orders) FROM {_RHYTHM})"
        without = connection.execute(counts).fetchall()[0][0]
        found = connection.execute(
            f"""SELECT CAST(customer AS VARCHAR) AS customer, {columns}
                FROM {_RHYTHM} {joins} WHERE orders IS NOT NULL ORDER BY 1"""
        ).fetchnumpy()
    return found, int(without)


@contextmanager
def _dropped(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> Iterator[None]:
    """Leave nothing behind, come what may."""
    try:
        yield
    finally:
        for name in tables:
            connection.execute(f"DROP TABLE IF EXISTS {name}").fetchall()


def _lines(orders: Orders, options: FeatureOptions, span: Span) -> str:
    """Write the query of the lines that count."""
    customer, order_id = orders.keys
    kept = [] if span.holds(orders) else [span.after_start, span.up_to_end]
    kept += [] if options.returns == "net" else ["amount >= 0"]
    return f"""(
        SELECT {customer} AS customer, {order_id} AS order_id, date, amount, product, category, discount
        FROM {orders.table} {"WHERE " if kept else ""}{" AND ".join(kept)}
    )"""


def _orders(orders: Orders, options: FeatureOptions, lines: str) -> str:
    """Gather lines into orders by the unit that was asked for.

    An order's day stays NULL without a line above 0: then it holds only returns and zeros.
    """
    if options.order_unit == "row":
        discounted = "coalesce(discount, 0) > 0 AND amount > 0" if "discount" in orders.has else "FALSE"
        return f"""
            SELECT customer, CASE WHEN amount > 0 THEN {_DAY} END AS day, greatest(amount, 0) AS bought,
                   least(amount, 0) AS returned, {discounted} AS discounted
            FROM {lines}"""
    discounted = "coalesce(max(discount) FILTER (amount > 0), 0) > 0" if "discount" in orders.has else "FALSE"
    numbered = options.order_unit == "order" and "order_id" in orders.has
    unit = f"order_id, CASE WHEN order_id IS NULL THEN {_DAY} END" if numbered else _DAY
    return f"""
        SELECT customer, CAST(max(date) FILTER (amount > 0) AS DATE) AS day,
               coalesce(sum(amount) FILTER (amount > 0), 0) AS bought,
               coalesce(sum(amount) FILTER (amount < 0), 0) AS returned,
               {discounted} AS discounted
        FROM {lines}
        GROUP BY customer, {unit}"""


_GAPS = f"""
    SELECT customer, CAST(median(gap) AS DOUBLE) AS typical_gap_days
    FROM (
        SELECT customer, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap
        FROM (SELECT DISTINCT customer, day FROM {_ORDERS} WHERE day IS NOT NULL)
    )
    WHERE gap IS NOT NULL
    GROUP BY customer"""


def _rhythm(as_of: date) -> str:
    """Write the query from orders to customers; who has returns only comes out too, with ``orders`` NULL."""
    end = f"DATE '{as_of}'"
    return f"""
        SELECT customer,
               nullif(count(day), 0) AS orders,
               {end} - max(day) AS recency_days,
               {end} - min(day) AS tenure_days,
               CAST(sum(bought) + sum(returned) AS DOUBLE) AS spend,
               CAST(-sum(returned) AS DOUBLE) / nullif(CAST(sum(bought) AS DOUBLE), 0) AS return_share,
               median(CAST(bought AS DOUBLE)) FILTER (day IS NOT NULL) AS typical_order,
               count(day) FILTER (day > {end} - 90) AS orders_last_90_days,
               count(day) FILTER (day > {end} - 180 AND day <= {end} - 90) AS orders_previous_90_days,
               count(day) FILTER (isodow(day) >= 6) / nullif(count(day), 0) AS weekend_share,
               count(day) FILTER (discounted) / nullif(count(day), 0) AS discount_share
        FROM {_ORDERS}
        GROUP BY customer"""


def _baskets(orders: Orders, lines: str) -> dict[str, str]:
    """Write the queries about products and categories, where the log has them."""
    tables = {}
    if "product" in orders.has:
        tables["measured_products"] = f"""
            SELECT customer, count(*) AS products
            FROM (SELECT DISTINCT customer, product FROM {lines} WHERE amount > 0 AND product IS NOT NULL)
            GROUP BY customer"""
    if "category" in orders.has:
        tables["measured_categories"] = f"""
            SELECT customer, CAST(max(bought) AS DOUBLE) / CAST(sum(bought) AS DOUBLE) AS top_category_share
            FROM (
                SELECT customer, category, sum(amount) AS bought
                FROM {lines} WHERE amount > 0 AND category IS NOT NULL GROUP BY customer, category
            )
            GROUP BY customer"""
    return tables
