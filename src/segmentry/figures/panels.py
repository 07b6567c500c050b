"""A sheet of pixels to draw small multiples on: panels of different units, exactly as wide as they are told.

Facets would need a view, a scale and an axis a panel, which takes the renderer ten times as long and leaves the width
to it. So panels are laid out here, and Altair is given rows of finished places.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from segmentry.figures.palette import colours

if TYPE_CHECKING:
    from segmentry.figures.figure import Chart

__all__ = ["Panel", "Sheet", "nice"]

Row = dict[str, Any]
Style = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the sheet with its own scales.

    Parameters
    ----------
    left, top, width, height : float
        In pixels from the upper left.
    low, high : float
        What its left and right edges stand for.
    bottom, peak : float, default 0 and 1
        What its lower and upper edges stand for.
    """

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float
    bottom: float = 0.0
    peak: float = 1.0

    def x(self, value: float) -> float:
        """Give the place of a value, held inside the panel."""
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.left + self.width * min(max(part, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Give the height of a value, held inside the panel."""
        part = (value - self.bottom) / ((self.peak - self.bottom) or 1.0)
        return self.top + self.height * (1.0 - min(max(part, 0.0), 1.0))

    @property
    def right(self) -> float:
        """Its right edge in pixels."""
        return self.left + self.width

    @property
    def foot(self) -> float:
        """Its lower edge in pixels."""
        return self.top + self.height


@dataclass(slots=True)
class Sheet:
    """Collects marks by kind and style, and gives them as one layered chart; what comes first lies at the bottom.

    Parameters
    ----------
    width, height : float
        In pixels.
    """

    width: float
    height: float
    _marks: dict[tuple[str, Style], list[Row]] = field(default_factory=dict, init=False, repr=False)
    _lines: int = field(default=0, init=False, repr=False)

    def bar(self, x: float, x2: float, y: float, y2: float, colour: str, **style: Any) -> None:
        """Fill a rectangle."""
        self._add("rect", style, {"x": x, "x2": x2, "y": y, "y2": y2, "colour": colour})

    def line(self, points: Sequence[tuple[float, float]], colour: str, **style: Any) -> None:
        """Join points by straight lines."""
        self._lines += 1
        for at, (x, y) in enumerate(points):
            self._add("line", style, {"x": x, "y": y, "at": at, "line": self._lines, "colour": colour})

    def area(self, outline: Sequence[tuple[float, float]], colour: str, **style: Any) -> None:
        """Fill what straight lines enclose."""
        self._lines += 1
        for at, (x, y) in enumerate(outline):
            row = {"x": x, "y": y, "at": at, "line": self._lines, "colour": colour}
            self._add("area", {"filled": True, "strokeWidth": 0, **style}, row)

    def rule(self, x: float, x2: float, y: float, y2: float, colour: str, **style: Any) -> None:
        """Draw one straight line."""
        self._add("rule", style, {"x": x, "x2": x2, "y": y, "y2": y2, "colour": colour})

    def dot(self, x: float, y: float, colour: str, **style: Any) -> None:
        """Draw a circle."""
        self._add("point", {"filled": True, "opacity": 1, **style}, {"x": x, "y": y, "colour": colour})

    def text(self, x: float, y: float, text: str, colour: str, **style: Any) -> None:
        """Write a line, by default from its left end and on its middle."""
        style = {"align": "left", "baseline": "middle", **style}
        self._add("text", style, {"x": x, "y": y, "text": text, "colour": colour})

    def chart(self) -> "Chart":
        """Give the Altair chart."""
        import altair as alt  # noqa: PLC0415 - only where a chart is drawn

        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False))
        ends = {"x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
        traced = {"detail": alt.Detail("line:N"), "order": alt.Order("at:Q")}
        ink = alt.Color("colour:N", scale=None)
        extra: dict[str, dict[str, Any]] = {
            "rect": ends | {"color": ink},
            "rule": ends | {"color": ink},
            "line": traced | {"color": ink},
            "area": traced | {"fill": alt.Fill("colour:N", scale=None)},
            "text": {"text": alt.Text("text:N"), "color": ink},
            "point": {"color": ink},
        }
        layers = []
        for (kind, style), rows in self._marks.items():
            # A tuple is not copied row by row each time Altair copies a chart, as a list is.
            chart = alt.Chart(alt.InlineData(values=tuple(rows)))
            marked = getattr(chart, f"mark_{'line' if kind == 'area' else kind}")(**dict(style))
            layers.append(marked.encode(x=x, y=y, **extra[kind]))
        return alt.layer(*layers, width=self.width, height=self.height)

    def _add(self, kind: str, style: dict[str, Any], row: Row) -> None:
        known = self._marks.setdefault((kind, tuple(sorted(style.items()))), [])
        known.append({key: round(value, 2) if isinstance(value, float) else value for key, value in row.items()})

    def heading(self, panel: Panel, title: str, note: str = "") -> None:
        """Write a panel's name above it, and a note under the name."""
        self.text(panel.left, panel.top - (32 if note else 14), title, colours()["ink"], fontWeight=600)
        if note:
            self.text(panel.left, panel.top - 14, note, colours()["ink-3"])


def nice(low: float, high: float, most: int = 4) -> list[float]:
    """Give round figures inside a range, at most so many.

    Examples
    --------
    >>> nice(3, 97), nice(0, 1, 3)
    ([25.0, 50.0, 75.0], [0.0, 0.5, 1.0])
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    size = 10.0 ** math.floor(math.log10((high - low) / max(most, 1)))
    for step in (1, 2, 2.5, 5, 10, 20, 25, 50, 100):
        first, last = math.ceil(low / (step * size) - 1e-9), math.floor(high / (step * size) + 1e-9)
        if last - first < most:
            return [float(f"{number * step * size:.12g}") for number in range(first, last + 1)]
    return []
