"""How far to trust the split: does it come back, and why this number of segments."""

from collections.abc import Mapping

from segmentry.evaluate import of_100
from segmentry.export.workbook.book import Book, Column, Sheet, Value
from segmentry.export.workbook.charts import Bars, bars
from segmentry.export.workbook.numbers import COUNT, KEEPS, SHARE
from segmentry.markup.words import count, sentence
from segmentry.summary import RunSummary

__all__ = ["trust"]

ACROSS = 7
CHART = 640


def trust(book: Book, name: str, summary: RunSummary, fills: Mapping[str, str]) -> None:
    """Write the sheet; ``fills`` are the segments' colours, by letter."""
    sheet = book.sheet(name)
    sheet.widths(36, 12, 13, 12, 12, 14, 14, 12)
    sheet.title(summary.headline)
    sheet.freeze(1)
    sheet.paragraph(f"{summary.verdict}: {summary.verdict_sentence}" if summary.verdict else "", ACROSS)
    _comes_back(sheet, summary, fills)
    _why_this_many(sheet, summary)
    sheet.print_setup(f"{summary.run} · how far to trust this", pages=1)


def _comes_back(sheet: Sheet, summary: RunSummary, fills: Mapping[str, str]) -> None:
    keep = summary.keep
    if keep is None:
        return
    sheet.heading("Does it come back?")
    told = (
        f"There were {keep.draws} rebuilds, each on {keep.drawn:,} re-drawn customers; in nine of ten the figure lay "
        f"between from and to. By chance alone, labels of the same sizes would keep {of_100(keep.chance)} of 100."
    )
    sheet.paragraph(told, ACROSS)
    columns = [
        Column("Segment", 36, wraps=True),
        Column("Customers", 12, COUNT),
        Column("Keeps, of 100", 13, KEEPS),
        Column("From", 12, KEEPS),
        Column("To", 12, KEEPS),
        Column("Range above it", 14, KEEPS),
        Column("Range below it", 14, KEEPS),
    ]
    kept = [(segment, segment.keeps) for segment in summary.segments if segment.keeps is not None]
    rows: list[list[Value]] = []
    for segment, keeps in kept:
        rate, low, high = (of_100(one) for one in (keeps.rate, keeps.low, keeps.high))
        # Rebuilds are skewed, so the rate may lie outside its own range: a range never reaches backwards.
        ends = [max(high - rate, 0), max(rate - low, 0)]
        rows.append([f"{segment.letter} · {segment.name}", segment.customers, rate, low, high, *ends])
    spot = sheet.table("Keeps", columns, rows)
    if spot is None:
        return
    drawn = Bars(
        "Of 100 customers, how many keep their segment, with the range of nine rebuilds in ten",
        0,
        2,
        [fills[segment.letter] for segment, _ in kept],
        KEEPS,
        100,
        spread=(5, 6),
    )
    sheet.row += bars(sheet, spot, drawn, sheet.row + 1, 0, CHART) + 1


def _why_this_many(sheet: Sheet, summary: RunSummary) -> None:
    sheet.heading("Why this number of segments?")
    sheet.paragraph(sentence(summary.reason[:1].upper() + summary.reason[1:]), ACROSS)
    sheet.paragraph(sentence(summary.runner_up), ACROSS)
    columns = [
        Column("Tried", 36),
        Column("Keeps, of 100", 12, KEEPS),
        Column("Least firm segment", 13, KEEPS),
        Column("Smallest segment", 12, COUNT),
        Column("Of all", 12, SHARE),
        Column("Large enough", 14),
        Column("Comes back", 14),
        Column("Chosen", 12),
    ]
    tried: list[list[Value]] = [
        [
            count(candidate.k, "segment"),
            of_100(candidate.keep_rate),
            of_100(candidate.worst_keep),
            candidate.smallest_customers,
            candidate.smallest,
            "yes" if candidate.allowed else "no",
            "yes" if candidate.dependable else "no",
            "chosen" if candidate.k == summary.k else "",
        ]
        for candidate in summary.candidates
    ]
    sheet.table("Tried", columns, tried)
