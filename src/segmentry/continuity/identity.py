"""Letters and names that go on from run to run, and the events between two runs as data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Self

import numpy as np

from segmentry.continuity.transitions import Basis, Counts, EventKind, Matching, Step
from segmentry.describe import Known, Segment, letter

__all__ = ["Event", "Flow", "Identity", "Tag", "Then", "carry_on", "tell"]

FLOWS = 3
LEAST_FLOW = 0.1
"""Of a segment that came or went, the three largest flows are told, of a tenth of its customers or more."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A segment's letter and name at the time."""

    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class Then:
    """A segment of the run before, in that run's own figures.

    Parameters
    ----------
    letter, name : str
        What it was called.
    customers : int
        How many it had.
    share : float
        Of all customers then, 0 to 1.
    """

    letter: str
    name: str
    customers: int
    share: float


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers of one old segment in one new segment.

    Parameters
    ----------
    old, new : str
        Letters.
    customers : int
        How many are in both.
    of_old, of_new : float
        Their share of the old segment's and of the new segment's compared customers, 0 to 1.
    """

    old: str
    new: str
    customers: int
    of_old: float
    of_new: float


@dataclass(frozen=True, slots=True)
class Event:
    """What became of segments; see :mod:`segmentry.continuity.transitions` for when which kind is said.

    Parameters
    ----------
    kind : {"kept", "split", "merged", "born", "retired"}
        What happened.
    old, new : tuple of Tag
        The segments before and after; none before a birth, none after a retirement.
    old_customers, new_customers : int or None
        Compared customers of the old and of the new segments; None where centres were compared.
    customers : int or None
        Those in both; for a birth or a retirement 0.
    of_old, of_new : float or None
        Their share of ``old_customers`` and of ``new_customers``, 0 to 1; None where there are none.
    overlap : float or None
        Jaccard: ``customers`` over those in either.
    flows : tuple of Flow
        Who came from where: every pair of the segments named; for a birth or a retirement the three largest flows.
    distance : float or None
        Kept by centres: how far apart, as root mean squared difference in widths of everyone's middle half.
    """

    kind: EventKind
    old: tuple[Tag, ...]
    new: tuple[Tag, ...]
    old_customers: int | None
    new_customers: int | None
    customers: int | None
    of_old: float | None
    of_new: float | None
    overlap: float | None
    flows: tuple[Flow, ...]
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """How a run continues the one before it.

    Parameters
    ----------
    run : str
        The run before.
    basis : {"model", "customers", "centres"}
        How segments were matched: by the current customers, whom the old model placed too; by the customers that
        both runs have; or by typical values.
    customers : int
        How many customers were compared; 0 for centres.
    agreement : float or None
        Share of them whose segment continues the one they would have been in, 0 to 1; None for centres.
    events : tuple of Event
        What became of every segment.
    retired : tuple of str
        Letters that no segment has any more, of all runs before; they are never given again.
    before : tuple of Then, default ()
        The segments of the run before; empty where that wasn't written down.
    """

    run: str
    basis: Basis
    customers: int
    agreement: float | None
    events: tuple[Event, ...]
    retired: tuple[str, ...]
    before: tuple[Then, ...] = ()

    def then(self, letter: str) -> Then | None:
        """Give the segment that had this letter in the run before, and so is continued by it; None where none had.

        Examples
        --------
        >>> identity = Identity("june", "model", 9, 1.0, (), (), (Then("A", "Regulars", 4, 0.5),))
        >>> identity.then("A").customers, identity.then("B")
        (4, None)
        """
        return next((one for one in self.before if one.letter == letter), None)

    def origins(self) -> Mapping[str, Event]:
        """Give by letter the event that says where each segment comes from.

        Of one that goes on it is that, though it may have lost customers to a split or won them by a merger.

        Examples
        --------
        >>> kept = Event("kept", (Tag("A", "Big"),), (Tag("A", "Big"),), 9, 5, 5, 0.6, 1.0, 0.6, ())
        >>> split = replace(kept, kind="split", new=(*kept.new, Tag("B", "Rare")))
        >>> identity = Identity("june", "model", 9, 1.0, (kept, split), ())
        >>> [(letter, event.kind) for letter, event in identity.origins().items()]
        [('A', 'kept'), ('B', 'split')]
        """
        found: dict[str, Event] = {}
        for event in sorted(self.events, key=lambda event: event.kind != "kept"):
            for tag in event.new:
                found.setdefault(tag.letter, event)
        return found

    def renamed(self, letter: str, name: str) -> Self:
        """Give the same with another name for a current segment; what one before was called stays as it was."""
        events = tuple(
            replace(event, new=tuple(replace(tag, name=name) if tag.letter == letter else tag for tag in event.new))
            for event in self.events
        )
        return replace(self, events=events)


def carry_on(matching: Matching, before: Sequence[Segment], retired: Collection[str]) -> tuple[Known, ...]:
    """Give every new segment its letter, and the kept ones their name.

    A new one takes the next letter that no segment ever had, and that nobody gave a segment as a name.

    Parameters
    ----------
    matching : Matching
        From the segments before to the new ones.
    before : sequence of Segment
        The segments before.
    retired : collection of str
        Letters that were used still earlier.
    """
    heirs = matching.heirs
    used = {one.letter for one in before} | set(retired) | {one.name.strip().upper() for one in before}
    free = (one for one in map(letter, count()) if one not in used)
    return tuple(
        _kept(before[heirs[new]]) if new in heirs else Known(next(free), None) for new in range(matching.both.shape[1])
    )


def _kept(segment: Segment) -> Known:
    if segment.name == f"Segment {segment.letter}":  # what a split that is not dependable has in place of a name
        return Known(segment.letter, None)
    return Known(segment.letter, segment.name, segment.also_known_as)


def tell(matching: Matching, old: Sequence[Tag], new: Sequence[Tag]) -> tuple[Event, ...]:
    """Give the events with letters, names and figures.

    Parameters
    ----------
    matching : Matching
        By numbers.
    old, new : sequence of Tag
        The segments in the order of their numbers.
    """
    return tuple(_event(step, matching, old, new) for step in matching.steps)


def _event(step: Step, matching: Matching, old: Sequence[Tag], new: Sequence[Tag]) -> Event:
    before, after = tuple(old[i] for i in step.old), tuple(new[j] for j in step.new)
    if matching.distances is not None:
        apart = float(matching.distances[step.old[0], step.new[0]]) if step.kind == "kept" else None
        return Event(step.kind, before, after, None, None, None, None, None, None, (), apart)
    both = matching.both
    ours, theirs = int(both[list(step.old)].sum()), int(both[:, list(step.new)].sum())
    shared = int(both[np.ix_(step.old, step.new)].sum())
    either = ours + theirs - shared
    return Event(
        kind=step.kind,
        old=before,
        new=after,
        old_customers=ours,
        new_customers=theirs,
        customers=shared,
        of_old=shared / ours if ours else None,
        of_new=shared / theirs if theirs else None,
        overlap=shared / either if either else None,
        flows=_flows(step, both, old, new),
    )


def _flows(step: Step, both: Counts, old: Sequence[Tag], new: Sequence[Tag]) -> tuple[Flow, ...]:
    rows, columns = step.old or range(both.shape[0]), step.new or range(both.shape[1])
    sizes, others = both.sum(axis=1), both.sum(axis=0)
    flows = [
        Flow(old[i].letter, new[j].letter, int(both[i, j]), float(both[i, j] / sizes[i]), float(both[i, j] / others[j]))
        for i in rows
        for j in columns
        if both[i, j] > 0
    ]
    flows.sort(key=lambda flow: -flow.customers)
    if step.old and step.new:
        return tuple(flows)
    least = LEAST_FLOW * sum(flow.customers for flow in flows)
    return tuple(flow for flow in flows[:FLOWS] if flow.customers >= least)
