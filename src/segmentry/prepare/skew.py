"""Taking skew out of a column without depending on its unit."""

import math
from dataclasses import dataclass

import numpy as np

from segmentry.prepare.options import Skew
from segmentry.prepare.points import Floats

__all__ = ["Asinh", "YeoJohnson", "fit_skew", "skewness"]

SKEWED = 1.0
"""Columns whose skewness is beyond this are candidates for the logarithm under ``auto``."""

LARGEST = 1e90
"""Beyond it a column is divided by its largest value first, as the cubes of its values could not be held."""

POWERS = (-3.0, 3.0)
"""Yeo-Johnson powers that are tried: 1 changes nothing, 0 is a logarithm, beyond these numbers run out of digits."""

READ = 2_000
"""The power is found on at most so many values, evenly spaced in order."""


@dataclass(frozen=True, slots=True)
class Asinh:
    """asinh(x / log_scale): linear near 0, logarithmic far from it, defined for negative values too.

    Parameters
    ----------
    log_scale : float
        Above 0, in the measure's unit.

    Examples
    --------
    >>> Asinh(2.0).apply(np.array([-2.0, 0.0, 2.0])).round(4).tolist()
    [-0.8814, 0.0, 0.8814]
    """

    log_scale: float

    def apply(self, values: Floats) -> Floats:
        """Transform values of shape (n,)."""
        return np.asarray(np.arcsinh(values / self.log_scale), dtype=np.float64)

    def undo(self, value: float) -> float:
        """Give the measure's value for a transformed one."""
        return math.sinh(min(max(value, -700.0), 700.0)) * self.log_scale

    def words(self) -> str:
        """Say it."""
        return f"skew taken out by asinh(x / {self.log_scale:,.6g})"


@dataclass(frozen=True, slots=True)
class YeoJohnson:
    """The Yeo-Johnson power of x / unit (Yeo and Johnson, Biometrika 87, 2000, equation 2.1).

    With y = x / unit: ((y + 1) ** p - 1) / p from 0 upwards, and -((1 - y) ** (2 - p) - 1) / (2 - p) below; log(y + 1)
    where p is 0, and -log(1 - y) where it is 2.

    Parameters
    ----------
    unit : float
        Above 0, in the measure's unit.
    power : float
        1 changes nothing, less pulls in large values, more pulls in small ones.

    Examples
    --------
    >>> YeoJohnson(unit=2.0, power=0.0).apply(np.array([-2.0, 0.0, 2.0])).round(4).tolist()
    [-1.5, 0.0, 0.6931]
    """

    unit: float
    power: float

    def apply(self, values: Floats) -> Floats:
        """Transform values of shape (n,)."""
        # Each side is a power of its own; the other side's values are put to 0, which both leave alone.
        with np.errstate(over="ignore"):
            scaled = values / self.unit
            above = _power(np.maximum(scaled, 0.0), self.power)
            below = _power(np.maximum(-scaled, 0.0), 2.0 - self.power)
        return above - below

    def undo(self, value: float) -> float:
        """Give the measure's value for a transformed one."""
        power, sign = (self.power, 1.0) if value >= 0 else (2.0 - self.power, -1.0)
        size = abs(value)
        grown = size if power == 0 else math.log1p(max(power * size, -1 + 1e-15)) / power
        return sign * math.expm1(min(grown, 700.0)) * self.unit

    def words(self) -> str:
        """Say it."""
        return f"skew taken out by the Yeo-Johnson power {self.power:.3g} of x / {self.unit:,.6g}"


def _power(sizes: Floats, power: float) -> Floats:
    """Give ((1 + y) ** p - 1) / p, by way of logarithms so that digits last near p = 0."""
    logs = np.log1p(sizes)
    return logs if power == 0 else np.asarray(np.expm1(power * logs) / power, dtype=np.float64)


def skewness(values: Floats) -> float:
    """Give the moment coefficient of skewness, m3 / m2 ** 1.5; 0 for a constant.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.

    Examples
    --------
    >>> skewness(np.array([1.0, 2.0, 3.0]))
    0.0
    >>> round(skewness(np.array([0.0, 0.0, 0.0, 1.0])), 4)
    1.1547
    """
    largest = float(np.abs(values).max())
    if largest > LARGEST:
        values = values / largest
    centred = values - values.mean()
    squares = centred * centred
    variance = float(np.mean(squares))
    if variance <= 1e-30 * max(1.0, float(np.mean(values**2))):
        return 0.0
    squares *= centred  # now cubes: by products, as a power of 3 takes ten times as long
    return float(np.mean(squares) / variance**1.5)


def fit_skew(values: Floats, how: Skew) -> Asinh | YeoJohnson | None:
    """Find how a column's skew is taken out, or None where it is left as it is.

    Both ways divide by a scale s in the column's own unit, so that pounds or pence give the same points: the 10th
    percentile of the positive values; the median compresses too little.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.
    how : {"auto", "log", "yeo-johnson", "none"}
        ``auto`` asks whether the skewness is above 1 and becomes smaller by asinh; otherwise any column with positive
        values is taken (for Yeo-Johnson: with values other than 0).

    Examples
    --------
    >>> spend = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 9000.0])
    >>> fit_skew(spend, "auto")
    Asinh(log_scale=20.0)
    >>> fit_skew(np.arange(10.0), "auto") is None
    True
    """
    if how == "none" or not values.size:
        return None
    sizes = values[values > 0]
    if how == "yeo-johnson" and not sizes.size:
        sizes = -values[values < 0]
    if not sizes.size:
        return None
    scale = float(np.quantile(sizes, 0.10))
    if not (scale > 0 and math.isfinite(float(np.abs(values).max()) / scale)):
        return None
    if how == "yeo-johnson":
        return _yeo_johnson(values, scale)
    found = Asinh(scale)
    if how == "auto":
        before = abs(skewness(values))
        if before <= SKEWED or abs(skewness(found.apply(values))) >= before:
            return None
    return found


def _yeo_johnson(values: Floats, scale: float) -> YeoJohnson | None:
    """Find the power of the greatest normal likelihood: -n/2 log(variance) + (p - 1) sum(sign(y) log(1 + abs(y)))."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - a quarter of a second that most runs don't need

    ordered = np.sort(values)
    if ordered[0] == ordered[-1]:
        return None
    if len(ordered) > READ:
        ordered = ordered[np.linspace(0, len(ordered) - 1, READ).round().astype(np.intp)]
    scaled = ordered / scale
    slope = float(np.mean(np.sign(scaled) * np.log1p(np.abs(scaled))))

    def badness(power: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            variance = float(np.var(YeoJohnson(1.0, power).apply(scaled)))
        if not (math.isfinite(variance) and variance > 0):
            return 1e300
        return 0.5 * math.log(variance) - (power - 1) * slope

    found = minimize_scalar(badness, bounds=POWERS, method="bounded", options={"xatol": 1e-7})
    fitted = YeoJohnson(scale, float(found.x))
    ends = fitted.apply(np.array([values.min(), values.max()]))
    return fitted if np.isfinite(ends).all() and ends[0] < ends[1] else None
