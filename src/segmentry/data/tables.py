"""The tables that leave this room: orders, customers, and the rows that were refused.

``Orders`` stay in DuckDB, since there may be millions; ``Customers`` are a pandas frame, one row a customer.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from segmentry.errors import Caveat

if TYPE_CHECKING:
    import duckdb

__all__ = ["Customers", "Guess", "Loaded", "Orders", "RowCounts"]


@dataclass(frozen=True, slots=True)
class Orders:
    """Order lines in a DuckDB table or view, cleaned and typed.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where it lives.
    table : str
        Its name (needs no quoting). Columns: ``customer`` VARCHAR (text, never empty), ``order_id`` VARCHAR or NULL,
        ``date`` TIMESTAMP, ``amount`` DECIMAL(18,6) (signed: returns are negative), ``product`` VARCHAR or NULL,
        ``category`` VARCHAR or NULL, ``discount`` DOUBLE or NULL. A column that the source lacks is all NULL. Where
        reading made it, it is a view that also has ``customer_key``, ``order_key`` and the row's number ``rowid``.
    has : frozenset of str
        Which of ``order_id``, ``product``, ``category``, ``discount`` the source has.
    attributes : str or None
        Name of a second DuckDB table: ``customer`` and the source's other columns as text, one row a customer (the
        latest value by date); None where there are no other columns.
    first, last : datetime.date
        The earliest and the latest date among the lines.
    lines : int
        Number of rows in the table.
    money : bool, default True
        False where the log has no amounts: every line then has amount 1, which counts it and says nothing of money.
    keys : tuple of (str, str), default ("customer", "order_id")
        Columns that tell customers and orders apart as ``customer`` and ``order_id`` do, perhaps as whole numbers: to
        group millions of lines by. ``CAST(… AS VARCHAR)`` gives the text.
    """

    connection: "duckdb.DuckDBPyConnection"
    table: str
    has: frozenset[str]
    attributes: str | None
    first: date
    last: date
    lines: int
    money: bool = True
    keys: tuple[str, str] = ("customer", "order_id")


@dataclass(frozen=True, slots=True)
class Customers:
    """A customer table, one row a customer.

    Parameters
    ----------
    table : pandas.DataFrame
        Column ``customer_id`` (text) first, then the attributes under their own names: float64 with NaN for numbers,
        object (str or None) for text and yes/no, datetime64 for dates. RangeIndex.
    id_column : str or None
        The source's id column; None where it has none and the rows were numbered from 1.
    """

    table: pd.DataFrame
    id_column: str | None


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column was taken for, and why.

    Parameters
    ----------
    role : str
        ``customer``, ``date``, ``amount``, ``order``, ``product``, ``category``, ``quantity``, ``price``, ``discount``
        or ``id``.
    column : str
        The column's name in the source.
    why : str
        A short reason, e.g. ``"its name"``, ``"given"``.
    """

    role: str
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of all files: ``read = loaded + rejected``, always."""

    read: int
    loaded: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that reading gives: at least one of ``orders`` and ``customers``.

    Parameters
    ----------
    orders, customers : Orders or None, Customers or None
        What was found.
    rows : RowCounts
        They add up.
    rejects : pandas.DataFrame
        Columns ``file``, ``line`` (int, 1 = the first line of the file, the header included), ``column``, ``value``,
        ``reason``; one row a refused input row.
    caveats : tuple of Caveat
        What was found and how it was dealt with.
    guesses : tuple of Guess
        Which column was taken for what.
    sources : tuple of str
        The names of the files or frames, as people gave them.
    fingerprint : str
        SHA-256 of the sources' content, hexadecimal.
    """

    orders: Orders | None
    customers: Customers | None
    rows: RowCounts
    rejects: pd.DataFrame
    caveats: tuple[Caveat, ...]
    guesses: tuple[Guess, ...]
    sources: tuple[str, ...]
    fingerprint: str
