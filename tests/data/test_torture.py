"""Small files with known answers: none may be silently wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from segmentry import segment
from segmentry.data import Loaded, load
from segmentry.errors import AmbiguousError, DataError, TooFewError
from segmentry.features import FeatureOptions, Measures, measure

MANIFEST = Path(__file__).resolve().parents[3] / "shared" / "torture" / "manifest.json"
CASES: list[dict[str, Any]] = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.is_file() else [{"file": "absent"}]


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_no_torture_file_is_silently_wrong(shared_torture: Path, case: dict[str, Any]) -> None:
    """Every file gives each customer's spend in exact cents and the known number of refused rows, or says why not."""
    source = str(shared_torture / case["file"])
    if case["expect"] == "error":
        with pytest.raises(DataError):
            load(source)
        return
    loaded = _load(source)
    if isinstance(loaded, AmbiguousError):
        assert case["expect"] == "ask", "a file whose rows all count was asked about"
        assert loaded.evidence, "a question without evidence"
        assert loaded.way_out, "a question without a way out"
        return
    assert loaded.orders is not None
    try:
        measured = measure(loaded.orders, loaded.customers, FeatureOptions())
        assert _lines(loaded) == {row[0]: (row[1], row[3]) for row in case["truth"]}
    finally:
        loaded.orders.connection.close()
    assert _cents(measured) == {row[0]: row[2] for row in case["truth"]}
    assert loaded.rows.rejected == case["rejects"]
    if case["expect"] == "ask" and case["group"] != "refuse":  # those are asked about by a run: see below
        assert [*loaded.caveats, *measured.caveats], "read as if it were plain"


def _load(source: str) -> Loaded | AmbiguousError:
    """Read a file, or give the question that it raises."""
    try:
        return load(source)
    except AmbiguousError as question:
        return question


def _lines(loaded: Loaded) -> dict[str, tuple[int, str]]:
    """Give each customer's order lines and last day."""
    assert loaded.orders is not None
    rows = loaded.orders.connection.execute(
        "SELECT customer, count(*), CAST(CAST(max(date) AS DATE) AS VARCHAR) FROM orders GROUP BY customer"
    ).fetchall()
    return {customer: (lines, last) for customer, lines, last in rows}


def _cents(measured: Measures) -> dict[str, int]:
    """Give each customer's spend in cents, none of them lost to rounding."""
    table = measured.table
    cents = table["spend"].to_numpy() * 100
    assert abs(cents - cents.round()).max() < 1e-6
    return dict(zip(table["customer_id"], cents.round().astype(int).tolist(), strict=True))


def test_a_run_invents_no_segments(shared_torture: Path) -> None:
    """Customers who are alike in everything are one segment, and one customer is none."""
    alike = segment(str(shared_torture / "identical_customers.csv"))
    assert [one.customers for one in alike.summary.segments] == [12]
    with pytest.raises(TooFewError, match="1 customer can't be split"):
        segment(str(shared_torture / "one_row.csv"))


def test_an_unclosed_quote_costs_one_line(shared_torture: Path, read: Any) -> None:
    """An unclosed quote costs its own line and none after it, and says which."""
    found = read(str(shared_torture / "row_unclosed_quote.csv"))
    assert found.refused == [(21, "a quote that never ends")]
