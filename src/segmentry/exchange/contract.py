"""What may be asked of one model: its customers' fields and, where it was built from orders, those of orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Self

from segmentry.errors import ColumnError, DataError
from segmentry.exchange.fields import Field, Takes, seen
from segmentry.features import DEFINITIONS
from segmentry.model import Input, SegmentModel
from segmentry.prepare import CategoryColumn, LevelColumn, YesNoColumn

__all__ = ["MOST_ROWS", "Contract", "Rows"]

MOST_ROWS = 10_000
"""Customers, or lines of orders, of one request."""

SHOWN = 5
"""Faults that are told of one request."""

NAMED = 20
"""Fields that are named in a message."""

ID = "customer_id"
NUMBERS = ("amount", "quantity", "price")
OPTIONAL = ("order", "product", "category", "discount")
ROLES = {
    "customer": "Whose order it is; her id in the answer.",
    "date": "When; the clock counts as it is written, whatever its time zone.",
    "amount": "The money of this line; returns are negative.",
    "quantity": "How many; returns are negative.",
    "price": "Of one piece.",
    "order": "The order's number: lines of one number are one order.",
    "product": "What was bought.",
    "category": "Of what kind it is.",
    "discount": "What was taken off.",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The fields of one kind of row.

    Parameters
    ----------
    called : {"customers", "orders"}
        The list's name in a request.
    fields : tuple of Field
        In order.
    """

    called: str
    fields: tuple[Field, ...]
    _names: frozenset[str] = field(init=False, repr=False, compare=False)
    _least: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather what every row is held against."""
        object.__setattr__(self, "_names", frozenset(one.name for one in self.fields))
        object.__setattr__(self, "_least", frozenset(one.name for one in self.fields if one.required))

    def check(self, given: object) -> list[Mapping[str, Any]]:
        """Give the rows back if every one keeps to its fields.

        Raises
        ------
        DataError
            It is no list, is empty or too long, or a value is none of those that its field takes.
        ColumnError
            A field is missing, or none of ours.
        """
        if type(given) is not list:
            raise DataError(f"{self.called} must be a list, and is {seen(given)}", way_out=self._example())
        if not 1 <= len(given) <= MOST_ROWS:
            raise DataError(
                f"{self.called} must have 1 to {MOST_ROWS:,} rows, and has {len(given):,}",
                way_out="several requests" if given else self._example(),
            )
        for place, row in enumerate(given):
            if type(row) is not dict or not self._least <= row.keys() <= self._names:
                self._refuse_names(place, row)
            for one in self.fields:
                if one.name in row and not one.holds(row[one.name]):
                    self._refuse_values(given, place)
        return given

    def _refuse_names(self, place: int, row: object) -> None:
        """Say which fields a row lacks, or which are none of ours."""
        where = f"{self.called}[{place}]"
        if type(row) is not dict:
            raise DataError(f"{where} must be an object, and is {seen(row)}", way_out=self._example())
        more = f" and {len(self.fields) - NAMED:,} more" if len(self.fields) > NAMED else ""
        has = f"its fields: {', '.join(self._named(one) for one in self.fields[:NAMED])}{more}"
        lacking = [one.name for one in self.fields if one.required and one.name not in row]
        if lacking:
            raise ColumnError(
                f"{where} lacks {', '.join(map(repr, lacking[:SHOWN]))}", [has], "null where a value isn't known"
            )
        strange = [str(name) for name in row if name not in self._names]
        raise ColumnError(
            f"{where} has {_short(strange[0])}, which is no field of {self.called}", [has], "leave it out"
        )

    def _refuse_values(self, given: list[Any], start: int) -> None:
        """Say which values are none that their fields take: the first, then some more."""
        wrong = (
            f"{self.called}[{place}].{one.name} must be {one.asked()}, and is {_instead(one, row[one.name])}"
            for place, row in enumerate(given[start:], start)
            if type(row) is dict
            for one in self.fields
            if one.name in row and not one.holds(row[one.name])
        )
        first, *others = islice(wrong, SHOWN)
        raise DataError(first, others, "values as the schema says: GET /v1/assignments/schema")

    def _named(self, one: Field) -> str:
        return _short(one.name) if one.required else f"{_short(one.name)} (may be left out)"

    def _example(self) -> str:
        return f'{{"{self.called}": [{{…}}]}}'


@dataclass(frozen=True, slots=True)
class Contract:
    """What may be asked of one model.

    Parameters
    ----------
    customers : Rows
        A row a customer, with a value a measure.
    orders : Rows or None
        A row a line of an order, in the columns of the model's own source; None where orders alone don't do.
    roles : mapping of str to str
        What each column of orders is: ``customer``, ``date``, ``amount`` and so on.
    """

    customers: Rows
    orders: Rows | None
    roles: Mapping[str, str]

    @classmethod
    def of(cls, model: SegmentModel) -> Self:
        """Read it off a model."""
        of_customer = (
            Field(ID, ("text",), "Whose row it is; left out, it is the row's number from 1.", required=False),
            *(_measure(model, each) for each in model.inputs),
        )
        roles = _roles(model)
        orders = None if roles is None else Rows("orders", tuple(_orders_fields(model, roles)))
        return cls(Rows("customers", of_customer), orders, roles or {})


def _measure(model: SegmentModel, each: Input) -> Field:
    """Give the field of one measure; a level that was a number in the source may be one here."""
    unit = {"money": model.summary.currency, "share": "0 to 1"}.get(each.unit, each.unit)
    said = f"{each.label}{f' ({unit})' if unit and unit not in each.label else ''}"
    if each.kind == "number":
        return Field(each.name, ("number", "nothing"), f"{said}; null where it isn't known.")
    known = known_levels(model, each.name)
    kinds: list[Takes] = ["text"]
    if any(_is_number(level) for level in known):
        kinds.append("number")
    some = f": {', '.join(map(_short, known[:12]))}{', …' if len(known) > 12 else ''}" if known else ""
    return Field(each.name, (*kinds, "nothing"), f"{said}{some}; null where it isn't known.")


def known_levels(model: SegmentModel, name: str) -> tuple[str, ...]:
    """Give the levels of a measure that the model knows; of a yes/no measure those that are described."""
    column = next((column for column in model.preparer.columns if column.name == name), None)
    found: tuple[str, ...] = ()
    if isinstance(column, CategoryColumn):
        found = (*column.levels, *column.pooled)
    elif isinstance(column, LevelColumn):
        found = column.levels
    elif isinstance(column, YesNoColumn):
        traits = model.summary.segments[0].traits if model.summary.segments else ()
        found = (column.yes, *(trait.level for trait in traits if trait.measure == name))
    return tuple(dict.fromkeys(level for level in found if level))


def _roles(model: SegmentModel) -> dict[str, str] | None:
    """Give what each column of orders is, by its name; None where orders don't say all that the model needs."""
    own = {entry.name for entry in DEFINITIONS}
    if model.built_from != "orders" or not {each.name for each in model.inputs} <= own:
        return None
    read = model.recipe.read
    columns = {role: getattr(read, role) for role in ROLES}
    if read.no_amount:
        columns |= dict.fromkeys(NUMBERS)
    return {column: role for role, column in columns.items() if column is not None}


def _orders_fields(model: SegmentModel, roles: Mapping[str, str]) -> list[Field]:
    inputs = {each.name for each in model.inputs}
    needed = {"order", *(entry.needs for entry in DEFINITIONS if entry.name in inputs)}
    kinds: dict[str, tuple[Takes, ...]] = {
        "customer": ("text",),
        "date": ("moment",),
        "discount": ("number", "nothing"),
    }
    kinds |= dict.fromkeys(NUMBERS, ("number",))
    return [
        Field(
            column,
            kinds.get(role, ("text", "nothing")),
            ROLES[role],
            required=role not in OPTIONAL or role in needed,
            filled=role == "customer",
        )
        for column, role in roles.items()
    ]


def _instead(asked: Field, value: object) -> str:
    """Say what stands where a field's value should."""
    if isinstance(value, str) and len(value) > 1 and seen(value) == "a text":
        if "text" in asked.takes:
            return f"a text of {len(value):,} characters" if value.strip() else "blank"
        return "another text" if {"day", "moment"} & set(asked.takes) else "a text"
    return "blank" if value == "" else seen(value)


def _is_number(level: str) -> bool:
    try:
        float(level)
    except ValueError:
        return False
    return True


def _short(name: str) -> str:
    """Show a name that may be anybody's text."""
    return repr(name if len(name) <= 60 else f"{name[:59]}…")
