"""From order lines to customers in the engine: one table after the other, in SQL.

Lines become orders, and orders customers. Each table is grouped alone, so that memory is needed for one at a time, and
what does not fit is spilled; of very many lines, one part of the customers follows the other. Every sum is a sum of
DECIMALs, which is exact: neither row order nor threads can change a digit. Customers are told apart by their key, which
may be a whole number; only the customers' own table has text.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from segmentry.data import Orders
from segmentry.features.measures import FeatureOptions

if TYPE_CHECKING:
    import duckdb

__all__ = ["Computed", "Span", "computed"]

_DAY = "CAST(date AS DATE)"
_ORDERS = "measured_orders"
_RHYTHM = "measured_rhythm"
_CUSTOMERS = "measured_customers"
_MONTHS = "measured_months"

BYTES_A_LINE = 50
"""What grouping one line by customer and product takes, about."""

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


@dataclass(frozen=True, slots=True)
class Computed:
    """What comes back from the engine.

    Parameters
    ----------
    customers : dict of str to ndarray
        ``customer`` (text) and each measure (masked where it is undefined), sorted by the customer's bytes.
    without : int
        How many customers of the log have no order.
    months : dict of str to ndarray, default {}
        ``place`` (of the customer above, from 0), ``month`` (its first day), ``orders`` and ``revenue``, a row a
        customer and month, sorted by both; empty where it wasn't asked for.
    """

    customers: dict[str, Any]
    without: int
    months: dict[str, Any] = field(default_factory=dict)


def computed(
    orders: Orders, options: FeatureOptions, span: Span, used: tuple[str, ...], *, monthly: bool = False
) -> Computed:
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
    monthly : bool, default False
        Whether orders and revenue by month are wanted too.
    """
    connection, parts = orders.connection, _parts(orders)
    columns = ", ".join(f'CAST({_WRITTEN.get(name, name)} AS DOUBLE) AS "{name}"' for name in used)
    seen = with_orders = 0
    from segmentry.data import plainly  # noqa: PLC0415 - opens the query engine

    with plainly("measure the customers"):
        for part in range(parts):
            lines = _lines(orders, options, span, f"hash({orders.keys[0]}) % {parts} = {part}" if parts > 1 else "")
            baskets = _baskets(orders, lines)
            steps = {
                **baskets,
                _ORDERS: _orders(orders, options, lines, monthly=monthly),
                "measured_typical": _TYPICAL,
                "measured_gaps": _GAPS,
                _RHYTHM: _rhythm(span.as_of),
            }
            joins = " ".join(
                f"LEFT JOIN {name} USING (customer)" for name in (*baskets, "measured_typical", "measured_gaps")
            )
            with _dropped(connection, steps):
                for name, query in steps.items():
                    connection.execute(f"CREATE TEMP TABLE {name} AS {query}").fetchall()
                counts = connection.execute(f"SELECT count(*), count(orders) FROM {_RHYTHM}").fetchall()[0]
                seen, with_orders = seen + counts[0], with_orders + counts[1]
                named = "CAST(customer AS VARCHAR) AS customer, customer AS key"
                whole = f"SELECT {named}, {columns} FROM {_RHYTHM} {joins}"
                _gather(connection, _CUSTOMERS, f"{whole} WHERE orders IS NOT NULL", first=not part)
                if monthly:
                    _gather(connection, _MONTHS, _BY_MONTH, first=not part)
        if not span.holds(orders) or options.returns == "drop":
            everybody = f"SELECT count(DISTINCT {orders.keys[0]}) FROM {orders.table}"
            seen = connection.execute(everybody).fetchall()[0][0]
        with _dropped(connection, [_CUSTOMERS, _MONTHS]):
            found = connection.execute(f"SELECT * EXCLUDE (key) FROM {_CUSTOMERS} ORDER BY customer").fetchnumpy()
            months = connection.execute(_PLACED).fetchnumpy() if monthly else {}
    return Computed(found, seen - with_orders, months)


def _gather(connection: "duckdb.DuckDBPyConnection", table: str, query: str, *, first: bool) -> None:
    """Put what one part of the customers gives under what the parts before it gave."""
    start = f"CREATE OR REPLACE TEMP TABLE {table} AS" if first else f"INSERT INTO {table}"
    connection.execute(f"{start} {query}").fetchall()


_BY_MONTH = f"""
    SELECT customer AS key, month, count(day) AS orders, CAST(sum(bought + returned) AS DOUBLE) AS revenue
    FROM {_ORDERS}
    GROUP BY customer, month"""
_PLACED = f"""
    SELECT place, month, orders, revenue
    FROM {_MONTHS}
    JOIN (SELECT key, row_number() OVER (ORDER BY customer) - 1 AS place FROM {_CUSTOMERS}) USING (key)
    ORDER BY place, month"""
"""A customer who has returns only is in no month."""


def _parts(orders: Orders) -> int:
    """Say in how many parts the customers are measured: each part's lines take about as much as the engine may hold.

    One grouping spills by itself; of two in one query, the second finds no memory left.
    """
    from segmentry.data import memory_limit  # noqa: PLC0415 - opens the query engine

    return max(1, math.ceil(orders.lines * BYTES_A_LINE / memory_limit(orders.connection)))


@contextmanager
def _dropped(connection: "duckdb.DuckDBPyConnection", tables: Iterable[str]) -> Iterator[None]:
    """Leave nothing behind, come what may."""
    try:
        yield
    finally:
        for name in tables:
            connection.execute(f"DROP TABLE IF EXISTS {name}").fetchall()


def _lines(orders: Orders, options: FeatureOptions, span: Span, of_part: str) -> str:
    """Write the query of the lines that count, of one part of the customers."""
    customer, order_id = orders.keys
    kept = [] if span.holds(orders) else [span.after_start, span.up_to_end]
    kept += [] if options.returns == "net" else ["amount >= 0"]
    kept += [of_part] if of_part else []
    return f"""(
        SELECT {customer} AS customer, {order_id} AS order_id, date, amount, product, category, discount
        FROM {orders.table} {"WHERE " if kept else ""}{" AND ".join(kept)}
    )"""


def _orders(orders: Orders, options: FeatureOptions, lines: str, *, monthly: bool) -> str:
    """Gather lines into orders by the unit that was asked for.

    An order's day stays NULL without a line above 0: then it holds only returns and zeros. Its month is that of its
    day, else of its latest line, so that the months of a customer add up to her orders and her spend.
    """
    if options.order_unit == "row":
        discounted = "coalesce(discount, 0) > 0 AND amount > 0" if "discount" in orders.has else "FALSE"
        month = ", date_trunc('month', date) AS month" if monthly else ""
        return f"""
            SELECT customer, CASE WHEN amount > 0 THEN {_DAY} END AS day, greatest(amount, 0) AS bought,
                   least(amount, 0) AS returned, {discounted} AS discounted{month}
            FROM {lines}"""
    discounted = "coalesce(max(discount) FILTER (amount > 0), 0) > 0" if "discount" in orders.has else "FALSE"
    numbered = options.order_unit == "order" and "order_id" in orders.has
    unit = f"order_id, CASE WHEN order_id IS NULL THEN {_DAY} END" if numbered else _DAY
    latest = "coalesce(max(date) FILTER (amount > 0), max(date))"
    month = f", date_trunc('month', {latest}) AS month" if monthly else ""
    return f"""
        SELECT customer, CAST(max(date) FILTER (amount > 0) AS DATE) AS day,
               coalesce(sum(amount) FILTER (amount > 0), 0) AS bought,
               coalesce(sum(amount) FILTER (amount < 0), 0) AS returned,
               {discounted} AS discounted{month}
        FROM {lines}
        GROUP BY customer, {unit}"""


def _median(values: str, name: str) -> str:
    """Write the query of each customer's median of ``value``, half the sum of the two in the middle, from sorted rows.

    The engine's own median keeps values in lists that can't be spilled: short of memory it takes ten times as long.
    """
    return f"""
        SELECT customer, 0.5 * min(value) + 0.5 * max(value) AS {name}
        FROM (
            SELECT customer, CAST(value AS DOUBLE) AS value,
                   row_number() OVER (PARTITION BY customer ORDER BY value) AS place,
                   count(*) OVER (PARTITION BY customer) AS many
            FROM ({values})
        )
        WHERE place BETWEEN many / 2 AND many / 2 + 1
        GROUP BY customer"""


_TYPICAL = _median(f"SELECT customer, bought AS value FROM {_ORDERS} WHERE day IS NOT NULL", "typical_order")
_GAPS = _median(
    f"""SELECT customer, value
        FROM (
            SELECT customer, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS value
            FROM (SELECT DISTINCT customer, day FROM {_ORDERS} WHERE day IS NOT NULL)
        )
        WHERE value IS NOT NULL""",
    "typical_gap_days",
)


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
