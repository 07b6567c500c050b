"""The DuckDB connection that a reading works in, and how names and texts are written in its SQL."""

import os
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from segmentry.errors import DataError, ReadError, UsageError

__all__ = ["MEMORY", "connect", "memory", "memory_limit", "plainly", "quote", "rows", "string", "value"]

MEMORY = "SEGMENTRY_MEMORY"
"""The environment variable that says what DuckDB may hold before it writes to the temporary folder."""

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40, "KIB": 1 << 10}
_MOST = 500 * 10**6
_LEAST = 64 * 10**6
_SHARE = 0.25
_OF_ALL = 0.8  # of the memory that the machine, or the container, has: DuckDB's own limit where none is set


def memory(available: Callable[[], int] = lambda: 4 * _MOST) -> int:
    """Say how many bytes DuckDB may hold: what SEGMENTRY_MEMORY says, else 500 MB or a quarter of the machine's memory.

    Parameters
    ----------
    available : callable, default 2 GB
        Gives the machine's memory in bytes; asked only where nothing is set.

    Returns
    -------
    int

    Raises
    ------
    UsageError
        SEGMENTRY_MEMORY is no size, or less than 64 MB.

    Examples
    --------
    >>> memory(lambda: 1_000_000_000)
    250000000
    """
    asked = os.environ.get(MEMORY, "").strip()
    if not asked:
        return max(_LEAST, min(_MOST, int(available() * _SHARE)))
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*([MGT]i?B)", asked, re.IGNORECASE)
    if found is None:
        raise UsageError(
            f"{MEMORY} is {asked[:40]!r}, which is no size", ["a size has a number and MB, GB or TB"], f"{MEMORY}=2GB"
        )
    size = int(float(found[1]) * _UNITS[found[2].upper()])
    if size < _LEAST:
        raise UsageError(
            f"{MEMORY} is {asked!r}, which is too little", [f"at least {_LEAST // 10**6} MB"], f"{MEMORY}=1GB"
        )
    return size


def connect() -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that loads no extension and spills to a temporary folder of its own.

    Returns
    -------
    duckdb.DuckDBPyConnection
        The caller closes it. DuckDB makes the folder only when it needs it, and removes it at the end. It holds no more
        than :func:`memory` says.

    Raises
    ------
    UsageError
        As for :func:`memory`.

    Examples
    --------
    >>> with connect() as connection:
    ...     rows(connection, "SELECT 1 + 1")
    [(2,)]
    """
    folder = Path(tempfile.gettempdir()) / f"segmentry-{uuid.uuid4().hex}"
    memory()  # what is set wrongly is said before anything is opened
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(folder),
        }
    )

    size = memory(lambda: int(memory_limit(connection) / _OF_ALL))
    rows(connection, f"SET memory_limit = '{size // 1000}KB'")
    if value(connection, "SELECT current_setting('enable_progress_bar')"):
        # We tell of progress ourselves. Where it is off it stays so: in a notebook without widgets none may be set.
        rows(connection, "SET enable_progress_bar = false")
    # Each thread holds buffers of its own: with little memory, fewer of them get further.
    threads = value(connection, "SELECT current_setting('threads')")
    rows(connection, f"SET threads = {min(threads, size // _LEAST)}")
    return connection


def memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Say how many bytes a connection may hold.

    Examples
    --------
    >>> with connect() as connection:
    ...     rows(connection, "SET memory_limit = '300MiB'"), memory_limit(connection) >> 20
    ([], 300)
    """
    number, unit = value(connection, "SELECT current_setting('memory_limit')").split()
    return int(float(number) * _UNITS.get(unit.upper(), 1))


@contextmanager
def plainly(doing: str, files: Sequence[str] = ()) -> Iterator[None]:
    """Say in a sentence what the engine can't do.

    Parameters
    ----------
    doing : str
        What is being done, e.g. ``"read this"``.
    files : sequence of str, default ()
        Files that are being looked into: whatever is wrong and is no lack of memory lies in them.

    Raises
    ------
    DataError
        Memory or disk space doesn't suffice.
    ReadError
        One of the files can't be read.
    """
    try:
        yield
    except duckdb.Error as error:
        first = str(error).strip().splitlines()[0][:200]
        if files and not isinstance(error, duckdb.OutOfMemoryException) and "space" not in first:
            named = next((file for file in files if file in first), files[0])
            raise ReadError(f"{named} is no Parquet file we can read", [first]) from error
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            way_out = (
                f"{MEMORY}=4GB before the command, disk space in {tempfile.gettempdir()}, or fewer columns or rows"
            )
            raise DataError(f"there is not enough memory or disk space to {doing}", [first], way_out) from error
        raise


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
