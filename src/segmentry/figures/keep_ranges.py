"""How many of 100 customers keep their segment when it is rebuilt, segment by segment, each with its range."""

from collections.abc import Callable

from segmentry.evaluate import Keeps
from segmentry.figures.figure import NARROW, Figure
from segmentry.figures.fitting import fitted, lines
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet, badge_width
from segmentry.markup import Column
from segmentry.markup.words import FIRM, kept, range_beside
from segmentry.summary import RunSummary

__all__ = ["keep_ranges"]

ROW, HEAD, FOOT = 38, 22, 24
"""Heights in pixels: of a row, above the first one, and of the axis."""
NARROW_ROW = 56
NAME, SAID = 216, 98
"""Pixels for a segment's name, at the left, and for a rate and its range, at the right."""
SOFTEST = 4
"""At most so many segments are named in the title."""


@remembered(RUNS)
def keep_ranges(summary: RunSummary) -> Figure | None:
    """Show every segment's keep rate with the range of nine rebuilds in ten; None for a single segment."""
    if summary.keep is None or not any(segment.keeps for segment in summary.segments):
        return None
    found: list[tuple[str, str, Keeps]] = [("", "All customers", summary.keep.overall)]
    found += [(s.letter, s.name, s.keeps) for s in summary.segments if s.keeps is not None]
    return Figure(
        name="keep-ranges",
        title=_title(found[1:]),
        subtitle=f"Kept of 100; lines: 90% of {summary.keep.draws} rebuilds on {summary.keep.drawn:,} customers",
        columns=(
            Column("Segment"),
            Column("Keeps, of 100", number=True),
            Column("Least in nine rebuilds of ten", number=True),
            Column("Most in nine rebuilds of ten", number=True),
        ),
        rows=tuple(
            (f"{letter} · {name}" if letter else name, kept(keeps.rate), kept(keeps.low), kept(keeps.high))
            for letter, name, keeps in found
        ),
        draw=lambda width: _draw(found, width),
        narrow=True,
        caption=f"Below the line at {100 * FIRM:.0f} a segment's borders are soft: check before a costly campaign.",
    )


def _title(found: list[tuple[str, str, Keeps]]) -> str:
    rates = sorted((keeps.rate, letter) for letter, _, keeps in found)
    soft = [(rate, letter) for rate, letter in rates if rate < FIRM]
    if not soft:
        least, letter = rates[0]
        return f"Every segment keeps at least {kept(least)} of 100 customers when rebuilt, {letter} the fewest"
    named = ", ".join(f"{letter} {kept(rate)}" for rate, letter in soft[:SOFTEST])
    more = ", …" if len(soft) > SOFTEST else ""
    verb = "keeps" if len(soft) == 1 else "keep"
    return f"{len(soft)} of {len(found)} segments {verb} fewer than {100 * FIRM:.0f} of 100 customers: {named}{more}"


def _draw(found: list[tuple[str, str, Keeps]], width: int) -> Sheet:
    narrow = width <= 1.5 * NARROW
    row = NARROW_ROW if narrow else ROW
    sheet = Sheet(width - 4, HEAD + row * len(found) + FOOT)
    left, right = (4.0 if narrow else NAME + 12.0), sheet.width - SAID
    bottom = sheet.height - FOOT

    def place(rate: float) -> float:
        return left + (right - left) * rate

    for tick in (0, 25, 50, 75, 100):
        sheet.text(place(tick / 100), bottom + 12, str(tick), align="center", colour="ink-3")
    sheet.text(place(FIRM), HEAD - 11, f"firm from {100 * FIRM:.0f}", align="center", colour="ink-2")
    for position, one in enumerate(found):
        top = HEAD + position * row
        name, line = (top + 16, top + 40) if narrow else (top + ROW / 2, top + ROW / 2)
        # Where a name stands above its line the rules must not run through it.
        rules = (line - 10, line + 10) if narrow else (top, top + row)
        for tick in (0, 25, 50, 75, 100):
            sheet.rule(place(tick / 100), rules[0], place(tick / 100), rules[1], colour=colours()["rule"])
        sheet.rule(place(FIRM), rules[0], place(FIRM), rules[1], colour=colours()["ink-2"], dashed=True)
        _row(sheet, one, (name, line), place, narrow=narrow)
        if position:
            sheet.rule(0, top, sheet.width, top, colour=colours()["rule"])
    return sheet


def _row(
    sheet: Sheet,
    one: tuple[str, str, Keeps],
    heights: tuple[float, float],
    place: Callable[[float], float],
    *,
    narrow: bool,
) -> None:
    letter, name, keeps = one
    y, low = heights
    start = 0.0
    if letter:
        sheet.badge(0, y, letter)
        start = badge_width(letter) + 8.0
    written = [fitted(name, sheet.width - start)] if narrow else lines(name, NAME - start)
    for turn, line in enumerate(written):
        sheet.text(start, y + 15 * (turn - (len(written) - 1) / 2), line, strong=not letter)
    colour = segment_colour(letter) if letter else colours()["ink"]
    sheet.rule(place(keeps.low), low, place(keeps.high), low, colour=colour, width=3)
    sheet.dot(place(keeps.rate), low, colour=colour, size=11)
    edge = sheet.width - SAID + 14
    sheet.text(edge + 22, low, kept(keeps.rate), align="right", strong=True)
    if beside := range_beside(keeps):
        sheet.text(edge + 28, low, beside, colour="ink-3")
