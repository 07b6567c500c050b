"""The data folder: each table as CSV, as Power Query reads it anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from segmentry.export.lists import escape_formulas
from segmentry.export.power_bi.star import Column, Star, Table
from segmentry.files import write_query

if TYPE_CHECKING:
    import duckdb

__all__ = ["write_data"]


def write_data(star: Star, folder: Path, *, raw: bool = False) -> None:
    """Write every table.

    Numbers and days are written alike on every computer, and no text is one that a spreadsheet would run.

    Parameters
    ----------
    star : Star
        The tables.
    folder : pathlib.Path
        Where to.
    raw : bool, default False
        Leave text as it is.

    Raises
    ------
    UsageError
        The folder can't be written to.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that other exports don't need

    with duckdb.connect() as connection:
        # A sample of an object column may be all blank, and the column would then be taken for integers.
        connection.execute("SET pandas_analyze_sample = 0")
        for table in star.tables.values():
            _write(connection, table, folder / table.file, raw=raw)


def _write(connection: "duckdb.DuckDBPyConnection", table: Table, path: Path, *, raw: bool) -> None:
    cells = {f"c{place}": _cells(c, table.rows[c.name], raw=raw).array for place, c in enumerate(table.columns)}
    connection.register("source", pd.DataFrame(cells))
    named = [(column.name, _sql(column, f"c{place}"), False) for place, column in enumerate(table.columns)]
    write_query(connection, named, "FROM source", path)
    connection.unregister("source")


def _cells(column: Column, values: pd.Series, *, raw: bool) -> pd.Series:
    """Make text harmless, and leave anything else as it is."""
    if column.kind == "date":
        return pd.to_datetime(values)
    if column.kind != "text":
        return pd.to_numeric(values)
    told = values.astype(object).where(values.notna(), None)
    return told if raw else escape_formulas(told.to_frame("text"))["text"]


def _sql(column: Column, name: str) -> str:
    """Write a column so that no number gets a point that it doesn't need, and no day an hour."""
    if column.kind == "text":
        return f"CAST({name} AS VARCHAR)"
    return f"CAST({name} AS {'DATE' if column.kind == 'date' else 'BIGINT' if column.kind == 'whole' else 'DOUBLE'})"
