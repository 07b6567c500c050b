"""The schema and the check say the same."""

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentry.errors import DataError, SegmentryError
from segmentry.exchange import MOST_ROWS, Exchange, answer, answer_schema, input_schema

DAYS = [
    "2026-06-30",
    "2024-02-29",
    "2023-02-29",
    "2100-02-29",
    "2000-02-29",
    "2026-04-31",
    "2026-13-01",
    "1899-12-31",
    "2026-01-32",
]
MOMENTS = [
    "2026-06-30T14:05:00",
    "2026-06-30 14:05",
    "2026-06-30T14:05:00.123456Z",
    "2026-06-30T24:00:00",
    "2026-06-30T14:05:00+02:00",
    "2026-06-30T14:05:00+0200",
    "20260630",
    "30.06.2026",
    " 2026-06-30",
]
NUMBERS = [0, 1, -1, 0.0, -0.0, 1.0, 12.5, 1.7e308, 5e-324, 2**63, 2**64, 10**308, 10**309, 10**400, -(10**400)]
TEXTS = [
    "",
    " ",
    "a",
    "gold",
    "12.5",
    "true",
    "x" * 999,
    "x" * 1_000,
    "x" * 1_001,
    "𝄞" * 1_000,
    "𝄞" * 1_001,
    "\x00",
    "\u00a0",
]
OTHERS = [None, True, False, [], {}, [1], {"a": 1}, ["gold"]]
VALUES = [*NUMBERS, *TEXTS, *OTHERS, *DAYS, *MOMENTS]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner)
)
HOW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)


VALIDATORS: dict[str, jsonschema.Draft202012Validator] = {}


@pytest.fixture(autouse=True)
def validators(people: Exchange, shop: Exchange) -> None:
    """Make each schema's validator once."""
    for exchange in (people, shop):
        if exchange.model.summary.run not in VALIDATORS:
            schema = jsonschema.Draft202012Validator(input_schema(exchange.model))
            VALIDATORS[exchange.model.summary.run] = schema


def agree(exchange: Exchange, asked: Any) -> bool:
    """Say whether a request is taken; fail where schema and check differ."""
    schema = VALIDATORS[exchange.model.summary.run]
    try:
        exchange.check(asked)
    except SegmentryError:
        taken = False
    else:
        taken = True
    assert taken == schema.is_valid(asked), asked
    return taken


def changed(exchange: Exchange, data: st.DataObject) -> Any:
    """Take an example, and change it in up to three places: another value, a field more, or a field less."""
    asked = copy.deepcopy(data.draw(st.sampled_from(input_schema(exchange.model)["examples"])))
    for _ in range(data.draw(st.integers(0, 3))):
        rows = asked.get("customers", asked.get("orders"))
        place = data.draw(st.sampled_from([asked, rows[-1]])) if rows and isinstance(rows[-1], dict) else asked
        name = data.draw(st.sampled_from([*place, "customer_id", "as_of", "more"]))
        how = data.draw(st.sampled_from(["other", "other", "less", "again"]))
        if how == "less":
            place.pop(name, None)
        elif how == "again" and rows:
            rows.append(copy.deepcopy(rows[0]))
        else:
            place[name] = data.draw(SCALARS if place is not asked else ANYTHING)
        if not isinstance(asked.get("customers", asked.get("orders")), list):
            break
    return asked


@HOW
@given(data=st.data())
def test_schema_and_check_agree_about_customers(people: Exchange, data: st.DataObject) -> None:
    """What the schema takes the check takes, and nothing else."""
    agree(people, changed(people, data))


@HOW
@given(data=st.data())
def test_schema_and_check_agree_about_orders(shop: Exchange, data: st.DataObject) -> None:
    """The same of orders, and of both ways to ask."""
    agree(shop, changed(shop, data))


@settings(HOW, max_examples=20)
@given(asked=ANYTHING)
def test_schema_and_check_agree_about_anything(shop: Exchange, asked: Any) -> None:
    """The same of JSON that is no request at all."""
    agree(shop, asked)


@pytest.mark.parametrize("of", ["people", "shop"])
def test_schema_and_check_agree_about_every_value(of: str, request: pytest.FixtureRequest) -> None:
    """In every field, every kind of value is taken by both or by neither, days that don't exist among them."""
    exchange = request.getfixturevalue(of)
    taken = {}
    for example in input_schema(exchange.model)["examples"]:
        (rows,) = (part for part in example.values() if isinstance(part, list))
        for place in (rows[-1], example):
            for name in [*place, "customer_id", "as_of", "more"]:
                before = dict(place)
                for value in VALUES:
                    place[name] = value
                    taken[name, repr(value)] = agree(exchange, example)
                place.clear()
                place.update(before)
    known = "spend" if of == "people" else "paid"
    assert [taken[known, repr(value)] for value in (12.5, 10**308, 10**309, True, "12.5", [1])] == [True] * 2 + [
        False
    ] * 4
    if of == "shop":
        days = [day for day in [*DAYS, *MOMENTS] if taken["when", repr(day)]]
        assert days == ["2026-06-30", "2024-02-29", "2000-02-29", *MOMENTS[:3], MOMENTS[4]]


def test_both_bound_the_rows(people: Exchange) -> None:
    """One row at least, and no more than the bound."""
    listed = input_schema(people.model)["properties"]["customers"]
    (row,) = input_schema(people.model)["examples"][0]["customers"]
    assert (listed["minItems"], listed["maxItems"]) == (1, MOST_ROWS)
    assert not agree(people, {"customers": []})
    assert len(people.check({"customers": [row] * MOST_ROWS})) == MOST_ROWS
    with pytest.raises(DataError, match=f"1 to {MOST_ROWS:,} rows"):
        people.check({"customers": [row] * (MOST_ROWS + 1)})


def test_examples_work_and_answers_keep_their_schema(people: Exchange, shop: Exchange) -> None:
    """Every example of a schema is answered, and the answer is as its own schema says."""
    for exchange in (people, shop):
        schema = input_schema(exchange.model)
        jsonschema.Draft202012Validator.check_schema(schema)
        for example in schema["examples"]:
            assert agree(exchange, example)
            jsonschema.validate(answer(exchange.model, example), answer_schema())
    assert len(input_schema(shop.model)["examples"]) == 2
