"""What people choose on the pages of a new run, as the options that the command line takes."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from segmentry.cluster import CLUSTERERS
from segmentry.errors import UsageError
from segmentry.recipe import Recipe
from segmentry.web.background.looking import reading
from segmentry.web.background.uploads import Upload
from segmentry.web.pieces.command import run_command

__all__ = ["METHODS", "ROLES", "Decided", "answers_of", "asked_of", "command_of", "recipe_of"]

METHODS = ("kmeans", "auto", *(name for name in CLUSTERERS if name != "kmeans"))
ROLES = ("customer", "date", "amount", "id", "order", "product", "category", "quantity", "price", "discount")
FIELDS = {"dayfirst": "dayfirst", "monthfirst": "dayfirst", "no-amount": "amount"}
"""The options that a field of another name answers."""
ANSWERED = frozenset((*ROLES, "dayfirst", "decimal", "sheet", "no_header", "date_format"))
NO_AMOUNT = "none"


def asked_of(findings: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Name the fields that answer what must be fixed.

    Examples
    --------
    >>> asked_of([{"grade": "must fix", "way_out": "--dayfirst or --monthfirst"}])
    frozenset({'dayfirst'})
    """
    named = [
        name
        for finding in findings
        if finding["grade"] == "must fix"
        for name in re.findall(r"--([a-z][a-z-]*)", finding["way_out"])
    ]
    return frozenset(FIELDS.get(name, name.replace("-", "_")) for name in named) & ANSWERED


def answers_of(form: Mapping[str, str], looked: Mapping[str, Any]) -> dict[str, str]:
    """Read the answers about columns, dates and numbers; what is left open is left out.

    Parameters
    ----------
    form : mapping of str
        The fields of the page; columns and sheets by their place, since their names may hold any sign.
    looked : mapping
        What the last look found.
    """
    names = [column["name"] for column in looked["columns"]]
    lists = dict.fromkeys(ROLES, names) | {"sheet": looked["sheets"]}
    lists["id"] = looked["beside"] or names
    answers = {}
    for field, known in lists.items():
        place = form.get(field, "")
        if field == "amount" and place == NO_AMOUNT:
            answers["no_amount"] = "yes"
        elif place.isdecimal() and int(place[:6]) < len(known):
            answers[field] = known[int(place[:6])]
    for field, allowed in (("dayfirst", ("yes", "no")), ("decimal", (".", ",")), ("no_header", ("yes",))):
        if form.get(field) in allowed:
            answers[field] = form[field]
    if form.get("date_format", "").strip():
        answers["date_format"] = form["date_format"].strip()[:60]
    return answers


@dataclass(frozen=True, slots=True)
class Decided:
    """What was entered on the third step, as it was entered.

    Parameters
    ----------
    how : {"auto", "number", "range"}, default "auto"
        Who decides how many segments.
    number, lowest, highest : str, default ""
        How many.
    as_of, returns, currency, name, method, seed, window_days : str
        As the options of these names; empty leaves it open.
    measures : tuple of str or None, default None
        The names of those that were ticked; None before anything was entered.
    """

    how: str = "auto"
    number: str = ""
    lowest: str = ""
    highest: str = ""
    as_of: str = ""
    returns: str = "net"
    currency: str = ""
    name: str = ""
    method: str = "kmeans"
    seed: str = ""
    window_days: str = ""
    measures: tuple[str, ...] | None = None

    @classmethod
    def of(cls, form: Mapping[str, str], ticked: Sequence[str], looked: Mapping[str, Any]) -> "Decided":
        """Read the form; measures come by their place."""
        names = [column["name"] for column in looked["measures"]]
        places = {int(place[:6]) for place in ticked if place.isdecimal()}
        said = {name: form[name].strip()[:80] for name in cls.__slots__ if name in form}
        return cls(**said, measures=tuple(name for at, name in enumerate(names) if at in places))

    @classmethod
    def kept(cls, known: Mapping[str, Any]) -> "Decided":
        """Read what was kept with an upload."""
        measures = known.get("measures")
        return cls(**(dict(known) | {"measures": None if measures is None else tuple(measures)}))

    @property
    def segments(self) -> str:
        """How many segments, as the command line takes it."""
        return {"number": self.number, "range": f"{self.lowest}-{self.highest}"}.get(self.how, "auto")


def recipe_of(upload: Upload, decided: Decided, looked: Mapping[str, Any]) -> Recipe:
    """Give the recipe that the command line would make of the same choices.

    Raises
    ------
    UsageError
        They contradict each other, or one can't be read.
    """
    options: dict[str, object] = {"segments": decided.segments, "method": decided.method}
    if decided.returns and looked["kind"] != "customers":
        options["returns"] = decided.returns
    if decided.currency:
        options["currency"] = decided.currency
    if decided.as_of:
        try:
            options["as_of"] = date.fromisoformat(decided.as_of)
        except ValueError:
            raise UsageError(f"{decided.as_of!r} is no day", way_out="year-month-day, e.g. 2026-06-30") from None
    for name in ("seed", "window_days"):
        if text := getattr(decided, name):
            if not re.fullmatch(r"\d{1,9}", text) or (name == "window_days" and not int(text)):
                raise UsageError(f"{text!r} is no whole number", way_out="digits alone, or leave it empty")
            options[name] = int(text)
    usual = [column["name"] for column in looked["measures"] if column["part"] == "forms"]
    if decided.measures is not None and list(decided.measures) != usual:
        if not decided.measures:
            raise UsageError("no measure is ticked", ["segments are formed on at least one"], "tick one")
        options["measures"] = decided.measures
    recipe = Recipe().reading(upload.sources, upload.customers).having(**reading(upload.answers), **options)
    recipe.for_method()
    return recipe


def command_of(upload: Upload, recipe: Recipe, name: str = "") -> str:
    """Give the command that makes the same run, with the files' own names: where they lie, only people know."""
    named = {part: [one.name for one in upload.files if one.part == part] for part in ("data", "customers")}
    words = [*named["data"], *(word for table in named["customers"] for word in ("--customers", table))]
    command = run_command(replace(recipe, sources=(), customers=()), name)
    return command.replace("FILE", shlex.join(words), 1)
