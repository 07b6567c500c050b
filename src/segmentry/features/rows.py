"""Measures of customers who stay in the engine: the columns of ``measure``, as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from segmentry.data import CustomerRows

__all__ = ["RowMeasure", "measure_rows"]

DAY = 86_400_000_000_000.0
"""Nanoseconds."""

LARGEST_WHOLE = 2**53


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


def measure_rows(customers: CustomerRows, wanted: Sequence[str]) -> tuple[RowMeasure, ...]:
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
    seen = ", ".join(
        f"min({sql}), max({sql}), bool_and({sql} IN (0, 1)), "
        f"bool_and({sql} = floor({sql}) AND abs({sql}) < {LARGEST_WHOLE})"
        for sql in numbers.values()
    )
    (found,) = customers.connection.execute(f"SELECT {seen} {customers.source}").fetchall()
    looks = {name: found[4 * place : 4 * place + 4] for place, name in enumerate(numbers)}
    measures = []
    for name in names:
        if name not in numbers:
            measures.append(RowMeasure(name, customers.columns[name], whole=False))
            continue
        low, high, binary, whole = looks[name]
        if kinds[name] == "DOUBLE" and binary and (low, high) == (0, 1):
            answer = f"CASE {numbers[name]} WHEN 0 THEN '0' WHEN 1 THEN '1' END"
            measures.append(RowMeasure(name, answer, whole=False))
        else:
            measures.append(RowMeasure(name, numbers[name], whole=bool(whole)))
    return tuple(measures)


def _days(sql: str) -> str:
    """Write SQL that counts days since 1970-01-01, the hours as a fraction, rounded once as NumPy does."""
    return f"CAST(CAST(epoch_us({sql}) AS HUGEINT) * 1000 AS DOUBLE) / {DAY}"
