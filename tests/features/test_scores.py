"""RFM scores: cut by value, ties together, the best buyers highest, cut points kept."""

from typing import get_args

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.preprocessing import KBinsDiscretizer

from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.features import RFM, Cuts, ScoreRule, fit_cuts, fit_scores
from segmentry.features.scores import Cut

CUTS = get_args(Cut)
rules = st.builds(
    ScoreRule, st.just("m"), st.sampled_from(["high", "low"]), st.integers(2, 7), st.sampled_from(["quantile", "width"])
)
any_rule = st.builds(
    ScoreRule, st.just("m"), st.sampled_from(["high", "low"]), st.integers(2, 7), st.sampled_from(CUTS)
)
amounts = st.lists(st.integers(0, 60).map(lambda tenths: tenths / 4), min_size=1, max_size=60)


def test_quintiles_of_orders_by_hand() -> None:
    """Ten customers, two a quintile where all differ; the five with one order stay together at the bottom."""
    cuts = fit_cuts([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], ScoreRule("spend"))
    assert cuts.at == (20, 40, 60, 80)  # places 9·i // 5 from 0: 1, 3, 5, 7
    assert cuts.score([10, 20, 21, 40, 60, 80, 81, 100, 999, -5]).tolist() == [1, 1, 2, 2, 3, 4, 5, 5, 5, 1]
    ties = fit_cuts([1, 1, 1, 1, 1, 2, 3, 4, 5, 9], ScoreRule("orders"))
    assert ties.at == (1, 1, 2, 4)  # the values at places 1, 3, 5 and 7
    assert ties.score([1, 2, 3, 4, 5, 9]).tolist() == [1, 3, 4, 4, 5, 5]


def test_days_since_the_last_order_score_the_other_way_round() -> None:
    """Who bought today scores highest: the same cut points from the other end."""
    cuts = fit_cuts([0, 5, 10, 100, 300], ScoreRule("recency_days", "low"))
    assert cuts.at == (5, 10, 100, 300)
    assert cuts.score([0, 5, 10, 100, 300, 900]).tolist() == [5, 4, 3, 2, 1, 1]


def test_quantiles_plus_one_by_hand() -> None:
    """R's package: type 7 plus 1, a value on the cut point belongs above it, whichever way is better."""
    cuts = fit_cuts([1, 2, 3, 4, 5, 6], ScoreRule("spend", levels=2, cut="quantile-plus-one"))
    assert cuts.at == (4.5,)
    assert cuts.score([4, 4.5, 5]).tolist() == [1, 2, 2]
    low = fit_cuts([1, 2, 3, 4, 5, 6], ScoreRule("recency_days", "low", 2, "quantile-plus-one"))
    assert low.score([4, 4.5, 5]).tolist() == [2, 1, 1]
    quintiles = fit_cuts([0, 10, 20], ScoreRule("spend", cut="quantile-plus-one"))
    assert quintiles.at == (5, 9, 13, 17)


@pytest.mark.parametrize(("cut", "strategy"), [("width", "uniform"), ("k-means", "kmeans")])
@pytest.mark.parametrize("levels", [2, 4, 5])
def test_width_and_k_means_cut_as_kbins_does(cut: Cut, strategy: str, levels: int) -> None:
    """The cut points are scikit-learn's, on skewed values as spends are."""
    values = np.random.default_rng(3).lognormal(3, 1, 400)
    bins = KBinsDiscretizer(levels, encode="ordinal", strategy=strategy, subsample=None).fit(values[:, None])
    assert fit_cuts(values, ScoreRule("m", levels=levels, cut=cut)).at == pytest.approx(bins.bin_edges_[0][1:-1])


@settings(deadline=None)
@given(values=amounts, rule=any_rule, later=amounts)
def test_a_better_buyer_never_scores_lower_and_equals_score_equal(
    values: list[float], rule: ScoreRule, later: list[float]
) -> None:
    """By the fitted cut points, for those they were fitted on and for anybody later; scores stay in their range."""
    cuts = fit_cuts(values, rule)
    ordered = sorted({*values, *later}, reverse=rule.better == "low")
    scores = cuts.score(ordered).tolist()
    assert scores == sorted(scores)
    assert set(scores) <= set(range(1, rule.levels + 1))
    assert cuts.score(ordered[::-1]).tolist() == scores[::-1]


@settings(deadline=None)
@given(values=amounts, rule=rules, seed=st.integers(0, 99))
def test_neither_the_order_of_rows_nor_the_unit_changes_a_score(
    values: list[float], rule: ScoreRule, seed: int
) -> None:
    """Pounds or 64ths of a penny, sorted or shuffled: the same scores."""
    shuffled = np.random.default_rng(seed).permutation(values)
    assert fit_cuts(shuffled, rule) == fit_cuts(values, rule)
    small = fit_cuts(np.array(values) * 64, rule)
    assert small.score(np.array(values) * 64).tolist() == fit_cuts(values, rule).score(values).tolist()


@settings(deadline=None)
@given(values=amounts.filter(lambda values: len(set(values)) > 1), better=st.sampled_from(["high", "low"]))
def test_the_best_buyers_reach_the_highest_score_however_many_are_equal(values: list[float], better: str) -> None:
    """Quantiles of half the customers who bought today still leave them a 5."""
    rule = ScoreRule("m", better)  # type: ignore[arg-type]
    best = max(values) if better == "high" else min(values)
    assert fit_cuts([*values, *[best] * len(values)], rule).score([best]).tolist() == [5]


def test_a_table_is_scored_by_kept_cut_points_and_blanks_get_none() -> None:
    """Later customers meet the cut points of the first; an unknown value scores 0 and moves no cut point."""
    table = pd.DataFrame({"recency_days": range(10), "orders": range(1, 11), "spend": [*range(9), None]})
    scores = fit_scores(table)
    assert [cuts.rule for cuts in scores.cuts] == list(RFM)
    assert scores.apply(table).iloc[[0, 9]].to_numpy().tolist() == [[5, 1, 1], [1, 5, 0]]
    assert scores.apply(table.iloc[[4]]).to_numpy().tolist() == scores.apply(table).iloc[[4]].to_numpy().tolist()
    assert scores.cuts[2] == fit_cuts(np.arange(9.0), RFM[2])


def test_equal_values_leave_one_score() -> None:
    """Where nobody differs nobody is better: one score, and a later better buyer scores above it."""
    cuts = fit_cuts([7, 7, 7], ScoreRule("orders"))
    assert cuts.score([7, 8, 6]).tolist() == [1, 5, 1]


def test_scores_of_what_is_not_there_are_refused() -> None:
    """A missing column, no value at all, infinity, one level: each with its sentence."""
    with pytest.raises(ColumnError, match="lacks 2 of the measures to be scored"):
        fit_scores(pd.DataFrame({"spend": [1.0]}))
    with pytest.raises(ColumnError, match="lacks 1 of"):
        fit_scores(pd.DataFrame({"spend": [1.0]}), RFM[2:]).apply(pd.DataFrame({"orders": [1]}))
    with pytest.raises(DataError, match="no customer has a value of 'orders'"):
        fit_cuts([np.nan], ScoreRule("orders"))
    with pytest.raises(DataError, match="infinite"):
        fit_cuts([1, np.inf], ScoreRule("orders"))
    with pytest.raises(UsageError, match="in 1 levels"):
        ScoreRule("orders", levels=1)


def test_cuts_say_where_a_value_on_them_belongs() -> None:
    """On a cut point: the lower score, but above it with R's half-open intervals."""
    at = (2.0, 4.0)
    assert Cuts(ScoreRule("m", "high", 3), at).score([2, 4]).tolist() == [1, 2]
    assert Cuts(ScoreRule("m", "low", 3), at).score([2, 4]).tolist() == [2, 1]
    assert Cuts(ScoreRule("m", "high", 3, "quantile-plus-one"), at).score([2, 4]).tolist() == [2, 3]
