"""Ids that look alike stay different customers, and people are told how many there are."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("ids", "count"),
    [
        (["Ann", "ann", "Bob"], 2),
        (["a  b", "a b", "a\tb"], 3),
        (["caf\u00e9", "cafe\u0301", "cafe"], 2),
        (["00123", "123", "0123", "1230"], 3),
        (["1e5", "100000", "1E+5", "10000"], 3),
        (["7.50", "7.5", "75"], 2),
        (["0", "00", "C0", "C00"], 2),
        (["STRA\u00dfE", "stra\u00dfe"], 2),
        (["1e99", "1e98", "a", "b", "C001", "C1", "-1", "1"], 0),
    ],
    ids=["case", "spaces", "composed", "zeros", "exponents", "fractions", "nothing but zeros", "folded", "different"],
)
def test_look_alike_ids_are_counted_and_kept_apart(write: Any, read: Any, ids: list[str], count: int) -> None:
    """Case, inner spaces, the coding of letters and numbers, and zeros in front make ids alike, never the same."""
    rows = "".join(f'"{id_}",2024-01-{place + 1:02},1\n' * 2 for place, id_ in enumerate(ids))
    found = read(write("customer_id,order_date,amount\n" + rows))
    assert found.caveats.get("lookalike_ids", 0) == count
    assert found.sql("SELECT count(DISTINCT customer) FROM orders") == [(len(ids),)]
    table = read(write("customer_id,visits\n" + "".join(f'"{id_}",1\n' for id_ in ids)))
    assert table.caveats.get("lookalike_ids", 0) == count
    assert table.table["customer_id"].tolist() == ids
