"""Pulling in values that lie far outside a column's middle half."""

import numpy as np

from segmentry.prepare.points import Floats

__all__ = ["fit_fences"]

REACH = 3.0
"""Interquartile ranges beyond the quartiles: Tukey's outer fences (Exploratory Data Analysis, 1977)."""


def fit_fences(values: Floats) -> tuple[float, float] | None:
    """Find Tukey's outer fences, or None where the middle half is a single value and fences would erase the rest.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.

    Examples
    --------
    >>> fit_fences(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    (-5.0, 9.0)
    >>> fit_fences(np.array([0.0, 0.0, 0.0, 0.0, 7.0])) is None
    True
    """
    first, third = (float(quartile) for quartile in np.quantile(values, [0.25, 0.75]))
    spread = third - first
    if spread <= 0:
        return None
    return first - REACH * spread, third + REACH * spread
