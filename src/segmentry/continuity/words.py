"""Events in words, alike wherever they are shown."""

from collections.abc import Sequence

from segmentry.continuity.identity import Event, Flow, Tag
from segmentry.continuity.transitions import Basis
from segmentry.evaluate import of_100

__all__ = ["agreement_words", "event_words", "origin_words"]


def origin_words(event: Event) -> str:
    """Say where a segment comes from, short enough for a table's cell.

    Parameters
    ----------
    event : Event
        The segment's own of :meth:`Identity.origins`.

    Examples
    --------
    >>> a, b = Tag("A", "Regulars"), Tag("B", "Rare")
    >>> origin_words(Event("kept", (a,), (a,), 9, 5, 5, 0.6, 1.0, 0.6, ()))
    'goes on'
    >>> origin_words(Event("merged", (a, b), (a,), 9, 5, 5, 0.6, 1.0, 0.6, ()))
    'from A, B'
    """
    if event.kind == "kept":
        return "goes on"
    return "new" if event.kind == "born" else f"from {', '.join(tag.letter for tag in event.old)}"


def event_words(event: Event) -> str:
    """Say one event in a sentence without its full stop.

    Examples
    --------
    >>> a = Tag("A", "Regulars")
    >>> event_words(Event("kept", (a,), (a,), 200, 220, 190, 0.95, 0.8636, 0.826, ()))
    'A · Regulars: 190 of its 200 customers again'
    >>> event_words(
    ...     Event("born", (), (Tag("H", "Sleepers"),), 0, 50, 0, None, 0.0, 0.0, (Flow("A", "H", 20, 0.1, 0.4),))
    ... )
    'H · Sleepers is new: of its 50 customers, 20 come from A'
    """
    old, new = [_tag(tag) for tag in event.old], [_tag(tag) for tag in event.new]
    came = _parts(event.new_customers, event.flows, "come from", "old")
    went = _parts(event.old_customers, event.flows, "are in", "new")
    match event.kind:
        case "kept":
            said = (new[0] if event.old == event.new else f"{old[0]} continues as {new[0]}") + _kept(event)
        case "split" if len(new) == 1:
            said = f"{new[0]} came out of {old[0]}{came}"
        case "split":
            said = f"{old[0]} split into {_join(new)}{went}"
        case "merged" if len(old) == 1:
            said = f"{old[0]} went into {new[0]}{went}"
        case "merged":
            said = f"{_join(old)} became {new[0]}{came}"
        case "born":
            said = f"{new[0]} is new{came}"
        case "retired":
            said = f"{old[0]} is retired{went}"
    return said


def agreement_words(agreement: float, customers: int, basis: Basis) -> str:
    """Say how many customers are in the same segment, rounded down: only all of them are 100.

    Examples
    --------
    >>> agreement_words(0.9187, 4338, "customers")
    '91 of 100 customers are in the same segment (4,338 compared)'
    """
    how = " by both models" if basis == "model" else ""
    return f"{of_100(agreement)} of 100 customers are in the same segment{how} ({customers:,} compared)"


def _kept(event: Event) -> str:
    if event.customers is None:
        return f": typical values {event.distance or 0.0:.2f} of everyone's middle half apart"
    return f": {event.customers:,} of its {event.old_customers:,} customers again"


def _parts(customers: int | None, flows: Sequence[Flow], verb: str, side: str) -> str:
    """Say where they come from or are; the verb is said once, its last word each time."""
    if customers is None:
        return ""
    preposition = verb.rpartition(" ")[2]
    letters = [flow.old if side == "old" else flow.new for flow in flows]
    told = [
        f"{flow.customers:,} {preposition if place else verb} {letter}"
        for place, (flow, letter) in enumerate(zip(flows, letters, strict=True))
    ]
    return f": of its {customers:,} customers, {_join(told)}" if told else ""


def _tag(tag: Tag) -> str:
    return f"{tag.letter} · {tag.name}"


def _join(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
