"""Every criterion over every number of segments that was tried, each on its own scale."""

import math
from dataclasses import dataclass

from segmentry.choose import Candidate
from segmentry.describe.words import number, rounded
from segmentry.figures.figure import Figure
from segmentry.figures.fitting import text_width
from segmentry.figures.palette import colours
from segmentry.figures.panels import Panel
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

__all__ = ["criteria"]

HEIGHT, HEAD, FOOT, BETWEEN, LABEL = 70, 66, 60, 34, 16
"""Pixels: of a curve, above it for its name, under it for the numbers, between two, and from a ring to its figure."""
MORE, LESS = "↑ more is better", "↓ less is better"

KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("silhouette", "silhouette", "Silhouette", MORE),
    ("margin", "margin", "Margin", MORE),
    ("keep rate", "keep_above_chance", "Kept beyond chance", MORE),
    ("prediction strength", "prediction_strength", "Prediction strength", MORE),
    ("gap", "gap", "Gap", MORE),
    ("Calinski-Harabasz", "calinski_harabasz", "Calinski-Harabasz", MORE),
    ("elbow", "inertia", "Inertia", LESS),
    ("Davies-Bouldin", "davies_bouldin", "Davies-Bouldin", LESS),
    ("BIC", "bic", "BIC", LESS),
)
"""Name in ``summary.criteria``, field of a candidate, heading, which way is good."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One criterion's values, by number of segments, and the number that it would choose by itself."""

    title: str
    good: str
    values: dict[int, float]
    choice: int | None


@remembered(RUNS)
def criteria(summary: RunSummary) -> Figure | None:
    """Draw each criterion over the numbers tried; None where fewer than two numbers were."""
    ks = sorted({candidate.k for candidate in summary.candidates})
    if len(ks) < 2 or len(ks) < len(summary.candidates):
        return None
    choices = {criterion.name: criterion.k for criterion in summary.criteria}
    curves = [_curve(summary.candidates, choices, *kind) for kind in KINDS]
    curves = [curve for curve in curves if len(curve.values) > 1]
    if not curves:
        return None
    return Figure(
        name="criteria",
        title=_title(curves, summary.k),
        subtitle=(
            f"Each criterion on its own scale, {count(summary.customers, 'customer')}; "
            f"silhouette on {min(summary.silhouette_on, summary.customers):,}. "
            f"Rule: the {summary.k} segments chosen. Ring: what the criterion alone would choose."
        ),
        columns=(Column("Segments"), *(Column(curve.title, number=True) for curve in curves)),
        rows=(
            *((k, *(_cell(curve.values.get(k)) for curve in curves)) for k in ks),
            ("alone would choose", *(curve.choice for curve in curves)),
        ),
        draw=lambda width: _draw(curves, ks, summary.k, width),
        narrow=True,
    )


def _title(curves: list[Curve], chosen: int) -> str:
    known = [curve.choice for curve in curves if curve.choice is not None]
    agree = known.count(chosen)
    if not known:
        return f"{chosen} segments, and what each criterion says of it"
    if agree:
        of = f"{agree} of {len(known)}" if agree < len(known) else f"All {agree}"
        return f"{of} criteria taken alone would choose {chosen} segments as well"
    low, high = min(known), max(known)
    say = f"all say {low}" if low == high else f"they say {low} to {high}"
    return f"None of {len(known)} criteria taken alone would choose {chosen} segments: {say}"


def _curve(
    candidates: tuple[Candidate, ...], choices: dict[str, int | None], name: str, field: str, title: str, good: str
) -> Curve:
    values = {candidate.k: getattr(candidate, field) for candidate in candidates}
    known = {k: float(value) for k, value in sorted(values.items()) if value is not None and math.isfinite(value)}
    return Curve(title, good, known, choices.get(name))


def _cell(value: float | None) -> float | None:
    return None if value is None else rounded(value, 4)


def _draw(curves: list[Curve], ks: list[int], chosen: int, width: int) -> Sheet:
    across = 2 if width < 500 or len(curves) in (2, 4) else 3
    wide = (width - 4 - (across - 1) * BETWEEN) / across
    step = HEAD + HEIGHT + FOOT
    sheet = Sheet(width - 4, math.ceil(len(curves) / across) * step)
    panels = []
    for at, curve in enumerate(curves):
        row, column = divmod(at, across)
        values = curve.values.values()
        top = row * step + HEAD
        ends = ks[0] - 0.4, ks[-1] + 0.4, min(values), max(values)
        panels.append(Panel(column * (wide + BETWEEN), top, wide, HEIGHT, *ends))
    # Words come last, so that they lie above every line.
    for panel, curve in zip(panels, curves, strict=True):
        _curve_of(sheet, panel, curve, chosen)
    for panel, curve in zip(panels, curves, strict=True):
        _words(sheet, panel, curve, ks, chosen)
    return sheet


def _curve_of(sheet: Sheet, panel: Panel, curve: Curve, chosen: int) -> None:
    ink, mark, foot = colours()["ink"], colours()["muted-mark"], panel.foot + 26
    sheet.rule(panel.left, foot, panel.right, foot, colour=colours()["rule-strong"])
    places = {k: (panel.x(k), panel.y(value)) for k, value in curve.values.items()}
    if chosen in places:
        # From the side where no figure stands: those of peaks stand above their ring, those of valleys below.
        x, y = places[chosen]
        sheet.rule(x, foot if curve.good == MORE else panel.top - 20, x, y, colour=ink)
    sheet.path(places.values(), colour=mark, width=2)
    for k, (x, y) in places.items():
        if k != curve.choice:
            sheet.dot(x, y, colour=ink if k == chosen else mark, size=7 if k == chosen else 5)
    if curve.choice in places:
        sheet.dot(*places[curve.choice], colour=ink, size=11, filled=False)


def _words(sheet: Sheet, panel: Panel, curve: Curve, ks: list[int], chosen: int) -> None:
    sheet.text(panel.left, panel.top - 52, curve.title, strong=True)
    sheet.text(panel.left, panel.top - 35, curve.good, colour="ink-3")
    if curve.choice is not None and curve.choice in curve.values:
        value = curve.values[curve.choice]
        half = text_width(number(value)) / 2
        middle = min(max(panel.x(curve.choice), panel.left + half), panel.right - half)
        y = panel.y(value) + (-LABEL if curve.good == MORE else LABEL)
        sheet.text(middle, y, number(value), align="center")
    few = ks if panel.width >= 16 * len(ks) else [k for k in ks if k in (ks[0], chosen, ks[-1])]
    for k in few:
        colour = "ink" if k == chosen else "ink-3"
        sheet.text(panel.x(k), panel.foot + 38, str(k), align="center", strong=k == chosen, colour=colour)
