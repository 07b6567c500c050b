"""What a blank becomes."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.prepare.options import Missing, PrepareOptions
from segmentry.prepare.points import Floats

__all__ = ["BLANK", "complete", "fill_words", "fit_fill"]

BLANK = "(blank)"
"""The level that a blank category has under ``constant``."""

WORDS = {
    "median": "the median",
    "mean": "the mean",
    "mode": "the most common value",
    "constant": "the given value",
    "neighbours": "what the most alike customers have, else the median",
    "drop": "the median, in customers who were left out of the fit",
}


def fit_fill(known: Floats, options: PrepareOptions) -> float:
    """Find what a blank number becomes; without any known value, 0.

    Among equally common values the lowest is the mode. Neighbours and drop fall back on the median.

    Parameters
    ----------
    known : numpy.ndarray of float64, shape (n,)
        The column without its blanks, finite.
    options : PrepareOptions
        Its ``missing`` and ``missing_value``.

    Returns
    -------
    float
        In the column's unit; infinite where the sum of the numbers is too large to hold.

    Examples
    --------
    >>> known = np.array([1.0, 1.0, 2.0, 8.0])
    >>> [fit_fill(known, PrepareOptions(missing=how)) for how in ("median", "mean", "mode", "constant")]
    [1.5, 3.0, 1.0, 0.0]
    """
    if options.missing == "constant":
        return options.missing_value
    if not known.size:
        return 0.0
    if options.missing == "mode":
        values, counts = np.unique(known, return_counts=True)
        return float(values[np.argmax(counts)])
    with np.errstate(over="ignore"):
        # In ascending order, so that the order of the rows leaves no trace in the last digit.
        return float(np.sort(known).mean() if options.missing == "mean" else np.median(known))


def fill_words(fill: float, how: Missing) -> str:
    """Say what a blank number becomes.

    Examples
    --------
    >>> fill_words(668.5, "median")
    'blanks become the median, 668.5'
    """
    return f"blanks become {WORDS[how]}, {fill:,.6g}"


def complete(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which customers have no blank, shape (customers,); everybody where nobody is without.

    Examples
    --------
    >>> complete(pd.DataFrame({"a": [1.0, np.nan], "b": ["x", "y"]})).tolist()
    [True, False]
    """
    found = np.asarray(table.notna().to_numpy().all(axis=1), dtype=np.bool_)
    return found if found.any() else np.ones(len(table), dtype=np.bool_)
