"""Where it comes from: the data used and left out, what was done to them, and how to make it again."""

from datetime import datetime

from segmentry.export.workbook.book import Book, Cell, Column, Sheet
from segmentry.export.workbook.numbers import COUNT, DAY
from segmentry.features import DEFINITIONS
from segmentry.markup.words import file_name, sentence
from segmentry.summary import RunSummary

__all__ = ["notes"]

ACROSS = 4


def notes(book: Book, name: str, summary: RunSummary, *, customers: bool) -> None:
    """Write the sheet; ``customers`` says whether the workbook has them."""
    sheet = book.sheet(name)
    sheet.widths(34, 18, 40, 40)
    sheet.title("Data and method")
    sheet.freeze(1)
    _data(sheet, summary)
    _warned(sheet, summary)
    _measures(sheet, summary)
    _again(sheet, summary)
    whose = (
        "It holds every customer by id: keep it where customers' data may lie."
        if customers
        else ("It holds no customer: figures of segments only. With customers: --include-customers.")
    )
    sheet.heading("Who may see this workbook")
    sheet.paragraph(whose, ACROSS)
    sheet.print_setup(f"{summary.run} · data and method", repeat=0)


def _data(sheet: Sheet, summary: RunSummary) -> None:
    sheet.heading("Data used and left out")
    for source in summary.sources:
        sheet.fact("Read from", Cell(file_name(source)))
    rows = summary.rows
    sheet.fact("Rows read", Cell(rows.read, COUNT))
    sheet.fact("Rows loaded", Cell(rows.loaded, COUNT))
    sheet.fact("Rows rejected", Cell(rows.rejected, COUNT))
    for reject in summary.rejects:
        sheet.fact("", Cell(reject.count, COUNT), reject.reason)
    sheet.fact("Customers with a segment", Cell(summary.customers, COUNT))
    if summary.without_purchase:
        sheet.fact("Without any purchase", Cell(summary.without_purchase, COUNT), "not in any segment")
    for title, when in (("First order", summary.first), ("Last order", summary.last), ("As of", summary.as_of)):
        if when is not None:
            sheet.fact(title, Cell(when, DAY))
    for guess in summary.guesses:
        sheet.fact(f"Read as {guess.role}", Cell(guess.column))


def _warned(sheet: Sheet, summary: RunSummary) -> None:
    if not summary.caveats:
        return
    sheet.heading("What was found in the data, and how it was dealt with")
    for caveat in summary.caveats:
        sheet.paragraph(f"{caveat.count:,}: {sentence(caveat.policy)}", ACROSS)


def _measures(sheet: Sheet, summary: RunSummary) -> None:
    if not summary.measures:
        return
    sheet.heading("Measures")
    said = {definition.name: definition.sentence for definition in DEFINITIONS} if summary.as_of is not None else {}
    columns = [
        Column("Measure", 34, wraps=True),
        Column("Part", 18),
        Column("What it is", 40, wraps=True),
        Column("Why", 40, wraps=True),
    ]
    rows = [[measure.label, measure.part, said.get(measure.name, ""), measure.reason] for measure in summary.measures]
    sheet.table("Measures", columns, rows)
    sheet.heading("What happened to each before segments were formed")
    for line in summary.preparation:
        sheet.paragraph(line, ACROSS)


def _again(sheet: Sheet, summary: RunSummary) -> None:
    sheet.heading("To make it again")
    sheet.paragraph("recipe.toml in the run's folder holds every choice: segmentry run --recipe recipe.toml", ACROSS)
    sheet.fact("Run", Cell(summary.run))
    sheet.fact("Made", Cell(datetime.fromisoformat(summary.created).date(), DAY), f"by segmentry {summary.version}")
    sheet.fact("Seed", Cell(str(summary.seed)))
    sheet.fact("Fingerprint of the data (SHA-256)", Cell(summary.fingerprint))
    for library, version in summary.versions:
        sheet.fact(f"Version of {library}", Cell(version))
