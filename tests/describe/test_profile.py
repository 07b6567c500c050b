"""Profiles: Cliff's delta, ranks, medians, levels, and which differences count."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.describe.profile import Split, cliffs_delta, midranks, profile
from segmentry.features import Measures


def _split(labels: npt.NDArray[np.int32], draws: int = 20) -> Split:
    return Split.of(labels, np.arange(len(labels)), np.tile(labels.astype(np.int16), (draws, 1)))


def _slow_delta(own: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> float:
    """Compare every pair: the definition itself."""
    if not len(own) or not len(others):
        return 0.0
    return float(np.sign(own[:, None] - others[None, :]).mean())


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), min_size=1, max_size=40))
def test_cliffs_delta_is_that_of_all_pairs(rows: list[tuple[int, int]]) -> None:
    """The delta from mid-ranks equals the definition by comparing every pair, ties included."""
    values = np.array([value for value, _ in rows], dtype=float)
    groups = np.array([group for _, group in rows])
    ranks, _ = midranks(values)
    counts, sums = np.bincount(groups, minlength=3).astype(float), np.bincount(groups, ranks, 3)
    expected = [_slow_delta(values[groups == group], values[groups != group]) for group in range(3)]
    np.testing.assert_allclose(cliffs_delta(counts, sums, float(len(rows))), expected, atol=1e-12)


def test_cliffs_delta_by_hand() -> None:
    """1, 4, 5 against 2, 3: of six pairs four are higher and two lower, so delta is 2/6."""
    ranks, _ = midranks(np.array([1.0, 4.0, 5.0, 2.0, 3.0]))
    delta = cliffs_delta(np.array([3.0]), np.array([ranks[:3].sum()]), 5.0)
    assert delta[0] == pytest.approx(2 / 6)


def test_a_number_is_described_by_hand(make_measures: Callable[..., Measures]) -> None:
    """Median, middle half, rank and delta of 1..4 against 5..8 are what one computes on paper."""
    measures = make_measures({"visits": np.arange(1.0, 9.0)})
    (low,), (high,) = profile(measures, _split(np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)))
    assert (low.low, low.typical, low.high, low.everyone) == (1.75, 2.5, 3.25, 4.5)
    # 2.5 lies above two of eight values: rank 25.
    assert (low.rank, high.rank) == (25.0, 75.0)
    assert (low.delta, high.delta) == (-1.0, 1.0)
    assert low.counts
    assert high.counts
    assert low.known == 4


def test_unknown_values_stay_unknown(make_measures: Callable[..., Measures]) -> None:
    """NaN and infinity are in no median, rank, delta or count; a segment without a value has no figures."""
    measures = make_measures({"gap": [1.0, 3.0, np.nan, 2.0, np.inf, np.nan, np.nan]})
    split = _split(np.array([0, 0, 0, 1, 1, 2, 2], dtype=np.int32))
    (first,), (second,), (third,) = profile(measures, split)
    assert (first.known, second.known, third.known) == (2, 1, 0)
    assert (first.typical, second.typical, first.everyone) == (2.0, 2.0, 2.0)
    assert (third.typical, third.low, third.rank, third.delta, third.counts) == (None, None, None, 0.0, False)


def test_a_column_without_any_value_is_described_as_unknown(make_measures: Callable[..., Measures]) -> None:
    """An all-missing column gives traits without figures instead of failing."""
    measures = make_measures({"gap": [np.nan] * 4})
    for (trait,) in profile(measures, _split(np.array([0, 0, 1, 1], dtype=np.int32))):
        assert (trait.typical, trait.everyone, trait.rank, trait.known) == (None, None, None, 0)


def test_levels_are_differences_of_shares(make_measures: Callable[..., Measures]) -> None:
    """A level's delta is the share having it less the share among all others; every level of yes/no is described."""
    measures = make_measures({"member": ["Yes", "Yes", "Yes", "No", "No", "No", "Yes", None]})
    split = _split(np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32))
    first = {trait.level: trait for trait in profile(measures, split)[0]}
    assert set(first) == {"Yes", "No"}
    assert first["Yes"].typical == pytest.approx(3 / 4)
    assert first["Yes"].everyone == pytest.approx(4 / 7)
    assert first["Yes"].delta == pytest.approx(3 / 4 - 1 / 3)
    assert first["No"].delta == pytest.approx(-first["Yes"].delta)
    assert (first["Yes"].kind, first["Yes"].known, first["Yes"].rank) == ("yes-no", 4, None)


def test_a_level_counts_as_cliffs_delta_of_having_it(make_measures: Callable[..., Measures]) -> None:
    """Having a level as 1 or 0 gives the same delta as the difference of shares, so one threshold serves both."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 300).astype(np.int32)
    has = rng.random(300) < np.array([0.2, 0.5, 0.8])[labels]
    measures = make_measures({"flag": np.where(has, "Yes", "No"), "number": has.astype(float)})
    for traits in profile(measures, _split(labels)):
        yes = next(trait for trait in traits if trait.level == "Yes")
        number = next(trait for trait in traits if trait.kind == "number")
        assert yes.delta == pytest.approx(number.delta)
        assert yes.counts == number.counts


def test_all_segments_have_the_same_bounded_traits(make_measures: Callable[..., Measures]) -> None:
    """A category of many levels gives few traits, the same ones in every segment, each one's own excess too."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 4, 2_000).astype(np.int32)
    town = np.where(rng.random(2_000) < 0.3, labels, rng.integers(4, 300, 2_000))
    segments = profile(make_measures({"town": [f"t{number}" for number in town]}), _split(labels))
    levels = {frozenset(trait.level for trait in traits) for traits in segments}
    assert len(levels) == 1
    assert {"t0", "t1", "t2", "t3"} <= next(iter(levels))
    assert len(next(iter(levels))) <= 10


def test_traits_stand_strongest_first_and_say_what_forms(shop: tuple[Measures, npt.NDArray[np.int32]]) -> None:
    """Traits fall by the size of the difference, and describe-only measures are there, marked."""
    measures, labels = shop
    for traits in profile(measures, _split(labels)):
        sizes = [abs(trait.delta) for trait in traits]
        assert sizes == sorted(sizes, reverse=True)
        assert {trait.measure for trait in traits if trait.forms} == {"recency_days", "orders", "spend"}
        assert "tenure_days" in {trait.measure for trait in traits}


def test_a_difference_that_comes_and_goes_does_not_count(make_measures: Callable[..., Measures]) -> None:
    """A delta of 1 counts only if at least 95% of the rebuilds agree on its sign."""
    measures = make_measures({"visits": np.arange(40.0)})
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 20)
    same, turned = np.tile(labels, (38, 1)), np.tile(1 - labels, (2, 1))
    for rebuilt, counts in ((np.vstack([same, turned]), True), (np.vstack([same[:36], turned, turned]), False)):
        split = Split.of(labels, np.arange(40), rebuilt.astype(np.int16))
        assert [traits[0].counts for traits in profile(measures, split)] == [counts, counts]


def test_nothing_counts_without_rebuilds(make_measures: Callable[..., Measures]) -> None:
    """With no rebuilds there is no evidence that a difference comes back."""
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 20)
    segments = profile(make_measures({"visits": np.arange(40.0)}), _split(labels, draws=0))
    assert not any(trait.counts for traits in segments for trait in traits)


def test_rebuilds_may_leave_customers_without_a_segment(make_measures: Callable[..., Measures]) -> None:
    """Customers whom a rebuild matches to no segment count among the others of every segment."""
    labels = np.repeat(np.array([0, 1], dtype=np.int32), 20)
    rebuilt = np.tile(labels.astype(np.int16), (20, 1))
    rebuilt[:, :5] = -1
    split = Split.of(labels, np.arange(40), rebuilt)
    assert all(traits[0].counts for traits in profile(make_measures({"visits": np.arange(40.0)}), split))


@pytest.mark.parametrize("seed", range(5))
def test_a_split_by_chance_has_no_difference_that_counts(make_measures: Callable[..., Measures], seed: int) -> None:
    """Labels that have nothing to do with the measures show no difference that counts."""
    rng = np.random.default_rng(seed)
    measures = make_measures(
        {"a": rng.lognormal(size=600), "b": rng.integers(0, 3, 600), "c": rng.choice(list("xyz"), 600)}
    )
    labels = rng.permutation(np.repeat(np.arange(4, dtype=np.int32), 150))
    rebuilt = np.array([rng.permutation(labels) for _ in range(20)], dtype=np.int16)
    for again in (rebuilt, np.tile(labels.astype(np.int16), (20, 1))):
        segments = profile(measures, Split.of(labels, np.arange(600), again))
        assert not any(trait.counts for traits in segments for trait in traits)
