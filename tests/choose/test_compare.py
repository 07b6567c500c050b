import numpy as np
import pandas as pd
import pytest

from segmentry import prepare
from segmentry.choose import Choice, ChooseOptions, Compared, choose
from segmentry.choose.compare import _why
from segmentry.choose.splits import Split
from segmentry.choose.sweep import _distinct
from segmentry.cluster import KMeans
from segmentry.prepare import PrepareOptions


def compared(table: pd.DataFrame, **options: float | str) -> Choice:
    """Compare the methods on numbers."""
    preparer = prepare.fit(
        table, [(name, "number") for name in table.columns], PrepareOptions(skew="none", outliers="none")
    )
    return choose(table, preparer, None, ChooseOptions(**({"method": "auto", "rebuilds": 10} | options)))


def one_in_another() -> pd.DataFrame:
    """Give a small dense group amid a wide one: a mixture tells them apart, k-means cuts through both."""
    rng = np.random.default_rng(0)
    wide = np.where(np.arange(400) % 2, 0.15, 3.0)
    return pd.DataFrame(rng.normal(size=(400, 2)) * wide[:, None], columns=["a", "b"])


def row(method: str, keep: float, margin: float) -> Compared:
    """Give a method's figures."""
    return Compared(method, 3, keep, keep, keep, None, 0.4, margin, 1.0, method == "kmeans")


def test_the_method_argued_for_stands_among_the_candidates_as_they_do() -> None:
    """Its own figures take the place of k-means' at its number, allowed and with a prediction strength of its own."""
    found = compared(one_in_another(), lowest=2, highest=2)
    assert found.clusters.method == "mixture"
    assert found.reason.startswith("with k-means, 2 segments, as asked: 90 of 100 customers keep")
    assert "; of 5 methods compared, Gaussian mixture is argued for: it brings back 72 of 100" in found.reason
    (own,) = found.candidates
    assert own.allowed
    assert found.gaps is not None
    assert own.margin == found.gaps.margin
    assert own.prediction_strength is not None
    assert found.keep is not None
    assert own.keep_rate == found.keep.overall.rate


def test_a_number_that_was_asked_for_asks_no_size_of_any_method() -> None:
    """K-means is taken at it with a segment of 2%: no method is refused for as much."""
    rng = np.random.default_rng(0)
    middles = np.array([[0, 0], [9, 0], [0, 9]])[rng.choice(3, 600, p=[0.72, 0.26, 0.02])]
    table = pd.DataFrame(middles + rng.normal(size=(600, 2)), columns=["a", "b"])
    found = compared(table, lowest=3, highest=3)
    assert min(np.bincount(found.labels)) < 30
    assert {one.remark for one in found.compared if one.k == 3} == {""}


def test_who_is_left_out_counts_as_nothing_in_a_comparison() -> None:
    """HDBSCAN leaves out who is between the groups; that doesn't make its segments clearer."""
    rng = np.random.default_rng(0)
    middles = np.array([[0.0, 0.0], [5.0, 0.0]])[np.arange(500) % 2]
    table = pd.DataFrame(middles + rng.normal(size=(500, 2)), columns=["a", "b"])
    found = compared(table, lowest=2, highest=2)
    alone = choose(
        table,
        prepare.fit(table, [("a", "number"), ("b", "number")], PrepareOptions(skew="none")),
        None,
        ChooseOptions(method="hdbscan", rebuilds=10),
    )
    ours = next(one for one in found.compared if one.method == "hdbscan")
    same = next(candidate for candidate in alone.candidates if candidate.k == ours.k)
    placed = float(np.mean(alone.labels >= 0))
    assert (alone.k, ours.k) == (2, 2)
    assert placed < 1
    assert ours.silhouette == pytest.approx(placed * same.silhouette, abs=1e-6)


def test_what_tells_methods_apart_is_said() -> None:
    """More than two hundredths of firmness, or more than one of margin; else that they are too close."""
    kmeans = row("kmeans", 0.9, 0.1)
    assert _why(kmeans, [kmeans, row("ward", 0.8, 0.3)]).endswith("beyond chance, Ward's tree 80")
    assert _why(kmeans, [kmeans, row("ward", 0.91, 0.05)]).endswith("91, and its segments stand clearer apart")
    assert _why(kmeans, [kmeans, row("ward", 0.91, 0.1)]).endswith("91, which is too close to tell them apart")


def test_of_settings_that_make_the_same_number_the_one_that_leaves_fewest_out_counts() -> None:
    """A number of segments stands for one split, in ascending order; one segment is none."""
    clusters = {k: KMeans().fit(np.arange(6.0)[:, None], k, seed=0, starts=1) for k in (1, 2, 3)}
    settings = {20: [0, 1, 2, 0, 1, 2], 30: [0, 1, 0, -1, -1, -1], 50: [0, 1, 0, 1, 0, -1], 80: [0] * 6}
    splits = [Split(clusters[max(labels) + 1], np.array(labels, np.int32), at) for at, labels in settings.items()]
    assert [(split.clusters.k, split.setting) for split in _distinct(splits, least=2)] == [(2, 50), (3, 20)]


def test_density_has_no_gap_statistic() -> None:
    """At one setting a box may fall in another number of groups than ours."""
    rng = np.random.default_rng(3)
    middles = np.array([[0, 0], [7, 0], [0, 7]])[np.arange(300) % 3]
    table = pd.DataFrame(middles + rng.normal(size=(300, 2)), columns=["a", "b"])
    found = compared(table, method="hdbscan")
    assert found.k == 3
    assert all(candidate.gap is None for candidate in found.candidates)
    assert "gap" not in {criterion.name for criterion in found.criteria}
