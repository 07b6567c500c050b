"""The calendar: one row a day, of whole years, so that Power BI can compare months and years."""

from datetime import date
from typing import Any

import pandas as pd

from segmentry.export.power_bi.star import DATES, Column, Table

__all__ = ["dates"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not by strftime: its names follow the computer's language."""


def dates(first: date, last: date) -> Table:
    """Give every day from 1 January of the first year to 31 December of the last.

    Parameters
    ----------
    first, last : datetime.date
        Days that it must have.

    Examples
    --------
    >>> dates(date(2011, 3, 1), date(2012, 2, 1)).rows[["Date", "Month"]].iloc[[0, -1]].astype(str).values.tolist()
    [['2011-01-01', 'Jan 2011'], ['2012-12-31', 'Dec 2012']]
    """
    days = pd.Series(pd.date_range(date(first.year, 1, 1), date(last.year, 12, 31)))
    years, months = days.dt.year, days.dt.month
    names = months.map(dict(enumerate(MONTHS, start=1)))
    quarters = days.dt.quarter
    cells: list[tuple[Column, Any]] = [
        (Column("Date", "date", "The day.", key=True, says=("day", "when")), days.dt.date),
        (Column("Year", "whole", "The year."), years),
        (
            Column("Quarter", "text", "The quarter of the year, e.g. 2011 Q4.", sort_by="Quarter number"),
            years.astype(str) + " Q" + quarters.astype(str),
        ),
        (Column("Quarter number", "whole", "Sorts the quarters.", hidden=True), years * 10 + quarters),
        (
            Column("Month", "text", "Month and year, e.g. Dec 2011.", sort_by="Month number", says=("month and year",)),
            names + " " + years.astype(str),
        ),
        (Column("Month number", "whole", "Sorts the months.", hidden=True), years * 100 + months),
        (
            Column("Month of year", "text", "The month whatever the year, e.g. Dec.", sort_by="Month of year number"),
            names,
        ),
        (Column("Month of year number", "whole", "Sorts the months of a year.", hidden=True), months),
    ]
    return Table.of(DATES, "One row a day, of whole years.", cells, ("calendar",))
