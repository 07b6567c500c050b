"""Values that lie far outside: pulled in, or their customers left out of the fit."""

import numpy as np
import numpy.typing as npt

from segmentry.prepare.options import Outliers
from segmentry.prepare.points import Floats

__all__ = ["fit_fences", "inliers"]

REACH = 3.0
"""Interquartile ranges beyond the quartiles: Tukey's outer fences (Exploratory Data Analysis, 1977)."""

DEVIATIONS = 3.5
"""Median deviations beyond the median (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993)."""

NORMAL_MAD = 1.4826
"""A normal variable's standard deviation, in median absolute deviations."""

ALIEN = 0.6
"""Scores of the isolation forest above this are outliers: Liu, Ting and Zhou (2008, section 3) draw the line there."""

TREES, SAMPLE = 100, 256
"""As in that paper."""

ROUNDING = 1e-6
"""A value this share of its size beyond a fence is still inside: points hold seven digits."""


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


def fit_deviations(values: Floats) -> tuple[float, float] | None:
    """Find the median plus and minus 3.5 normal median deviations, or None where most values are the same.

    Examples
    --------
    >>> low, high = fit_deviations(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    >>> round(low, 4), round(high, 4)
    (-3.1891, 7.1891)
    """
    middle = float(np.median(values))
    spread = NORMAL_MAD * float(np.median(np.abs(values - middle)))
    return (middle - DEVIATIONS * spread, middle + DEVIATIONS * spread) if spread > 0 else None


def inliers(
    values: npt.NDArray[np.float32], numbers: npt.NDArray[np.bool_], how: Outliers, seed: int
) -> npt.NDArray[np.bool_]:
    """Say which customers don't lie far outside.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (n, d)
        Points, scaled but not clipped.
    numbers : numpy.ndarray of bool, shape (d,)
        Which columns come from numbers: fences are for these; the forest looks at all.
    how : {"remove-iqr", "remove-mad", "remove-forest"}
        Beyond the fences of :func:`fit_fences` or :func:`fit_deviations` in any column, or a score above 0.6.
    seed : int
        Of the forest.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        Doesn't depend on the order of the rows.

    Examples
    --------
    >>> points = np.array([[0], [1], [2], [3], [50]], dtype=np.float32)
    >>> inliers(points, np.array([True]), "remove-mad", 0).tolist()
    [True, True, True, True, False]
    """
    if how == "remove-forest":
        return _forest(values, seed)
    inside = np.ones(len(values), dtype=np.bool_)
    fit = fit_fences if how == "remove-iqr" else fit_deviations
    for column in values.T[numbers].astype(np.float64):
        fences = fit(column) if column.size else None
        if fences is not None:
            slack = ROUNDING * max(abs(fences[0]), abs(fences[1]))
            inside &= (column >= fences[0] - slack) & (column <= fences[1] + slack)
    return inside


def _forest(values: npt.NDArray[np.float32], seed: int) -> npt.NDArray[np.bool_]:
    """Judge by an isolation forest that sees the customers in the order of their points."""
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - a second that most runs don't need

    if len(values) < 2 or values.shape[1] == 0:
        return np.ones(len(values), dtype=np.bool_)
    order = np.lexsort(values.T[::-1])
    forest = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLE, len(values)), random_state=seed)
    forest.fit(values[order])
    return np.asarray(forest.score_samples(values) >= -ALIEN)
