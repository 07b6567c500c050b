"""A column of numbers: blanks filled, skew taken out, outliers pulled in, cut into groups, scaled."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentry.errors import DataError
from segmentry.prepare.bins import cut, fit_cuts, parse_bins
from segmentry.prepare.missing import fill_words, fit_fill
from segmentry.prepare.options import Missing, PrepareOptions
from segmentry.prepare.outliers import fit_fences
from segmentry.prepare.points import Floats
from segmentry.prepare.scale import fit_scale
from segmentry.prepare.skew import Asinh, YeoJohnson, fit_skew

__all__ = ["NumberColumn", "fit_number", "numbers"]


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """What a column of numbers goes through: fill, skew, clip, cut, (x - centre) / spread.

    Parameters
    ----------
    name : str
        The measure.
    fill : float
        What a blank becomes, in the measure's unit.
    skew : Asinh, YeoJohnson or None
        None leaves the skew.
    low, high : float or None
        Fences after the skew was taken out; None leaves outliers.
    cuts : tuple of float, or None
        Cut points after clipping, ascending; an empty tuple makes one group of all, None leaves the number as it is.
    centre, spread : float
        After all that; spread is above 0.
    """

    name: str
    fill: float
    skew: Asinh | YeoJohnson | None
    low: float | None
    high: float | None
    cuts: tuple[float, ...] | None
    centre: float
    spread: float

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give the prepared column."""
        return [self.prepared(numbers(raw, self.name))]

    def prepared(self, values: Floats) -> Floats:
        """Give the prepared numbers of shape (n,); nan where a value is blank, none infinite."""
        values = np.where(np.isnan(values), self.fill, values)
        if self.skew is not None:
            values = self.skew.apply(values)
        if self.low is not None and self.high is not None:
            values = np.clip(values, self.low, self.high)
        if self.cuts is not None:
            values = cut(values, self.cuts)
        return np.asarray((values - self.centre) / self.spread, dtype=np.float64)

    def outputs(self) -> list[str]:
        """Name the prepared column."""
        return [self.name]

    def words(self, missing: Missing = "median") -> str:
        """Say the steps in one line; ``missing`` is how the fill was found."""
        steps = [fill_words(self.fill, missing)]
        if self.skew is not None:
            steps.append(self.skew.words())
        if self.low is not None and self.high is not None:
            steps.append(f"values pulled in to {self.low:,.4g} … {self.high:,.4g}")
        if self.cuts == ():
            steps.append("one group, for want of different values")
        elif self.cuts is not None:
            borders = (place if self.skew is None else self.skew.undo(place) for place in self.cuts)
            steps.append(f"cut into {len(self.cuts) + 1} groups above {', '.join(f'{b:,.4g}' for b in borders)}")
        if (self.centre, self.spread) != (0.0, 1.0):
            steps.append(f"{self.centre:,.6g} taken off, divided by {self.spread:,.6g}")
        return f"{self.name}: " + "; ".join(steps)


def fit_number(raw: pd.Series, name: str, options: PrepareOptions) -> NumberColumn:
    """Fit the steps of one column of numbers.

    Raises
    ------
    DataError
        A number is infinite, or too large to compare.
    """
    values = numbers(raw, name)
    known = values[~np.isnan(values)]
    fill = fit_fill(known, options)
    # What neighbours will say isn't known yet, and medians in its place would only narrow the spread.
    values = known if options.missing == "neighbours" else np.where(np.isnan(values), fill, values)
    largest = float(np.abs(values).max(initial=abs(fill)))
    skew = fit_skew(values, options.skew)
    if skew is not None:
        values = skew.apply(values)
    fences = fit_fences(values) if options.outliers == "clip" and values.size else None
    low, high = fences or (None, None)
    if fences is not None:
        values = np.clip(values, *fences)
    groups = parse_bins(options.bins)
    cuts = fit_cuts(values, *groups) if groups else None
    if cuts is not None:
        values = cut(values, cuts)
    with np.errstate(over="ignore"):  # refused just below
        centre, spread = fit_scale(values, options.scale) if values.size else (0.0, 1.0)
    if not (math.isfinite(centre) and math.isfinite(spread) and math.isfinite(fill)):
        raise DataError(f"the numbers of {name!r} are too large to compare", [f"largest: {largest:.3g}"], "--skew log")
    return NumberColumn(name, fill, skew, low, high, cuts, centre, spread)


def numbers(raw: pd.Series, name: str) -> Floats:
    """Give a column as numbers, nan where blank.

    Raises
    ------
    DataError
        A number is infinite.
    """
    values = raw.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise DataError(f"the measure {name!r} holds an infinite value", way_out="mend or remove that row")
    return values
