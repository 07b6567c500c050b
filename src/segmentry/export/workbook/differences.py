"""All measures beside all segments, on one sheet: typical values, with only those differences marked that count."""

from segmentry.describe import Trait
from segmentry.export.workbook.book import Book, Cell, Column
from segmentry.export.workbook.numbers import COUNT, signed, trait_form
from segmentry.export.workbook.portrait import unit
from segmentry.figures.palette import colours
from segmentry.markup.differences import CAPTION
from segmentry.markup.words import trait_name
from segmentry.summary import RunSummary

__all__ = ["differences"]

Key = tuple[str, str]


def differences(book: Book, name: str, summary: RunSummary) -> None:
    """Write the sheet of measures by segments."""
    sheet = book.sheet(name)
    by_segment: list[dict[Key, Trait]] = [{(t.measure, t.level): t for t in s.traits} for s in summary.segments]
    columns = [
        Column("Measure", 34, wraps=True),
        Column("Unit", 13),
        Column("Forms segments", 10),
        Column("All", 12, COUNT),
    ]
    columns += [Column(f"{segment.letter} · {segment.name}", 17, COUNT) for segment in summary.segments]
    rows = [_row(key, by_segment, summary) for key in _order(summary, by_segment)]
    if sheet.table("Differences", columns, rows, filters=True) is None:
        sheet.paragraph("There is nothing to compare.", 4)
    sheet.freeze(1, 1)
    sheet.row += 1
    sheet.paragraph(CAPTION.partition(" A star")[0], min(len(columns), 8), quiet=True)
    sheet.paragraph("Measures that segments were formed on differ by construction.", min(len(columns), 8), quiet=True)
    sheet.print_setup(f"{summary.run} · differences between segments", repeat=0)


def _order(summary: RunSummary, by_segment: list[dict[Key, Trait]]) -> list[Key]:
    """Order rows as the measures are ordered, those that form segments first; levels by name."""
    order = {measure.name: (measure.part != "forms", place) for place, measure in enumerate(summary.measures)}
    last = (True, len(order))
    return sorted({key for traits in by_segment for key in traits}, key=lambda key: (order.get(key[0], last), key))


def _row(key: Key, by_segment: list[dict[Key, Trait]], summary: RunSummary) -> list[Cell]:
    traits = [segment.get(key) for segment in by_segment]
    known = next(trait for trait in traits if trait is not None)
    everyone = Cell(known.everyone, trait_form(known, known.everyone, summary.currency))
    row = [Cell(trait_name(known)), Cell(unit(known, summary)), Cell("yes" if known.forms else ""), everyone]
    return row + [_cell(trait, summary.currency) for trait in traits]


def _cell(trait: Trait | None, currency: str) -> Cell:
    if trait is None:
        return Cell(None)
    form = trait_form(trait, trait.typical, currency)
    if not trait.counts:
        return Cell(trait.typical, form)
    up = trait.delta > 0
    return Cell(trait.typical, signed(form, "▲" if up else "▼"), colours()["div-5" if up else "div-3"])
