"""Parquet, Excel and frames: types are kept, ids become text without loss, and every library gives the same."""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter

from segmentry.errors import AmbiguousError, ColumnError, ReadError, UsageError

N = 40
CONTENT: dict[str, list[Any]] = {
    "customer_id": [f"C{place % 7}" for place in range(N)],
    "order_date": [datetime(2024, 1, 1) + timedelta(days=3 * place) for place in range(N)],  # noqa: DTZ001
    "amount": [round(1.1 * place - 3, 2) for place in range(N)],
    "note": ["x", None] * (N // 2),
}
FRAMES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(CONTENT),
    "pandas with an index": lambda: pd.DataFrame(CONTENT).set_index("customer_id"),
    "pandas with categories": lambda: pd.DataFrame(CONTENT).astype({"customer_id": "category"}),
    "pandas with dates": lambda: pd.DataFrame(CONTENT).assign(order_date=[day.date() for day in CONTENT["order_date"]]),
    "pandas with a time zone": lambda: pd.DataFrame(CONTENT).assign(
        order_date=lambda table: table["order_date"].dt.tz_localize("Europe/Berlin")
    ),
    "polars": lambda: pl.DataFrame(CONTENT),
    "polars, lazy": lambda: pl.DataFrame(CONTENT).lazy(),
    "polars with a time zone": lambda: pl.DataFrame(CONTENT).with_columns(
        pl.col("order_date").dt.replace_time_zone("Europe/Berlin")
    ),
    "arrow": lambda: pa.table(CONTENT),
    "arrow reader": lambda: pa.table(CONTENT).to_reader(),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES.keys())
def test_every_kind_of_frame_gives_the_same(read: Any, make: Callable[[], Any]) -> None:
    """The same content gives the same orders and the same fingerprint, whichever library holds it."""
    plain = read(FRAMES["pandas"]())
    found = read(make())
    assert found.lines("customer, date, amount") == plain.lines("customer, date, amount")
    assert found.attributes("note") == plain.attributes("note")
    assert found.loaded.fingerprint == plain.loaded.fingerprint
    assert found.loaded.sources == ("frame 1",)
    assert found.caveats == {"returns": 3}


def test_polars_needs_no_pyarrow(read: Any, monkeypatch: Any) -> None:
    """A polars frame is read where pyarrow can't be imported."""
    frame = pl.DataFrame(CONTENT)
    for name in [name for name in sys.modules if name.split(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert read(frame).counts == (N, N, 0)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([12346.0, 12347.0, np.nan], ["12346", "12347"]),
        ([9007199254740993, 9007199254740994, 9007199254740993], ["9007199254740993", "9007199254740994"] * 2),
        (["00123", "123", "NA"], ["00123", "123", "NA"]),
        ([1, "C2", 3.0], ["1", "C2", "3"]),
        (pd.array([1, None, 3], dtype="Int64"), ["1", "3"]),
        ([" a", "a ", "a"], ["a", "a", "a"]),
        ([1.5, 2.0, 3.0], ["1.5", "2", "3"]),
    ],
    ids=["float", "large", "text", "mixed", "nullable", "padded", "fractions"],
)
def test_ids_become_text_without_loss(read: Any, ids: Any, expected: list[str]) -> None:
    """Ids keep every digit, lose only an artificial .0, and nothing merges."""
    frame = pd.DataFrame(
        {"customer_id": ids, "order_date": ["2024-01-01"] * 3, "order_id": [1, 2, 3], "amount": [1] * 3}
    )
    assert [row[0] for row in read(frame).lines()] == expected[:3]


def test_amounts_that_are_not_finite_are_refused(read: Any) -> None:
    """Infinity, not-a-number and numbers out of range cost their rows; positions count from 1."""
    frame = pd.DataFrame(CONTENT)
    frame.loc[[0, 1, 2, 3], "amount"] = [np.inf, -np.inf, np.nan, 1e300]
    assert read(frame).refused == [
        (1, "amount is not a number"),
        (2, "amount is not a number"),
        (3, "no amount"),
        (4, "amount too large"),
    ]


@pytest.mark.parametrize(
    ("values", "total"),
    [([Decimal("0.10")] * N, 4.0), (np.full(N, 12.3, dtype=np.float32), 492.0), ([2] * N, 80.0), (["1,5"] * N, 60.0)],
    ids=["decimal", "float32", "whole", "text"],
)
def test_amounts_of_any_type_are_exact(read: Any, values: Any, total: float) -> None:
    """Sums have no rounding in them, whatever type held the amounts."""
    assert read(pd.DataFrame(CONTENT).assign(amount=values)).sql("SELECT sum(amount) FROM orders") == [(total,)]


def test_frames_that_are_no_order_log_are_refused_plainly(read: Any) -> None:
    """No rows, doubled names, twice the same frame, or no frame at all: each is said."""
    frame = pd.DataFrame(CONTENT)
    with pytest.raises(ReadError, match="no rows"):
        read(frame.iloc[:0])
    with pytest.raises(AmbiguousError, match="two columns named 'note'"):
        read(pd.concat([frame, frame[["note"]]], axis=1))
    with pytest.raises(UsageError, match="given twice"):
        read([frame, frame])
    with pytest.raises(ReadError, match="type int"):
        read([3])
    with pytest.raises(UsageError, match="no file or frame"):
        read([])


def test_parquet_keeps_its_types(read: Any, tmp_path: Path) -> None:
    """A Parquet file gives what its frame gives, and its fingerprint is that of its bytes."""
    path = tmp_path / "orders[1].parquet"
    pyarrow.parquet.write_table(pa.table(CONTENT), path)
    found = read(path)
    assert found.lines("customer, date, amount") == read(pd.DataFrame(CONTENT)).lines("customer, date, amount")
    assert found.loaded.sources == (str(path),)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ReadError, match="no Parquet file"):
        read(path)


def _workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


ROWS: list[list[Any]] = [
    ["customer_id", "order_date", "amount", "note"],
    [12346, date(2024, 1, 31), 10.5, "x"],
    [],
    ["00123", date(2024, 2, 29), -3, True],
    [12346, date(2024, 3, 1), "n/a", 7],
]


def test_a_workbook_is_read_with_its_types_and_its_lines(read: Any, tmp_path: Path) -> None:
    """Whole numbers are ids without .0, dates are dates, empty rows are none, and lines are the sheet's."""
    found = read(_workbook(tmp_path / "orders.xlsx", ROWS, []))
    assert found.lines("customer, CAST(date AS DATE), amount") == [
        ("12346", date(2024, 1, 31), 10.5),
        ("00123", date(2024, 2, 29), -3.0),
    ]
    assert found.refused == [(5, "amount is not a number")]
    assert found.attributes("note") == [("True",), ("x",)]


def test_several_sheets_are_asked_about(read: Any, tmp_path: Path) -> None:
    """Of several filled sheets one must be named; a name that isn't there lists those that are."""
    path = _workbook(tmp_path / "orders.xlsx", ROWS, ROWS[:2])
    with pytest.raises(AmbiguousError, match="2 sheets") as caught:
        read(path)
    assert caught.value.way_out == "--sheet 'Sheet1'"
    assert read(path, sheet="Sheet2").counts == (1, 1, 0)
    with pytest.raises(ColumnError, match="no sheet 'x'"):
        read(path, sheet="x")
    with pytest.raises(ReadError, match="no filled cell"):
        read(_workbook(tmp_path / "blank.xlsx", ROWS, []), sheet="Sheet2")


def test_a_damaged_workbook_is_refused(read: Any, tmp_path: Path) -> None:
    """A workbook that was cut off says so."""
    path = _workbook(tmp_path / "orders.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ReadError, match=r"damaged|no Excel workbook"):
        read(path)
