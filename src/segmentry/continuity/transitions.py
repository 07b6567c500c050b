"""What became of the segments of one split in another one: pure functions of labels, or of centres.

The kinds of event are those of MONIC (Spiliopoulou, Ntoutsi, Theodoridis & Schult, "MONIC: modeling and monitoring
cluster transitions", KDD 2006): a cluster survives, splits, is absorbed, disappears or emerges, told by the share of
its members that another cluster holds. MONIC leaves that share to its user and asks for a half at least, so that no
cluster has two heirs. Ours:

* *kept*: the pair overlaps by a third or more (Jaccard: customers in both over customers in either). For two segments
  of one size that is MONIC's half, read in both directions. Pairs are chosen so that the sum of their overlaps
  is largest, among those that reach the third.
* *merged*: an old segment that isn't kept has half of its customers or more in one new segment.
* *split*: a new segment that keeps no old one has half of its customers or more from one old segment.
* *retired*, *born*: the rest of the old ones, and of the new ones.

A split is a merger seen backwards, and a birth a retirement: swap old and new, and the same events come out mirrored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "Basis",
    "EventKind",
    "Matching",
    "Step",
    "by_centres",
    "by_customers",
    "enough_in_common",
]

Labels = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
EventKind = Literal["kept", "split", "merged", "born", "retired"]
Basis = Literal["model", "customers", "centres"]

KEPT = 3
"""A segment is the same one from an overlap (Jaccard) of one in so many."""
MOST = 0.5
"""The share of its customers from which a segment went into another one, or came out of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event, by the numbers of the segments.

    Parameters
    ----------
    kind : {"kept", "split", "merged", "born", "retired"}
        What happened.
    old, new : tuple of int
        The segments before and after, from 0; none before a birth, none after a retirement.
    """

    kind: EventKind
    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of the segments.

    Parameters
    ----------
    basis : {"model", "customers", "centres"}
        How it is known: the old model placed the new customers; the customers that both runs have; or, without any
        customer placed twice, the segments' centres.
    steps : tuple of Step
        Kept first, then split, merged, born and retired; each in the order of the new segments, else of the old.
    both : numpy.ndarray of int64, shape (old segments, new segments)
        Customers in each pair of segments; all 0 for centres.
    distances : numpy.ndarray of float64, shape (old segments, new segments), or None
        Between centres; None where customers were compared.
    """

    basis: Basis
    steps: tuple[Step, ...]
    both: Counts
    distances: Floats | None = None

    @property
    def heirs(self) -> dict[int, int]:
        """The old segment that each kept new one continues."""
        return {step.new[0]: step.old[0] for step in self.steps if step.kind == "kept"}

    @property
    def customers(self) -> int:
        """How many customers were compared."""
        return int(self.both.sum())

    @property
    def agreement(self) -> float | None:
        """Share of the customers, 0 to 1, who are in the segment that continues their old one; None if none compare."""
        stayed = sum(int(self.both[old, new]) for new, old in self.heirs.items())
        return stayed / self.customers if self.customers else None


def enough_in_common(common: int, everyone: int) -> bool:
    """Say whether so many customers in common can tell which segment is which: 30, or a tenth of few.

    Examples
    --------
    >>> enough_in_common(30, 4000), enough_in_common(3, 4000), enough_in_common(3, 20)
    (True, False, True)
    """
    return common > 0 and common >= min(30, everyone / 10)


def by_customers(old: Labels, new: Labels, k_old: int, k_new: int, basis: Basis = "customers") -> Matching:
    """Match the segments of two splits by the customers that they share.

    Parameters
    ----------
    old, new : numpy.ndarray of int, shape (n,)
        Labels of the same customers, from 0. Who has a negative label in either is left out.
    k_old, k_new : int
        How many segments there are.
    basis : {"model", "customers"}, default "customers"
        How the old labels are known.

    Examples
    --------
    Segment 1 keeps its customers under another number; segment 0 falls in two, and the larger part continues it:

    >>> found = by_customers(np.array([0] * 5 + [1] * 4), np.array([2, 2, 2, 1, 1, 0, 0, 0, 0]), 2, 3)
    >>> for step in found.steps:
    ...     print(step.kind, step.old, step.new)
    kept (1,) (0,)
    kept (0,) (2,)
    split (0,) (1, 2)
    >>> round(found.agreement, 4)
    0.7778
    """
    known = (old >= 0) & (new >= 0)
    cells = old[known].astype(np.intp) * k_new + new[known]
    both = np.bincount(cells, minlength=k_old * k_new).reshape(k_old, k_new).astype(np.int64)
    return Matching(basis, _steps(_pairs(both), both), both)


def by_centres(old: Floats, new: Floats, spread: Floats) -> Matching:
    """Match the segments of two splits by their centres, where no customer is known in both.

    Two centres are the same segment when they are nearer to each other than half the way from either to the next
    centre of its own split. By the triangle inequality no centre can have two such partners, so nothing is left to
    choose. Splits and mergers can't be told from centres: the rest is born or retired.

    Parameters
    ----------
    old, new : numpy.ndarray of float64, shapes (old segments, d) and (new segments, d)
        Typical values of the same d measures, d at least 1; nan where a segment has none.
    spread : numpy.ndarray of float64, shape (d,)
        The unit of each measure, above 0: the width of everyone's middle half.

    Examples
    --------
    >>> old, new = np.array([[0.0], [10.0], [30.0]]), np.array([[11.0], [1.0], [60.0]])
    >>> [(step.kind, step.old, step.new) for step in by_centres(old, new, np.array([2.0])).steps]
    [('kept', (1,), (0,)), ('kept', (0,), (1,)), ('born', (), (2,)), ('retired', (2,), ())]
    """
    between = _distances(old / spread, new / spread)
    room_old, room_new = _to_the_next(old / spread) / 2, _to_the_next(new / spread) / 2
    same = (between < room_old[:, None]) & (between < room_new)
    pairs = [(int(i), int(j)) for j, i in np.argwhere(same.T)]
    both = np.zeros(between.shape, dtype=np.int64)
    return Matching("centres", _steps(pairs, both), both, between)


def _pairs(both: Counts) -> list[tuple[int, int]]:
    """Choose the pairs that are the same segment, in the order of the new ones."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - placing a customer needs none of it

    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    overlap = both / np.maximum(either, 1)
    # What doesn't reach the third is no match: it must not draw a segment away from a pair that does.
    same = both * KEPT >= np.maximum(either, 1)
    rows, columns = linear_sum_assignment(np.where(same, overlap, 0.0), maximize=True)
    chosen = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if same[i, j]]
    return sorted(chosen, key=lambda pair: pair[1])


def _steps(pairs: Sequence[tuple[int, int]], both: Counts) -> tuple[Step, ...]:
    """Say what became of everybody, given who was kept."""
    kept_old = dict(pairs)
    kept_new = {new: old for old, new in pairs}
    into, out_of = _mostly_in(both), _mostly_in(both.T)
    went = {old: new for old, new in into.items() if old not in kept_old}
    came = {new: old for new, old in out_of.items() if new not in kept_new}
    steps = [Step("kept", (old,), (new,)) for old, new in pairs]
    parts = {old: tuple(new for new in came if came[new] == old) for old in range(both.shape[0])}
    sources = {new: tuple(old for old in went if went[old] == new) for new in range(both.shape[1])}
    steps += [
        Step("split", (old,), tuple(sorted((kept_old[old], *own) if old in kept_old else own)))
        for old, own in parts.items()
        if own
    ]
    steps += [
        Step("merged", tuple(sorted((kept_new[new], *own) if new in kept_new else own)), (new,))
        for new, own in sources.items()
        if own
    ]
    # A new segment that two old ones make up is told by their merger, an old one that fell in two by its split.
    born = [new for new in range(both.shape[1]) if new not in {*kept_new, *came} and len(sources[new]) < 2]
    gone = [old for old in range(both.shape[0]) if old not in {*kept_old, *went} and len(parts[old]) < 2]
    return (*steps, *(Step("born", (), (new,)) for new in born), *(Step("retired", (old,), ()) for old in gone))


def _mostly_in(both: Counts) -> dict[int, int]:
    """Give, for each row with half of its customers or more in one column, that column."""
    sizes = both.sum(axis=1)
    best = both.argmax(axis=1)
    return {
        row: int(best[row]) for row in range(len(both)) if sizes[row] > 0 and both[row, best[row]] >= MOST * sizes[row]
    }


def _distances(left: Floats, right: Floats) -> Floats:
    """Give root mean squared differences, shape (left, right), over the measures that both have; infinite for none."""
    squares = (left[:, None, :] - right[None, :, :]) ** 2
    known = (~np.isnan(squares)).sum(axis=2)
    means = np.nansum(squares, axis=2) / np.maximum(known, 1)
    return np.asarray(np.where(known > 0, np.sqrt(means), np.inf))


def _to_the_next(centres: Floats) -> Floats:
    """Give each centre's distance to the next one of its split; infinite for one alone."""
    between = _distances(centres, centres)
    np.fill_diagonal(between, np.inf)
    return np.asarray(between.min(axis=1))
