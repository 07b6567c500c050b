"""Rows in lexicographic order, most of them told apart by the first few columns."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["lexicographic"]

Indices = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint64]

LOW = np.uint64(0xFFFFFFFF)


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
    # A number's rank above, its row below: sorting such numbers is many times faster than sorting places by numbers.
    packed = np.sort((_ranks(keys[0]) << np.uint64(32)) | np.arange(len(keys[0]), dtype=np.uint64))
    order = (packed & LOW).astype(np.int64)
    ranks: Ranks = packed >> np.uint64(32)
    tied, group = _still_tied(np.arange(len(order)), np.zeros(len(order), dtype=np.uint64), ranks)
    for key in keys[1:]:
        if not len(tied):
            break
        rows = order[tied]
        ranks = _ranks(key[rows])
        # Rows come in their order, and a stable sort leaves what is alike as it was.
        sorting = np.argsort((group << np.uint64(32)) | ranks, kind="stable")
        order[tied] = rows[sorting]
        tied, group = _still_tied(tied, group, ranks[sorting])
    return order


def _still_tied(tied: Indices, group: Ranks, ranks: Ranks) -> tuple[Indices, Ranks]:
    """Give the places that neither group nor rank tells from a neighbour, and of each the first such place."""
    fresh = np.ones(len(tied), dtype=bool)
    fresh[1:] = (ranks[1:] != ranks[:-1]) | (group[1:] != group[:-1])
    alone = fresh.copy()
    alone[:-1] &= fresh[1:]
    if alone.all():
        return tied[:0], group[:0]
    first = tied[np.maximum.accumulate(np.where(fresh, np.arange(len(tied)), 0))]
    return tied[~alone], first[~alone].astype(np.uint64)


def _ranks(key: npt.NDArray[np.generic]) -> Ranks:
    """Give whole numbers from 0 to below 2^32 in the order of the numbers, equal ones alike."""
    if key.dtype == np.float32:
        numbers = key.astype(np.float32) + np.float32(0)  # -0.0 becomes 0.0
        bits = np.where(np.isnan(numbers), np.uint32(0x7FFFFFFF), numbers.view(np.uint32))
        return np.asarray(np.where(bits >> 31, ~bits, bits | np.uint32(0x80000000)), dtype=np.uint64)
    sorting = np.argsort(key)
    ordered = key[sorting]
    unlike = ordered[1:] != ordered[:-1]
    if ordered.dtype.kind == "f":
        unlike &= ~(np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
    ranks = np.zeros(len(key), dtype=np.uint64)
    ranks[sorting[1:]] = np.cumsum(unlike, dtype=np.uint64)
    return ranks
