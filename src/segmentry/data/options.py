"""How the files are to be read: every choice that a person can make about the input."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which column is what, and how text becomes dates and numbers. None always means: find out and say so.

    Parameters
    ----------
    customer, date, amount, order, product, category, quantity, price, discount : str or None, default None
        Names of an order log's columns.
    id : str or None, default None
        Name of a customer table's id column; also the column that joins it to orders.
    dayfirst : bool or None, default None
        How 03/04/2024 is read: True for 3 April, False for 4 March.
    date_format : str or None, default None
        A ``strptime`` format for the date column, e.g. ``"%d.%m.%Y"``.
    sheet : str or None, default None
        The sheet of an Excel workbook.
    sep, encoding, decimal : str or None, default None
        A text file's column separator, encoding, and decimal mark (``"."`` or ``","``).
    no_amount : bool, default False
        The order log has no money, or none that should count: orders are counted, and there is no spend.
    no_header : bool, default False
        The first line of a text file or a sheet is data: columns are named ``column_1``, ``column_2``….
    duplicates : {"keep", "drop"}, default "keep"
        What happens to the second and later copies of an exactly equal row.
    """

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    order: str | None = None
    product: str | None = None
    category: str | None = None
    quantity: str | None = None
    price: str | None = None
    discount: str | None = None
    id: str | None = None
    dayfirst: bool | None = None
    date_format: str | None = None
    sheet: str | None = None
    sep: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    no_amount: bool = False
    no_header: bool = False
    duplicates: Literal["keep", "drop"] = "keep"
