"""Dates in text: one way of writing a column, found over all its distinct values.

A value is a date, perhaps with a time of day after it. Patterns are RE2's, formats are ``strptime``'s as DuckDB has it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from segmentry.data.engine import rows, string
from segmentry.data.options import ReadOptions
from segmentry.data.raw import Column, Raw, trimmed
from segmentry.errors import AmbiguousError, ColumnError

__all__ = ["DateReading", "as_timestamp", "could_be_date", "read_dates"]

_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_SPLIT = rf"^(.*?\S)(?:(?:T|,?\s+)({_TIME})({_ZONE})?)?$"
_ISO = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?)?"
_CLOCKS = ("%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p")

Order = Literal["year first", "day first", "month first", "named month", "number"]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of writing a date.

    Parameters
    ----------
    label : str
        How people would say it.
    order : str
        Which of day, month and year comes first.
    pattern : str
        What the date's part of a value must look like.
    parse : str
        SQL that gives a TIMESTAMP from ``{d}``, the date's part.
    """

    label: str
    order: Order
    pattern: str
    parse: str

    def sql(self, day: str) -> str:
        """Write SQL that gives a TIMESTAMP from the date's part of a value, else NULL."""
        return f"CASE WHEN regexp_full_match({day}, {string(self.pattern)}) THEN {self.parse.format(d=day)} END"


def _numeric(sep: str) -> tuple[_Way, ...]:
    """List the ways to write a date as three numbers with one separator."""
    sign = "\\" + sep

    def parse(form: str) -> str:
        return "TRY_STRPTIME({d}, " + string(form.replace("-", sep)) + ")"

    return (
        _Way(f"yyyy{sep}mm{sep}dd", "year first", rf"\d{{4}}{sign}\d{{1,2}}{sign}\d{{1,2}}", parse("%Y-%m-%d")),
        _Way(f"dd{sep}mm{sep}yyyy", "day first", rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{4}}", parse("%d-%m-%Y")),
        _Way(f"mm{sep}dd{sep}yyyy", "month first", rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{4}}", parse("%m-%d-%Y")),
        _Way(f"dd{sep}mm{sep}yy", "day first", rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{2}}", parse("%d-%m-%y")),
        _Way(f"mm{sep}dd{sep}yy", "month first", rf"\d{{1,2}}{sign}\d{{1,2}}{sign}\d{{2}}", parse("%m-%d-%y")),
    )


def _named(label: str, pattern: str, forms: tuple[str, ...]) -> _Way:
    """Make a way that names the month; its separators become single spaces before it is parsed."""
    spaced = "regexp_replace(regexp_replace({d}, '(?i)sept\\b', 'Sep'), '[-/., ]+', ' ', 'g')"
    listed = ", ".join(string(form) for form in forms)
    return _Way(label, "named month", pattern, f"TRY_STRPTIME({spaced.replace('{4}', '{{4}}')}, [{listed}])")


_MONTH = r"[A-Za-z]{3,9}\.?"
_WAYS: tuple[_Way, ...] = (
    *_numeric("-"),
    *_numeric("/"),
    *_numeric("."),
    _named("dd Mon yyyy", rf"\d{{1,2}}[-/. ]*{_MONTH}[-/., ]*\d{{4}}", ("%d %b %Y", "%d %B %Y", "%d%b%Y")),
    _named("dd Mon yy", rf"\d{{1,2}}[-/. ]*{_MONTH}[-/., ]*\d{{2}}", ("%d %b %y", "%d %B %y", "%d%b%y")),
    _named("Mon dd, yyyy", rf"{_MONTH}[-/. ]*\d{{1,2}}[-/., ]+\d{{4}}", ("%b %d %Y", "%B %d %Y")),
    _Way("yyyymmdd", "number", r"(19|20)\d{6}", "TRY_STRPTIME({d}, '%Y%m%d')"),
    # A workbook counts days from 30 December 1899: 2 to 7 in front means 1954 to 2119.
    _Way(
        "Excel day numbers",
        "number",
        r"[2-7]\d{4}(\.\d+)?",
        "make_timestamp(CAST(round((TRY_CAST({d} AS DOUBLE) - 25569) * 86400) AS BIGINT) * 1000000)",
    ),
    _Way("seconds since 1970", "number", r"\d{9,10}", "make_timestamp(TRY_CAST({d} AS BIGINT) * 1000000)"),
    _Way("milliseconds since 1970", "number", r"\d{12,13}", "make_timestamp(TRY_CAST({d} AS BIGINT) * 1000)"),
)


_SAMPLE_PATTERN = re.compile(
    rf"(?:{'|'.join(sorted({way.pattern for way in _WAYS}))})(?:(?:T|,?\s+){_TIME}(?:{_ZONE})?)?"
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column's text becomes dates.

    Parameters
    ----------
    label : str
        How people would say it, e.g. ``"dd/mm/yyyy"``.
    ways : tuple
        Usually one; several where people said which of day and month comes first.
    form : str or None
        A ``strptime`` format that people gave.
    iso : bool
        True where every value is plain ISO, which the engine casts without further checks.
    bare : bool
        True where no value has a time of day.
    zones : int
        How many distinct values carry a time zone.
    """

    label: str
    ways: tuple[_Way, ...] = ()
    form: str | None = None
    iso: bool = False
    bare: bool = False
    zones: int = 0

    @property
    def counted(self) -> str:
        """What the numbers count where dates are written as plain numbers; empty text elsewhere."""
        return self.label if any(way.order == "number" for way in self.ways) and " " in self.label else ""


def _day(sql: str) -> str:
    return f"regexp_extract({sql}, {string(_SPLIT)}, 1)"


def as_timestamp(column: Column, reading: DateReading) -> str:
    """Write SQL that gives a column as TIMESTAMP, NULL where it is no date. A time zone is left out: the clock counts.

    Parameters
    ----------
    column : Column
        Of any kind.
    reading : DateReading
        For columns other than typed dates.
    """
    if column.kind == "date":
        return column.sql
    text = trimmed(column)
    if reading.form is not None:
        return f"TRY_STRPTIME({text}, {string(reading.form)})"
    if reading.iso:
        return f"TRY_CAST({text} AS TIMESTAMP)"
    if not reading.ways:
        return "CAST(NULL AS TIMESTAMP)"
    day = f"coalesce({', '.join(way.sql(text if reading.bare else _day(text)) for way in reading.ways)})"
    if reading.bare:
        return day
    clock = f"replace(upper(regexp_extract({text}, {string(_SPLIT)}, 2)), ',', '.')"
    forms = ", ".join(string(form) for form in _CLOCKS)
    plain = f"replace(replace({clock}, 'A.M.', 'AM'), 'P.M.', 'PM')"
    since = f"TRY_STRPTIME({plain}, [{forms}]) - TIMESTAMP '1900-01-01'"
    return f"{day} + CASE WHEN {clock} = '' THEN INTERVAL 0 SECOND ELSE {since} END"


def could_be_date(text: str) -> bool:
    """Tell, for guessing columns by a sample of values, whether a text is written like a date.

    Examples
    --------
    >>> could_be_date("3/04/2024"), could_be_date("12.50"), could_be_date("5 Jan 2024")
    (True, False, True)
    """
    return _SAMPLE_PATTERN.fullmatch(text) is not None


def read_dates(raw: Raw, column: Column, options: ReadOptions) -> DateReading:
    """Find the one way in which all of a column's dates are written.

    Parameters
    ----------
    raw : Raw
        The table.
    column : Column
        One of its columns.
    options : ReadOptions
        ``date_format`` and ``dayfirst`` decide where people said so.

    Returns
    -------
    DateReading

    Raises
    ------
    AmbiguousError
        If day and month can't be told apart, or the values need two ways of writing.
    ColumnError
        If no value is a date.
    """
    if column.kind == "date":
        return DateReading("typed")
    if options.date_format is not None:
        return _given_format(raw, column, options.date_format)
    text = trimmed(column)
    odd = f"count(*) FILTER (WHERE t <> '' AND NOT regexp_full_match(t, {string(_ISO)}))"
    if not rows(raw.connection, f"SELECT {odd} FROM (SELECT {text} AS t FROM {raw.table})")[0][0]:
        return DateReading("yyyy-mm-dd", (_WAYS[0],), iso=True)
    fits = _fits(raw, column)
    wanted = {True: "month first", False: "day first", None: ""}[options.dayfirst]
    ways = [way for way in fits.ways if way.order != wanted]
    if not ways:
        evidence = [f"{column.name} has: {', '.join(repr(example) for example in fits.examples)}"]
        raise ColumnError(f"can't read the dates in {column.name} of {raw.label}", evidence, "--date-format '%d.%m.%Y'")
    if options.dayfirst is not None:
        return _merged(ways, fits)
    return _one_way(raw, column, ways, fits)


@dataclass(frozen=True, slots=True)
class _Fits:
    """Which ways fit how many distinct values, most first."""

    ways: tuple[_Way, ...]
    counts: dict[str, int]
    bare: bool
    zones: int
    examples: tuple[str, ...]


def _fits(raw: Raw, column: Column) -> _Fits:
    """Try every way on every distinct date; leaves a table ``day_values`` of those, one column a way."""
    text = trimmed(column)
    rows(
        raw.connection,
        f"""
        CREATE OR REPLACE TEMP TABLE day_values AS
        SELECT d, min(t) AS example, bool_or(d <> t) AS clock,
            bool_or(regexp_extract(t, {string(_SPLIT)}, 3) <> '') AS zoned
        FROM (SELECT t, {_day("t")} AS d FROM (SELECT DISTINCT {text} AS t FROM {raw.table}) WHERE t <> '') GROUP BY d
        """,
    )
    shapes = ", ".join(f"count(*) FILTER (WHERE regexp_full_match(d, {string(way.pattern)}))" for way in _WAYS)
    likely = [
        way
        for way, hits in zip(_WAYS, rows(raw.connection, f"SELECT {shapes} FROM day_values")[0], strict=True)
        if hits
    ]
    counts: dict[str, int] = {}
    if likely:
        tries = ", ".join(f"count({way.sql('d')})" for way in likely)
        found = rows(raw.connection, f"SELECT {tries} FROM day_values")[0]
        counts = {way.label: hits for way, hits in zip(likely, found, strict=True) if hits}
    clocks, zones = rows(
        raw.connection, "SELECT count(*) FILTER (WHERE clock), count(*) FILTER (WHERE zoned) FROM day_values"
    )[0]
    examples = rows(raw.connection, "SELECT example FROM day_values ORDER BY example LIMIT 3")
    ways = sorted((way for way in likely if way.label in counts), key=lambda way: -counts[way.label])
    return _Fits(tuple(ways), counts, not clocks, zones, tuple(row[0] for row in examples))


def _merged(ways: list[_Way], fits: _Fits) -> DateReading:
    """Take every way that agrees with what people said: two separators, or years of two digits, ask nothing more."""
    return DateReading(" or ".join(way.label for way in ways), tuple(ways), bare=fits.bare, zones=fits.zones)


def _one_way(raw: Raw, column: Column, ways: list[_Way], fits: _Fits) -> DateReading:
    """Choose the way that fits most, unless another one is needed beside it or would do as well."""
    best = ways[0]
    for other in ways[1:]:
        needed = _example(raw, f"{other.sql('d')} IS NOT NULL AND {best.sql('d')} IS NULL")
        if needed:
            mine = _example(raw, f"{best.sql('d')} IS NOT NULL AND {other.sql('d')} IS NULL") or fits.examples[0]
            raise AmbiguousError(
                f"the dates in {column.name} of {raw.label} are written in two ways",
                [f"{mine!r} reads as {best.label}, {needed!r} as {other.label}"],
                _way_out(raw, ways),
            )
        if fits.counts[other.label] == fits.counts[best.label]:
            differs = _example(raw, f"{other.sql('d')} <> {best.sql('d')}")
            if differs:
                raise AmbiguousError(
                    f"can't tell day from month in {column.name} of {raw.label}",
                    [f"{differs!r} fits {best.label} and {other.label}, and so do all the others"],
                    "--dayfirst or --monthfirst",
                )
    return DateReading(best.label, (best,), bare=fits.bare, zones=fits.zones)


def _example(raw: Raw, condition: str) -> str:
    """Find a value for which a condition on its date's part ``d`` holds; empty text for none."""
    found = rows(raw.connection, f"SELECT min(example) FROM day_values WHERE {condition}")[0][0]
    return found or ""


def _way_out(raw: Raw, ways: list[_Way]) -> str:
    """Name the options that would read every value: saying which of day and month comes first may be enough."""
    able = []
    for option, avoided in (("--dayfirst", "month first"), ("--monthfirst", "day first")):
        kept = [way for way in ways if way.order != avoided]
        every = f"coalesce({', '.join([*(way.sql('d') for way in ways), 'NULL'])})"
        some = f"coalesce({', '.join([*(way.sql('d') for way in kept), 'NULL'])})"
        if not _example(raw, f"{every} IS NOT NULL AND {some} IS NULL"):
            able.append(option)
    both_needed = {way.order for way in ways} & {"day first", "month first"}
    return " or ".join([*(able if both_needed else []), "--date-format '%d.%m.%Y'"])


def _given_format(raw: Raw, column: Column, form: str) -> DateReading:
    """Take the format that people gave, once it has read at least one value."""
    text = trimmed(column)
    found = rows(
        raw.connection,
        f"SELECT count(TRY_STRPTIME({text}, {string(form)})), min({text}) FROM {raw.table} WHERE {text} <> ''",
    )[0]
    if not found[0]:
        raise ColumnError(
            f"no date in {column.name} of {raw.label} is written as {form}",
            [f"{column.name} has: {found[1]!r}"],
            "--date-format with another format, or without it",
        )
    return DateReading(form, form=form)
