"""A sheet is read in a process of its own: what brings that down is an error here, and nothing is lost on the way."""

import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from segmentry.data import read_excel, sheet_process
from segmentry.data.limits import MATTERS_BYTES
from segmentry.errors import ReadError


def _book(path: Path, cells: dict[tuple[int, int], Any]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        for (row, column), cell in cells.items():
            sheet.write(row, column, cell)
    return path


HEAD = {(0, 0): "customer_id", (0, 1): "order_date", (0, 2): "amount", (1, 0): "a", (1, 1): "2024-01-01", (1, 2): 1}


def test_a_far_cell_costs_no_memory_here(read: Any, tmp_path: Path) -> None:
    """A cell in the last corner would need 500 GB: the parser is stopped, and the caller gets a sentence."""
    path = _book(tmp_path / "far.xlsx", HEAD | {(1_048_575, 16_383): 1})
    assert path.stat().st_size < 10_000
    with pytest.raises(ReadError, match="can't be read as an Excel workbook"):
        read(path)


def test_a_sheet_of_too_many_cells_is_refused(read: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Empty cells within a sheet's corners count, since they are laid out."""
    monkeypatch.setattr("segmentry.data.read_excel.SHEET_CELLS", 100)
    with pytest.raises(ReadError, match="has 120 cells"):
        read(_book(tmp_path / "tall.xlsx", HEAD | {(39, 0): "b"}))


def test_a_workbook_that_grows_too_much_is_refused(read: Any, tmp_path: Path) -> None:
    """A part that unpacks to more than 100 times the workbook's size is never parsed."""
    path = _book(tmp_path / "bomb.xlsx", HEAD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings2.xml", bytes(MATTERS_BYTES + 1))
    with pytest.raises(ReadError, match="grows more than 100 times"):
        read(path)


def test_a_process_that_ends_badly_is_an_error(read: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """A program that can't start, hangs, or leaves no answer is named as that."""
    path = _book(tmp_path / "a.xlsx", HEAD)

    def hangs(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("x", 1)

    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(ReadError, match="can't start"):
        read(path)
    monkeypatch.setattr("sys.executable", "true")
    with pytest.raises(ReadError, match="no Excel workbook"):
        read(path)
    monkeypatch.setattr("subprocess.run", hangs)
    with pytest.raises(ReadError, match="takes too long"):
        read(path)


def test_every_kind_of_cell_comes_through(read: Any, tmp_path: Path) -> None:
    """Text of any letters, numbers, dates, times, yes and no are the same on both sides."""
    cells: list[Any] = ['é \u2028 😀\n"', 0.1, 12345678901234, True, datetime(2024, 1, 31, 12, 30)]  # noqa: DTZ001
    path = _book(
        tmp_path / "a.xlsx",
        {(0, place): f"n{place}" for place in range(5)}
        | {(row, place): cell for row in (1, 2) for place, cell in enumerate(cells)},
    )
    table = read(path).table
    assert table["n0"].tolist() == ['é \u2028 😀\n"'] * 2
    assert table["n1"].tolist() == [0.1] * 2
    assert table["n2"].tolist() == [12345678901234.0] * 2
    assert table["n3"].tolist() == ["True"] * 2
    assert table["n4"].tolist() == [datetime(2024, 1, 31, 12, 30)] * 2  # noqa: DTZ001


@pytest.mark.parametrize("cell", [date(2024, 1, 31), time(12, 30, 1), timedelta(days=1, seconds=5), datetime(1, 1, 1)])  # noqa: DTZ001
def test_what_json_lacks_is_coded(cell: Any) -> None:
    """Dates, times and spans are written as text and read as what they were."""
    assert read_excel._decoded(sheet_process._coded(cell)) == cell
