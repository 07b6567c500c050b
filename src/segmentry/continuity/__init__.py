"""Which segment is which, from one run to the next: matching, events, letters that are never used twice."""

from segmentry.continuity.identity import Event, Flow, Identity, Tag, Then, carry_on, tell
from segmentry.continuity.transitions import (
    Basis,
    EventKind,
    Matching,
    Step,
    by_centres,
    by_customers,
    enough_in_common,
)
from segmentry.continuity.words import agreement_words, event_words, origin_words

__all__ = [
    "Basis",
    "Event",
    "EventKind",
    "Flow",
    "Identity",
    "Matching",
    "Step",
    "Tag",
    "Then",
    "agreement_words",
    "by_centres",
    "by_customers",
    "carry_on",
    "enough_in_common",
    "event_words",
    "origin_words",
    "tell",
]
