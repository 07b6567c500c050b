"""The DuckDB connection that a reading works in, and how names and texts are written in its SQL."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

import duckdb

__all__ = ["MEMORY", "connect", "quote", "rows", "string", "value"]

MEMORY = "1GB"
"""What DuckDB may hold before it writes to the temporary folder: 10 million order lines then stay under 2 GB."""


def connect() -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that loads no extension and spills to a temporary folder of its own.

    Returns
    -------
    duckdb.DuckDBPyConnection
        The caller closes it. DuckDB makes the folder only when it needs it, and removes it at the end.

    Examples
    --------
    >>> with connect() as connection:
    ...     rows(connection, "SELECT 1 + 1")
    [(2,)]
    """
    folder = Path(tempfile.gettempdir()) / f"segmentry-{uuid.uuid4().hex}"
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(folder),
            "memory_limit": MEMORY,
        }
    )


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement and fetch all it gives; DuckDB 2 wants every result drained before the next statement."""
    found: list[tuple[Any, ...]] = connection.execute(sql, parameters or []).fetchall()
    return found


def value(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> Any:
    """Run a statement that gives one row of one column."""
    return rows(connection, sql, parameters)[0][0]


def quote(name: str) -> str:
    """Write a name as a quoted identifier.

    Examples
    --------
    >>> quote('a "b" c')
    '"a ""b"" c"'
    """
    return '"' + name.replace('"', '""') + '"'


def string(text: str) -> str:
    """Write a text as a literal, for the places where DuckDB takes no parameter.

    Examples
    --------
    >>> string("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
