"""The customer table that leaves this room, with what each of its columns is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from segmentry.errors import Caveat

__all__ = ["FeatureOptions", "Kind", "Measure", "Measures", "Part"]

Kind = Literal["number", "category", "yes-no"]
Part = Literal["forms", "describes", "left out"]


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """How measures are built from orders, and which of them form segments.

    Parameters
    ----------
    as_of : datetime.date or None, default None
        The day on which customers are looked at; None takes the latest date in the log.
    window_days : int or None, default None
        Only orders in (as_of - window_days, as_of] count; None takes the log's whole span.
    returns : {"net", "drop"}, default "net"
        Returns lower the spend, or are left out.
    order_unit : {"order", "day", "row"}, default "order"
        What one order is: the lines of a customer with the same order id (where there is none, of one day); all lines
        of a customer on one day, whatever their ids; or each line with an amount above 0.
    measures : tuple of str, default ()
        The measures that form segments; empty takes the default choice.
    include : tuple of str, default ()
        Columns that start as describe-only or left out, to be used for forming segments all the same.
    """

    as_of: date | None = None
    window_days: int | None = None
    returns: Literal["net", "drop"] = "net"
    order_unit: Literal["order", "day", "row"] = "order"
    measures: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of the customer table.

    Parameters
    ----------
    name : str
        The column's name in the table.
    label : str
        The same in words, e.g. ``"Days since last order"``; an attribute's label is its own name.
    kind : {"number", "category", "yes-no"}
        How it is treated.
    part : {"forms", "describes", "left out"}
        Whether it forms segments, only describes them, or is not used.
    unit : str, default ""
        ``"days"``, ``"orders"``, ``"money"``, ``"share"`` (0 to 1), ``"products"`` or ``""``.
    reason : str, default ""
        Why it does not form segments, in words; empty where it does.
    """

    name: str
    label: str
    kind: Kind
    part: Part
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """One row a customer, and what every column is.

    Parameters
    ----------
    table : pandas.DataFrame
        Column ``customer_id`` (text) first, then one column per entry of ``columns`` whose part isn't "left out", in
        that order: float64 with NaN for numbers, object (str or None) for categories and yes/no. RangeIndex. Customers
        without any purchase are not in it.
    columns : tuple of Measure
        All columns, those left out included.
    as_of : datetime.date or None
        None where there were no orders.
    window_days : int or None
        The days that were counted; None where there were no orders.
    spend : str or None
        The name of the column that holds each customer's revenue; None where there is no money.
    without_purchase : int
        Customers in the orders who have no purchase in the window, and get no segment.
    caveats : tuple of Caveat
        What was found and how it was dealt with.
    monthly : pandas.DataFrame or None, default None
        Of order logs, where it was asked for: ``customer_id``, ``month`` (its first day), ``orders`` and, with money,
        ``revenue``; a row a customer of the table and month with an order or a return, sorted by both. An order lies in
        the month of its day, so the months add up to the measures ``orders`` and ``spend``.
    """

    table: pd.DataFrame
    columns: tuple[Measure, ...]
    as_of: date | None
    window_days: int | None
    spend: str | None
    without_purchase: int
    caveats: tuple[Caveat, ...]
    monthly: pd.DataFrame | None = None

    @property
    def forming(self) -> tuple[Measure, ...]:
        """The measures that form segments."""
        return tuple(measure for measure in self.columns if measure.part == "forms")

    @property
    def used(self) -> tuple[Measure, ...]:
        """The measures that form or describe segments: the columns of the table."""
        return tuple(measure for measure in self.columns if measure.part != "left out")
