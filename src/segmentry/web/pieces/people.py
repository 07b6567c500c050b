"""The customers of a run, read a page at a time from its file: however many there are, a page holds 25."""

import csv
import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from segmentry.features import Measure
from segmentry.files import unreadable_table
from segmentry.workspace import FILES, Run

__all__ = ["PAGE", "Order", "count_pages", "find_customer", "near_ids", "read_page", "shown_measures"]

PAGE = 25
"""Customers on a page."""
MOST_COLUMNS = 5
FAMILIAR = ("recency_days", "orders", "spend", "typical_order")
"""Measures that everybody looks for first, where a run has them."""
NEAR = 5
TAKEN = ("segment", "name")


@dataclass(frozen=True, slots=True)
class Order:
    """How customers are sorted.

    Parameters
    ----------
    measure : str
        By which measure, a number.
    rising : bool
        The smallest first.
    """

    measure: str
    rising: bool


def shown_measures(run: Run) -> tuple[Measure, ...]:
    """Choose the measures that a table of customers shows: what forms segments, then what everybody looks for."""
    known = {measure.name: measure for measure in run.summary.measures if measure.part != "left out"}
    forming = [measure.name for measure in known.values() if measure.part == "forms"]
    names = dict.fromkeys(forming[:MOST_COLUMNS] + [name for name in FAMILIAR if name in known])
    return tuple(known[name] for name in [*names][:MOST_COLUMNS])


def count_pages(customers: int) -> int:
    """Give the number of pages that so many customers fill, at least one.

    Examples
    --------
    >>> count_pages(0), count_pages(25), count_pages(26)
    (1, 1, 2)
    """
    return max(1, -(-customers // PAGE))


def read_page(run: Run, letter: str, order: Order | None, number: int) -> pd.DataFrame:
    """Read one page of a segment's customers.

    Parameters
    ----------
    run : Run
        A saved run.
    letter : str
        The segment's.
    order : Order or None
        How they are sorted, those without a value last; None sorts by id.
    number : int
        The page, from 1.

    Returns
    -------
    pandas.DataFrame
        ``customer_id`` and the measures, at most :data:`PAGE` rows.
    """
    names = _names(run.folder)
    by = "c0"
    if order is not None and order.measure in names:
        by = f"c{names.index(order.measure)} {'ASC' if order.rising else 'DESC'} NULLS LAST, c0"
    return _read(run, names, f"WHERE c1 = ? ORDER BY {by} LIMIT ? OFFSET ?", [letter, PAGE, PAGE * (number - 1)])


def find_customer(run: Run, customer_id: str) -> tuple[str, pd.DataFrame] | None:
    """Give the letter of one customer's segment, and a row of measures; None where the run has no such customer."""
    row = _read(run, _names(run.folder), "WHERE c0 = ? LIMIT 1", [customer_id], also=("c1",))
    return None if row.empty else (str(row.pop("c1").iloc[0]), row)


def near_ids(run: Run, customer_id: str) -> tuple[str, ...]:
    """Give ids that are like the one asked for: those that hold it first."""
    wanted = customer_id.strip().casefold()
    if not wanted:
        return ()
    names = _names(run.folder)
    holding = _ids(run, names, "WHERE contains(lower(c0), lower(?)) ORDER BY length(c0), c0 LIMIT ?", [wanted, NEAR])
    if holding:
        return holding
    # Of those that begin alike, the nearest: no more than a thousand are compared one by one.
    alike = _ids(run, names, "WHERE starts_with(lower(c0), lower(?)) LIMIT ?", [wanted[: len(wanted) // 2], 1000])
    return tuple(difflib.get_close_matches(customer_id, alike, n=NEAR))


def _names(folder: Path) -> list[str]:
    """Give the columns' names as they stand in the CSV: Parquet's writer numbers those that differ by case only."""
    path = folder / FILES["segments"]
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return next(csv.reader(file))
    except (OSError, csv.Error, StopIteration) as error:
        raise unreadable_table(path, error) from error


def _read(run: Run, names: Sequence[str], rest: str, given: Sequence[object], also: Sequence[str] = ()) -> pd.DataFrame:
    """Read columns by their place: no name out of people's files ever becomes part of a query."""
    places = [place for place, name in enumerate(names) if place == 0 or place > len(TAKEN)]
    columns = ", ".join([*(f"c{place}" for place in places), *also])
    with _asked(run, names, columns, rest, given) as answer:
        table = answer.df()
    own = {f"{taken} (source)": taken for taken in TAKEN}
    return table.set_axis([*(own.get(names[place], names[place]) for place in places), *also], axis=1)


def _ids(run: Run, names: Sequence[str], rest: str, given: Sequence[object]) -> tuple[str, ...]:
    with _asked(run, names, "c0", rest, given) as answer:
        return tuple(str(one) for (one,) in answer.fetchall())


@contextmanager
def _asked(
    run: Run, names: Sequence[str], columns: str, rest: str, given: Sequence[object]
) -> Iterator[duckdb.DuckDBPyConnection]:
    table = ", ".join(f"c{place}" for place in range(len(names)))
    path = run.folder / FILES["segments_parquet"]
    try:
        # A cursor is a connection of its own to the one engine, which takes a while to start.
        with _engine().cursor() as connection:
            yield connection.execute(f"SELECT {columns} FROM read_parquet(?) AS t({table}) {rest}", [str(path), *given])
    except duckdb.Error as error:
        raise unreadable_table(path, error) from error


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection
