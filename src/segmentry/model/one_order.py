"""One order more: every forming measure recomputed after a typical order on the as-of day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from segmentry.features import DEFINITIONS
from segmentry.model.case import Case
from segmentry.model.explanation import OneOrder, Recomputed

__all__ = ["after_one_order", "one_order"]

SATURDAY = 5
DEFINED_BY_IT = ("typical_gap_days", "gap_ratio")
"""What is undefined after one day with orders, and no longer after a second."""

UNCHANGED = ("tenure_days", "typical_order", "orders_previous_90_days")
"""What one more order on the as-of day doesn't change: the median of orders isn't moved by one that equals it."""

UNTOLD = ("products", "top_category_share", "discount_share")
"""What the order would hold isn't known, so these are left as they are."""

Known = Mapping[str, float | None]


def one_order(case: Case, *, typical: float | None, unit: Literal["order", "day", "row"]) -> OneOrder | None:
    """Say what one more order on the as-of day would do.

    Parameters
    ----------
    case : Case
        The customer; her measures are taken to be those of the as-of day.
    typical : float or None
        Her own typical order, where it is known; else the typical one of her segment is taken.
    unit : {"order", "day", "row"}
        What one order is: with ``day``, a second one on the day of the last adds no order.

    Returns
    -------
    OneOrder or None
        None where no forming measure depends on orders, where she is in no segment, or where the amount is needed and
        isn't known.
    """
    built = {entry.name for entry in DEFINITIONS}
    forming = [i.name for i in case.inputs if i.kind == "number" and i.name in built]
    segment = case.segment(case.label)
    if not forming or segment is None:
        return None
    theirs = next((trait.typical for trait in segment.traits if trait.measure == "typical_order"), None)
    amount = theirs if typical is None else typical
    if amount is None and {"spend", "return_share"} & set(forming):
        return None
    known: dict[str, float | None] = {}
    for name in forming:
        value = case.value(name)
        known[name] = value if isinstance(value, float) else None
    after, kept = after_one_order(known, amount, case.summary.as_of, same_day_counts=unit != "day")
    table = case.row.copy()
    for name, value in after.items():
        table[name] = float("nan") if value is None else value
    letter, name = case.called(int(case.placed(table).labels[0]))
    whose: Literal["hers", "segment", ""] = "" if amount is None else "segment" if typical is None else "hers"
    changed = tuple(Recomputed(name, known[name], after[name]) for name in forming if after[name] != known[name])
    moves = letter != segment.letter
    text = _text(case, amount, whose, letter, moves=moves, kept=kept)
    return OneOrder(amount, whose, changed, kept, letter, name, moves, text)


def after_one_order(
    known: Known, amount: float | None, as_of: date | None, *, same_day_counts: bool = True
) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """Recompute measures by their definitions after one order on the as-of day.

    Parameters
    ----------
    known : mapping of str to float or None
        Measures by their names; None where a value isn't known, and then it stays so.
    amount : float or None
        Of the order. It is the customer's typical one, so that the median order stays what it is.
    as_of : datetime.date or None
        Decides whether the order falls on a weekend.
    same_day_counts : bool, default True
        Whether an order on the day of the last one is an order more.

    Returns
    -------
    dict of str to float or None
        All of ``known`` afterwards.
    tuple of str
        Those that may change in a way that can't be told from these figures.

    Examples
    --------
    >>> after_one_order({"recency_days": 40.0, "orders": 3.0, "spend": 90.0}, 30.0, None)
    ({'recency_days': 0.0, 'orders': 4.0, 'spend': 120.0}, ())
    """
    before = _Before(known, amount, as_of, same_day_counts)
    after, kept = dict(known), []
    for name, value in known.items():
        if name in UNTOLD and value is not None:
            kept.append(name)
        elif name in RULES and (value is not None or name in DEFINED_BY_IT):
            try:
                after[name] = RULES[name](before, value or 0.0)
            except _UntoldError:
                kept.append(name)
    return after, tuple(kept)


class _UntoldError(Exception):
    """What the order does to a measure can't be told."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known before the order."""

    known: Known
    amount: float | None
    as_of: date | None
    same_day_counts: bool

    @property
    def more(self) -> float:
        """How many orders it adds."""
        return 1.0 if self.same_day_counts or self.known.get("recency_days") != 0 else 0.0

    def given(self, measure: str) -> float:
        """Give a measure that a rule needs."""
        value = self.known.get(measure)
        if value is None:
            raise _UntoldError
        return value


def _spend(before: _Before, value: float) -> float:
    if before.amount is None:
        raise _UntoldError
    return value + before.amount


def _gap(before: _Before, _: float) -> float | None:
    """Give the median gap with the wait until now among them: known where it is none, the first, or the median."""
    gap, days = before.known.get("typical_gap_days"), before.known.get("recency_days")
    if days == 0 or (gap is not None and days == gap):
        return gap
    if gap is not None or days is None:
        raise _UntoldError
    return days


def _ratio(before: _Before, _: float) -> float | None:
    """Give no days over the gap: 0, unless this is still the only day with an order."""
    return None if before.known.get("gap_ratio") is None and not before.known.get("recency_days") else 0.0


def _returned(before: _Before, value: float) -> float:
    """Give the share returned: bought = spend / (1 - share), of which share * bought came back."""
    if value == 0:
        return 0.0
    spend = before.given("spend")
    if before.amount is None or value >= 1 or spend <= 0:
        raise _UntoldError
    bought = spend / (1 - value)
    return value * bought / (bought + before.amount)


def _weekend(before: _Before, value: float) -> float:
    orders = before.given("orders")
    if before.as_of is None:
        raise _UntoldError
    return (value * orders + before.more * (before.as_of.weekday() >= SATURDAY)) / (orders + before.more)


RULES: Mapping[str, Callable[[_Before, float], float | None]] = MappingProxyType(
    {
        "recency_days": lambda _, __: 0.0,
        "gap_ratio": _ratio,
        "orders": lambda before, value: value + before.more,
        "orders_last_90_days": lambda before, value: value + before.more,
        "spend": _spend,
        "typical_gap_days": _gap,
        "return_share": _returned,
        "weekend_share": _weekend,
    }
)
"""How each measure that the order changes is recomputed."""


def _text(case: Case, amount: float | None, whose: str, letter: str, *, moves: bool, kept: tuple[str, ...]) -> str:
    of = ""
    if amount is not None:
        said = case.said("spend", amount)
        of = f" of {said}" + (" (typical of the segment)" if whose == "segment" else " (typical of this customer)")
    where = f"would move this customer to {letter or 'no segment'}" if moves else f"changes nothing: still {letter}"
    labels = {i.name: i.label for i in case.inputs}
    left = ", ".join(labels[name] for name in kept)
    return f"One order more{of} on the as-of day {where}" + (
        f"; left as they are, since one order doesn't tell: {left}" if left else ""
    )
