from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.cluster import KMeans
from segmentry.evaluate import elbow, gap_choice, judge


def test_elbow_worked_by_hand() -> None:
    """Heights above the diagonal 0, .55, .4, .2, 0: the top at 2, and .2 is more than a mean step of .25 below it."""
    assert elbow([1, 2, 3, 4, 5], [100, 20, 10, 5, 0]) == 2
    # 0, .1, .3, .15, 0 of a curve 100, 65, 20, 10, 0: the top at 3, left behind at the end only.
    assert elbow([1, 2, 3, 4, 5], [100, 65, 20, 10, 0]) == 3


@pytest.mark.parametrize("inertias", [[4.0, 3.0, 2.0, 1.0], [5.0, 5.0, 5.0, 5.0], [10.0, 9.0, 7.0, 0.0], [10.0, 2.0]])
def test_without_a_bend_there_is_no_elbow(inertias: list[float]) -> None:
    """Straight, flat, bent the other way, or two numbers only."""
    assert elbow(range(1, len(inertias) + 1), inertias) is None


@pytest.mark.parametrize("factor", [0.01, 3.0, 1e6])
def test_the_unit_of_inertia_changes_no_elbow(factor: float) -> None:
    """1 / k bends at the same place in any unit."""
    ks = np.arange(1, 12)
    assert elbow(ks.tolist(), (factor / ks).tolist()) == elbow(ks.tolist(), (1 / ks).tolist()) == 3


def test_mall_bends_at_five(shared_data: Path) -> None:
    """Income and score, k = 1 to 10."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    labelings = [KMeans().fit(values, k, seed=0, starts=10).place(values).labels for k in range(1, 11)]
    assert elbow(range(1, 11), [split.inertia for split in judge(values, labelings).splits]) == 5


def test_gap_rule_worked_by_hand() -> None:
    """2 is beaten by 3 by .3, more than its error; 3 by 4 by .02, less; without errors 4 would beat 3."""
    gaps = [0.1, 0.4, 0.7, 0.72, 0.6]
    assert gap_choice(range(1, 6), gaps, [0.0, 0.05, 0.05, 0.05, 0.05]) == 3
    assert gap_choice(range(1, 6), gaps, [0.0] * 5) == 4
    assert gap_choice(range(1, 6), gaps, [0.5] * 5) == 1


def test_a_gap_that_always_grows_chooses_nothing() -> None:
    """The answer lies beyond the last number tried."""
    assert gap_choice([1, 2, 3], [0.1, 0.2, 0.3], [0.01, 0.01, 0.01]) is None


def test_the_gap_rule_stops_where_the_next_number_is_missing() -> None:
    """Whether 2 holds against 3 isn't known where 3 was left out; 1 against 2 still is."""
    assert gap_choice([1, 2, 4], [0.1, 0.4, 0.3], [0.01, 0.01, 0.01]) is None
    assert gap_choice([1, 2, 4], [0.5, 0.4, 0.9], [0.01, 0.01, 0.01]) == 1
