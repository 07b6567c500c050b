"""Answers: what the model itself says, and which row and field breaks a request."""

from typing import Any

import pandas as pd
import pytest

from segmentry.errors import ColumnError, DataError, SegmentryError, UsageError
from segmentry.exchange import Exchange, answer, read_json, write_json
from segmentry.exchange.answers import FEW
from segmentry.score import score

SAID = ["customer_id", "segment", "name", "second", "margin", "fit", "unlike"]


def as_json(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Write a table's rows as a caller would: as JSON and back."""
    rows = [
        {
            name: None if pd.isna(value) else getattr(value, "item", lambda value=value: value)()
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]
    return list(read_json(write_json(rows)))


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 120])
def test_customers_are_answered_as_the_model_says(people: Exchange, customer_table: pd.DataFrame, count: int) -> None:
    """Few or many, the answer is that of SegmentModel.assign to the last digit, in the order of the request."""
    table = customer_table.head(count)
    found = people.answer({"customers": as_json(table)})
    expected = people.model.assign(table)[SAID].to_dict("records")
    assert found == {"model": "people", "assignments": expected}


@pytest.mark.parametrize("value", [2**70, 10**300, -(2**63), 1e-320, -0.0, 3])
def test_odd_numbers_are_answered_as_the_model_says(people: Exchange, value: float) -> None:
    """A number of any size and kind is the float that it stands for."""
    row = {"customer_id": "C", "spend": value, "visits": value, "plan": "gold", "news": 1}
    (expected,) = people.model.assign([row | {"spend": float(value), "visits": float(value)}]).to_dict("records")
    assert people.answer({"customers": [row]})["assignments"] == [expected]
    assert people.answer({"customers": [row] * (FEW + 1)})["assignments"] == [expected] * (FEW + 1)


def test_levels_may_be_numbers_where_the_source_had_them(people: Exchange) -> None:
    """A level written 1, 1.0 or "1" is one level."""
    row = {"spend": 20.0, "visits": 3, "plan": "basic"}
    asked = {"customers": [row | {"news": news} for news in (1, 1.0, "1")]}
    margins = {one["margin"] for one in people.answer(asked)["assignments"]}
    assert len(margins) == 1


def test_rows_without_an_id_are_numbered(people: Exchange) -> None:
    """Beside rows with ids, a row without one is known by its place."""
    row = {"spend": None, "visits": None, "plan": None, "news": None}
    asked = {"customers": [row, row | {"customer_id": "=cmd"}, row]}
    assert [one["customer_id"] for one in people.answer(asked)["assignments"]] == ["1", "=cmd", "3"]


def test_orders_are_answered_as_scoring_says(shop: Exchange, order_table: pd.DataFrame) -> None:
    """Lines of orders give what scoring their file gives, to the last digit, whatever else the file has."""
    table = order_table
    rows = as_json(table.drop(columns="note").assign(when=table["when"].dt.strftime("%Y-%m-%dT%H:%M:%S")))
    found = answer(shop.model, {"orders": rows, "as_of": "2025-12-31"})
    day = pd.Timestamp("2025-12-31").date()
    expected = score(shop.model, table, as_of=day)
    assert found["assignments"] == expected.table[SAID].to_dict("records")
    assert found["without_purchase"] == expected.without_purchase


def test_the_clock_counts_as_it_is_written(shop: Exchange) -> None:
    """An order late on a day stays on that day, whatever its time zone."""
    rows = [{"who": "K", "when": "2025-12-01T10:00", "paid": 20, "invoice": None}]
    last = ["2025-12-30T23:30:00-08:00", "2025-12-30T23:30:00Z", "2025-12-30 23:30", "2025-12-30"]
    answers = [
        shop.answer({"orders": [*rows, {"who": "K", "when": when, "paid": 9, "invoice": "N2"}], "as_of": "2025-12-31"})
        for when in last
    ]
    assert all(found == answers[0] for found in answers)


def test_a_customer_without_a_purchase_is_counted(shop: Exchange) -> None:
    """Who only returned, or bought after the day, gets no segment and is told of."""
    rows = [
        {"who": "K1", "when": "2025-12-01", "paid": 20, "invoice": "1"},
        {"who": "K2", "when": "2025-12-01", "paid": -20, "invoice": "2"},
    ]
    found = shop.answer({"orders": rows, "as_of": "2025-12-31"})
    assert [one["customer_id"] for one in found["assignments"]] == ["K1"]
    assert found["without_purchase"] == 1
    later = [{"who": who, "when": "2025-12-01", "paid": 20, "invoice": who} for who in ("K3", "K4")]
    assert shop.answer({"orders": rows + later, "as_of": "2025-11-30"}) == shop.answer(
        {"orders": [*later, *later[:1], *rows], "as_of": "2025-11-30"}
    )
    assert shop.answer({"orders": later, "as_of": "2025-11-30"}) == {
        "model": shop.model.summary.run, "assignments": [], "without_purchase": 2
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "error", "says"),
    [
        ({"spend": "12.5"}, DataError, "customers[1].spend must be a number or null, and is a text"),
        ({"spend": True}, DataError, "customers[1].spend must be a number or null, and is true or false"),
        ({"spend": [1]}, DataError, "customers[1].spend must be a number or null, and is a list"),
        ({"spend": 10**400}, DataError, "and is a number that is no finite one"),
        ({"visits": float("inf")}, DataError, "and is a number that is no finite one"),
        (
            {"plan": 3},
            DataError,
            "customers[1].plan must be a text of at most 1,000 characters or null, and is a number",
        ),
        ({"plan": "secret" * 200}, DataError, "and is a text of 1,200 characters"),
        ({"plan": "\ud800"}, DataError, "half a sign"),
        ({"news": True}, DataError, "customers[1].news must be"),
        ({"customer_id": 7}, DataError, "customers[1].customer_id must be a text"),
        ({"customer_id": None}, DataError, "customers[1].customer_id must be a text"),
        ({"income": 3}, ColumnError, "customers[1] has 'income', which is no field of customers"),
    ],
)
def test_a_wrong_value_is_told_by_row_and_field(
    people: Exchange, row: dict[str, Any], error: type[SegmentryError], says: str
) -> None:
    """The message says where and what is asked, and never the value."""
    right = {"customer_id": "C1", "spend": 1.0, "visits": 2, "plan": "gold", "news": 0}
    with pytest.raises(error) as refused:
        people.answer({"customers": [right, right | row, right]})
    assert says in str(refused.value)
    assert "secret" not in str(refused.value)


def test_several_wrong_values_are_told_at_once(people: Exchange) -> None:
    """The first faults of a request are told together, and not all of a thousand."""
    row = {"spend": "a", "visits": "b", "plan": None, "news": None}
    with pytest.raises(DataError) as refused:
        people.answer({"customers": [row] * 1_000})
    assert refused.value.what.startswith("customers[0].spend")
    assert [line.split(" ")[0] for line in refused.value.evidence] == [
        "customers[0].visits",
        "customers[1].spend",
        "customers[1].visits",
        "customers[2].spend",
    ]


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ([], DataError, "a request is an object, not a list"),
        ({}, UsageError, "no 'customers'"),
        ({"customers": []}, DataError, "1 to 10,000 rows, and has 0"),
        ({"customers": {}}, DataError, "customers must be a list, and is an object"),
        ({"customers": [3]}, DataError, "customers[0] must be an object, and is a number"),
        ({"customers": [{}]}, ColumnError, "customers[0] lacks 'spend', 'visits', 'plan', 'news'"),
        ({"customers": [{}], "model": "x"}, UsageError, "'model', which is no part of it"),
        ({"orders": [{}], "as_of": "2026-06-30"}, UsageError, "can't be asked by orders alone"),
    ],
)
def test_what_is_no_request_is_told(people: Exchange, asked: object, error: type[SegmentryError], says: str) -> None:
    """What breaks a request as a whole is said, with the way to ask."""
    with pytest.raises(error) as refused:
        people.answer(asked)
    assert says in str(refused.value)
    assert refused.value.way_out


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"orders": [{"who": "K"}], "as_of": "2025-12-31"}, "orders[0] lacks 'when', 'paid', 'invoice'"),
        ({"orders": [], "as_of": "2025-12-31"}, "1 to 10,000 rows"),
        ({"orders": []}, "no 'as_of'"),
        ({"orders": [], "as_of": "yesterday"}, "as_of must be a day"),
    ],
)
def test_orders_that_break_the_form_are_told(shop: Exchange, asked: dict[str, Any], says: str) -> None:
    """Orders are held to the columns of the model's own source, and to a day."""
    with pytest.raises(SegmentryError, match=says.replace("[", r"\[")):
        shop.answer(asked)


def test_an_order_that_the_reader_refuses_refuses_the_request(shop: Exchange) -> None:
    """No line is dropped in silence: an order of the future is told by its row."""
    rows = [{"who": "K", "when": when, "paid": 20, "invoice": "1"} for when in ("2025-12-01", "2999-01-01")]
    with pytest.raises(DataError) as refused:
        shop.answer({"orders": rows, "as_of": "2025-12-31"})
    assert refused.value.what.startswith("orders[1].when can't be used")
    assert "2999" not in str(refused.value)
    for day in ("2025-12-31", "2999-12-31"):
        with pytest.raises(DataError, match="these orders can't be used") as refused:
            shop.answer({"orders": rows[1:], "as_of": day})
        assert "in the future" in str(refused.value)
        assert "--" not in str(refused.value)
