"""How each number is distributed in each segment, over everyone: for histograms and box plots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.describe.bars import edges, quantiles
from segmentry.features import Measure, Measures

__all__ = ["Box", "Distribution", "distribution", "measured"]

Floats = npt.NDArray[np.float64]

MOST_BARS = 24
"""A histogram has no more bars."""

MOST_MEASURES = 40
"""So many numbers are looked at, those that form segments first."""

EXACT = 2.0**53
"""Below it every whole number is a float."""


@dataclass(frozen=True, slots=True)
class Box:
    """Five quantiles of the known values: 5th, 25th, 50th, 75th and 95th percentile, in the measure's unit."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """One number, in bars that all segments share.

    Parameters
    ----------
    measure, label, unit : str
        As in :class:`segmentry.features.Measure`.
    forms : bool
        Whether segments were formed on it.
    edges : tuple of float, shape (bars + 1,)
        Ascending, in the measure's unit, at most 25. A bar holds its lower edge, the last one its upper edge too; the
        outermost bars reach to the ends, however far a few giants lie. A few whole numbers have a bar each, which ends
        at the next whole number.
    everyone : tuple of int, shape (bars,)
        Customers in each bar.
    segments : tuple of tuple of int, shape (segments, bars)
        The same of each segment, in the summary's order.
    boxes : tuple of Box or None, shape (segments,)
        Of each segment; None where nobody has a value.
    box : Box or None
        Of everyone.
    """

    measure: str
    label: str
    unit: str
    forms: bool
    edges: tuple[float, ...]
    everyone: tuple[int, ...]
    segments: tuple[tuple[int, ...], ...]
    boxes: tuple[Box | None, ...]
    box: Box | None


def measured(measures: Measures) -> tuple[str, ...]:
    """Name the numbers whose distributions are kept: those that form segments first, at most 40."""
    numbers = [measure for measure in measures.used if measure.kind == "number"]
    ranked = sorted(numbers, key=lambda measure: measure.part != "forms")
    return tuple(measure.name for measure in ranked[:MOST_MEASURES])


def distribution(measure: Measure, everyone: Floats, segments: Sequence[Floats]) -> Distribution | None:
    """Count the customers in bars that all segments share, and find their quantiles.

    Parameters
    ----------
    measure : Measure
        What it is.
    everyone : numpy.ndarray of float64, shape (known,)
        All known values, ascending; those of customers in no segment too.
    segments : sequence of numpy.ndarray of float64
        Those of each segment, ascending.

    Returns
    -------
    Distribution or None
        None where there are no two different values.

    Examples
    --------
    >>> own, others = np.array([1.0, 1.0, 3.0]), np.array([4.0])
    >>> visits = Measure("visits", "Visits", "number", "forms")
    >>> found = distribution(visits, np.array([1.0, 1.0, 3.0, 4.0]), [own, others])
    >>> found.edges, found.everyone, found.segments
    ((1.0, 2.0, 3.0, 4.0, 5.0), (2, 0, 1, 1), ((2, 0, 1, 0), (0, 0, 0, 1)))
    >>> found.boxes[0].middle
    1.0
    """
    if not len(everyone) or everyone[0] == everyone[-1]:
        return None
    ends = _ends(everyone)
    return Distribution(
        measure=measure.name,
        label=measure.label,
        unit=measure.unit,
        forms=measure.part == "forms",
        edges=tuple(ends.tolist()),
        everyone=_counts(everyone, ends),
        segments=tuple(_counts(own, ends) for own in segments),
        boxes=tuple(_box(own) for own in segments),
        box=_box(everyone),
    )


def _ends(ordered: Floats) -> Floats:
    """Give a bar to each of a few whole numbers, else bars of equal width but for the outermost ones."""
    low, high = float(ordered[0]), float(ordered[-1])
    few = high - low < MOST_BARS and max(abs(low), abs(high)) < EXACT
    if few and (ordered == np.floor(ordered)).all():
        return np.arange(low, high + 2) + 0.0
    return edges(ordered, MOST_BARS) + 0.0  # no -0.0


def _counts(ordered: Floats, ends: Floats) -> tuple[int, ...]:
    starts = np.searchsorted(ordered, ends[:-1], side="left")
    return tuple(np.diff(starts, append=len(ordered)).tolist())


def _box(ordered: Floats) -> Box | None:
    return Box(*quantiles(ordered, 0.05, 0.25, 0.5, 0.75, 0.95)) if len(ordered) else None
