"""The elbow: how inertia falls with the number of segments, and where it bends."""

import math
from typing import TYPE_CHECKING

from segmentry.choose import Candidate
from segmentry.describe.words import number, percent, rounded
from segmentry.figures.figure import Figure
from segmentry.figures.palette import colours
from segmentry.figures.remembered import RUNS, remembered
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

if TYPE_CHECKING:
    from segmentry.figures.figure import Chart

__all__ = ["elbow"]

HEIGHT = 240
LEAST = 3
"""Numbers of segments; two points have no bend."""


@remembered(RUNS)
def elbow(summary: RunSummary) -> Figure | None:
    """Draw inertia over the number of segments; None where fewer than three numbers were tried."""
    tried = {c.k: c for c in summary.candidates if math.isfinite(c.inertia)}
    if len(tried) < LEAST or len(tried) < len(summary.candidates):
        return None
    candidates = [tried[k] for k in sorted(tried)]
    bend = next((criterion.k for criterion in summary.criteria if criterion.name == "elbow"), None)
    first = candidates[0].inertia or 1.0
    return Figure(
        name="elbow",
        title=_title(candidates, bend, summary.k),
        subtitle=(
            f"Inertia: sum of squared distances to the segments' means, in prepared units, "
            f"{count(summary.customers, 'customer')}. "
            "It always falls with more segments, so it chooses nothing by itself."
        ),
        columns=(
            Column("Segments"),
            Column("Inertia", number=True),
            Column(f"Of that for {candidates[0].k}", number=True),
            Column("Remark"),
        ),
        rows=tuple(
            (c.k, rounded(c.inertia, 6), percent(c.inertia / first), _remark(c.k, bend, summary.k)) for c in candidates
        ),
        draw=lambda width: _draw(candidates, bend, summary.k, width),
        narrow=True,
    )


def _title(candidates: list[Candidate], bend: int | None, chosen: int) -> str:
    if bend == chosen:
        return f"Inertia bends at {chosen} segments, the number chosen"
    if bend is not None:
        return f"Inertia bends at {bend} segments; {chosen} were chosen for other reasons"
    least, most = candidates[0], candidates[-1]
    fall = 1 - most.inertia / (least.inertia or 1.0)
    return f"Inertia has no bend: it falls by {percent(max(fall, 0.0))} from {least.k} to {most.k} segments"


def _remark(k: int, bend: int | None, chosen: int) -> str:
    said = [word for word, place in (("chosen", chosen), ("bend", bend)) if k == place]
    return ", ".join(said)


def _draw(candidates: list[Candidate], bend: int | None, chosen: int, width: int) -> "Chart":
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    rows = tuple({"k": c.k, "inertia": c.inertia} for c in candidates)
    ks = [c.k for c in candidates]
    # Letters of the largest figure, a thousands sign included, at the axis' size.
    room = 8 * len(number(max(c.inertia for c in candidates))) + 14
    x = alt.X("k:O", axis=alt.Axis(title="segments", labelAngle=0, values=ks), scale=alt.Scale(padding=0.4))
    y = alt.Y("inertia:Q", axis=alt.Axis(title=None, tickCount=4, format=",~r", domain=False, ticks=False))
    base = alt.Chart(alt.InlineData(values=rows))
    ink, soft = colours()["ink"], colours()["muted-mark"]
    line = base.mark_line(color=soft, strokeWidth=2).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=50, color=soft, opacity=1).encode(x=x, y=y)
    marked = base.transform_filter(f"datum.k == {chosen}")
    mark = marked.mark_point(filled=True, size=130, color=ink, opacity=1).encode(x=x, y=y)
    layers = [line, dots, mark]
    # The curve falls and bends away from its lower left, so a word under it and one above it have room side by side.
    for place, dx, dy in ((chosen, 8, -13), (bend if bend != chosen else None, -4, 16)):
        if place is not None:
            at = base.transform_filter(f"datum.k == {place}")
            said = at.mark_text(align="left" if dx > 0 else "right", dx=dx, dy=dy, fontWeight=600, color=ink)
            layers.append(said.encode(x=x, y=y, text=alt.value(_remark(place, bend, chosen))))
    return alt.layer(*layers, width=width - room, height=HEIGHT)
