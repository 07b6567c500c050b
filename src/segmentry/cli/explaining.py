"""One customer explained, as lines of at most 80 columns."""

from collections.abc import Iterator

from rich.cells import set_cell_size

from segmentry.cli.lines import folded, wrapped
from segmentry.evaluate import of_100
from segmentry.model import Explanation, Reason

__all__ = ["explanation_lines"]

MOST = 8
"""So many reasons and changes are printed; --json has all."""

ROOM = 62
"""Columns for a reason, before its share."""


def explanation_lines(why: Explanation, sentence: str) -> list[str]:
    """Say where a customer is, why, and what would move her.

    Parameters
    ----------
    why : Explanation
        Of one customer.
    sentence : str
        The segment's definition; "" where she is in none.
    """
    lines = [f" {why.segment} · {why.name}" if why.segment else " In no segment: too far from all of them"]
    lines += wrapped(sentence)
    if why.segment:
        second = "" if why.second == why.segment else f"; second choice {why.second}"
        lines.append(f" Fit: {why.fit} (margin {why.margin:.2f}){second}")
    else:
        lines.append(f" The nearest is {why.second}")
    if why.unlike:
        lines.append(" Unlike anyone the model learned from: take this with caution")
    return [*lines, *_reasons(why), *_moves(why)]


def _reasons(why: Explanation) -> Iterator[str]:
    if not why.reasons:
        return
    yield ""
    if why.total is not None:
        yield f" Why {why.segment} rather than {why.second}"
    else:
        yield " Why: by scores" if why.basis == "scores" else " Beside what is typical"
    if why.caution and why.total is not None:
        yield from wrapped(f"({why.caution})")
    room = ROOM if why.total is not None else ROOM + 14
    for reason in why.reasons[:MOST]:
        first, *more = folded(reason.text, room)
        yield f"   {set_cell_size(first, room)}{_weight(reason, why.second):>14}".rstrip()
        yield from (f"     {line}" for line in more)
    if len(why.reasons) > MOST:
        yield f"   and {len(why.reasons) - MOST} more measures (--json)"


def _weight(reason: Reason, second: str) -> str:
    """Give a reason's share of all that speaks for the segment, or say that it speaks for the other."""
    if reason.contribution is None or reason.contribution == 0:
        return ""
    if reason.share is None:
        return f"speaks for {second}"
    return f"{of_100(reason.share)}%" if reason.share >= 0.01 else "<1%"


def _moves(why: Explanation) -> Iterator[str]:
    yield ""
    if not why.changes:
        yield " No single measure, changed alone, would move this customer"
    else:
        sized = why.changes[0].size is not None
        yield " What would move this customer" + (", the nearest change first" if sized else "")
    for change in why.changes[:MOST]:
        said = change.text.partition(" would move")[0]
        yield from _hanging(f"{said}: to {change.segment} · {change.name}")
    if why.one_order is not None:
        yield from _hanging(why.one_order.text)


def _hanging(text: str) -> Iterator[str]:
    first, *more = folded(text, 74)
    yield f"   {first}"
    yield from (f"     {line}" for line in more)
