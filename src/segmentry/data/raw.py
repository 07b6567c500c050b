"""The rows as they were read, before any meaning: one DuckDB table, and where each row stood."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from segmentry.data.engine import rows, string, value
from segmentry.errors import Caveat, ColumnError

__all__ = ["Column", "Kind", "Part", "Raw", "Refused", "Row", "combine", "look_for_spaces", "text_of", "trimmed"]

Kind = Literal["text", "whole", "decimal", "float", "bool", "date"]

SPACES = " \t\r\n\v\f\u00a0\u2007\u202f\u3000\ufeff"
"""What is trimmed from the ends of a text: white space, no-break spaces, and stray byte-order marks."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the raw table.

    Parameters
    ----------
    name : str
        Its name in the source.
    sql : str
        Its name in the table: ``c0``, ``c1``…, so that no name needs quoting and none collide.
    kind : {"text", "whole", "decimal", "float", "bool", "date"}
        Its type: text files give text only.
    clean : bool, default False
        True where no value has white space at its ends, so that nothing need be trimmed.
    """

    name: str
    sql: str
    kind: Kind
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was refused while reading: line from 1, column, value, reason."""

    file: str
    line: int
    column: str
    value: str
    reason: str


# Alias that reads better where lists of refused rows travel.
Refused = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one source gave.

    Parameters
    ----------
    name : str
        The file's or frame's name.
    table : str
        The DuckDB table that holds its rows, in their order.
    columns : tuple of Column
        Its columns.
    count : int
        Rows in the table.
    lines : callable
        Turns row numbers from 0 into lines from 1.
    refused : tuple of Row
        Rows that are not in the table.
    caveats : tuple of Caveat
        What was assumed.
    sha256 : str
        Fingerprint of the content.
    view : bool, default False
        True where ``table`` is a view over a file, which is read anew by every query. It then has a column ``rowid``
        that counts its rows from 0, as tables have of themselves.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    count: int
    lines: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    refused: Refused
    caveats: tuple[Caveat, ...]
    sha256: str
    view: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """All sources of one kind, joined into one table. ``rowid`` counts its rows from 0 in the order of the sources.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table lives.
    table : str
        Its name.
    columns : tuple of Column
        Its columns.
    parts : tuple of Part
        The sources, in order; their tables are gone where there were several.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """Rows in the table."""
        return sum(part.count for part in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    @property
    def label(self) -> str:
        """What to call the sources in a sentence."""
        more = f" and {len(self.parts) - 1} more" if len(self.parts) > 1 else ""
        return self.parts[0].name + more

    @property
    def view(self) -> bool:
        """Whether ``table`` is a view over files: cheap to look at in few columns, dear to change."""
        return all(part.view for part in self.parts)

    def held(self) -> "Raw":
        """Put the rows of a view into a table of its own, for work that changes rows or reads them often."""
        if not self.view:
            return self
        table, names = f"{self.table}_held", ", ".join(column.sql for column in self.columns)
        rows(self.connection, f"CREATE TABLE {table} AS SELECT {names} FROM {self.table}")
        rows(self.connection, f"DROP VIEW {self.table}")
        return replace(self, table=table, parts=tuple(replace(part, view=False) for part in self.parts))

    @property
    def refused(self) -> Refused:
        """Rows that were refused while reading."""
        return tuple(row for part in self.parts for row in part.refused)

    def places(self, row_numbers: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
        """Say in which file and on which line each row stood.

        Parameters
        ----------
        row_numbers : ndarray of int64, shape (n,)
            Values of ``rowid``.

        Returns
        -------
        tuple of (list of str, ndarray of int64, shape (n,))
        """
        ends = np.cumsum([part.count for part in self.parts])
        which = np.searchsorted(ends, row_numbers, side="right")
        lines = np.zeros(row_numbers.size, dtype=np.int64)
        for place, part in enumerate(self.parts):
            mine = which == place
            if mine.any():
                lines[mine] = part.lines(row_numbers[mine] - (ends[place] - part.count))
        return [self.parts[place].name for place in which], lines


def text_of(column: Column) -> str:
    """Write SQL that gives a column as text, NULL where it is empty.

    Whole numbers that were stored as fractions lose their ``.0``: a customer is 12346, whatever the file's type.

    Examples
    --------
    >>> text_of(Column("customer", "c0", "text"))
    'c0'
    """
    sql = column.sql
    if column.kind == "text":
        return sql
    if column.kind == "float":
        whole = f"isfinite({sql}) AND {sql} = trunc({sql}) AND abs({sql}) < 1e18"
        return f"CASE WHEN {whole} THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
    if column.kind == "date":
        return f"replace(strftime({sql}, '%Y-%m-%d %H:%M:%S'), ' 00:00:00', '')"
    return f"CAST({sql} AS VARCHAR)"


def trimmed(column: Column) -> str:
    """Write SQL that gives a column as text without outer white space; empty text for nothing."""
    text = text_of(column)
    return (
        f"coalesce({text}, '')"
        if column.clean or column.kind != "text"
        else f"coalesce(trim({text}, {string(SPACES)}), '')"
    )


def look_for_spaces(raw: Raw, column: Column) -> Column:
    """Find out whether a text column needs trimming at all: over millions of rows trimming costs more than parsing.

    Parameters
    ----------
    raw : Raw
        The table.
    column : Column
        One of its columns.

    Returns
    -------
    Column
        The same, marked clean where no value has outer white space.
    """
    if column.kind != "text":
        return column
    sql = column.sql
    # A value that starts and ends with a visible ASCII sign needs no closer look.
    doubtful = f"{sql} <> '' AND (unicode({sql}) NOT BETWEEN 33 AND 126 OR unicode({sql}[-1]) NOT BETWEEN 33 AND 126)"
    padded = f"SELECT 1 FROM {raw.table} WHERE {doubtful} AND trim({sql}, {string(SPACES)}) <> {sql} LIMIT 1"
    return replace(column, clean=not rows(raw.connection, padded))


def combine(connection: duckdb.DuckDBPyConnection, parts: tuple[Part, ...], table: str) -> Raw:
    """Join the sources into one table, in their order.

    Columns are matched by name. Where their types differ, the column becomes text.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the parts' tables live.
    parts : tuple of Part
        At least one.
    table : str
        The joined table's name.

    Returns
    -------
    Raw

    Raises
    ------
    ColumnError
        If the sources' columns differ.
    """
    first = parts[0]
    if len(parts) == 1:
        rows(connection, f"ALTER {'VIEW' if first.view else 'TABLE'} {first.table} RENAME TO {table}")
        return Raw(connection, table, first.columns, parts)
    for part in parts[1:]:
        _refuse_difference(first, part)
    found = [{column.name: column for column in part.columns} for part in parts]
    columns = tuple(_common(column, [names[column.name] for names in found]) for column in first.columns)
    if all(part.view for part in parts):
        rows(connection, f"CREATE VIEW {table} AS {_one_below_the_other(parts, found, columns)}")
        return Raw(connection, table, columns, parts)
    views = [part.view for part in parts]
    parts = tuple(replace(part, view=False) for part in parts)
    for place, (part, names) in enumerate(zip(parts, found, strict=True)):
        chosen = (_as(names[column.name], column) for column in columns)
        start = f"CREATE TABLE {table} AS" if place == 0 else f"INSERT INTO {table}"
        rows(connection, f"{start} SELECT {', '.join(chosen)} FROM {part.table}")
        rows(connection, f"DROP {'VIEW' if views[place] else 'TABLE'} {part.table}")
    assert value(connection, f"SELECT count(*) FROM {table}") == sum(part.count for part in parts)
    return Raw(connection, table, columns, parts)


def _one_below_the_other(parts: tuple[Part, ...], found: list[dict[str, Column]], columns: tuple[Column, ...]) -> str:
    """Write the query that gives the rows of all views, counted through."""
    queries, before = [], 0
    for part, names in zip(parts, found, strict=True):
        chosen = [_as(names[column.name], column) for column in columns]
        queries.append(f"SELECT {', '.join(chosen)}, rowid + {before} AS rowid FROM {part.table}")
        before += part.count
    return " UNION ALL ".join(queries)


def _refuse_difference(first: Part, part: Part) -> None:
    """Refuse a source whose columns aren't those of the first."""
    ours, theirs = {column.name for column in first.columns}, {column.name for column in part.columns}
    if ours == theirs:
        return
    evidence = []
    if ours - theirs:
        evidence.append(f"{part.name} lacks: {', '.join(sorted(ours - theirs)[:10])}")
    if theirs - ours:
        evidence.append(f"only {part.name} has: {', '.join(sorted(theirs - ours)[:10])}")
    raise ColumnError(
        f"{first.name} and {part.name} have different columns",
        evidence,
        "several files must be parts of one table; a table of customers goes with --customers",
    )


def _common(column: Column, others: list[Column]) -> Column:
    """Give a column the kind that all sources share, or text."""
    kinds = {other.kind for other in others}
    return Column(column.name, column.sql, column.kind if len(kinds) == 1 else "text")


def _as(column: Column, wanted: Column) -> str:
    """Write a source's column under the joined table's name and kind."""
    source = column.sql if column.kind == wanted.kind else text_of(column)
    return f"{source} AS {wanted.sql}"
