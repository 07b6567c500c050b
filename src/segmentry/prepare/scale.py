"""Bringing columns to a common scale."""

import numpy as np

from segmentry.prepare.options import Scale
from segmentry.prepare.points import Floats

__all__ = ["fit_scale"]

NORMAL_IQR = 1.3489795003921634
"""The interquartile range of a standard normal variable: it makes the robust scale agree with z on normal data."""


def fit_scale(values: Floats, how: Scale) -> tuple[float, float]:
    """Find the centre and the spread, so that points are (x - centre) / spread.

    A constant column gets spread 1: it becomes 0 and separates nobody. A robust spread of 0 (more than half of the
    values are equal) falls back on the standard deviation.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.
    how : {"z", "robust", "min-max", "none"}
        Mean and standard deviation (of the population, as in scikit-learn), median and interquartile range / 1.349,
        lowest value and range, or (0, 1).

    Examples
    --------
    >>> fit_scale(np.array([1.0, 3.0]), "z")
    (2.0, 1.0)
    >>> fit_scale(np.array([5.0, 5.0]), "z")
    (5.0, 1.0)
    >>> fit_scale(np.array([2.0, 4.0, 10.0]), "min-max")
    (2.0, 8.0)
    """
    if how == "none":
        return 0.0, 1.0
    if values.min() == values.max():
        return float(values[0]), 1.0
    if how == "min-max":
        centre, spread = float(values.min()), float(values.max()) - float(values.min())
    else:
        centre, spread = float(values.mean()), float(values.std())
    if how == "robust":
        first, middle, third = (float(quartile) for quartile in np.quantile(values, [0.25, 0.5, 0.75]))
        centre, spread = middle, (third - first) / NORMAL_IQR or spread
    # A spread that is only rounding noise of a constant column would blow that noise up to full size.
    return centre, spread if spread > 1e-12 * max(1e-300, abs(centre)) else 1.0
