from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.cluster import KMeans
from segmentry.evaluate import Strength, prediction_strength, strongest_k


def chosen(strengths: Mapping[int, Strength]) -> int:
    """Give the number of clusters that the means choose."""
    return strongest_k({k: strength.mean for k, strength in strengths.items()})


def kmeans(starts: int) -> Callable:
    """Give k-means in the form that prediction strength asks for."""

    def fit(values: np.ndarray, k: int, seed: int) -> Callable:
        found = KMeans().fit(values, k, seed=seed, starts=starts)
        return lambda others: found.place(others).labels

    return fit


def every_pair(own: np.ndarray, predicted: np.ndarray) -> float:
    """Give the worst cluster's share of pairs kept together, pair by pair as the definition says."""
    shares = []
    for cluster in range(own.max() + 1):
        members = predicted[own == cluster]
        pairs = [(a, b) for index, a in enumerate(members) for b in members[:index]]
        shares += [np.mean([a == b and a >= 0 for a, b in pairs])] if pairs else []
    return min(shares, default=1.0)


def test_mall_is_predicted_up_to_five(shared_data: Path) -> None:
    """Income and score, z-scored: about .55, .90, .68, .88, .64 for 2 to 6, so 5."""
    table = pd.read_csv(shared_data / "mall_customers.csv")
    values = table[["Annual Income (k$)", "Spending Score (1-100)"]].to_numpy(float)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    found = prediction_strength(values, range(2, 7), kmeans(3), splits=60, seed=0)
    means = [found[k].mean for k in range(2, 7)]
    assert means == pytest.approx([0.55, 0.90, 0.68, 0.88, 0.64], abs=0.06)
    assert chosen(found) == 5


def test_shares_agree_with_counting_every_pair() -> None:
    """Whatever the labels, -1 among them: both ways of one split, by contingency and pair by pair."""
    rng = np.random.default_rng(0)
    values = np.arange(40.0)[:, None]
    for _ in range(30):
        tables = [dict(zip(range(40), rng.integers(-1, 4, 40).tolist(), strict=True)) for _ in range(2)]
        seen: list[list[float]] = []

        def fit(half: np.ndarray, k: int, seed: int, tables: list = tables, seen: list = seen) -> Callable:
            del k, seed
            seen.append(half[:, 0].tolist())
            table = tables[len(seen) - 1]
            return lambda others: np.array([table[value] for value in others[:, 0].tolist()])

        found = prediction_strength(values, [4], fit, splits=1, seed=1)[4]
        one, two = ([np.array([table[value] for value in half]) for table in tables] for half in seen)
        expected = [every_pair(one[0], one[1]), every_pair(two[1], two[0])]
        assert found.mean == pytest.approx(np.mean(expected))
        assert [found.low, found.high] == pytest.approx(np.quantile(expected, [0.05, 0.95]))


def test_a_pair_torn_apart_worked_by_hand() -> None:
    """Four points a half. One half's cluster of three is torn 2 to 1 by the other: one of its three pairs is left."""
    values = np.arange(8.0)[:, None]
    halves: list[list[float]] = []

    def fit(half: np.ndarray, k: int, seed: int) -> Callable:
        del k, seed
        halves.append(half[:, 0].tolist())
        first = halves[0]
        cut = 3 if len(halves) == 1 else 2
        return lambda others: np.array(
            [0 if (first.index(v) if v in first else 4) < cut else 1 for v in others[:, 0].tolist()]
        )

    # First half by itself: 0 0 0 1, by the other: 0 0 1 1, so 1/3; its single is left out. The second half is one
    # cluster to both: 1.
    found = prediction_strength(values, [2], fit, splits=1, seed=0)
    assert found[2].mean == pytest.approx((1 / 3 + 1) / 2)


def test_one_cluster_is_always_predicted_and_no_structure_is_not() -> None:
    """1 at k = 1; on a shapeless cloud nothing reaches .8, and the answer is 1; on three far groups it is 3."""
    rng = np.random.default_rng(3)
    cloud = rng.normal(size=(300, 3))
    found = prediction_strength(cloud, [1, 2, 3, 4], kmeans(3), splits=10, seed=0)
    assert found[1] == Strength(1.0, 1.0, 1.0)
    assert chosen(found) == 1
    groups = cloud + 8.0 * (np.arange(300) % 3)[:, None]
    assert chosen(prediction_strength(groups, range(2, 6), kmeans(3), splits=10, seed=0)) == 3


def test_order_of_rows_changes_nothing_and_the_seed_decides() -> None:
    """Shuffled points: the same figures to the last bit; another seed: others."""
    values = np.random.default_rng(4).normal(size=(80, 2)).round(1)
    again = np.random.default_rng(5).permutation(values)
    found = prediction_strength(values, [3], kmeans(2), splits=4, most=60, seed=6)
    assert prediction_strength(again, [3], kmeans(2), splits=4, most=60, seed=6) == found
    assert prediction_strength(values, [3], kmeans(2), splits=4, most=60, seed=7) != found


def test_halves_come_from_so_many_points_at_most() -> None:
    """Each half holds half of ``most``, and nobody is in both."""
    halves: list[np.ndarray] = []

    def fit(half: np.ndarray, k: int, seed: int) -> Callable:
        halves.append(half)
        return kmeans(1)(half, k, seed)

    prediction_strength(np.arange(500.0)[:, None], [2], fit, splits=1, most=100, seed=0)
    assert [len(half) for half in halves] == [50, 50]
    assert len(np.unique(np.concatenate(halves))) == 100


def test_too_few_different_points_predict_nothing() -> None:
    """Five clusters of halves with two different points: 0, not an error."""
    assert prediction_strength(np.tile([[0.0], [1.0]], (20, 1)), [5], kmeans(1), splits=3, seed=0)[5].mean == 0.0


def test_the_threshold_picks_the_largest() -> None:
    """.8 is reached by .8 itself; a higher threshold picks fewer."""
    strengths = {2: 0.95, 3: 0.6, 4: 0.8, 5: 0.79}
    assert strongest_k(strengths) == 4
    assert strongest_k(strengths, threshold=0.9) == 2
    assert strongest_k(strengths, threshold=0.99) == 1
