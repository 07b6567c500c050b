"""Two runs side by side: figures by hand, whatever of them is at hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, compare, report, segment
from segmentry.errors import NotFoundError, UsageError
from segmentry.workspace import save_run

RAW = {"scale": "none", "skew": "none", "outliers": "none", "rebuilds": 2}


def guests(first: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Make 40, 30 and 20 customers at 5, 50 and 90 visits, those at 90 moved by ``shift``."""
    kind = np.repeat([0, 1, 2], [40, 30, 20])
    visits = np.array([5.0, 50.0, 90.0 + shift])[kind] + np.arange(90) % 5
    return pd.DataFrame({"customer_id": [f"g{row:03d}" for row in range(first, first + 90)], "visits": visits})


def run(table: pd.DataFrame, name: str, segments: int = 3, **more: Any) -> Segmentation:
    """Find segments by visits as they are."""
    return segment(table, segments=segments, name=name, **{**RAW, **more})


@pytest.fixture(scope="module")
def may() -> Segmentation:
    """Give the earlier run."""
    return run(guests(), "may")


def test_a_run_against_itself(may: Segmentation) -> None:
    """Everybody is in the same segment, the index is 1, every segment is kept and nothing changed."""
    found = compare(may, may)
    assert (found.basis, found.customers, found.common, found.only_left, found.only_right) == ("model", 90, 90, 0, 0)
    assert (found.agreement, found.stayed, found.adjusted_rand) == (1.0, 1.0, 1.0)
    assert [event.kind for event in found.events] == ["kept"] * 3
    assert found.table == ((40, 0, 0), (0, 30, 0), (0, 0, 20))
    assert found.changes == ()


def test_customers_in_common_and_those_of_one_run(may: Segmentation, tmp_path: Path) -> None:
    """From two folders: 80 customers in both, 10 only in each, and the cross-table counts the 80."""
    june = run(guests(10, shift=30), "june")
    for found in (may, june):
        save_run(tmp_path / found.summary.run, found, report.html)
    compared = compare(tmp_path / "may", str(tmp_path / "june"))
    assert (compared.common, compared.only_left, compared.only_right) == (80, 10, 10)
    # Ten ids further on: of each kind's customers ten are in the next kind, and the first ten are new.
    assert compared.table == ((30, 0, 0), (10, 20, 0), (0, 10, 10))
    assert compared.stayed == pytest.approx(60 / 80)
    # Twenty of the eighty moved; the segments are what they were, and so all are alike by both models.
    assert (compared.basis, compared.customers, compared.agreement) == ("model", 90, 1.0)
    assert (compared.left.run, compared.right.run, compared.left.k) == ("may", "june", 3)
    assert (compared.left.verdict, compared.right.verdict) == (may.summary.verdict, june.summary.verdict)
    assert [(part.letter, part.customers) for part in compared.right.segments] == [("A", 40), ("B", 30), ("C", 20)]


def test_the_adjusted_rand_index_by_hand(may: Segmentation) -> None:
    """Of the pairs 780 + 435 + 190 and, joined, 2,415 + 190, with 1,405 in both, of 4,005: (1405 - e) / (m - e)."""
    two = run(guests(), "two", 2)
    found = compare(may, two)
    together = 70 * 69 / 2 + 20 * 19 / 2 if found.table[0][0] and found.table[1][0] else 40 * 39 / 2 + 50 * 49 / 2
    apart = 780 + 435 + 190
    expected = apart * together / (90 * 89 / 2)
    assert found.adjusted_rand == pytest.approx((apart - expected) / ((apart + together) / 2 - expected))


def test_what_changed_most_comes_first(may: Segmentation) -> None:
    """The best guests come 30 times more: that change is listed, in widths of everyone's middle half; others aren't."""
    (change,) = compare(may, run(guests(shift=30), "june")).changes
    assert (change.old, change.new, change.measure) == ("C", "C", "visits")
    assert (change.before, change.after) == (92.0, 122.0)
    # Everyone's quartiles from the segments' middle halves: 6 (of the 40 at 5 to 9) and 53 (of the 30 at 50 to 54).
    assert change.by == pytest.approx(30 / (53 - 6), rel=0.1)


def test_one_model_file_places_the_others_customers(may: Segmentation, tmp_path: Path) -> None:
    """With one run's customers and the other's model, those customers are compared; ids play no part."""
    may.model.save(tmp_path / "may.segmentry")
    found = compare(tmp_path / "may.segmentry", run(guests(500), "june"))
    assert (found.basis, found.customers, found.agreement) == ("model", 90, 1.0)
    assert (found.common, found.only_left, found.stayed) == (None, None, None)
    back = compare(run(guests(500), "june", 2), tmp_path / "may.segmentry")
    assert (len(back.table), len(back.table[0])) == (2, 3)


def test_other_measures_of_the_same_customers(may: Segmentation) -> None:
    """Without each other's measures, the customers in common match the segments by those that they have."""
    other = run(guests(10).rename(columns={"visits": "income"}), "other")
    found = compare(may, other)
    assert (found.basis, found.customers, found.common) == ("customers", 80, 80)
    assert found.agreement == found.stayed == pytest.approx(60 / 80)


def test_two_model_files_are_compared_by_centres(may: Segmentation) -> None:
    """Without any customers, typical values match the segments, and no share of customers is claimed."""
    found = compare(may.model, run(guests(500, shift=10), "june").model)
    assert (found.basis, found.customers, found.agreement, found.adjusted_rand) == ("centres", 0, None, None)
    assert found.table == ()
    assert [(event.kind, event.old[0].letter, event.new[0].letter) for event in found.events] == [
        ("kept", letter, letter) for letter in "ABC"
    ]


def test_nothing_in_common_is_refused(may: Segmentation) -> None:
    """Two models of different measures can't be compared, and the message names both."""
    other = run(guests().rename(columns={"visits": "income"}), "other").model
    with pytest.raises(UsageError) as refused:
        compare(may.model, other)
    assert list(refused.value.evidence) == ["may was formed on: visits", "other was formed on: income"]


def test_a_place_without_a_run_is_told(tmp_path: Path, may: Segmentation) -> None:
    """A path that leads nowhere is an error that says so."""
    with pytest.raises(NotFoundError):
        compare(tmp_path / "nowhere", may)
