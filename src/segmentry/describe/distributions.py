"""How each number is distributed in each segment, over everyone: for histograms and box plots."""

from dataclasses import dataclass

__all__ = ["Box", "Distribution"]


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
        Ascending, in the measure's unit. A bar holds its lower edge, the last one its upper edge too; the outermost
        bars reach to the ends, however far a few giants lie.
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
