"""Excel workbooks into a raw table: one sheet, its first filled row the header."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pandas as pd
import python_calamine
from numpy.typing import NDArray

from segmentry.data.limits import refuse_columns
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Part
from segmentry.data.read_typed import from_pandas
from segmentry.data.sources import Given
from segmentry.errors import AmbiguousError, ColumnError, ReadError

__all__ = ["read_excel"]

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def read_excel(connection: duckdb.DuckDBPyConnection, source: Given, options: ReadOptions, table: str) -> Part:
    """Read one sheet of a workbook into a table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    source : Given
        A workbook (.xlsx, .xlsm, .xlsb or .xls).
    options : ReadOptions
        ``sheet`` says which sheet, where more than one holds data; ``no_header`` that its first row is data.
    table : str
        The table's name; its columns are ``c0``, ``c1``….

    Returns
    -------
    Part
        Its lines are the sheet's rows, from 1.

    Raises
    ------
    ReadError
        If the workbook is damaged, or the sheet holds no rows.
    AmbiguousError
        If several sheets hold data and none was named.
    ColumnError
        If there is no sheet of that name.
    """
    assert source.path is not None
    content = source.path.read_bytes()
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(source.path))
        chosen = _sheet(source.name, book, options.sheet)
        cells: list[list[Cell]] = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ReadError(f"{source.name} is no Excel workbook we can read", [str(error)[:200]]) from error
    filled = [place for place, row in enumerate(cells) if any(_is_filled(cell) for cell in row)]
    head = 0 if options.no_header else 1
    if len(filled) < 1 + head:
        what = "a header and no rows" if filled else "no filled cell"
        raise ReadError(f"sheet {chosen!r} of {source.name} has {what}")
    header = cells[filled[0]]
    body = [cells[place] for place in filled[head:]]
    width = max(_width(header), *(_width(row) for row in body))
    refuse_columns(source.name, width)
    columns = [_column([row[place] for row in body]) for place in range(width)]
    if options.no_header:
        names = [f"column_{place}" for place in range(1, width + 1)]
    else:
        names = _names(source.name, [str(_plain(cell)).strip() for cell in header[:width]])
    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.columns = pd.Index(names)
    part = from_pandas(connection, source.name, frame, table, hashlib.sha256(content).hexdigest())
    lines = np.array(filled[head:], dtype=np.int64) + 1

    def on_sheet(row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return lines[row_numbers]

    return replace(part, lines=on_sheet)


def _sheet(name: str, book: python_calamine.CalamineWorkbook, wanted: str | None) -> str:
    """Choose the sheet that was asked for, or the only one that holds data."""
    if wanted is not None:
        if wanted in book.sheet_names:
            return wanted
        raise ColumnError(f"{name} has no sheet {wanted!r}", [f"its sheets: {', '.join(book.sheet_names)}"])
    filled = [sheet for sheet in book.sheet_names if _has_data(book, sheet)]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise ReadError(f"{name} has no sheet that holds data")
    raise AmbiguousError(
        f"{name} has {len(filled)} sheets that hold data",
        [f"its sheets: {', '.join(filled)}"],
        f"--sheet '{filled[0]}'",
    )


def _has_data(book: python_calamine.CalamineWorkbook, sheet: str) -> bool:
    """Tell whether a sheet has any cell; sheets of charts have none, or can't be read."""
    try:
        return book.get_sheet_by_name(sheet).total_height > 0
    except python_calamine.CalamineError:
        return False


def _is_filled(cell: Cell) -> bool:
    return not (isinstance(cell, str) and not cell.strip())


def _width(row: list[Cell]) -> int:
    """Count the cells up to the last filled one."""
    return max((place + 1 for place, cell in enumerate(row) if _is_filled(cell)), default=0)


def _names(name: str, names: list[str]) -> list[str]:
    """Name the unnamed columns by their place, refuse doubles."""
    shown = [column or f"column {place}" for place, column in enumerate(names, start=1)]
    doubles = sorted({column for column in shown if shown.count(column) > 1})
    if doubles:
        raise AmbiguousError(
            f"{name} has two columns named {doubles[0]!r}", [f"it has: {', '.join(shown[:30])}"], "rename one of them"
        )
    return shown


def _column(cells: list[Cell]) -> pd.Series:
    """Give a sheet's column one type: numbers, dates, or else text."""
    filled = [cell for cell in cells if _is_filled(cell)]
    if filled and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled):
        numbers = [float(cell) if _is_filled(cell) else np.nan for cell in cells]  # type: ignore[arg-type]
        return pd.Series(numbers, dtype="float64")
    if filled and all(isinstance(cell, date) for cell in filled):
        days = [cell if _is_filled(cell) else None for cell in cells]
        try:
            return pd.Series(pd.to_datetime(pd.Series(days, dtype=object)))
        except (ValueError, OverflowError):
            pass
    texts = [str(_plain(cell)) if _is_filled(cell) else None for cell in cells]
    return pd.Series(texts, dtype="str")


def _plain(cell: Cell) -> Any:
    """Write a cell of a mixed column as people see it: whole numbers without ``.0``."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return cell
