"""The measures built from orders: worked by hand, by rules that must hold on any log, and on real logs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from segmentry.data import Orders
from segmentry.errors import DataError, UsageError
from segmentry.features import DEFINITIONS, FeatureOptions, build, measure

Log = Callable[..., Orders]
Line = dict[str, Any]

# Ada orders on 1, 11 and 31 January (a Monday, a Thursday, a Wednesday in 2024), 2 lines in the first order; she sends
# one thing back on 2 February. Bo orders twice on one day, a Saturday. Cy only sends back; Di has a line of amount 0.
LINES: list[Line] = [
    dict(zip(("customer", "order_id", "date", "amount", "product", "category", "discount"), line, strict=True))
    for line in (
        ("Ada", "1", "2024-01-01 23:59:59", 10, "tea", "drinks", None),
        ("Ada", "1", "2024-01-01 23:59:59", 20, "pot", "kitchen", None),
        ("Ada", "2", "2024-01-11 08:00:00", 50, "tea", "drinks", 0.1),
        ("Ada", "3", "2024-01-31 00:00:01", 20, "jam", None, 0.0),
        ("Ada", "R3", "2024-02-02 10:00:00", -5, "jam", None, None),
        ("Bo", "4", "2024-01-06 09:00:00", 5, "tea", "drinks", None),
        ("Bo", "5", "2024-01-06 19:00:00", 7, "tea", "drinks", None),
        ("Cy", "6", "2024-01-08 09:00:00", -3, "tea", "drinks", None),
        ("Di", "7", "2024-01-09 09:00:00", 0, "tea", "drinks", 0.5),
        ("Di", "8", "2024-01-10 09:00:00", 4, "pot", "kitchen", None),
    )
]

# As of 2 February 2024, the latest line.
BY_HAND = {
    "Ada": {
        "recency_days": 2,  # 31 January to 2 February; the return moves nothing
        "orders": 3,
        "spend": 95,  # 10 + 20 + 50 + 20 - 5
        "tenure_days": 32,  # 1 January to 2 February
        "typical_order": 30,  # median of 30, 50, 20
        "typical_gap_days": 15,  # median of 10 and 20
        "gap_ratio": 2 / 15,
        "orders_last_90_days": 3,
        "orders_previous_90_days": 0,
        "return_share": 5 / 100,
        "products": 3,
        "top_category_share": 60 / 80,  # drinks 10 + 50 of the 80 that name a category
        "weekend_share": 0,
        "discount_share": 1 / 3,
    },
    "Bo": {
        "recency_days": 27,
        "orders": 2,  # two order ids on one day
        "spend": 12,
        "tenure_days": 27,
        "typical_order": 6,
        "typical_gap_days": float("nan"),  # a single day has no gap
        "gap_ratio": float("nan"),
        "orders_last_90_days": 2,
        "orders_previous_90_days": 0,
        "return_share": 0,
        "products": 1,
        "top_category_share": 1,
        "weekend_share": 1,  # 6 January 2024 is a Saturday
        "discount_share": 0,
    },
    "Di": {
        "recency_days": 23,  # 10 January; the line of amount 0 makes no order
        "orders": 1,
        "spend": 4,
        "tenure_days": 23,
        "typical_order": 4,
        "typical_gap_days": float("nan"),
        "gap_ratio": float("nan"),
        "orders_last_90_days": 1,
        "orders_previous_90_days": 0,
        "return_share": 0,
        "products": 1,  # what cost nothing was not bought
        "top_category_share": 1,
        "weekend_share": 0,
        "discount_share": 0,
    },
}


def by_customer(orders: Orders, **options: Any) -> pd.DataFrame:
    """Measure an order log, customers as the index."""
    return build(orders, None, FeatureOptions(**options)).table.set_index("customer_id")


@pytest.mark.parametrize("name", [entry.name for entry in DEFINITIONS])
def test_every_measure_agrees_with_the_hand_worked_customers(log: Log, name: str) -> None:
    """Each measure of each customer equals the figure worked by hand beside the lines."""
    found = by_customer(log(LINES))[name]
    expected = pd.Series({customer: figures[name] for customer, figures in BY_HAND.items()}, dtype=float)
    np.testing.assert_allclose(found, expected[found.index], rtol=1e-15)


def test_customers_without_a_purchase_are_counted_and_left_out(log: Log) -> None:
    """Cy, who only sent something back, has no row but is counted."""
    measures = build(log(LINES), None)
    assert measures.table["customer_id"].tolist() == ["Ada", "Bo", "Di"]
    assert measures.without_purchase == 1
    assert [(caveat.code, caveat.count) for caveat in measures.caveats] == [("without_purchase", 1)]


def test_the_default_window_holds_every_line_and_is_reported(log: Log) -> None:
    """The as-of day is the log's last, the window its whole span, both given back to be frozen."""
    measures = build(log(LINES), None)
    assert measures.as_of == date(2024, 2, 2)
    assert measures.window_days == 33
    again = build(log(LINES), None, FeatureOptions(as_of=measures.as_of, window_days=measures.window_days))
    pd.testing.assert_frame_equal(again.table, measures.table)


def test_lines_after_the_as_of_day_and_before_the_window_are_counted_but_not_used(log: Log) -> None:
    """As of 31 January with 21 days, only 11 to 31 January count: the first day out and the last day in."""
    measures = build(log(LINES), None, FeatureOptions(as_of=date(2024, 1, 31), window_days=21))
    table = measures.table.set_index("customer_id")
    assert table.index.tolist() == ["Ada"]
    assert table.loc["Ada", ["orders", "spend", "tenure_days", "recency_days"]].tolist() == [2, 70, 20, 0]
    counts = {caveat.code: caveat.count for caveat in measures.caveats}
    assert counts == {"after_as_of": 1, "before_window": 7, "without_purchase": 3}


@pytest.mark.parametrize(("window", "orders"), [(20, 1), (21, 2), (22, 2), (31, 3), (10**9, 3)])
def test_the_window_opens_after_as_of_minus_its_days(log: Log, window: int, orders: int) -> None:
    """A window of w days holds as_of and the w - 1 days before it, however long it is."""
    table = by_customer(log(LINES), as_of=date(2024, 1, 31), window_days=window)
    assert table.loc["Ada", "orders"] == orders


def test_an_as_of_day_before_the_first_order_is_refused(log: Log) -> None:
    """Nothing can be measured before the first line, and the message names a day that works."""
    with pytest.raises(DataError, match="before the first order") as caught:
        build(log(LINES), None, FeatureOptions(as_of=date(2023, 12, 31)))
    assert caught.value.way_out == "--as-of 2024-02-02"


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_without_days_is_refused(log: Log, window: int) -> None:
    """A window has at least one day."""
    with pytest.raises(UsageError, match="at least one day"):
        build(log(LINES), None, FeatureOptions(window_days=window))


def test_a_later_as_of_day_moves_recency_and_tenure_alike(log: Log) -> None:
    """Ten days later everybody is ten days older; orders and spend stay."""
    now, later = by_customer(log(LINES)), by_customer(log(LINES), as_of=date(2024, 2, 12))
    np.testing.assert_array_equal(later["recency_days"] - now["recency_days"], 10)
    np.testing.assert_array_equal(later["tenure_days"] - now["tenure_days"], 10)
    pd.testing.assert_frame_equal(later[["orders", "spend"]], now[["orders", "spend"]])


def test_the_ninety_days_end_with_the_as_of_day_and_do_not_overlap(log: Log) -> None:
    """Of orders 0, 89, 90, 179 and 180 days ago two are in the last ninety days and two in the ninety before."""
    end = date(2024, 12, 31)
    lines = [{"customer": "A", "date": end - timedelta(days=days), "amount": 1} for days in (0, 89, 90, 179, 180)]
    table = by_customer(log(lines))
    assert table.loc["A", ["orders", "orders_last_90_days", "orders_previous_90_days"]].tolist() == [5, 2, 2]


def test_without_order_ids_an_order_is_a_customer_day(log: Log) -> None:
    """Bo's two purchases of one day become one order of 12."""
    lines = [{key: value for key, value in line.items() if key != "order_id"} for line in LINES]
    table = by_customer(log(lines))
    assert table.loc["Bo", ["orders", "typical_order"]].tolist() == [1, 12]
    assert table.loc["Ada", "orders"] == 3


@pytest.mark.parametrize(
    ("unit", "ada", "bo", "di"),
    [
        # Ada's lines: 10 and 20 of one order and day, 50, 20 and a return. Bo's: 5 and 7 on one day, under two ids.
        ("order", (3, 30, 15, 1 / 3), (2, 6), (1, 4)),
        ("day", (3, 30, 15, 1 / 3), (1, 12), (1, 4)),
        ("row", (4, 20, 15, 1 / 4), (2, 6), (1, 4)),
    ],
)
def test_an_order_is_an_id_a_day_or_a_row_as_asked(
    log: Log, unit: str, ada: tuple[float, ...], bo: tuple[float, ...], di: tuple[float, ...]
) -> None:
    """The unit decides how many orders there are and how large; spend, returns and days stay the same."""
    table, usual = by_customer(log(LINES), order_unit=unit), by_customer(log(LINES))
    columns = ["orders", "typical_order", "typical_gap_days", "discount_share"]
    assert table.loc["Ada", columns].tolist() == pytest.approx(ada)
    assert table.loc["Bo", columns[:2]].tolist() == list(bo)
    assert table.loc["Di", columns[:2]].tolist() == list(di)
    same = ["recency_days", "spend", "tenure_days", "return_share", "products", "top_category_share"]
    pd.testing.assert_frame_equal(table[same], usual[same])


@pytest.mark.parametrize("unit", ["day", "row"])
def test_neither_days_nor_rows_make_orders_of_returns_and_zeros(log: Log, unit: str) -> None:
    """Whatever the unit, only a line above 0 is an order, and a returned line lowers the spend."""
    lines = [
        {"customer": "A", "order_id": "1", "date": "2024-03-01", "amount": 9},
        {"customer": "A", "order_id": "2", "date": "2024-03-05", "amount": -4},
        {"customer": "A", "order_id": "3", "date": "2024-03-06", "amount": 0},
        {"customer": "B", "order_id": "4", "date": "2024-03-07", "amount": -1},
    ]
    table = by_customer(log(lines), order_unit=unit)
    assert table.index.tolist() == ["A"]
    assert table.loc["A", ["orders", "spend", "recency_days"]].tolist() == [1, 5, 6]


def test_rows_without_an_order_id_among_others_become_customer_days(log: Log) -> None:
    """A NULL order id falls back on the day, and never meets an order whose id reads like that day."""
    lines = [
        {"customer": "A", "order_id": None, "date": "2024-03-01 08:00", "amount": 1},
        {"customer": "A", "order_id": None, "date": "2024-03-01 18:00", "amount": 2},
        {"customer": "A", "order_id": None, "date": "2024-03-02 18:00", "amount": 4},
        {"customer": "A", "order_id": "2024-03-01", "date": "2024-03-01 09:00", "amount": 8},
    ]
    table = by_customer(log(lines, has=["order_id"]))
    assert table.loc["A", ["orders", "typical_order", "spend"]].tolist() == [3, 4, 15]


def test_one_order_id_of_two_customers_is_an_order_of_each(log: Log) -> None:
    """Lines belong to their customer, whatever the order id."""
    lines = [
        {"customer": "A", "order_id": "1", "date": "2024-03-01", "amount": 1},
        {"customer": "B", "order_id": "1", "date": "2024-03-01", "amount": 2},
    ]
    assert by_customer(log(lines))["orders"].tolist() == [1, 1]


def test_an_order_over_several_days_falls_on_its_last_bought_line(log: Log) -> None:
    """A later return in the same order doesn't move its day."""
    lines = [
        {"customer": "A", "order_id": "1", "date": "2024-03-01", "amount": 1},
        {"customer": "A", "order_id": "1", "date": "2024-03-02", "amount": 1},
        {"customer": "A", "order_id": "1", "date": "2024-03-09", "amount": -1},
    ]
    table = by_customer(log(lines))
    assert table.loc["A", ["orders", "recency_days", "spend", "typical_order"]].tolist() == [1, 7, 1, 2]


def test_a_return_inside_an_order_leaves_the_typical_order_alone(log: Log) -> None:
    """A typical order sums what was bought; a return lowers spend only, below 0 if need be."""
    lines = [
        {"customer": "A", "order_id": "1", "date": "2024-03-01", "amount": 10},
        {"customer": "A", "order_id": "1", "date": "2024-03-01", "amount": -30},
    ]
    table = by_customer(log(lines))
    assert table.loc["A", ["orders", "spend", "typical_order", "return_share"]].tolist() == [1, -20, 10, 3]


def test_dropping_returns_equals_a_log_without_them(log: Log) -> None:
    """Under "drop" every measure is as if the negative lines had never been; return_share isn't there."""
    dropped = by_customer(log(LINES), returns="drop", as_of=date(2024, 2, 2))
    without = by_customer(log([line for line in LINES if line["amount"] >= 0]), as_of=date(2024, 2, 2))
    pd.testing.assert_frame_equal(dropped, without.drop(columns="return_share"))
    assert dropped.loc["Ada", "spend"] == 100


def test_measures_of_columns_that_the_log_lacks_are_absent(log: Log) -> None:
    """Without product, category and discount their measures aren't columns at all."""
    lines = [{key: line[key] for key in ("customer", "date", "amount")} for line in LINES]
    measures = build(log(lines), None)
    absent = {"products", "top_category_share", "discount_share"}
    assert absent.isdisjoint(column.name for column in measures.columns)
    assert {entry.name for entry in DEFINITIONS} - absent == {column.name for column in measures.columns}


def test_products_that_no_line_names_are_undefined(log: Log) -> None:
    """Where all of a customer's products and categories are blank, their number and share are undefined, not 0."""
    lines = [
        {"customer": "A", "date": "2024-03-01", "amount": 1, "product": None, "category": None},
        {"customer": "B", "date": "2024-03-01", "amount": 1, "product": "tea", "category": "drinks"},
    ]
    table = by_customer(log(lines))
    assert table.loc["A", ["products", "top_category_share"]].isna().all()
    assert table.loc["B", ["products", "top_category_share"]].tolist() == [1, 1]


def test_sums_of_cents_are_exact(log: Log) -> None:
    """A thousand times 0.10 is 100, not 99.9999999999986."""
    lines = [{"customer": "A", "date": "2024-03-01", "amount": Decimal("0.10")} for _ in range(1000)]
    assert by_customer(log(lines)).loc["A", "spend"] == 100.0


def test_ids_are_text_in_the_order_of_their_bytes(log: Log) -> None:
    """00123, 123 and 0123 are three customers, NA and null are customers, and rows follow the ids' bytes."""
    ids = ["é", "null", "a", "NA", "B", "123", "0123", "00123", "日本", "Z"]
    measures = build(log([{"customer": id_, "date": "2024-03-01", "amount": 1} for id_ in ids]), None)
    assert measures.table["customer_id"].tolist() == sorted(ids, key=lambda id_: id_.encode())
    assert measures.table["customer_id"].dtype == object


def test_a_log_without_any_purchase_gives_an_empty_table(log: Log) -> None:
    """Only returns: no rows, every measure still a column, everybody counted."""
    measures = build(log([{"customer": "A", "date": "2024-03-01", "amount": -1}]), None)
    assert len(measures.table) == 0
    assert measures.without_purchase == 1
    assert "spend" in measures.table.columns


def test_scoring_one_customer_gives_the_same_figures_as_in_the_whole_log(log: Log) -> None:
    """A customer's measures never depend on the other customers of the batch."""
    span = FeatureOptions(as_of=date(2024, 2, 2), window_days=33)
    whole = measure(log(LINES), None, span).table.set_index("customer_id")
    for customer in BY_HAND:
        alone = measure(
            log(
                [line for line in LINES if line["customer"] == customer],
                ["order_id", "product", "category", "discount"],
            ),
            None,
            span,
        )
        pd.testing.assert_frame_equal(alone.table.set_index("customer_id"), whole.loc[[customer]])


LINE = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["a", "b", "c", "d"]),
        "order_id": st.sampled_from(["1", "2", "3", None]),
        "date": st.integers(0, 400).map(lambda day: datetime(2023, 1, 1) + timedelta(days=day)),  # noqa: DTZ001
        "amount": st.integers(-2000, 9000).map(lambda cents: Decimal(cents) / 100),
        "product": st.sampled_from(["tea", "pot", None]),
        "category": st.sampled_from(["drinks", "kitchen", None]),
        "discount": st.sampled_from([0.0, 0.2, None]),
    }
)
LOGS = st.lists(LINE, min_size=1, max_size=30)
ALL = ["order_id", "product", "category", "discount"]
MONEY = {entry.name for entry in DEFINITIONS if entry.unit == "money"}


@given(lines=LOGS, random=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_shuffling_the_lines_changes_nothing(log: Log, lines: list[Line], random: Any) -> None:
    """Row order never matters, to the last digit."""
    shuffled = list(lines)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(by_customer(log(lines, ALL)), by_customer(log(shuffled, ALL)), check_exact=True)


@given(lines=LOGS)
@settings(max_examples=25, deadline=None)
def test_a_hundredfold_currency_multiplies_money_and_nothing_else(log: Log, lines: list[Line]) -> None:
    """From pounds to pence, spend and the typical order grow a hundredfold; all other measures stay."""
    pounds = by_customer(log(lines, ALL))
    pence = by_customer(log([line | {"amount": line["amount"] * 100} for line in lines], ALL))
    for name in pounds.columns:
        np.testing.assert_allclose(pence[name], pounds[name] * (100 if name in MONEY else 1), rtol=1e-12)


@given(lines=LOGS)
@settings(max_examples=25, deadline=None)
def test_relabelling_customers_permutes_the_rows(log: Log, lines: list[Line]) -> None:
    """New ids carry the same figures."""
    names = {"a": "zz", "b": "0", "c": "NA", "d": "é"}
    before = by_customer(log(lines, ALL)).rename(index=names)
    after = by_customer(log([line | {"customer": names[line["customer"]]} for line in lines], ALL))
    pd.testing.assert_frame_equal(after, before.loc[after.index], check_exact=True, check_index_type=False)


@given(lines=LOGS)
@settings(max_examples=40, deadline=None)
def test_the_query_agrees_with_a_slow_obvious_count(log: Log, lines: list[Line]) -> None:
    """Days, orders and money equal a loop over the lines in plain Python."""
    orders = log(lines, ALL)
    table = by_customer(orders)
    assert set(table.index) == {line["customer"] for line in lines if line["amount"] > 0}
    for customer in table.index:
        own = [line for line in lines if line["customer"] == customer]
        placed: dict[tuple[Any, Any], list[Line]] = {}
        for line in own:
            key = (line["order_id"], None if line["order_id"] else line["date"])
            if line["amount"] > 0:
                placed.setdefault(key, []).append(line)
        days = sorted({max(line["date"] for line in order) for order in placed.values()})
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        expected = {
            "orders": len(placed),
            "recency_days": (orders.last - days[-1].date()).days,
            "tenure_days": (orders.last - days[0].date()).days,
            "spend": float(sum(line["amount"] for line in own)),
            "typical_order": np.median([float(sum(line["amount"] for line in order)) for order in placed.values()]),
            "typical_gap_days": np.median(gaps) if gaps else np.nan,
            "discount_share": np.mean([any(line["discount"] for line in order) for order in placed.values()]),
        }
        found = table.loc[customer, list(expected)].to_numpy(dtype=float)
        np.testing.assert_allclose(found, list(expected.values()), rtol=1e-12)


def load(connection: duckdb.DuckDBPyConnection, select: str, file: Path, has: set[str]) -> Orders:
    """Read a real file as orders by plain SQL."""
    connection.execute(f"CREATE TABLE o AS {select}", {"file": str(file)})
    first, last, lines = connection.execute("SELECT min(date)::DATE, max(date)::DATE, count(*) FROM o").fetchall()[0]
    return Orders(connection, "o", frozenset(has), None, first, last, lines)


def test_online_retail_reconciles(shared_data: Path) -> None:
    """4,338 customers with 18,532 orders; what they bought, before returns, is 8,911,407.904."""
    select = """
        SELECT CAST(CAST(CustomerID AS BIGINT) AS VARCHAR) AS customer, InvoiceNo AS order_id,
               CAST(InvoiceDate AS TIMESTAMP) AS date,
               CAST(Quantity * CAST(UnitPrice AS DECIMAL(18,6)) AS DECIMAL(18,6)) AS amount,
               StockCode AS product, CAST(NULL AS VARCHAR) AS category, CAST(NULL AS DOUBLE) AS discount
        FROM read_parquet($file) WHERE CustomerID IS NOT NULL
    """
    with duckdb.connect() as connection:
        orders = load(connection, select, shared_data / "online_retail.parquet", {"order_id", "product"})
        net, gross = build(orders, None), build(orders, None, FeatureOptions(returns="drop"))
    assert len(net.table) == len(gross.table) == 4338
    assert net.table["orders"].sum() == gross.table["orders"].sum() == 18532
    assert gross.table["spend"].sum() == pytest.approx(8911407.904, abs=1e-6)
    assert net.without_purchase == 34
    assert (net.as_of, net.window_days) == (date(2011, 12, 9), 374)
    assert net.table["customer_id"].iloc[0] == "12346"
    assert net.table["spend"].iloc[0] == 0  # bought 77,183.60 and sent it all back


def test_rfm_orders_reconcile(shared_data: Path) -> None:
    """995 customers, and every row is a purchase of theirs."""
    select = """
        SELECT customer_id AS customer, CAST(NULL AS VARCHAR) AS order_id, CAST(order_date AS TIMESTAMP) AS date,
               CAST(revenue AS DECIMAL(18,6)) AS amount, CAST(NULL AS VARCHAR) AS product,
               CAST(NULL AS VARCHAR) AS category, CAST(NULL AS DOUBLE) AS discount
        FROM read_csv($file)
    """
    with duckdb.connect() as connection:
        orders = load(connection, select, shared_data / "rfm_orders.csv", set())
        measures = build(orders, None, FeatureOptions(as_of=date(2006, 12, 31)))
        total = connection.execute("SELECT CAST(sum(amount) AS DOUBLE) FROM o").fetchall()[0][0]
    assert len(measures.table) == 995
    assert measures.table["spend"].sum() == pytest.approx(total)
    assert measures.table["recency_days"].min() >= 0


@pytest.mark.parametrize("seed", range(3))
def test_medians_are_the_engines_own(log: Log, seed: int) -> None:
    """Typical orders and gaps come from sorted rows, and equal the plain median to the last digit."""
    rng = np.random.default_rng(seed)
    lines = [
        {
            "customer": f"c{rng.integers(9)}",
            "date": datetime(2024, 1, 1) + timedelta(days=int(rng.integers(90))),  # noqa: DTZ001
            "amount": Decimal(int(rng.integers(-2_000, 9_000))) / 1_000,
            "order_id": f"o{place // 2}",
        }
        for place in range(60)
    ]
    orders = log(lines)
    built = measure(orders, None).table.set_index("customer_id")
    plain = orders.connection.execute(
        f"""WITH placed AS (
                SELECT customer, CAST(max(date) FILTER (amount > 0) AS DATE) AS day,
                       coalesce(sum(amount) FILTER (amount > 0), 0) AS bought
                FROM {orders.table} GROUP BY customer, order_id),
            gaps AS (
                SELECT customer, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS gap
                FROM (SELECT DISTINCT customer, day FROM placed WHERE day IS NOT NULL))
            SELECT customer, median(CAST(bought AS DOUBLE)) FILTER (day IS NOT NULL),
                   (SELECT CAST(median(gap) AS DOUBLE) FROM gaps WHERE gaps.customer = placed.customer)
            FROM placed GROUP BY customer HAVING count(day) > 0 ORDER BY customer"""
    ).fetchall()
    assert built.index.tolist() == [row[0] for row in plain]
    assert built["typical_order"].tolist() == [row[1] for row in plain]
    assert built["typical_gap_days"].fillna(-1).tolist() == [-1 if row[2] is None else row[2] for row in plain]
