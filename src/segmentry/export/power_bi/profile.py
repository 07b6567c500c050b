"""The table that says what sets each segment apart: one row a segment and measure, as the report words it."""

import math
from collections.abc import Iterator
from typing import Any

from segmentry.describe import Trait
from segmentry.describe.words import Voice
from segmentry.export.power_bi.star import SEGMENTS, Column, Relationship, Table
from segmentry.export.power_bi.theme import ink
from segmentry.markup.words import difference, trait_name, trait_value
from segmentry.summary import RunSummary

__all__ = ["PROFILE", "PROFILE_OF", "profile"]

PROFILE = "Profile"

PROFILE_OF = Relationship((PROFILE, "Segment key"), (SEGMENTS, "Segment key"))
"""Whose rows they are."""

COLUMNS = (
    Column("Segment key", "whole", "Whose row it is.", hidden=True),
    Column("Place", "whole", "Numbers the measures of a segment from 1, the strongest difference first."),
    Column("Measure", "text", "What is looked at.", says=("property", "trait")),
    Column("Here", "text", "What is typical in the segment: half of its customers lie below, half above."),
    Column("Everyone", "text", "What is typical among all customers."),
    Column("Difference", "text", "Marked where it counts: it came back in 95 of 100 rebuilds.", says=("sets apart",)),
    Column(
        "Apart",
        "whole",
        "How far the segment stands from all other customers: 100 is above every one of them, -100 below. "
        "Of a category: how many more of 100 customers have it.",
    ),
    Column("Tone", "text", "The colour of its bar: dark where the difference counts, pale where not.", hidden=True),
)


def profile(summary: RunSummary) -> Table:
    """Give the measures of every segment beside everyone's.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    """
    rows = list(_rows(summary))
    cells = [(column, [row[place] for row in rows]) for place, column in enumerate(COLUMNS)]
    return Table.of(PROFILE, "One row a segment and measure: what is typical there, and for everyone.", cells)


def _rows(summary: RunSummary) -> Iterator[tuple[Any, ...]]:
    voice = Voice(summary.currency)
    for key, segment in enumerate(summary.segments, start=1):
        for place, trait in enumerate(segment.traits, start=1):
            here, everyone = (trait_value(trait, value, voice) for value in (trait.typical, trait.everyone))
            yield key, place, trait_name(trait), here, everyone, difference(trait), _apart(trait), _tone(trait)


def _tone(trait: Trait) -> str:
    return ink("ink-2" if trait.counts else "no-segment")


def _apart(trait: Trait) -> int | None:
    return round(100 * trait.delta) if math.isfinite(trait.delta) else None
