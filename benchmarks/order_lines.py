"""Make a large order log as Parquet, in DuckDB alone: ``order_lines.py OUT --lines 10000000 --customers 1000000``.

The log runs in time, as a shop writes it. Half of the orders come from a fixed, heavily uneven crowd; the other half
from a crowd that drifts through the customers, so that some are new, some regular and some long gone. Nothing is sorted
and nothing is held: a hundred million lines need no more memory than one million. The same arguments give the same rows
as long as DuckDB's ``hash`` stays what it is.
"""

import argparse
from pathlib import Path

import duckdb

DAYS = 730
"""Days that the log covers."""

PRODUCTS = 5_000

PATTERN = "CASE WHEN line % 10 = 0 THEN 0 WHEN line % 10 < 3 THEN 1 WHEN line % 10 < 6 THEN 2 ELSE 3 END"
"""Ten lines make four orders, of one, two, three and four lines."""


def _uniform(place: str, salt: int, seed: int) -> str:
    """Write SQL that gives a number in [0, 1) for a row number: the same for the same seed."""
    return f"(hash({place}, {salt}, {seed}) >> 11) / 9007199254740992.0"


def order_lines(out: Path, lines: int, customers: int, *, seed: int = 0, text: bool = False) -> None:
    """Write an order log of exactly so many lines.

    Parameters
    ----------
    out : Path
        A Parquet file; columns ``order_id, customer_id, ordered_at, product, quantity, unit_price``.
    lines : int
        Its rows.
    customers : int
        Customers there are; a few never order.
    seed : int, default 0
        Of everything random.
    text : bool, default False
        Ids as text (``C0012345``, ``O0000012345``) instead of whole numbers.
    """
    orders = lines * 2 // 5 + 4
    fixed = f"floor({customers} * pow({_uniform('o', 1, seed)}, 3))"
    drifting = f"floor({customers} * (o / {orders} + 0.25 * pow({_uniform('o', 1, seed)}, 2)))"
    rank = f"CAST(CASE WHEN {_uniform('o', 2, seed)} < 0.5 THEN {fixed} ELSE {drifting} END AS BIGINT) % {customers}"
    customer = f"({rank}) * 7919 % {customers} + 100000"
    product = f"CAST(floor({PRODUCTS} * pow({_uniform('line', 3, seed)}, 2)) AS INTEGER)"
    # Most quantities are small; one line in fifty is a return.
    quantity = f"CAST(1 + floor(6 * pow({_uniform('line', 4, seed)}, 4)) AS INTEGER)"
    sign = f"CASE WHEN {_uniform('line', 5, seed)} < 0.02 THEN -1 ELSE 1 END"
    price = f"round(0.5 + 40 * pow({_uniform('p', 6, seed)}, 3) * (0.4 + c % 17 / 8.0), 2)"
    seconds = f"CAST(floor(o * {DAYS * 86_400.0} / {orders}) AS BIGINT)"
    customer_id = "'C' || lpad(CAST(c AS VARCHAR), 8, '0')" if text else "c"
    order_id = "'O' || lpad(CAST(o AS VARCHAR), 10, '0')" if text else "o"
    with duckdb.connect(config={"memory_limit": "1GB", "preserve_insertion_order": True}) as connection:
        connection.execute(
            f"""COPY (
                SELECT {order_id} AS order_id, {customer_id} AS customer_id,
                    make_timestamp(1704067200000000 + {seconds} * 1000000) AS ordered_at,
                    'P' || lpad(CAST(p AS VARCHAR), 5, '0') AS product, {sign} * {quantity} AS quantity,
                    {price} AS unit_price
                FROM (SELECT line, o, {customer} AS c, {product} AS p
                      FROM (SELECT line, line // 10 * 4 + {PATTERN} AS o FROM range({lines}) AS counted (line)))
            ) TO '{out}' (FORMAT parquet, COMPRESSION snappy)"""
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--text-ids", action="store_true")
    asked = parser.parse_args()
    order_lines(asked.out, asked.lines, asked.customers, seed=asked.seed, text=asked.text_ids)
