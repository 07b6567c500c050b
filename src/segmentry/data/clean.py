"""Raw rows into orders: typed, checked, each row loaded or refused with its reason."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from segmentry.data.columns import OrderRoles
from segmentry.data.dates import DateReading, as_timestamp, read_dates
from segmentry.data.engine import quote, rows, value
from segmentry.data.lookalikes import lookalikes
from segmentry.data.numbers import MONEY, NumberReading, as_money, as_number, as_product, read_numbers
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Column, Raw, text_of, trimmed
from segmentry.data.rejects import placed, rejects_of, rejects_table
from segmentry.data.tables import Orders
from segmentry.errors import Caveat, DataError, ReadError

__all__ = ["Cleaned", "clean_orders"]

_FIRST_DAY = date(1970, 1, 1)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Orders, what was refused on the way (columns ``file, line, column, value, reason``), and what was found."""

    orders: Orders
    rejects: pd.DataFrame
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True)
class _Check:
    """One reason to refuse a row.

    Parameters
    ----------
    number : int
        What the column ``why`` holds for it.
    column, value : str
        The column to name, and SQL that gives its text.
    reason : str
        In words.
    """

    number: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Checks:
    """All reasons to refuse a row; ``why`` is SQL that gives the number of the first that holds, or NULL."""

    every: tuple[_Check, ...]
    why: str


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
    ReadError
        If a file holds other dates than it says.
    """
    roles = roles.looked_over(raw)
    readings = _read_columns(raw, roles, options)
    checks = _checks(roles, readings, today)
    _type_rows(raw, roles, readings, checks)
    counts = _counted(raw, "typed_rows", "why IS NULL")
    _refuse_all_bad(raw, checks.every, counts)
    copies, duplicates = _duplicates(raw, options.duplicates, all_good=counts.lines == raw.count)
    refused = _refused(raw, checks.every) if counts.lines < raw.count else rejects_of(())
    rejects = rejects_table([rejects_of(raw.refused), refused, copies])
    _leave_good(raw, refused=bool(len(refused)), copies=bool(len(copies)))
    counts = _counted(raw, "orders") if len(copies) else counts
    orders = _orders(raw, roles, counts, _attributes(raw, roles))
    caveats = (*(caveat for part in raw.parts for caveat in part.caveats), *_caveats(raw, roles, readings, counts))
    for table in (*([] if raw.view else [raw.table]), "day_values"):
        rows(raw.connection, f"DROP TABLE IF EXISTS {table}")
    return Cleaned(orders, rejects, (*caveats, *duplicates))


@dataclass(frozen=True, slots=True)
class _Counts:
    """What one pass over the usable rows tells."""

    lines: int
    returns: int
    zeros: int
    first: datetime
    last: datetime


def _counted(raw: Raw, table: str, good: str = "TRUE") -> _Counts:
    """Count the rows, returns and zeros for which a condition holds, and find their first and last date."""
    found = rows(
        raw.connection,
        f"""SELECT count(*) FILTER (WHERE {good}), count(*) FILTER (WHERE {good} AND amount < 0),
                count(*) FILTER (WHERE {good} AND amount = 0), min(date) FILTER (WHERE {good}),
                max(date) FILTER (WHERE {good})
            FROM {table}""",
    )
    lines, *_, first, last = found[0]
    if lines and not (isinstance(first, datetime) and isinstance(last, datetime)):
        # The engine believes what a Parquet file says of its columns, and passes over checks that these can't fail.
        raise ReadError(
            f"{raw.label} is damaged", [f"dates such as {first} are in it, and it says there are none"], "another copy"
        )
    return _Counts(*found[0])


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


def _discount(column: Column, reading: NumberReading) -> str:
    """Write SQL for a discount: a number, a percentage, or yes and no as 1 and 0."""
    if column.kind != "text":
        return as_number(column, reading)
    text = f"lower({trimmed(column)})"
    bare = f"rtrim(rtrim({trimmed(column)}, '%'), ' ')"
    number = as_number(Column(column.name, bare, "text"), reading)
    yes, no = f"{text} IN ('yes', 'true', 'y')", f"{text} IN ('no', 'false', 'n')"
    return f"CASE WHEN {yes} THEN 1.0 WHEN {no} THEN 0.0 ELSE {number} END"


def _checks(roles: OrderRoles, readings: _Readings, today: date) -> _Checks:
    """List the reasons to refuse a row, and write the SQL that tries them in order.

    What is costly to tell (why a value can't be read) is asked inside the branch of the rows that failed.
    """
    every: list[_Check] = []

    def check(column: Column, reason: str) -> int:
        every.append(_Check(len(every), column.name, text_of(column), reason))
        return every[-1].number

    day = roles.date
    blank = f"{trimmed(roles.customer)} = ''" if roles.customer.kind == "text" else f"{roles.customer.sql} IS NULL"
    branches = [f"WHEN {blank} THEN {check(roles.customer, 'no customer')}"]
    unread = check(day, f"not a date written as {readings.date.label}")
    branches += [
        f"WHEN date IS NULL THEN CASE WHEN {trimmed(day)} = '' THEN {check(day, 'no date')} ELSE {unread} END",
        f"WHEN date < DATE '{_FIRST_DAY}' THEN {check(day, 'before 1970')}",
        f"WHEN date >= DATE '{today}' + INTERVAL 1 DAY THEN {check(day, 'in the future')}",
    ]
    pairs: list[tuple[str, Column, NumberReading]] = []
    if roles.amount is not None:
        pairs = [("amount", roles.amount, readings.amount)]
    elif roles.price is not None:
        assert roles.quantity is not None
        pairs = [("quantity", roles.quantity, readings.quantity), ("price", roles.price, readings.price)]
    for word, column, reading in pairs:
        branches.append(
            f"WHEN {word} IS NULL THEN CASE WHEN {trimmed(column)} = '' THEN {check(column, f'no {word}')} "
            f"WHEN {as_number(column, reading)} IS NOT NULL THEN {check(column, f'{word} too large')} "
            f"ELSE {check(column, f'{word} is not a number')} END"
        )
    if roles.price is not None:
        branches.append(f"WHEN amount IS NULL THEN {check(roles.price, 'quantity times price too large')}")
    return _Checks(tuple(every), f"CASE {' '.join(branches)} END")


def _type_rows(raw: Raw, roles: OrderRoles, readings: _Readings, checks: _Checks) -> None:
    """Make ``typed_rows`` of all rows, typed, each with its row number and the first check that it fails.

    Over a view whose columns are typed already it is a view as well, and nothing is copied. Customers and orders are
    told apart by ``customer_key`` and ``order_key``, which keep whole numbers: they become text where they are shown.
    """
    if roles.amount is not None:
        money = f"{as_money(roles.amount, readings.amount)} AS amount"
    elif roles.price is None:
        money = f"CAST(1 AS {MONEY}) AS amount"
    else:
        assert roles.quantity is not None
        quantity, price = as_money(roles.quantity, readings.quantity), as_money(roles.price, readings.price)
        times = as_product(raw, (roles.quantity, readings.quantity), (roles.price, readings.price))
        money = f"{quantity} AS quantity, {price} AS price, {times} AS amount"
    discount = "CAST(NULL AS DOUBLE)" if roles.discount is None else _discount(roles.discount, readings.discount)
    needed = [roles.date, roles.amount, roles.quantity, roles.price, roles.discount]
    typed = all(column is None or column.kind != "text" for column in needed)
    rows(
        raw.connection,
        f"""
        CREATE {"VIEW" if raw.view and typed else "TABLE"} typed_rows AS
        SELECT customer_key, order_key, date, amount, product, category, discount, source_row,
            CAST({checks.why} AS UTINYINT) AS why
        FROM (
            SELECT rowid AS source_row, {_key(raw, roles.customer)} AS customer_key,
                {_key(raw, roles.order)} AS order_key, {as_timestamp(roles.date, readings.date)} AS date, {money},
                {_text(roles.product)} AS product, {_text(roles.category)} AS category, {discount} AS discount,
                * {"EXCLUDE (rowid)" if raw.view else ""}
            FROM {raw.table})
        """,
    )


def _text(column: Column | None) -> str:
    """Write SQL that gives a column as text without outer white space, NULL where it is empty or there is none."""
    return "CAST(NULL AS VARCHAR)" if column is None else f"nullif({trimmed(column)}, '')"


def _key(raw: Raw, column: Column | None) -> str:
    """Write SQL that tells values apart as their text does: whole numbers stay numbers, which are quicker to group."""
    if column is not None and column.kind == "whole":
        return column.sql
    if column is not None and column.kind == "float":
        whole = f"bool_and({column.sql} = trunc({column.sql}) AND abs({column.sql}) < 1e18)"
        if value(raw.connection, f"SELECT coalesce({whole}, FALSE) FROM {raw.table}"):
            return f"CAST({column.sql} AS BIGINT)"
    return _text(column)


def _leave_good(raw: Raw, *, refused: bool, copies: bool) -> None:
    """Make the view ``orders`` of the usable rows, with the columns that are promised."""
    good = [*(["why IS NULL"] if refused else []), *(["source_row NOT IN (FROM copies)"] if copies else [])]
    rows(
        raw.connection,
        f"""
        CREATE VIEW orders AS
        SELECT CAST(customer_key AS VARCHAR) AS customer, CAST(order_key AS VARCHAR) AS order_id, date, amount, product,
            category, discount, customer_key, order_key, source_row AS rowid
        FROM typed_rows {"WHERE " if good else ""}{" AND ".join(good)}
        """,
    )


def _refuse_all_bad(raw: Raw, checks: tuple[_Check, ...], counts: _Counts) -> None:
    """Refuse a table of which no row can be used, with the commonest reasons."""
    if counts.lines:
        return
    common = rows(raw.connection, "SELECT why, count(*) AS n FROM typed_rows GROUP BY why ORDER BY n DESC, why LIMIT 3")
    evidence = [f"{count:,} rows: {checks[place].reason} ({checks[place].column})" for place, count in common]
    raise DataError(
        f"none of the {raw.count:,} rows of {raw.label} can be used", evidence, "--customer, --date, --amount"
    )


def _refused(raw: Raw, checks: tuple[_Check, ...]) -> pd.DataFrame:
    """Find every refused row with the first reason that holds for it."""
    given = " ".join(f"WHEN {place} THEN {check.value}" for place, check in enumerate(checks))
    found = raw.connection.execute(
        f"""SELECT source_row, why, coalesce(CASE why {given} END, '') AS "value"
            FROM typed_rows JOIN {raw.table} AS source ON source.rowid = typed_rows.source_row
            WHERE why IS NOT NULL ORDER BY source_row"""
    ).df()
    why = found.pop("why").to_numpy(dtype=np.int64)
    found.insert(1, "column", pd.Series(np.array([check.column for check in checks], dtype=object)[why], dtype="str"))
    found["reason"] = pd.Series(np.array([check.reason for check in checks], dtype=object)[why], dtype="str")
    return placed(raw, found)


def _duplicates(raw: Raw, policy: str, *, all_good: bool) -> tuple[pd.DataFrame, tuple[Caveat, ...]]:
    """Find loaded rows that repeat an earlier one in every column, by hash first, then exactly among those.

    Where they are to be dropped they are listed, and leave ``orders`` by the table ``copies``.
    """
    connection = raw.connection
    names = ", ".join(column.sql for column in raw.columns)
    hashed = f"SELECT hash({names}) AS h FROM {raw.table}"
    rows(connection, f"CREATE TEMP TABLE repeated AS SELECT h FROM ({hashed}) GROUP BY h HAVING count(*) > 1")
    rows(
        connection,
        f"""CREATE TEMP TABLE copies AS
            SELECT source_row FROM (
                SELECT source_row, row_number() OVER (PARTITION BY {names} ORDER BY source_row) AS copy
                FROM (SELECT rowid AS source_row, {names} FROM {raw.table} WHERE hash({names}) IN (FROM repeated))
                {"" if all_good else "JOIN (SELECT source_row FROM typed_rows WHERE why IS NULL) USING (source_row)"})
            WHERE copy > 1"""
        if value(connection, "SELECT count(*) FROM repeated")
        else "CREATE TEMP TABLE copies (source_row BIGINT)",
    )
    found = connection.execute("SELECT source_row FROM copies ORDER BY source_row").df()
    rows(connection, "DROP TABLE repeated")
    if policy == "keep" or not len(found):
        rows(connection, "DROP TABLE copies")
    if not len(found):
        return rejects_of(()), ()
    done = "left out (--duplicates keep)" if policy == "drop" else "kept (--duplicates drop)"
    caveat = Caveat("duplicates", len(found), f"rows that repeat another one exactly were {done}")
    if policy == "keep":
        return rejects_of(()), (caveat,)
    found["column"], found["value"], found["reason"] = "", "", "repeats an earlier row exactly"
    return placed(raw, found), (caveat,)


def _attributes(raw: Raw, roles: OrderRoles) -> str | None:
    """Make the table ``order_attributes`` of the columns that have no part in an order; None where there is none."""
    others = [column for column in raw.columns if column.name not in roles.used]
    if not others:
        return None
    connection = raw.connection
    # The latest row of each customer, the later line where two dates are equal, as one number that can be compared.
    latest = "max(CAST(epoch_us(date) AS HUGEINT) * 1099511627776 + rowid) % 1099511627776"
    rows(
        connection,
        f"""CREATE TEMP TABLE latest_rows AS
            WITH latest AS (SELECT customer_key, CAST({latest} AS BIGINT) AS place FROM orders GROUP BY customer_key)
            SELECT CAST(latest.customer_key AS VARCHAR) AS customer, {", ".join(column.sql for column in others)}
            FROM latest JOIN {raw.table} AS source ON source.rowid = latest.place""",
    )
    shown = [
        f"nullif({trimmed(column)}, '') AS {quote(name)}"
        for column, name in zip(others, _free_names(others), strict=True)
    ]
    # Planning a query takes time that grows with the square of its expressions: thousands go in batches.
    batches = [shown[start : start + _BATCH] for start in range(0, len(shown), _BATCH)]
    for place, batch in enumerate(batches):
        first = "customer, " if place == 0 else ""
        rows(connection, f"CREATE TEMP TABLE batch{place} AS SELECT {first}{', '.join(batch)} FROM latest_rows")
    side_by_side = " POSITIONAL JOIN ".join(f"batch{place}" for place in range(len(batches)))
    rows(connection, f"CREATE TABLE order_attributes AS FROM {side_by_side}")
    for table in ("latest_rows", *(f"batch{place}" for place in range(len(batches)))):
        rows(connection, f"DROP TABLE {table}")
    return "order_attributes"


def _orders(raw: Raw, roles: OrderRoles, counts: _Counts, attributes: str | None) -> Orders:
    """Say what the view ``orders`` holds."""
    parts = (
        ("order_id", roles.order),
        ("product", roles.product),
        ("category", roles.category),
        ("discount", roles.discount),
    )
    has = frozenset(name for name, column in parts if column is not None)
    money = roles.amount is not None or roles.price is not None
    return Orders(
        raw.connection, "orders", has, attributes, counts.first.date(), counts.last.date(), counts.lines, money,
        keys=("customer_key", "order_key"),
    )  # fmt: skip


def _free_names(columns: list[Column]) -> list[str]:
    """Give every attribute a name that differs, without case, from ``customer`` and from the others."""
    taken = {"customer"}
    names = []
    for column in columns:
        name = column.name
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        names.append(name)
    return names


def _caveats(raw: Raw, roles: OrderRoles, readings: _Readings, counts: _Counts) -> tuple[Caveat, ...]:
    """Count what people should know about the orders."""
    connection = raw.connection
    trims = 0
    if roles.customer.kind == "text" and not roles.customer.clean:
        text = roles.customer.sql
        trims = value(
            connection, f"SELECT count(*) FROM {raw.table} WHERE {trimmed(roles.customer)} NOT IN ('', {text})"
        )
    counted = readings.date.counted
    unread = 0
    if roles.discount is not None:
        discount = _discount(roles.discount, readings.discount)
        unread = value(
            connection, f"SELECT count(*) FROM {raw.table} WHERE {trimmed(roles.discount)} <> '' AND {discount} IS NULL"
        )
    found = (
        Caveat(
            "returns", counts.returns, "negative amounts are returns: they lower spend (--returns drop leaves them out)"
        ),
        Caveat("zero_amounts", counts.zeros, "rows with amount 0 are loaded, but make no order"),
        Caveat("ids_trimmed", trims, "spaces around the customer were removed"),
        Caveat("time_zones", readings.date.zones, "dates carry a time zone: the clock time as written counts"),
        Caveat("date_numbers", int(bool(counted)), f"{roles.date.name} was read as {counted} (--date-format)"),
        Caveat("discount_unread", unread, "discounts that are no number count as none given"),
    )
    alike = (
        lookalikes(connection, "SELECT DISTINCT customer_key AS id FROM orders")
        if roles.customer.kind == "text"
        else ()
    )
    return (*(caveat for caveat in found if caveat.count), *alike)
