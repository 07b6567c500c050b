"""Where the bars of a histogram begin and end, and quantiles of values that are in order."""

import math

import numpy as np
import numpy.typing as npt

__all__ = ["edges", "quantiles"]

Floats = npt.NDArray[np.float64]


SMALLEST, LARGEST = 1e-300, 1e300
"""Widths whose logarithms, powers and products are numbers."""


def edges(ordered: Floats, most: int) -> Floats:
    """Give the ends of at most so many bars.

    They are as wide as a round number, and begin at its multiples, between the 1st and the 99th percentile; the
    outermost bars reach to the ends, so that a few giants don't squeeze all others into one bar. Where nearly all
    values are the same, bars go by round numbers from end to end. Between whole numbers bars begin at whole numbers, so
    that none is lower by its width alone.

    Parameters
    ----------
    ordered : numpy.ndarray of float64, shape (n,)
        The values, ascending, not all of them the same.
    most : int
        How many bars, at least 3.

    Returns
    -------
    numpy.ndarray of float64, shape (bars + 1,)
        Ascending, from the lowest value to the highest.

    Examples
    --------
    >>> edges(np.array([0.0, 3.0, 5.0, 10.5]), 6).tolist()
    [0.0, 4.0, 8.0, 10.5]
    """
    first, last = float(ordered[0]), float(ordered[-1])
    low, high = quantiles(ordered, 0.01, 0.99)
    if low == high:
        low, high = first, last
    apart = (high - low) / (most - 2)
    if not SMALLEST < apart < LARGEST:
        return np.array([first, last])
    digits, power = _round(apart, whole=bool((ordered == np.floor(ordered)).all()))
    width = digits * 10.0**power
    counts = np.arange(np.ceil(low / width), np.floor(high / width) + 1) * digits
    inner = counts * 10.0**power if power >= 0 else counts / 10.0**-power  # a division gives the nearest to 0.3
    return np.array([first, *inner[(inner > first) & (inner < last)], last])


def _round(width: float, *, whole: bool) -> tuple[int, int]:
    """Give the next wider round number, as digits times a power of ten."""
    if whole and width <= 1:
        return 1, 0
    power = math.floor(math.log10(width))
    able = (10, 20, 30, 40, 50, 100) if whole and power < 1 else (10, 20, 25, 40, 50, 100)
    return next(digits for digits in able if digits * 10.0 ** (power - 1) >= width or digits == able[-1]), power - 1


def quantiles(ordered: Floats, *shares: float) -> list[float]:
    """Interpolate among values that are in order; as :func:`numpy.quantile`, without putting them in order again.

    Parameters
    ----------
    ordered : numpy.ndarray of float64, shape (n,)
        Ascending, at least one.
    *shares : float
        0 to 1.

    Notes
    -----
    Type 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 4.0]), 0.25, 0.5)
    [1.5, 2.0]
    """
    places = (len(ordered) - 1) * np.asarray(shares)
    below = np.floor(places).astype(np.intp)
    way = places - below
    # Among quarters of the values, which is exact, and whose differences are always numbers.
    lower, upper = ordered[below] / 4, ordered[np.minimum(below + 1, len(ordered) - 1)] / 4
    apart = upper - lower
    # From the nearer end, as NumPy does, so that both give the same digits.
    found = np.where(way < 0.5, lower + apart * way, upper - apart * (1 - way))
    return [4 * float(at) for at in found]
