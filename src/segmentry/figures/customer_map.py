"""A flattened picture of the customers: each a dot in its segment's colour, and each segment's letter in its middle."""

import math
from dataclasses import dataclass
from statistics import median

import numpy as np

from segmentry.figures.figure import NARROW, Figure
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import BADGE, Sheet, badge_width
from segmentry.maps import MAPPERS, NOWHERE, Map
from segmentry.markup import Column
from segmentry.markup.map_words import WARNING, map_words
from segmentry.markup.words import NONE, count, kept
from segmentry.summary import RunSummary

__all__ = ["customer_map"]

TALLEST, FLATTEST, EDGE = 0.75, 0.4, 14
"""The picture's greatest and least height as parts of its width, and the free edge in pixels."""
ROUNDS = 6
"""Dots are drawn in so many rounds over all segments, so that none lies on top of all others."""
OPACITY = 0.7


@dataclass(frozen=True, slots=True)
class _Frame:
    """From a map's coordinates to pixels: one scale for both directions, upwards on top."""

    left: float
    top: float
    scale: float
    height: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        return self.left + self.scale * x, self.top - self.scale * y


@remembered(4 * RUNS)
def customer_map(summary: RunSummary, method: str = "pca") -> Figure | None:
    """Show the map by one method; None where the run has none.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    method : str, default "pca"
        A name in :data:`segmentry.maps.MAPPERS`.
    """
    drawn = next((one for one in summary.maps if one.method == method), None)
    if drawn is None or not drawn.drawn:
        return None
    segments = [(s.letter, s.name, position) for position, s in enumerate(summary.segments)]
    if NOWHERE in drawn.segments:
        segments.append(("", "No segment", NOWHERE))
    rows = []
    for letter, name, position in segments:
        own = [row for row, segment in enumerate(drawn.segments) if segment == position]
        middle = _middle(drawn, own)
        said = (NONE, NONE) if middle is None else tuple(f"{value:.3g}" for value in middle)
        rows.append((f"{letter} · {name}" if letter else name, f"{len(own):,}", *said))
    who = count(drawn.of, "customer")
    who = f"All {who}" if drawn.drawn == drawn.of else f"{drawn.drawn:,} of {who}"
    return Figure(
        name=f"map-{method}",
        title=_title(drawn, summary),
        subtitle=f"{who}, flattened by {MAPPERS[method].title}",
        columns=(
            Column("Segment"),
            Column("Customers drawn", number=True),
            Column("Middle, left to right", number=True),
            Column("Middle, bottom to top", number=True),
        ),
        rows=tuple(rows),
        draw=lambda width: _draw(drawn, summary, width),
        narrow=True,
        caption=f"{WARNING} {''.join(map_words(drawn, summary, str))}",
    )


def _title(drawn: Map, summary: RunSummary) -> str:
    beside = _beside_own(drawn)
    if summary.k < 2 or beside is None:
        return f"{count(drawn.drawn, 'customer')} in {count(summary.k, 'segment')}, flattened"
    return f"On this map {kept(beside)} of 100 customers lie next to one of their own segment"


def _beside_own(drawn: Map) -> float | None:
    """Find the share of customers whose nearest one on the map is of their own segment; None below two customers."""
    if drawn.drawn < 2:
        return None
    from scipy.spatial import KDTree  # noqa: PLC0415 - only for a map

    places, segments = np.column_stack([drawn.x, drawn.y]), np.array(drawn.segments)
    nearest = np.asarray(KDTree(places).query(places, k=2)[1])
    # Where several lie on one place, either of the two may be the customer herself.
    other = np.where(nearest[:, 0] == np.arange(len(places)), nearest[:, 1], nearest[:, 0])
    return float((segments[other] == segments)[segments != NOWHERE].mean()) if (segments != NOWHERE).any() else None


def _middle(drawn: Map, rows: list[int]) -> tuple[float, float] | None:
    return (median(drawn.x[row] for row in rows), median(drawn.y[row] for row in rows)) if rows else None


def _frame(drawn: Map, width: float) -> _Frame:
    wide, high = max(drawn.x) - min(drawn.x), max(drawn.y) - min(drawn.y)
    across, tall = width - 2 * EDGE, TALLEST * width - 2 * EDGE
    scale = min([room / size for room, size in ((across, wide), (tall, high)) if size > 0], default=1.0)
    height = max(FLATTEST * width, scale * high + 2 * EDGE)
    left = width / 2 - scale * (min(drawn.x) + wide / 2)
    return _Frame(left, height / 2 + scale * (min(drawn.y) + high / 2), scale, height)


def _draw(drawn: Map, summary: RunSummary, width: int) -> Sheet:
    frame = _frame(drawn, width - 4)
    sheet = Sheet(width - 4, round(frame.height))
    # The frame is a line, not a box: letters lie over the dots, and boxes in one layer.
    right, low = sheet.width - 0.5, sheet.height - 0.5
    sheet.path([(0.5, 0.5), (right, 0.5), (right, low), (0.5, low), (0.5, 0.5)], colour=colours()["rule"])
    present = sorted(set(drawn.segments))
    for turn in range(ROUNDS):
        for segment in present:
            colour = colours()["no-segment"] if segment == NOWHERE else segment_colour(summary.segments[segment].letter)
            points: list[tuple[float, float] | None] = []
            for row in range(turn, drawn.drawn, ROUNDS):
                if drawn.segments[row] == segment:
                    points += [frame.place(drawn.x[row], drawn.y[row]), None]
            if points:
                sheet.path(points, colour=colour, width=3 if width <= 1.5 * NARROW else 4.5, opacity=OPACITY)
    for letter, (x, y) in _pins(drawn, summary, frame):
        half = badge_width(letter) / 2
        left = min(max(x - half, 2), sheet.width - 2 * half - 2)
        sheet.badge(left, min(max(y, BADGE / 2 + 2), sheet.height - BADGE / 2 - 2), letter)
    return sheet


def _pins(drawn: Map, summary: RunSummary, frame: _Frame) -> list[tuple[str, tuple[float, float]]]:
    """Put each letter at that of its dots nearest to their middle, which may lie among others; none over another."""
    pins: list[tuple[str, tuple[float, float]]] = []
    for position, segment in enumerate(summary.segments):
        rows = [row for row, own in enumerate(drawn.segments) if own == position]
        middle = _middle(drawn, rows)
        if middle is None:
            continue
        places = sorted((math.dist((drawn.x[row], drawn.y[row]), middle), row) for row in rows)
        spots = [frame.place(drawn.x[row], drawn.y[row]) for _, row in places]
        free = (spot for spot in spots if all(_clear(spot, taken) for _, taken in pins))
        pins.append((segment.letter, next(free, spots[0])))
    return pins


def _clear(spot: tuple[float, float], taken: tuple[float, float]) -> bool:
    return abs(spot[0] - taken[0]) > 30 or abs(spot[1] - taken[1]) > BADGE + 2
