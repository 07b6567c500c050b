"""Parquet files and people's frames into a raw table, types kept."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentry.data.engine import quote, rows, string, value
from segmentry.data.limits import MATTERS_BYTES, RATIO, refuse_columns
from segmentry.data.raw import Column, Kind, Part, text_of
from segmentry.data.sources import Given
from segmentry.data.survey import CHUNK
from segmentry.errors import AmbiguousError, Caveat, ReadError

__all__ = ["from_pandas", "read_frame", "read_parquet"]

_WHOLE = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
}
_DATES = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_FLOATS = {"DOUBLE", "FLOAT"}
_CHEAP = {*_WHOLE, *_DATES, "TIMESTAMP WITH TIME ZONE", "DOUBLE", "BOOLEAN", "VARCHAR"}
"""Types that cost next to nothing to bring into their kind's one type, each time that they are read."""


def read_parquet(connection: duckdb.DuckDBPyConnection, source: Given, table: str, *, stays: bool = False) -> Part:
    """Read a Parquet file into a table, or only look into it.

    Parquet is quick to read column by column, quicker than a table of our own is to write: a file that stays where it
    is becomes a view, and no more of it is held than a query needs.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    source : Given
        A file.
    table : str
        The table's name; its columns are ``c0``, ``c1``….
    stays : bool, default False
        Whether the file will still be there when reading is done.

    Returns
    -------
    Part
        Its lines are row positions from 1.

    Raises
    ------
    ReadError
        If the file is damaged. What is wrong with the rows of a view shows when they are read.
    """
    assert source.path is not None
    digest = hashlib.sha256()
    with source.path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return _parquet(connection, source.name, source.path, table, digest.hexdigest(), stays=stays)


def _parquet(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, table: str, sha256: str, *, stays: bool = False
) -> Part:
    """Read a Parquet file whose fingerprint is known, or is to be taken from its rows (``sha256`` empty)."""
    pattern = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path.absolute()))
    relation = f"read_parquet({string(pattern)}, hive_partitioning = false)"
    try:
        _refuse_bomb(connection, name, path, relation)
        found = [(row[0], row[1]) for row in rows(connection, f"DESCRIBE SELECT * FROM {relation}")]
        cheap = all(kind in _CHEAP or kind.startswith("DECIMAL") for _, kind in found)
        if not (stays and cheap and sha256) or "file_row_number" in {column.casefold() for column, _ in found}:
            return _table(connection, name, relation, found, table, sha256)
        numbered = relation.removesuffix(")") + ", file_row_number = true)"
        return _table(connection, name, numbered, found, table, sha256, view=True)
    except duckdb.Error as error:
        raise ReadError(f"{name} is no Parquet file we can read", [str(error).strip().splitlines()[0][:200]]) from error


def _refuse_bomb(connection: duckdb.DuckDBPyConnection, name: str, path: Path, relation: str) -> None:
    """Refuse a file that holds many more cells than bytes: a few bytes can stand for any number of equal rows."""
    width = len(rows(connection, f"DESCRIBE SELECT * FROM {relation}"))
    cells = value(connection, f"SELECT count(*) FROM {relation}") * width
    size = path.stat().st_size
    if cells > max(MATTERS_BYTES, RATIO * size):
        raise ReadError(f"{name} grows too much when it is unpacked", [f"{size:,} bytes stand for {cells:,} cells"])


def read_frame(connection: duckdb.DuckDBPyConnection, source: Given, table: str, copy_path: Callable[[], Path]) -> Part:
    """Read a frame of pandas, polars or Arrow into a table.

    A polars frame goes through a temporary Parquet file, which polars writes without the help of pyarrow.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    source : Given
        A frame.
    table : str
        The table's name; its columns are ``c0``, ``c1``….
    copy_path : callable
        Gives a new path for a temporary file; the caller removes it.

    Returns
    -------
    Part
        Its lines are row positions from 1.

    Raises
    ------
    ReadError
        If the frame has no rows, or a column of a type that no table can hold.
    AmbiguousError
        If two columns share a name.
    """
    frame = source.frame
    home = type(frame).__module__.split(".")[0]
    if home == "polars":
        path = copy_path()
        if hasattr(frame, "collect_schema") and hasattr(frame, "sink_parquet"):
            frame = frame.collect()
        for column, kind in frame.schema.items():
            if getattr(kind, "time_zone", None) is not None:  # the time as the clock on the wall showed it
                frame = frame.with_columns(frame[column].dt.replace_time_zone(None))
        if frame.width:
            frame.write_parquet(path)
            return _parquet(connection, source.name, path, table, "")
        raise ReadError(f"{source.name} has no columns")
    if isinstance(frame, pd.DataFrame):
        return from_pandas(connection, source.name, frame, table)
    return _arrow(connection, source.name, frame, table)


def _arrow(connection: duckdb.DuckDBPyConnection, name: str, frame: Any, table: str) -> Part:
    """Read an object that speaks Arrow's stream protocol."""
    try:
        connection.register("given_frame", frame)
        try:
            found = rows(connection, "DESCRIBE SELECT * FROM given_frame")
            return _table(connection, name, "given_frame", [(row[0], row[1]) for row in found], table, "")
        finally:
            connection.unregister("given_frame")
    except duckdb.Error as error:
        raise ReadError(f"can't read {name}", [str(error).strip().splitlines()[0][:200]]) from error


def from_pandas(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, table: str, sha256: str = ""
) -> Part:
    """Read a pandas frame into a table; a named index counts as columns.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table is made.
    name : str
        What people call it.
    frame : pandas.DataFrame
        Any columns; objects of mixed types become text.
    table : str
        The table's name; its columns are ``c0``, ``c1``….
    sha256 : str, default ""
        Its fingerprint, where it is known already.

    Returns
    -------
    Part
    """
    if any(level is not None for level in frame.index.names):
        frame = frame.reset_index()
    names = [str(column) for column in frame.columns]
    plain = {f"c{place}": _plain(frame.iloc[:, place]) for place in range(len(names))}
    connection.register("given_frame", pd.DataFrame(plain).reset_index(drop=True))
    try:
        found = rows(connection, "DESCRIBE SELECT * FROM given_frame")
        return _table(connection, name, "given_frame", [(row[0], row[1]) for row in found], table, sha256, tuple(names))
    except duckdb.Error as error:
        raise ReadError(f"can't read {name}", [str(error).strip().splitlines()[0][:200]]) from error
    finally:
        connection.unregister("given_frame")


def _plain(column: pd.Series) -> pd.Series:
    """Give a column a type that DuckDB reads without loss."""
    column = column.reset_index(drop=True)
    kind = column.dtype
    if isinstance(kind, pd.DatetimeTZDtype):
        return pd.Series(column.dt.tz_localize(None))  # the time as the clock on the wall showed it  # type: ignore[no-any-return]
    if isinstance(kind, pd.CategoricalDtype | pd.PeriodDtype):
        column = column.astype(object)
    if column.dtype != object:
        return column
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred in {"datetime", "datetime64", "date"}:
        return _dates(column)
    if inferred in {"decimal", "boolean"}:
        return column
    return pd.Series(column.map(_as_text, na_action="ignore"), dtype="str")


def _dates(column: pd.Series) -> pd.Series:
    """Turn an object column of dates into a typed one, or into text where they lie outside pandas' range."""
    try:
        return pd.to_datetime(column)
    except (ValueError, OverflowError, TypeError):
        return pd.Series(column.map(str, na_action="ignore"), dtype="str")


def _as_text(cell: Any) -> str:
    """Write one cell of a mixed column: whole numbers without ``.0``."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    relation: str,
    described: list[tuple[str, str]],
    table: str,
    sha256: str,
    names: tuple[str, ...] | None = None,
    *,
    view: bool = False,
) -> Part:
    """Make the table or view, each column under a plain name and with one of the raw table's kinds."""
    refuse_columns(name, len(described))
    shown = _names(name, names or tuple(column for column, _ in described))
    columns = tuple(Column(shown[place], f"c{place}", _kind(kind)) for place, (_, kind) in enumerate(described))
    chosen = [
        f"{_converted(quote(found), kind)} AS {column.sql}"
        for (found, kind), column in zip(described, columns, strict=True)
    ]
    if view:
        chosen.append("file_row_number AS rowid")
    rows(connection, f"CREATE {'VIEW' if view else 'TABLE'} {table} AS SELECT {', '.join(chosen)} FROM {relation}")
    count = value(connection, f"SELECT count(*) FROM {table}")
    if not count:
        raise ReadError(f"{name} has columns and no rows", [f"columns: {', '.join(shown[:30])}"])
    zones = [column.name for (_, kind), column in zip(described, columns, strict=True) if "TIME ZONE" in kind]
    caveats = tuple(
        Caveat("time_zone", 1, f"{name}: {zone} is stored with a time zone and was read as UTC") for zone in zones
    )
    sha256 = sha256 or _fingerprint(connection, table, columns)
    return Part(name, table, columns, count, _positions, (), caveats, sha256, view)


def _names(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Trim the names and refuse doubles."""
    shown = tuple(column.strip() or f"column {place}" for place, column in enumerate(names, start=1))
    doubles = sorted({column for column in shown if shown.count(column) > 1}) if len(set(shown)) < len(shown) else []
    if doubles:
        raise AmbiguousError(
            f"{name} has two columns named {doubles[0]!r}",
            [f"{name} has: {', '.join(shown[:30])}"],
            "give each column a name of its own",
        )
    return shown


def _kind(kind: str) -> Kind:
    """Turn a DuckDB type into a kind."""
    if kind in _WHOLE:
        return "whole"
    if kind.startswith("DECIMAL"):
        return "decimal"
    if kind in _FLOATS:
        return "float"
    if kind == "BOOLEAN":
        return "bool"
    return "date" if kind in _DATES or kind == "TIMESTAMP WITH TIME ZONE" else "text"


def _converted(sql: str, kind: str) -> str:
    """Write a column in its kind's one type."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({sql}))"
    if kind in _DATES and kind != "TIMESTAMP":
        return f"CAST({sql} AS TIMESTAMP)"
    if kind in _FLOATS:
        # The shortest text of a 4-byte number is what people typed: 12.3, where its 8-byte value is 12.300000190734863.
        number = f"CAST(CAST({sql} AS VARCHAR) AS DOUBLE)" if kind == "FLOAT" else sql
        return f"CASE WHEN isnan({sql}) THEN NULL ELSE {number} END"
    if kind in _WHOLE or kind.startswith("DECIMAL") or kind in {"BOOLEAN", "TIMESTAMP", "VARCHAR"}:
        return sql
    return f"CAST({sql} AS VARCHAR)"


def _positions(row_numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count rows from 1."""
    return row_numbers + 1


def _fingerprint(connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[Column, ...]) -> str:
    """Take SHA-256 over the names and over the exclusive or of each row's MD5, its position included.

    The engine computes it in one pass; it depends on the content and the order of the rows, not on the frame's library.
    """
    texts = ", ".join(f"coalesce({text_of(column)}, chr(30))" for column in columns)
    both = rows(
        connection,
        f"SELECT count(*), CAST(bit_xor(md5_number(concat_ws(chr(31), rowid, {texts}))) AS VARCHAR) FROM {table}",
    )
    content = json.dumps([[column.name for column in columns], both[0]], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
