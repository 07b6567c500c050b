"""The whole room on hand-made customers and on real files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentry.describe import Described, DescribeOptions, Segment, describe, letter
from segmentry.evaluate import KeepRate, Keeps
from segmentry.features import Measure, Measures

INCOME, SCORE = "Annual Income (k$)", "Spending Score (1-100)"


def test_letters_go_on_after_z() -> None:
    """A to Z, then two letters, all different."""
    letters = [letter(segment) for segment in range(800)]
    assert letters[:2] + letters[25:28] + letters[701:703] == ["A", "B", "Z", "AA", "AB", "ZZ", "AAA"]
    assert len(set(letters)) == 800


def test_sizes_revenue_and_keeps(shop: tuple[Measures, npt.NDArray[np.int32]]) -> None:
    """Shares add up to one, revenue to all spend, and each segment carries its own keep rate."""
    measures, labels = shop
    keeps = tuple(Keeps(rate, rate - 0.1, rate + 0.05) for rate in (0.9, 0.8, 0.7))
    keep = KeepRate(Keeps(0.8, 0.7, 0.9), keeps, 0.33, 0.7, 100, 1200)
    rebuilt = np.tile(labels.astype(np.int16), (20, 1))
    described = describe(measures, labels, keep, np.arange(1200), rebuilt, None)
    assert sum(segment.share for segment in described.segments) == pytest.approx(1)
    assert sum(segment.customers for segment in described.segments) == 1200
    assert sum(segment.revenue for segment in described.segments) == pytest.approx(measures.table["spend"].sum())
    assert sum(segment.revenue_share for segment in described.segments) == pytest.approx(1)
    assert tuple(segment.keeps for segment in described.segments) == keeps


def test_without_money_there_is_no_revenue(
    make_measures: Callable[..., Measures], tell: Callable[..., Described]
) -> None:
    """Revenue is unknown, not 0."""
    described = tell(make_measures({"a": np.arange(40.0)}), np.repeat(np.array([0, 1], dtype=np.int32), 20))
    assert [(one.revenue, one.revenue_share, one.at_stake) for one in described.segments] == [(None, None, None)] * 2
    assert described.start_with is None


def test_net_spend_below_zero_has_no_shares(
    make_measures: Callable[..., Measures], tell: Callable[..., Described]
) -> None:
    """A share of a total that is not above 0 means nothing, so none is given."""
    measures = make_measures({"spend": np.r_[np.full(20, -5.0), np.full(20, 1.0)]})
    described = tell(measures, np.repeat(np.array([1, 0], dtype=np.int32), 20))
    assert [segment.revenue for segment in described.segments] == [20.0, -100.0]
    assert [segment.revenue_share for segment in described.segments] == [None, None]


def test_the_currency_changes_words_only(
    shop: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """With another currency the names and figures stay the same."""
    pounds, plain = tell(*shop, DescribeOptions(currency="£")), tell(*shop)
    for one, other in zip(pounds.segments, plain.segments, strict=True):
        assert (one.name, one.traits, one.rule.hit, one.at_stake) == (
            other.name, other.traits, other.rule.hit, other.at_stake,
        )  # fmt: skip
        assert one.sentence.replace("£", "") == other.sentence


@pytest.fixture(scope="module")
def mall(shared_data: Path) -> tuple[Measures, npt.NDArray[np.int32]]:
    """Give the mall's customers, split by income and score into five; gender and age only describe."""
    table = pd.read_csv(shared_data / "mall_customers.csv", dtype={"CustomerID": str, "Gender": object})
    table = table.rename(columns={"CustomerID": "customer_id"}).astype(dict.fromkeys(["Age", INCOME, SCORE], float))
    table["customer_id"] = table["customer_id"].astype(object)
    found = KMeans(5, n_init=20, random_state=0).fit_predict(table[[INCOME, SCORE]])
    order = np.argsort(np.argsort(-np.bincount(found)))
    columns = (
        Measure("Gender", "Gender", "yes-no", "describes"),
        Measure("Age", "Age", "number", "describes"),
        Measure(INCOME, INCOME, "number", "forms"),
        Measure(SCORE, SCORE, "number", "forms"),
    )
    return Measures(table, columns, None, None, None, 0, ()), order[found].astype(np.int32)


def _of(segments: tuple[Segment, ...], name: str) -> Segment:
    return next(segment for segment in segments if segment.name == name)


def test_the_mall_reads_as_on_paper(
    mall: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """Five segments by income and score get the five names that their medians bear out, with figures and rules."""
    segments = tell(*mall).segments
    low = _of(segments, "Low Annual Income (k$), low Spending Score (1-100)")
    assert low.sentence == (
        "Customers with a typical Annual Income (k$) of 25 and a Spending Score (1-100) of 17; "
        "all customers: 61.5 and 50."
    )
    assert {segment.name: segment.customers for segment in segments} == {
        "Typical Annual Income (k$) and Spending Score (1-100)": 81,
        "High Annual Income (k$), high Spending Score (1-100)": 39,
        "High Annual Income (k$), low Spending Score (1-100)": 35,
        low.name: 23,
        "Low Annual Income (k$), high Spending Score (1-100)": 22,
    }
    for segment in segments:
        assert segment.rule.hit > 0.8
        assert segment.rule.miss < 0.1
        assert {trait.measure for trait in segment.traits} == {"Gender", "Age", INCOME, SCORE}
        assert all(trait.forms == (trait.measure in {INCOME, SCORE}) for trait in segment.traits)
    assert [action.do for action in segments[0].actions] == ["try", "avoid"]


def test_the_mall_split_by_chance_says_nothing(
    mall: tuple[Measures, npt.NDArray[np.int32]], tell: Callable[..., Described]
) -> None:
    """The same customers under permuted labels get no behaviour."""
    measures, labels = mall
    described = tell(measures, np.random.default_rng(0).permutation(labels))
    assert all("no clear difference" in segment.name for segment in described.segments)
