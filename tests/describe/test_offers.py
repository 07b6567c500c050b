"""Products and categories to offer: counted on customers, purchases only, and beyond chance."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentry.data import Orders
from segmentry.describe.offers import find_offers
from segmentry.features import Measures

Line = tuple[str, str | None, str | None, float]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a DuckDB connection as the data room makes it."""
    with duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    ) as connection:
        yield connection


def _orders(connection: duckdb.DuckDBPyConnection, lines: Sequence[Line], day: str = "2024-05-01 12:00") -> Orders:
    """Put order lines of one day in a table as the data room makes it."""
    frame = pd.DataFrame(lines, columns=["customer", "product", "category", "amount"]).astype(object)
    connection.register("given", frame)
    connection.execute(
        "CREATE OR REPLACE TABLE lines AS SELECT customer::VARCHAR AS customer, NULL::VARCHAR AS order_id, "
        "$day::TIMESTAMP AS date, amount::DECIMAL(18, 6) AS amount, product::VARCHAR AS product, "
        "category::VARCHAR AS category, NULL::DOUBLE AS discount FROM given",
        {"day": day},
    )
    connection.unregister("given")
    has = {name for name, place in (("product", 1), ("category", 2)) if any(line[place] for line in lines)}
    return Orders(
        connection,
        "lines",
        frozenset(has),
        None,
        date.fromisoformat(day[:10]),
        date.fromisoformat(day[:10]),
        len(lines),
    )


def _bought(customers: range, product: str | None, category: str | None = None, amount: float = 5.0) -> list[Line]:
    return [(f"c{customer}", product, category, amount) for customer in customers]


@pytest.fixture
def hundred(make_measures: Callable[..., Measures]) -> tuple[Measures, np.ndarray]:
    """Give 100 customers in two segments: c0 to c39, and c40 to c99."""
    return make_measures({"a": np.arange(100.0)}), np.repeat(np.array([0, 1], dtype=np.int32), [40, 60])


def test_offers_by_hand(connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]) -> None:
    """30 of 40 bought tea and 6 of 60: shares .75 and .36, so the lift is .75 / .36."""
    orders = _orders(connection, _bought(range(30), "Tea") + _bought(range(60, 66), "Tea") + _bought(range(100), "Bag"))
    first, second = find_offers(*hundred, orders)
    (tea,) = first
    assert (tea.name, tea.level, tea.customers, tea.share, tea.everyone) == ("Tea", "product", 30, 0.75, 0.36)
    assert tea.lift == pytest.approx(0.75 / 0.36)
    # Everybody bought the bag, and few of the second segment tea: nothing to offer there.
    assert second == ()


def test_customers_are_counted_once(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]
) -> None:
    """Repeated purchases of one customer don't raise her segment's share."""
    orders = _orders(connection, _bought(range(19), "Tea") * 5 + _bought(range(20), "Jam") * 2)
    first, _ = find_offers(*hundred, orders)
    assert [(offer.name, offer.customers) for offer in first] == [("Jam", 20)]


def test_returns_and_free_lines_are_no_purchases(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]
) -> None:
    """Only lines with an amount above 0 count."""
    lines = _bought(range(30), "Tea", amount=-5.0) + _bought(range(30), "Gift", amount=0.0)
    assert find_offers(*hundred, _orders(connection, lines)) == ((), ())


@pytest.mark.parametrize("code", ["POST", "post", " Postage ", "M", "BANK CHARGES", "DOT", "  "])
def test_charges_are_never_offered(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray], code: str
) -> None:
    """Postage, fees and blanks in a product column are no products."""
    offers = find_offers(*hundred, _orders(connection, _bought(range(30), code) + _bought(range(30), "Tea")))
    assert [offer.name for offer in offers[0]] == ["Tea"]


def test_three_products_and_three_categories_at_most(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]
) -> None:
    """Products come first, each kind by falling lift."""
    lines = [line for number in range(5) for line in _bought(range(30 + number), f"p{number}", f"k{number}")]
    lines += _bought(range(60, 62), "p4", "k4")
    first, _ = find_offers(*hundred, _orders(connection, lines))
    assert [(offer.level, offer.name) for offer in first] == [
        *(("product", f"p{number}") for number in (3, 2, 1)),
        *(("category", f"k{number}") for number in (3, 2, 1)),
    ]


def test_only_the_days_that_were_counted(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]
) -> None:
    """Lines outside (as-of - window, as-of] are not looked at."""
    measures, labels = hundred
    orders = _orders(connection, _bought(range(30), "Tea"), "2024-05-01 23:59")
    for as_of, window, found in (
        (date(2024, 5, 1), 1, 1),
        (date(2024, 4, 30), 30, 0),
        (date(2024, 5, 10), 9, 0),
        (date(2024, 5, 10), 10, 1),
    ):
        offers = find_offers(replace(measures, as_of=as_of, window_days=window), labels, orders)
        assert len(offers[0]) == found


def test_what_chance_explains_is_not_offered(
    connection: duckdb.DuckDBPyConnection, make_measures: Callable[..., Measures]
) -> None:
    """300 products bought by chance give a segment nothing, though many have a lift above 1 and 20 customers."""
    rng = np.random.default_rng(1)
    lines: list[Line] = []
    for product in range(300):
        lines += [(f"c{customer}", f"p{product}", None, 1.0) for customer in rng.choice(600, 60, replace=False)]
    labels = rng.permutation(np.repeat(np.arange(2, dtype=np.int32), 300))
    assert find_offers(make_measures({"a": np.arange(600.0)}), labels, _orders(connection, lines)) == ((), ())


def test_no_products_no_offers_and_nothing_left_behind(
    connection: duckdb.DuckDBPyConnection, hundred: tuple[Measures, np.ndarray]
) -> None:
    """Without a product column there are no offers, and the lent relation is taken back either way."""
    assert find_offers(*hundred, None) == ((), ())
    assert find_offers(*hundred, _orders(connection, _bought(range(30), None))) == ((), ())
    find_offers(*hundred, _orders(connection, _bought(range(30), "Tea")))
    assert connection.execute("SELECT table_name FROM information_schema.tables").fetchall() == [("lines",)]
