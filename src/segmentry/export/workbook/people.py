"""The customers of a segment, a sheet a segment: a table to filter, sort and work in."""

from collections.abc import Sequence

import pandas as pd

from segmentry.describe import Segment
from segmentry.errors import UsageError
from segmentry.export.workbook.book import Book, Cell, Column
from segmentry.export.workbook.numbers import COUNT, SHARE, money
from segmentry.features import Measure
from segmentry.model import SegmentModel
from segmentry.summary import RunSummary

__all__ = ["MOST", "check_room", "people"]

MOST = 1_048_575
"""Customers that fit on a sheet below its head."""
WIDTH = 16.0


def check_room(summary: RunSummary) -> None:
    """Raise where a segment has more customers than a sheet has rows.

    Raises
    ------
    UsageError
        It has.
    """
    large = max(summary.segments, key=lambda segment: segment.customers, default=None)
    if large is not None and large.customers > MOST:
        raise UsageError(
            f"segment {large.letter} has {large.customers:,} customers, and a sheet holds {MOST:,}",
            way_out="the workbook without --include-customers; segments.csv beside the report has everybody",
        )


def people(book: Book, name: str, segment: Segment, customers: pd.DataFrame, model: SegmentModel, colour: str) -> None:
    """Write the customers of one segment.

    Parameters
    ----------
    book : Book
        The workbook.
    name : str
        Of the sheet.
    segment : Segment
        Whose customers.
    customers : pandas.DataFrame
        ``customer_id`` and the measures, of this segment's customers, under the measures' own names.
    model : SegmentModel
        Says how firmly each customer belongs to it.
    colour : str
        Of the segment.
    """
    sheet = book.sheet(name, colour)
    summary = model.summary
    shown = [measure for measure in summary.measures if measure.name in customers and measure.name != "customer_id"]
    columns = [Column("Customer", WIDTH, "@"), Column("Fit", 11.0)]
    columns += [_column(measure, customers[measure.name], summary.currency) for measure in shown]
    fits = model.assign(customers)["fit"]
    values = [_plain(customers[measure.name]) for measure in shown]
    rows = [
        [str(customer), str(fit), *measured]
        for customer, fit, *measured in zip(customers["customer_id"], fits, *values, strict=True)
    ]
    spot = sheet.table(f"Customers_{segment.letter}", columns, rows, filters=True)
    if spot is None:
        sheet.paragraph("This segment has no customers.", len(columns))
    sheet.freeze(1, 1)
    sheet.print_setup(f"{summary.run} · customers of {segment.letter} · {segment.name}", repeat=0)


def _column(measure: Measure, values: pd.Series, currency: str) -> Column:
    title = f"{measure.label}, {currency}" if measure.unit == "money" and currency else measure.label
    if measure.kind != "number":
        return Column(title, WIDTH)
    known = pd.to_numeric(values, errors="coerce").dropna()
    whole = bool((known % 1 == 0).all())
    if measure.unit == "share":
        form = SHARE
    elif measure.unit == "money":
        form = money(0.0 if whole else 0.5, "")
    else:
        form = COUNT if whole else "#,##0.00"
    return Column(title, WIDTH, form)


def _plain(values: pd.Series) -> Sequence[Cell | str | float | bool | None]:
    """Give a column's values as Python's own; None where one isn't known."""
    return [None if value is None or value is pd.NA or value != value else value for value in values.tolist()]  # noqa: PLR0124
