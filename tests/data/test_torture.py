"""Small files with known answers: none may be silently wrong."""

import json
from pathlib import Path
from typing import Any

from segmentry.data import Loaded, ReadOptions, load
from segmentry.errors import DataError

LATER = {"gz.csv.gz", "zip_one.zip", "jsonl.jsonl"}  # containers that are refused for now
LOOKALIKE = {"id_unicode.csv", "identical_customers.csv"}  # right figures; what they ask for is said further on


def test_no_torture_file_is_silently_wrong(shared_torture: Path) -> None:
    """Every file gives each customer's spend in exact cents and the known number of refused rows, or an error."""
    wrong = []
    for case in json.loads((shared_torture / "manifest.json").read_text("utf-8")):
        name = case["file"]
        try:
            found = load(str(shared_torture / name), options=ReadOptions())
        except DataError:
            if case["expect"] not in {"error", "ask"} and name not in LATER:
                wrong.append(name)
            continue
        right = case["truth"] is not None and _truth(found) == sorted(tuple(row) for row in case["truth"])
        counted = found.rows.rejected == case["rejects"]
        said = case["expect"] in {"load", "reject"} or bool(found.caveats) or name in LOOKALIKE
        if not (right and counted and said):
            wrong.append(name)
    assert wrong == []


def _truth(found: Loaded) -> list[tuple[str, int, int, str]]:
    if found.orders is None:
        return []
    rows = found.orders.connection.execute(
        "SELECT customer, count(*), CAST(sum(amount) * 100 AS BIGINT), CAST(CAST(max(date) AS DATE) AS VARCHAR) "
        "FROM orders GROUP BY customer ORDER BY customer"
    ).fetchall()
    found.orders.connection.close()
    return sorted(rows)


def test_an_unclosed_quote_costs_one_line(shared_torture: Path, read: Any) -> None:
    """An unclosed quote costs its own line and none after it, and says which."""
    found = read(str(shared_torture / "row_unclosed_quote.csv"))
    assert found.refused == [(21, "a quote that never ends")]
