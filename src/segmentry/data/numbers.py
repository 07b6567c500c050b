"""Numbers in text: one decimal mark a column, found from its values; exact decimals out of it.

Patterns are RE2's, DuckDB's regular expressions.
"""

from dataclasses import dataclass

import duckdb

from segmentry.data.engine import rows, string
from segmentry.data.raw import Column, Raw, trimmed
from segmentry.errors import AmbiguousError, UsageError

__all__ = ["CODES", "MONEY", "NumberReading", "as_money", "as_number", "is_plain", "read_numbers"]

MONEY = "DECIMAL(18,6)"
"""Exact to a millionth, up to 999,999,999,999."""

_DIGITS = 18
_LARGEST = 1e12

PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
CODES = "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|BRL|MXN|ZAR|TRY|RUB|kr|zł|Kč|Fr|Rs|R"
"""Currencies in letters that may stand beside a number, as alternatives of a pattern."""
_CURRENCY = rf"(?i)\p{{Sc}}|\b({CODES})\b\.?|^[+-]?({CODES})\$"
_THOUSAND_SPACE = r"[ '\x{00a0}\x{202f}\x{2019}](\d{3})\b"
_OUTER_SPACE = r"^([-+(]?)[\s\x{00a0}]+|[\s\x{00a0}]+([-)]?)$"
_MINUS_SIGNS = "\u2212\u2013\ufe63\uff0d"
_SHAPE = r"\([0-9.,]+\)|[+-]?[0-9.,]+|[0-9.,]+-"


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How a column's text becomes numbers.

    Parameters
    ----------
    mark : {".", ","}
        The decimal mark.
    plain : bool
        True where every value is written plainly (``-1234.5``), so that no cleaning is needed.
    """

    mark: str = "."
    plain: bool = False


def is_plain(sql: str) -> str:
    """Write SQL that tells a number without currency, thousands marks or parentheses."""
    return f"regexp_full_match({sql}, {string(PLAIN)})"


def _body(sql: str) -> str:
    """Write SQL that strips currency, spaces between thousands, and signs: digits and marks remain, or NULL."""
    one_minus = f"translate({sql}, '{_MINUS_SIGNS}', '----')"
    bare = f"regexp_replace({one_minus}, {string(_CURRENCY)}, '', 'g')"
    grouped = f"regexp_replace({bare}, {string(_THOUSAND_SPACE)}, '\\1', 'g')"
    tight = f"regexp_replace({grouped}, {string(_OUTER_SPACE)}, '\\1\\2', 'g')"
    return f"CASE WHEN regexp_full_match({tight}, {string(_SHAPE)}) THEN {tight} END"


def _clean(sql: str, mark: str) -> str:
    """Write SQL that gives a number's plain text, or NULL where it is none under this decimal mark."""
    body = _body(sql)
    digits = f"regexp_replace({body}, '[()+-]', '', 'g')"
    thousands = r"," if mark == "." else r"\."
    decimal = r"\." if mark == "." else r","
    shape = rf"\d+({decimal}\d*)?|{decimal}\d+|\d{{1,3}}({thousands}\d{{2,3}})*{thousands}\d{{3}}({decimal}\d*)?"
    other = "," if mark == "." else "."
    plain = f"replace(replace({digits}, '{other}', ''), '{mark}', '.')"
    sign = f"CASE WHEN regexp_matches({body}, '[-(]') THEN '-' ELSE '' END"
    return f"CASE WHEN regexp_full_match({digits}, {string(shape)}) THEN {sign} || {plain} END"


def _text(sql: str, reading: NumberReading) -> str:
    """Write SQL that gives a number's text in the plain way, or NULL."""
    if reading.plain:
        return sql
    cleaned = _clean(sql, reading.mark)
    return f"CASE WHEN {is_plain(sql)} THEN {sql} ELSE {cleaned} END" if reading.mark == "." else cleaned


def as_money(column: Column, reading: NumberReading) -> str:
    """Write SQL that gives a column as DECIMAL(18,6), NULL where it is no number, not finite or out of range.

    Parameters
    ----------
    column : Column
        Of any kind.
    reading : NumberReading
        For text.
    """
    if column.kind == "text":
        return f"TRY_CAST({_text(trimmed(column), reading)} AS {MONEY})"
    if column.kind in {"whole", "decimal", "float"}:
        return f"TRY_CAST({column.sql} AS {MONEY})"
    return f"CAST(NULL AS {MONEY})"


def as_number(column: Column, reading: NumberReading) -> str:
    """Write SQL that gives a column as a finite DOUBLE, NULL where it is no number; yes/no becomes 1 and 0."""
    if column.kind == "bool":
        return f"CAST({column.sql} AS DOUBLE)"
    number = f"TRY_CAST({_text(trimmed(column), reading)} AS DOUBLE)" if column.kind == "text" else ""
    if column.kind in {"whole", "decimal", "float"}:
        number = f"CAST({column.sql} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END" if number else "CAST(NULL AS DOUBLE)"


def as_product(raw: Raw, quantity: tuple[Column, NumberReading], price: tuple[Column, NumberReading]) -> str:
    """Write SQL that gives quantity times price as DECIMAL(18,6), rounded once; NULL as ``as_money`` has it.

    Of two 18-digit decimals DuckDB keeps 18 digits and stops at an overflow. 38 digits hold any product, and cost fifty
    times as much: where all quantities are whole, and the largest values show that 18 digits are enough, these do.

    Parameters
    ----------
    raw : Raw
        The table.
    quantity, price : tuple of (Column, NumberReading)
        Two of its columns, and how they are read.
    """
    (pieces, _), (single, _) = quantity, price
    if {pieces.kind, single.kind} <= {"whole", "decimal", "float"}:
        digits = _digits(raw, pieces.sql, single.sql)
        if digits is not None:
            many, each = digits
            times = f"TRY_CAST({pieces.sql} AS DECIMAL({many}, 0)) * TRY_CAST({single.sql} AS DECIMAL({each + 6}, 6))"
            return f"CAST({times} AS {MONEY})"
    return f"TRY_CAST(CAST({as_money(*quantity)} AS DECIMAL(38,6)) * {as_money(*price)} AS {MONEY})"


def _digits(raw: Raw, whole: str, other: str) -> tuple[int, int] | None:
    """Count the digits before the point that hold every value of each column; None where 18 can't hold the product."""
    found = rows(
        raw.connection,
        f"""SELECT max(abs(CAST({whole} AS DOUBLE))), max(abs(CAST({other} AS DOUBLE))),
                bool_and({whole} = trunc({whole}))
            FROM {raw.table}""",
    )[0]
    if None in found or not found[2] or not all(most < _LARGEST for most in found[:2]):
        return None
    many, each = (len(str(int(most) + 1)) for most in found[:2])
    return (many, each) if many + each + 6 <= _DIGITS else None


@dataclass(frozen=True, slots=True)
class _Evidence:
    """How many distinct values speak for each mark, and examples."""

    not_plain: int
    dot: int
    comma: int
    unclear_dot: int
    unclear_comma: int
    example: str
    dot_example: str
    comma_example: str


def read_numbers(raw: Raw, column: Column, decimal: str | None, *, ask: bool = True) -> NumberReading:
    """Find a text column's decimal mark from all its distinct values.

    A mark is the decimal one where digits follow it that can't be a thousand (``12,5``), or where the other mark
    stands before it (``1.234,50``). Where no value shows it, as in ``1,234``, another column of the table may;
    otherwise people are asked.

    Parameters
    ----------
    raw : Raw
        The table.
    column : Column
        One of its columns.
    decimal : {".", ","} or None
        The mark, if people said it.
    ask : bool, default True
        False gives the dot where the values can't tell, without asking: for looking at columns, not for reading.

    Returns
    -------
    NumberReading

    Raises
    ------
    AmbiguousError
        If two readings are possible.
    UsageError
        If ``decimal`` is another sign.
    """
    if decimal not in {None, ".", ","}:
        raise UsageError(f"{decimal!r} is no decimal mark", way_out="--decimal . or --decimal ,")
    if column.kind != "text":
        return NumberReading(plain=True)
    if decimal is not None:
        return NumberReading(decimal)
    found = _evidence(raw.connection, raw.table, column)
    if not found.not_plain and not found.unclear_dot:
        return NumberReading(".", plain=True)
    mark = _decide(found)
    if mark is None:
        mark = _mark_elsewhere(raw, column)
    if mark is None and ask:
        raise _question(raw, column, found)
    return NumberReading(mark or ".", plain=mark == "." and not found.not_plain)


def _decide(found: _Evidence) -> str | None:
    """Choose the mark, where the values show it; up to one value in a hundred may speak against it, and is refused."""
    if found.dot and found.comma:
        less, more = sorted((found.dot, found.comma))
        if less * 100 > more:
            return None
        return "." if found.dot > found.comma else ","
    if found.dot or found.comma:
        return "." if found.dot else ","
    return None if found.unclear_dot or found.unclear_comma else "."


def _evidence(connection: duckdb.DuckDBPyConnection, table: str, column: Column) -> _Evidence:
    """Count in one query what the distinct values show."""

    def shows(mark: str) -> str:
        other = "," if mark == r"\." else r"\."
        return "|".join(
            (
                rf"\d*{mark}(\d{{1,2}}|\d{{4,}})?",  # 12.5, 12.3456, 12.
                rf"0?{mark}\d{{3}}",  # 0.125
                rf"\d{{4,}}{mark}\d{{3}}",  # 1234.125
                rf"\d{{1,3}}({other}\d{{2,3}})*{other}\d{{3}}{mark}\d*",  # 1,234.5
                rf"\d{{1,3}}({other}\d{{2,3}})+{other}\d{{3}}",  # 1,234,567
            )
        )

    def count(pattern: str) -> str:
        return f"count(*) FILTER (WHERE regexp_full_match(b, {string(pattern)}))"

    def example(pattern: str) -> str:
        return f"coalesce(min(v) FILTER (WHERE regexp_full_match(b, {string(pattern)})), '')"

    dot, comma = shows(r"\."), shows(",")
    unclear_dot, unclear_comma = r"[1-9]\d{0,2}\.\d{3}", r"[1-9]\d{0,2},\d{3}"
    signless = f"regexp_replace({_body('v')}, '[()+-]', '', 'g')"
    body = f"CASE WHEN p THEN translate(v, '+-', '') ELSE {signless} END"
    found = rows(
        connection,
        f"""
        WITH distinct_values AS (SELECT DISTINCT {trimmed(column)} AS v FROM {table}),
             plain AS (SELECT v, {is_plain("v")} AS p FROM distinct_values WHERE v <> ''),
             bodies AS (SELECT v, p, {body} AS b FROM plain)
        SELECT count(*) FILTER (WHERE NOT p), {count(dot)}, {count(comma)}, {count(unclear_dot)},
            {count(unclear_comma)}, {example(unclear_dot + "|" + unclear_comma)}, {example(dot)}, {example(comma)}
        FROM bodies
        """,
    )[0]
    return _Evidence(*found)


def _mark_elsewhere(raw: Raw, column: Column) -> str | None:
    """Ask the other columns: a file is written with one decimal mark."""
    marks = set()
    for other in raw.columns[:100]:
        if other.kind == "text" and other != column:
            found = _evidence(raw.connection, f"(FROM {raw.table} LIMIT 1000)", other)
            if found.dot + found.comma > found.not_plain / 2 and bool(found.dot) != bool(found.comma):
                marks.add("." if found.dot else ",")
    return marks.pop() if len(marks) == 1 else None


def _question(raw: Raw, column: Column, found: _Evidence) -> AmbiguousError:
    """Ask for the decimal mark, with the values that make it unclear."""
    if found.dot and found.comma:
        evidence = [f"{column.name} has {found.dot_example!r} and {found.comma_example!r}"]
    else:
        digits = found.example.replace(",", ".")
        evidence = [f"{column.name} has {found.example!r}: {digits.replace('.', '')} or {digits}"]
    return AmbiguousError(
        f"can't tell the decimal mark of {column.name} in {raw.label}", evidence, "--decimal . or --decimal ,"
    )
