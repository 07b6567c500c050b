"""Every method, the whole way from a table to a saved model."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, SegmentModel, segment
from segmentry.cluster import CLUSTERERS
from segmentry.errors import ColumnError, UsageError

NUMBERS = ["kmeans", "kmeans-sized", "ward", "average", "complete", "mixture", "hdbscan", "kprototypes", "auto"]


def customers(kind: str, n: int = 150) -> pd.DataFrame:
    """Give three plain groups of customers in numbers, in categories, or in both."""
    rng = np.random.default_rng(5)
    group = np.arange(n) % 3
    numbers = {"visits": np.array([5, 40, 80])[group] + rng.normal(0, 2, n), "basket": group * 30 + rng.normal(0, 3, n)}
    often = rng.random((n, 4)) < np.array([[0.95, 0.9, 0.1, 0.1], [0.1, 0.9, 0.9, 0.1], [0.1, 0.1, 0.1, 0.9]])[group]
    answers = {f"likes {thing}": np.where(column, "yes", "no") for thing, column in zip("abcd", often.T, strict=True)}
    plan = {"plan": np.array(["basic", "plus", "gold"])[np.where(rng.random(n) < 0.9, group, rng.integers(0, 3, n))]}
    columns = {"numbers": numbers, "answers": answers, "mixed": numbers | plan}[kind]
    return pd.DataFrame({"customer_id": [f"C{row:03}" for row in range(n)], **columns})


def asked(method: str) -> str:
    """Give the numbers of segments to try: few are enough here, and density takes none."""
    return "auto" if method == "hdbscan" else "2-5"


def same_after_saving(found: Segmentation, table: pd.DataFrame, folder: Path) -> None:
    """Hold a run's segments to those that its saved model gives."""
    found.model.save(folder / "model.segmentry")
    again = SegmentModel.load(folder / "model.segmentry").assign(table)
    assert again["segment"].tolist() == found.customers["segment"].tolist()


@pytest.mark.parametrize("method", NUMBERS)
def test_a_method_finds_three_plain_groups_of_numbers(method: str, tmp_path: Path) -> None:
    """Three segments, a verdict, and a model that places everybody as the run did."""
    table = customers("numbers")
    found = segment(table, method=method, segments=asked(method), rebuilds=5)
    assert found.summary.k == 3
    assert found.summary.verdict in {"Clear groups", "Repeatable split"}
    assert found.summary.method in CLUSTERERS
    groups = found.customers["segment"].to_numpy().reshape(-1, 3)
    placed = groups[(groups != "").all(axis=1)]
    assert len(placed) > 40
    assert (placed == placed[0]).all()
    same_after_saving(found, table, tmp_path)


@pytest.mark.parametrize(
    ("method", "kind"), [("kprototypes", "mixed"), ("kprototypes", "answers"), ("latent-class", "answers")]
)
def test_methods_for_categories_go_the_whole_way(method: str, kind: str, tmp_path: Path) -> None:
    """Numbers and categories together, or answers alone."""
    table = customers(kind)
    found = segment(table, method=method, segments=asked(method), rebuilds=5)
    assert found.summary.k >= 2
    assert found.summary.verdict
    same_after_saving(found, table, tmp_path)


def test_latent_class_refuses_numbers_by_name() -> None:
    """The refusal names them and the way out."""
    with pytest.raises(ColumnError, match="visits") as refusal:
        segment(customers("mixed"), method="latent-class", rebuilds=2)
    assert "kprototypes" in refusal.value.way_out


def test_customers_of_no_group_have_no_segment(tmp_path: Path) -> None:
    """HDBSCAN leaves strays out: no letter in the table, counted in the summary, the same from the saved model."""
    table = customers("numbers")
    strays = pd.DataFrame({"customer_id": ["S1", "S2"], "visits": [300.0, -200.0], "basket": [-400.0, 500.0]})
    both = pd.concat([table, strays], ignore_index=True)
    found = segment(both, method="hdbscan", rebuilds=5, outliers="none", skew="none")
    assert found.customers.set_index("customer_id").loc[["S1", "S2"], "segment"].tolist() == ["", ""]
    assert found.summary.unplaced >= 2
    assert found.summary.unplaced + sum(one.customers for one in found.summary.segments) == len(both)
    assert "no_segment" in {caveat.code for caveat in found.summary.caveats}
    same_after_saving(found, both, tmp_path)


@pytest.mark.parametrize("method", ["hdbscan", "rfm-grid"])
def test_a_number_of_segments_is_refused_where_a_method_has_none(method: str) -> None:
    """``--segments 4`` would do nothing there."""
    with pytest.raises(UsageError, match="has no number of segments to choose"):
        segment(customers("numbers"), method=method, segments=4)


def test_a_stand_in_is_told_with_its_fidelity() -> None:
    """Trees can't place newcomers themselves; how well what does agrees is kept, and said where it moves anybody."""
    found = segment(customers("numbers"), method="average", rebuilds=5)
    assert found.summary.fidelity is not None
    assert found.summary.fidelity > 0.9
    moved = round((1 - found.summary.fidelity) * len(found.customers))
    assert [one.count for one in found.summary.caveats if one.code == "stand_in"] == [moved] * (moved > 0)


def test_a_comparison_shows_every_method_beside_the_others() -> None:
    """The same customers, one number of segments, one argued for; k-means where nothing tells them apart."""
    found = segment(customers("numbers"), method="auto", rebuilds=5).summary
    assert [row.method for row in found.compared] == ["kmeans", "ward", "average", "mixture", "hdbscan"]
    assert [row.method for row in found.compared if row.chosen] == ["kmeans"]
    assert all(row.k == 3 and row.agreement > 0.95 for row in found.compared)
    assert "of 5 methods compared, k-means is argued for" in found.reason


def test_a_comparison_can_argue_for_another_method(tmp_path: Path) -> None:
    """A dense group amid a wide one: k-means cuts through both, a mixture tells them apart and comes back."""
    rng = np.random.default_rng(0)
    wide = np.where(np.arange(400) % 2, 0.15, 3.0)
    table = pd.DataFrame(rng.normal(size=(400, 2)) * wide[:, None], columns=["a", "b"])
    found = segment(table, method="auto", rebuilds=10, segments=2, skew="none", outliers="none")
    winner = next(row for row in found.summary.compared if row.chosen)
    kmeans = next(row for row in found.summary.compared if row.method == "kmeans")
    assert winner.method == "mixture"
    assert winner.keep_above_chance > kmeans.keep_above_chance + 0.02
    assert found.summary.method == winner.method
    same_after_saving(found, table, tmp_path)


def test_where_density_finds_no_groups_there_is_one_segment() -> None:
    """Customers in a row, ever further apart: nothing is invented, and the reason says what happened."""
    table = pd.DataFrame({"a": np.linspace(0, 1, 200) ** 1.01})
    found = segment(table, method="hdbscan", rebuilds=4, skew="none", outliers="none")
    assert found.summary.k == 1
    assert found.summary.reason == "one segment: the method finds no groups"
    assert found.customers["segment"].unique().tolist() == ["A"]


def test_a_method_that_cuts_along_one_category_is_not_argued_for() -> None:
    """A cloud of numbers, and a category that has nothing to do with it: what comes back tells nothing."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"a": rng.normal(size=300), "b": rng.normal(size=300), "kind": rng.choice(["x", "y", "z"], 300)}
    )
    found = segment(table, method="auto", rebuilds=5, segments=3).summary
    (dense,) = (row for row in found.compared if row.method == "hdbscan")
    assert dense.keep_above_chance > max(row.keep_above_chance for row in found.compared if row.method == "kmeans")
    assert dense.remark == "one measure alone decides it"
    assert not dense.chosen


@pytest.mark.parametrize(
    "method", ["kmeans-sized", "ward", "single", "mixture", "kprototypes", "latent-class", "hdbscan"]
)
def test_customers_alike_in_every_measure_are_one_segment(method: str) -> None:
    """Nothing is left to form segments on, and no method may stumble over it."""
    found = segment(pd.DataFrame({"visits": [3.0] * 40, "basket": [4] * 40}), method=method, rebuilds=3)
    assert found.summary.reason == "one segment: all 40 customers are alike in these measures"
    assert found.customers["segment"].tolist() == ["A"] * 40
    assert found.assign(found.customers)["segment"].tolist() == ["A"] * 40


@pytest.mark.parametrize("bins", ["none", "4"])
def test_latent_classes_take_numbers_of_few_values(bins: str) -> None:
    """Structureless sets must be such numbers too, or the method would refuse them."""
    rng = np.random.default_rng(0)
    marks = rng.integers(1, 6, size=(120, 3)) if bins == "none" else rng.normal(size=(120, 3)).round(2)
    found = segment(
        pd.DataFrame(marks, columns=["a", "b", "c"]), method="latent-class", bins=bins, segments="2-4", rebuilds=3
    )
    assert found.summary.method == "latent-class"
    assert found.summary.verdict != "Clear groups"
