"""The cheapest assignment within limits, in C, behind the same function as the plain one."""

import numpy as np
import numpy.typing as npt

from segmentry.kernels import _native
from segmentry.kernels.transport import Balanced, fair_prices

__all__ = ["balance"]

Floats = npt.NDArray[np.float64]


def balance(costs: Floats, least: int, most: int, prices: Floats | None = None) -> Balanced:
    """Find an assignment of the cost that :func:`segmentry.kernels.transport.balance` finds, and its prices.

    Parameters
    ----------
    costs : numpy.ndarray of float64, shape (k, n)
        What each point costs in each cluster.
    least, most : int
        Points in a cluster; 1 <= least <= n / k <= most.
    prices : numpy.ndarray of float64, shape (k,), optional
        Where to start from; the answer's cost doesn't depend on them.

    Raises
    ------
    ValueError
        There is no cluster or no point, or the limits can't be kept.

    Examples
    --------
    >>> found = balance(np.array([[0.0, 1.0, 2.0, 3.0], [9.0, 8.0, 7.0, 6.0]]), 2, 2)
    >>> found.labels.tolist(), (found.prices[0] - found.prices[1]).item()
    ([0, 0, 1, 1], 6.0)
    """
    k, n = costs.shape
    start = np.zeros(k) if prices is None else np.array(prices, dtype=np.float64)
    labels, held, saved = np.empty(n, np.int32), np.empty(k, np.int64), np.empty((k, k))
    if _native.balance(np.ascontiguousarray(costs, dtype=np.float64), least, most, start, labels, held, saved):
        return Balanced(labels, np.zeros(k))
    return Balanced(labels, fair_prices(saved, held > least, held < most))
