"""What the tests of this room share: writing a small file, and reading it back as plain rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from segmentry.data import Loaded, ReadOptions, load

TODAY = date(2025, 6, 30)


@dataclass(frozen=True)
class Found:
    """What a reading gave, in the forms that tests compare."""

    loaded: Loaded

    def lines(self, columns: str = "customer, amount") -> list[tuple[Any, ...]]:
        """Give the order lines in their order; exact decimals as floats."""
        return self.sql(f"SELECT {columns} FROM orders ORDER BY rowid")

    def attributes(self, columns: str) -> list[tuple[Any, ...]]:
        """Give the customers' attributes, by customer."""
        return self.sql(f"SELECT {columns} FROM order_attributes ORDER BY customer")

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the orders' connection."""
        assert self.loaded.orders is not None
        rows = self.loaded.orders.connection.execute(query).fetchall()
        return [tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]

    @property
    def table(self) -> Any:
        """The customer table."""
        assert self.loaded.customers is not None
        return self.loaded.customers.table

    @property
    def caveats(self) -> dict[str, int]:
        """The caveats' counts by code."""
        return {caveat.code: caveat.count for caveat in self.loaded.caveats}

    @property
    def roles(self) -> dict[str, str]:
        """The guessed columns by role."""
        return {guess.role: guess.column for guess in self.loaded.guesses}

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows read, loaded and refused."""
        return self.loaded.rows.read, self.loaded.rows.loaded, self.loaded.rows.rejected

    @property
    def refused(self) -> list[tuple[int, str]]:
        """Line and reason of each refused row."""
        table = self.loaded.rejects
        return list(zip(table["line"].tolist(), table["reason"].tolist(), strict=True))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text or bytes under a name."""

    def _write(content: str | bytes, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture
def read() -> Iterator[Callable[..., Found]]:
    """Load with a fixed today; the counts always add up; the connection is closed in the end."""
    opened: list[Loaded] = []

    def _read(sources: Any, customers: Any = None, **options: Any) -> Found:
        loaded = load(sources, customers, ReadOptions(**options), today=TODAY)
        opened.append(loaded)
        assert loaded.rows.read == loaded.rows.loaded + loaded.rows.rejected
        assert loaded.rows.rejected == len(loaded.rejects)
        assert list(loaded.rejects.columns) == ["file", "line", "column", "value", "reason"]
        return Found(loaded)

    yield _read
    for loaded in opened:
        if loaded.orders is not None:
            loaded.orders.connection.close()


@pytest.fixture
def amounts(write: Callable[..., Path], read: Callable[..., Found]) -> Callable[..., Found]:
    """Read a column of amounts, written between tabs."""

    def _amounts(*texts: str, **options: Any) -> Found:
        rows = [f"c{place % 3}\t2024-01-{place % 28 + 1:02}\t{text}" for place, text in enumerate(texts)]
        return read(write("\n".join(["customer_id\torder_date\tamount", *rows])), **options)

    return _amounts


@pytest.fixture
def dates(write: Callable[..., Path], read: Callable[..., Found]) -> Callable[..., Found]:
    """Read a column of dates, written between tabs."""

    def _dates(*texts: str, **options: Any) -> Found:
        rows = [f"c{place % 3}\t{text}\t{place + 1}.50" for place, text in enumerate(texts)]
        return read(write("\n".join(["customer_id\torder_date\tamount", *rows])), **options)

    return _dates
