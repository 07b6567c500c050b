"""Order logs built by hand, as the data room would hand them over."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count

import duckdb
import pytest

from segmentry.data import Orders

COLUMNS = ("customer", "order_id", "date", "amount", "product", "category", "discount")
NOTHING = {"order_id": None, "product": None, "category": None, "discount": None}

Log = Callable[..., Orders]


@pytest.fixture(scope="session")
def log() -> Iterator[Log]:
    """Give a function that turns lines (mappings of columns) into orders; absent columns are NULL."""
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2}
    )
    numbers = count()

    def make(lines: Sequence[dict[str, object]], has: Sequence[str] | None = None) -> Orders:
        table = f"log_{next(numbers)}"
        connection.execute(
            f"CREATE TABLE {table} (customer VARCHAR, order_id VARCHAR, date TIMESTAMP, amount DECIMAL(18,6), "
            "product VARCHAR, category VARCHAR, discount DOUBLE)"
        )
        values = [(NOTHING | line)[column] for line in lines for column in COLUMNS]
        places = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(lines))
        connection.execute(f"INSERT INTO {table} VALUES {places}", values)
        first, last = connection.execute(f"SELECT min(date)::DATE, max(date)::DATE FROM {table}").fetchall()[0]
        seen = {column for column in NOTHING if any(line.get(column) is not None for line in lines)}
        return Orders(connection, table, frozenset(seen if has is None else has), None, first, last, len(lines))

    yield make
    connection.close()
