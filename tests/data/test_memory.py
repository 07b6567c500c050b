"""What the engine may hold is a setting; what is over it goes to disk, and changes nothing."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from segmentry.data import load
from segmentry.data.engine import connect, memory, plainly, value
from segmentry.errors import DataError, UsageError
from segmentry.features import FeatureOptions, build, steps

LINES = """
    SELECT n // 2 AS order_id, n * 7919 % 40_000 AS customer_id,
           TIMESTAMP '2024-01-01' + INTERVAL (n // 600) MINUTE AS order_date, n % 97 / 4 AS amount,
           'product ' || (n * 31 % 9_001) AS product
    FROM range(600_000) t (n)
"""


def test_the_setting_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """SEGMENTRY_MEMORY is the engine's limit."""
    monkeypatch.setenv("SEGMENTRY_MEMORY", "300MB")
    with connect() as connection:
        assert value(connection, "SELECT current_setting('memory_limit')") == "286.1 MiB"


@pytest.mark.parametrize(
    ("asked", "size"),
    [("2GB", 2 * 10**9), (" 1.5 gb ", 15 * 10**8), ("512MiB", 512 << 20), ("64MB", 64 * 10**6), ("1TB", 10**12)],
)
def test_sizes_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch, asked: str, size: int) -> None:
    """A number and its unit, with or without a space, in any case."""
    monkeypatch.setenv("SEGMENTRY_MEMORY", asked)
    assert memory() == size


@pytest.mark.parametrize("asked", ["lots", "2", "-1GB", "80%", "1e3MB", "2KB", "63MB", "0GB"])
def test_what_is_no_size_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    """A misspelt or far too small size is said before anything is read."""
    monkeypatch.setenv("SEGMENTRY_MEMORY", asked)
    with pytest.raises(UsageError, match="SEGMENTRY_MEMORY") as caught:
        connect()
    assert caught.value.way_out.startswith("SEGMENTRY_MEMORY=")


def test_without_a_setting_it_is_a_part_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the memory there is, at most 500 MB, and never too little to work."""
    monkeypatch.delenv("SEGMENTRY_MEMORY", raising=False)
    assert [memory(lambda size=size: size) for size in (64 * 10**9, 10**9, 10**6)] == [
        5 * 10**8,
        25 * 10**7,
        64 * 10**6,
    ]  # type: ignore[misc]


def test_a_log_that_does_not_fit_gives_the_same_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a tiny limit lines go to disk and come back: every measure and caveat is equal."""
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({LINES}) TO '{path}' (FORMAT parquet)").fetchall()
    found: list[tuple[Any, ...]] = []
    spilled = []
    for limit in ("1GB", "64MB"):
        monkeypatch.setenv("SEGMENTRY_MEMORY", limit)
        loaded = load(path)
        assert loaded.orders is not None
        with loaded.orders.connection as connection:
            watch = _Watched(connection)
            measures = build(watch.orders(loaded.orders), None)
            found.append((measures.table.to_csv(), measures.caveats, loaded.caveats, loaded.rows))
        spilled.append(watch.most)
    assert spilled[0] == 0 < spilled[1]
    assert found[0] == found[1]


@pytest.mark.parametrize("options", [FeatureOptions(), FeatureOptions(returns="drop", window_days=200)])
def test_customers_measured_in_parts_are_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: FeatureOptions
) -> None:
    """Part by part or all at once: the same customers in the same order, and the same caveats."""
    path = tmp_path / "orders.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({LINES.replace('600_000', '3_000')}) TO '{path}' (FORMAT parquet)").fetchall()
    loaded = load(path)
    assert loaded.orders is not None
    with loaded.orders.connection:
        whole = build(loaded.orders, None, options)
        monkeypatch.setattr(steps, "BYTES_A_LINE", 10**6)
        assert steps._parts(loaded.orders) > 5
        parts = build(loaded.orders, None, options)
    assert parts.table.equals(whole.table)
    assert (parts.caveats, parts.without_purchase) == (whole.caveats, whole.without_purchase)


class _Watched:
    """Stands for a connection, and looks after each statement how much lies in the temporary folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.most = 0

    def orders(self, orders: Any) -> Any:
        """Give the same orders with this in the place of their connection."""
        from dataclasses import replace

        return replace(orders, connection=self)

    def execute(self, query: str, parameters: Any = None) -> Any:
        """Run a statement, all of it."""
        folder = Path(value(self._connection, "SELECT current_setting('temp_directory')"))
        found = self._connection.execute(query, parameters or [])
        if "CREATE" in query[:20]:
            found.fetchall()
            self.most = max(self.most, sum(file.stat().st_size for file in folder.glob("*")) if folder.exists() else 0)
            return self._connection.execute("SELECT 1")
        return found


def test_too_little_memory_is_said_in_a_sentence() -> None:
    """The engine's own words are evidence, and the way out names the setting."""
    with pytest.raises(DataError, match="not enough memory or disk space to measure") as caught, plainly("measure"):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")
    assert "SEGMENTRY_MEMORY=4GB" in caught.value.way_out


def test_the_engine_draws_no_bar() -> None:
    """Only we tell of progress: a bar of the engine's would write across JSON."""
    with connect() as connection:
        assert value(connection, "SELECT current_setting('enable_progress_bar')") is False
