"""RFM grids through the whole corridor: the published figures, the model, and what is refused."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, SegmentModel, sample_shop, segment
from segmentry.errors import ColumnError, UsageError
from segmentry.recipe import Recipe
from segmentry.score import score

GRID = {"method": "rfm-grid", "rebuilds": 20}
AS_OF = date(2006, 12, 31)


@pytest.fixture(scope="module")
def published(shared_data: Path) -> Segmentation:
    """Run the orders of R's package by its grid 0.2, every row an order."""
    source = str(shared_data / "rfm_orders.csv")
    return segment(source, grid="r-rfm-0.2", order_unit="row", as_of=AS_OF, **GRID)


@pytest.fixture(scope="module")
def shop() -> Segmentation:
    """Run a sample shop by our own grid."""
    return segment(sample_shop(400, seed=0).orders, **GRID)


def test_a_run_by_the_published_grid_gives_its_segments_under_their_names(published: Segmentation) -> None:
    """Names and counts of the R package, ordered by mean spend, the champions with their revenue."""
    told = {s.name: s.customers for s in published.summary.segments}
    assert told == {
        "Champions": 158,
        "Loyal Customers": 278,
        "At Risk": 86,
        "Others": 48,
        "Need Attention": 35,
        "Potential Loyalist": 229,
        "About To Sleep": 50,
        "Lost": 111,
    }
    means = [(s.revenue or 0) / s.customers for s in published.summary.segments]
    assert means == sorted(means, reverse=True)
    assert published.summary.find("Champions").revenue == 120_178
    assert published.customers.query("name == 'Champions'")["orders"].sum() == 1_234


def test_a_run_by_the_other_published_grid_gives_its_segments(shared_data: Path) -> None:
    """Grid 0.3 through the whole corridor."""
    source = str(shared_data / "rfm_orders.csv")
    found = segment(source, grid="r-rfm-0.3", order_unit="row", as_of=AS_OF, method="rfm-grid", rebuilds=2)
    sizes = sorted((s.customers for s in found.summary.segments), reverse=True)
    assert sizes == [342, 170, 148, 104, 102, 47, 35, 28, 10, 9]
    assert found.summary.find("Promising").customers == 9


def test_names_that_no_customer_can_get_are_a_warning(published: Segmentation) -> None:
    """The linter speaks in the run, with how many names it is about."""
    (caveat,) = [caveat for caveat in published.summary.caveats if caveat.code == "unreachable"]
    assert caveat.count == 3


def test_a_grid_has_a_keep_rate_and_no_candidates(shop: Segmentation) -> None:
    """It is rebuilt like any split; nothing was tried, so there is nothing to compare."""
    told = shop.summary
    assert told.keep is not None
    assert 0.5 < told.keep.overall.rate <= 1
    assert all(s.keeps is not None for s in told.segments)
    assert (told.candidates, told.to_json({})["quality"]) == ((), None)
    assert {m.name for m in told.measures if m.part == "forms"} == {"recency_days", "orders"}


def test_later_customers_meet_the_kept_cut_points(shop: Segmentation, tmp_path: Path) -> None:
    """Saved, read back, alone or in a batch: each customer is where the run put her, and the best is no stranger."""
    shop.model.save(tmp_path / "grid.segmentry")
    model = SegmentModel.load(tmp_path / "grid.segmentry")
    placed = model.assign(shop.customers)
    assert placed["segment"].tolist() == shop.customers["segment"].tolist()
    assert placed["name"].tolist() == shop.customers["name"].tolist()
    assert not placed["unlike"].any()
    assert set(placed["fit"]) == {"Typical"}
    alone = pd.concat([model.assign(shop.customers.iloc[[row]]) for row in range(20)], ignore_index=True)
    pd.testing.assert_frame_equal(alone, placed.head(20))
    best = model.assign({"orders": 10_000, "recency_days": 0})
    assert (best["name"].item(), best["unlike"].item()) == ("Champions", False)


def test_scoring_the_same_orders_again_gives_the_same_segments(shared_data: Path, published: Segmentation) -> None:
    """The unit of orders is part of the model: a row stays an order when scores are given later."""
    again = score(published.model, str(shared_data / "rfm_orders.csv"), as_of=AS_OF)
    assert again.table["segment"].tolist() == published.customers["segment"].tolist()


def test_a_recipe_repeats_a_grid(shop: Segmentation) -> None:
    """The saved recipe holds the method, and is accepted with the measures that the grid chose."""
    recipe = Recipe.from_toml(shop.summary.recipe)
    assert recipe.choose.method == "rfm-grid"
    again = segment(sample_shop(400, seed=0).orders, recipe=recipe)
    assert [(s.name, s.customers, s.keeps) for s in again.summary.segments] == [
        (s.name, s.customers, s.keeps) for s in shop.summary.segments
    ]


def test_a_grid_of_ones_own_may_score_any_column(tmp_path: Path) -> None:
    """A customer table without orders, a grid over two of its columns in another order than theirs."""
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        otherwise = "Everybody else"
        [scores]
        visits = { better = "high", levels = 2 }
        fee = { better = "low", levels = 3, cut = "width" }
        [[segments]]
        name = "Keen and cheap"
        visits = [2, 2]
        fee = [3, 3]
        """,
        encoding="utf-8",
    )
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"fee": rng.integers(0, 90, 60), "visits": rng.integers(0, 9, 60)}) * 1.0
    found = segment(table, grid=str(path), **GRID)
    keen = found.customers["name"] == "Keen and cheap"
    third = table["fee"].min() + (table["fee"].max() - table["fee"].min()) / 3
    middle = np.sort(table["visits"])[29]
    assert keen.tolist() == ((table["visits"] > middle) & (table["fee"] < third)).tolist()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"segments": 5}, "has no number of segments to choose"),
        ({"measures": ("spend",)}, "--measures doesn't go with --method rfm-grid"),
        ({"include": ("tenure_days",)}, "--include doesn't go with"),
        ({"scale": "robust"}, "a preparing option doesn't go with"),
        ({"grid": "r-rfm"}, "there is no grid 'r-rfm'"),
    ],
)
def test_what_would_do_nothing_beside_a_grid_is_refused(options: dict[str, object], said: str) -> None:
    """With the way out, and before anything is fitted."""
    with pytest.raises(UsageError, match=said) as refusal:
        segment(sample_shop(60, seed=0).orders, **(GRID | options))
    assert refusal.value.way_out


def test_a_grid_beside_another_method_is_refused() -> None:
    """``--grid`` alone would silently do nothing."""
    with pytest.raises(UsageError, match="the method kmeans has no grid"):
        segment(sample_shop(60, seed=0).orders, grid="ten")


def test_a_grid_by_orders_of_a_customer_table_says_that_orders_are_missing() -> None:
    """The measures that orders give aren't in a customer table: the message says so, and what to give instead."""
    table = pd.DataFrame({"income": [1.0, 2.0, 3.0] * 20, "visits": [3.0, 1.0, 2.0, 5.0] * 15})
    with pytest.raises(UsageError, match="'recency_days' is built from orders, and these are customers") as refusal:
        segment(table, **GRID)
    assert refusal.value.way_out == "give an order log: one row an order line"


def test_a_measure_that_cannot_be_scored_is_refused_with_its_reason() -> None:
    """Everybody has one order: a grid by orders says so instead of scoring nothing."""
    orders = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(40)],
            "order_date": pd.date_range("2026-01-01", periods=40).strftime("%Y-%m-%d"),
            "amount": np.arange(40) + 1.0,
        }
    )
    with pytest.raises(ColumnError, match="rfm-grid can't use these measures") as refusal:
        segment(orders, customer="customer_id", date="order_date", amount="amount", **GRID)
    assert "orders: every customer has the same value" in str(refusal.value)
