"""Flattened pictures of the customers, each a dot in its segment's colour."""

import math
from dataclasses import dataclass
from statistics import median

from segmentry.maps import MAPPERS, NOWHERE, Map
from segmentry.markup.badges import badge, colour, people_said, titled
from segmentry.markup.build import Markup, element
from segmentry.markup.map_words import WARNING, map_words
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["maps"]

WIDTH, TALLEST, FLATTEST, EDGE = 720, 540, 270, 14
"""The picture's width, its greatest and least height, and the free edge, in its own units."""
ROUNDS = 6
"""Dots are drawn in so many rounds over all segments, so that none lies on top of all others."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """From a map's coordinates to the picture's: one scale for both directions, upwards on top."""

    left: float
    top: float
    scale: float
    height: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        return round(self.left + self.scale * x, 1), round(self.top - self.scale * y, 1)


def maps(summary: RunSummary) -> Markup | None:
    """Show the maps, where there are any."""
    if not summary.maps:
        return None
    return element(
        "section",
        element("h2", "Map of customers"),
        element("p", element("strong", WARNING), " Segments were not formed on it."),
        *(_figure(drawn, summary) for drawn in summary.maps),
        _legend(summary),
        id="map",
    )


def _figure(drawn: Map, summary: RunSummary) -> Markup:
    frame = _frame(drawn)
    title = MAPPERS[drawn.method].title
    picture = element(
        "svg",
        *_dots(drawn, frame, summary),
        viewbox=f"0 0 {WIDTH} {frame.height:g}",
        role="img",
        aria_label=f"Map of {count(drawn.drawn, 'customer')} by {title}, coloured by segment",
    )
    return element(
        "figure",
        element("h3", f"By {title}"),
        element("div", picture, *_pins(drawn, frame, summary), class_="map"),
        element("figcaption", *map_words(drawn, summary, people_said), class_="note"),
    )


def _frame(drawn: Map) -> _Frame:
    wide, high = max(drawn.x) - min(drawn.x), max(drawn.y) - min(drawn.y)
    room = WIDTH - 2 * EDGE
    scale = min(room / wide if wide else 1.0, (TALLEST - 2 * EDGE) / high if high else 1.0)
    if not wide and not high:
        scale = 1.0
    elif not wide or not high:
        scale = room / wide if wide else (TALLEST - 2 * EDGE) / high
    height = max(FLATTEST, round(scale * high + 2 * EDGE))
    left = WIDTH / 2 - scale * (min(drawn.x) + wide / 2)
    return _Frame(left, height / 2 + scale * (min(drawn.y) + high / 2), scale, height)


def _dots(drawn: Map, frame: _Frame, summary: RunSummary) -> list[Markup]:
    """Draw each customer as a line of no length with round ends: a dot in a dozen letters."""
    found = []
    order = sorted(set(drawn.segments))
    for turn in range(ROUNDS):
        rows = range(turn, drawn.drawn, ROUNDS)
        for segment in order:
            places = (frame.place(drawn.x[row], drawn.y[row]) for row in rows if drawn.segments[row] == segment)
            path = "".join(f"M{x:g} {y:g}h0" for x, y in places)
            if path:
                found.append(element("path", d=path, class_=_ink(segment, summary)))
    return found


def _ink(segment: int, summary: RunSummary) -> str:
    return "seg-none" if segment == NOWHERE else colour(summary.segments[segment].letter)


def _pins(drawn: Map, frame: _Frame, summary: RunSummary) -> list[Markup]:
    """Put each segment's letter at that of its dots that lies nearest to their middle, which may lie among others."""
    pins = []
    for position, segment in enumerate(summary.segments):
        rows = [row for row, own in enumerate(drawn.segments) if own == position]
        if rows:
            middle = median(drawn.x[row] for row in rows), median(drawn.y[row] for row in rows)
            nearest = min(rows, key=lambda row: math.dist((drawn.x[row], drawn.y[row]), middle))
            x, y = frame.place(drawn.x[nearest], drawn.y[nearest])
            place = f"left:{100 * x / WIDTH:.1f}%;top:{100 * y / frame.height:.1f}%"
            pins.append(element("span", badge(segment), class_="pin", style=place, aria_hidden="true"))
    return pins


def _legend(summary: RunSummary) -> Markup:
    entries = [element("li", titled(segment)) for segment in summary.segments]
    if any(NOWHERE in drawn.segments for drawn in summary.maps):
        entries.append(element("li", element("span", class_=f"badge {_ink(NOWHERE, summary)}"), " no segment"))
    return element("ul", *entries, class_="legend")
