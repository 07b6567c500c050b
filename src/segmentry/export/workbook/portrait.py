"""A segment's sheet: what it is, what sets it apart, what to do."""

from collections.abc import Mapping
from itertools import takewhile

from segmentry.describe import Segment, Trait
from segmentry.evaluate import of_100
from segmentry.export.workbook.book import Book, Cell, Column, Sheet, Spot
from segmentry.export.workbook.charts import Bars, bars, rows_of
from segmentry.export.workbook.numbers import COUNT, KEEPS, SHARE, money, trait_form
from segmentry.figures.palette import colours
from segmentry.markup.words import difference, share, trait_name
from segmentry.summary import RunSummary

__all__ = ["portrait"]

ACROSS = 8
FEWEST, DRAWN = 3, 12
"""Measures in the chart: the strongest; fewer than three need none."""
ON_A_PAGE = 20
"""Measures that leave the sheet readable on one page."""
BESIDE, CHART = 5, 470
"""The column where the chart begins, and its width in pixels."""
STAKED = "typical orders missed by own usual gap"
DEEDS = {"try": "Try", "avoid": "Avoid", "measure by": "Measure by"}


def portrait(
    book: Book, name: str, summary: RunSummary, segment: Segment, fills: Mapping[str, str], whose: str = ""
) -> None:
    """Write a segment's sheet.

    Parameters
    ----------
    book : Book
        The workbook.
    name : str
        Of the sheet.
    summary : RunSummary
        Everything known about the run.
    segment : Segment
        One of its segments.
    fills : mapping
        Each segment's colour, by letter.
    whose : str, default ""
        The sheet of its customers; "" where they are left out.
    """
    fill = fills[segment.letter]
    sheet = book.sheet(name, fill)
    sheet.widths(34, 16, 15, 13, 13, 15, 11, 24, 10)
    sheet.title(f"{segment.letter} · {segment.name}", edge=fill)
    sheet.freeze(1)
    sheet.paragraph(segment.sentence, ACROSS)
    sheet.paragraph(f"Also known as {segment.also_known_as}" if segment.also_known_as else "", ACROSS, quiet=True)
    sheet.row += 1
    top = sheet.row
    _facts(sheet, summary, segment, whose)
    _rule(sheet, segment)
    ranked = _ranked(segment)
    # The chart stands beside the facts; its table begins below both.
    sheet.row = max(sheet.row, top + rows_of(len(ranked)) if ranked else 0)
    spot = _traits(sheet, summary, segment)
    if spot is not None and ranked:
        _chart(sheet, spot, segment, ranked, (top, fill))
    _actions(sheet, segment)
    _offers(sheet, segment)
    sheet.print_setup(f"{summary.run} · {segment.letter} · {segment.name}", 0, int(len(segment.traits) <= ON_A_PAGE))


def _facts(sheet: Sheet, summary: RunSummary, segment: Segment, whose: str) -> None:
    currency = summary.currency
    sheet.fact("Customers", Cell(segment.customers, COUNT), f"{share(segment.share)} of all")
    if segment.revenue is not None:
        revenue = Cell(segment.revenue, money(segment.revenue, currency))
        sheet.fact("Revenue", revenue, f"{share(segment.revenue_share)} of all")
    if segment.keeps is not None:
        low, high = of_100(segment.keeps.low), of_100(segment.keeps.high)
        sheet.fact("Keeps, of 100", Cell(of_100(segment.keeps.rate), KEEPS), f"{low} to {high} in nine rebuilds of ten")
    if segment.at_stake is not None:
        sheet.fact("At stake", Cell(segment.at_stake, money(segment.at_stake, currency)), STAKED)
    borders = dict(zip((one.letter for one in summary.segments), summary.borders, strict=False))
    border = borders.get(segment.letter)
    if border is not None and summary.k > 1:
        told = f"{border.fair:,} more fit fairly, {border.borderline:,} are borderline"
        sheet.fact("Typical customers", Cell(border.typical, COUNT), told)
        near = next((one for one in summary.segments if one.letter == border.nearest), None)
        if near is not None:
            told = f"of them: {near.letter} lies nearest"
            sheet.fact(f"Second choice {near.letter}", Cell(border.towards, COUNT), told)
    if whose:
        sheet.fact("Who they are", Cell(f"{segment.customers:,} rows", to=whose))


def _rule(sheet: Sheet, segment: Segment) -> None:
    if segment.rule is None:
        return
    rule = segment.rule
    sheet.heading("As a plain rule")
    sheet.paragraph(f"Take customers with: {rule.text}.", BESIDE, bold=True)
    told = f"It catches {share(rule.hit)} of them; {share(rule.miss)} of those it catches belong elsewhere."
    sheet.paragraph(told, BESIDE)


def _traits(sheet: Sheet, summary: RunSummary, segment: Segment) -> Spot | None:
    if not segment.traits:
        return None
    sheet.heading("What sets them apart")
    columns = [
        Column("Measure", 34, wraps=True),
        Column("Unit", 16),
        Column("Typical here", 15, COUNT),
        Column("Middle half, from", 13, COUNT),
        Column("to", 13, COUNT),
        Column("Typical of all", 15, COUNT),
        Column("Rank, 0 to 100", 11, COUNT),
        Column("Against all others", 24),
        Column("Known of", 10, COUNT),
    ]
    spot = sheet.table(f"Measures_{segment.letter}", columns, [_row(trait, summary) for trait in segment.traits])
    note = (
        "Strongest difference first. Rank: where the typical value stands among all customers; 50 is the middle. "
        "▲ and ▼ mark differences that are clear, in 95% of the rebuilds too; the rest is nothing to build on."
    )
    sheet.paragraph(note, ACROSS, quiet=True)
    return spot


def _row(trait: Trait, summary: RunSummary) -> list[Cell]:
    fill = "" if not trait.counts else colours()["div-5" if trait.delta > 0 else "div-3"]

    def shown(value: float | None) -> Cell:
        return Cell(value, trait_form(trait, value, summary.currency))

    return [
        Cell(trait_name(trait)),
        Cell(unit(trait, summary)),
        Cell(trait.typical, trait_form(trait, trait.typical, summary.currency), fill),
        shown(trait.low),
        shown(trait.high),
        shown(trait.everyone),
        Cell(trait.rank),
        Cell(difference(trait)),
        Cell(trait.known),
    ]


def unit(trait: Trait, summary: RunSummary) -> str:
    """Name what a trait's figures are in."""
    if trait.kind != "number":
        return "of customers"
    return {"money": summary.currency or "money", "share": "share"}.get(trait.unit, trait.unit)


def _ranked(segment: Segment) -> list[Trait]:
    """Give the strongest numbers that the chart shows: the first rows of the table, as far as they have ranks."""
    ranked = list(takewhile(lambda trait: trait.rank is not None, segment.traits[:DRAWN]))
    return ranked if len(ranked) >= FEWEST else []


def _chart(sheet: Sheet, spot: Spot, segment: Segment, ranked: list[Trait], place: tuple[int, str]) -> None:
    """Draw where the typical values rank: clear differences in the segment's colour."""
    top, fill = place
    fills = [fill if trait.counts else colours()["muted-mark"] for trait in ranked]
    title = f"Where {segment.letter} ranks among all customers; 50 is the middle"
    first = Spot(spot.first, spot.first + len(ranked) - 1, spot.left)
    bars(sheet, first, Bars(title, 0, 6, fills, COUNT, 100, middle=True), top, BESIDE, CHART)


def _actions(sheet: Sheet, segment: Segment) -> None:
    if not segment.actions:
        return
    sheet.heading("What to do")
    for action in segment.actions:
        sheet.paragraph(f"{DEEDS[action.do]}: {action.text} {action.because}", ACROSS)
    sheet.paragraph("Common practice, not a prediction. Keep a control group to find out.", ACROSS, quiet=True)


def _offers(sheet: Sheet, segment: Segment) -> None:
    if not segment.offers:
        return
    sheet.heading("What to offer: bought more often than by all customers")
    columns = [
        Column("Offer", 34, wraps=True),
        Column("Kind", 16),
        Column("Bought by", 13, COUNT),
        Column("Share here", 13, SHARE),
        Column("Share of all", 13, SHARE),
        Column("Times as often", 13, "0.0"),
    ]
    rows = [
        [
            Cell(offer.name),
            Cell(offer.level),
            Cell(offer.customers),
            Cell(offer.share),
            Cell(offer.everyone),
            Cell(offer.lift),
        ]
        for offer in segment.offers
    ]
    sheet.table(f"Offers_{segment.letter}", columns, rows)
