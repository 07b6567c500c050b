"""An invented shop whose customers' true kinds are known, to try things on.

Six kinds of customers place orders by processes of their own: how often (gamma rates, Poisson counts), how regularly
(gamma gaps), in which season and on which weekday, how much, of what, and at what discount: ``sample.toml`` holds the
figures. The log has what real logs have: returns, cancelled orders, guests, and rows that were exported twice.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import UsageError

__all__ = ["SampleShop", "sample_shop"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

HISTORY = 730
"""Days of orders."""

BLOCK = 100_000
"""Customers drawn at a time: what drawing needs beyond its result is bounded by this."""

DAY = 86_400
"""Seconds of a day."""

DISCOUNTS = np.array([10, 20, 30])
"""Per cent off an order."""

RETURNED = 0.02
"""Share of lines that are sent back after 3 to 24 days."""

CANCELLED = 0.004
"""Share of orders that are cancelled within the hour."""

GUESTS = 0.004
"""Orders without a customer, as a share of the others."""

TWICE = 0.001
"""Share of rows that were exported twice."""

PREFIXES = ("", "R", "C")
"""What an order id begins with: nothing, a return, a cancelled order."""


@dataclass(frozen=True, slots=True)
class SampleShop:
    """The invented shop.

    Parameters
    ----------
    orders : pandas.DataFrame
        One row an order line, by time: ``order_id``, ``customer_id``, ``order_date``, ``product``, ``category``,
        ``quantity``, ``unit_price`` (before discount), ``discount`` (0 to 0.3), ``amount`` (what was paid; negative for
        returns and cancelled orders, as is ``quantity``). ``customer_id`` is blank where a guest ordered.
    customers : pandas.DataFrame
        One row a customer: ``customer_id``, ``email``, ``first_name``, ``age``, ``signup_channel``, ``consent`` (yes or
        no).
    kinds : pandas.DataFrame
        The truth: ``customer_id``, ``kind``.
    """

    orders: pd.DataFrame
    customers: pd.DataFrame
    kinds: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of customer buys.

    Parameters
    ----------
    share : float
        Of all customers.
    yearly : float
        Mean orders a year while active, beyond the first.
    steadiness : float
        Shape of the gamma-distributed rates and basket sizes: the higher, the more alike the kind's customers.
    regularity : float
        Shape of the gamma-distributed gaps between orders; 1 is a Poisson process.
    begins, ends : (int, int)
        Days before the end of the as-of day between which the active time begins, and ends.
    lines, quantity : float
        Mean lines an order and mean pieces a line, beyond the first.
    dear : float
        How strongly dear products are preferred: the power of the price in a product's weight.
    months, weekdays : list of float
        Weight of each month and weekday (Monday first).
    discounts : (float, float)
        Chance of a discount during sales, and otherwise.
    taste, channels : list of float
        Weight of each product category and sign-up channel, in the order of ``sample.toml``.
    age : float
        Mean age.
    """

    share: float
    yearly: float
    steadiness: float
    regularity: float
    begins: tuple[int, int]
    ends: tuple[int, int]
    lines: float
    quantity: float
    dear: float
    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    discounts: tuple[float, float]
    taste: tuple[float, ...]
    channels: tuple[float, ...]
    age: float


@dataclass(frozen=True, slots=True)
class _Shop:
    """What ``sample.toml`` says; ``category`` and ``cents`` (a price in hundredths) have one entry a product."""

    kinds: dict[str, _Kind]
    channels: tuple[str, ...]
    first_names: tuple[str, ...]
    categories: tuple[str, ...]
    products: tuple[str, ...]
    category: Ints
    cents: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Order lines as numbers, each of shape (lines,).

    ``order`` and ``customer`` count from 0 (a guest is -1), ``time`` is in seconds from the first day, ``discount`` in
    per cent, ``prefix`` is a place in :data:`PREFIXES`.
    """

    order: Ints
    customer: Ints
    time: Ints
    product: Ints
    quantity: Ints
    discount: Ints
    prefix: Ints

    def take(self, rows: npt.NDArray[np.intp]) -> "_Lines":
        return _Lines(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def stack(parts: Sequence["_Lines"]) -> "_Lines":
        return _Lines(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Lines)))


def sample_shop(customers: int = 4000, *, seed: int = 0, as_of: date = date(2026, 6, 30)) -> SampleShop:
    """Draw the sample shop: 730 days of orders that end with ``as_of``.

    Parameters
    ----------
    customers : int, default 4000
        How many; every one has at least one order.
    seed : int, default 0
        The same seed gives the same shop.
    as_of : datetime.date, default 2026-06-30
        The last day. It is fixed, so that the shop never depends on today.

    Returns
    -------
    SampleShop
        Orders, customers, and the true kind of each.

    Raises
    ------
    UsageError
        Fewer than one customer was asked for, or a seed below 0.

    Examples
    --------
    >>> shop = sample_shop(200)
    >>> len(shop.customers), shop.kinds["kind"].nunique()
    (200, 6)
    >>> shop.customers["customer_id"].iloc[0], shop.orders["order_date"].max() < pd.Timestamp("2026-07-01")
    ('C00001', True)
    """
    if customers < 1:
        raise UsageError("a shop needs at least one customer", [f"asked for: {customers}"], "--customers 4000")
    if seed < 0:
        raise UsageError("a seed is 0 or more", [f"asked for: {seed}"], "--seed 0")
    shop = _shop()
    kind = _kinds(customers, np.random.default_rng([seed, 0]))
    first = as_of - timedelta(days=HISTORY - 1)
    lines, orders = _history(kind, first, seed)
    lines = _with_dirt(lines, orders, np.random.default_rng([seed, 2]))
    width = max(5, len(str(customers)))
    ids = np.array([f"C{number:0{width}d}" for number in range(1, customers + 1)], dtype=object)
    return SampleShop(
        orders=_frame(lines, ids, first),
        customers=_people(ids, kind, np.random.default_rng([seed, 3])),
        kinds=pd.DataFrame({"customer_id": ids, "kind": np.array(list(shop.kinds), dtype=object)[kind]}),
    )


@cache
def _shop() -> _Shop:
    data = tomllib.loads((files("segmentry.data") / "sample.toml").read_text(encoding="utf-8"))
    shelves: dict[str, dict[str, float]] = data["products"]
    items = [(place, name, price) for place, shelf in enumerate(shelves.values()) for name, price in shelf.items()]
    return _Shop(
        kinds={name: _Kind(**figures) for name, figures in data["kinds"].items()},
        channels=tuple(data["channels"]),
        first_names=tuple(data["first_names"]),
        categories=tuple(shelves),
        products=tuple(name for _, name, _ in items),
        category=np.array([place for place, _, _ in items], dtype=np.int32),
        cents=np.array([round(100 * price) for _, _, price in items], dtype=np.int64),
    )


def _kinds(customers: int, rng: np.random.Generator) -> Ints:
    """Give each customer a kind: the shares as exactly as whole customers allow, in random order."""
    bounds = np.cumsum([kind.share for kind in _shop().kinds.values()])
    places = (np.arange(customers) + 0.5) / customers * bounds[-1]
    return rng.permutation(np.searchsorted(bounds, places)).astype(np.int32)


def _history(kind: Ints, first: date, seed: int) -> tuple[_Lines, int]:
    """Draw everybody's order lines, block by block, and say how many orders there are."""
    parts, orders = [], 0
    days = np.datetime64(first) + np.arange(HISTORY)
    for start in range(0, len(kind), BLOCK):
        rng = np.random.default_rng([seed, 1, start])
        block = kind[start : start + BLOCK]
        for number, style in enumerate(_shop().kinds.values()):
            customers = (start + np.flatnonzero(block == number)).astype(np.int32)
            drawn, more = _purchases(customers, style, days, rng)
            parts.append(replace(drawn, order=drawn.order + np.int32(orders)))
            orders += more
    return _Lines.stack(parts), orders


def _purchases(
    customers: Ints, style: _Kind, days: npt.NDArray[np.datetime64], rng: np.random.Generator
) -> tuple[_Lines, int]:
    """Draw the order lines of customers of one kind, and say how many orders there are."""
    shop = _shop()
    owner, day = _order_days(len(customers), style, _calendar(style, days), rng)
    orders = len(owner)
    time = day * DAY + np.clip(rng.normal(15, 3.5, orders) * 3600, 7 * 3600, DAY - 1).astype(np.int32)
    chance = np.where(_in_sale(days)[day], *style.discounts)
    discount = np.where(rng.random(orders) < chance, rng.choice(DISCOUNTS, orders), 0)
    size = rng.gamma(style.steadiness, 1 / style.steadiness, len(customers))
    order = np.repeat(np.arange(orders, dtype=np.int32), 1 + rng.poisson(style.lines * size[owner]))
    taste = np.cumsum(style.taste) / sum(style.taste)
    favourite = np.searchsorted(taste, rng.random(len(customers)))
    category = np.searchsorted(taste, rng.random(len(order)))
    category = np.where(rng.random(len(order)) < 0.4, favourite[owner[order]], category)
    product = _pick(category, style, rng)
    # Nobody puts the same product on two lines of an order.
    rows = np.unique(order.astype(np.int64) * len(shop.products) + product, return_index=True)[1]
    order, product = order[rows], product[rows]
    return _Lines(
        order=order,
        customer=customers[owner[order]],
        time=time[order].astype(np.int32),
        product=product.astype(np.int32),
        quantity=(1 + rng.poisson(style.quantity, len(order))).astype(np.int32),
        discount=discount[order].astype(np.int32),
        prefix=np.zeros(len(order), dtype=np.int32),
    ), orders


def _order_days(
    customers: int, style: _Kind, calendar: Floats, rng: np.random.Generator
) -> tuple[npt.NDArray[np.intp], Ints]:
    """Draw whose orders there are, and on which day (0 is the first) each falls.

    In the calendar's own time, where busy days last longer, orders are a renewal process with gamma gaps over the
    customer's active time, given their Poisson number.
    """
    begin = HISTORY - rng.integers(*style.begins, customers, endpoint=True)
    end = np.maximum(HISTORY - rng.integers(*style.ends, customers, endpoint=True), begin + 1)
    low, high = calendar[begin], calendar[end]
    rate = style.yearly * rng.gamma(style.steadiness, 1 / style.steadiness, customers)
    count = 1 + rng.poisson(rate * (high - low))
    owner = np.repeat(np.arange(customers), count)
    elapsed = np.cumsum(rng.gamma(style.regularity, 1.0, len(owner)))
    last = elapsed[np.cumsum(count) - 1]
    before = np.concatenate([[0.0], last[:-1]]) if customers else last
    whole = last - before + rng.gamma(style.regularity, 1.0, customers)
    instant = low[owner] + (elapsed - before[owner]) / whole[owner] * (high - low)[owner]
    day = np.searchsorted(calendar, instant, side="right") - 1
    return owner, np.clip(day, begin[owner], end[owner] - 1).astype(np.int32)


def _calendar(style: _Kind, days: npt.NDArray[np.datetime64]) -> Floats:
    """Accumulate the weight of the days by season and weekday, shape (HISTORY + 1,); an average year has 1."""
    months = days.astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    weight = np.array(style.months)[months] * np.array(style.weekdays)[weekdays]
    return np.concatenate([[0.0], np.cumsum(weight) / weight.sum() * HISTORY / 365.25])


def _in_sale(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Tell the days of the sales: 2 to 20 January, 1 to 20 July, 20 to 30 November."""
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    winter, summer, autumn = (month == 1) & (day > 1), month == 7, (month == 11) & (day >= 20)
    return np.asarray(((winter | summer) & (day <= 20)) | autumn)


def _pick(category: npt.NDArray[np.intp], style: _Kind, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Choose a product of each category: the first of a shelf are the popular ones, tilted by the price."""
    shop = _shop()
    place = np.arange(len(shop.products)) - np.searchsorted(shop.category, shop.category)
    weight = (place + 2.0) ** -0.7 * (shop.cents / 1000.0) ** style.dear
    for shelf in range(len(shop.categories)):
        weight[shop.category == shelf] /= weight[shop.category == shelf].sum()
    # One running sum over all shelves, each of weight 1: shelf + u falls on one of its products.
    chosen = np.searchsorted(np.cumsum(weight), category + rng.random(len(category)))
    return np.clip(
        chosen, np.searchsorted(shop.category, category), np.searchsorted(shop.category, category, "right") - 1
    )


def _with_dirt(lines: _Lines, orders: int, rng: np.random.Generator) -> _Lines:
    """Add returns, cancelled orders, guests' orders and rows exported twice."""
    cancelled = (rng.random(orders) < CANCELLED)[lines.order]
    returned = (rng.random(len(lines.order)) < RETURNED) & ~cancelled
    guests = rng.random(orders) < GUESTS
    numbers = orders - 1 + np.cumsum(guests)
    back, undone = lines.take(np.flatnonzero(returned)), lines.take(np.flatnonzero(cancelled))
    wait = rng.integers(3 * DAY, 24 * DAY, len(back.order), dtype=np.int32)
    minutes = rng.integers(1, 60, orders, dtype=np.int32)[undone.order]
    like = lines.take(np.flatnonzero(guests[lines.order]))
    hours = rng.integers(1, 90, orders, dtype=np.int32)[like.order]
    found = _Lines.stack(
        [
            lines,
            replace(back, time=back.time + wait, quantity=-back.quantity, prefix=np.full_like(back.prefix, 1)),
            replace(
                undone,
                time=undone.time + 60 * minutes,
                quantity=-undone.quantity,
                prefix=np.full_like(undone.prefix, 2),
            ),
            replace(
                like,
                order=numbers[like.order].astype(np.int32),
                customer=np.full_like(like.customer, -1),
                time=like.time - 3600 * hours,
            ),
        ]
    )
    found = found.take(np.flatnonzero((found.time >= 0) & (found.time < HISTORY * DAY)))
    twice = found.take(np.flatnonzero(rng.random(len(found.order)) < TWICE))
    return _Lines.stack([found, twice])


def _frame(lines: _Lines, ids: Texts, first: date) -> pd.DataFrame:
    """Write the lines in words, by time; orders are numbered by time."""
    shop = _shop()
    times = np.full(int(lines.order.max()) + 1, np.iinfo(np.int32).max, dtype=np.int32)
    own = lines.prefix == 0
    times[lines.order[own]] = lines.time[own]
    numbers = np.empty(len(times), dtype=np.int32)
    numbers[np.argsort(times, kind="stable")] = np.arange(100_001, 100_001 + len(times))
    lines = lines.take(np.lexsort((lines.product, numbers[lines.order], lines.time)))
    order_ids = np.array([str(number) for number in numbers.tolist()], dtype=object)[lines.order]
    for row in np.flatnonzero(lines.prefix):
        order_ids[row] = PREFIXES[lines.prefix[row]] + order_ids[row]
    hundredths = shop.cents[lines.product] * lines.quantity * (100 - lines.discount)
    paid = np.sign(hundredths) * ((np.abs(hundredths) + 50) // 100)  # half a cent is rounded up
    buyers: Texts = np.array([*ids, None], dtype=object)  # the last stands for guests, whose place is -1
    categories, products = np.array(shop.categories, dtype=object), np.array(shop.products, dtype=object)
    # Each column becomes a Series at once, so that no two columns of Python texts are alive together.
    columns = {"order_id": pd.Series(order_ids)}
    del order_ids
    columns["customer_id"] = pd.Series(buyers[lines.customer])
    columns["order_date"] = pd.Series(np.datetime64(first, "s") + lines.time.astype("timedelta64[s]"))
    columns["product"] = pd.Series(products[lines.product])
    columns["category"] = pd.Series(categories[shop.category[lines.product]])
    columns["quantity"] = pd.Series(lines.quantity.astype(np.int64))
    columns["unit_price"] = pd.Series(shop.cents[lines.product] / 100)
    columns["discount"] = pd.Series(lines.discount / 100)
    columns["amount"] = pd.Series(paid / 100)
    return pd.DataFrame(columns, copy=False)


def _people(ids: Texts, kind: Ints, rng: np.random.Generator) -> pd.DataFrame:
    """Invent who the customers are."""
    shop = _shop()
    names = np.array(shop.first_names, dtype=object)[rng.integers(0, len(shop.first_names), len(ids))]
    age = np.array([style.age for style in shop.kinds.values()])[kind] + rng.normal(0, 12, len(ids))
    weights = np.array([style.channels for style in shop.kinds.values()])
    weights = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    channel = (rng.random((len(ids), 1)) > weights[kind]).sum(axis=1)
    return pd.DataFrame(
        {
            "customer_id": ids,
            "email": [f"{name}.{code}@example.org".lower() for name, code in zip(names, ids, strict=True)],
            "first_name": names,
            "age": np.clip(np.round(age), 18, 90).astype(np.int64),
            "signup_channel": np.array(shop.channels, dtype=object)[channel],
            "consent": np.where(rng.random(len(ids)) < 0.7, "yes", "no").astype(object),
        }
    )
