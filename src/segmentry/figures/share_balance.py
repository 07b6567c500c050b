"""Customers over revenue: two bars of the same length, and a ribbon that joins each segment's two shares."""

from typing import TYPE_CHECKING, Any

from segmentry.describe import Segment
from segmentry.figures.figure import Figure
from segmentry.figures.palette import colours, segment_colour
from segmentry.markup import Column
from segmentry.markup.opening import headline
from segmentry.markup.words import count, share
from segmentry.summary import RunSummary

if TYPE_CHECKING:
    from segmentry.figures.figure import Chart

__all__ = ["share_balance"]

BAR, GAP = 44, 76
"""Heights in pixels: of a bar, and of the ribbons between both."""
STEPS = 24
"""Straight pieces of each edge of a ribbon."""
ROOM = 0.05
"""Segments with a smaller share of a bar have no label on it: it would not fit."""


def share_balance(summary: RunSummary) -> Figure | None:
    """Set each segment's share of customers against its share of revenue; None without revenue."""
    segments = [segment for segment in summary.segments if segment.revenue_share is not None]
    if summary.k < 2 or len(segments) < summary.k or any((s.revenue_share or 0.0) < 0 for s in segments):
        return None
    money = summary.currency or "the unit of the data"
    return Figure(
        name="share-balance",
        title=headline(summary),
        subtitle=f"Shares of {count(summary.customers, 'customer')} and of their revenue, in {money}",
        columns=(Column("Segment"), Column("Share of customers", number=True), Column("Share of revenue", number=True)),
        rows=tuple((f"{s.letter} · {s.name}", share(s.share), share(s.revenue_share)) for s in segments),
        draw=lambda width: _draw(segments, width),
        narrow=True,
    )


def _draw(segments: list[Segment], width: int) -> "Chart":
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    bars, ribbons = _bars(segments), _ribbons(segments)
    height = 2 * BAR + GAP
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    ink = alt.Color("colour:N", scale=None)
    flow = alt.Chart(alt.InlineData(values=ribbons)).mark_line(filled=True, strokeWidth=0, opacity=0.28)
    band = flow.encode(x=x, y=y, fill=alt.Fill("colour:N", scale=None), detail="letter:N", order="at:Q")
    base = alt.Chart(alt.InlineData(values=bars))
    box = base.mark_bar(stroke=colours()["paper"], strokeWidth=2).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=ink)
    # Text never sits on a segment's colour: its label stands on paper, above the upper and below the lower bar.
    said = base.transform_filter("datum.room").encode(x=alt.X("middle:Q", axis=None))
    letters = said.mark_text(fontWeight=600, baseline="middle").encode(y=alt.Y("text_y:Q"), text="label:N")
    return alt.layer(band, box, letters).properties(width=width - 4, height=height)


def _bars(segments: list[Segment]) -> list[dict[str, Any]]:
    found, starts = [], [0.0, 0.0]
    for segment in segments:
        for row, part in enumerate((segment.share, segment.revenue_share or 0.0)):
            top = row * (BAR + GAP)
            found.append(
                {
                    "x": starts[row],
                    "x2": starts[row] + part,
                    "y": top,
                    "y2": top + BAR,
                    "middle": starts[row] + part / 2,
                    "text_y": top + BAR / 2,
                    "colour": segment_colour(segment.letter),
                    "label": f"{segment.letter} {share(part)}",
                    "room": part >= ROOM,
                }
            )
            starts[row] += part
    return found


def _ribbons(segments: list[Segment]) -> list[dict[str, Any]]:
    """Outline each ribbon: down its left edge, up its right one, by a smooth step between both bars."""
    found = []
    upper = lower = 0.0
    for segment in segments:
        edges = [(upper, lower), (upper + segment.share, lower + (segment.revenue_share or 0.0))]
        for side, (above, below) in enumerate(edges):
            for step in range(STEPS + 1):
                way = (step if side == 0 else STEPS - step) / STEPS
                found.append(
                    {
                        "x": above + (below - above) * (3 * way**2 - 2 * way**3),
                        "y": BAR + GAP * way,
                        "at": side * (STEPS + 1) + step,
                        "letter": segment.letter,
                        "colour": segment_colour(segment.letter),
                    }
                )
        upper, lower = edges[1]
    return found
