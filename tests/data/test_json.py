"""JSON lines: flat objects, one a line; every digit is kept, and what is no row is refused with its line."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentry.data import limits
from segmentry.errors import ReadError

ROW = {"customer_id": "C1", "order_date": "2024-01-31", "amount": 10.5}


def _text(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_lines_that_are_no_flat_object_are_refused(write: Any, read: Any) -> None:
    """A broken line costs itself, blank lines count as lines, and each refusal says why."""
    text = _text(
        ROW, "", '{"customer_id": "C2"', ROW | {"customer_id": "C3"}, "[1]", "{}", '{"amount": 1, "amount": 2}',
        ROW | {"customer_id": None}, "[" * 100_000, ROW | {"customer_id": "C4"}, ROW | {"customer_id": "C5"},
        ROW | {"customer_id": "C6"}, ROW | {"note": "x" * limits.JSON_LINE_BYTES},
    )  # fmt: skip
    found = read(write(text))
    assert [row[0] for row in found.lines()] == ["C1", "C3", "C4", "C5", "C6"]
    assert found.refused == [
        (3, "no JSON object"), (5, "no JSON object"), (6, "an empty object"), (7, "a name that comes twice"),
        (8, "no customer"), (9, "no JSON object"), (13, "a line longer than 0.9 MB"),
    ]  # fmt: skip
    assert found.caveats == {"broken_lines": 6}


def test_names_may_come_late_and_values_may_nest(write: Any, read: Any) -> None:
    """A name that the first object lacks is a column all the same; a list within a row is its text, and counted."""
    found = read(
        write(_text(ROW, ROW | {"customer_id": "C2", "note": {"a": [1.50, "é", None, True]}}, {"z": "Ω"} | ROW))
    )
    assert found.attributes("customer, note, z") == [("C1", None, "Ω"), ("C2", '{"a":[1.5,"é",null,true]}', None)]
    assert found.caveats == {"nested_values": 1}
    assert found.roles == {"customer": "customer_id", "date": "order_date", "amount": "amount"}


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["9007199254740993", "9007199254740992"], ["9007199254740993", "9007199254740992"]),
        (["123456789012345678901234567890", "1"], ["123456789012345678901234567890", "1"]),
        (["12346.0", "12347.0"], ["12346", "12347"]),
        (['"00123"', "123"], ["00123", "123"]),
        (['"NA"', '"null"'], ["NA", "null"]),
        (['"\\ud800"', '"\\ud801"'], ["\\ud800", "\\ud801"]),
        (['"a\\u0000"', '"b"'], ["a", "b"]),
    ],
    ids=["large", "huge", "fractions", "mixed", "words", "half letters", "nul"],
)
def test_ids_keep_every_digit(write: Any, read: Any, ids: list[str], expected: list[str]) -> None:
    """Numbers are taken as they are written, and no two ids become one."""
    rows = [f'{{"customer_id": {id_}, "order_id": 1, "order_date": "2024-01-31", "amount": 1}}' for id_ in ids]
    assert [row[0] for row in read(write(_text(*rows))).lines()] == expected


def test_numbers_leave_no_decimal_mark_to_ask_about(write: Any, read: Any) -> None:
    """1.234 may be a thousand in a text file; a JSON number is what it says, and infinity is none."""
    rows = [f'{{"customer_id": "C1", "order_date": "2024-01-31", "amount": {amount}}}' for amount in ("1.234", "2.5e1")]
    assert read(write(_text(*rows))).lines("amount") == [(1.234,), (25.0,)]
    found = read(write(_text(rows[1], *(rows[1].replace("2.5e1", amount) for amount in ("NaN", "-Infinity", "1e999")))))
    assert [reason for _, reason in found.refused] == ["no amount", "amount is not a number", "amount is not a number"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_is_read(write: Any, read: Any, encoding: str) -> None:
    """A byte-order mark or another encoding changes nothing."""
    text = json.dumps(ROW | {"customer_id": "Zoë"}, ensure_ascii=False) + "\r\n"
    assert read(write(text, encoding=encoding)).lines() == [("Zoë", 10.5)]


@pytest.mark.parametrize("text", ['[{"a": 1}]', json.dumps(ROW, indent=1), "{\n", '{"a": 1}\n{"b"\nx\ny\n'])
def test_json_of_another_form_is_refused(write: Any, read: Any, text: str) -> None:
    """An array, an object over several lines, or mostly broken lines are named as what they are."""
    with pytest.raises(ReadError, match="JSON"):
        read(write(text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    notes=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8), min_size=1, max_size=8)
)
def test_any_text_comes_back(write: Any, read: Any, notes: list[str]) -> None:
    """What the json module writes is read back but for outer white space."""
    rows = [ROW | {"customer_id": f"c{place}", "note": f"<{note}>"} for place, note in enumerate(notes)]
    found = read(write(_text(*rows)))
    assert found.attributes("note") == [(row["note"],) for row in rows]
