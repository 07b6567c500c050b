"""Where each segment lies on each measure: boxes in the measures' own units, everyone on top."""

import math

from segmentry.describe import Distribution
from segmentry.describe.distributions import Box
from segmentry.describe.words import Voice, clean, number
from segmentry.figures.figure import Cell, Figure
from segmentry.figures.fitting import fitted, text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.panels import Panel, nice
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["box_plots"]

MOST = 8
"""Measures that are drawn, those that set segments apart most first."""
ROW, THICK, HEAD, FOOT, BETWEEN, LETTERS = 24, 12, 34, 34, 34, 34
"""Pixels: a row, a box's thickness, above the rows, under them, between two panels, and left for the letters."""
EVERYONE, TYPICAL = "All", "typical"


@remembered(RUNS)
def box_plots(summary: RunSummary) -> Figure | None:
    """Draw five quantiles of every segment on the forming measures; None where none is known."""
    found = [d for d in summary.distributions if d.forms and d.box is not None and any(d.boxes)]
    if not found or summary.k < 2:
        return None
    letters = [segment.letter for segment in summary.segments]
    apart = {one.measure: _apart(summary, one) for one in found}
    # A stable sort: where nothing is known of ranks the measures stay in their order.
    found = sorted(found, key=lambda one: -apart[one.measure])[:MOST]
    voice = Voice(summary.currency)
    return Figure(
        name="box-plots",
        title=_title(found[0], letters, voice),
        subtitle=(
            f"Box: the middle half of each segment's customers; rule in it: the typical one; "
            f"whiskers: 5 to 95 of 100. {count(summary.customers, 'customer')}, "
            f"{count(len(found), 'measure')}, those that set segments apart most first."
        ),
        columns=(
            Column("Measure"),
            Column("Segment"),
            *(Column(title, number=True) for title in ("5 of 100", "25 of 100", "Typical", "75 of 100", "95 of 100")),
        ),
        rows=tuple(row for one in found for row in _rows(one, summary, voice)),
        draw=lambda width: _draw(found, letters, voice, width),
        narrow=True,
    )


def _apart(summary: RunSummary, one: Distribution) -> float:
    """Give how far apart the segments' typical customers rank among all, 0 to 100."""
    ranks = [t.rank for s in summary.segments for t in s.traits if t.measure == one.measure and t.rank is not None]
    return max(ranks) - min(ranks) if ranks else 0.0


def _title(one: Distribution, letters: list[str], voice: Voice) -> str:
    known = [(box.middle, letter) for box, letter in zip(one.boxes, letters, strict=False) if box is not None]
    (low, lowest), (high, highest) = min(known), max(known)
    label = voice.noun(one.measure, one.label, one.unit)
    if low == high:
        return f"{voice.quantity(low, one.unit)} is typical of {label} in every segment"
    ends = f"typically {voice.quantity(low, one.unit)} in {lowest}, {voice.quantity(high, one.unit)} in {highest}"
    return f"Segments differ most in {label}: {ends}"


def _rows(one: Distribution, summary: RunSummary, voice: Voice) -> list[tuple[Cell, ...]]:
    named = [("Everyone", one.box)]
    named += [(f"{s.letter} · {s.name}", box) for s, box in zip(summary.segments, one.boxes, strict=False)]
    return [
        (
            clean(one.label),
            name,
            *(voice.quantity(v, one.unit) for v in (box.low, box.lower, box.middle, box.upper, box.high)),
        )
        for name, box in named
        if box is not None
    ]


def _draw(found: list[Distribution], letters: list[str], voice: Voice, width: int) -> Sheet:
    across = 1 if width < 500 or len(found) == 1 else 2
    step = HEAD + (len(letters) + 1) * ROW + FOOT
    wide = (width - 4 - (across - 1) * BETWEEN) / across - LETTERS
    sheet = Sheet(width - 4, math.ceil(len(found) / across) * step)
    for at, one in enumerate(found):
        row, column = divmod(at, across)
        boxes = [box for box in (one.box, *one.boxes) if box is not None]
        low, high = min(box.low for box in boxes), max(box.high for box in boxes)
        # Where zero is near the axis begins there.
        low = 0.0 if 0 <= low <= high / 4 else low
        left = LETTERS + column * (wide + LETTERS + BETWEEN)
        said = max(text_width(text) for text in (TYPICAL, *(_short(box.middle, one, voice) for box in boxes))) + 10
        panel = Panel(left, row * step + HEAD, wide - said, step - HEAD - FOOT, low, high)
        _panel(sheet, panel, said, one, letters, voice)
    return sheet


def _panel(sheet: Sheet, panel: Panel, said: float, one: Distribution, letters: list[str], voice: Voice) -> None:
    unit = f", {one.unit}" if one.unit not in ("money", "share", "") else ""
    label = clean(one.label)
    if one.unit and one.unit in label.casefold():
        unit = ""
    sheet.text(panel.left - LETTERS, panel.top - 16, fitted(label + unit, panel.width + LETTERS), strong=True)
    sheet.text(panel.right + said, panel.top - 16, TYPICAL, align="right", colour="ink-3")
    for tick in nice(panel.low, panel.high, 4):
        at = panel.x(tick)
        sheet.rule(at, panel.top, at, panel.foot, colour=colours()["rule"])
        text = _short(tick, one, voice)
        ends = at > panel.right - text_width(text) / 2
        sheet.text(at, panel.foot + 12, text, colour="ink-3", align="right" if ends else "center")
    everyone = (EVERYONE, one.box, colours()["muted-mark"])
    rows = [everyone, *((x, box, segment_colour(x)) for x, box in zip(letters, one.boxes, strict=False))]
    for place, (letter, box, colour) in enumerate(rows):
        middle = panel.top + (place + 0.5) * ROW
        strong = letter != EVERYONE
        sheet.text(panel.left - LETTERS, middle, letter, strong=strong, colour="ink" if strong else "ink-3")
        if box is not None:
            _box(sheet, panel, middle, box, colour)
            sheet.text(panel.right + said, middle, _short(box.middle, one, voice), align="right")


def _short(value: float, one: Distribution, voice: Voice) -> str:
    """Write a value; a unit that is a word stands in the panel's name."""
    return voice.quantity(value, one.unit) if one.unit in ("money", "share") else number(value)


def _box(sheet: Sheet, panel: Panel, middle: float, box: Box, colour: str) -> None:
    low, lower, typical, upper, high = (
        panel.x(value) for value in (box.low, box.lower, box.middle, box.upper, box.high)
    )
    above, below = middle - THICK / 2, middle + THICK / 2
    sheet.rule(low, middle, high, middle, colour=colour, width=1.5)
    sheet.box(lower, above, max(upper, lower + 2), below, colour)
    sheet.rule(typical, above - 3, typical, below + 3, colour=colours()["ink"], width=3)
