"""Every segment against all customers, measure by measure.

A difference is Cliff's delta: the chance that a customer of the segment has a higher value than one of another segment,
less the chance of a lower (Cliff 1993, "Dominance statistics"). For a level of a category the same figure, taken on
having it (1) or not (0), is the difference of the two shares; so one threshold serves both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.describe.bars import quantiles
from segmentry.describe.segments import Trait
from segmentry.features import Measure, Measures

__all__ = ["Split", "cliffs_delta", "midranks", "profile"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]

COUNTS_FROM = 0.33
"""The smallest |delta| that counts: where Romano et al. (2006) put the border of a medium difference."""

SAME_SIGN = 0.95
"""The share of rebuilds that must show the same sign."""

LEVELS = 6
"""Levels of a category that are described, besides the level that each segment has most in excess."""


@dataclass(frozen=True, slots=True)
class Split:
    """The segments of all customers, and of some customers again after every rebuild.

    Parameters
    ----------
    labels : numpy.ndarray of int32, shape (n,)
        The segment of each customer, 0 to k - 1.
    k : int
        How many segments.
    evaluated : numpy.ndarray of intp, shape (m,)
        Rows whose rebuilt segments are known.
    cells : numpy.ndarray of intp, shape (draws, m)
        ``draw * (k + 1) + segment`` of each rebuild; segment k collects customers without a matched segment.
    """

    labels: Labels
    k: int
    evaluated: npt.NDArray[np.intp]
    cells: npt.NDArray[np.intp]

    @classmethod
    def of(cls, labels: Labels, evaluated: npt.NDArray[np.intp], rebuilt: npt.NDArray[np.int16]) -> "Split":
        """Build it from matched labels; the cells are numbered once, since every measure counts in them."""
        k = int(labels.max()) + 1
        draws = rebuilt.shape[0]
        matched = np.where((rebuilt >= 0) & (rebuilt < k), rebuilt, k).astype(np.intp)
        return cls(labels, k, evaluated, matched + (k + 1) * np.arange(draws, dtype=np.intp)[:, None])

    @property
    def draws(self) -> int:
        """How many rebuilds."""
        return int(self.cells.shape[0])


def midranks(values: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Rank values from 1, ties sharing the mean of their ranks; give also the order that sorts them.

    Examples
    --------
    >>> midranks(np.array([5.0, 1.0, 5.0]))
    (array([2.5, 1. , 2.5]), array([1, 0, 2]))
    """
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    starts = np.flatnonzero(np.r_[True, ascending[1:] != ascending[:-1]][: len(values)])
    sizes = np.diff(np.r_[starts, len(values)])
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (sizes + 1) / 2, sizes)
    return ranks, order


def cliffs_delta(counts: Floats, rank_sums: Floats, total: float) -> Floats:
    """Cliff's delta of groups against everybody else, from the sums of mid-ranks.

    With ranks among all ``total`` values, ``U = rank sum - n (n + 1) / 2`` counts the pairs in which the group is
    higher, ties by half, and ``delta = 2 U / (n (total - n)) - 1`` (Mann & Whitney 1947; Cliff 1993).

    Parameters
    ----------
    counts : numpy.ndarray of float64
        Values in each group.
    rank_sums : numpy.ndarray of float64, same shape
        Sum of their mid-ranks, from 1.
    total : float
        Values in all groups together.

    Returns
    -------
    numpy.ndarray of float64, same shape
        -1 to 1; 0 where the group or its complement is empty.

    Examples
    --------
    >>> cliffs_delta(np.array([2.0]), np.array([3.5 + 5.0]), 5)  # 3, 9 against 1, 2, 3
    array([0.83333333])
    """
    pairs = counts * (total - counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        delta = 2 * (rank_sums - counts * (counts + 1) / 2) / pairs - 1
    return np.where(pairs > 0, delta, 0.0)


Look = Callable[[Measure, Floats, Sequence[Floats]], None]


def profile(measures: Measures, split: Split, look: Look | None = None) -> tuple[tuple[Trait, ...], ...]:
    """Describe every segment by every measure, strongest difference first.

    All segments have the same traits (measure and level), so that they can stand beside each other in a table. Numbers
    give one trait. Yes/no columns give one per level; categories one for the level that each segment has most in
    excess, and up to six in all by the size of the difference.

    Parameters
    ----------
    measures : Measures
        One row a customer.
    split : Split
        Their segments.
    look : callable, optional
        Is given each number with its known values in ascending order, of everyone and of each segment: to put them in
        order is most of the work, and here it is done.

    Returns
    -------
    tuple of tuple of Trait
        Per segment; by falling ``|delta|``, equal ones in the order of the columns.
    """
    rows: list[list[Trait]] = [[] for _ in range(split.k)]
    for measure in measures.used:
        column = measures.table[measure.name]
        found = _number(measure, column, split, look) if measure.kind == "number" else _levels(measure, column, split)
        for traits, new in zip(rows, found, strict=True):
            traits.extend(new)
    return tuple(tuple(sorted(traits, key=lambda trait: -abs(trait.delta))) for traits in rows)


def _number(measure: Measure, column: "pd.Series[float]", split: Split, look: Look | None) -> list[list[Trait]]:
    """Describe each segment by a numeric measure."""
    values: Floats = np.asarray(column, dtype=np.float64)
    finite = np.isfinite(values)
    known, labels = values[finite], split.labels[finite]
    ranks, order = midranks(known)
    ascending = known[order]
    counts = np.bincount(labels, minlength=split.k)
    deltas = cliffs_delta(counts.astype(float), np.bincount(labels, ranks, split.k).astype(float), float(len(known)))
    steady = _steady(deltas, values[split.evaluated], split)
    # A stable sort of small integers is a counting sort: it leaves each segment's values together and ascending.
    grouped = np.split(ascending[np.argsort(labels[order].astype(np.int16), kind="stable")], np.cumsum(counts)[:-1])
    if look is not None:
        look(measure, ascending, grouped)
    everyone = float(np.median(ascending)) if len(ascending) else None
    rows = []
    for segment, own in enumerate(grouped):
        middle = quantiles(own, 0.25, 0.5, 0.75) if len(own) else []
        low, typical, high = middle or (None, None, None)
        rank_low, rank, rank_high = (_rank(ascending, value) for value in middle) if middle else (None, None, None)
        delta = float(deltas[segment])
        rows.append(
            [
                Trait(
                    measure=measure.name,
                    label=measure.label,
                    unit=measure.unit,
                    kind="number",
                    level="",
                    forms=measure.part == "forms",
                    typical=typical,
                    low=low,
                    high=high,
                    everyone=everyone,
                    rank=rank,
                    rank_low=rank_low,
                    rank_high=rank_high,
                    known=len(own),
                    delta=delta,
                    counts=bool(steady[segment]) and abs(delta) >= COUNTS_FROM,
                )
            ]
        )
    return rows


def _rank(ascending: Floats, value: float) -> float:
    """Say where a value ranks among all known values, 0 to 100, in the middle of its ties."""
    below, up_to = np.searchsorted(ascending, value, "left"), np.searchsorted(ascending, value, "right")
    return float(100 * (below + up_to) / 2 / len(ascending))


def _steady(deltas: Floats, values: Floats, split: Split) -> npt.NDArray[np.bool_]:
    """Say of which segments the difference has the same sign in 95% of the rebuilds; none without rebuilds."""
    if not split.draws:
        return np.zeros(split.k, dtype=np.bool_)
    finite = np.isfinite(values)
    cells = split.cells if finite.all() else split.cells[:, finite]
    ranks, _ = midranks(values[finite])
    shape = (split.draws, split.k + 1)
    counts = np.bincount(cells.ravel(), minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    sums = (
        np.bincount(cells.ravel(), np.broadcast_to(ranks, cells.shape).ravel(), shape[0] * shape[1])
        .reshape(shape)
        .astype(float)
    )
    again = cliffs_delta(counts, sums, float(len(ranks)))[:, : split.k]
    same = np.mean(np.sign(again) == np.sign(deltas), axis=0)
    return np.asarray((same >= SAME_SIGN) & (deltas != 0))


def _levels(measure: Measure, column: "pd.Series[str]", split: Split) -> list[list[Trait]]:
    """Describe each segment by the notable levels of a category or yes/no column."""
    codes, levels = pd.factorize(column.to_numpy(dtype=object), sort=True)
    here = codes >= 0
    cells = split.labels[here].astype(np.intp) * len(levels) + codes[here]
    table = np.bincount(cells, minlength=split.k * len(levels)).reshape(split.k, len(levels)).astype(np.float64)
    known = table.sum(axis=1, keepdims=True)
    elsewhere = table.sum(axis=0) - table
    shares = table / np.maximum(known, 1)
    rest = known.sum() - known
    deltas = np.where((known > 0) & (rest > 0), shares - elsewhere / np.maximum(rest, 1), 0.0)
    everyone = table.sum(axis=0) / max(1.0, float(known.sum()))
    evaluated = codes[split.evaluated]
    rows: list[list[Trait]] = [[] for _ in range(split.k)]
    for level in _notable(measure, deltas, everyone):
        has = np.where(evaluated >= 0, (evaluated == level).astype(np.float64), np.nan)
        steady = _steady(deltas[:, level], has, split)
        for segment, traits in enumerate(rows):
            delta = float(deltas[segment, level])
            somebody = bool(known[segment, 0])
            traits.append(
                Trait(
                    measure=measure.name,
                    label=measure.label,
                    unit=measure.unit,
                    kind=measure.kind,
                    level=str(levels[level]),
                    forms=measure.part == "forms",
                    typical=float(shares[segment, level]) if somebody else None,
                    low=None,
                    high=None,
                    everyone=float(everyone[level]),
                    rank=None,
                    rank_low=None,
                    rank_high=None,
                    known=int(known[segment, 0]),
                    delta=delta,
                    counts=bool(steady[segment]) and abs(delta) >= COUNTS_FROM,
                )
            )
    return rows


def _notable(measure: Measure, deltas: Floats, everyone: Floats) -> list[int]:
    """Choose the levels to describe; ties go to the level that is had more often."""
    if measure.kind == "yes-no" or not len(everyone):
        return list(range(len(everyone)))
    chosen = dict.fromkeys(int(np.lexsort((-everyone, -row))[0]) for row in deltas)
    for level in np.lexsort((-everyone, -np.abs(deltas).max(axis=0))):
        if len(chosen) >= LEVELS:
            break
        chosen[int(level)] = None
    return list(chosen)
