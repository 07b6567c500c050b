"""A sheet as SVG: a group a layer, which says once what its marks have in common."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from segmentry.figures.sheet import RING, Align, Kind, Point, Sheet, Style
from segmentry.markup import escape

__all__ = ["marks_svg"]

Mark = Mapping[str, Any]
Ink = Callable[[str], str]

ANCHOR: Mapping[Align, str | None] = {"left": None, "center": "middle", "right": "end"}
MIDDLE = 0.3
"""Ems from the middle of small letters down to the line that they stand on."""
COLOURED: Mapping[Kind, str] = {"text": "fill", "box": "fill", "rule": "stroke", "dot": "stroke", "path": "stroke"}
"""Which attribute a mark's own colour is."""


def marks_svg(sheet: Sheet, ink: Ink) -> str:
    """Write the marks of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The drawing.
    ink : callable
        Gives a colour of the palette as it is to be written.

    Returns
    -------
    str
        SVG groups, without the ``svg`` element around them.

    Examples
    --------
    >>> sheet = Sheet(100, 40)
    >>> sheet.text(10, 20, "A & B")
    >>> marks_svg(sheet, str.lower)
    '<g fill="#1d2129" font-size="13"><text x="10" y="24">A &amp; B</text></g>'
    """
    return "".join(_layer(style, marks, ink) for style, marks in sheet.layers.items())


def _layer(style: Style, marks: list[dict[str, Any]], ink: Ink) -> str:
    """Write a layer: most marks have one colour, so the group says it."""
    colour = "fill" if style.kind == "path" and style.filled else COLOURED[style.kind]
    usual = Counter(mark["colour"] for mark in marks).most_common(1)[0][0]
    body = "".join(
        _mark(style, mark, {colour: ink(mark["colour"])} if mark["colour"] != usual else {}, ink) for mark in marks
    )
    return f"<g{_said({colour: ink(usual)} | _shared(style, ink))}>{body}</g>" if body else ""


def _shared(style: Style, ink: Ink) -> dict[str, str | float | None]:
    # Of each mark, not of the group: where marks lie over each other they are to look denser.
    opacity = None if style.opacity == 1 else f"{style.opacity:g}"
    match style.kind:
        case "text":
            weight = 600 if style.strong else None
            return {"font-size": style.size, "font-weight": weight, "text-anchor": ANCHOR[style.align]}
        case "box":
            edge: dict[str, str | float | None] = {}
            if style.edge is not None:
                edge = {"stroke": ink(style.edge), "stroke-opacity": opacity}
            return {"fill-opacity": opacity} | edge
        case "rule":
            return {"stroke-width": _unless_one(style.width), "stroke-dasharray": "3,3" if style.dashed else None}
        case "dot":
            return {"stroke-width": RING}
        case "path" if style.filled:
            return {"fill-opacity": opacity}
        case "path":
            ends = {"stroke-linecap": "round", "stroke-linejoin": "round", "stroke-opacity": opacity}
            return {"fill": "none", "stroke-width": _unless_one(style.width)} | ends


def _mark(style: Style, mark: Mark, own: dict[str, str], ink: Ink) -> str:
    match style.kind:
        case "text":
            if not mark["text"].strip():
                return ""
            place = {"x": mark["x"], "y": mark["y"] + round(MIDDLE * style.size)}
            return f"<text{_said(place | own)}>{escape(mark['text'])}</text>"
        case "box":
            (x, x2), (y, y2) = sorted((mark["x"], mark["x2"])), sorted((mark["y"], mark["y2"]))
            return f"<rect{_said({'x': x, 'y': y, 'width': x2 - x, 'height': y2 - y} | own)}/>"
        case "rule":
            ends = {"x1": mark["x"], "y1": mark["y"], "x2": mark["x2"], "y2": mark["y2"]}
            return f"<line{_said(ends | own)}/>"
        case "dot":
            place = {"cx": mark["x"], "cy": mark["y"], "r": (style.size - RING) / 2}
            return f"<circle{_said(place | {'fill': ink(mark['fill'])} | own)}/>"
        case "path":
            return f"<path{_said({'d': ''.join(_strokes(mark['points']))} | own)}/>"


def _strokes(points: tuple[Point | None, ...]) -> Iterator[str]:
    """Write a line from where the pen is set down to where it is lifted."""
    for down, stroke in groupby(points, key=lambda point: point is not None):
        if down:
            places = [f"{_plain(x)},{_plain(y)}" for x, y in filter(None, stroke)]
            # A line of no length shows its round ends alone: a dot.
            yield f"M{'L'.join(places)}" if len(places) > 1 else f"M{places[0]}h0"


def _said(attributes: Mapping[str, str | float | None]) -> str:
    return "".join(
        f' {name}="{value if isinstance(value, str) else _plain(value)}"'
        for name, value in attributes.items()
        if value is not None
    )


def _unless_one(width: float) -> float | None:
    return None if width == 1 else width


def _plain(value: float) -> str:
    """Write a number shortly; the eye sees no more than a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
