"""What may be asked of a model and what it answers, as JSON Schema 2020-12, with examples that work."""

import math
from datetime import timedelta
from typing import Any

from segmentry.exchange.contract import ID, MOST_ROWS, Contract, Rows, known_levels
from segmentry.exchange.fields import Field
from segmentry.model import FITS, Input, SegmentModel

__all__ = ["answer_schema", "input_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def input_schema(model: SegmentModel) -> dict[str, Any]:
    """Give the schema of a request, as strict as the check is.

    Parameters
    ----------
    model : SegmentModel
        The model that is asked.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry import segment
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> schema = input_schema(segment(table, segments=2, rebuilds=10).model)
    >>> schema["examples"][0]
    {'customers': [{'customer_id': 'C1', 'income': 11.0, 'visits': 1.0}]}
    """
    contract = Contract.of(model)
    forms = [_form(contract.customers, {}, _customers(model))]
    if contract.orders is not None:
        day = Field("as_of", ("day",), "The day on which customers are looked at; later orders don't count.")
        forms.append(_form(contract.orders, {"as_of": day.schema()}, _orders(model, contract)))
    body = forms[0] if len(forms) == 1 else {"oneOf": forms, "examples": [form["examples"][0] for form in forms]}
    return {"$schema": DIALECT, "title": f"What the model {model.summary.run} is asked", **body}


def answer_schema() -> dict[str, Any]:
    """Give the schema of an answer, which is the same for every model."""
    text = {"type": "string"}
    place = {
        ID: text | {"description": "As in the request; the row's number from 1 where it had none."},
        "segment": text | {"description": 'The segment\'s letter; "" for who belongs to none.'},
        "name": text | {"description": "The segment's name."},
        "second": text | {"description": "The letter of the second choice."},
        "margin": {"type": "number", "minimum": 0, "maximum": 1, "description": "0 on the border to 1."},
        "fit": {"enum": list(FITS), "description": "Typical from a margin of .5, Fair from .2, else Borderline."},
        "unlike": {"type": "boolean", "description": "Whether she is unlike anyone the model learned from."},
    }
    rows = {"type": "array", "items": _object(place, list(place))}
    whole = {
        "model": text | {"description": "The run that the model comes from."},
        "assignments": rows | {"description": "One a customer; of customers in the order of the request."},
        "without_purchase": {
            "type": "integer",
            "minimum": 0,
            "description": "Of orders: customers without a purchase up to the day, who get no segment.",
        },
    }
    return _object(whole, ["model", "assignments"])


def _form(rows: Rows, others: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of one way to ask."""
    fields = {field.name: field.schema() for field in rows.fields}
    row = _object(fields, [field.name for field in rows.fields if field.required])
    listed = {"type": "array", "minItems": 1, "maxItems": MOST_ROWS, "items": row}
    return _object({rows.called: listed, **others}, [rows.called, *others]) | {"examples": [example]}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _customers(model: SegmentModel) -> dict[str, Any]:
    """Write a customer who is typical of the first segment."""
    row: dict[str, Any] = {ID: "C1"}
    return {"customers": [row | {each.name: _typical(model, each) for each in model.inputs}]}


def _typical(model: SegmentModel, each: Input) -> float | str | None:
    traits = [t for s in model.summary.segments[:1] for t in s.traits if t.measure == each.name]
    if each.kind == "number":
        found = next((trait.typical for trait in traits), None)
        return None if found is None or not math.isfinite(found) else float(found)
    usual = max(traits, key=lambda trait: trait.typical or 0.0, default=None)
    known = known_levels(model, each.name)
    return usual.level if usual is not None and usual.level else known[0] if known else None


def _orders(model: SegmentModel, contract: Contract) -> dict[str, Any]:
    """Write two orders of one customer, some days before the model's own day."""
    as_of = model.summary.as_of
    assert as_of is not None
    assert contract.orders is not None
    values: dict[str, Any] = {"customer": "C1", "quantity": 2, "price": 24.5, "amount": 49.0, "product": None}
    orders = []
    for number, ago in (("1001", 40), ("1002", 5)):
        day = (as_of - timedelta(days=ago)).isoformat()
        known = values | {"order": number, "date": f"{day}T10:30:00"}
        fields = [field.name for field in contract.orders.fields if field.required]
        orders.append({name: known.get(contract.roles[name]) for name in fields})
    return {"orders": orders, "as_of": as_of.isoformat()}
