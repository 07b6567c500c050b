"""Which measures go together: a figure for every pair, before any segment is formed."""

import math

from segmentry.describe.words import clean
from segmentry.explore import Correlations
from segmentry.figures.figure import Cell, Figure
from segmentry.figures.fitting import fitted
from segmentry.figures.palette import colours
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["correlations"]

MOST = 20
"""Measures that are drawn; more would leave no room for the figures."""
NAMES, LARGEST, LOWEST, SHORT = 200, 46, 26, 38
"""Pixels right of the last column for its name, sides of the largest and the flattest cell, and of one with ".58"."""
MINUS = "\N{MINUS SIGN}"
TITLE = 260
"""Pixels of a name in the title, as in a text of 13."""
STEPS = (0.7, 0.4, 0.1)
"""From 0.7 on measures are close (the bound that names pairs); below 0.1 hardly anything is shared."""
TEXT = {"div-1": "paper", "div-2": "on-mid", "div-6": "on-mid", "div-7": "paper"}
"""On which step which text can be read, in light and in dark."""


@remembered(RUNS)
def correlations(summary: RunSummary) -> Figure | None:
    """Draw the rank correlation of every pair of measures; None where fewer than two are known."""
    found = summary.correlations
    if found is None:
        return None
    labels = {measure.name: clean(measure.label) for measure in summary.measures}
    drawn = [place for place, _ in enumerate(found.names) if _varies(found, place)][:MOST]
    if len(drawn) < 2:
        return None
    names = [labels.get(found.names[place], clean(found.names[place])) for place in drawn]
    values = [[found.spearman[one][other] for other in drawn] for one in drawn]
    left_out = len(found.names) + len(found.not_compared) - len(drawn)
    more = f" of {len(drawn) + left_out}" if left_out else ""
    return Figure(
        name="correlations",
        title=_title(names, values),
        subtitle=(
            f"Spearman's rank correlation of {len(drawn)}{more} measures, {MINUS}1 to 1, "
            f"{count(summary.customers, 'customer')}, before any segment is formed. "
            "A figure stands under one name and left of the other."
        ),
        columns=(Column("Measure"), *(Column(name, number=True) for name in names)),
        rows=tuple((name, *map(_cell, values[at][: at + 1]), *_blank(values, at)) for at, name in enumerate(names)),
        draw=lambda width: _draw(names, values, width),
    )


def _blank(values: list[list[float]], at: int) -> tuple[Cell, ...]:
    return tuple(map(_cell, values[at][at + 1 :]))


def _varies(found: Correlations, place: int) -> bool:
    return any(math.isfinite(value) for at, value in enumerate(found.spearman[place]) if at != place)


def _cell(value: float) -> Cell:
    return round(value, 3) if math.isfinite(value) else None


def _title(names: list[str], values: list[list[float]]) -> str:
    pairs = [(one, other) for one in range(len(names)) for other in range(one) if math.isfinite(values[one][other])]
    one, other = max(pairs, key=lambda pair: abs(values[pair[0]][pair[1]]))
    value = values[one][other]
    how = "rise together" if value > 0 else "go opposite ways"
    left, right = (fitted(names[place], TITLE) for place in (other, one))
    return f"{left} and {right} {how} most closely: {_written(value)}"


def _written(value: float) -> str:
    """Write a correlation with two decimals and a true minus; what isn't 1 is never written as 1."""
    shown = min(abs(value), 0.99) if abs(value) < 1 else 1.0
    return f"{MINUS if round(value, 2) < 0 else ''}{shown:.2f}"


def _step(value: float) -> str:
    """Name the colour of a correlation: seven steps, from opposite to together."""
    size = sum(abs(value) >= bound for bound in STEPS)
    return f"div-{4 + size if value > 0 else 4 - size}"


def _draw(names: list[str], values: list[list[float]], width: int) -> Sheet:
    side = min((width - 4 - NAMES) / (len(names) - 1), LARGEST)
    high = max(min(side, 34), LOWEST)
    sheet = Sheet(width - 4, high * len(names))
    for row, name in enumerate(names):
        y = row * high
        for column in range(row):
            _square(sheet, column * side, y, side, high, values[row][column])
        room = NAMES + (len(names) - 1 - row) * side - 6
        sheet.text(row * side + 6, y + high / 2, fitted(name, room))
    return sheet


def _square(sheet: Sheet, x: float, y: float, side: float, high: float, value: float) -> None:
    if not math.isfinite(value):
        return
    step = _step(value)
    sheet.box(x, y, x + side - 1, y + high - 1, colours()[step])
    text = _written(value)
    if side < SHORT:
        text = text.removesuffix(".00") if abs(value) == 1 else text.replace("0.", ".")
    size = 12 if side < SHORT - 8 else 13
    sheet.text(x + side / 2, y + high / 2, text, colour=TEXT.get(step, "ink"), align="center", size=size)
