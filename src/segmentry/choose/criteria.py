"""What each criterion by itself would choose: all are shown, their disagreement said."""

import math
from collections.abc import Sequence
from operator import itemgetter

from segmentry.choose.result import Candidate, Criterion
from segmentry.evaluate import elbow, gap_choice, strongest_k

__all__ = ["disagreement", "opinions"]

BEST: tuple[tuple[str, str, str, bool], ...] = (
    ("silhouette", "silhouette", "largest", True),
    ("Davies-Bouldin", "davies_bouldin", "smallest", False),
    ("Calinski-Harabasz", "calinski_harabasz", "largest", True),
    ("keep rate", "keep_above_chance", "most customers back beyond chance", True),
    ("margin", "margin", "farthest above structureless data", True),
    ("BIC", "bic", "smallest", False),
)
"""Criteria that are largest or smallest at their choice: name, field of a candidate, words, whether large is good."""


def opinions(candidates: Sequence[Candidate], everybody: tuple[float, float] | None) -> tuple[Criterion, ...]:
    """Say what each criterion by itself would choose.

    Parameters
    ----------
    candidates : sequence of Candidate
        In ascending order of their number.
    everybody : tuple of (float, float) or None
        Gap and its error for one segment; None where there is no gap statistic.

    Examples
    --------
    >>> def split(k, silhouette, davies_bouldin):
    ...     return Candidate(k, 1.0 / k, silhouette, davies_bouldin, 9.0, 0.2, 9, 0.9, 0.9, 0.9, True, True)
    >>> found = opinions([split(2, 0.4, 0.9), split(3, 0.5, 0.8)], None)
    >>> {criterion.name: criterion.k for criterion in found if criterion.k}
    {'silhouette': 3, 'Davies-Bouldin': 3, 'Calinski-Harabasz': 2, 'keep rate': 2}
    """
    if len(candidates) < 2:
        return ()
    ks = [candidate.k for candidate in candidates]
    found = [Criterion("elbow", elbow(ks, [candidate.inertia for candidate in candidates]), "bend of the inertia")]
    for name, field, how, large in BEST:
        known = [(k, value) for k, value in zip(ks, _figures(candidates, field), strict=True) if value is not None]
        if known:
            best = (max if large else min)(known, key=itemgetter(1))
            found.append(Criterion(name, best[0], how))
    gaps = [(c.k, c.gap, c.gap_error) for c in candidates if c.gap is not None and c.gap_error is not None]
    if gaps and everybody is not None:
        numbers, values, errors = zip((1, *everybody), *gaps, strict=True)
        found.append(Criterion("gap", gap_choice(numbers, values, errors), "first within one error of the next"))
    strengths = {c.k: c.prediction_strength for c in candidates if c.prediction_strength is not None}
    if strengths:
        found.append(Criterion("prediction strength", strongest_k(strengths), "most segments at 0.8 or more"))
    return tuple(found)


def disagreement(criteria: Sequence[Criterion], chosen: int) -> str:
    """Say which criteria would have chosen otherwise.

    Examples
    --------
    >>> disagreement([Criterion("silhouette", 2, ""), Criterion("elbow", 4, ""), Criterion("margin", 5, "")], 5)
    'Taken alone, 1 of 3 criteria says 5 as well (margin); silhouette says 2; elbow says 4'
    """
    known = [criterion for criterion in criteria if criterion.k is not None]
    if not known:
        return ""
    agree = [criterion.name for criterion in known if criterion.k == chosen]
    parts = []
    if agree:
        say = "says" if len(agree) == 1 else "say"
        parts.append(f"{len(agree)} of {len(known)} criteria {say} {chosen} as well ({', '.join(agree)})")
    for k in sorted({criterion.k for criterion in known if criterion.k is not None} - {chosen}):
        names = [criterion.name for criterion in known if criterion.k == k]
        parts.append(f"{' and '.join(names) if len(names) < 3 else ', '.join(names)} say{'s' * (len(names) == 1)} {k}")
    return "Taken alone, " + "; ".join(parts)


def _figures(candidates: Sequence[Candidate], field: str) -> list[float | None]:
    figures = [getattr(candidate, field) for candidate in candidates]
    return [None if value is None or math.isnan(value) else float(value) for value in figures]
