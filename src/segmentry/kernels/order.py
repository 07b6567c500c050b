"""Rows in lexicographic order, most of them told apart by the first few columns."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["lexicographic"]

Indices = npt.NDArray[np.int64]


def lexicographic(keys: Sequence[npt.NDArray[np.generic]]) -> Indices:
    """Give the order of rows by the first key, among equals by the second, and so on; the rest stay in order.

    Only rows that all keys before left tied are sorted by the next one, and each sort is of one whole number a row:
    many times faster than sorting everything by every key, as :func:`numpy.lexsort` does, with the same result.

    Parameters
    ----------
    keys : sequence of numpy.ndarray, shape (n,)
        Numbers, fewer than 2^32 of them; the first decides first. nan comes last.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Places of the rows in the keys.

    Raises
    ------
    ValueError
        There is no key.

    Examples
    --------
    >>> lexicographic([np.array([2.0, 1.0, 1.0]), np.array([1.0, 5.0, 3.0])]).tolist()
    [2, 1, 0]
    """
    if not keys:
        raise ValueError("at least one key is needed")
    order = np.arange(len(keys[0]), dtype=np.int64)
    tied = order.copy()  # places in order whose rows aren't told apart yet
    group = np.zeros(len(order), dtype=np.int64)  # of each of these: its first place in order
    for key in (*keys, None):
        rows = order[tied]
        # At last by the rows' own places: what is alike stays as it was.
        ranks = rows if key is None else _ranks(key[rows])
        sorting = np.argsort((group << 32) | ranks)
        order[tied] = rows[sorting]
        if key is None:
            break
        ranks = ranks[sorting]
        fresh = np.ones(len(tied), dtype=bool)
        fresh[1:] = (ranks[1:] != ranks[:-1]) | (group[1:] != group[:-1])
        alone = fresh.copy()
        alone[:-1] &= fresh[1:]
        first = tied[np.maximum.accumulate(np.where(fresh, np.arange(len(tied)), 0))]
        tied, group = tied[~alone], first[~alone]
        if not len(tied):
            break
    return order


def _ranks(key: npt.NDArray[np.generic]) -> Indices:
    """Give whole numbers from 0 to below 2^32 in the order of the numbers, equal ones alike."""
    if key.dtype == np.float32:
        numbers = key.astype(np.float32) + np.float32(0)  # -0.0 becomes 0.0
        bits = np.where(np.isnan(numbers), np.uint32(0x7FFFFFFF), numbers.view(np.uint32))
        return np.asarray(np.where(bits >> 31, ~bits, bits | np.uint32(0x80000000)), dtype=np.int64)
    sorting = np.argsort(key)
    ordered = key[sorting]
    unlike = ordered[1:] != ordered[:-1]
    if ordered.dtype.kind == "f":
        unlike &= ~(np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
    ranks = np.zeros(len(key), dtype=np.int64)
    ranks[sorting[1:]] = np.cumsum(unlike)
    return ranks
