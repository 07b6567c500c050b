"""Orders: duplicates, attributes, several files, joins, fingerprints."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from segmentry.data import ReadOptions, load
from segmentry.errors import ColumnError, DataError, ReadError, UsageError

HEAD = "customer_id,order_date,amount,city,vip\n"


def test_exact_duplicates_are_kept_and_counted_or_dropped_and_listed(write: Any, read: Any) -> None:
    """The second and later copies of an equal row stay unless people say otherwise; rows that differ never go."""
    path = write(
        HEAD + "C1,2024-01-01,1,A,\nC1,2024-01-01,1,A,\nC1,2024-01-01,1,B,\n,2024-01-01,1,A,\nC1,2024-01-01,1,A,\n"
    )
    kept = read(path)
    assert kept.counts == (5, 4, 1)
    assert kept.caveats == {"duplicates": 2}
    dropped = read(path, duplicates="drop")
    assert dropped.counts == (5, 2, 3)
    same = "repeats an earlier row exactly"
    assert dropped.refused == [(3, same), (5, "no customer"), (6, same)]


def test_attributes_are_those_of_the_latest_row(write: Any, read: Any) -> None:
    """Each customer has one row of the other columns: of her latest date, the later line where dates are equal."""
    one = "C1,2024-03-01,1,New,\nC1,2024-01-01,1,Old,yes\n"
    text = one + "C2,2024-01-01,1,First,\nC2,2024-01-01,1, Second ,\nC3,x,1,Lost,\n"
    found = read(write(HEAD + text))
    assert found.attributes("customer, city, vip") == [("C1", "New", None), ("C2", "Second", None)]


def test_attribute_names_never_collide(write: Any, read: Any) -> None:
    """A column may be called customer, or differ from another by case only."""
    found = read(
        write("customer_id,order_date,amount,customer,City,city\nC1,2024-01-01,1,Ann,A,a\nC1,2024-01-02,1,Bob,B,b\n")
    )
    assert found.sql("SELECT * FROM order_attributes") == [("C1", "Bob", "B", "b")]
    names = [row[0] for row in found.sql("DESCRIBE order_attributes")]
    assert names == ["customer", "customer_", "City", "city_"]


def test_orders_have_the_promised_columns(write: Any, read: Any) -> None:
    """Columns that the source lacks are there and empty; discounts are numbers."""
    found = read(
        write("customer_id,order_date,amount,discount\nC1,2024-01-01,1,20%\nC1,2024-01-02,2,0.5\nC1,2024-01-03,3,?\n")
    )
    kinds = {row[0]: row[1] for row in found.sql("DESCRIBE orders")}
    assert [kinds.pop(key) for key in (*found.loaded.orders.keys, "rowid")] == ["VARCHAR", "VARCHAR", "BIGINT"]
    assert kinds == {
        "customer": "VARCHAR",
        "order_id": "VARCHAR",
        "date": "TIMESTAMP",
        "amount": "DECIMAL(18,6)",
        "product": "VARCHAR",
        "category": "VARCHAR",
        "discount": "DOUBLE",
    }
    assert found.lines("discount, product") == [(20.0, None), (0.5, None), (None, None)]
    assert found.loaded.orders.has == frozenset({"discount"})
    assert found.loaded.orders.attributes is None
    assert found.caveats == {"discount_unread": 1}


def test_monthly_files_are_one_log(write: Any, read: Any, tmp_path: Path) -> None:
    """A pattern reads its files in order, matches columns by name, and lines stay those of each file."""
    write("customer_id,order_date,amount\nC1,2024-01-01,1\n,2024-01-02,2\n", "2024-01.csv")
    write("amount,customer_id,order_date\n3,C1,2024-02-01\n4,C2,never\n", "2024-02.csv")
    found = read(str(tmp_path / "2024-*.csv"))
    assert found.lines("customer, amount") == [("C1", 1.0), ("C1", 3.0)]
    assert [(Path(file).name, line) for file, line in found.loaded.rejects[["file", "line"]].to_numpy().tolist()] == [
        ("2024-01.csv", 3),
        ("2024-02.csv", 3),
    ]
    assert found.loaded.sources == (str(tmp_path / "2024-01.csv"), str(tmp_path / "2024-02.csv"))


def test_files_that_do_not_belong_together_are_refused(write: Any, read: Any) -> None:
    """Different columns, no file, a missing file and a file given twice are each said."""
    one = write("customer_id,order_date,amount\nC1,2024-01-01,1\n", "one.csv")
    two = write("customer_id,order_date,total\nC1,2024-01-01,1\n", "two.csv")
    with pytest.raises(ColumnError, match="different columns") as caught:
        read([one, two])
    assert caught.value.evidence == (f"{two} lacks: amount", f"only {two} has: total")
    with pytest.raises(ReadError, match="no file matches"):
        read(str(one.parent / "x*.csv"))
    with pytest.raises(ReadError, match="there is no file") as missing:
        read(str(one.parent / "ones.csv"))
    assert missing.value.way_out == str(one)
    with pytest.raises(ReadError, match="a folder"):
        read(one.parent)
    with pytest.raises(UsageError, match="given twice"):
        read([one, str(one.parent / "o*.csv")])


def test_customers_join_orders_and_the_unmatched_are_counted(write: Any, read: Any) -> None:
    """Who never ordered, and who ordered but isn't listed, are both counted; ids meet as text."""
    orders = write("customer_id,order_date,amount\n001,2024-01-01,1\n002,2024-01-02,2\n009,2024-01-03,3\n")
    customers = write("code,age\n001,30\n002,\n003,50\n004,60\n", "customers.csv")
    found = read(orders, customers, id="code")
    assert found.counts == (7, 7, 0)
    assert found.caveats == {"customers_without_orders": 2, "orders_without_customer": 1}
    assert found.table["customer_id"].tolist() == ["001", "002", "003", "004"]
    assert found.roles["id"] == "code"


def test_a_join_that_cannot_work_is_refused(write: Any, read: Any) -> None:
    """A customer table without an id, or with no id in common, is not joined in silence."""
    orders = write("customer_id,order_date,amount\n001,2024-01-01,1\n001,2024-01-02,2\n")
    with pytest.raises(DataError, match="no customer of"):
        read(orders, write("customer_id,age\n1,30\n", "other.csv"))
    with pytest.raises(ColumnError, match="the customer table is the id"):
        read(orders, write("age,city\n30,A\n30,B\n", "none.csv"))


def test_a_fingerprint_is_that_of_the_bytes(write: Any, read: Any) -> None:
    """One file's fingerprint is its SHA-256, also where a clean copy was read; several files' depends on all."""
    content = "customer_id,order_date,amount\nCé,2024-01-01,1\n".encode("utf-16")
    one = write(content, "one.csv")
    assert read(one).loaded.fingerprint == hashlib.sha256(content).hexdigest()
    both = read([one, write("customer_id,order_date,amount\nC,2024-01-01,1\n", "two.csv")])
    assert len(both.loaded.fingerprint) == 64
    assert both.loaded.fingerprint != read(one).loaded.fingerprint


def test_progress_runs_from_reading_to_read(write: Any) -> None:
    """The caller hears what is being done, in order, ending at 1."""
    heard: list[tuple[str, float]] = []
    path = write("customer_id,order_date,amount\nC,2024-01-01,1\n")
    loaded = load(path, options=ReadOptions(), today=date(2025, 1, 1), progress=lambda *step: heard.append(step))
    assert loaded.orders is not None
    loaded.orders.connection.close()
    assert heard[0][0] == f"reading {path}"
    assert heard[-1] == ("read", 1.0)
    assert [share for _, share in heard] == sorted(share for _, share in heard)


def test_orders_without_money_are_counted_only(write: Any) -> None:
    """With --no-amount every line counts as one, whatever it holds, and the orders say that there is no money."""
    path = write("customer_id,order_date,amount\nC1,2024-01-01,x\nC1,2024-01-05,\nC2,2024-02-01,-3\n")
    loaded = load(path, options=ReadOptions(no_amount=True))
    assert loaded.orders is not None
    with loaded.orders.connection as connection:
        amounts = connection.execute(f"SELECT customer, amount FROM {loaded.orders.table} ORDER BY date").fetchall()
    assert [(customer, float(amount)) for customer, amount in amounts] == [("C1", 1.0), ("C1", 1.0), ("C2", 1.0)]
    assert not loaded.orders.money
    assert (loaded.rows.loaded, loaded.rows.rejected) == (3, 0)


def test_an_amount_and_no_amount_contradict_each_other(write: Any) -> None:
    """Naming an amount beside --no-amount is refused."""
    path = write("customer_id,order_date,amount\nC1,2024-01-01,5\n")
    with pytest.raises(UsageError, match="amount"):
        load(path, options=ReadOptions(no_amount=True, amount="amount"))
