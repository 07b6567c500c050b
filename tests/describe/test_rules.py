"""Plain rules: what they say, what they catch, and that nothing but the customers' values matters."""

import dataclasses
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.describe import Rule
from segmentry.describe.rules import _roundest, find_rules
from segmentry.describe.words import Voice
from segmentry.features import Measures


def _met(rule: Rule, measures: Measures) -> npt.NDArray[np.bool_]:
    """Apply a rule as it is written."""
    met = np.ones(len(measures.table), dtype=bool)
    for condition in rule.conditions:
        column = measures.table[condition.measure]
        known = column.notna().to_numpy()
        if condition.op in {"is", "is not"}:
            met &= known & ((column == condition.value).to_numpy() == (condition.op == "is"))
        else:
            values = column.to_numpy(dtype=float)
            met &= values <= condition.value if condition.op == "<=" else values > condition.value
    return met


def test_a_clean_border_gives_a_round_rule_that_misses_nothing(make_measures: Callable[..., Measures]) -> None:
    """Segments that part between 980 and 1,420 get one condition with a one-digit cut point."""
    values = np.concatenate([np.linspace(10, 980, 100), np.linspace(1420, 3000, 100)])
    low, high = find_rules(
        make_measures({"spend": values}), np.repeat(np.array([1, 0], dtype=np.int32), 100), Voice(), 0
    )
    assert low is not None
    assert high is not None
    assert low.text == "spend over 1,000"
    assert high.text == "spend up to 1,000"
    assert (low.hit, low.miss, high.hit, high.miss) == (1.0, 0.0, 1.0, 0.0)


def test_rules_of_the_shop_read_as_people_speak(shop: tuple[Measures, npt.NDArray[np.int32]]) -> None:
    """A rule names measures and units in words, and catches what it says."""
    measures, labels = shop
    for segment, rule in enumerate(find_rules(measures, labels, Voice("£"), 0)):
        assert rule is not None
        assert 1 <= len(rule.conditions) <= 3
        met = _met(rule, measures)
        assert (met & (labels == segment)).sum() >= 0.9 * met.sum()
        assert rule.hit > 0.9
        assert rule.miss < 0.1
    assert "last order over" in str(find_rules(measures, labels, Voice("£"), 0)[2])


def test_categories_become_is_and_is_not(make_measures: Callable[..., Measures]) -> None:
    """A level is compared by "is"; of two levels the other one is named instead of "is not"."""
    town = np.array(["Rome", "Oslo", "Lima"] * 60, dtype=object)
    rome, others = find_rules(
        make_measures({"town": town}), np.where(town == "Rome", 0, 1).astype(np.int32), Voice(), 0
    )
    assert (rome.text, others.text) == ("town is Rome", "town is not Rome")
    sex = np.array(["Female", "Male"] * 60, dtype=object)
    women, men = find_rules(
        make_measures({"Gender": sex}), np.where(sex == "Female", 0, 1).astype(np.int32), Voice(), 0
    )
    assert (women.text, men.text) == ("Gender is Female", "Gender is Male")


def test_an_unknown_value_meets_no_condition(make_measures: Callable[..., Measures]) -> None:
    """Customers without a value are never caught by a rule about it, and this is part of its hit rate."""
    values = np.concatenate([np.full(50, 1.0), np.full(40, 9.0), np.full(10, np.nan)])
    measures = make_measures({"gap": values})
    rule = find_rules(measures, np.repeat(np.array([0, 1], dtype=np.int32), 50), Voice(), 0)[1]
    assert not _met(rule, measures)[90:].any()
    assert rule.hit == pytest.approx(0.8)


def test_one_segment_has_no_rule(make_measures: Callable[..., Measures]) -> None:
    """Nothing needs telling apart where there is one segment."""
    assert find_rules(make_measures({"a": [1.0, 2.0]}), np.zeros(2, dtype=np.int32), Voice(), 0) == (None,)


def test_constant_columns_give_no_rule(make_measures: Callable[..., Measures]) -> None:
    """Without two different values there is nothing to compare."""
    labels = np.array([0, 1] * 10, dtype=np.int32)
    assert find_rules(make_measures({"a": [3.0] * 20}), labels, Voice(), 0) == (None, None)


def test_describe_only_measures_are_in_no_rule(make_measures: Callable[..., Measures]) -> None:
    """A column that doesn't form segments doesn't define them either, however well it would part them."""
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 50)
    rng = np.random.default_rng(0)
    measures = make_measures({"income": labels * 10 + rng.normal(size=100), "age": labels * 50.0}, describes=("age",))
    rules = find_rules(measures, labels, Voice(), 0)
    assert {condition.measure for rule in rules for condition in rule.conditions} == {"income"}


def _mixed(rng: np.random.Generator, make_measures: Callable[..., Measures]) -> tuple[Measures, npt.NDArray[np.int32]]:
    n = 400
    labels = rng.integers(0, 3, n).astype(np.int32)
    columns = {
        "spend": rng.lognormal(labels, 0.6),
        "visits": rng.poisson(1 + 3 * labels).astype(float),
        "town": rng.choice(["Rome", "Oslo", "Lima"], n),
    }
    columns["spend"][rng.random(n) < 0.1] = np.nan
    return make_measures(columns), labels


def test_row_order_and_ids_do_not_matter(make_measures: Callable[..., Measures]) -> None:
    """Shuffled rows give the same rules with the same rates, also when customers are drawn."""
    rng = np.random.default_rng(11)
    measures, labels = _mixed(rng, make_measures)
    order = rng.permutation(len(labels))
    table = measures.table.iloc[order].reset_index(drop=True)
    shuffled = dataclasses.replace(measures, table=table)
    assert find_rules(measures, labels, Voice(), 4) == find_rules(shuffled, labels[order], Voice(), 4)


def test_the_same_seed_gives_the_same_rules(make_measures: Callable[..., Measures]) -> None:
    """Everything random comes from the seed."""
    measures, labels = _mixed(np.random.default_rng(12), make_measures)
    assert find_rules(measures, labels, Voice(), 9) == find_rules(measures, labels, Voice(), 9)


@pytest.mark.parametrize("seed", range(4))
def test_hit_and_miss_are_shares_and_rules_stay_short(make_measures: Callable[..., Measures], seed: int) -> None:
    """Hit and miss lie in 0 to 1, and no rule has more than three conditions or the same comparison twice."""
    measures, labels = _mixed(np.random.default_rng(seed), make_measures)
    for rule in find_rules(measures, labels, Voice(), seed):
        assert rule is not None
        assert 0 <= rule.hit <= 1
        assert 0 <= rule.miss <= 1
        assert len(rule.conditions) <= 3
        kinds = [(condition.measure, condition.op, condition.value) for condition in rule.conditions]
        assert len(set(kinds)) == len(kinds)


def test_a_chance_split_is_not_caught(make_measures: Callable[..., Measures]) -> None:
    """On labels by chance, the tested rates show that the rules don't work: nothing is overstated."""
    rng = np.random.default_rng(2)
    labels = rng.permutation(np.repeat(np.arange(4, dtype=np.int32), 100))
    measures = make_measures({"a": rng.normal(size=400), "b": rng.normal(size=400)})
    assert all(rule is None or rule.miss > 0.5 for rule in find_rules(measures, labels, Voice(), 0))


def test_the_unit_of_a_column_does_not_matter(make_measures: Callable[..., Measures]) -> None:
    """In pence instead of pounds the same customers are caught."""
    measures, labels = _mixed(np.random.default_rng(5), make_measures)
    pence = dataclasses.replace(measures, table=measures.table.assign(spend=measures.table["spend"] * 100))
    for pounds_rule, pence_rule in zip(
        find_rules(measures, labels, Voice(), 0), find_rules(pence, labels, Voice(), 0), strict=True
    ):
        assert (_met(pounds_rule, measures) == _met(pence_rule, pence)).mean() > 0.99


@settings(max_examples=200)
@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.booleans())
def test_the_roundest_cut_point_parts_the_same_customers(low: float, gap: float, whole: bool) -> None:
    """A cut point found between two neighbouring values stays in [low, high)."""
    if whole:
        low, gap = float(round(low)), max(1.0, float(round(gap)))
    high = low + gap
    if high > low:
        cut = _roundest(low, high, whole)
        assert low <= cut < high
        assert not whole or cut == round(cut)
