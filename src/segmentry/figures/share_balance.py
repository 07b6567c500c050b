"""Customers over revenue: two bars of the same length, and a ribbon that joins each segment's two shares."""

from dataclasses import dataclass
from itertools import pairwise

from segmentry.figures.figure import Figure
from segmentry.figures.fitting import apart, text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count, share
from segmentry.summary import RunSummary

__all__ = ["share_balance"]

CAPTION, LABEL, LEAD, BAR, GAP = 20, 18, 10, 34, 84
"""Heights in pixels: of a bar's caption, its labels, the lines to them, the bar itself, and the ribbons."""
REACH = 56
"""A label lies at most so many pixels beside its piece, as long as there is a share to leave out."""
STEPS = 20
"""Straight pieces of each edge of a ribbon."""
ROOM, SPACE = 8, 3
"""Pixels between two labels, and between a letter and its share."""
UNPLACED = 0.0005
"""A smaller share of customers without a segment is a matter of rounding."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One segment's part of both bars, or that of the customers without a segment."""

    letter: str
    colour: str
    parts: tuple[float, float]


@remembered(RUNS)
def share_balance(summary: RunSummary) -> Figure | None:
    """Set each segment's share of customers against its share of revenue; None without revenue or below zero."""
    known = [s.revenue_share for s in summary.segments if s.revenue_share is not None]
    if summary.k < 2 or len(known) < len(summary.segments) or min(known) < 0 or sum(known) > 1 + UNPLACED:
        return None
    pieces = [_Piece(s.letter, segment_colour(s.letter), (s.share, s.revenue_share or 0.0)) for s in summary.segments]
    names = [f"{s.letter} · {s.name}" for s in summary.segments]
    rest = tuple(max(0.0, round(1 - sum(piece.parts[row] for piece in pieces), 6)) for row in (0, 1))
    if max(rest) > UNPLACED:
        pieces.append(_Piece("none", colours()["no-segment"], (rest[0], rest[1])))
        names.append("No segment")
    unit = f", in {summary.currency}" if summary.currency else ""
    return Figure(
        name="share-balance",
        title=_title(pieces[: summary.k]),
        subtitle=f"Shares of {count(summary.customers, 'customer')} and of their revenue{unit}; one ribbon a segment",
        columns=(Column("Segment"), Column("Share of customers", number=True), Column("Share of revenue", number=True)),
        rows=tuple(
            (name, share(piece.parts[0]), share(piece.parts[1])) for name, piece in zip(names, pieces, strict=True)
        ),
        draw=lambda width: _draw(pieces, width),
        narrow=True,
    )


def _title(pieces: list[_Piece]) -> str:
    """Name the segment that brings most beyond its share of customers, and the one that brings least of it."""
    ahead = max(pieces, key=lambda piece: piece.parts[1] - piece.parts[0])
    behind = min(pieces, key=lambda piece: piece.parts[1] - piece.parts[0])
    if ahead is behind:
        return f"Each of {len(pieces)} segments brings as much revenue as it has customers"
    said = [[share(part) for part in piece.parts] for piece in (ahead, behind)]
    return (
        f"{ahead.letter}: {said[0][0]} of customers, {said[0][1]} of revenue; "
        f"{behind.letter}: {said[1][0]} and {said[1][1]}"
    )


def _draw(pieces: list[_Piece], width: int) -> Sheet:
    top = CAPTION + LABEL + LEAD
    sheet = Sheet(width - 4, 2 * (top + BAR) + GAP)
    bars = (top, top + BAR + GAP)
    starts = [[sum(p.parts[row] for p in pieces[:i]) * sheet.width for i in range(len(pieces) + 1)] for row in (0, 1)]
    for place, piece in enumerate(pieces):
        ends = [(starts[row][place], starts[row][place + 1]) for row in (0, 1)]
        sheet.path(_ribbon(ends[0], ends[1], bars[0] + BAR), colour=piece.colour, filled=True, opacity=0.26)
    for row, y in enumerate(bars):
        for place, piece in enumerate(pieces):
            left, right = starts[row][place], starts[row][place + 1]
            # A hairline of paper parts neighbours, as far as there is anything left of them.
            gap = 1 if right - left > 4 else 0
            sheet.box(left, y, right - gap, y + BAR, piece.colour)
        _labels(sheet, pieces, starts[row], row, y)
    for height, caption in ((CAPTION / 2, "Customers"), (sheet.height - CAPTION / 2, "Revenue")):
        sheet.text(0, height, "0%", colour="ink-3")
        sheet.text(sheet.width / 2, height, caption, align="center", strong=True)
        sheet.text(sheet.width, height, "100%", align="right", colour="ink-3")
    return sheet


def _labels(sheet: Sheet, pieces: list[_Piece], starts: list[float], row: int, bar: float) -> None:
    """Write letter and share above the upper or below the lower bar, each with a line to its piece."""
    said = [(piece.letter, share(piece.parts[row])) for piece in pieces]
    said, places = _fit(said, starts, sheet.width)
    edge, way = (bar, -1) if row == 0 else (bar + BAR, 1)
    for turn, ((letter, part), place) in enumerate(zip(said, places, strict=True)):
        middle = (starts[turn] + starts[turn + 1]) / 2
        sheet.rule(middle, edge, place, edge + way * LEAD, colour=colours()["rule-strong"])
        left, y = place - _width(letter, part) / 2, edge + way * (LEAD + LABEL / 2)
        sheet.text(left, y, letter, strong=True)
        if part:
            sheet.text(left + _width(letter, "") + SPACE, y, part, colour="ink-2")


def _fit(said: list[tuple[str, str]], starts: list[float], room: float) -> tuple[list[tuple[str, str]], list[float]]:
    """Place labels beside one another, each over its piece.

    As long as one is pushed too far off its piece, the smallest piece that still says its share says its letter alone.
    """
    left = list(said)
    lengths = [end - start for start, end in pairwise(starts)]
    wanted = [(start + end) / 2 for start, end in pairwise(starts)]
    small = sorted(range(len(said)), key=lengths.__getitem__)
    while True:
        widths = [_width(*text) + ROOM for text in left]
        places = apart(wanted, widths, -ROOM / 2, room + ROOM / 2)
        pushed = any(
            abs(place - middle) > length / 2 + REACH
            for place, middle, length in zip(places, wanted, lengths, strict=True)
        )
        shorter = next((turn for turn in small if left[turn][1] and lengths[turn] < widths[turn]), None)
        if shorter is None or not (pushed or sum(widths) > room):
            return left, places
        left[shorter] = (left[shorter][0], "")


def _width(letter: str, part: str) -> float:
    return text_width(letter, 14) + (SPACE + text_width(part) if part else 0)


def _ribbon(upper: tuple[float, float], lower: tuple[float, float], top: float) -> list[tuple[float, float]]:
    """Outline a ribbon: down its left edge, up its right one, by a smooth step between both bars."""
    ways = [step / STEPS for step in range(STEPS + 1)]
    smooth = [3 * way**2 - 2 * way**3 for way in ways]
    edges = [
        [(a + (b - a) * bend, top + GAP * way) for way, bend in zip(ways, smooth, strict=True)]
        for a, b in zip(upper, lower, strict=True)
    ]
    return [*edges[0], *reversed(edges[1])]
