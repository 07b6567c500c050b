"""The first sheet: the finding, the verdict, one line a segment, and what to know before using it."""

from collections.abc import Mapping

from segmentry.continuity import origin_words
from segmentry.evaluate import of_100
from segmentry.export.workbook.book import Book, Cell, Column, Sheet, Spot
from segmentry.export.workbook.charts import Bars, bars
from segmentry.export.workbook.numbers import COUNT, KEEPS, SHARE, money, trait_form
from segmentry.markup.ledger import ledger_measures
from segmentry.markup.opening import headline, scope
from segmentry.markup.words import count, kept_range, sentence, share, unflagged
from segmentry.report.opening import caveat_texts
from segmentry.report.start import SUGGESTION, starts
from segmentry.summary import RunSummary

__all__ = ["overview"]

ACROSS = 9
"""Columns that a paragraph spans."""
CHART = 470


def overview(book: Book, name: str, summary: RunSummary, sheets: Mapping[str, str], fills: Mapping[str, str]) -> None:
    """Write the first sheet.

    Parameters
    ----------
    book : Book
        The workbook.
    name : str
        Of the sheet.
    summary : RunSummary
        Everything known about the run.
    sheets : mapping
        The name of each segment's sheet, by letter.
    fills : mapping
        Each segment's colour, by letter.
    """
    sheet = book.sheet(name)
    sheet.widths(9, 34, 12, 12, 14, 12, 16, 14, 12, 9, 9, 9)
    sheet.title(headline(summary))
    sheet.paragraph(scope(summary), ACROSS, quiet=True)
    sheet.paragraph(
        f"{summary.verdict} · {summary.headline}" if summary.verdict else summary.headline, ACROSS, bold=True
    )
    sheet.gap()
    head = sheet.row
    spot = _ledger(sheet, summary, sheets, fills)
    sheet.freeze(head + 1, 2)
    if spot is not None and summary.k > 1:
        _charts(sheet, spot, summary, fills)
    _verdict(sheet, summary)
    _start(sheet, summary)
    sheet.heading("Before you use it")
    for title, text in caveat_texts(summary):
        sheet.paragraph(unflagged(f"{title} {text}"), ACROSS)
    sheet.print_setup(f"{summary.run} · {scope(summary)}", pages=1)


def _ledger(sheet: Sheet, summary: RunSummary, sheets: Mapping[str, str], fills: Mapping[str, str]) -> Spot | None:
    measures = ledger_measures(summary)
    earns = any(segment.revenue is not None for segment in summary.segments)
    since = _since(summary)
    staked = any(segment.at_stake is not None for segment in summary.segments)
    columns = [
        Column("Segment", 9),
        Column("Name", 34, wraps=True),
        Column("Customers", 12, COUNT),
        Column("Of all", 10, SHARE),
    ]
    if earns:
        columns += [Column("Revenue", 14, money(None, summary.currency)), Column("Of all revenue", 12, SHARE)]
    columns += [Column(f"{trait.label}, typical", 16, COUNT) for trait in measures]
    columns += [Column("Since the run before", 14, "+#,##0;-#,##0;0")] if since else []
    columns += [Column("At stake", 13, money(None, summary.currency))] if staked else []
    if summary.keep is not None:
        columns += [Column("Keeps, of 100", 10, KEEPS), Column("from", 8, KEEPS), Column("to", 8, KEEPS)]
    rows: list[list[Cell]] = []
    for segment in summary.segments:
        row = [
            Cell(segment.letter, to=sheets[segment.letter], bold=True, edge=fills[segment.letter]),
            Cell(segment.name),
            Cell(segment.customers),
            Cell(segment.share),
        ]
        row += [Cell(segment.revenue), Cell(segment.revenue_share)] if earns else []
        for wanted in measures:
            trait = next((t for t in segment.traits if (t.measure, t.level) == (wanted.measure, wanted.level)), None)
            row.append(
                Cell(None) if trait is None else Cell(trait.typical, trait_form(trait, trait.typical, summary.currency))
            )
        row += [Cell(since.get(segment.letter))] if since else []
        row += [Cell(segment.at_stake)] if staked else []
        if summary.keep is not None:
            keeps = segment.keeps
            row += (
                [Cell(None)] * 3
                if keeps is None
                else [Cell(of_100(one)) for one in (keeps.rate, keeps.low, keeps.high)]
            )
        rows.append(row)
    spot = sheet.table("Segments", columns, rows)
    _total(sheet, summary, columns, earns=earns)
    sheet.paragraph(_note(summary), ACROSS, quiet=True)
    return spot


def _total(sheet: Sheet, summary: RunSummary, columns: list[Column], *, earns: bool) -> None:
    """Write the line of everybody under the table, not in it: a filter or a pivot would count them twice."""
    cells = {0: Cell("All"), 2: Cell(summary.customers), 3: Cell(1.0 if summary.customers else None)}
    if earns:
        cells |= {4: Cell(sum(segment.revenue or 0.0 for segment in summary.segments)), 5: Cell(1.0)}
    if summary.keep is not None:
        keeps, last = summary.keep.overall, len(columns)
        cells |= {last - 3 + place: Cell(of_100(one)) for place, one in enumerate((keeps.rate, keeps.low, keeps.high))}
    sheet.line({place: Cell(cell.value, columns[place].form, bold=True) for place, cell in cells.items()})


def _note(summary: RunSummary) -> str:
    parts = ["Typical: half of the segment's customers lie below, half above."]
    if summary.keep is not None:
        parts.append(
            "Keeps: of 100 of its customers, how many come back to it when segments are rebuilt; from and to: in nine "
            "rebuilds of ten."
        )
    if summary.identity is not None:
        parts.append("Since the run before: among customers that both runs have.")
    if summary.without_purchase:
        parts.append(f"{count(summary.without_purchase, 'customer')} without any purchase are not in it.")
    return " ".join(parts)


def _since(summary: RunSummary) -> dict[str, int | str]:
    """Give by letter the change in customers since the run before, or where a segment comes from."""
    found: dict[str, int | str] = {}
    for letter, event in ({} if summary.identity is None else summary.identity.origins()).items():
        if event.kind != "kept":
            found[letter] = origin_words(event)
        elif event.old_customers is not None and event.new_customers is not None:
            found[letter] = event.new_customers - event.old_customers
    return found


def _charts(sheet: Sheet, spot: Spot, summary: RunSummary, fills: Mapping[str, str]) -> None:
    """Draw shares of customers beside shares of revenue, on one scale."""
    colours = [fills[segment.letter] for segment in summary.segments]
    earns = any(segment.revenue is not None for segment in summary.segments)
    most = max(max(segment.share, segment.revenue_share or 0.0) for segment in summary.segments) * 1.15
    row = sheet.row + 1
    largest = max(summary.segments, key=lambda segment: segment.share)
    title = f"Share of all customers: {largest.letter} has the largest, {share(largest.share)}"
    drawn = Bars(title, 1, 3, colours, SHARE, most)
    rows = bars(sheet, spot, drawn, row, 0, CHART)
    if earns:
        largest = max(summary.segments, key=lambda segment: segment.revenue_share or 0.0)
        title = f"Share of all revenue: {largest.letter} has the largest, {share(largest.revenue_share)}"
        bars(sheet, spot, Bars(title, 1, 5, colours, SHARE, most), row, 4, CHART)
    sheet.row = row + rows


def _verdict(sheet: Sheet, summary: RunSummary) -> None:
    sheet.heading(summary.verdict or "One segment")
    sheet.paragraph(summary.verdict_sentence, ACROSS)
    if summary.keep is not None:
        keep = summary.keep
        told = (
            f"{summary.headline} when the segments are rebuilt on {keep.drawn:,} re-drawn customers, {keep.draws} "
            f"times over; in nine rebuilds of ten it was {kept_range(keep.overall)} of 100."
        )
        sheet.paragraph(told, ACROSS)
    sheet.paragraph(sentence(summary.reason[:1].upper() + summary.reason[1:]), ACROSS)
    for alarm in summary.alarms:
        sheet.paragraph(f"! {sentence(alarm.policy)}", ACROSS)


def _start(sheet: Sheet, summary: RunSummary) -> None:
    cards = starts(summary)
    if not cards:
        return
    sheet.heading("Where to start")
    for card in cards:
        tried = f" Try: {card.action.text}" if card.action is not None else ""
        sheet.paragraph(f"{card.segment.letter} · {card.segment.name}: {card.because}{tried}", ACROSS)
    sheet.paragraph(SUGGESTION, ACROSS, quiet=True)
