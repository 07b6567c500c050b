"""Every criterion over every number of segments that was tried, each on its own scale."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segmentry.choose import Candidate, Criterion
from segmentry.describe.words import number, rounded
from segmentry.figures.figure import Figure
from segmentry.figures.palette import colours
from segmentry.figures.panels import Panel, Sheet
from segmentry.markup import Column
from segmentry.markup.words import count
from segmentry.summary import RunSummary

if TYPE_CHECKING:
    from segmentry.figures.figure import Chart

__all__ = ["criteria"]

HEIGHT, HEAD, FOOT, BETWEEN = 84, 46, 30, 34
"""Pixels: of a panel, above it for its name, under it for the numbers, and between two side by side."""
MORE, LESS = "↑ more is better", "↓ less is better"

KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("silhouette", "silhouette", "Silhouette", MORE),
    ("margin", "margin", "Margin", MORE),
    ("keep rate", "keep_above_chance", "Kept beyond chance", MORE),
    ("prediction strength", "prediction_strength", "Prediction strength", MORE),
    ("gap", "gap", "Gap", MORE),
    ("Calinski-Harabasz", "calinski_harabasz", "Calinski-Harabasz", MORE),
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
        title=_title(summary.criteria, summary.k),
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


def _title(found: tuple[Criterion, ...], chosen: int) -> str:
    known = [criterion for criterion in found if criterion.k is not None]
    agree = sum(criterion.k == chosen for criterion in known)
    if not known:
        return f"{chosen} segments, and what each criterion says of it"
    if agree:
        of = f"{agree} of {len(known)}" if agree < len(known) else f"All {agree}"
        return f"{of} criteria taken alone would choose {chosen} segments as well"
    low, high = (pick(c.k for c in known if c.k is not None) for pick in (min, max))
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


def _draw(curves: list[Curve], ks: list[int], chosen: int, width: int) -> "Chart":
    across = 2 if width < 500 else 3 if len(curves) not in (4, 2) else 2
    panel_width = (width - 4 - (across - 1) * BETWEEN) / across
    down = math.ceil(len(curves) / across)
    step = HEAD + HEIGHT + FOOT
    sheet = Sheet(width - 4, down * step)
    for at, curve in enumerate(curves):
        row, column = divmod(at, across)
        values = curve.values.values()
        panel = Panel(
            column * (panel_width + BETWEEN), row * step + HEAD, panel_width, HEIGHT, ks[0] - 0.4, ks[-1] + 0.4,
            min(values), max(values),
        )  # fmt: skip
        _panel(sheet, panel, curve, ks, chosen)
    return sheet.chart()


def _panel(sheet: Sheet, panel: Panel, curve: Curve, ks: list[int], chosen: int) -> None:
    ink, soft, mark = colours()["ink"], colours()["ink-3"], colours()["muted-mark"]
    sheet.heading(panel, curve.title, curve.good)
    if chosen in ks:
        sheet.rule(panel.x(chosen), panel.x(chosen), panel.top - 4, panel.foot + 10, ink, strokeWidth=1)
    sheet.rule(panel.left, panel.right, panel.foot + 10, panel.foot + 10, colours()["rule-strong"], strokeWidth=1)
    sheet.line([(panel.x(k), panel.y(value)) for k, value in curve.values.items()], mark, strokeWidth=2)
    for k, value in curve.values.items():
        sheet.dot(panel.x(k), panel.y(value), ink if k == chosen else mark, size=30)
    if curve.choice in curve.values:
        at = panel.x(curve.choice), panel.y(curve.values[curve.choice])
        sheet.dot(*at, ink, size=130, filled=False, strokeWidth=2)
        _value(sheet, panel, at, curve.values[curve.choice])
    few = ks if panel.width >= 16 * len(ks) else [k for k in ks if k in (ks[0], chosen, ks[-1])]
    for k in few:
        style = {"fontWeight": 600} if k == chosen else {}
        sheet.text(panel.x(k), panel.foot + 21, str(k), ink if k == chosen else soft, align="center", **style)


def _value(sheet: Sheet, panel: Panel, at: tuple[float, float], value: float) -> None:
    """Write the figure beside the ring, where there is room for it."""
    x, y = at
    left = x > panel.left + panel.width / 2
    sheet.text(x + (-11 if left else 11), y, number(value), colours()["ink"], align="right" if left else "left")
