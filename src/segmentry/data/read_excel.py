"""Excel workbooks into a raw table: one sheet, its first filled row the header."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentry.data import sheet_process
from segmentry.data.limits import SHEET_BYTES, SHEET_CELLS, SHEET_MEMORY, SHEET_SECONDS, Meter, refuse_columns
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Part
from segmentry.data.read_typed import from_pandas
from segmentry.data.sources import Given
from segmentry.errors import AmbiguousError, ColumnError, ReadError
from segmentry.files import DAMAGED_ARCHIVE

__all__ = ["read_excel"]

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def read_excel(
    connection: duckdb.DuckDBPyConnection,
    source: Given,
    options: ReadOptions,
    table: str,
    copy_path: Callable[[], Path],
) -> Part:
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
    copy_path : callable
        Gives a new path for a temporary file; the caller removes it.

    Returns
    -------
    Part
        Its lines are the sheet's rows, from 1.

    Raises
    ------
    ReadError
        If the workbook is damaged or too large, or the sheet holds no rows.
    AmbiguousError
        If several sheets hold data and none was named.
    ColumnError
        If there is no sheet of that name.
    """
    assert source.path is not None
    content = source.path.read_bytes()
    _refuse_bomb(source)
    chosen, cells = _cells(source, options.sheet, copy_path())
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


def _refuse_bomb(source: Given) -> None:
    """Unpack a workbook's parts into nothing, to count their bytes; what is damaged is left for the parser to name."""
    assert source.path is not None
    meter = Meter(source.name, source.path.stat().st_size, SHEET_BYTES)
    with suppress(*DAMAGED_ARCHIVE), zipfile.ZipFile(source.path) as archive:
        for member in archive.infolist():
            with archive.open(member) as part:
                while piece := part.read(1 << 20):
                    meter.count(len(piece))


def _cells(source: Given, wanted: str | None, answer: Path) -> tuple[str, list[list[Cell]]]:
    """Read the sheet that was asked for, or the only one that holds data, in a process of its own."""
    name = source.name
    _in_a_process(source, wanted, answer)
    with answer.open(encoding="utf-8", errors="surrogatepass") as lines:
        found = json.loads(next(lines, '{"error": "it makes the reading program stop"}'))
        if found["error"] is not None:
            raise ReadError(f"{name} is no Excel workbook we can read", [found["error"]])
        if wanted is not None and wanted not in found["names"]:
            raise ColumnError(f"{name} has no sheet {wanted!r}", [f"its sheets: {', '.join(found['names'])}"])
        if not found["filled"]:
            raise ReadError(f"{name} has no sheet that holds data")
        if len(found["filled"]) > 1:
            raise AmbiguousError(
                f"{name} has {len(found['filled'])} sheets that hold data",
                [f"its sheets: {', '.join(found['filled'])}"],
                f"--sheet '{found['filled'][0]}'",
            )
        if found["cells"] > SHEET_CELLS:
            raise ReadError(
                f"sheet {found['filled'][0]!r} of {name} has {found['cells']:,} cells",
                [f"at most {SHEET_CELLS:,} are read, empty ones included"],
                "save it as CSV",
            )
        return found["filled"][0], [json.loads(line, object_hook=_decoded) for line in lines]


def _in_a_process(source: Given, sheet: str | None, answer: Path) -> None:
    """Run the program that reads a sheet; whatever stops it leaves no answer."""
    limits = [str(limit) for limit in (SHEET_MEMORY, SHEET_SECONDS, SHEET_CELLS)]
    arguments = [str(source.path), str(answer), *limits, *([] if sheet is None else [sheet])]
    # -P: the program's own folder holds modules named like Python's, and must not come before them.
    command = [sys.executable, "-P", str(Path(sheet_process.__file__)), *arguments]
    paths = os.pathsep.join(filter(None, sys.path))
    answer.touch()
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, and no shell
            command,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": paths}, timeout=SHEET_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ReadError(
            f"{source.name} takes too long to read", [f"more than {SHEET_SECONDS} seconds"], "save it as CSV"
        ) from error
    except (OSError, ValueError) as error:
        raise ReadError(f"can't start the program that reads {source.name}", [str(error)[:200]]) from error
    if ended.returncode:
        raise ReadError(
            f"{source.name} can't be read as an Excel workbook",
            [f"it is damaged, or its sheet needs more than {SHEET_MEMORY >> 20:,} MB of memory"],
            "save it as CSV",
        )


_DECODERS: dict[str, Callable[[Any], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}


def _decoded(coded: dict[str, Any]) -> Cell:
    """Read what was coded for want of a word in JSON."""
    kind, text = next(iter(coded.items()))
    return _DECODERS[kind](text)


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
