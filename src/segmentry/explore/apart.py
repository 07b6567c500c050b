"""Which measures separate customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentry import prepare
from segmentry.features import Measure, Part
from segmentry.prepare import Floats, PrepareOptions

__all__ = ["Apart", "apart", "spread_in_range"]

PREPARATION = PrepareOptions(scale="none")
"""What a run does to values by default, but for the common scale, which the figure doesn't depend on."""


@dataclass(frozen=True, slots=True)
class Apart:
    """How far apart customers lie on one measure.

    Parameters
    ----------
    name, label : str
        The measure, and the same in words.
    part : {"forms", "describes", "left out"}
        What it is for.
    index : float
        Variance within the range: 3 where customers sit in two equal halves at the two ends, 1 where they are spread
        evenly from end to end, near 0 where nearly all are alike and a few are not.
    """

    name: str
    label: str
    part: Part
    index: float


def apart(measures: Sequence[Measure], ordered: Mapping[str, Floats]) -> tuple[Apart, ...]:
    """Say for each number and each yes-or-no question how well it separates customers, the best first.

    Numbers are taken as a run would take them by default: skew taken out, far values pulled in. A blank stays out.

    Parameters
    ----------
    measures : sequence of Measure
        Categories are passed over.
    ordered : mapping of str to numpy.ndarray of float64, shape (known,)
        The known values of each of the others, ascending, so that no sum depends on the order of the customers; the
        answers to a yes-or-no question are 0 and 1.

    Examples
    --------
    >>> values = {"halves": np.array([0.0, 0.0, 1.0, 1.0]), "few": np.array([0.0, 0.0, 0.0, 1.0])}
    >>> columns = [Measure("few", "few", "number", "forms"), Measure("halves", "halves", "number", "forms")]
    >>> [(found.name, found.index) for found in apart(columns, values)]
    [('halves', 3.0), ('few', 2.25)]
    """
    found = []
    for measure in measures:
        if measure.kind == "category" or not len(ordered[measure.name]):
            continue
        values = ordered[measure.name]
        if measure.kind == "number":
            known = pd.DataFrame({measure.name: values})
            points = prepare.fit(known, [(measure.name, "number")], PREPARATION).apply(known)
            values = points.values[:, 0].astype(np.float64)
        found.append(Apart(measure.name, measure.label, measure.part, spread_in_range(values)))
    return tuple(sorted(found, key=lambda entry: -entry.index))


def spread_in_range(values: Floats) -> float:
    """Give twelve times the variance over the squared range: 1 for an even spread; 0 for a constant.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values, n at least 1.

    Returns
    -------
    float
        0 to 3. It depends neither on the unit nor on the zero of the values.

    Notes
    -----
    The clusterability index of D. Steinley and M. J. Brusco, "A new variable weighting and selection procedure for
    K-means cluster analysis", Multivariate Behavioral Research 43 (2008): a variable with groups has more variance
    within its range than one without. Variance with n in the divisor.

    Examples
    --------
    >>> spread_in_range(np.array([0.0, 0.0, 10.0, 10.0])), spread_in_range(np.array([4.0, 4.0]))
    (3.0, 0.0)
    >>> round(spread_in_range(np.linspace(0, 1, 1001)), 2)
    1.0
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        return 0.0
    inside = values / 2 - low / 2
    inside /= high / 2 - low / 2
    return float(12 * inside.var())
