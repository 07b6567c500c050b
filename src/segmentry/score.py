"""Scoring later data: files of orders or customers through a saved model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from segmentry.data import Loaded, Source, load
from segmentry.errors import UsageError
from segmentry.features import measure
from segmentry.model import SegmentModel

__all__ = ["Scored", "score"]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scored customers.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns of :meth:`SegmentModel.assign`, then the inputs.
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
    progress : callable or None, default None
        Told the stage and its share done.

    Raises
    ------
    UsageError
        ``as_of`` is missing for a model built from orders.
    DataError
        The data can't be used.
    """
    if model.built_from == "orders" and as_of is None:
        raise UsageError(
            "this model was built from orders, so scoring needs the day to look at customers",
            [f"it was built as of {model.summary.as_of}"],
            f"--as-of {model.summary.as_of}",
        )
    loaded = load(sources, customers, model.recipe.read, progress=progress)
    features = replace(model.recipe.features, as_of=as_of, window_days=model.summary.window_days)
    try:
        raw = measure(loaded.orders, loaded.customers, features)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    assigned = model.assign(raw.table)
    inputs = raw.table[[i.name for i in model.inputs]]
    return Scored(pd.concat([assigned, inputs.reset_index(drop=True)], axis=1), loaded, raw.without_purchase)
