"""The star schema as data: tables, columns and how they hang together, with the names that everything else uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import pandas as pd

__all__ = [
    "CUSTOMERS",
    "DATES",
    "FIGURES",
    "MONTHLY",
    "RUNS",
    "SEGMENTS",
    "WORDS",
    "Column",
    "Kind",
    "Relationship",
    "Star",
    "Table",
]

CUSTOMERS = "Customers"
SEGMENTS = "Segments"
MONTHLY = "Monthly"
DATES = "Dates"
RUNS = "Runs"
WORDS = "Words"
"""Other words for each segment, for questions; hidden."""
FIGURES = "Figures"
"""The table without rows that all measures belong to."""

Kind = Literal["text", "whole", "round", "number", "money", "share", "date"]
"""What a column holds: ``round`` numbers may have fractions that are not shown; a share is 0 to 1."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        As people read it; unique in its table, capital or small letters alike.
    kind : Kind
        What it holds.
    description : str
        One sentence.
    hidden : bool, default False
        Whether it is there for relationships, sorting or measures only.
    key : bool, default False
        Whether each row has its own value.
    sort_by : str, default ""
        The column of the same table that gives its order.
    folder : str, default ""
        The display folder.
    typical : str, default ""
        The name of the measure that gives its typical value; "" where it has none.
    says : tuple of str, default ()
        Other words for it.
    """

    name: str
    kind: Kind
    description: str
    hidden: bool = False
    key: bool = False
    sort_by: str = ""
    folder: str = ""
    typical: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its rows.

    Parameters
    ----------
    name : str
        One of the names above.
    description : str
        One sentence.
    columns : tuple of Column
        In the order of the file.
    rows : pandas.DataFrame
        Its columns are called as those above.
    says : tuple of str, default ()
        Other words for one of its rows.
    hidden : bool, default False
        Whether people don't see it.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame = field(repr=False)
    says: tuple[str, ...] = ()
    hidden: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        description: str,
        cells: Sequence[tuple[Column, Any]],
        says: tuple[str, ...] = (),
        *,
        hidden: bool = False,
    ) -> Self:
        """Make a table from its columns and their values."""
        rows = pd.DataFrame({column.name: pd.Series(values).array for column, values in cells})
        return cls(name, description, tuple(column for column, _ in cells), rows, says, hidden)

    @property
    def file(self) -> str:
        """Name its file in the data folder."""
        return f"{self.name.lower()}.csv"

    def column(self, name: str) -> Column | None:
        """Give the column of that name; None where this run has none."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Relationship:
    """Many rows of one table belong to one of another; filters go from the one to the many.

    Parameters
    ----------
    many, one : tuple of (str, str)
        Table and column.
    """

    many: tuple[str, str]
    one: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Star:
    """All tables of one run.

    Parameters
    ----------
    tables : mapping of str to Table
        By name. A run without orders, or of a release that wrote no monthly figures, has no Monthly and no Dates.
    relationships : tuple of Relationship
        Between them.
    currency : str
        The unit of money; "" where none was given.
    name : str
        Of the run.
    spend : str, default ""
        The column of Customers with each customer's revenue; "" without money.
    """

    tables: Mapping[str, Table]
    relationships: tuple[Relationship, ...]
    currency: str
    name: str
    spend: str = ""

    def has(self, table: str, column: str | None = None) -> bool:
        """Say whether this run has that table, and that column of it."""
        found = self.tables.get(table)
        return found is not None and (column is None or found.column(column) is not None)
