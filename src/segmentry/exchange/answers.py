"""The answer to a request, as plain data: what :meth:`SegmentModel.assign` says, to the last digit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Self

import pandas as pd

from segmentry.errors import DataError, UsageError
from segmentry.exchange.contract import ID, Contract
from segmentry.exchange.fields import Field, seen
from segmentry.model import SegmentModel
from segmentry.prepare import level_text
from segmentry.score import score

__all__ = ["Exchange", "answer"]

FEW = 20
"""So many customers are placed faster one by one than as a table."""

SAID = ("customer_id", "segment", "name", "second", "margin", "fit", "unlike")
"""What is said of a customer."""

_SAID = attrgetter(*SAID)

AS_OF = Field("as_of", ("day",), "The day on which customers are looked at.")


def answer(model: SegmentModel, asked: object) -> dict[str, Any]:
    """Answer one request to a model.

    Parameters
    ----------
    model : SegmentModel
        What places.
    asked : object
        Parsed JSON: ``{"customers": [{MEASURE: VALUE, …}, …]}`` or, where the model was built from orders,
        ``{"orders": [{COLUMN: VALUE, …}, …], "as_of": "2026-06-30"}``, as :func:`input_schema` says.

    Returns
    -------
    dict
        ``model`` (the run's name), ``assignments`` (a dict a customer, with the columns of
        :meth:`SegmentModel.assign`), and of orders ``without_purchase``.

    Raises
    ------
    DataError
        A value is none that its field takes; the message names row and field, never the value.
    ColumnError
        A field is missing, or none of the model's.
    UsageError
        Orders were sent to a model that can't be asked by them, or without their day.

    Examples
    --------
    >>> from segmentry import segment
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> model = segment(table, segments=2, rebuilds=10).model
    >>> answer(model, {"customers": [{"customer_id": "C7", "income": 60, "visits": 9}]})["assignments"][0]["segment"]
    'B'
    >>> answer(model, {"customers": [{"customer_id": "C7", "income": "60", "visits": 9}]})
    Traceback (most recent call last):
        ...
    segmentry.errors.DataError: customers[0].income must be a number or null, and is a text
      try: values as the schema says: GET /v1/assignments/schema
    """
    return Exchange.of(model).answer(asked)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A model with what may be asked of it, gathered once for many requests.

    Parameters
    ----------
    model : SegmentModel
        What places.
    contract : Contract
        What may be asked.
    """

    model: SegmentModel
    contract: Contract

    @classmethod
    def of(cls, model: SegmentModel) -> Self:
        """Gather it."""
        return cls(model, Contract.of(model))

    def answer(self, asked: object) -> dict[str, Any]:
        """Answer one request; see :func:`answer`."""
        rows = self.check(asked)
        run = {"model": self.model.summary.run}
        if isinstance(asked, dict) and "orders" in asked:
            return run | self._of_orders(rows, date.fromisoformat(asked["as_of"]))
        return run | {"assignments": self._placed(rows)}

    def check(self, asked: object) -> Sequence[Mapping[str, Any]]:
        """Give the rows of a request that keeps to the schema.

        Raises
        ------
        DataError, ColumnError, UsageError
            As for :func:`answer`.
        """
        if type(asked) is not dict:
            raise DataError(f"a request is an object, not {seen(asked)}", way_out='{"customers": [{…}]}')
        if "orders" not in asked:
            self._only(asked, ("customers",))
            return self.contract.customers.check(asked["customers"])
        if self.contract.orders is None:
            why = f"it was built from {self.model.summary.table}"
            raise UsageError("this model can't be asked by orders alone", [why], '{"customers": [{…}]}')
        self._only(asked, ("orders", "as_of"))
        if not AS_OF.holds(asked["as_of"]):
            raise DataError(f"as_of must be {AS_OF.asked()}", way_out='"as_of": "2026-06-30"')
        return self.contract.orders.check(asked["orders"])

    def is_slow(self, asked: object) -> bool:
        """Say whether a request takes more than a moment: orders, which the engine measures, and many customers."""
        if type(asked) is not dict:
            return False
        listed = asked.get("customers")
        return "orders" in asked or (type(listed) is list and len(listed) > FEW)

    def warm(self) -> None:
        """Place a customer of whom nothing is known: what is made at the first use is made before the first request."""
        blank = dict.fromkeys((each.name for each in self.model.inputs), None)
        self._placed([blank])

    def _only(self, asked: Mapping[str, Any], names: Sequence[str]) -> None:
        """Refuse a request that lacks one of these names, or has another."""
        ways = '{"customers": […]}'
        if self.contract.orders is not None:
            ways += ' or {"orders": […], "as_of": "2026-06-30"}'
        for name in names:
            if name not in asked:
                raise UsageError(f"the request has no {name!r}", way_out=ways)
        strange = [name for name in asked if name not in names]
        if strange:
            raise UsageError(f"the request has {strange[0][:60]!r}, which is no part of it", way_out=ways)

    def _placed(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Place customers in the order of the rows."""
        if len(rows) <= FEW:
            place = self.model.place_one
            found = (place(self._customer(row, number)) for number, row in enumerate(rows, 1))
            return [dict(zip(SAID, _SAID(one), strict=True)) for one in found]
        table = pd.DataFrame([self._customer(row, number) for number, row in enumerate(rows, 1)])
        return _records(self.model.assign(table)[list(SAID)])

    def _customer(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        """Give a row's values as files would have them."""
        known_as = row.get(ID)
        values: dict[str, Any] = {ID: str(number) if known_as is None else known_as}
        for each in self.model.inputs:
            value = row[each.name]
            if value is None:
                values[each.name] = None
            else:
                values[each.name] = float(value) if each.kind == "number" else level_text(value)
        return values

    def _of_orders(self, rows: Sequence[Mapping[str, Any]], as_of: date) -> dict[str, Any]:
        """Measure the customers of orders on a day, and place them."""
        table = self._table(rows)
        first = table[self.model.recipe.read.date].min().date()
        try:
            # Where all orders come later they are read all the same: what can't be used is told.
            found = score(_for_json(self.model), table, as_of=max(as_of, first))
        except DataError as error:  # it speaks of files
            told, way_out = (error.what, *error.evidence), "the request without orders that can't be used"
            raise DataError("these orders can't be used", told, way_out) from error
        if len(found.loaded.rejects):
            first = found.loaded.rejects.iloc[0]
            more = len(found.loaded.rejects) - 1
            raise DataError(
                f"orders[{int(first['line']) - 1}].{first['column']} can't be used: {first['reason']}",
                [f"so can't {more:,} more"] if more else [],
                "the request without such orders",
            )
        if as_of < first:
            return {"assignments": [], "without_purchase": len(found.table) + found.without_purchase}
        return {"assignments": _records(found.table[list(SAID)]), "without_purchase": found.without_purchase}

    def _table(self, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Make a table in the columns of the model's own source."""
        assert self.contract.orders is not None
        columns = {}
        for field in self.contract.orders.fields:
            values = [row.get(field.name) for row in rows]
            if "moment" in field.takes:
                # The clock counts as it is written: that is how files are read too.
                days = [datetime.fromisoformat(str(value)).replace(tzinfo=None) for value in values]
                columns[field.name] = pd.Series(days, dtype="datetime64[us]")
            else:
                columns[field.name] = pd.Series(values, dtype="float64" if "number" in field.takes else object)
        return pd.DataFrame(columns)


def _for_json(model: SegmentModel) -> SegmentModel:
    """Give the model with how its files were written set aside: JSON has neither sheets nor decimal commas."""
    read = replace(
        model.recipe.read,
        dayfirst=None,
        date_format=None,
        sheet=None,
        sep=None,
        encoding=None,
        decimal=None,
        no_header=False,
        id=None,
    )
    return replace(model, recipe=replace(model.recipe, read=read))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as plain values."""
    columns = [table[name].tolist() for name in table.columns]
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]
