"""A sheet of pixels: text, boxes, rules, dots, paths and a segment's letter, each placed where it is told.

Charts whose text must not overlap whatever the run need to know where a label ends. So every chart places everything
itself, here; marks of one style share a layer, and layers lie in the order of their first mark. A page or a file gets
the sheet as SVG, who asks for an Altair chart gets the same marks as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from segmentry.figures.palette import colours, segment_colour

__all__ = ["BADGE", "RING", "Align", "Kind", "Point", "Sheet", "Style", "badge_width"]

Align = Literal["left", "center", "right"]
Kind = Literal["text", "box", "rule", "dot", "path"]
Point = tuple[float, float]

RING = 1.8
"""Pixels of the line around a dot."""
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


@dataclass(frozen=True, slots=True)
class Style:
    """What all marks of a layer have in common.

    Parameters
    ----------
    kind : {"text", "box", "rule", "dot", "path"}
        What they are.
    size : float, default 0
        Of a text's letters, or of a dot from side to side, in pixels.
    width : float, default 0
        Of a line, in pixels.
    align : {"left", "center", "right"}, default "left"
        Which end of a text lies at its place.
    strong, dashed, filled : bool, default False
        Of a text, a rule, and a path.
    opacity : float, default 1
        Of a box or a path.
    edge : str or None, default None
        The colour of a box's edge.
    level : int, default 0
        Tells layers of one style apart that lie over each other.
    """

    kind: Kind
    size: float = 0.0
    width: float = 0.0
    align: Align = "left"
    strong: bool = False
    dashed: bool = False
    filled: bool = False
    opacity: float = 1.0
    edge: str | None = None
    level: int = 0


@dataclass
class Sheet:
    """A drawing of so many pixels, 0 at the top left.

    Parameters
    ----------
    width, height : float
        In pixels.
    layers : dict of Style to list of dict
        The marks: places in pixels, colours by their value; filled by drawing.
    """

    width: float
    height: float
    layers: dict[Style, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

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
        style = Style("text", size=size, align=align, strong=strong)
        self._add(style, x=round(x, 1), y=round(y, 1), text=text, colour=colours()[colour])

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
        style = Style("box", opacity=opacity, edge=None if stroke is None else colours()[stroke], level=level)
        self._add(style, x=round(x, 1), y=round(y, 1), x2=round(x2, 1), y2=round(y2, 1), colour=fill)

    def rule(
        self, x: float, y: float, x2: float, y2: float, *, colour: str, width: float = 1, dashed: bool = False
    ) -> None:
        """Draw a straight line in a colour of the palette, given as its value."""
        style = Style("rule", width=width, dashed=dashed)
        self._add(style, x=round(x, 1), y=round(y, 1), x2=round(x2, 1), y2=round(y2, 1), colour=colour)

    def dot(self, x: float, y: float, *, colour: str, filled: bool = True, size: float = 9) -> None:
        """Draw a dot ``size`` pixels wide with its ring; a hollow one is filled with paper."""
        fill = colour if filled else colours()["paper"]
        self._add(Style("dot", size=size), x=round(x, 1), y=round(y, 1), colour=colour, fill=fill)

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
        found = tuple(None if point is None else (round(point[0], 1), round(point[1], 1)) for point in points)
        self._add(Style("path", width=width, filled=filled, opacity=opacity), points=found, colour=colour)

    def badge(self, x: float, y: float, letter: str) -> None:
        """Draw a segment's letter in a box of paper with an edge of its colour, left middle at ``x`` and ``y``."""
        top, low, right = y - BADGE / 2, y + BADGE / 2, x + badge_width(letter)
        self.box(x, top, right, low, colours()["surface"], stroke="rule-strong", level=1)
        self.box(x, top, x + EDGE, low, segment_colour(letter), level=2)
        self.text(x + (EDGE + right - x) / 2, y + 0.5, letter, align="center", strong=True)

    def _add(self, style: Style, **mark: Any) -> None:
        self.layers.setdefault(style, []).append(mark)
