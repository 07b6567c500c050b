"""Segments of a real shop, followed over time."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from segmentry import Segmentation, compare, segment


def until(shared_data: Path, day: str) -> pd.DataFrame:
    """Read the shop's orders up to the end of a day."""
    source = str(shared_data / "online_retail.parquet")
    query = "select * from read_parquet(?) where InvoiceDate < cast(? as date) + interval 1 day"
    return duckdb.execute(query, [source, day]).df()


@pytest.fixture(scope="module")
def september(shared_data: Path) -> Segmentation:
    """Give the segments of the orders up to 9 September 2011, one of them renamed."""
    return segment(until(shared_data, "2011-09-09"), segments=7, rebuilds=2, name="september")


@pytest.fixture(scope="module")
def december(shared_data: Path, september: Segmentation) -> Segmentation:
    """Give those of three months later, which follow them."""
    before = september.model.renamed("A", "Our best")
    return segment(until(shared_data, "2011-12-09"), segments=7, rebuilds=2, name="december", previous=before)


@pytest.mark.slow
def test_letters_and_names_continue_over_three_months(september: Segmentation, december: Segmentation) -> None:
    """At least five of seven segments keep letter and name, ours too; the others get new letters and other names."""
    identity = december.summary.identity
    assert identity is not None
    assert (identity.run, identity.basis, identity.customers) == ("september", "model", 4_338)
    assert identity.agreement is not None
    assert identity.agreement >= 0.6
    old = {one.letter: one.name for one in september.summary.segments} | {"A": "Our best"}
    new = {one.letter: one.name for one in december.summary.segments}
    kept = [event for event in identity.events if event.kind == "kept"]
    assert len(kept) >= 5
    for event in kept:
        assert event.old == event.new
        assert new[event.new[0].letter] == old[event.old[0].letter]
        assert event.overlap is not None
        assert event.overlap >= 1 / 3
    assert len({name.casefold() for name in new.values()}) == 7
    assert set(old) - set(new) == set(identity.retired)
    assert min(set(new) - set(old), default="H") == "H"
    assert december.summary.find("Our best").also_known_as == "Frequent big spenders"


@pytest.mark.slow
def test_another_seed_keeps_everybodys_letter(shared_data: Path, december: Segmentation) -> None:
    """The same orders with another seed: at least 97 of 100 customers keep their letter, and no letter is new."""
    again = segment(until(shared_data, "2011-12-09"), segments=7, rebuilds=2, seed=11, previous=december)
    both = again.customers.merge(december.customers, on="customer_id")
    assert len(both) == 4_338
    assert (both["segment_x"] == both["segment_y"]).mean() >= 0.97
    assert [(one.letter, one.name) for one in again.summary.segments] == [
        (one.letter, one.name) for one in december.summary.segments
    ]
    found = compare(december, again)
    assert found.agreement == pytest.approx((both["segment_x"] == both["segment_y"]).mean())
