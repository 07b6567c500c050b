"""Cutting a column of numbers into groups by frozen cut points."""

import re
from typing import Literal

import numpy as np

from segmentry.errors import UsageError
from segmentry.prepare.points import Floats

__all__ = ["cut", "fit_cuts", "parse_bins"]

How = Literal["quantile", "uniform", "kmeans"]

MOST = 100
NUDGE = 1e-9
"""A cut point lies this share of the column's range above its place, so that rounding can't move a value on it."""

ROUNDS = 300
"""At most so many rounds of k-means; on one column it settles far sooner."""


def parse_bins(text: int | str) -> tuple[int, How] | None:
    """Read ``none``, ``N`` or ``N:quantile``, ``N:uniform``, ``N:kmeans``.

    Raises
    ------
    UsageError
        It says something else, or N isn't 2 to 100.

    Examples
    --------
    >>> parse_bins("5"), parse_bins("4:uniform"), parse_bins("none")
    ((5, 'quantile'), (4, 'uniform'), None)
    """
    if text == "none":
        return None
    found = re.fullmatch(r"\s*(\d{1,6})\s*(?::\s*(quantile|uniform|kmeans)\s*)?", str(text))
    if found is None or not 2 <= int(found[1]) <= MOST:
        raise UsageError(
            f"can't cut numbers into {str(text)!r} groups",
            [f"2 to {MOST}, by quantile (equal shares), uniform (equal width) or kmeans"],
            "--bins 4, or --bins 5:uniform",
        )
    how: How = "uniform" if found[2] == "uniform" else "kmeans" if found[2] == "kmeans" else "quantile"
    return int(found[1]), how


def fit_cuts(values: Floats, groups: int, how: How) -> tuple[float, ...]:
    """Find the cut points between groups, ascending; fewer where a column has too few different values.

    Cuts go by value, so that equal values always share a group. By quantile, a cut lies midway
    between two neighbouring values, where the share of customers below comes nearest to i / groups; a lump of equal
    values takes the cuts that would fall into it along. By k-means, cuts lie midway between the means that Lloyd's
    rounds reach from evenly spread ones.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n,)
        Finite values.
    groups : int
        How many, 2 or more.
    how : {"quantile", "uniform", "kmeans"}
        Equal shares, equal width, or k-means on this column alone.

    Examples
    --------
    >>> orders = np.array([1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 9.0])
    >>> fit_cuts(orders, 4, "quantile")
    (1.5, 3.5)
    >>> [round(cut, 6) for cut in fit_cuts(orders, 4, "uniform")]
    [3.0, 5.0, 7.0]
    >>> [round(cut, 6) for cut in fit_cuts(orders, 2, "kmeans")]
    [5.428571]
    """
    different, counts = np.unique(values, return_counts=True)
    if different.size < 2:
        return ()
    if how == "quantile":
        below = np.cumsum(counts)[:-1] / len(values)
        # argmin takes the first of the nearest; rounding makes equally near ones equal.
        at = np.unique([np.argmin(np.round(np.abs(below - share / groups), 9)) for share in range(1, groups)])
        places = different[at] / 2 + different[at + 1] / 2
    else:
        lowest = different[0]
        with np.errstate(over="ignore"):
            reach = different[-1] - lowest
        if not np.isfinite(reach):
            return ()
        inner = np.arange(1, groups) / groups
        if how == "kmeans":
            inner = _means((different - lowest) / reach, counts.astype(np.float64), groups)
        places = lowest + reach * (inner + NUDGE)
    return tuple(float(place) for place in np.unique(places))


def cut(values: Floats, cuts: tuple[float, ...]) -> Floats:
    """Give each value's group, from 0: how many cut points lie below it.

    Examples
    --------
    >>> cut(np.array([1.0, 1.5, 2.0, 99.0]), (1.5, 2.5)).tolist()
    [0.0, 0.0, 1.0, 2.0]
    """
    return np.searchsorted(np.asarray(cuts), values, side="left").astype(np.float64)


def _means(different: Floats, counts: Floats, groups: int) -> Floats:
    """Give the borders of k-means on values 0 to 1, ascending, each as often as counted."""
    weight = np.concatenate([[0.0], np.cumsum(counts)])
    total = np.concatenate([[0.0], np.cumsum(different * counts)])
    centres = (np.arange(groups) + 0.5) / groups
    borders = (centres[1:] + centres[:-1]) / 2
    for _ in range(ROUNDS):
        ends = np.concatenate([[0], np.searchsorted(different, borders + NUDGE, side="right"), [different.size]])
        sizes = np.diff(weight[ends])
        held = sizes > 0  # a mean that nobody is nearest to falls away
        centres = np.diff(total[ends])[held] / sizes[held]
        moved = (centres[1:] + centres[:-1]) / 2
        if moved.size == borders.size and np.abs(moved - borders).max(initial=0.0) < NUDGE:
            break
        borders = moved
    return borders
