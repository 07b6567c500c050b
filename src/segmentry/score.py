"""Scoring later data: files of orders or customers through a saved model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from segmentry.data import Loaded, Source, load
from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.features import measure
from segmentry.model import SegmentModel

__all__ = ["Scored", "score"]

PEOPLE = "for people without orders, this model can guess from their attributes: --lookalike"
OF_ORDERS = ("customer", "date", "amount", "order", "product", "category", "quantity", "price", "discount")
"""What the model knows of the columns of orders."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scored customers.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns of :meth:`SegmentModel.assign`, then the inputs; or those of :meth:`Lookalike.assign`, then the
        attributes.
    loaded : Loaded
        What was read: row counts, rejects, caveats.
    without_purchase : int
        Customers with orders but no purchase in the window; they get no segment.
    """

    table: pd.DataFrame
    loaded: Loaded
    without_purchase: int


def score(
    model: SegmentModel,
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    as_of: date | None = None,
    lookalike: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> Scored:
    """Score files or frames by a model, read and measured exactly as the model's own were.

    Parameters
    ----------
    model : SegmentModel
        As saved by a run.
    sources : path, frame, or sequence of them
        Orders where the model was built from orders, else customers.
    customers : path, frame, or sequence of them, optional
        A customer table to be joined to the orders, as when the model was built.
    as_of : datetime.date or None, default None
        The day on which customers are looked at. Required for orders: the batch's own latest date would move everybody.
    lookalike : bool, default False
        The sources are people without orders: guess their segments from their attributes, if the model can.
    progress : callable or None, default None
        Told the stage and its share done.

    Raises
    ------
    UsageError
        ``as_of`` is missing for a model built from orders; or ``lookalike`` was asked of a model that was made
        without it, or beside other tables or a day.
    DataError
        The data can't be used, or the model's attributes don't tell its segments apart.
    """
    if lookalike:
        if customers is not None or as_of is not None:
            raise UsageError(
                "people without orders are one table, looked at on no day in particular",
                ["given beside it: " + ("a customer table" if customers is not None else "an as-of day")],
                "--lookalike with their file alone",
            )
        return _by_attributes(model, sources, progress)
    hint = () if model.lookalike is None else (PEOPLE,)
    if model.built_from == "orders" and as_of is None:
        raise UsageError(
            "this model was built from orders, so scoring needs the day to look at customers",
            [f"it was built as of {model.summary.as_of}", *hint],
            f"--as-of {model.summary.as_of}",
        )
    try:
        loaded = load(sources, customers, model.recipe.read, progress=progress)
    except ColumnError as error:
        raise ColumnError(error.what, (*error.evidence, *hint), error.way_out) from error
    features = replace(model.recipe.features, as_of=as_of, window_days=model.summary.window_days)
    try:
        raw = measure(loaded.orders, loaded.customers, features)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    assigned = model.assign(raw.table)
    inputs = raw.table[[i.name for i in model.inputs]]
    return Scored(pd.concat([assigned, inputs.reset_index(drop=True)], axis=1), loaded, raw.without_purchase)


def _by_attributes(
    model: SegmentModel, sources: Source | Sequence[Source], progress: Callable[[str, float], None] | None
) -> Scored:
    """Guess the segments of people without orders."""
    guesser, report = model.lookalike, model.summary.lookalike
    if report is None:
        raise UsageError(
            "this model can't guess segments from attributes: it was made without --lookalike",
            way_out="segmentry run ORDERS --customers FILE --lookalike",
        )
    if guesser is None:
        raise DataError(
            "this model can't guess segments from attributes",
            [report.reason],
            "a customer table that says more about people, or --include COLUMN for attributes that were left out",
        )
    options = replace(model.recipe.read, **dict.fromkeys(OF_ORDERS), no_amount=False)  # type: ignore[arg-type]
    loaded = load(sources, None, options, progress=progress)
    if loaded.orders is not None:
        loaded.orders.connection.close()
        raise DataError("these are orders, and --lookalike is for people without any", way_out="leave --lookalike out")
    table = measure(None, loaded.customers).table
    # Beside orders an attribute of a measure's name was told apart from it.
    known = {f"{name} (customers)": name for name in map(str, table.columns)}
    told = {known[name]: name for name in guesser.columns if name not in table and name in known}
    table = table.rename(columns=told)
    guessed = guesser.assign(table)
    return Scored(pd.concat([guessed, table[list(guesser.columns)].reset_index(drop=True)], axis=1), loaded, 0)
