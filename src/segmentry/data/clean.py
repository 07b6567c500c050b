"""Raw rows into orders: typed, checked, each row loaded or refused with its reason."""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from segmentry.data.columns import OrderRoles
from segmentry.data.dates import DateReading, as_timestamp, read_dates
from segmentry.data.engine import quote, rows, string, value
from segmentry.data.numbers import MONEY, NumberReading, as_money, as_number, read_numbers
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Column, Raw, Row, text_of, trimmed
from segmentry.data.tables import Orders
from segmentry.errors import Caveat, DataError

__all__ = ["REJECT_COLUMNS", "Cleaned", "clean_orders", "rejects_of", "rejects_table"]

REJECT_COLUMNS = ("file", "line", "column", "value", "reason")
_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Orders, what was refused on the way (columns ``file, line, column, value, reason``), and what was found."""

    orders: Orders
    rejects: pd.DataFrame
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True)
class _Check:
    """One reason to refuse a row: SQL that is true for it, the column to name, its value, and the words."""

    fails: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Readings:
    """How the text of each column becomes values."""

    date: DateReading
    amount: NumberReading
    quantity: NumberReading
    price: NumberReading
    discount: NumberReading


def clean_orders(raw: Raw, roles: OrderRoles, options: ReadOptions, today: date) -> Cleaned:
    """Type and check every row of an order log, in the engine.

    Parameters
    ----------
    raw : Raw
        The rows as they were read; its table is dropped.
    roles : OrderRoles
        Which column is what.
    options : ReadOptions
        How dates and numbers are read, and what becomes of duplicates.
    today : datetime.date
        Later dates are refused.

    Returns
    -------
    Cleaned

    Raises
    ------
    AmbiguousError
        If dates or decimal marks can be read in two ways.
    DataError
        If no row is left.
    """
    readings = _read_columns(raw, roles, options)
    checks = _checks(roles, readings, today)
    parsed = _parsed(raw, roles, readings)
    fails = " OR ".join(f"({check.fails})" for check in checks)
    _refuse_all_bad(raw, parsed, fails, checks)
    rejects = [rejects_of(raw.refused), _refused(raw, parsed, checks)]
    good = f"SELECT * FROM ({parsed}) WHERE NOT ({fails})"
    copies, caveats = _duplicates(raw, good, options.duplicates)
    if options.duplicates == "drop" and copies is not None:
        rejects.append(_dropped(raw, copies))
        good = f"{good} AND source_row NOT IN (SELECT source_row FROM copies)"
    orders = _orders(raw, roles, good)
    caveats = (*_source_caveats(raw), *_caveats(raw, roles, readings, orders, parsed), *caveats)
    for table in (raw.table, "copies", "day_values"):
        rows(raw.connection, f"DROP TABLE IF EXISTS {table}")
    return Cleaned(orders, rejects_table(rejects), caveats)


def _read_columns(raw: Raw, roles: OrderRoles, options: ReadOptions) -> _Readings:
    """Find the way of writing of each column that needs one."""

    def numbers(column: Column | None, *, ask: bool = True) -> NumberReading:
        return NumberReading() if column is None else read_numbers(raw, column, options.decimal, ask=ask)

    return _Readings(
        read_dates(raw, roles.date, options),
        numbers(roles.amount),
        numbers(roles.quantity),
        numbers(roles.price),
        numbers(roles.discount),
    )


def _parsed(raw: Raw, roles: OrderRoles, readings: _Readings) -> str:
    """Write the query that gives every row typed, under the names of ``Orders``, with its row number."""
    if roles.amount is not None:
        amount = as_money(roles.amount, readings.amount)
    else:
        assert roles.quantity is not None
        assert roles.price is not None
        quantity, price = as_money(roles.quantity, readings.quantity), as_money(roles.price, readings.price)
        amount = f"TRY_CAST({quantity} * {price} AS {MONEY})"
    discount = "CAST(NULL AS DOUBLE)" if roles.discount is None else _discount(roles.discount, readings.discount)

    def text(column: Column | None) -> str:
        return "CAST(NULL AS VARCHAR)" if column is None else f"nullif({trimmed(column)}, '')"

    return f"""
        SELECT rowid AS source_row, {trimmed(roles.customer)} AS customer, {text(roles.order)} AS order_id,
            {as_timestamp(roles.date, readings.date)} AS date, {amount} AS amount, {text(roles.product)} AS product,
            {text(roles.category)} AS category, {discount} AS discount, *
        FROM {raw.table}
    """


def _discount(column: Column, reading: NumberReading) -> str:
    """Write SQL for a discount: a number, a percentage, or yes and no as 1 and 0."""
    if column.kind != "text":
        return as_number(column, reading)
    text = f"lower({trimmed(column)})"
    bare = f"rtrim(rtrim({trimmed(column)}, '%'), ' ')"
    number = as_number(Column(column.name, bare, "text"), reading)
    return f"CASE WHEN {text} IN ('yes', 'true', 'y') THEN 1.0 WHEN {text} IN ('no', 'false', 'n') THEN 0.0 ELSE {number} END"


def _checks(roles: OrderRoles, readings: _Readings, today: date) -> tuple[_Check, ...]:
    """List the reasons to refuse a row, in the order in which they are tried."""
    customer, day = roles.customer, roles.date
    day_text = trimmed(day)
    checks = [
        _Check("customer = ''", customer.name, text_of(customer), "no customer"),
        _Check(f"date IS NULL AND {day_text} = ''", day.name, text_of(day), "no date"),
        _Check("date IS NULL", day.name, text_of(day), f"not a date written as {readings.date.label}"),
        _Check(f"date < DATE '{_FIRST_DAY}'", day.name, text_of(day), "before 1970"),
        _Check(f"CAST(date AS DATE) > DATE '{today}'", day.name, text_of(day), "in the future"),
    ]
    pairs = [(roles.amount, readings.amount), (roles.quantity, readings.quantity), (roles.price, readings.price)]
    for column, reading in pairs:
        if column is None:
            continue
        word = {id(roles.amount): "amount", id(roles.quantity): "quantity"}.get(id(column), "price")
        money, text = as_money(column, reading), trimmed(column)
        large = f"{as_number(column, reading)} IS NOT NULL"
        checks += [
            _Check(f"{money} IS NULL AND {text} = ''", column.name, text_of(column), f"no {word}"),
            _Check(f"{money} IS NULL AND {large}", column.name, text_of(column), f"{word} too large"),
            _Check(f"{money} IS NULL", column.name, text_of(column), f"{word} is not a number"),
        ]
    if roles.amount is None:
        assert roles.price is not None
        checks.append(_Check("amount IS NULL", roles.price.name, text_of(roles.price), "quantity × price too large"))
    return tuple(checks)


def _refuse_all_bad(raw: Raw, parsed: str, fails: str, checks: tuple[_Check, ...]) -> None:
    """Refuse a table of which no row can be used, with the commonest reasons."""
    if value(raw.connection, f"SELECT count(*) FROM ({parsed}) WHERE NOT ({fails})"):
        return
    why = "CASE " + " ".join(f"WHEN {check.fails} THEN {place}" for place, check in enumerate(checks)) + " END"
    common = rows(raw.connection, f"SELECT {why} AS w, count(*) AS n FROM ({parsed}) GROUP BY w ORDER BY n DESC, w LIMIT 3")
    evidence = [f"{count:,} rows: {checks[place].reason} ({checks[place].column})" for place, count in common]
    raise DataError(f"none of the {raw.count:,} rows of {raw.label} can be used", evidence, "--customer, --date, --amount")


def _refused(raw: Raw, parsed: str, checks: tuple[_Check, ...]) -> pd.DataFrame:
    """Find every refused row with the first reason that holds for it."""
    cases = [
        "CASE " + " ".join(f"WHEN {check.fails} THEN {what(check)}" for check in checks) + " END"
        for what in (lambda check: string(check.column), lambda check: check.value, lambda check: string(check.reason))
    ]
    fails = " OR ".join(f"({check.fails})" for check in checks)
    found = raw.connection.execute(
        f"""SELECT source_row, {cases[0]} AS "column", coalesce({cases[1]}, '') AS "value", {cases[2]} AS reason
            FROM ({parsed}) WHERE {fails} ORDER BY source_row"""
    ).df()
    return _placed(raw, found)


def _placed(raw: Raw, found: pd.DataFrame) -> pd.DataFrame:
    """Put file and line before the reason."""
    files, lines = raw.places(found["source_row"].to_numpy(dtype=np.int64))
    found = found.drop(columns="source_row")
    found.insert(0, "file", pd.Series(files, dtype="str"))
    found.insert(1, "line", lines)
    return found


def _duplicates(raw: Raw, good: str, policy: str) -> tuple[int | None, tuple[Caveat, ...]]:
    """Find rows that repeat an earlier one in every column: by hash first, then exactly among those."""
    names = ", ".join(column.sql for column in raw.columns)
    connection = raw.connection
    repeated = f"SELECT hash({names}) AS h FROM {raw.table} GROUP BY h HAVING count(*) > 1"
    rows(connection, f"CREATE OR REPLACE TEMP TABLE repeated AS {repeated}")
    if not value(connection, "SELECT count(*) FROM repeated"):
        rows(connection, "DROP TABLE repeated")
        return None, ()
    rows(
        connection,
        f"""CREATE OR REPLACE TEMP TABLE copies AS
            SELECT source_row FROM (
                SELECT source_row, row_number() OVER (PARTITION BY {names} ORDER BY source_row) AS copy
                FROM ({good}) WHERE hash({names}) IN (SELECT h FROM repeated))
            WHERE copy > 1""",
    )
    rows(connection, "DROP TABLE repeated")
    count = value(connection, "SELECT count(*) FROM copies")
    if not count:
        return None, ()
    done = "left out (--duplicates keep)" if policy == "drop" else "kept (--duplicates drop)"
    return count, (Caveat("duplicates", count, f"rows that repeat another one exactly were {done}"),)


def _dropped(raw: Raw, copies: int) -> pd.DataFrame:
    """List the duplicates that were left out."""
    assert copies
    found = raw.connection.execute("SELECT source_row FROM copies ORDER BY source_row").df()
    found["column"], found["value"], found["reason"] = "", "", "repeats an earlier row exactly"
    return _placed(raw, found)


def _orders(raw: Raw, roles: OrderRoles, good: str) -> Orders:
    """Make the tables ``orders`` and, where the source has other columns, ``order_attributes``."""
    connection = raw.connection
    names = "customer, order_id, date, amount, product, category, discount"
    rows(connection, f"CREATE TABLE orders AS SELECT {names} FROM ({good})")
    others = [column for column in raw.columns if column.name not in roles.used]
    if others:
        shown = ", ".join(f"nullif({trimmed(column)}, '') AS {quote(_free(column.name, others))}" for column in others)
        # The latest row of each customer, the later line where two dates are equal, as one number that can be compared.
        latest = "max(CAST(epoch_us(date) AS HUGEINT) * 1099511627776 + source_row) % 1099511627776"
        rows(
            connection,
            f"""CREATE TABLE order_attributes AS
                WITH latest AS (SELECT customer, CAST({latest} AS BIGINT) AS place FROM ({good}) GROUP BY customer)
                SELECT latest.customer, {shown} FROM latest JOIN {raw.table} AS source ON source.rowid = latest.place""",
        )
    first, last, lines = rows(connection, "SELECT min(date), max(date), count(*) FROM orders")[0]
    parts = (("order_id", roles.order), ("product", roles.product), ("category", roles.category), ("discount", roles.discount))
    has = frozenset(name for name, column in parts if column is not None)
    return Orders(connection, "orders", has, "order_attributes" if others else None, first.date(), last.date(), lines)


def _free(name: str, others: list[Column]) -> str:
    """Give an attribute a name that differs from ``customer`` and, without case, from those before it."""
    taken = {"customer"}
    for other in others:
        shown = other.name
        while shown.casefold() in taken:
            shown += "_"
        if other.name == name:
            return shown
        taken.add(shown.casefold())
    return name


def _source_caveats(raw: Raw) -> tuple[Caveat, ...]:
    return tuple(caveat for part in raw.parts for caveat in part.caveats)


def _caveats(
    raw: Raw, roles: OrderRoles, readings: _Readings, orders: Orders, parsed: str
) -> tuple[Caveat, ...]:
    """Count what people should know about the orders."""
    connection: duckdb.DuckDBPyConnection = raw.connection
    returns, zeros = rows(
        connection, "SELECT count(*) FILTER (WHERE amount < 0), count(*) FILTER (WHERE amount = 0) FROM orders"
    )[0]
    trims = 0
    if roles.customer.kind == "text":
        text = roles.customer.sql
        trims = value(connection, f"SELECT count(*) FROM {raw.table} WHERE {trimmed(roles.customer)} NOT IN ('', {text})")
    unread = 0
    if roles.discount is not None:
        unread = value(connection, f"SELECT count(*) FROM ({parsed}) WHERE discount IS NULL AND {trimmed(roles.discount)} <> ''")
    found = (
        Caveat("returns", returns, "rows with a negative amount are returns: subtracted from spend (--returns drop)"),
        Caveat("zero_amounts", zeros, "rows with amount 0 are loaded, but make no order"),
        Caveat("ids_trimmed", trims, "spaces around the customer were removed"),
        Caveat("time_zones", readings.date.zones, "dates carry a time zone: the clock time as written counts"),
        Caveat("discount_unread", unread, "discounts that are no number count as none given"),
    )
    return tuple(caveat for caveat in found if caveat.count)


def rejects_of(refused: tuple[Row, ...]) -> pd.DataFrame:
    """Turn refused rows into a table.

    Parameters
    ----------
    refused : tuple of Row
        In any order.

    Returns
    -------
    pandas.DataFrame
        Columns ``file, line, column, value, reason``.
    """
    return pd.DataFrame(
        {
            "file": pd.Series([row.file for row in refused], dtype="str"),
            "line": np.array([row.line for row in refused], dtype=np.int64),
            "column": pd.Series([row.column for row in refused], dtype="str"),
            "value": pd.Series([row.value for row in refused], dtype="str"),
            "reason": pd.Series([row.reason for row in refused], dtype="str"),
        }
    )


def rejects_table(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of refused rows, by file and line.

    Parameters
    ----------
    pieces : list of pandas.DataFrame
        Columns ``file, line, column, value, reason``.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; files in the order in which they came.
    """
    filled = [piece for piece in pieces if len(piece)]
    if not filled:
        return rejects_of(())
    table = pd.concat(filled, ignore_index=True)[list(REJECT_COLUMNS)]
    order = {name: place for place, name in enumerate(dict.fromkeys(table["file"]))}
    ranks = table["file"].map(order)
    keys = np.lexsort((table["line"].to_numpy(), ranks.to_numpy()))
    return table.iloc[keys].reset_index(drop=True)
