from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.cluster import KMeans
from segmentry.data import load
from segmentry.evaluate import find_alarms, judge
from segmentry.features import build
from segmentry.prepare import Layout, Points, PrepareOptions, fit

NOTHING = pd.DataFrame()
TRIED = {2: 0.4, 3: 0.5, 4: 0.3}


def numbers(values: np.ndarray) -> Points:
    """Give points whose columns are all numbers."""
    return Points(values.astype(np.float32), Layout.numbers(values.shape[1]))


def raised(
    points: Points, labels: np.ndarray, tried: Mapping[int, float] = TRIED, table: pd.DataFrame = NOTHING
) -> dict[str, int]:
    """Give the count of each alarm."""
    return {alarm.code: alarm.count for alarm in find_alarms(points, labels.astype(np.int32), tried, table)}


def by_kmeans(table: pd.DataFrame, ks: range, options: PrepareOptions | None = None) -> dict[int, dict[str, int]]:
    """Give the alarms of every k-means split of prepared measures."""
    points = fit(table, [(name, "number") for name in table.columns], options).apply(table)
    labelings = [KMeans().fit(points.values, k, seed=0, starts=3).place(points.values).labels for k in ks]
    splits = judge(points.values, labelings).splits
    tried = {k: split.silhouette for k, split in zip(ks, splits, strict=True)}
    return {k: raised(points, labels, tried, table) for k, labels in zip(ks, labelings, strict=True)}


def groups(n: int, k: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Give bells at random places, and whose point is whose."""
    rng = np.random.default_rng([seed, n])
    labels = np.arange(n) % k
    return rng.normal(size=(n, d)) + (6 * rng.normal(size=(k, d)))[labels], labels


def test_a_giant_and_three_far_customers_raise_both_alarms() -> None:
    """297 of 300 in one segment; the others are all farther out than nearly everybody."""
    values, _ = groups(300, 1, 2)
    values[:3] += 30
    labels = (np.arange(300) < 3).astype(int)
    assert raised(numbers(values), labels) == {"giant": 297, "outliers_only": 3}


def test_giant_begins_beyond_nine_tenths() -> None:
    """90 of 100 is no giant, 91 is one; a single segment is none, and who is in no segment still counts as somebody."""
    values, _ = groups(100, 1, 1)
    for most, expected in ((90, {}), (91, {"giant": 91})):
        assert raised(numbers(values), np.arange(100) >= most) == expected
    assert raised(numbers(values), np.zeros(100)) == {}
    assert raised(numbers(values), np.where(np.arange(100) < 91, np.arange(100) >= 89, -1)) == {}


def test_a_small_segment_in_the_middle_is_no_segment_of_outliers() -> None:
    """Four of 400, at the very middle, and four far out."""
    values, _ = groups(400, 1, 2)
    labels = np.arange(400) % 3
    labels[:4] = 3
    values[:4] = np.median(values, axis=0)
    assert raised(numbers(values), labels) == {}
    values[:4] += 20
    assert raised(numbers(values), labels) == {"outliers_only": 4}


def test_thresholds_of_one_column_that_make_the_split_are_named() -> None:
    """Three segments by spend, age being noise: the alarm names spend; with age in it, too, there is none."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 2))
    points = Points(values.astype(np.float32), Layout(("age", "spend"), ("number", "number"), ("age", "spend")))
    labels = np.array([2, 0, 1])[np.digitize(values[:, 1], [-0.5, 0.5])]
    (alarm,) = find_alarms(points, labels.astype(np.int32), TRIED, NOTHING)
    assert (alarm.code, alarm.count) == ("one_column", 300)
    assert "by spend alone" in alarm.policy
    assert raised(points, labels + 3 * (values[:, 0] > 0)) == {}


def test_one_column_bears_a_few_exceptions_and_counts_every_segment_alike() -> None:
    """4% placed otherwise is still one column; a tenth isn't; nor a small segment that thresholds can't find."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(500, 2))
    for share, expected in ((0.04, {"one_column": 500}), (0.1, {})):
        labels = (values[:, 0] > 0) ^ (np.arange(500) < share * 500)
        assert raised(numbers(values), labels) == expected
    labels = (values[:, 0] > 0).astype(int)
    labels[:20] = 2
    assert raised(numbers(values), labels) == {}


def test_the_levels_of_a_category_can_be_the_one_column() -> None:
    """Segments that are the clubs, whatever the spend; a yes/no that has nothing to do with them is not named."""
    rng = np.random.default_rng(2)
    club, spend, yes = rng.integers(0, 3, 300), rng.normal(size=300), rng.integers(0, 2, 300)
    values = np.column_stack([np.eye(3)[club], spend, yes]).astype(np.float32)
    layout = Layout(
        ("club is a", "club is b", "club is c", "spend", "card"),
        ("category", "category", "category", "number", "yes-no"),
        ("club", "club", "club", "spend", "card"),
    )
    (alarm,) = find_alarms(Points(values, layout), np.array([1, 2, 0], dtype=np.int32)[club], TRIED, NOTHING)
    assert alarm.code == "one_column"
    assert "by club alone" in alarm.policy


def test_a_single_measure_raises_nothing() -> None:
    """Who asked for one measure knows that it decides."""
    values = np.random.default_rng(3).normal(size=(200, 1))
    assert raised(numbers(values), values[:, 0] > 0) == {}


def test_scores_from_1_to_5_are_a_lattice_and_growing_silhouettes_are_said() -> None:
    """Twenty-five points for 500 customers; where the silhouette grew all along, the alarm says so."""
    values, labels = np.random.default_rng(4).integers(1, 6, (500, 2)), np.arange(500) % 4
    assert raised(numbers(values), labels) == {"lattice": 25}
    growing, falling = ({2: 0.3, 3: 0.4, 4: last} for last in (0.5, 0.35))
    said = [find_alarms(numbers(values), labels.astype(np.int32), tried, NOTHING)[0] for tried in (growing, falling)]
    assert ["as they did here" in alarm.policy for alarm in said] == [True, False]


def test_one_fine_column_is_enough_to_be_no_lattice() -> None:
    """Scores beside spend; and twelve values each, but hardly anybody shares a point."""
    rng = np.random.default_rng(5)
    labels = np.arange(300) % 3
    scores, spend = rng.integers(1, 6, 300), rng.normal(size=300)
    assert raised(numbers(np.column_stack([scores, spend])), labels) == {}
    assert raised(numbers(rng.integers(0, 12, (300, 4))), labels) == {}


def test_few_different_points_are_a_lattice_whatever_their_values() -> None:
    """Four yes/no columns have 16 points: four for each of four segments."""
    values = np.random.default_rng(6).integers(0, 2, (400, 4)).astype(np.float32)
    names = ("a", "b", "c", "d")
    points = Points(values, Layout(names, ("yes-no",) * 4, names))
    labels = np.arange(400) % 3
    assert raised(points, labels) == {"lattice": 16}
    assert raised(points, labels, {2: 0.3, 3: 0.4}) == {}


@pytest.mark.parametrize("kept", [1.0, 0.9])
@pytest.mark.parametrize("step", [1, 5])
def test_a_running_number_is_a_leaked_id(kept: float, step: int) -> None:
    """In any order, from any start, with a tenth of the customers missing."""
    rng = np.random.default_rng(7)
    ids = rng.permutation(458_982 + step * np.arange(300))[: int(300 * kept)].astype(float)
    values, labels = groups(300, 3, 2)
    table = pd.DataFrame({"spend": values[: len(ids), 0], "number": ids})
    (alarm,) = find_alarms(numbers(values), labels.astype(np.int32), TRIED, table)
    assert (alarm.code, alarm.count) == ("leaked_id", len(ids))
    assert "by number" in alarm.policy


def test_measures_are_hardly_ever_taken_for_running_numbers() -> None:
    """Never among 600 columns: whole numbers from all kinds of ranges, prices, counts, bells; yes/no and text aside."""
    rng = np.random.default_rng(8)
    values, labels = groups(300, 3, 2)
    columns = {}
    for index in range(150):
        n = 300
        columns[f"range {index}"] = rng.integers(0, int(10 ** rng.uniform(0, 7)) + 1, n).astype(float)
        columns[f"price {index}"] = np.round(rng.lognormal(3, 1, n), 2)
        columns[f"count {index}"] = rng.geometric(rng.uniform(0.001, 0.5), n).astype(float)
        columns[f"bell {index}"] = rng.normal(size=n)
    table = pd.DataFrame(columns | {"yes": labels > 0, "text": [f"{number}" for number in range(300)]})
    assert raised(numbers(values), labels, TRIED, table) == {}
    assert raised(numbers(values), labels, TRIED, pd.DataFrame({"short": np.arange(19.0)})) == {}


def test_few_customers_are_fewer_than_seventy_a_measure() -> None:
    """139 for two measures are few, 140 are not; the columns of one category are one measure."""
    values, labels = groups(140, 2, 2)
    assert raised(numbers(values), labels) == {}
    assert raised(numbers(values[:139]), labels[:139]) == {"few_customers": 139}
    club = np.eye(3, dtype=np.float32)[np.arange(140) % 3]
    points = Points(
        np.column_stack([values[:, :1].astype(np.float32), club]),
        Layout(("x", "a", "b", "c"), ("number", *("category",) * 3), ("x", *("club",) * 3)),
    )
    assert raised(points, np.random.default_rng(11).integers(0, 2, 140)) == {}


def test_every_alarm_ends_with_the_option_that_leads_out() -> None:
    """One sentence, the options in brackets at its end."""
    values = np.repeat([[0.0, 0.0], [9.0, 9.0]], [120, 2], axis=0)
    table = pd.DataFrame({"number": np.arange(122.0)})
    found = find_alarms(numbers(values), np.repeat([0, 1], [120, 2]).astype(np.int32), TRIED, table)
    assert [alarm.code for alarm in found] == ["giant", "outliers_only", "lattice", "leaked_id", "few_customers"]
    assert all("(--" in alarm.policy and alarm.policy.endswith(")") for alarm in found)


def test_order_of_customers_changes_no_alarm() -> None:
    """Shuffled rows: the same alarms, the same counts."""
    values, _ = groups(300, 1, 2)
    values[:3] += 30
    labels, order = np.arange(300) < 3, np.random.default_rng(9).permutation(300)
    assert raised(numbers(values[order]), labels[order]) == raised(numbers(values), labels)


def test_a_hundred_harmless_sets_raise_next_to_nothing() -> None:
    """Bells and groups of 2 to 5 measures, 3 to 6 segments: no alarm on more than one of 100 (measured: on none)."""
    found: Counter[str] = Counter()
    for index in range(100):
        rng = np.random.default_rng([10, index])
        d, k = int(rng.integers(2, 6)), int(rng.integers(3, 7))
        values, _ = groups(int(rng.integers(70 * d, 500)), k if index % 2 else 1, d, seed=index)
        table = pd.DataFrame(values, columns=[f"measure {column}" for column in range(d)])
        found.update(by_kmeans(table, range(k, k + 1))[k].keys())
    assert sum(found.values()) <= 1


def test_mall_raises_nothing_but_that_two_segments_are_one_column(shared_data: Path) -> None:
    """Income and score in three to eight segments; with the running number let in, that alone is said."""
    mall = pd.read_csv(shared_data / "mall_customers.csv")
    two = mall[["Annual Income (k$)", "Spending Score (1-100)"]]
    assert by_kmeans(two, range(2, 9)) == {2: {"one_column": 200}} | {k: {} for k in range(3, 9)}
    assert by_kmeans(mall[["CustomerID", "Spending Score (1-100)"]], range(5, 6))[5] == {"leaked_id": 200}


def test_online_retail_raises_alarms_where_they_are_true_only(shared_data: Path) -> None:
    """Prepared as usual none; raw, two segments are a giant and outliers; cut into fives a lattice."""
    loaded = load(str(shared_data / "online_retail.parquet"))
    assert loaded.orders is not None
    try:
        table = build(loaded.orders, None).table[["recency_days", "orders", "spend"]]
    finally:
        loaded.orders.connection.close()
    assert by_kmeans(table, range(3, 6)) == {3: {}, 4: {}, 5: {}}
    raw = by_kmeans(table, range(2, 3), PrepareOptions(skew="none", outliers="none"))[2]
    assert raw.keys() == {"giant", "outliers_only"}
    assert by_kmeans(table, range(4, 5), PrepareOptions(bins="5"))[4].keys() == {"lattice"}
