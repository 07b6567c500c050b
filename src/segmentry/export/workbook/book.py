"""A workbook and its sheets: text stays text, numbers stay numbers, and tables look alike everywhere.

Text is only ever written as text: a cell that begins with ``=`` is no formula, ``00123`` no number, an address no link.
What a spreadsheet would take for a formula if somebody edits the cell carries Excel's own mark for text (the apostrophe
that people type), so that the value stays what it is.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from segmentry.export.lists import FORMULA_STARTS
from segmentry.export.workbook.numbers import DAY, fitting
from segmentry.export.workbook.wrapping import lines_of
from segmentry.figures.palette import colours

__all__ = ["Book", "Cell", "Column", "Sheet", "Spot", "Value", "readable"]

LONGEST = 32_767
"""UTF-16 units of a cell's text."""
LINE = 15.0
"""Points of one line's height."""
A4 = 9
PADDING = 5 / 7
"""Characters of a column beside those of its width."""
BUTTON = 2.0
"""Characters of a head that its button to filter covers."""

Value = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a look of its own.

    Parameters
    ----------
    value : str, number, datetime.date or None
        None, and a number that isn't finite, leave the cell blank.
    form : str, default ""
        The number format; "" for the column's.
    fill : str, default ""
        The ground's colour.
    to : str, default ""
        The sheet that a click leads to.
    bold : bool, default False
        Whether it stands out.
    edge : str, default ""
        The colour of a thick left edge: what marks a segment.
    """

    value: Value
    form: str = ""
    fill: str = ""
    to: str = ""
    bold: bool = False
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title : str
        Its head; of two alike the second gets a number.
    width : float
        In characters.
    form : str, default ""
        The number format of its cells; ``"@"`` for text that looks like numbers.
    wraps : bool, default False
        Whether long text takes several lines.
    """

    title: str
    width: float
    form: str = ""
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a table's rows lie: the first and the last row, and the first column, from 0."""

    first: int
    last: int
    left: int


class Book:
    """A workbook in memory.

    Parameters
    ----------
    title, author, about : str
        What the document's properties say.
    created : datetime.datetime
        When the run was made: the same run gives the same bytes.
    """

    def __init__(self, title: str, author: str, about: str, created: datetime) -> None:
        self._memory = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self.file = xlsxwriter.Workbook(self._memory, options)
        self.file.set_properties(
            {
                "title": readable(title),
                "subject": "Customer segments",
                "author": readable(author),
                "company": readable(author),
                "comments": readable(about),
                "created": created.replace(tzinfo=None),
            }
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, name: str, colour: str = "") -> "Sheet":
        """Add a sheet, whose name is legal already; ``colour`` is its tab's."""
        found = self.file.add_worksheet(name)
        if colour:
            found.set_tab_color(colour)
        return Sheet(self, found, name)

    def look(self, **properties: Any) -> Any:
        """Give the format with these properties: one of each."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format({"valign": "top", "font_color": colours()["ink"], **properties})
        return self._formats[key]

    def to_bytes(self) -> bytes:
        """Finish it."""
        self.file.close()
        return self._memory.getvalue()


class Sheet:
    """A sheet that is written from top to bottom; ``row`` is the next one, from 0."""

    def __init__(self, book: Book, file: Any, name: str) -> None:
        self.book, self.file, self.name = book, file, name
        self.row = 0
        self._widths: dict[int, float] = {}
        file.hide_gridlines(2)

    def title(self, text: str, edge: str = "") -> None:
        """Write the heading of the sheet."""
        look = {"bold": True, "font_size": 16, "valign": "vcenter"}
        if edge:
            look |= {"left": 5, "left_color": edge, "indent": 1}
        self.file.set_row(self.row, 26)
        self._text(self.row, 0, text, look)
        self.row += 1

    def heading(self, text: str) -> None:
        """Write a heading, after a blank row."""
        self.row += 1
        self._text(self.row, 0, text, {"bold": True, "font_size": 12})
        self.row += 1

    def paragraph(self, text: str, columns: int, *, quiet: bool = False, bold: bool = False) -> None:
        """Write text across so many columns, as high as it needs to be."""
        if not text:
            return
        look = self.book.look(
            text_wrap=True, bold=bold, **({"font_color": colours()["ink-2"], "italic": False} if quiet else {})
        )
        room = sum(self._widths.get(column, 8.43) + PADDING for column in range(columns)) - PADDING
        self.file.merge_range(self.row, 0, self.row, columns - 1, "", look)
        self._text_as(self.row, 0, text, look)
        self._height(self.row, [lines_of(text, room, bold=bold)])
        self.row += 1

    def gap(self) -> None:
        """Leave half a line free."""
        self.file.set_row(self.row, LINE / 2)
        self.row += 1

    def widths(self, *widths: float) -> None:
        """Set the columns' widths in characters, from the first."""
        for column, width in enumerate(widths):
            self._widths[column] = width
            self.file.set_column(column, column, width)

    def fact(self, name: str, cell: Cell, note: str = "") -> None:
        """Write a named figure, and what is to be said beside it."""
        self._text(self.row, 0, name, {"font_color": colours()["ink-2"]})
        self._write(self.row, 1, cell, {"bold": True, "align": "left"})
        if note:
            self._text(self.row, 2, note, {"font_color": colours()["ink-2"]})
        self.row += 1

    def line(self, cells: Mapping[int, Cell]) -> None:
        """Write one row by itself, cells by their columns."""
        for column, cell in cells.items():
            self._write(self.row, column, cell, {})
        self.row += 1

    def table(
        self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell | Value]], *, filters: bool = False
    ) -> Spot | None:
        """Write a table that Excel knows as one; None where it has no rows.

        Parameters
        ----------
        name : str
            What formulas call it: a letter, then letters, digits and underscores; unique in the workbook.
        columns : sequence of Column
            Its columns.
        rows : sequence of rows
            A cell per column.
        filters : bool, default False
            Whether its head has buttons to filter and sort by.
        """
        if not rows:
            return None
        top, last = self.row, self.row + len(rows)
        for place, column in enumerate(columns):
            if self._widths.get(place, 0.0) < column.width:
                self._widths[place] = column.width
                self.file.set_column(place, place, column.width)
        head = {
            "bold": True,
            "text_wrap": True,
            "valign": "bottom",
            "bottom": 1,
            "bottom_color": colours()["rule-strong"],
        }
        said = _unlike([readable(column.title) for column in columns])
        heads = [
            {"header": title, "header_format": self.book.look(**head, **_headed(column, before, filters=filters))}
            for title, column, before in zip(said, columns, [None, *columns], strict=False)
        ]
        options = {"name": name, "style": None, "autofilter": filters, "columns": heads}
        self.file.add_table(top, 0, last, len(columns) - 1, options)
        lost = BUTTON if filters else 0.0
        self._height(top, [lines_of(one, col.width - lost, bold=True) for one, col in zip(said, columns, strict=True)])
        looks = [_ruled(column, columns[place - 1] if place else None) for place, column in enumerate(columns)]
        wrapping = [place for place, column in enumerate(columns) if column.wraps]
        for down, cells in enumerate(rows, start=top + 1):
            if wrapping:
                self._height(down, [lines_of(_said(cells[place]), columns[place].width) for place in wrapping])
            for across, (cell, column) in enumerate(zip(cells, columns, strict=True)):
                self._write(down, across, cell if isinstance(cell, Cell) else Cell(cell), looks[across], column.form)
        if any(column.form == "@" for column in columns):
            self.file.ignore_errors({"number_stored_as_text": f"A{top + 2}:ZZ{last + 1}"})
        self.row = last + 1
        return Spot(top + 1, last, 0)

    def freeze(self, rows: int, columns: int = 0) -> None:
        """Keep so many rows and columns in sight."""
        self.file.freeze_panes(rows, columns)

    def print_setup(self, footer: str, repeat: int | None = None, pages: int = 0) -> None:
        """Say how it prints: across one page, page numbers below.

        Parameters
        ----------
        footer : str
            What stands below.
        repeat : int or None, default None
            The row that stands on every page.
        pages : int, default 0
            On how many pages; 0 for as many as it needs.
        """
        self.file.set_landscape()
        self.file.set_paper(A4)
        self.file.fit_to_pages(1, pages)
        self.file.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        shown = readable(footer)[:150].replace("&", "&&")
        self.file.set_footer(f"&L{shown}&RPage &P of &N")
        if repeat is not None:
            self.file.repeat_rows(repeat)

    def _height(self, row: int, lines: Sequence[int]) -> None:
        """Make a row as high as its longest text needs."""
        if max(lines, default=1) > 1:
            self.file.set_row(row, LINE * min(max(lines), 20))

    def _write(self, row: int, column: int, cell: Cell, look: dict[str, Any], form: str = "") -> None:
        look = dict(look)
        if cell.fill:
            look["bg_color"] = cell.fill
        if cell.bold:
            look["bold"] = True
        if cell.edge:
            look |= {"left": 5, "left_color": cell.edge, "indent": 1}
        shown = cell.form or form
        match cell.value:
            case None:
                self.file.write_blank(row, column, None, self.book.look(**look))
            case str() as text if cell.to:
                address = "internal:'" + cell.to.replace("'", "''") + "'!A1"
                look |= {"font_color": colours()["focus"], "underline": 1}
                self.file.write_url(row, column, address, self.book.look(**look), readable(text))
            case str() as text:
                self._text(row, column, text, look | ({"num_format": "@"} if shown == "@" else {}))
            case bool() as said:
                self._text(row, column, "yes" if said else "no", look)
            case date() as day:
                when = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day has no zone, and Excel knows none
                self.file.write_datetime(row, column, when, self.book.look(**look, num_format=shown or DAY))
            case number if math.isfinite(number):
                self.file.write_number(
                    row, column, number, self.book.look(**look, num_format=fitting(shown, number) or "General")
                )
            case _:
                self.file.write_blank(row, column, None, self.book.look(**look))

    def _text(self, row: int, column: int, text: str, look: dict[str, Any]) -> None:
        if not text:
            self.file.write_blank(row, column, None, self.book.look(**look))
            return
        marked = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
        self._text_as(row, column, text, self.book.look(**look, **marked))

    def _text_as(self, row: int, column: int, text: str, look: Any) -> None:
        units = text.encode("utf-16-le", errors="replace")
        if len(units) > 2 * LONGEST:
            text = units[: 2 * LONGEST - 2].decode("utf-16-le", errors="ignore") + "…"
        # A lone half of a character can't be written as UTF-8.
        self.file.write_string(row, column, text.encode("utf-8", errors="replace").decode("utf-8"), look)


def readable(text: str) -> str:
    """Give text on one line, without what can't stand in a file's names and titles."""
    return " ".join(
        "".join(
            " " if unicodedata.category(char) in {"Cc", "Cs", "Cn", "Zl", "Zp"} else char for char in text[:250]
        ).split()
    )


def _ruled(column: Column, before: Column | None) -> dict[str, Any]:
    look: dict[str, Any] = {"bottom": 4, "bottom_color": colours()["rule"]}
    if column.wraps:
        look["text_wrap"] = True
    return look | (_aligned(column, before) if _is_text(column) else {})


def _aligned(column: Column, before: Column | None) -> dict[str, Any]:
    """Align numbers to the right; text after a number needs a little room."""
    if not _is_text(column):
        return {"align": "right"}
    return {"align": "left", "indent": 1} if before is not None and not _is_text(before) else {"align": "left"}


def _headed(column: Column, before: Column | None, *, filters: bool) -> dict[str, Any]:
    """Align a head as its cells are, but keep what stands at the right clear of the button that filters."""
    look = _aligned(column, before)
    return look | {"indent": int(BUTTON)} if filters and look["align"] == "right" else look


def _is_text(column: Column) -> bool:
    return column.form in ("", "@")


def _said(cell: Cell | Value) -> str:
    value = cell.value if isinstance(cell, Cell) else cell
    return value if isinstance(value, str) else ""


def _unlike(titles: Sequence[str]) -> list[str]:
    """Give titles of which no two are alike, and none is blank: Excel asks for both."""
    taken: set[str] = set()
    given = []
    for place, title in enumerate(titles, start=1):
        whole = title or f"Column {place}"
        name, number = whole, 1
        while name.casefold() in taken:
            number += 1
            name = f"{whole} ({number})"
        taken.add(name.casefold())
        given.append(name)
    return given
