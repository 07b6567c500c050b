"""A cleaned customer table that stays in the engine: as a frame, or piece by piece however many customers it has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from segmentry.data.engine import connect, rows

__all__ = ["CustomerRows", "frame_rows", "typed"]

_BATCH = 200
_VECTOR = 2048
"""Rows that the engine hands over at a time."""


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """A customer table, one row a customer, each column with the SQL that types it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the table lives; the caller closes it.
    table : str
        Its name.
    keep : str
        The condition that a row of it must meet.
    id : str
        SQL that gives a row's id as text.
    id_column : str or None
        The source's id column; None where it has none and the rows were numbered from 1.
    columns : mapping of str to str
        By name the SQL of each attribute: DOUBLE, VARCHAR or TIMESTAMP, NULL where blank.
    count : int
        Rows that meet the condition, at least 1.
    texts : frozenset of str, default empty
        The columns that the source holds as text, whatever they are here.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    keep: str
    id: str
    id_column: str | None
    columns: Mapping[str, str]
    count: int
    texts: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        """SQL that names the rows, in their order."""
        return f"FROM {self.table} WHERE {self.keep}"

    def frame(self) -> pd.DataFrame:
        """Give the whole table: ``customer_id``, then the columns, typed as :class:`Customers` promises."""
        shown = [f"{self.id} AS id", *(f"{sql} AS c{place}" for place, sql in enumerate(self.columns.values()))]
        batches = (", ".join(shown[start : start + _BATCH]) for start in range(0, len(shown), _BATCH))
        found = pd.concat(
            [self.connection.execute(f"SELECT {batch} {self.source} ORDER BY rowid").df() for batch in batches], axis=1
        )
        ready: dict[str, pd.Series] = {"customer_id": found["id"].astype(str).astype(object)}
        ready |= {name: typed(found[f"c{place}"]) for place, name in enumerate(self.columns)}
        return pd.DataFrame(ready)

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """Give the engine's type of each of these columns: DOUBLE, VARCHAR or TIMESTAMP."""
        if not names:
            return {}
        shown = ", ".join(self.columns[name] for name in names)
        found = rows(self.connection, f"DESCRIBE SELECT {shown} {self.source}")
        return {name: str(row[1]) for name, row in zip(names, found, strict=True)}

    def typed_once(self, names: Sequence[str]) -> "CustomerRows":
        """Give the same rows with these columns; numbers and dates that are read from text are read once, and kept.

        The rows' own table is dropped where that is done.
        """
        kinds = self.kinds(names)
        if not any(name in self.texts and kinds[name] != "VARCHAR" for name in names):
            return replace(self, columns={name: self.columns[name] for name in names})
        shown = "".join(f", {self.columns[name]} AS c{place}" for place, name in enumerate(names))
        rows(self.connection, f"CREATE TABLE typed_customers AS SELECT {self.id} AS id{shown} {self.source}")
        rows(self.connection, f"DROP TABLE {self.table}")
        columns = {name: f"c{place}" for place, name in enumerate(names)}
        return replace(self, table="typed_customers", keep="TRUE", id="id", columns=columns, texts=frozenset())

    def pieces(self, columns: Mapping[str, str], size: int) -> Iterator[pd.DataFrame]:
        """Give the rows piece by piece, in their order; meanwhile the connection can do nothing else, a cursor can.

        Parameters
        ----------
        columns : mapping of str to str
            By name the SQL of what is wanted, at least one.
        size : int
            About how many rows a piece has.

        Yields
        ------
        pandas.DataFrame
            float64 with NaN for numbers, object (str or None) for text.
        """
        shown = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(columns.values()))
        # Without ORDER BY, which would gather all rows first: the engine keeps the order of a table's rows.
        self.connection.execute(f"SELECT {shown} {self.source}")
        while len(found := self.connection.fetch_df_chunk(max(1, size // _VECTOR))):
            yield pd.DataFrame({name: typed(found[f"c{place}"]) for place, name in enumerate(columns)})


@contextmanager
def frame_rows(table: pd.DataFrame) -> Iterator[CustomerRows]:
    """Put a frame of customers in the engine's view, as if it had been read there.

    Parameters
    ----------
    table : pandas.DataFrame
        ``customer_id`` first, then columns of float64 or object (str or None).

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["7", "8"], "visits": [1.0, 5.0]})
    >>> with frame_rows(table) as found:
    ...     print(found.kinds(["visits"]))
    {'visits': 'DOUBLE'}
    """
    with connect() as connection:
        # A sample of an object column may be all blank, and the column would then be taken for integers.
        rows(connection, "SET pandas_analyze_sample = 0")
        connection.register("given_frame", table.set_axis([f"c{place}" for place in range(table.shape[1])], axis=1))
        columns = {str(name): f"c{place}" for place, name in enumerate(table.columns) if place}
        yield CustomerRows(connection, "given_frame", "TRUE", "c0", "customer_id", columns, len(table))
        connection.unregister("given_frame")


def typed(values: pd.Series) -> pd.Series:
    """Give a column the type that :class:`Customers` promises: dates, float64, or object (str or None).

    Examples
    --------
    >>> typed(pd.Series([1, 2])).tolist(), typed(pd.Series(["a", None])).tolist()
    ([1.0, 2.0], ['a', None])
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("float64")
    texts = values.astype(object)
    return texts.where(texts.notna(), None)
