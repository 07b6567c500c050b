"""Measures of customers who stay in the engine: the columns of ``measure``, as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segmentry.files import LARGEST_WHOLE

if TYPE_CHECKING:
    from segmentry.data import CustomerRows

__all__ = ["RowMeasure", "measure_rows"]

DAY = 86_400_000_000_000.0
"""Nanoseconds."""

SAMPLE = 10_000
"""Rows that are looked at first."""


@dataclass(frozen=True, slots=True)
class RowMeasure:
    """One column.

    Parameters
    ----------
    name : str
        The measure.
    sql : str
        Gives it as DOUBLE or VARCHAR, NULL where blank.
    whole : bool
        Whether it is a number, and whole wherever it is known.
    """

    name: str
    sql: str
    whole: bool


def measure_rows(customers: "CustomerRows", wanted: Sequence[str]) -> tuple[RowMeasure, ...]:
    """Give the columns that :func:`segmentry.features.measure` gives of a customer table.

    A date is a number of days since 1970-01-01; a column of the numbers 0 and 1, both of them, is a yes-no answer and
    becomes text.

    Parameters
    ----------
    customers : CustomerRows
        The customers.
    wanted : sequence of str
        Which columns; those that aren't there are passed over.

    Examples
    --------
    >>> import pandas as pd
    >>> from segmentry.data import frame_rows
    >>> table = pd.DataFrame({"customer_id": ["7", "8"], "visits": [1.0, 5.0], "club": [0.0, 1.0]})
    >>> with frame_rows(table) as customers:
    ...     for column in measure_rows(customers, ["visits", "club", "age"]):
    ...         print(column)
    RowMeasure(name='visits', sql='c1', whole=True)
    RowMeasure(name='club', sql="CASE c2 WHEN 0 THEN '0' WHEN 1 THEN '1' END", whole=False)
    """
    names = [name for name in dict.fromkeys(wanted) if name in customers.columns]
    kinds = customers.kinds(names)
    numbers = {
        name: _days(customers.columns[name]) if kinds[name] == "TIMESTAMP" else customers.columns[name]
        for name in names
        if kinds[name] != "VARCHAR"
    }
    if not numbers:
        return tuple(RowMeasure(name, customers.columns[name], whole=False) for name in names)
    looks = _looks(customers, numbers, f"FROM (SELECT * {customers.source} LIMIT {SAMPLE})")
    # What a sample shows to be neither needs no look at all rows.
    open_ones = {name: sql for name, sql in numbers.items() if looks[name].answer or looks[name].whole}
    looks |= _looks(customers, open_ones, customers.source)
    measures = []
    for name in names:
        if name not in numbers:
            measures.append(RowMeasure(name, customers.columns[name], whole=False))
            continue
        if kinds[name] == "DOUBLE" and looks[name].answer and looks[name].both:
            answer = f"CASE {numbers[name]} WHEN 0 THEN '0' WHEN 1 THEN '1' END"
            measures.append(RowMeasure(name, answer, whole=False))
        else:
            measures.append(RowMeasure(name, numbers[name], whole=looks[name].whole and looks[name].known))
    return tuple(measures)


@dataclass(frozen=True, slots=True)
class _Look:
    """Whether any number is known, all are 0 or 1, both of them occur, and all are whole."""

    known: bool
    answer: bool
    both: bool
    whole: bool


def _looks(customers: "CustomerRows", numbers: Mapping[str, str], source: str) -> dict[str, _Look]:
    """Look at numbers; where none is known, nothing speaks against anything."""
    if not numbers:
        return {}
    seen = ", ".join(
        f"count({sql}) > 0, coalesce(bool_and({sql} IN (0, 1)), TRUE), coalesce(min({sql}) <> max({sql}), FALSE), "
        f"coalesce(bool_and({sql} = floor({sql}) AND abs({sql}) < {LARGEST_WHOLE}), TRUE)"
        for sql in numbers.values()
    )
    (found,) = customers.connection.execute(f"SELECT {seen} {source}").fetchall()
    return {name: _Look(*found[4 * place : 4 * place + 4]) for place, name in enumerate(numbers)}


def _days(sql: str) -> str:
    """Write SQL that counts days since 1970-01-01, the hours as a fraction, rounded once as NumPy does."""
    return f"CAST(CAST(epoch_us({sql}) AS HUGEINT) * 1000 AS DOUBLE) / {DAY}"
