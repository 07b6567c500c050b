"""One customer explained: reasons add up, changes move her and nothing smaller does, one order more is a real one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry import prepare
from segmentry.cluster import NOWHERE, KMeansClusters, Placement
from segmentry.data import SampleShop, load, sample_shop
from segmentry.errors import UsageError
from segmentry.features import DEFINITIONS, FeatureOptions, Measure, build
from segmentry.model import Grounds, Input, Segmentation, SegmentModel
from segmentry.model.case import Case
from segmentry.model.explain import contributions, explain
from segmentry.model.one_order import RULES, UNCHANGED, UNTOLD, after_one_order
from segmentry.plain import to_plain
from segmentry.prepare import PrepareOptions
from segmentry.segment import segment

MENUS = (
    PrepareOptions(),
    PrepareOptions(pca=2),
    PrepareOptions(pca=9, encode="frequency"),
    PrepareOptions(skew="yeo-johnson", scale="robust", encode="ordinal"),
    PrepareOptions(bins="4:quantile", scale="min-max", rare=0.2, outliers="none"),
    PrepareOptions(missing="neighbours", scale="none", skew="none", pca=3),
)
KINDS: list[tuple[str, Literal["number", "category", "yes-no"]]] = [
    ("orders", "number"),
    ("spend", "number"),
    ("plan", "category"),
    ("member", "yes-no"),
]
SQUARE = pd.DataFrame({"a": [-1.0, 1.0, 3.0, 5.0] * 12, "b": [0.0, 0.0, 2.0, 2.0] * 12})
"""Two segments whose means are (0, 0) and (4, 2)."""


def people(rows: int, seed: int) -> pd.DataFrame:
    """Make customers with skewed numbers, blanks, a category and a yes/no."""
    rng = np.random.default_rng(seed)
    spend = rng.lognormal(4, 1, rows).round(2)
    spend[rng.random(rows) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "orders": rng.integers(1, 30, rows).astype(float),
            "spend": spend,
            "plan": np.array(["basic", "plus", "gold", "rare"], dtype=object)[rng.integers(0, 4, rows)],
            "member": np.array(["yes", "no"], dtype=object)[rng.integers(0, 2, rows)],
        }
    )


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    """Make a small shop."""
    return sample_shop(400, seed=1)


@pytest.fixture(scope="module")
def found(shop: SampleShop) -> Segmentation:
    """Give a run on its orders."""
    return segment(shop.orders, segments=4, rebuilds=3)


@pytest.fixture(scope="module")
def square() -> Segmentation:
    """Give two segments of raw points."""
    return segment(SQUARE, segments=2, rebuilds=3, scale="none", skew="none", outliers="none")


def case_of(table: pd.DataFrame, row: int, options: PrepareOptions, found: Segmentation) -> Case:
    """Put a customer of a made table before three centres that are customers themselves."""
    preparer = prepare.fit(table, KINDS, options)
    centres = preparer.apply(table.iloc[:3]).values.astype(np.float64)
    inputs = tuple(Input(name, name, "", kind) for name, kind in KINDS)
    grounds = Grounds("centres", 1.0, centres, ())
    one = table.iloc[[row]].reset_index(drop=True)
    return Case(one, inputs, preparer, KMeansClusters(centres), grounds, found.summary)


@given(
    seed=st.integers(0, 10_000), menu=st.sampled_from(MENUS), row=st.integers(3, 39), pair=st.permutations([0, 1, 2])
)
@settings(max_examples=40, deadline=None)
def test_contributions_add_up_whatever_the_preparation(
    seed: int, menu: PrepareOptions, row: int, pair: list[int], found: Segmentation
) -> None:
    """The measures' parts sum to ||x - c2||^2 - ||x - c1||^2, to 1e-9; each measure has one part."""
    table = people(40, seed)
    case = case_of(table, row, menu, found)
    parts = contributions(case, pair[0], pair[1])
    values, _ = case.preparer.before_components(case.row)
    components = case.preparer.components
    point = values.astype(np.float32).astype(np.float64) if components is None else components.apply(values)
    own, other = case.grounds.centres[pair[0]], case.grounds.centres[pair[1]]
    difference = float(((point[0] - other) ** 2).sum() - ((point[0] - own) ** 2).sum())
    assert sum(parts.values()) == pytest.approx(difference, rel=1e-9, abs=1e-9)
    assert list(parts) == [name for name, _ in KINDS]


def test_additivity_reaches_the_distances_that_place(found: Segmentation) -> None:
    """The total is the difference of the squared distances by which the model placed her."""
    for row in range(0, 400, 37):
        one = found.customers.iloc[[row]]
        why = found.model.explain(one)
        points = found.model.preparer.apply(one).values.astype(np.float64)
        squared = np.sort(((points - found.model.grounds.centres) ** 2).sum(axis=1))
        assert why.total == pytest.approx(squared[1] - squared[0], abs=1e-9)
        assert sum(reason.contribution or 0.0 for reason in why.reasons) == pytest.approx(why.total, abs=1e-9)
        assert why.basis == "centres"
        assert why.caution == ""


def test_a_case_by_hand(square: Segmentation) -> None:
    """At (1, 2) between (0, 0) and (4, 2): a says 9 - 1 = 8, b says 0 - 4 = -4; past a = 1.5 she moves."""
    why = square.model.explain({"a": 1, "b": 2})
    assert [(reason.measure, reason.contribution) for reason in why.reasons] == [("a", 8.0), ("b", -4.0)]
    assert why.total == 4.0
    assert [reason.share for reason in why.reasons] == [1.0, None]
    assert why.nearest is not None
    assert (why.nearest.measure, why.nearest.to, why.nearest.segment) == ("a", 2.0, why.second)
    assert [change.measure for change in why.changes] == ["a"], "b has no value between 0 and 2 that moves her"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pca": 2},
        {"bins": 5},
        {"method": "rfm-grid"},
        {"measures": ["spend", "gap_ratio", "weekend_share"], "skew": "none", "outliers": "none"},
    ],
    ids=["usual", "pca", "bins", "grid", "unrounded"],
)
def test_changes_move_and_smaller_ones_do_not(shop: SampleShop, options: dict[str, Any]) -> None:
    """The customer with the changed value is in the segment that was said; one step less leaves her where she is."""
    more = options if "method" in options else options | {"segments": 4}
    found = segment(shop.orders, rebuilds=2, **more)
    powers = {span.measure: span for span in found.model.grounds.spans}
    moved = 0
    for row in range(5, 400, 40):
        one = found.customers.iloc[[row]].reset_index(drop=True)
        why = found.model.explain(one)
        for change in why.changes:
            assert isinstance(change.to, float)
            assert isinstance(change.value, float)
            assert found.assign(one.assign(**{change.measure: change.to}))["segment"].tolist() == [change.segment]
            assert change.segment != why.segment
            span = powers[change.measure]
            step = 10.0**span.power * np.sign(change.to - change.value)
            less = round(change.to - step, -span.power)
            if (less - change.value) * step > 0:
                assert found.assign(one.assign(**{change.measure: less}))["segment"].tolist() == [why.segment]
            assert span.low <= change.to <= span.high
            if span.power == 0:
                assert change.to == int(change.to)
            assert change.size == pytest.approx(abs(change.to - change.value) / span.spread)
            moved += 1
        sizes = [change.size or 0.0 for change in why.changes]
        assert sizes == sorted(sizes)
    assert moved >= 10


def test_other_levels_that_move_are_named_and_verified() -> None:
    """Every level and answer that moves her is listed, and no other."""
    table = pd.DataFrame(
        {
            "plan": np.array(["basic", "gold", "plus"], dtype=object)[np.arange(90) % 3],
            "member": np.array(["yes", "no"], dtype=object)[np.arange(90) % 2],
            "visits": np.array([1.0, 9.0, 5.0])[np.arange(90) % 3],
        }
    )
    found = segment(table, segments=3, rebuilds=2, scale="none", skew="none", outliers="none")
    for row in range(6):
        one = table.iloc[[row]]
        why = found.model.explain(one)
        said = {(c.measure, c.to): c.segment for c in why.changes if c.measure != "visits"}
        for measure, levels in (("plan", ["basic", "gold", "plus"]), ("member", ["yes", "no"])):
            for level in levels:
                where = found.assign(one.assign(**{measure: level}))["segment"].iloc[0]
                assert said.get((measure, level), why.segment) == where
    near = found.model.explain({"plan": "basic", "member": "yes", "visits": 3.1})
    texts = {reason.measure: reason.text for reason in near.reasons}
    assert texts["plan"] == f"plan basic: 100% here, 0% in {near.second}"


def test_an_explanation_is_of_one_customer_whatever_stands_around(found: Segmentation) -> None:
    """Other columns, their order and the index decide nothing; two customers, or none, are refused."""
    one = found.customers.iloc[[7]]
    why = found.model.explain(one)
    assert found.model.explain(one[one.columns[::-1]].set_index(pd.Index(["x"]))) == why
    assert found.model.explain(one.to_dict("records")[0]) == why
    for table in (found.customers.iloc[:2], found.customers.iloc[:0]):
        with pytest.raises(UsageError, match="one customer"):
            found.model.explain(table)


def test_saved_models_explain_alike(found: Segmentation, tmp_path: Path) -> None:
    """Save and load change nothing, and an explanation is plain JSON."""
    found.model.save(tmp_path / "m")
    one = found.customers.iloc[[11]]
    why = SegmentModel.load(tmp_path / "m").explain(one)
    assert why == found.model.explain(one)
    assert json.loads(json.dumps(to_plain(why)))["reasons"][0]["contribution"] == why.reasons[0].contribution


def test_the_order_of_rows_changes_no_explanation(shop: SampleShop) -> None:
    """Models of the same customers in another order explain alike, to the last digit."""
    mixed = shop.orders.sample(frac=1, random_state=3)
    before, after = (segment(orders, segments=3, rebuilds=2, pca=2) for orders in (shop.orders, mixed))
    one = before.customers.iloc[[3]]
    assert before.model.explain(one) == after.model.explain(one)


def test_a_grid_is_explained_by_its_scores(shop: SampleShop) -> None:
    """Where scores place, each reason says its score and no distance."""
    found = segment(shop.orders, method="rfm-grid", rebuilds=2)
    why = found.model.explain({"recency_days": 400, "orders": 1})
    assert why.basis == "scores"
    assert why.total is None
    assert {reason.measure: (reason.score, reason.of) for reason in why.reasons}["recency_days"] == (1, 5)
    assert "(score 1 of 5)" in why.reasons[0].text


class Skewed(KMeansClusters):
    """Places as the nearest centre does, by a margin of its own."""

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Halve every margin."""
        placed = super().place(values)
        return replace(placed, margin=placed.margin / 2)


def test_centres_explain_only_what_they_decide() -> None:
    """Centres that give the labels but not the margins are no exact explanation, and mean points stand in."""
    points = np.array([[0.0], [1.0], [9.0], [10.0]], dtype=np.float32)
    table = pd.DataFrame({"a": points[:, 0].astype(np.float64)})
    forming = [Measure("a", "a", "number", "forms")]
    for kind, basis in ((KMeansClusters, "centres"), (Skewed, "mean points")):
        clusters = kind(np.array([[0.5], [9.5]]))
        assert Grounds.of(clusters, points, clusters.place(points), table, forming).basis == basis


@dataclass(frozen=True)
class Stripes:
    """A method without centres: places by the first column alone, and nobody beyond 100."""

    method = "stripes"
    names = ()
    fidelity = None
    bic = None
    k = 2

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Put who has 10 or more in the second segment."""
        first = values[:, 0]
        labels = (first >= 10).astype(np.int32)
        second = 1 - labels
        far = first > 100
        return Placement(np.where(far, NOWHERE, labels), np.where(far, 1, second), np.ones(len(first)), first)

    def reorder(self, order: npt.NDArray[np.intp]) -> "Stripes":
        """Keep them."""
        del order
        return self

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """Have no state."""
        return {}

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[np.float64]]) -> "Stripes":
        """Need none."""
        del arrays
        return cls()


def stripes(square: Segmentation, values: Sequence[Sequence[float]], one: Sequence[float]) -> Case:
    """Put one customer before stripes that were measured on the others."""
    table = pd.DataFrame(values, columns=["a", "b"], dtype=float)
    columns: list[tuple[str, Literal["number"]]] = [("a", "number"), ("b", "number")]
    preparer = prepare.fit(table, columns, PrepareOptions(scale="none", skew="none", outliers="none"))
    points = preparer.apply(table).values
    forming = [Measure(name, name, "number", "forms") for name, _ in columns]
    grounds = Grounds.of(Stripes(), points, Stripes().place(points), table, forming)
    inputs = tuple(Input(name, name, "", "number") for name, _ in columns)
    row = pd.DataFrame([one], columns=["a", "b"], dtype=float)
    return Case(row, inputs, preparer, Stripes(), grounds, square.summary)


CUSTOMERS = [(0, 0), (2, 0), (4, 0), (9, 0), (10, 0), (20, 0), (20, 0), (30, 0)]
"""Means 3.75 and 20, halfway 11.875: the nearest mean puts the customer at 10 elsewhere, so it agrees for 7 of 8."""


def test_a_method_without_centres_names_its_stand_in(square: Segmentation) -> None:
    """Mean points explain it, with the share of customers for whom they agree, and a word where they don't."""
    case = stripes(square, CUSTOMERS, (25, 0))
    assert case.grounds.centres.tolist() == [[3.75, 0.0], [20.0, 0.0]]
    assert case.grounds.agreement == 7 / 8
    why = explain(case, None, margin=1.0, fit="Typical", unlike=False)
    assert why.caution.endswith("mean points, which agrees for 87 of 100 customers")
    assert why.agrees
    assert why.total == pytest.approx(21.25**2 - 5**2)
    doubtful = explain(replace(case, row=case.row.assign(a=10.0)), None, margin=1.0, fit="Typical", unlike=False)
    assert not doubtful.agrees
    assert doubtful.caution.endswith("for this customer it doesn't")


def test_who_is_in_no_segment_is_told_what_would_put_her_in_one(square: Segmentation) -> None:
    """There is nothing to explain by, but the nearest change still leads into a segment."""
    case = stripes(square, [*CUSTOMERS, (130, 0)], (120, 0))
    assert case.grounds.agreement == 7 / 8, "who has no segment isn't counted"
    why = explain(case, None, margin=0.0, fit="Borderline", unlike=True)
    assert (why.segment, why.name, why.reasons, why.total) == ("", "", (), None)
    assert why.nearest is not None
    assert (why.nearest.to, why.nearest.segment) == (100.0, square.summary.segments[1].letter)


def test_one_segment_has_nothing_to_explain() -> None:
    """Without a second choice there are no reasons and no changes."""
    why = segment(SQUARE, segments=1).model.explain({"a": 1, "b": 2})
    assert (why.reasons, why.changes, why.total) == ((), (), None)
    assert why.segment == why.second == "A"


def test_one_order_more_is_what_the_orders_would_give(shop: SampleShop) -> None:
    """Recomputing agrees with adding such an order to the log and measuring again, for every measure it claims."""
    day = date(2026, 6, 27)
    orders = shop.orders[["customer_id", "order_id", "order_date", "amount"]]
    before = _measured(orders, day).set_index("customer_id")
    chosen = before[before["orders"] <= 4].index[::11]
    assert len(chosen) > 10
    new = pd.DataFrame(
        {
            "customer_id": chosen,
            "order_id": [f"new{number}" for number in range(len(chosen))],
            "order_date": pd.Timestamp(day),
            "amount": before.loc[chosen, "typical_order"].round(2).to_numpy(),
        }
    )
    after = _measured(pd.concat([orders, new], ignore_index=True), day).set_index("customer_id")
    told = 0
    for customer, amount in zip(chosen, new["amount"], strict=True):
        known = {str(name): None if np.isnan(value) else float(value) for name, value in before.loc[customer].items()}
        recomputed, kept = after_one_order(known, float(amount), day)
        for name, value in recomputed.items():
            if name not in kept:
                real = after.loc[customer, name]
                expected = float("nan") if value is None else value
                assert real == pytest.approx(expected, abs=0.006, nan_ok=True), (customer, name)
                told += 1
    assert told > 100


def _measured(orders: pd.DataFrame, day: date) -> pd.DataFrame:
    loaded = load(orders)
    assert loaded.orders is not None
    try:
        return build(loaded.orders, None, FeatureOptions(as_of=day, window_days=900)).table
    finally:
        loaded.orders.connection.close()


def test_every_measure_of_orders_has_its_rule() -> None:
    """A measure added to the definitions must say what one order more does to it: exactly one of three things."""
    said = [*RULES, *UNCHANGED, *UNTOLD]
    assert sorted(said) == sorted(entry.name for entry in DEFINITIONS)


def test_what_one_order_leaves_open_is_said() -> None:
    """A gap among several, products and discounts can't be recomputed: they stay, and are named."""
    known = {"recency_days": 5.0, "orders": 3.0, "typical_gap_days": 9.0, "products": 4.0, "weekend_share": 1.0}
    after, kept = after_one_order(known, 10.0, date(2026, 6, 29))
    assert kept == ("typical_gap_days", "products")
    assert after == known | {"recency_days": 0.0, "orders": 4.0, "weekend_share": 0.75}
    assert after_one_order({"recency_days": 0.0, "orders": 3.0}, 1.0, None, same_day_counts=False)[0]["orders"] == 3.0
    assert after_one_order({"return_share": 0.5, "spend": 10.0}, 20.0, None)[0]["return_share"] == 0.25
    assert after_one_order({"return_share": 0.5, "spend": 10.0}, None, None)[1] == ("return_share", "spend")


def test_one_order_more_says_where_it_leads(found: Segmentation) -> None:
    """It is verified by placing the recomputed measures; her own typical order comes before the segment's."""
    one = found.customers[found.customers["orders"] == 3].iloc[[0]]
    own, theirs = found.model.explain(one), found.model.explain(one.drop(columns="typical_order"))
    assert own.one_order is not None
    assert theirs.one_order is not None
    assert (own.one_order.whose, theirs.one_order.whose) == ("hers", "segment")
    assert own.one_order.amount == one["typical_order"].iloc[0]
    changed = one.assign(**{each.measure: each.after for each in own.one_order.measures})
    assert found.assign(changed)["segment"].tolist() == [own.one_order.segment]
    assert own.one_order.moves == (own.one_order.segment != own.segment)


def test_customer_tables_have_no_orders_to_add(square: Segmentation) -> None:
    """A model built from customers says nothing of orders."""
    assert square.model.explain({"a": 1, "b": 2}).one_order is None
