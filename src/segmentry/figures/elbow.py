"""The elbow: how inertia falls with the number of segments, and where it bends."""

import math

from segmentry.choose import Candidate
from segmentry.describe.words import number, percent, rounded
from segmentry.figures.figure import Figure
from segmentry.figures.fitting import text_width
from segmentry.figures.palette import colours
from segmentry.figures.panels import Panel, nice
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["elbow"]

TOP, HEIGHT, FOOT, TICKS = 24, 220, 46, 4
"""Pixels: above the curve for a word, of the curve, under it for the numbers; and figures of inertia at most."""
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


def _draw(candidates: list[Candidate], bend: int | None, chosen: int, width: int) -> Sheet:
    ks, most = [c.k for c in candidates], max(c.inertia for c in candidates)
    ticks = [tick for tick in nice(0.0, most, TICKS) if tick >= 0] if most > 0 else [0.0]
    room = max(text_width(number(tick)) for tick in ticks) + 10
    sheet = Sheet(width - 4, TOP + HEIGHT + FOOT)
    panel = Panel(room, TOP, sheet.width - room, HEIGHT, ks[0] - 0.5, ks[-1] + 0.5, 0.0, most or 1.0)
    for tick in ticks:
        line = "rule-strong" if tick == 0 else "rule"
        sheet.rule(panel.left, panel.y(tick), panel.right, panel.y(tick), colour=colours()[line])
    places = {c.k: (panel.x(c.k), panel.y(c.inertia)) for c in candidates}
    ink, soft = colours()["ink"], colours()["muted-mark"]
    sheet.path(places.values(), colour=soft, width=2)
    for k, (x, y) in places.items():
        sheet.dot(x, y, colour=ink if k == chosen else soft, size=11 if k == chosen else 6)
    for tick in ticks:
        sheet.text(room - 8, panel.y(tick), number(tick), align="right", colour="ink-3")
    sheet.text((panel.left + panel.right) / 2, panel.foot + 36, "segments", align="center", colour="ink-3")
    few = ks if panel.width >= 20 * len(ks) else [k for k in ks if k in (ks[0], chosen, bend, ks[-1])]
    for k in few:
        sheet.text(panel.x(k), panel.foot + 14, str(k), align="center", colour="ink-3")
    _remarks(sheet, places, bend, chosen)
    return sheet


def _remarks(sheet: Sheet, places: dict[int, tuple[float, float]], bend: int | None, chosen: int) -> None:
    """Name both places: the curve bends away from its lower left, so one word has room above it, one below."""
    if chosen in places:
        x, y = places[chosen]
        said = _remark(chosen, bend, chosen)
        sheet.text(min(x + 8, sheet.width - text_width(said)), y - 13, said, strong=True)
    if bend is not None and bend != chosen and bend in places:
        x, y = places[bend]
        sheet.text(x - 4, y + 16, _remark(bend, bend, chosen), align="right", strong=True)
