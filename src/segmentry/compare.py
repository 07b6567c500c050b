"""Two runs side by side: how far they agree, which segment became which, and what changed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from segmentry.continuity import Basis, Event, Matching, Tag, by_centres, by_customers, enough_in_common, tell
from segmentry.errors import UsageError
from segmentry.model import (
    Before,
    Key,
    Segmentation,
    SegmentModel,
    centres_of,
    labels_of,
    open_before,
    spreads,
)
from segmentry.summary import RunSummary

__all__ = ["Change", "Comparison", "Part", "Side", "compare"]

_Labels = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Basis]

CHANGES, EACH = 12, 3
"""So many typical values are listed, those that changed most first; so many of one segment."""
LEAST_CHANGE = 0.1
"""The smallest change that is listed, in widths of everyone's middle half."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of one side: its letter and name, its customers, and their share of that run's, 0 to 1."""

    letter: str
    name: str
    customers: int
    share: float


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs.

    Parameters
    ----------
    run, created, fingerprint : str
        Its name, when it was made, and the SHA-256 of what it read.
    customers, k : int
        How many customers and segments it has.
    keep_rate : float or None
        Share of customers who keep their segment when it is rebuilt; None for one segment.
    verdict : str
        On its split; "" for one segment.
    segments : tuple of Part
        In the order in which it shows them.
    """

    run: str
    created: str
    fingerprint: str
    customers: int
    k: int
    keep_rate: float | None
    verdict: str
    segments: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A typical value that isn't what it was.

    Parameters
    ----------
    old, new : str
        The letters of a segment that both runs have.
    measure, label, level, unit : str
        What it is about; as in :class:`segmentry.describe.Trait`.
    before, after : float
        The typical values; shares that have the level, 0 to 1, where there is one.
    by : float
        The change in widths of everyone's middle half (for a level, in standard deviations of having it).
    """

    old: str
    new: str
    measure: str
    label: str
    level: str
    unit: str
    before: float
    after: float
    by: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs have in common.

    Parameters
    ----------
    left, right : Side
        The runs.
    basis : {"model", "customers", "centres"}
        What segments were matched by: the customers of one run, placed by both models on the same figures; the
        customers that both have, in the segments that they had; or typical values, where no customer can be compared.
    customers : int
        How many customers were compared so; 0 for centres.
    agreement : float or None
        Share of them who are in the same segment after matching, 0 to 1; None for centres.
    common : int or None
        Customers that both runs have, by their ids; None where ids can't be compared.
    only_left, only_right : int or None
        Customers of one run alone.
    stayed : float or None
        Share of the customers in common whose own segment in the right run is the one that they had in the left one,
        0 to 1. Who moved between the two runs is counted here, and not in ``agreement``.
    table : tuple of tuple of int
        Customers in each pair of segments: a row a segment of the left run, a column one of the right; of the customers
        in common where there are such, else of those compared. Empty for centres.
    adjusted_rand : float or None
        Adjusted Rand index of that table (Hubert & Arabie, "Comparing partitions", Journal of Classification 1985): 1
        for the same split, about 0 by chance.
    events : tuple of Event
        What became of the left run's segments in the right one.
    changes : tuple of Change
        Typical values of matched segments that changed by a tenth of everyone's middle half or more, largest first, at
        most twelve and three a segment.
    """

    left: Side
    right: Side
    basis: Basis
    customers: int
    agreement: float | None
    common: int | None
    only_left: int | None
    only_right: int | None
    stayed: float | None
    table: tuple[tuple[int, ...], ...]
    adjusted_rand: float | None
    events: tuple[Event, ...]
    changes: tuple[Change, ...]


def compare(
    left: SegmentModel | Segmentation | str | Path, right: SegmentModel | Segmentation | str | Path
) -> Comparison:
    """Compare two runs: agreement, who is where, and what changed.

    Parameters
    ----------
    left, right : SegmentModel, Segmentation, or path
        A model, what ``segment`` gave, a model file, or a run's folder; the earlier one first.

    Raises
    ------
    NotFoundError
        There is no such run or model.
    UsageError
        The two have neither customers nor measures in common.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry import segment
    >>> table = pd.DataFrame({"id": range(30), "visits": [1.0, 2.0, 60.0] * 10, "income": [9.0, 10.0, 50.0] * 10})
    >>> few, more = (segment(table, segments=k, rebuilds=2, id="id") for k in (2, 3))
    >>> found = compare(few, more)
    >>> found.agreement, [event.kind for event in found.events]
    (0.6666666666666666, ['kept', 'kept', 'split'])
    """
    old, new = open_before(left), open_before(right)
    by_id, by_model = _in_common(old, new), _placed_by_both(old, new)
    placed, crossed = by_model or by_id, by_id or by_model
    matching = _matched(placed, old, new) if placed else _by_typical(old.summary, new.summary)
    both = _matched(crossed, old, new).both if crossed else None
    common = len(by_id[0]) if by_id else None
    stayed = sum(int(both[i, j]) for j, i in matching.heirs.items()) if by_id and both is not None else None
    return Comparison(
        left=_side(old.summary),
        right=_side(new.summary),
        basis=matching.basis,
        customers=matching.customers,
        agreement=matching.agreement,
        common=common,
        only_left=None if common is None else old.summary.customers - common,
        only_right=None if common is None else new.summary.customers - common,
        stayed=stayed / max(1, int(both.sum())) if stayed is not None and both is not None else None,
        table=() if both is None else tuple(tuple(int(cell) for cell in row) for row in both),
        adjusted_rand=_rand(crossed) if crossed else None,
        events=tell(matching, _tags(old.summary), _tags(new.summary)),
        changes=_changes(matching, old.summary, new.summary),
    )


def _matched(labels: _Labels, old: Before, new: Before) -> Matching:
    return by_customers(labels[0], labels[1], len(old.summary.segments), len(new.summary.segments), labels[2])


def _rand(labels: _Labels) -> float:
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - placing a customer needs none of it

    known = (labels[0] >= 0) & (labels[1] >= 0)

    return float(adjusted_rand_score(labels[0][known], labels[1][known]))


def _in_common(old: Before, new: Before) -> _Labels | None:
    """Give the labels of the customers that both runs have, by their ids; None where there are too few."""
    if old.customers is None or new.customers is None:
        return None
    # Row numbers are no ids, but those of one file stand for the same customers.
    if not (old.has_ids and new.has_ids) and old.summary.fingerprint != new.summary.fingerprint:
        return None
    both = old.customers[["customer_id", "segment"]].merge(new.customers[["customer_id", "segment"]], on="customer_id")
    if not enough_in_common(len(both), min(old.summary.customers, new.summary.customers)):
        return None
    return labels_of(both["segment_x"], old.summary), labels_of(both["segment_y"], new.summary), "customers"


def _placed_by_both(old: Before, new: Before) -> _Labels | None:
    """Give the labels of one run's customers there and by the other run's model; None where measures lack."""
    for ours, theirs in ((new, old), (old, new)):
        if ours.customers is None:
            continue
        if theirs.model.takes(ours.summary.measures):
            own = labels_of(ours.customers["segment"], ours.summary)
            others = labels_of(theirs.model.assign(ours.customers)["segment"], theirs.summary)
            return (others, own, "model") if ours is new else (own, others, "model")
    return None


def _by_typical(old: RunSummary, new: RunSummary) -> Matching:
    left, right = centres_of(old), centres_of(new)
    forming = {column.name for column in (*old.measures, *new.measures) if column.part == "forms"}
    keys = [key for key in left if key in right and key[0] in forming]
    if not keys:
        raise UsageError(
            f"{old.run} and {new.run} have neither customers nor measures in common",
            [_formed(old), _formed(new)],
            "two runs of the same kind of data",
        )
    return by_centres(
        np.array([left[key] for key in keys]).T, np.array([right[key] for key in keys]).T, spreads(old, keys)
    )


def _formed(summary: RunSummary) -> str:
    names = ", ".join(column.name for column in summary.measures if column.part == "forms")
    return f"{summary.run} was formed on: {names}"


def _side(summary: RunSummary) -> Side:
    return Side(
        run=summary.run,
        created=summary.created,
        fingerprint=summary.fingerprint,
        customers=summary.customers,
        k=summary.k,
        keep_rate=None if summary.keep is None else summary.keep.overall.rate,
        verdict=summary.verdict,
        segments=tuple(Part(one.letter, one.name, one.customers, one.share) for one in summary.segments),
    )


def _tags(summary: RunSummary) -> list[Tag]:
    return [Tag(one.letter, one.name) for one in summary.segments]


def _changes(matching: Matching, old: RunSummary, new: RunSummary) -> tuple[Change, ...]:
    """List what changed most in the segments that both have."""
    left, right = centres_of(old), centres_of(new)
    keys: list[Key] = [key for key in left if key in right]
    units = dict(zip(keys, spreads(old, keys), strict=True))
    named = {(trait.measure, trait.level): trait for one in new.segments for trait in one.traits}
    found = []
    for j, i in matching.heirs.items():
        for key in keys:
            before, after = left[key][i], right[key][j]
            by = float((after - before) / units[key])
            if abs(by) >= LEAST_CHANGE:
                letters = old.segments[i].letter, new.segments[j].letter
                about = named[key].measure, named[key].label, named[key].level, named[key].unit
                found.append(Change(*letters, *about, before, after, by))
    found.sort(key=lambda change: -abs(change.by))
    told = [change for at, change in enumerate(found) if sum(x.new == change.new for x in found[:at]) < EACH]
    return tuple(told[:CHANGES])
