"""Raw rows into a customer table: one row a customer, numbers, dates and text told apart."""

import numpy as np

from segmentry.data.columns import CustomerRoles
from segmentry.data.customer_rows import CustomerRows
from segmentry.data.dates import as_timestamp, could_be_date, read_dates
from segmentry.data.engine import rows, value
from segmentry.data.lookalikes import lookalikes
from segmentry.data.numbers import as_number, is_plain, read_numbers
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Column, Raw, Row, trimmed
from segmentry.data.tables import Customers
from segmentry.errors import AmbiguousError, Caveat, ColumnError, DataError

__all__ = ["clean_customers", "open_customers"]

_BATCH = 200


def clean_customers(
    raw: Raw, roles: CustomerRoles, options: ReadOptions
) -> tuple[Customers, tuple[Row, ...], tuple[Caveat, ...]]:
    """Read a customer table as a whole, as :func:`open_customers` says; the raw table is dropped.

    Parameters
    ----------
    raw, roles, options
        As for :func:`open_customers`.

    Returns
    -------
    tuple of (Customers, tuple of Row, tuple of Caveat)
        The table, the refused rows, and what was found.

    Raises
    ------
    DataError, AmbiguousError
        As for :func:`open_customers`.
    """
    found, refused, caveats = open_customers(raw, roles, options)
    table = found.frame()
    rows(raw.connection, f"DROP TABLE {raw.table}")
    return Customers(table, found.id_column), refused, caveats


def open_customers(
    raw: Raw, roles: CustomerRoles, options: ReadOptions
) -> tuple[CustomerRows, tuple[Row, ...], tuple[Caveat, ...]]:
    """Find the type of a customer table's columns, and check that every customer has one row.

    Parameters
    ----------
    raw : Raw
        The rows as they were read.
    roles : CustomerRoles
        The id column, if there is one.
    options : ReadOptions
        How dates and numbers are read, and whether exact duplicate rows are dropped.

    Returns
    -------
    tuple of (CustomerRows, tuple of Row, tuple of Caveat)
        The rows that are kept, the refused ones, and what was found.

    Raises
    ------
    DataError
        If an id comes twice, or no row is left.
    AmbiguousError
        If a column's decimal mark can't be told.
    """
    connection = raw.connection
    refused = list(raw.refused)
    caveats = [caveat for part in raw.parts for caveat in part.caveats]
    keep = "TRUE"
    if roles.id is None:
        policy = "there is no column of customer ids: rows were numbered from 1 (--id COLUMN)"
        caveats.append(Caveat("rows_numbered", raw.count, policy))
    else:
        keep = f"{trimmed(roles.id)} <> ''" if roles.id.kind == "text" else f"{roles.id.sql} IS NOT NULL"
        refused += _without_id(raw, roles.id)
        if options.duplicates == "drop":
            copies = _drop_copies(raw, keep)
            refused += copies
        _refuse_repeats(raw, roles.id, keep)
        if roles.id.kind == "text":
            trims = f"SELECT count(*) FROM {raw.table} WHERE {trimmed(roles.id)} NOT IN ('', {roles.id.sql})"
            caveats.append(Caveat("ids_trimmed", rows(connection, trims)[0][0], "spaces around the id were removed"))
            caveats += lookalikes(
                connection, f"SELECT DISTINCT {trimmed(roles.id)} AS id FROM {raw.table} WHERE {keep}"
            )
    others = [column for column in raw.columns if column != roles.id]
    kinds = _kinds(raw, others, options)
    count = value(connection, f"SELECT count(*) FROM {raw.table} WHERE {keep}")
    if not count:
        raise DataError(
            f"none of the {raw.count:,} rows of {raw.label} can be used", ["no row has an id"], "--id COLUMN"
        )
    refused.sort(key=lambda row: row.line)
    found = CustomerRows(
        connection=connection,
        table=raw.table,
        keep=keep,
        id="CAST(rowid + 1 AS VARCHAR)" if roles.id is None else trimmed(roles.id),
        id_column=None if roles.id is None else roles.id.name,
        columns={_name(column): kinds[column.sql] for column in others},
        count=count,
        texts=frozenset(_name(column) for column in others if column.kind == "text"),
    )
    return found, tuple(refused), tuple(caveat for caveat in caveats if caveat.count)


def _name(column: Column) -> str:
    """Give a column's name beside the ids."""
    return column.name if column.name != "customer_id" else "customer_id_2"


def _without_id(raw: Raw, column: Column) -> list[Row]:
    """List the rows that have no id."""
    found = rows(raw.connection, f"SELECT rowid FROM {raw.table} WHERE {trimmed(column)} = '' ORDER BY rowid")
    files, lines = raw.places(np.array([row[0] for row in found], dtype=np.int64))
    return [Row(file, int(line), column.name, "", "no id") for file, line in zip(files, lines, strict=True)]


def _drop_copies(raw: Raw, keep: str) -> list[Row]:
    """Take rows out that repeat an earlier one in every column, and list them."""
    names = ", ".join(column.sql for column in raw.columns)
    numbered = (
        f"SELECT rowid AS r, row_number() OVER (PARTITION BY {names} ORDER BY rowid) AS n FROM {raw.table} WHERE {keep}"
    )
    found = [row[0] for row in rows(raw.connection, f"SELECT r FROM ({numbered}) WHERE n > 1 ORDER BY r")]
    files, lines = raw.places(np.array(found, dtype=np.int64))
    rows(raw.connection, f"DELETE FROM {raw.table} WHERE rowid IN (SELECT r FROM ({numbered}) WHERE n > 1)")
    reason = "repeats an earlier row exactly"
    return [Row(file, int(line), "", "", reason) for file, line in zip(files, lines, strict=True)]


def _refuse_repeats(raw: Raw, column: Column, keep: str) -> None:
    """Refuse a table in which a customer has several rows: which one counts, nobody can tell."""
    # Whole numbers are told apart as they are, without writing millions of them as text.
    value_of = column.sql if column.kind == "whole" else trimmed(column)
    repeats = (
        f"SELECT {value_of} AS t, count(*) AS n, min(rowid) AS a, max(rowid) AS b "
        f"FROM {raw.table} WHERE {keep} GROUP BY t HAVING n > 1"
    )
    count, most = rows(raw.connection, f"SELECT count(*), max(n) FROM ({repeats})")[0]
    if not count:
        return
    text, _, first, last = rows(
        raw.connection, f"SELECT CAST(t AS VARCHAR), n, a, b FROM ({repeats}) ORDER BY a LIMIT 1"
    )[0]
    files, lines = raw.places(np.array([first, last], dtype=np.int64))
    raise DataError(
        f"{count:,} ids in {column.name} of {raw.label} come more than once, up to {most:,} times",
        [f"{text!r} is on line {lines[0]} of {files[0]} and on line {lines[1]} of {files[1]}"],
        "keep one row a customer, --duplicates drop if the rows are equal, or --date and --amount if these are orders",
    )


def _kinds(raw: Raw, columns: list[Column], options: ReadOptions) -> dict[str, str]:
    """Choose each column's type and write the SQL that gives it."""
    plain: set[str] = set()
    numeric: set[str] = set()
    texts = [column for column in columns if column.kind == "text"]
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        tests = ", ".join(
            f"count(*) FILTER (WHERE t{place} <> '' AND NOT {is_plain(f't{place}')}), "
            f"count(*) FILTER (WHERE t{place} <> ''), count(*) FILTER (WHERE regexp_full_match(t{place}, '.*\\d.*'))"
            for place in range(len(batch))
        )
        inner = ", ".join(f"{trimmed(column)} AS t{place}" for place, column in enumerate(batch))
        counts = rows(raw.connection, f"SELECT {tests} FROM (SELECT {inner} FROM {raw.table})")[0]
        for place, column in enumerate(batch):
            odd, filled, digits = counts[3 * place : 3 * place + 3]
            if filled and not odd:
                plain.add(column.sql)
            if filled and digits == filled:
                numeric.add(column.sql)
    return {column.sql: _typed(raw, column, options, plain, numeric) for column in columns}


def _typed(raw: Raw, column: Column, options: ReadOptions, plain: set[str], digits: set[str]) -> str:
    """Write one column as number, date or text; ``digits`` names those with a digit in every filled value."""
    if column.kind in {"whole", "decimal", "float"}:
        return as_number(column, read_numbers(raw, column, None))
    if column.kind == "date":
        return column.sql
    if column.kind == "bool":
        return f"CASE WHEN {column.sql} THEN 'Yes' WHEN NOT {column.sql} THEN 'No' END"
    found = _from_digits(raw, column, options, is_plain=column.sql in plain) if column.sql in digits else None
    return found or f"nullif({trimmed(column)}, '')"


def _from_digits(raw: Raw, column: Column, options: ReadOptions, *, is_plain: bool) -> str | None:
    """Write a text column as number or date where every filled value is one, else None."""
    if is_plain or _all(raw, column, as_number(column, read_numbers(raw, column, options.decimal, ask=False))):
        return as_number(column, read_numbers(raw, column, options.decimal))
    example = rows(raw.connection, f"SELECT min(nullif({trimmed(column)}, '')) FROM {raw.table}")[0][0]
    if not could_be_date(example):
        return None
    try:
        dates = as_timestamp(column, read_dates(raw, column, options))
    except (AmbiguousError, ColumnError):
        return None
    return dates if _all(raw, column, dates) else None


def _all(raw: Raw, column: Column, sql: str) -> bool:
    """Tell whether every filled value gives something."""
    lost = f"SELECT count(*) FROM {raw.table} WHERE {trimmed(column)} <> '' AND ({sql}) IS NULL"
    return bool(rows(raw.connection, lost)[0][0] == 0)
