"""A drawing whose places are pixels: text, boxes, rules, dots and paths that become one Altair chart.

Charts whose labels stand on their marks need to know where a label ends. They place everything themselves and draw it
here; marks of one style share a layer, and layers lie in the order of their first mark.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from segmentry.figures.palette import colours, segment_colour

if TYPE_CHECKING:
    import altair as alt

    from segmentry.figures.figure import Chart

__all__ = ["BADGE", "Align", "Point", "Sheet", "badge_width"]

Align = Literal["left", "center", "right"]
Point = tuple[float, float]

BADGE = 20
"""Height in pixels of a segment's letter in its box."""
EDGE = 4
LETTER = 8


def badge_width(letter: str) -> int:
    """Give the pixels that a segment's letter takes in its box.

    Examples
    --------
    >>> badge_width("A"), badge_width("AB")
    (22, 30)
    """
    return EDGE + 10 + LETTER * len(letter)


@dataclass
class Sheet:
    """A drawing of so many pixels, 0 at the top left.

    Parameters
    ----------
    width, height : float
        In pixels.
    """

    width: float
    height: float
    _layers: dict[tuple[Any, ...], list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: Align = "left",
        colour: str = "ink",
        strong: bool = False,
        size: int = 13,
    ) -> None:
        """Write one line, its middle at ``y``; ``colour`` is a name of the palette."""
        row = {"x": round(x, 1), "y": round(y, 1), "text": text, "colour": colours()[colour]}
        self._add(("text", align, strong, size), row)

    def box(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        fill: str,
        *,
        opacity: float = 1.0,
        stroke: str | None = None,
        level: int = 0,
    ) -> None:
        """Fill a rectangle in a colour of the palette, given as its value; ``level`` 1 lies over what came before."""
        row = {"x": round(x, 1), "y": round(y, 1), "x2": round(x2, 1), "y2": round(y2, 1), "colour": fill}
        self._add(("box", opacity, stroke, level), row)

    def rule(
        self, x: float, y: float, x2: float, y2: float, *, colour: str, width: float = 1, dashed: bool = False
    ) -> None:
        """Draw a straight line in a colour of the palette, given as its value."""
        row = {"x": round(x, 1), "y": round(y, 1), "x2": round(x2, 1), "y2": round(y2, 1), "colour": colour}
        self._add(("rule", width, dashed), row)

    def dot(self, x: float, y: float, *, colour: str, filled: bool = True, size: float = 9) -> None:
        """Draw a dot ``size`` pixels wide; a hollow one is filled with paper."""
        row = {"x": round(x, 1), "y": round(y, 1), "colour": colour, "fill": colour if filled else colours()["paper"]}
        self._add(("dot", size), row)

    def path(
        self,
        points: Iterable[Point | None],
        *,
        colour: str,
        width: float = 1,
        filled: bool = False,
        opacity: float = 1.0,
    ) -> None:
        """Draw a line through points; None lifts the pen, so that a point alone is a dot of the line's width."""
        key = ("path", width, filled, opacity)
        line = len(self._layers.get(key, ()))
        for at, point in enumerate(points):
            x, y = (None, None) if point is None else (round(point[0], 1), round(point[1], 1))
            self._add(key, {"x": x, "y": y, "at": at, "line": line, "colour": colour})

    def badge(self, x: float, y: float, letter: str) -> None:
        """Draw a segment's letter in a box of paper with an edge of its colour, left middle at ``x`` and ``y``."""
        top, low, right = y - BADGE / 2, y + BADGE / 2, x + badge_width(letter)
        self.box(x, top, right, low, colours()["surface"], stroke="rule-strong", level=1)
        self.box(x, top, x + EDGE, low, segment_colour(letter), level=2)
        self.text(x + (EDGE + right - x) / 2, y + 0.5, letter, align="center", strong=True)

    def _add(self, key: tuple[Any, ...], row: dict[str, Any]) -> None:
        self._layers.setdefault(key, []).append(row)

    def chart(self) -> "Chart":
        """Give the drawing as an Altair chart."""
        import altair as alt  # noqa: PLC0415 - only where a chart is drawn

        layers = [_layer(key, rows, self) for key, rows in self._layers.items()]
        return alt.layer(*layers, width=round(self.width), height=round(self.height))


def _layer(key: tuple[Any, ...], rows: list[dict[str, Any]], sheet: Sheet) -> "alt.Chart":
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    # A list would be copied value by value, time and again, as charts are put together; so would short names of fields.
    base = alt.Chart(alt.InlineData(values=tuple(rows)))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, sheet.width], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[sheet.height, 0], nice=False, zero=False))
    fill, stroke = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    drawn: alt.Chart
    match key:
        case "text", align, strong, size:
            weight: Literal[400, 600] = 600 if strong else 400
            drawn = base.mark_text(align=align, baseline="middle", fontWeight=weight, fontSize=size)
            drawn = drawn.encode(x=x, y=y, text=alt.Text("text:N"), color=alt.Color("colour:N", scale=None))
        case "box", opacity, edge, _:
            line = alt.Undefined if edge is None else colours()[edge]
            drawn = base.mark_rect(opacity=opacity, stroke=line, strokeWidth=1 if edge else 0)
            drawn = drawn.encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), fill=fill)
        case "rule", width, dashed:
            drawn = base.mark_rule(strokeWidth=width, strokeDash=[3, 3] if dashed else alt.Undefined)
            drawn = drawn.encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), stroke=stroke)
        case "dot", size:
            # A point's size is its area.
            drawn = base.mark_point(size=math.pi / 4 * size**2, strokeWidth=1.8, opacity=1)
            drawn = drawn.encode(x=x, y=y, fill=alt.Fill("fill:N", scale=None), stroke=stroke)
        case _, _, True, opacity:
            drawn = base.mark_line(filled=True, strokeWidth=0, opacity=opacity)
            drawn = drawn.encode(x=x, y=y, detail=alt.Detail("line:N"), order=alt.Order("at:Q"), fill=fill)
        case _, width, _, opacity:
            drawn = base.mark_line(strokeWidth=width, strokeCap="round", strokeJoin="round", opacity=opacity)
            drawn = drawn.encode(x=x, y=y, detail=alt.Detail("line:N"), order=alt.Order("at:Q"), stroke=stroke)
    return drawn
