"""How one measure is distributed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentry.describe.bars import edges, quantiles
from segmentry.features import Measure, Part
from segmentry.prepare import Floats

__all__ = ["MOST_BINS", "MOST_LEVELS", "Bin", "CategoryShape", "Level", "NumberShape", "category_shape", "number_shape"]

MOST_BINS = 20
"""A histogram has no more bins."""

MOST_LEVELS = 10
"""The most common levels are listed, this many; the others are counted together."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram.

    Parameters
    ----------
    low, high : float
        Its ends, in the measure's unit; equal where the bar stands for a single value. The last bar holds its upper
        end too, every other one ends below it.
    count : int
        Customers in it.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class NumberShape:
    """How a number is distributed over the customers whose value is known.

    Parameters
    ----------
    name, label, unit : str
        The measure, in words, and its unit.
    part : {"forms", "describes", "left out"}
        What it is for.
    known : int
        Customers with a value.
    missing : float
        Share of the customers without one, 0 to 1.
    minimum, lower_quartile, median, upper_quartile, maximum : float
        Quantiles by linear interpolation (type 7 of Hyndman & Fan 1996); nan where nobody has a value, as all that
        follow.
    mean : float
        Their mean.
    deviation : float
        Their standard deviation, with n in the divisor.
    skewness : float
        The moment coefficient m3 / m2 ** 1.5; 0 where all are the same.
    zeros : float
        Share of the known values that are 0.
    distinct : int
        Different values.
    bins : tuple of Bin
        At most 20: one a value where there are no more values than that; otherwise of equal width between the 1st and
        the 99th percentile, and the outermost bars reach to the ends, so that a few giants don't squeeze all others
        into one bar. Between whole numbers bars begin at whole numbers, so that none is empty by its width alone.
    """

    name: str
    label: str
    unit: str
    part: Part
    known: int
    missing: float
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float
    mean: float
    deviation: float
    skewness: float
    zeros: float
    distinct: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a category.

    Parameters
    ----------
    level : str
        Its text.
    count : int
        Customers who have it.
    share : float
        Of the customers whose level is known, 0 to 1.
    """

    level: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class CategoryShape:
    """How a category is distributed over the customers whose level is known.

    Parameters
    ----------
    name, label : str
        The measure, and the same in words.
    part : {"forms", "describes", "left out"}
        What it is for.
    known, missing, distinct
        As for :class:`NumberShape`.
    levels : tuple of Level
        The ten most common ones; of equally common ones the first by name.
    others : int
        Customers with any other level.
    """

    name: str
    label: str
    part: Part
    known: int
    missing: float
    distinct: int
    levels: tuple[Level, ...]
    others: int


def number_shape(measure: Measure, ordered: Floats, customers: int) -> NumberShape:
    """Describe a number.

    Parameters
    ----------
    measure : Measure
        What it is.
    ordered : numpy.ndarray of float64, shape (known,)
        The known values, ascending.
    customers : int
        All customers, those without a value included.

    Notes
    -----
    R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).

    Examples
    --------
    >>> shape = number_shape(Measure("visits", "visits", "number", "forms"), np.array([0.0, 0.0, 1.0, 5.0]), 5)
    >>> shape.missing, shape.median, shape.zeros, shape.distinct
    (0.2, 0.5, 0.5, 3)
    >>> [(bin.low, bin.count) for bin in shape.bins]
    [(0.0, 2), (1.0, 1), (5.0, 1)]
    """
    known = len(ordered)
    missing = (customers - known) / customers if customers else 0.0
    if not known:
        nothing = (float("nan"),) * 9
        return _shape(measure, known, missing, nothing, 0, ())
    firsts = np.flatnonzero(np.diff(ordered, prepend=np.nan) != 0)
    quartiles = quantiles(ordered, 0, 0.25, 0.5, 0.75, 1)
    # Scaled first: the cube of 1e200 is no number.
    largest = float(np.abs(ordered[[0, -1]]).max()) or 1.0
    scaled = ordered / largest
    mean = float(scaled.mean())
    centred = scaled - mean
    squared = centred * centred
    variance = float(squared.mean()) if len(firsts) > 1 else 0.0
    skewness = float((squared * centred).mean()) / variance**1.5 if variance**1.5 > 0 else 0.0
    zeros = float(np.count_nonzero(ordered == 0)) / known
    figures = (*quartiles, mean * largest, variance**0.5 * largest, skewness, zeros)
    return _shape(measure, known, missing, figures, len(firsts), _bins(ordered, firsts))


def _shape(
    measure: Measure, known: int, missing: float, figures: tuple[float, ...], distinct: int, bins: tuple[Bin, ...]
) -> NumberShape:
    """Put the nine figures, minimum to zeros, into their places."""
    minimum, lower, median, upper, maximum, mean, deviation, skewness, zeros = figures
    return NumberShape(
        name=measure.name,
        label=measure.label,
        unit=measure.unit,
        part=measure.part,
        known=known,
        missing=missing,
        minimum=minimum,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        maximum=maximum,
        mean=mean,
        deviation=deviation,
        skewness=skewness,
        zeros=zeros,
        distinct=distinct,
        bins=bins,
    )


def category_shape(measure: Measure, values: pd.Series) -> CategoryShape:
    """Describe a category, or the answers to a yes-or-no question.

    Parameters
    ----------
    measure : Measure
        What it is.
    values : pandas.Series of str or None
        One a customer.

    Examples
    --------
    >>> shape = category_shape(Measure("club", "club", "category", "forms"), pd.Series(["b", "a", None, "a"]))
    >>> [(level.level, level.count) for level in shape.levels], shape.missing
    ([('a', 2), ('b', 1)], 0.25)
    """
    counts = sorted(((str(level), int(n)) for level, n in values.value_counts().items()), key=lambda x: (-x[1], x[0]))
    known = sum(n for _, n in counts)
    levels = tuple(Level(level, n, n / known) for level, n in counts[:MOST_LEVELS])
    missing = (len(values) - known) / len(values) if len(values) else 0.0
    others = known - sum(level.count for level in levels)
    return CategoryShape(measure.name, measure.label, measure.part, known, missing, len(counts), levels, others)


def _bins(ordered: Floats, firsts: np.ndarray[tuple[int], np.dtype[np.intp]]) -> tuple[Bin, ...]:
    """Count the customers of each bar; ``firsts`` are the places where a new value begins."""
    if len(firsts) <= MOST_BINS:
        counts = np.diff(firsts, append=len(ordered))
        values = ordered[firsts]
        return tuple(Bin(float(x), float(x), int(n)) for x, n in zip(values, counts, strict=True))
    ends = edges(ordered, MOST_BINS)
    starts = np.searchsorted(ordered, ends[:-1], side="left")
    counts = np.diff(starts, append=len(ordered))
    return tuple(Bin(float(a), float(b), int(n)) for a, b, n in zip(ends[:-1], ends[1:], counts, strict=True))
