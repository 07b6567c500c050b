"""Parquet files are looked into where they lie: the same orders as from text, without a copy."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentry.data import ReadOptions, load
from segmentry.data.engine import rows
from segmentry.data.numbers import NumberReading, _digits, as_money, as_product
from segmentry.data.raw import Column, Part, Raw
from segmentry.errors import ReadError
from segmentry.features import FeatureOptions, build

from .conftest import TODAY

LINES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.one_of(st.none(), st.integers(1, 12), st.integers(2**40, 2**40 + 2)),
        st.one_of(st.none(), st.integers(0, 400)),
        st.sampled_from(["tea", "cup", None, "pot"]),
        st.one_of(st.none(), st.integers(-3, 2_000)),
        st.one_of(st.none(), st.integers(0, 99_999)),
    ),
    min_size=1,
    max_size=25,
)


def _frame(lines: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Make a log in which everything has its type; one line that can be used is always there."""
    first = datetime(2024, 1, 1)  # noqa: DTZ001
    table = pd.DataFrame(
        [*lines, (1, 5, 3, "tea", 2, 250), (1, 5, 3, "tea", 2, 250)],
        columns=["order_id", "customer_id", "day", "product", "quantity", "unit_price"],
    )
    table["order_date"] = [None if pd.isna(day) else first + pd.Timedelta(days=int(day)) for day in table.pop("day")]
    table["unit_price"] = table["unit_price"].astype("float64") / 100
    for whole in ("customer_id", "quantity"):
        table[whole] = table[whole].astype("Int64")
    return table


def _everything(path: Path, options: ReadOptions) -> tuple[Any, ...]:
    """Give all that reading and measuring say of a log."""
    loaded = load(path, None, options, today=TODAY)
    assert loaded.orders is not None
    try:
        lines = loaded.orders.connection.execute(
            "SELECT customer, order_id, date, amount, product FROM orders ORDER BY rowid"
        ).fetchall()
        built = [build(loaded.orders, None, FeatureOptions(order_unit=unit)) for unit in ("order", "row")]
    finally:
        loaded.orders.connection.close()
    tables = [(measures.table.to_csv(), measures.caveats, measures.without_purchase) for measures in built]
    refused = loaded.rejects.drop(columns=["file", "line"]).to_csv()
    # The header is a line of a text file.
    where = (loaded.rejects["line"] - (path.suffix == ".csv")).tolist()
    return lines, tables, refused, where, loaded.caveats, loaded.rows, loaded.guesses


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, duplicates=st.sampled_from(["keep", "drop"]))
def test_typed_columns_give_what_their_text_gives(tmp_path: Path, lines: list[Any], duplicates: Any) -> None:
    """A Parquet file and its text make the same lines, measures, refused rows and caveats, to the last digit."""
    table = _frame(lines)
    with duckdb.connect() as connection:
        connection.register("given", table)
        for name in ("log.parquet", "log.csv"):
            connection.execute(f"COPY (FROM given) TO '{tmp_path / name}'").fetchall()
    options = ReadOptions(duplicates=duplicates)
    assert _everything(tmp_path / "log.parquet", options) == _everything(tmp_path / "log.csv", options)


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """Write what a query gives."""

    def _write(query: str, name: str = "orders.parquet") -> Path:
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({query}) TO '{tmp_path / name}' (FORMAT parquet)").fetchall()
        return tmp_path / name

    return _write


LOG = "SELECT n % 7 AS customer_id, DATE '2024-01-01' + n::INT AS order_date, n / 4 AS amount FROM range({}) t (n)"


def test_a_file_is_not_copied(parquet: Any, read: Any) -> None:
    """No table holds the lines: they stay in the file."""
    found = read(parquet(LOG.format(40)))
    assert found.sql("SELECT count(*) FROM duckdb_tables()") == [(0,)]
    assert found.sql("SELECT DISTINCT typeof(customer_key) FROM orders") == [("BIGINT",)]


def test_several_files_are_counted_through(parquet: Any, read: Any, tmp_path: Path) -> None:
    """Files of one log follow each other, types that differ become text, and refused rows are found in theirs."""
    parquet(LOG.format(3), "a.parquet")
    parquet(LOG.format(4).replace("n % 7", "CASE WHEN n <> 2 THEN 'c' || n END"), "b.parquet")
    found = read(str(tmp_path / "*.parquet"))
    assert [row[0] for row in found.lines("customer")] == ["0", "1", "2", "c0", "c1", "c3"]
    rejects = found.loaded.rejects
    assert [(Path(row.file).name, row.line, row.reason) for row in rejects.itertuples()] == [
        ("b.parquet", 3, "no customer")
    ]


def test_a_customer_table_from_a_file_may_lose_rows(parquet: Any, read: Any) -> None:
    """What reading changes is held first: a view can't be changed."""
    path = parquet("SELECT unnest([1, 1, 2]) AS customer_id, unnest([5, 5, 9]) AS visits")
    assert read(path, duplicates="drop").table["customer_id"].tolist() == ["1", "2"]


def test_a_file_with_broken_rows_is_refused(parquet: Any) -> None:
    """Damage that shows only when the rows are read is said in a sentence."""
    path = parquet(LOG.format(5_000))
    content = bytearray(path.read_bytes())
    content[40:2_000] = bytes(1_960)
    path.write_bytes(bytes(content))
    with pytest.raises(ReadError, match="is no Parquet file we can read"):
        load(path)


@pytest.mark.parametrize(
    ("quantity", "price"),
    [
        (["1", "-2", "NULL", "30"], ["0.005", "12.345678", "1.5", "99999.999999"]),
        (["1.0::DOUBLE", "3.0", "'nan'", "2"], ["0.1::DOUBLE", "1e-7", "4.35", "1.0000005"]),
        (["999999", "1", "2", "3"], ["99999.5", "2", "3", "4"]),
        (["999999999", "1", "2", "3"], ["99999999.5", "2", "3", "4"]),
        (["0.5", "1", "2", "3"], ["1.25", "2.000001", "3", "4"]),
        (["1", "2", "3", "4"], ["'inf'::DOUBLE", "1e12::DOUBLE", "1e11", "-5"]),
    ],
    ids=["whole", "floats", "eighteen digits", "more digits", "fractions", "out of range"],
)
def test_a_quick_product_is_the_careful_one(quantity: list[str], price: list[str]) -> None:
    """Quantity times price in 18 digits gives what 38 digits give, and isn't tried where it could not."""
    with duckdb.connect() as connection:
        both = f"unnest([{', '.join(quantity)}]) AS c0, unnest([{', '.join(price)}]) AS c1"
        rows(connection, f"CREATE TABLE raw AS SELECT * REPLACE (nullif(c0, 'nan'::DOUBLE) AS c0) FROM (SELECT {both})")
        part = Part("a", "raw", (), 4, lambda place: place, (), (), "")
        raw = Raw(connection, "raw", (), (part,))
        plain = NumberReading(plain=True)
        first, second = (Column("q", "c0", "float"), plain), (Column("p", "c1", "float"), plain)
        careful = f"TRY_CAST(CAST({as_money(*first)} AS DECIMAL(38,6)) * {as_money(*second)} AS DECIMAL(18,6))"
        assert rows(connection, f"SELECT {as_product(raw, first, second)} FROM raw") == rows(
            connection, f"SELECT {careful} FROM raw"
        )


def test_eighteen_digits_are_counted() -> None:
    """Digits before the point: as many as the largest value has, and the product's six after it must still fit."""
    with duckdb.connect() as connection:
        rows(connection, "CREATE TABLE raw AS SELECT unnest([-12, 3]) AS c0, unnest([100.5, 0.1]) AS c1")
        raw = Raw(connection, "raw", (), (Part("a", "raw", (), 2, lambda place: place, (), (), ""),))
        assert _digits(raw, "c0", "c1") == (2, 3)
        assert _digits(raw, "c1", "c0") is None
        assert _digits(raw, "c0 * 100000", "c1 * 10000") is None
