"""The expressions that a report definition is made of: fields of the model, and values written as literals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentry.export.power_bi.star import FIGURES

__all__ = ["SUM", "Field", "Json", "colour", "column", "figure", "literal", "one_of", "only", "properties"]

Json = dict[str, Any]

SUM, MINIMUM = 0, 3
"""How a column is shown where a figure is expected: a text column by its only value under the filters."""
AGGREGATES = {SUM: "Sum", MINIMUM: "Min"}
HEX = re.compile(r"#[0-9A-F]{6}")


@dataclass(frozen=True, slots=True)
class Field:
    """A column or measure of the model, as a visual shows it.

    Parameters
    ----------
    table, name : str
        As in the model.
    measure : bool, default False
        Whether it is a measure.
    label : str, default ""
        What the visual calls it; "" for its own name.
    aggregate : int or None, default None
        How many values of a column become one.
    """

    table: str
    name: str
    measure: bool = False
    label: str = ""
    aggregate: int | None = None

    def expression(self, source: str | None = None) -> Json:
        """Write it; ``source`` is the name that a filter's ``From`` gives to the table."""
        reference = {"Entity": self.table} if source is None else {"Source": source}
        plain = {"Expression": {"SourceRef": reference}, "Property": self.name}
        if self.measure:
            return {"Measure": plain}
        if self.aggregate is None:
            return {"Column": plain}
        return {"Aggregation": {"Expression": {"Column": plain}, "Function": self.aggregate}}

    @property
    def reference(self) -> str:
        """Name it within the visual's query."""
        plain = f"{self.table}.{self.name}"
        return plain if self.aggregate is None else f"{AGGREGATES[self.aggregate]}({plain})"

    def projection(self, *, active: bool = False) -> Json:
        """Write it as one field of a visual."""
        written: Json = {
            "field": self.expression(),
            "queryRef": self.reference,
            "nativeQueryRef": self.name,
        }
        if self.label:
            written["displayName"] = self.label
        return written | ({"active": True} if active else {})


def figure(name: str, label: str = "") -> Field:
    """Give a measure of the model."""
    return Field(FIGURES, name, measure=True, label=label)


def column(table: str, name: str, label: str = "") -> Field:
    """Give a column of the model."""
    return Field(table, name, label=label)


def only(table: str, name: str, label: str = "") -> Field:
    """Give the one value that a text column has under the filters."""
    return Field(table, name, label=label, aggregate=MINIMUM)


def literal(value: str | bool | float) -> Json:
    """Write a value: text in single quotes, which are doubled within it; numbers carry the letter of their type.

    Examples
    --------
    >>> [literal(value)["expr"]["Literal"]["Value"] for value in ("Kim's", True, 12, 0.5)]
    ["'Kim''s'", 'true', '12L', '0.5D']
    """
    if isinstance(value, bool):
        written = "true" if value else "false"
    elif isinstance(value, str):
        written = "'" + value.replace("'", "''") + "'"
    elif isinstance(value, int):
        written = f"{value}L"
    else:
        written = f"{value:g}D"
    return {"expr": {"Literal": {"Value": written}}}


def one_of(by: Field, value: str) -> Json:
    """Write the filter that lets one value of a column through."""
    condition = {"In": {"Expressions": [by.expression("t")], "Values": [[literal(value)["expr"]]]}}
    source = {"Name": "t", "Entity": by.table, "Type": 0}
    return {"Version": 2, "From": [source], "Where": [{"Condition": condition}]}


def colour(value: str) -> Json:
    """Write a colour.

    Examples
    --------
    >>> colour("#1D2129")["solid"]["color"]["expr"]["Literal"]["Value"]
    "'#1D2129'"
    """
    return {"solid": {"color": literal(value)}}


def properties(values: Mapping[str, Any]) -> Json:
    """Write properties of a visual: text that is a colour as colour, what is written already as it is.

    Examples
    --------
    >>> sorted(properties({"show": True, "fontColor": "#1D2129"})["fontColor"])
    ['solid']
    """
    return {name: _written(value) for name, value in values.items()}


def _written(value: Any) -> Any:
    if isinstance(value, str) and HEX.fullmatch(value):
        return colour(value)
    return literal(value) if isinstance(value, str | bool | int | float) else value
