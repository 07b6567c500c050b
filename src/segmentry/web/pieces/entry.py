"""The form of one customer: a field for each measure that a model needs, and what was typed into them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from segmentry.describe.words import Voice, clean, number
from segmentry.errors import DataError, SegmentryError
from segmentry.model import Explanation, Input, SegmentModel
from segmentry.model.inputs import numbers
from segmentry.prepare import CategoryColumn, LevelColumn

__all__ = ["Entry", "Field", "entry", "row_values"]

MOST_LEVELS = 200
"""Beyond so many levels a list to choose from is no help: the level is typed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One measure of the form.

    Parameters
    ----------
    key : str
        Its name in the address.
    name : str
        The measure, as the model knows it.
    label, unit : str
        In words; the unit may be "".
    hint : str
        What is typical, what customers have had, and what a blank means.
    example : str
        A sensible value, in digits that can be typed; "" where there is none.
    levels : tuple of str or None
        What may be chosen; None where it is typed.
    number : bool
        Whether it is a number.
    text : str, default ""
        What was typed.
    error : str, default ""
        What is wrong with it.
    """

    key: str
    name: str
    label: str
    unit: str
    hint: str
    example: str
    levels: tuple[str, ...] | None
    number: bool
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """The form with what was typed, and the answer where it could be given.

    Parameters
    ----------
    fields : tuple of Field
        One a measure, in the model's order.
    why : Explanation or None
        Where the customer belongs; None where nothing was typed, or something can't be used.
    error : str
        What is wrong with the whole; "" where nothing is.
    asked : bool
        Whether the form was sent.
    """

    fields: tuple[Field, ...]
    why: Explanation | None
    error: str
    asked: bool

    @property
    def wrong(self) -> int:
        """How many fields can't be used."""
        return sum(bool(field.error) for field in self.fields)


def entry(model: SegmentModel, given: Mapping[str, str]) -> Entry:
    """Read what was typed, and place the customer if it can be used.

    Parameters
    ----------
    model : SegmentModel
        What places.
    given : mapping of str to str
        Texts by the fields' keys; others are ignored.
    """
    fields = tuple(
        replace(field, text=given.get(field.key, ""), error=_error(field, given.get(field.key, "")))
        for field in _fields(model)
    )
    asked = any(field.key in given for field in fields)
    if not asked or any(field.error for field in fields):
        return Entry(fields, None, "", asked)
    if not any(field.text.strip() for field in fields):
        return Entry(
            fields, None, "Nothing was filled in: one measure at least says something about a customer.", asked
        )
    try:
        return Entry(fields, model.explain({field.name: field.text or None for field in fields}), "", asked)
    except SegmentryError as error:
        return Entry(fields, None, ": ".join([error.what, *error.evidence[:1]]), asked)


def row_values(model: SegmentModel, row: pd.DataFrame) -> dict[str, str]:
    """Give a customer of the run as texts by the fields' keys, so that reading them gives her very figures again."""
    values = {}
    for field in _fields(model):
        value = row[field.name].iloc[0]
        values[field.key] = "" if pd.isna(value) else _digits(float(value)) if field.number else _level(value)
    return values


def _fields(model: SegmentModel) -> tuple[Field, ...]:
    return tuple(_field(model, place, each) for place, each in enumerate(model.inputs))


def _field(model: SegmentModel, place: int, each: Input) -> Field:
    # Browsers change line ends and what UTF-8 can't hold on the way, so such a name is sent as its place.
    key = f"m.{each.name}" if each.name.isprintable() else f"n.{place}"
    if each.kind == "number":
        typical, hint = _number_hint(model, each)
        return Field(key, each.name, clean(each.label), _unit(model, each), hint, typical, None, number=True)
    levels = _known_levels(model, each)
    shown = None if len(levels) > MOST_LEVELS else levels
    return Field(key, each.name, clean(each.label), "", "May stay blank.", "", shown, number=False)


def _number_hint(model: SegmentModel, each: Input) -> tuple[str, str]:
    """Give a typical value in digits, and the hint."""
    voice = Voice(model.summary.currency)
    traits = model.summary.segments[0].traits if model.summary.segments else ()
    typical = next((trait.everyone for trait in traits if trait.measure == each.name and trait.kind == "number"), None)
    span = next((span for span in model.grounds.spans if span.measure == each.name), None)
    said = []
    if typical is not None and math.isfinite(typical):
        said.append(f"Typical {voice.quantity(typical, each.unit)}")
    if span is not None and span.high > span.low:
        low, high = (
            voice.quantity(value, each.unit if each.unit in ("money", "share") else "")
            for value in (span.low, span.high)
        )
        said.append(f"seen {low} to {high}" if said else f"Seen {low} to {high}")
    said.append("may stay blank" if said else "May stay blank")
    example = "" if typical is None or not math.isfinite(typical) else number(typical).replace(",", "")
    return example, ", ".join(said) + "."


def _unit(model: SegmentModel, each: Input) -> str:
    """Give the unit where the label doesn't say it already."""
    shown = {"money": model.summary.currency, "share": "0 to 1"}.get(each.unit, each.unit)
    return "" if shown.casefold() in each.label.casefold() else shown


def _known_levels(model: SegmentModel, each: Input) -> tuple[str, ...]:
    """Give the levels that the preparation knows; of a yes/no column those that are described."""
    column = next((column for column in model.preparer.columns if column.name == each.name), None)
    found: tuple[str, ...] = ()
    if isinstance(column, CategoryColumn):
        found = (*column.levels, *column.pooled)
    elif isinstance(column, LevelColumn):
        found = column.levels
    else:
        traits = model.summary.segments[0].traits if model.summary.segments else ()
        found = tuple(sorted({trait.level for trait in traits if trait.measure == each.name and trait.level}))
    return tuple(level for level in dict.fromkeys(found) if level.isprintable() and level)


def _error(field: Field, text: str) -> str:
    """Say what is wrong with what was typed, read as scoring reads it; "" where nothing is."""
    if not field.number:
        return ""
    try:
        value = float(numbers(pd.Series([text], dtype=object), field.name).iloc[0])
    except DataError:
        way = f", for example {field.example}" if field.example else ""
        return f"This needs a number{way}. A point stands before decimals, and nothing between thousands."
    return "This needs a number that isn't infinite." if math.isinf(value) else ""


def _digits(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _level(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
