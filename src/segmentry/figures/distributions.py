"""How each number that forms segments is spread over all customers."""

import math

from segmentry.describe import Distribution
from segmentry.describe.words import Voice, clean, number
from segmentry.figures.figure import Cell, Figure
from segmentry.figures.fitting import fitted, text_width
from segmentry.figures.palette import colours
from segmentry.figures.panels import Panel
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import NONE, count
from segmentry.summary import RunSummary

__all__ = ["distributions"]

HEIGHT, HEAD, FOOT, BETWEEN = 84, 50, 30, 34
"""Pixels: of a panel, above it for its name, under it for its ends, and between two side by side."""


@remembered(RUNS)
def distributions(summary: RunSummary) -> Figure | None:
    """Draw a histogram of every number that forms segments; None where none is known."""
    found = [d for d in summary.distributions if d.forms and d.box is not None and any(d.everyone) and len(d.edges) > 1]
    if not found:
        return None
    voice = Voice(summary.currency)
    return Figure(
        name="distributions",
        title=_title(found, voice),
        subtitle=(
            f"Customers by {count(len(found), 'measure')} that form{'s' * (len(found) == 1)} segments, "
            f"{count(summary.customers, 'customer')}, all segments together. "
            "Rule: the typical customer (median). The outermost bars hold all beyond."
        ),
        columns=(Column("Measure"), Column("From", number=True), Column("To", number=True), *_counted()),
        rows=tuple(row for one in found for row in _rows(one, voice)),
        draw=lambda width: _draw(found, voice, width),
        narrow=True,
    )


def _counted() -> tuple[Column, ...]:
    return (Column("Customers", number=True), Column("Typical", number=True))


def _title(found: list[Distribution], voice: Voice) -> str:
    """Tell of the measure whose upper end lies farthest above its middle; of money first, as people know it best."""

    def stretch(one: Distribution) -> tuple[bool, float]:
        box = one.box
        ratio = box.high / box.middle if box is not None and box.middle > 0 else 0.0
        return one.unit == "money" and ratio >= 2, ratio

    one = max(found, key=stretch)
    box = one.box
    if box is None:  # never: those without a box aren't drawn
        return clean(one.label)
    typical, high = (voice.quantity(value, one.unit) for value in (box.middle, box.high))
    return f"{clean(one.label)}: {typical} is typical, one customer in 20 has over {high}"


def _rows(one: Distribution, voice: Voice) -> list[tuple[Cell, ...]]:
    typical = NONE if one.box is None else voice.quantity(one.box.middle, one.unit)
    ends = [voice.quantity(edge, one.unit) for edge in one.edges]
    return [
        (clean(one.label), low, high, customers, typical)
        for low, high, customers in zip(ends[:-1], ends[1:], one.everyone, strict=True)
    ]


def _draw(found: list[Distribution], voice: Voice, width: int) -> Sheet:
    across = min(2 if width < 500 else 3, len(found)) if len(found) != 4 else 2
    panel_width = min((width - 4 - (across - 1) * BETWEEN) / across, 420.0)
    step = HEAD + HEIGHT + FOOT
    sheet = Sheet(width - 4, math.ceil(len(found) / across) * step)
    for at, one in enumerate(found):
        row, column = divmod(at, across)
        low, high = _limits(one)
        left = column * (panel_width + BETWEEN)
        panel = Panel(left, row * step + HEAD, panel_width, HEIGHT, low, high, 0, max(one.everyone))
        _panel(sheet, panel, one, voice)
    return sheet


def _limits(one: Distribution) -> tuple[float, float]:
    """Give the outermost bars the width of their neighbours: they reach to the ends, however far."""
    edges = one.edges
    if len(edges) < 4:
        return edges[0], edges[-1]
    return max(edges[0], 2 * edges[1] - edges[2]), min(edges[-1], 2 * edges[-2] - edges[-3])


def _panel(sheet: Sheet, panel: Panel, one: Distribution, voice: Voice) -> None:
    bars = zip(one.edges[:-1], one.edges[1:], one.everyone, strict=True)
    for low, high, customers in bars:
        x, x2 = panel.x(low), panel.x(high)
        if customers:
            sheet.box(x, panel.y(customers), max(x2 - 1, x + 1), panel.foot, colours()["muted-mark"])
    sheet.rule(panel.left, panel.foot, panel.right, panel.foot, colour=colours()["rule-strong"])
    sheet.text(panel.left, panel.top - 38, fitted(clean(one.label), panel.width), strong=True)
    if one.box is not None:
        at = panel.x(one.box.middle)
        sheet.rule(at, panel.top - 10, at, panel.foot, colour=colours()["ink"], width=2)
        said = f"typical {voice.quantity(one.box.middle, one.unit)}"
        early = at < panel.left + panel.width / 2
        sheet.text(at + (-4 if early else 4), panel.top - 19, said, align="left" if early else "right")
    unit = "" if one.unit in ("money", "share") else one.unit
    beyond = "≥ " if one.edges[-1] > panel.high else ""
    under = "< " if one.edges[0] < panel.low else ""
    low_at, high_at = (one.edges[1] if under else one.edges[0]), (one.edges[-2] if beyond else one.edges[-1])
    start = under + _end(low_at, one.unit, voice)
    sheet.text(panel.left, panel.foot + 13, start, colour="ink-3")
    tallest = f"tallest bar {max(one.everyone):,}"
    end = f"{beyond}{_end(high_at, one.unit, voice)} {unit}".rstrip()
    sheet.text(panel.right, panel.foot + 13, end, colour="ink-3", align="right")
    if text_width(f"{start} {tallest} {end}") + 30 < panel.width:
        middle = panel.left + (panel.width + text_width(start) - text_width(end)) / 2
        sheet.text(middle, panel.foot + 13, tallest, colour="ink-3", align="center")


def _end(value: float, unit: str, voice: Voice) -> str:
    return voice.quantity(value, unit) if unit in ("money", "share") else number(value)
