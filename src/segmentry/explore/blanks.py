"""Where values are missing, and where they are missing together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["MOST_PAIRS", "MOST_PATTERNS", "TOGETHER", "Blank", "Blanks", "Pattern", "Together", "blanks"]

TOGETHER = 0.5
"""Two columns are missing together where, of the customers who lack either value, at least this share lack both."""

MOST_PATTERNS = 20
"""The most common patterns are listed, this many."""

MOST_PAIRS = 200
"""The closest pairs are listed, this many."""

BLOCK = 8_000_000


@dataclass(frozen=True, slots=True)
class Blank:
    """A column that isn't known for everybody.

    Parameters
    ----------
    name : str
        The column.
    count : int
        Customers without a value.
    share : float
        Of all customers, 0 to 1.
    """

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Together:
    """Two columns that are missing for the same customers.

    Parameters
    ----------
    left, right : str
        In the order of the table.
    both : int
        Customers who lack both values.
    share : float
        ``both`` over the customers who lack either (the index of Jaccard), 0.5 to 1.
    """

    left: str
    right: str
    both: int
    share: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """Customers who lack exactly the same values.

    Parameters
    ----------
    columns : tuple of str
        What they lack.
    customers : int
        How many they are.
    """

    columns: tuple[str, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Blanks:
    """Where values are missing.

    Parameters
    ----------
    complete : int
        Customers for whom every column is known.
    columns : tuple of Blank
        Columns with a blank, the emptiest first.
    together : tuple of Together
        Up to 200 pairs of columns, the closest first.
    patterns : tuple of Pattern
        Up to 20, the most common first.
    other_patterns : int
        Customers with a blank whose pattern isn't listed: ``complete``, the patterns' customers and these add up.
    """

    complete: int
    columns: tuple[Blank, ...]
    together: tuple[Together, ...]
    patterns: tuple[Pattern, ...]
    other_patterns: int


def blanks(table: pd.DataFrame) -> Blanks:
    """Count missing values, alone and together.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer, only columns to be looked at.

    Notes
    -----
    P. Jaccard, "Étude comparative de la distribution florale", Bulletin de la Société Vaudoise des Sciences Naturelles
    37 (1901).

    Examples
    --------
    >>> found = blanks(pd.DataFrame({"a": [1, None, None, 4], "b": ["x", None, None, None], "c": [1, 2, 3, 4]}))
    >>> [(blank.name, blank.count) for blank in found.columns], found.complete
    ([('b', 3), ('a', 2)], 1)
    >>> found.together
    (Together(left='a', right='b', both=2, share=0.6666666666666666),)
    >>> [(pattern.columns, pattern.customers) for pattern in found.patterns]
    [(('a', 'b'), 2), (('b',), 1)]
    """
    missing = {str(name): table.iloc[:, at].isna().to_numpy() for at, name in enumerate(table.columns)}
    missing = {name: mask for name, mask in missing.items() if mask.any()}
    rows = len(table)
    if not missing:
        return Blanks(rows, (), (), (), 0)
    names = list(missing)
    masks = np.column_stack(list(missing.values()))
    masks = masks[masks.any(axis=1)]
    counts = masks.sum(axis=0)
    order = sorted(range(len(names)), key=lambda at: (-counts[at], at))
    columns = tuple(Blank(names[at], int(counts[at]), int(counts[at]) / rows) for at in order)
    patterns, others = _patterns(names, masks)
    return Blanks(rows - len(masks), columns, _together(names, masks), patterns, others)


def _together(names: list[str], masks: npt.NDArray[np.bool_]) -> tuple[Together, ...]:
    """Find the pairs of columns that are missing together."""
    d = len(names)
    both = np.zeros((d, d))
    step = max(1, BLOCK // d)
    for start in range(0, len(masks), step):
        block = masks[start : start + step].astype(np.float64)
        both += block.T @ block
    alone = np.diag(both)
    share = both / (alone[:, None] + alone[None, :] - both)
    left, right = np.nonzero(np.triu(share >= TOGETHER, 1))
    order = np.lexsort((right, left, -both[left, right], -share[left, right]))[:MOST_PAIRS]
    return tuple(
        Together(names[left[at]], names[right[at]], int(both[left[at], right[at]]), float(share[left[at], right[at]]))
        for at in order
    )


def _patterns(names: list[str], masks: npt.NDArray[np.bool_]) -> tuple[tuple[Pattern, ...], int]:
    """Count the customers of each pattern, 64 columns packed into a number."""
    packed = np.packbits(masks, axis=1)
    words = np.zeros((len(masks), -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    words[:, : packed.shape[1]] = packed
    code = np.zeros(len(masks), dtype=np.int64)
    for word in words.view(np.uint64).T:
        _, within = np.unique(word, return_inverse=True)
        _, code = np.unique(code * (int(within.max()) + 1) + within, return_inverse=True)
    _, firsts, sizes = np.unique(code, return_index=True, return_counts=True)
    ranked = sorted(
        (-int(size), tuple(np.flatnonzero(masks[first]).tolist())) for size, first in zip(sizes, firsts, strict=True)
    )
    listed = tuple(Pattern(tuple(names[at] for at in lacks), -size) for size, lacks in ranked[:MOST_PATTERNS])
    return listed, -sum(size for size, _ in ranked[MOST_PATTERNS:])
