"""A process that looks at an upload: run as a module with its folder, it writes ``checked.json`` there."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from segmentry.check import Checked, check
from segmentry.data import ColumnLook, ReadOptions, glimpse
from segmentry.errors import DataError, SegmentryError
from segmentry.files import write_text
from segmentry.plain import Plain, to_plain
from segmentry.recipe import Recipe
from segmentry.web.background.limits import CHECK_MEMORY, CHECK_SECONDS, hold
from segmentry.web.background.uploads import Upload, Uploads

__all__ = ["CHECKED", "looked", "main", "refused"]

CHECKED = "checked.json"


def main(arguments: list[str]) -> None:
    """Look at an upload under limits."""
    hold(CHECK_MEMORY, CHECK_SECONDS)
    folder = Path(arguments[0])
    upload = Uploads(folder.parent.parent).find(folder.name)
    write_text(folder / CHECKED, json.dumps(looked(upload), ensure_ascii=False))


def looked(upload: Upload) -> dict[str, Any]:
    """Read an upload as its answers say, and write down all that the page shows.

    Parameters
    ----------
    upload : Upload
        The process runs in its folder, so that messages name files shortly.
    """
    try:
        recipe = Recipe().having(**reading(upload.answers))
        found = check(list(upload.sources), list(upload.customers) or None, recipe=recipe)
    except SegmentryError as error:
        return refused(upload, error) | _columns(upload, ReadOptions())
    loaded = None if found.look is None else found.look.loaded
    measures = found.measures
    span = None if loaded is None or loaded.orders is None else (loaded.orders.first, loaded.orders.last)
    said: dict[str, Any] = {
        "answers": upload.answers,
        "kind": None if found.look is None else found.look.kind,
        "rows": None if loaded is None else to_plain(loaded.rows),
        "span": to_plain(span),
        "customers": None if measures is None else len(measures.table),
        "as_of": None if measures is None else to_plain(measures.as_of),
        "findings": to_plain(found.findings),
        "measures": [] if measures is None else to_plain(measures.columns),
        "sheets": _sheets(upload),
    }
    return said | _columns(upload, recipe.read, found)


def reading(answers: dict[str, str]) -> dict[str, object]:
    """Give the answers as options: yes and no as such.

    Examples
    --------
    >>> reading({"date": "day", "dayfirst": "yes"})
    {'date': 'day', 'dayfirst': True}
    """
    return {name: {"yes": True, "no": False}.get(value, value) if name in FLAGS else value
            for name, value in answers.items()}  # fmt: skip


FLAGS = ("dayfirst", "no_amount", "no_header")


def refused(upload: Upload, error: SegmentryError) -> dict[str, Any]:
    """Write down why an upload could not even be looked at."""
    finding = {"grade": "must fix", "code": "unreadable", "count": 1, "what": error.what}
    finding |= {"evidence": list(error.evidence), "way_out": error.way_out}
    nothing = dict.fromkeys(("kind", "rows", "span", "customers", "as_of"))
    empty: dict[str, Any] = {"measures": [], "sheets": [], "columns": [], "beside": []}
    return {"answers": upload.answers, "findings": [finding]} | nothing | empty


def _columns(upload: Upload, options: ReadOptions, found: Checked | None = None) -> dict[str, Any]:
    """Write the columns of both files, with what is wrong in each."""
    look = None if found is None else found.look
    problems = {} if look is None else _problems(look.loaded.rejects)
    asked = "" if found is None else " ".join(finding.what for finding in found.graded("must fix"))
    main = look.columns if look is not None else _glimpse(upload.sources, options)
    beside = _glimpse(upload.customers, options)
    written = [
        asdict(column) | {"problem": problems.get(column.name) or (asked if f" {column.name} of " in asked else "")}
        for column in main
    ]
    return {"columns": written, "beside": [column.name for column in beside]}


def _glimpse(sources: tuple[str, ...], options: ReadOptions) -> tuple[ColumnLook, ...]:
    try:
        return glimpse(list(sources), options) if sources else ()
    except DataError:  # said already, by the check
        return ()


def _problems(rejects: pd.DataFrame) -> dict[str, str]:
    """Say of each column for how many rows it was refused, and why."""
    said: dict[str, list[str]] = {}
    for (column, reason), rows in rejects.groupby(["column", "reason"], sort=True):
        said.setdefault(str(column), []).append(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}: {reason}")
    return {column: "; ".join(reasons) for column, reasons in said.items()}


def _sheets(upload: Upload) -> list[Plain]:
    """Name the sheets of a workbook; none of another file."""
    import python_calamine  # noqa: PLC0415 - most uploads are no workbooks

    if not upload.sources or ".xls" not in upload.sources[0]:
        return []
    try:
        return list(python_calamine.CalamineWorkbook.from_path(upload.sources[0]).sheet_names)
    except (python_calamine.CalamineError, OSError, ValueError):
        return []


if __name__ == "__main__":
    main(sys.argv[1:])
