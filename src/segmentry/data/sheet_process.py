"""A program of its own that reads one sheet: a workbook can make its parser ask for any memory, and be stopped for it.

It is run as a file, imports nothing of ours, and writes lines of JSON: first what it found, then a list a row.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

__all__ = ["main", "report"]


def main(arguments: list[str]) -> None:
    """Read a sheet under limits.

    Parameters
    ----------
    arguments : list of str
        The workbook, the file to write, the most bytes of memory, seconds and cells, and perhaps the sheet's name.
    """
    source, target, memory, seconds, cells, *sheet = arguments
    _limit(int(memory), int(seconds))
    report(source, Path(target), int(cells), sheet[0] if sheet else None)


def _limit(memory: int, seconds: int) -> None:
    """Hold this process to memory and time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))


def report(source: str, target: Path, cells: int, sheet: str | None) -> None:
    """Write what a workbook holds, and the rows of one sheet.

    Parameters
    ----------
    source : str
        The workbook.
    target : Path
        Where the lines of JSON go: an object with ``names`` (of all sheets), ``filled`` (those that hold data, where no
        sheet was named), ``cells`` (of the sheet that was read, None where none was) and ``error``; then the rows.
    cells : int
        A sheet of more isn't written.
    sheet : str or None
        Which one; None where only one holds data.
    """
    found: dict[str, Any] = {"names": [], "filled": [], "cells": None, "error": None}
    rows: list[list[Any]] = []
    try:
        book = python_calamine.CalamineWorkbook.from_path(source)
        found["names"] = book.sheet_names
        found["filled"] = [name for name in book.sheet_names if _has_data(book, name)] if sheet is None else [sheet]
        if len(found["filled"]) == 1 and found["filled"][0] in book.sheet_names:
            area = book.get_sheet_by_name(found["filled"][0])
            found["cells"] = (area.total_height + 1) * (area.total_width + 1)  # they name the last, counted from 0
            if found["cells"] <= cells:
                rows = area.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        found["error"] = str(error)[:200] or type(error).__name__
    with target.open("w", encoding="utf-8", errors="surrogatepass") as lines:
        lines.write(json.dumps(found) + "\n")
        for row in rows:
            lines.write(json.dumps(row, default=_coded) + "\n")


def _has_data(book: python_calamine.CalamineWorkbook, sheet: str) -> bool:
    """Tell whether a sheet has any cell; sheets of charts have none, or can't be read."""
    try:
        return book.get_sheet_by_name(sheet).total_height > 0
    except python_calamine.CalamineError:
        return False


def _coded(cell: datetime | date | time | timedelta) -> dict[str, Any]:
    """Write what JSON has no word for."""
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    return {type(cell).__name__: cell.isoformat()}


if __name__ == "__main__":
    main(sys.argv[1:])
