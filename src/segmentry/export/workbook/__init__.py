"""A run as a workbook that people work in: a summary, a sheet a segment, differences, and real charts."""

from datetime import datetime

from segmentry.export.workbook.book import Book
from segmentry.export.workbook.differences import differences
from segmentry.export.workbook.naming import sheet_names
from segmentry.export.workbook.notes import notes
from segmentry.export.workbook.overview import overview
from segmentry.export.workbook.people import check_room, people
from segmentry.export.workbook.portrait import portrait
from segmentry.export.workbook.trust import trust
from segmentry.figures.palette import segment_colour
from segmentry.markup.badges import COLOURED
from segmentry.markup.opening import headline
from segmentry.report import Brand
from segmentry.summary import RunSummary
from segmentry.workspace import Run

__all__ = ["workbook"]


def workbook(summary: RunSummary, brand: Brand, whose: Run | None = None) -> bytes:
    """Write a run as an Excel workbook.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    brand : Brand
        Its company's name and colours.
    whose : Run or None, default None
        The saved run, for a sheet of customers for each segment too; None for figures of segments only.

    Returns
    -------
    bytes
        An .xlsx file; the same run gives the same bytes.

    Raises
    ------
    UsageError
        A segment has more customers than a sheet has rows.
    """
    if whose is not None:
        check_room(summary)
    letters = [segment.letter for segment in summary.segments]
    titled = [f"{segment.letter} {segment.name}" for segment in summary.segments]
    people_too = [f"{letter} customers" for letter in letters] if whose is not None else []
    names = sheet_names(["Summary", *titled, *people_too, "Differences", "Trust", "Data and method"])
    sheets = dict(zip(letters, names[1:], strict=False))
    listed = dict(zip(letters, names[1 + len(letters) :], strict=False)) if whose is not None else {}
    fills = {letter: _colour(letter, brand) for letter in letters}
    book = _book(summary, brand)
    overview(book, names[0], summary, sheets, fills)
    for segment in summary.segments:
        portrait(book, sheets[segment.letter], summary, segment, fills, listed.get(segment.letter, ""))
    differences(book, names[-3], summary)
    trust(book, names[-2], summary, fills)
    if whose is not None:
        known = whose.customers()
        for segment in summary.segments:
            own = known[known["segment"] == segment.letter].drop(columns=["segment", "name"]).reset_index(drop=True)
            own = own.rename(columns={f"{taken} (source)": taken for taken in ("segment", "name")})
            people(book, listed[segment.letter], segment, own, whose.model, fills[segment.letter])
    notes(book, names[-1], summary, customers=whose is not None)
    return book.to_bytes()


def _book(summary: RunSummary, brand: Brand) -> Book:
    about = f"Run {summary.run}, by segmentry {summary.version}. {summary.headline}."
    return Book(headline(summary), brand.name or "segmentry", about, datetime.fromisoformat(summary.created))


def _colour(letter: str, brand: Brand) -> str:
    """Give a segment's colour: the brand's where it has one."""
    place = COLOURED.find(letter) if len(letter) == 1 else -1
    return dict(brand.colours).get(str(place + 1)) or segment_colour(letter)
