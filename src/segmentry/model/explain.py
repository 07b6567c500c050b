"""Why a customer is where she is: what each measure says for her segment and against the second choice."""

import numpy as np

from segmentry.cluster import NOWHERE, GridClusters
from segmentry.describe import Segment
from segmentry.describe.words import clean, percent
from segmentry.kernels import nearest_two
from segmentry.model.case import Case
from segmentry.model.changes import changes
from segmentry.model.explanation import Explanation, OneOrder, Reason
from segmentry.model.inputs import Input

__all__ = ["contributions", "explain"]


def explain(case: Case, one_order: OneOrder | None, *, margin: float, fit: str, unlike: bool) -> Explanation:
    """Explain one placement.

    Parameters
    ----------
    case : Case
        The customer.
    one_order : OneOrder or None
        What one more order would do.
    margin, fit, unlike
        As :meth:`SegmentModel.assign` gives them.

    Notes
    -----
    With first choice c1 and second choice c2, the difference of squared distances ||x - c2||^2 - ||x - c1||^2 is a sum
    over the prepared columns, and the columns of one measure are summed: exact and additive. With principal components
    it is 2 (c1 - c2) . (x - (c1 + c2) / 2), linear in x and so in the columns before them; since the components'
    directions are orthonormal, the midpoint maps back onto the columns without loss.
    """
    placed = case.placed(case.row)
    first, second = int(placed.labels[0]), int(placed.second[0])
    letter, name = case.called(first)
    parts: dict[str, float] = {}
    agrees = True
    if case.grounds.basis != "scores" and case.clusters.k > 1 and first != NOWHERE:
        parts = contributions(case, first, second)
        points = case.preparer.apply(case.row).values
        agrees = int(nearest_two(points, case.grounds.centres).first[0]) == first
    reasons = _reasons(case, first, second, parts)
    return Explanation(
        segment=letter,
        name=name,
        second=case.called(second)[0],
        margin=margin,
        fit=fit,
        unlike=unlike,
        basis=case.grounds.basis,
        agreement=case.grounds.agreement,
        agrees=agrees,
        caution=case.grounds.words() + ("" if agrees else "; for this customer it doesn't"),
        total=float(np.sum(list(parts.values()))) if parts else None,
        reasons=reasons,
        changes=changes(case),
        one_order=one_order,
    )


def contributions(case: Case, first: int, second: int) -> dict[str, float]:
    """Split ||x - c2||^2 - ||x - c1||^2 by measure; empty where a centre is held by nobody.

    Parameters
    ----------
    case : Case
        The customer x, and the centres.
    first, second : int
        Which centres are c1 and c2.

    Returns
    -------
    dict of str to float
        In squared prepared units, by measure, in the order of the inputs.
    """
    own, other = case.grounds.centres[first], case.grounds.centres[second]
    if not (np.isfinite(own).all() and np.isfinite(other).all()):
        return {}
    values, layout = case.preparer.before_components(case.row)
    components = case.preparer.components
    if components is None:
        point = values[0].astype(np.float32).astype(np.float64)  # as it is placed
        parts = (point - other) ** 2 - (point - own) ** 2
    else:
        directions = np.array(components.directions).reshape(len(components.directions), len(components.means))
        slope, middle = 2.0 * (own - other) @ directions, (own + other) / 2.0 @ directions
        parts = slope * (values[0] - np.array(components.means) - middle)
    return {measure: float(parts[list(columns)].sum()) for measure, columns in layout.blocks.items()}


def _reasons(case: Case, first: int, second: int, parts: dict[str, float]) -> tuple[Reason, ...]:
    """Give a reason a measure, what speaks most for the segment first."""
    here, there = case.segment(first), case.segment(second)
    if here is None or there is None or case.clusters.k < 2:
        return ()
    for_here = sum(part for part in parts.values() if part > 0)
    scores = _scores(case)
    reasons = []
    for each in case.inputs:
        value, part = case.value(each.name), parts.get(each.name)
        typical, typical_second = (_typical(segment, each, value) for segment in (here, there))
        score, of = scores.get(each.name, (None, None))
        reasons.append(
            Reason(
                measure=each.name,
                label=each.label,
                unit=each.unit,
                kind=each.kind,
                value=value,
                typical=typical,
                typical_second=typical_second,
                contribution=part,
                share=part / for_here if part is not None and part > 0 else None,
                score=score,
                of=of,
                text=_text(case, each, value, typical, typical_second, there.letter, score, of),
            )
        )
    return tuple(sorted(reasons, key=lambda reason: -(reason.contribution or 0.0)))


def _scores(case: Case) -> dict[str, tuple[int, int]]:
    """Give the score of each measure and the highest there is, for a grid."""
    if not isinstance(case.clusters, GridClusters):
        return {}
    values = case.preparer.apply(case.row).values[0]
    return {
        each.name: (int(cuts.score(value)), cuts.rule.levels)
        for each, cuts, value in zip(case.inputs, case.clusters.cuts, values, strict=True)
    }


def _typical(segment: Segment, each: Input, value: float | str | None) -> float | None:
    """Give the median, or the share of those who have her level."""
    traits = [trait for trait in segment.traits if trait.measure == each.name]
    if each.kind == "number":
        return traits[0].typical if traits else None
    return next((trait.typical for trait in traits if trait.level == value), None)


def _text(
    case: Case,
    each: Input,
    value: float | str | None,
    typical: float | None,
    typical_second: float | None,
    second: str,
    score: int | None,
    of: int | None,
) -> str:
    label = clean(each.label)
    said = "not known" if value is None else case.said(each.name, value)
    scored = "" if score is None else f" (score {score} of {of})"
    if typical is None or typical_second is None:
        return f"{label} {said}{scored}"
    if each.kind == "number":
        return (
            f"{label} {said}{scored}: typical here {case.said(each.name, typical)}, "
            f"in {second} {case.said(each.name, typical_second)}"
        )
    return f"{label} {said}: {percent(typical)} here, {percent(typical_second)} in {second}"
