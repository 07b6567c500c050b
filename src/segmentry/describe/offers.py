"""Products and categories that a segment buys more often than everyone does."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.data import Orders
from segmentry.describe.segments import Offer
from segmentry.describe.words import not_products
from segmentry.features import Measures

__all__ = ["find_offers"]

Labels = npt.NDArray[np.int32]

AT_LEAST = 20
"""Customers of the segment who must have bought what is offered."""

SHOWN = 3
"""Products, and categories, per segment."""

RELATION = "segmentry_segment_of_customer"


def find_offers(measures: Measures, labels: Labels, orders: Orders | None) -> tuple[tuple[Offer, ...], ...]:
    """Find up to three products and three categories to offer to each segment, by lift over everyone.

    Only purchases (amount above 0) in the days that the measures count are looked at; postage, fees and the like are no
    products. At least 20 customers of the segment must have bought it, and more of them than chance explains: with m
    pairs of product and segment compared, the largest of m chance deviations is about ``sqrt(2 ln m)`` standard
    deviations, so the count must exceed its expectation by more than that (hypergeometric: the segment as a random draw
    of all customers).

    Parameters
    ----------
    measures : Measures
        One row a customer, with the days that were counted.
    labels : numpy.ndarray of int32, shape (n,)
        The segment of each customer.
    orders : Orders or None
        The order lines.

    Returns
    -------
    tuple of tuple of Offer
        Per segment, products first; empty where there are no such columns.
    """
    k = int(labels.max()) + 1
    offers: list[list[Offer]] = [[] for _ in range(k)]
    if orders is None or k < 2 or not orders.has & {"product", "category"}:
        return tuple(tuple(own) for own in offers)
    with _registered(orders, measures, labels):
        for level in ("product", "category"):
            if level in orders.has:
                bought = _bought(orders, measures, level)
                for segment, own in enumerate(offers):
                    own.extend(_top(bought, np.bincount(labels, minlength=k), segment, level))
    return tuple(tuple(own) for own in offers)


@contextmanager
def _registered(orders: Orders, measures: Measures, labels: Labels) -> Iterator[None]:
    """Lend DuckDB the segment of each customer."""
    frame = pd.DataFrame({"customer": measures.table["customer_id"].astype(object), "segment": labels})
    orders.connection.register(RELATION, frame)
    try:
        yield
    finally:
        orders.connection.unregister(RELATION)


def _bought(orders: Orders, measures: Measures, level: Literal["product", "category"]) -> pd.DataFrame:
    """Count the customers of each segment who bought each product or category: title, segment, customers, everyone."""
    last = measures.as_of or orders.last
    first = last - timedelta(days=measures.window_days - 1) if measures.window_days else orders.first
    key = orders.keys[0]
    kind = orders.connection.execute(f"SELECT typeof({key}) FROM {orders.table} LIMIT 1").fetchall()[0][0]
    query = f"""
        WITH bought AS (
            SELECT DISTINCT {key} AS customer, {level} AS title FROM {orders.table}
            WHERE amount > 0 AND date >= $first AND date < $after AND trim({level}) <> ''
              AND NOT list_contains($not_products, upper(trim({level})))
        ), counted AS (
            SELECT title, segment, count(*) AS customers
            FROM bought JOIN (SELECT CAST(customer AS {kind}) AS customer, segment FROM {RELATION}) USING (customer)
            GROUP BY ALL
        )
        SELECT title, segment, customers, sum(customers) OVER (PARTITION BY title)::BIGINT AS everyone
        FROM counted ORDER BY title, segment
    """
    values = {"first": first, "after": last + timedelta(days=1), "not_products": list(not_products())}
    from segmentry.data import plainly  # noqa: PLC0415 - opens the query engine

    with plainly("find what to offer"):
        return orders.connection.execute(query, values).df()


def _top(
    bought: pd.DataFrame, sizes: npt.NDArray[np.intp], segment: int, level: Literal["product", "category"]
) -> list[Offer]:
    """Take the three of the highest lift; equal ones by more customers, then by name."""
    total, size = int(sizes.sum()), int(sizes[segment])
    tried = max(2, bought["title"].nunique() * len(sizes))
    own = bought[(bought["segment"] == segment) & (bought["customers"] >= AT_LEAST)]
    everyone = own["everyone"] / total
    expected = size * everyone
    spread = np.sqrt(expected * (1 - everyone) * (total - size) / (total - 1))
    # Counts first: equal ratios then give equal lifts to the last digit, and ties are ties.
    lift = own["customers"] / own["everyone"] * (total / size)
    own = own.assign(lift=lift)[own["customers"] > expected + math.sqrt(2 * math.log(tried)) * spread]
    own = own.sort_values(["lift", "customers", "title"], ascending=[False, False, True]).head(SHOWN)
    return [
        Offer(str(row.title), level, int(row.customers), row.customers / size, row.everyone / total, float(row.lift))
        for row in own.itertuples(index=False)
    ]
