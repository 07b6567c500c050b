from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.check import FEW_CUSTOMERS, GRADES, Checked, check
from segmentry.errors import UsageError

CELLS = st.tuples(
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from(["2024-01-31", "2024-02-30", "", "2024-03-01"]),
    st.sampled_from(["5", "-2", "0", "much", ""]),
)


def _log(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"], dtype=object)


def _codes(found: Checked, grade: str) -> dict[str, int]:
    return {finding.code: finding.count for finding in found.findings if finding.grade == grade}


def _adds_up(found: Checked) -> None:
    assert found.look is not None
    rows = found.look.loaded.rows
    rejected = sum(finding.count for finding in found.findings if finding.code == "rejected")
    assert rows.read == rows.loaded + rows.rejected
    assert rejected == rows.rejected
    assert _codes(found, "fine")["rows"] == rows.read


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=25))
def test_counts_always_add_up(rows: list[tuple[str, str, str]]) -> None:
    """Whatever a log holds, a check gives findings and no fault: rejected rows by reason add up to those read."""
    found = check(_log([*rows, ("a", "2024-01-01", "3"), ("b", "2024-01-02", "4")]))
    _adds_up(found)
    assert [GRADES.index(finding.grade) for finding in found.findings] == sorted(
        GRADES.index(finding.grade) for finding in found.findings
    )


def test_a_log_worked_by_hand() -> None:
    """Two rows rejected for two reasons, a return, a repeat and few customers are worth knowing; the rest is fine."""
    found = check(
        _log(
            [
                ("a", "2024-01-01", "10"),
                ("a", "2024-01-01", "10"),
                ("a", "2024-01-05", "-4"),
                ("b", "2024-01-07", "8"),
                ("", "2024-01-08", "9"),
                ("c", "2024-01-09", "much"),
            ]
        )
    )
    _adds_up(found)
    assert found.graded("must fix") == ()
    known = [(finding.code, finding.count) for finding in found.graded("worth knowing")]
    assert known == [("rejected", 1), ("rejected", 1), ("returns", 1), ("duplicates", 1), ("few_customers", 2)]
    assert set(_codes(found, "fine")) == {"rows", "dates", "no_blanks", "forming"}
    ways = {finding.code: finding.way_out for finding in found.findings}
    assert (ways["returns"], ways["duplicates"]) == ("--returns drop", "--duplicates drop")
    first = next(finding for finding in found.findings if "customer" in finding.what)
    assert first.evidence == ("first on line 5 of frame 1, customer_id",) or "line 5" in first.evidence[0]


def test_a_clean_table_is_fine() -> None:
    """Nothing to fix and nothing to know: each thing that was looked at is said to be in order, with its count."""
    table = pd.DataFrame({"customer_id": [f"C{at}" for at in range(300)], "visits": [at % 17 for at in range(300)]})
    found = check(table.assign(basket=[(at * 7) % 31 for at in range(300)]))
    assert {finding.grade for finding in found.findings} == {"fine"}
    assert _codes(found, "fine") == {"rows": 300, "ids": 300, "enough_customers": 300, "no_blanks": 300, "forming": 2}


@pytest.mark.parametrize("customers", [FEW_CUSTOMERS - 1, FEW_CUSTOMERS])
def test_few_customers_are_worth_knowing(customers: int) -> None:
    """Below 200 customers the smallest segment has fewer than ten, and that is said."""
    table = pd.DataFrame({"customer_id": [f"C{at}" for at in range(customers)], "visits": range(customers)})
    assert ("few_customers" in _codes(check(table), "worth knowing")) == (customers < FEW_CUSTOMERS)


def test_columns_held_back_are_worth_knowing() -> None:
    """Personal attributes, outcomes, ids, constants and blanks are each named, with the way out that there is."""
    n = 250
    table = pd.DataFrame(
        {
            "customer_id": [f"C{at}" for at in range(n)],
            "age": [20 + at % 50 for at in range(n)],
            "churn": ["yes", "no"] * (n // 2),
            "phone": [f"0{at:06d}-{at}" for at in range(n)],
            "country": ["UK"] * n,
            "visits": [None if at % 10 == 0 else at % 7 for at in range(n)],
            "basket": [at % 23 for at in range(n)],
        }
    )
    found = check(table)
    known = _codes(found, "worth knowing")
    assert known == {"sensitive": 1, "outcome_like": 1, "constant": 1, "unusable": 1, "blanks": 25}
    ways = {finding.code: finding.way_out for finding in found.graded("worth knowing")}
    assert ways["sensitive"] == "--include COLUMN"
    assert ways["constant"] == ""


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("a", "03/04/2024", "1"), ("b", "05/06/2024", "2")], "ambiguous"),
        ([("a", "soon", "1"), ("b", "later", "2")], "column"),
        ([("", "2024-01-01", "1"), ("", "2024-01-02", "2")], "unusable"),
        ([("a", "2024-01-01", "1"), ("a", "2024-01-02", "2")], "too_few"),
    ],
)
def test_what_stops_a_run_must_be_fixed(rows: list[tuple[str, str, str]], code: str) -> None:
    """Each refusal of a run is one finding to fix, with its evidence or way out."""
    found = check(_log(rows))
    (finding,) = found.graded("must fix")
    assert finding.code == code
    assert finding.what
    assert finding.way_out


def test_later_refusals_keep_what_was_read() -> None:
    """What stops only the measuring leaves the findings on rows in place."""
    found = check(_log([("a", "2024-01-01", "1"), ("b", "2024-01-02", "2")]), as_of="1999-01-01")
    assert len(found.graded("must fix")) == 1
    assert found.measures is None
    _adds_up(found)


def test_wrong_options_are_raised() -> None:
    """An option that names nothing is no fault of the data."""
    with pytest.raises(UsageError):
        check(_log([("a", "2024-01-01", "1"), ("b", "2024-01-02", "2")]), include=["nothing"])


def test_joined_tables_are_compared() -> None:
    """Orders and customers who match are fine; those who don't are worth knowing."""
    orders = _log([("a", "2024-01-01", "1"), ("b", "2024-01-02", "2"), ("b", "2024-01-03", "5")])
    whole = check(orders, pd.DataFrame({"customer_id": ["a", "b"], "town": ["x", "y"]}))
    assert _codes(whole, "fine")["joined"] == 2
    _adds_up(whole)
    part = check(orders, pd.DataFrame({"customer_id": ["a", "z"], "town": ["x", "y"]}))
    assert "joined" not in _codes(part, "fine")
    assert {"customers_without_orders", "orders_without_customer"} <= set(_codes(part, "worth knowing"))
    _adds_up(part)


def test_exploring_is_asked_for() -> None:
    """Only where it is asked for, the measures are explored; too few customers for a run are enough to explore."""
    log = _log([("a", "2024-01-01", "1"), ("a", "2024-01-02", "2")])
    assert check(log).exploration is None
    found = check(log, explore=True)
    assert found.exploration is not None
    assert (found.exploration.customers, len(found.graded("must fix"))) == (1, 1)


def test_real_files(shared_data: Path) -> None:
    """The shop's counts are those of the file, and mixed dates are one clear question."""
    shop = check(str(shared_data / "online_retail.parquet"))
    _adds_up(shop)
    known = _codes(shop, "worth knowing")
    assert known["rejected"] == 135_080
    assert (known["returns"], known["duplicates"], known["without_purchase"]) == (8_905, 5_225, 34)
    for name in ("superstore_cp1252.csv", "superstore_utf8bom.csv"):
        (question,) = check(str(shared_data / name)).findings
        assert (question.grade, question.code) == ("must fix", "ambiguous")
        assert "--monthfirst" in question.way_out
    answered = check(str(shared_data / "superstore_cp1252.csv"), dayfirst=False)
    assert answered.graded("must fix") == ()
    _adds_up(answered)
