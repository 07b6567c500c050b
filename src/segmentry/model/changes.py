"""The nearest change of one measure alone that puts a customer in another segment."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from segmentry.cluster import NOWHERE
from segmentry.describe.words import clean
from segmentry.model.case import Case
from segmentry.model.explanation import Change
from segmentry.model.grounds import Span
from segmentry.prepare import CategoryColumn, LevelColumn, YesNoColumn

__all__ = ["changes"]

PROBES = 64
"""Values placed at once. A first round spreads them over the measure's reach, later ones between two of them."""

UNCOUNTED = 2**62
"""A value so many steps away from all others is left as it is: the steps can't be counted."""

LONG = 10
"""A value of so many signs is written rounded."""

OPPOSITES = {"yes": "no", "y": "n", "true": "false", "t": "f", "1": "0", "ja": "nein", "oui": "non", "si": "no"}
"""The other of two answers, where the preparation only kept what yes is."""


def changes(case: Case) -> tuple[Change, ...]:
    """Find, for each measure alone, the smallest change that puts the customer in another segment.

    Numbers move by whole steps of their unit (see :class:`segmentry.model.grounds.Span`) between the lowest and highest
    values that customers have. 64 values are placed on the way there, close ones first, then 64 between the last that
    stays and the first that moves, until these are one step apart: so the step before is known not to move her. Where a
    segment's values are an interval, as with centres, this is the smallest change; a method whose segments come and go
    along a measure could have a yet smaller one between two of the first 64 values.

    Returns
    -------
    tuple of Change
        Numbers, the smallest change in units of everybody's spread first; then categories and yes/no answers.
    """
    if case.clusters.k < 2:
        return ()
    own = case.label
    spans = {span.measure: span for span in case.grounds.spans}
    numbers = [found for name in spans if (found := _number(case, spans[name], own)) is not None]
    numbers.sort(key=lambda change: (change.size or 0.0, change.measure))
    return (*numbers, *_levels(case, own))


def _number(case: Case, span: Span, own: int) -> Change | None:
    value = case.value(span.measure)
    if not isinstance(value, float):
        return None
    found = [move for sign in (1, -1) if (move := _first(case, span, value, sign, own)) is not None]
    if not found:
        return None
    to, label = min(found, key=lambda move: abs(move[0] - value))
    return _change(case, span.measure, value, to, label, abs(to - value) / span.spread)


def _first(case: Case, span: Span, value: float, sign: int, own: int) -> tuple[float, int] | None:
    """Find the first value in one direction that moves her, and where to."""
    step = 10.0**span.power
    begin = math.floor(value / step) if sign > 0 else math.ceil(value / step)
    end = math.floor(span.high / step) if sign > 0 else math.ceil(span.low / step)
    steps = (end - begin) * sign

    def at(number: int) -> float:
        return round((begin + sign * number) * step, -span.power)

    stays, moves, label = 0, 0, own
    probes = _outwards(steps)
    while probes.size:
        labels = case.placed_with(span.measure, [at(number) for number in probes.tolist()])
        moved = np.flatnonzero((labels != own) & (labels != NOWHERE))
        if moved.size:
            place = int(moved[0])
            moves, label = int(probes[place]), int(labels[place])
            stays = int(probes[place - 1]) if place else stays
        elif not moves:
            return None
        else:
            stays = int(probes[-1])
        inside = np.linspace(stays, moves, PROBES + 2).astype(np.int64)[1:-1]
        probes = np.unique(inside[(inside > stays) & (inside < moves)])
    return (at(moves), label) if moves else None


def _outwards(steps: int) -> npt.NDArray[np.int64]:
    """Spread probes over so many steps, half of them evenly, half closer and closer to the beginning."""
    if not 1 <= steps < UNCOUNTED:
        return np.empty(0, dtype=np.int64)
    even = np.linspace(1, steps, PROBES // 2)
    near = np.geomspace(1, steps, PROBES // 2)
    return np.unique(np.concatenate([even, near]).round().astype(np.int64))


def _levels(case: Case, own: int) -> Iterator[Change]:
    """Give every level of a category, and the other answer of a yes/no, that moves her."""
    for column in case.preparer.columns:
        value = case.value(column.name)
        match column:
            case CategoryColumn():
                levels = [*column.levels, *column.pooled]
            case LevelColumn():
                levels = list(column.levels)
            case YesNoColumn() if value is not None:
                levels = [column.yes if str(value) != column.yes else _opposite(column.yes)]
            case _:
                continue
        if value is None:
            continue
        levels = [level for level in levels if level != value]
        if not levels:
            continue
        for level, label in zip(levels, case.placed_with(column.name, levels).tolist(), strict=True):
            if label not in (own, NOWHERE):
                yield _change(case, column.name, str(value), level, label, None)


def _opposite(yes: str) -> str:
    """Give the answer that isn't yes.

    Examples
    --------
    >>> _opposite("Yes"), _opposite("1"), _opposite("member")
    ('No', '0', 'not member')
    """
    other = OPPOSITES.get(yes.lower())
    if other is None:
        return f"not {yes}"
    return other.upper() if yes.isupper() else other.capitalize() if yes.istitle() else other


def _change(case: Case, measure: str, value: float | str, to: float | str, label: int, size: float | None) -> Change:
    letter, name = case.called(label)
    said = clean(next(i.label for i in case.inputs if i.name == measure))
    full = len(f"{value:.15g}" if isinstance(value, float) else "") < LONG
    text = (
        f"{said} {case.said(measure, to, full=True)} instead of {case.said(measure, value, full=full)} "
        f"would move this customer to {letter}"
    )
    return Change(measure, said, value, to, letter, name, size, text)
