"""The ledger of segments as a chart, for where there are no tables: one line each, customers beside revenue."""

from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice
from segmentry.figures.figure import NARROW, Cell, Figure
from segmentry.figures.fitting import fitted, lines
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet, badge_width
from segmentry.markup import Column
from segmentry.markup.ledger import ledger_measures, typical_of
from segmentry.markup.words import NONE, count, kept, kept_range, range_beside, share
from segmentry.summary import RunSummary

__all__ = ["segment_ledger"]

HEAD, ROW, BAR = 40, 46, 7
"""Heights in pixels: of the headings, of a segment's line, of a bar."""
STRONG = 14
"""Strong text takes as much room as text of so many pixels."""
NARROW_ROW, LINE = 68, 18
VALUE, KEEPS = 80, 76
"""Pixels of a column of typical values, and of that of keep rates."""


@remembered(RUNS)
def segment_ledger(summary: RunSummary) -> Figure | None:
    """Show one line a segment, with the measures of the ledger; None without segments."""
    if not summary.segments:
        return None
    voice = Voice(summary.currency)
    measures = ledger_measures(summary)
    columns = [Column("Segment"), Column("Customers", number=True), Column("Share of customers", number=True)]
    if _money(summary):
        columns += [Column("Revenue", number=True), Column("Share of revenue", number=True)]
    columns += [Column(measure.label, number=True) for measure in measures]
    if summary.keep is not None:
        columns += [Column("Keeps, of 100", number=True), Column("Range", number=True)]
    rebuilt = "" if summary.keep is None else "; keeps: of 100, with the range of nine rebuilds in ten"
    return Figure(
        name="segment-ledger",
        title=_title(summary),
        subtitle=f"{count(summary.customers, 'customer')}; values are typical ones{rebuilt}",
        columns=tuple(columns),
        rows=tuple(_numbers(segment, summary, measures, voice) for segment in summary.segments),
        draw=lambda width: _draw(summary, measures, voice, width),
        narrow=True,
    )


def _money(summary: RunSummary) -> bool:
    return any(segment.revenue is not None for segment in summary.segments)


def _title(summary: RunSummary) -> str:
    if summary.k < 2:
        return f"One segment of {count(summary.customers, 'customer')}"
    best = max(summary.segments, key=lambda s: s.revenue_share or 0.0)
    if best.revenue_share:
        part, revenue = share(best.share), share(best.revenue_share)
        return f"{summary.k} segments: {best.letter}, {part} of customers, brings {revenue} of revenue"
    sizes = [segment.customers for segment in summary.segments]
    return f"{summary.k} segments of {min(sizes):,} to {max(sizes):,} customers"


def _numbers(segment: Segment, summary: RunSummary, measures: list[Trait], voice: Voice) -> tuple[Cell, ...]:
    row: list[Cell] = [f"{segment.letter} · {segment.name}", f"{segment.customers:,}", share(segment.share)]
    if _money(summary):
        row += [_revenue(segment, voice), share(segment.revenue_share)]
    row += [typical_of(segment, measure, voice) for measure in measures]
    if summary.keep is not None:
        keeps = segment.keeps
        row += [NONE, NONE] if keeps is None else [kept(keeps.rate), kept_range(keeps)]
    return tuple(row)


def _revenue(segment: Segment, voice: Voice) -> str:
    return NONE if segment.revenue is None else voice.quantity(segment.revenue, "money")


def _draw(summary: RunSummary, measures: list[Trait], voice: Voice, width: int) -> Sheet:
    largest = max(max(s.share, s.revenue_share or 0.0) for s in summary.segments) or 1.0
    if width <= 1.5 * NARROW:
        return _narrow(summary, measures, voice, width, largest)
    sheet = Sheet(width - 4, HEAD + ROW * len(summary.segments))
    bars, keeps = (2 if _money(summary) else 1), KEEPS if summary.keep is not None else 0
    values = sheet.width - keeps - VALUE * len(measures)
    name = values * (0.42 if bars == 2 else 0.6)
    bar = (values - name) / bars
    heads = [("Customers", name), ("Revenue", name + bar)][:bars]
    for head, left in heads:
        sheet.text(left, HEAD - 12, head, colour="ink-3")
    ends = [(measure.label, values + VALUE * (i + 1)) for i, measure in enumerate(measures)]
    ends += [("Keeps, of 100", sheet.width)] if keeps else []
    for head, right in ends:
        said = lines(head, (VALUE if head != "Keeps, of 100" else KEEPS) - 10)
        for turn, line in enumerate(reversed(said)):
            sheet.text(right, HEAD - 12 - 15 * turn, line, align="right", colour="ink-3")
    for row, segment in enumerate(summary.segments):
        top = HEAD + row * ROW
        sheet.rule(0, top, sheet.width, top, colour=colours()["rule"])
        y = top + 17
        sheet.badge(0, top + ROW / 2, segment.letter)
        start = badge_width(segment.letter) + 8
        named = lines(segment.name, name - start - 12, size=STRONG)
        for turn, line in enumerate(named):
            sheet.text(start, top + ROW / 2 + 16 * (turn - (len(named) - 1) / 2), line, strong=True)
        _bars(sheet, segment, voice, [(left, y) for _, left in heads], bar - 18, largest)
        for i, measure in enumerate(measures):
            sheet.text(
                values + VALUE * (i + 1), y, fitted(typical_of(segment, measure, voice), VALUE - 8), align="right"
            )
        if keeps and segment.keeps is not None:
            sheet.text(sheet.width, y, kept(segment.keeps.rate), align="right", strong=True)
            if beside := range_beside(segment.keeps):
                sheet.text(sheet.width, y + 17, beside, align="right", colour="ink-3")
    return sheet


def _bars(
    sheet: Sheet, segment: Segment, voice: Voice, places: list[tuple[float, float]], room: float, largest: float
) -> None:
    """Write customers and revenue over their bars, which are shares on one scale."""
    said = [(f"{segment.customers:,}", segment.share), (_revenue(segment, voice), segment.revenue_share)]
    for (left, y), (figure, part) in zip(places, said, strict=False):
        sheet.text(left, y, fitted(figure, room - 40))
        sheet.text(left + room, y, share(part), align="right", colour="ink-2")
        sheet.box(left, y + 12, left + room, y + 12 + BAR, colours()["surface-2"])
        long = room * min(max(part or 0.0, 0.0) / largest, 1.0)
        sheet.box(left, y + 12, left + long, y + 12 + BAR, segment_colour(segment.letter), level=1)


def _narrow(summary: RunSummary, measures: list[Trait], voice: Voice, width: int, largest: float) -> Sheet:
    said = max(len(measures), 1 if summary.keep is not None else 0)
    high = NARROW_ROW + LINE * said
    sheet = Sheet(width - 4, high * len(summary.segments))
    half = (sheet.width - 16) / 2
    for row, segment in enumerate(summary.segments):
        top = row * high
        if row:
            sheet.rule(0, top, sheet.width, top, colour=colours()["rule"])
        sheet.badge(0, top + 18, segment.letter)
        start = badge_width(segment.letter) + 8
        sheet.text(start, top + 18, fitted(segment.name, sheet.width - start, STRONG), strong=True)
        places = [(0.0, top + 41.0), (half + 16, top + 41.0)][: 2 if _money(summary) else 1]
        _bars(sheet, segment, voice, places, half if len(places) == 2 else sheet.width, largest)
        for turn, measure in enumerate(measures):
            y = top + NARROW_ROW + 6 + LINE * turn
            text = fitted(f"{measure.label}: {typical_of(segment, measure, voice)}", sheet.width - 120)
            sheet.text(0, y, text, colour="ink-2")
        if summary.keep is not None and segment.keeps is not None:
            beside = range_beside(segment.keeps)
            keeps = f"keeps {kept(segment.keeps.rate)}{f' ({beside})' if beside else ''}"
            sheet.text(sheet.width, top + NARROW_ROW + 6, keeps, align="right", colour="ink-2")
    return sheet
