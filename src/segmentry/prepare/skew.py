"""Taking skew out of a column without depending on its unit."""

import math

import numpy as np

from segmentry.prepare.points import Floats

__all__ = ["fit_log_scale", "log", "skewness"]

SKEWED = 1.0
"""Columns whose skewness is beyond this are candidates for the logarithm under ``auto``."""


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
    centred = values - values.mean()
    variance = float(np.mean(centred**2))
    if variance <= 1e-30 * max(1.0, float(np.mean(values**2))):
        return 0.0
    return float(np.mean(centred**3) / variance**1.5)


def log(values: Floats, scale: float) -> Floats:
    """Give asinh(values / scale): linear near 0, logarithmic far from it, defined for negative values too.

    Examples
    --------
    >>> log(np.array([-2.0, 0.0, 2.0]), 2.0).round(4).tolist()
    [-0.8814, 0.0, 0.8814]
    """
    return np.asarray(np.arcsinh(values / scale), dtype=np.float64)


def fit_log_scale(values: Floats, *, only_if_skewed: bool) -> float | None:
    """Find the scale s of asinh(x / s), or None where the column is left as it is.

    The scale is the 10th percentile of the positive values, so that s is in the column's own unit and pounds or pence
    give the same points; the median compresses too little.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.
    only_if_skewed : bool
        Ask whether the skewness is above 1 and becomes smaller; otherwise any column with positive values is taken.

    Examples
    --------
    >>> spend = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 9000.0])
    >>> fit_log_scale(spend, only_if_skewed=True)
    20.0
    >>> fit_log_scale(np.arange(10.0), only_if_skewed=True) is None
    True
    """
    positive = values[values > 0]
    if positive.size == 0:
        return None
    scale = float(np.quantile(positive, 0.10))
    if not (scale > 0 and math.isfinite(float(positive.max()) / scale)):
        return None
    if only_if_skewed:
        before = abs(skewness(values))
        if before <= SKEWED or abs(skewness(log(values, scale))) >= before:
            return None
    return scale
