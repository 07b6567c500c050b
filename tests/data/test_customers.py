"""Customer tables: types, ids, and one row a customer."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry.errors import AmbiguousError, DataError


def test_columns_get_the_type_that_every_value_has(write: Any, read: Any) -> None:
    """A column is numbers or dates only where each filled value is one; all else is text."""
    text = (
        "id,age,spend,joined,unclear,mixed,vip,blank\n"
        '1,30,"£1,200.50",31/01/2024,01/02/2024,12,Yes,\n'
        "2,,$3.25,01/02/2024,02/03/2024,a lot,No,\n"
        "3,-5,7,,,13,,\n"
    )
    table = read(write(text)).table
    assert {name: kind.kind for name, kind in table.dtypes.items()} == {
        "customer_id": "O", "age": "f", "spend": "f", "joined": "M", "unclear": "O", "mixed": "O", "vip": "O",
        "blank": "O",
    }  # fmt: skip
    assert np.array_equal(table["age"].to_numpy(), [30, np.nan, -5], equal_nan=True)
    assert table["spend"].tolist() == [1200.5, 3.25, 7.0]
    assert table["joined"].dt.day.tolist()[:2] == [31, 1]
    assert table["vip"].tolist() == ["Yes", "No", None]
    assert table["blank"].tolist() == [None] * 3
    assert table.index.tolist() == [0, 1, 2]


def test_an_id_that_comes_twice_is_refused(write: Any, read: Any) -> None:
    """Two rows of one customer are shown with their lines; equal rows may be dropped when told."""
    path = write("customer_id,age\nA,1\nB,2\n A,1\n")
    with pytest.raises(DataError, match="1 ids in customer_id") as caught:
        read(path)
    assert "line 2" in caught.value.evidence[0]
    assert "line 4" in caught.value.evidence[0]
    equal = write("customer_id,age\nA,1\nB,2\nA,1\n", "equal.csv")
    found = read(equal, duplicates="drop")
    assert found.table["customer_id"].tolist() == ["A", "B"]
    assert found.refused == [(4, "repeats an earlier row exactly")]


def test_rows_without_an_id_are_refused(write: Any, read: Any) -> None:
    """A customer without an id can't be found again: her row is refused with its line."""
    found = read(write("customer_id,age\nA,1\n ,2\nC,3\n"))
    assert found.counts == (3, 2, 1)
    assert found.refused == [(3, "no id")]
    with pytest.raises(DataError, match="none of the 1 rows"):
        read(write("customer_id,age\n,2\n", "empty.csv"))


def test_a_table_without_ids_is_numbered(write: Any, read: Any) -> None:
    """Rows are numbered from 1 where there is no id, and that is said."""
    found = read(write("age,spend,spend_again\n30,1,1\n30,2,2\n"))
    assert found.table["customer_id"].tolist() == ["1", "2"]
    assert found.loaded.customers.id_column is None
    assert found.caveats == {"rows_numbered": 2}


def test_names_are_an_id_only_where_all_differ(write: Any, read: Any) -> None:
    """People may share a name: a column of names is the id only where no name comes twice."""
    assert read(write("email,age\na@x.org,1\nb@x.org,2\n")).loaded.customers.id_column == "email"
    assert read(write("email,age\na@x.org,1\na@x.org,2\n", "b.csv")).loaded.customers.id_column is None


def test_an_unclear_number_is_asked_about(write: Any, read: Any) -> None:
    """1,234 in a column of numbers is a thousand or one and a bit: nobody guesses."""
    path = write("id;spend\n1;1,234\n2;2,500\n")
    with pytest.raises(AmbiguousError, match="decimal mark of spend"):
        read(path)
    assert read(path, decimal=",").table["spend"].tolist() == [1.234, 2.5]
    assert read(path, decimal=".").table["spend"].tolist() == [1234.0, 2500.0]


def test_a_column_named_customer_id_beside_the_id_is_kept(write: Any, read: Any) -> None:
    """The id comes first under its fixed name; a column of that name that isn't the id stays under another."""
    found = read(write("customer_id,key\nx,1\nx,2\n"), id="key")
    assert found.table.columns.tolist() == ["customer_id", "customer_id_2"]
    assert found.table["customer_id"].tolist() == ["1", "2"]


def test_pieces_are_the_table_cut_in_order() -> None:
    """However a table is read, whole or in pieces of bounded size, the same rows come in the same order."""
    from segmentry.data import open_table

    texts = np.array([None, "a", "b"], dtype=object)
    table = pd.DataFrame({"id": np.arange(9000)[::-1], "n": np.arange(9000) / 7, "t": texts[np.arange(9000) % 3]})
    with open_table(table) as (loaded, found):
        pieces = list(found.pieces({"customer_id": found.id, **found.columns}, 4096))
        whole = found.frame()
    assert max(map(len, pieces)) <= 4096
    assert len(pieces) >= 3
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole, check_exact=True)
    assert (len(whole), loaded.rows.loaded) == (9000, 9000)


def test_an_order_log_is_read_as_such_where_a_table_may_stand() -> None:
    """What turns out to be an order log has orders, and no rows of customers."""
    from segmentry.data import open_table

    orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "order_date": ["2024-01-31"] * 3, "amount": [1.5, 2, 3]})
    with open_table(orders) as (loaded, found):
        assert found is None
        assert loaded.orders is not None
        assert loaded.orders.lines == 3
