"""What people call things when they ask in words: the linguistic schema that Power BI's Q&A reads."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from segmentry.export.power_bi.dax import Measure
from segmentry.export.power_bi.star import FIGURES, SEGMENTS, WORDS, Column, Star, Table

__all__ = ["LANGUAGE", "linguistic_schema"]

LANGUAGE = "en-US"
VERSION = "3.0.0"
"""Of the schema; Power BI brings older ones up to its own."""


def linguistic_schema(star: Star, measures: Sequence[Measure]) -> dict[str, Any]:
    """Give the words for every table, column and measure that people see, and for every segment.

    A segment is understood by its letter and name, and by what the table of words has for it. Where a word is taken
    by one thing it isn't given to another.

    Parameters
    ----------
    star : Star
        Tables and columns.
    measures : sequence of Measure
        The measures.
    """
    taken: set[str] = set()
    entities: dict[str, Any] = {}
    for binding, terms, more in _things(star, measures):
        said_of_it = [term for term in dict.fromkeys(map(_said, terms)) if term]
        if not said_of_it:  # a column called "?": nobody can ask for it in words
            continue
        own, *others = said_of_it
        free = [term for term in others if term not in taken]
        taken.update([own, *free])
        said: list[dict[str, Any]] = [{own: {"State": "Generated"}}]
        said += [{term: {"Type": "Noun", "State": "Authored"}} for term in free]
        entity = {"Definition": {"Binding": binding}, "State": "Authored", "Terms": said} | more
        entities[_key(binding, entities)] = entity
    return {"Version": VERSION, "Language": LANGUAGE, "Entities": entities}


def _things(star: Star, measures: Sequence[Measure]) -> Iterator[tuple[dict[str, str], Sequence[str], dict[str, Any]]]:
    """Give what has words: measures first, since a word that could mean a figure should mean the figure."""
    for measure in measures:
        yield _bound(FIGURES, measure.name), (measure.name, *measure.says), {}
    for table in star.tables.values():
        if table.hidden:
            continue
        yield {"ConceptualEntity": table.name}, (table.name, *table.says), {}
        for column in table.columns:
            if not column.hidden:
                yield _bound(table.name, column.name), (column.name, *column.says), _instances(table, column, star)


def _instances(table: Table, column: Column, star: Star) -> dict[str, Any]:
    """Let other words for a segment be understood as the segment."""
    if (table.name, column.name) != (SEGMENTS, "Segment") or not star.has(WORDS):
        return {}
    said = {"SynonymBinding": _bound(WORDS, "Word"), "ValueBinding": _bound(WORDS, "Segment"), "State": "Authored"}
    return {"Instances": {"Synonyms": said}}


def _bound(table: str, name: str) -> dict[str, str]:
    return {"ConceptualEntity": table, "ConceptualProperty": name}


def _said(term: str) -> str:
    """Write a name as people type it."""
    return " ".join(re.sub(r"[^\w%$€£&'+-]+", " ", term.lower()).split())


def _key(binding: dict[str, str], taken: dict[str, Any]) -> str:
    """Give a name of letters, digits, dots and strokes that no other thing has."""
    key = ".".join(re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") or "_" for part in binding.values())
    if key not in taken:
        return key
    return next(found for number in range(2, len(taken) + 3) if (found := f"{key}_{number}") not in taken)
