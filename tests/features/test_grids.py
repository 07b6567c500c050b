"""RFM grids: published figures, the linter, and grids that can't be used."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.data import load
from segmentry.errors import UsageError
from segmentry.features import GRIDS, FeatureOptions, Measures, build, fit_scores, lint_grid, load_grid
from segmentry.features.grids import read_grid

PUBLISHED = {
    "r-rfm-0.2": {
        "Loyal Customers": 278,
        "Potential Loyalist": 229,
        "Champions": 158,
        "Lost": 111,
        "At Risk": 86,
        "About To Sleep": 50,
        "Others": 48,
        "Need Attention": 35,
    },
    "r-rfm-0.3": {
        "Potential Loyalist": 342,
        "Loyal Customers": 170,
        "Lost": 148,
        "New Customers": 104,
        "About To Sleep": 102,
        "Can't Lose Them": 47,
        "Champions": 35,
        "At Risk": 28,
        "Need Attention": 10,
        "Promising": 9,
    },
}

SMALL = """
[scores]
orders = { better = "high", levels = 2 }
[[segments]]
name = "Often"
orders = [2, 2]
[[segments]]
name = "Once"
orders = [1, 1]
"""


@pytest.fixture(scope="module")
def rfm_orders(shared_data: Path) -> Measures:
    """Measure the orders of R's package, every row an order."""
    loaded = load(str(shared_data / "rfm_orders.csv"))
    assert loaded.orders is not None
    try:
        return build(loaded.orders, None, FeatureOptions(as_of=date(2006, 12, 31), order_unit="row"))
    finally:
        loaded.orders.connection.close()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_segments_of_the_r_package_come_out(rfm_orders: Measures, name: str) -> None:
    """All 995 customers, every name and count."""
    grid = load_grid(name)
    scores = fit_scores(rfm_orders.table, grid.rules).apply(rfm_orders.table).to_numpy()
    names, counts = np.unique(grid.names_of(scores).astype(str), return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == PUBLISHED[name]


def test_the_champions_have_the_published_orders_and_revenue(rfm_orders: Measures) -> None:
    """158 customers, 1,234 orders, 120,178 of revenue in grid 0.2."""
    grid = load_grid("r-rfm-0.2")
    table = rfm_orders.table
    champions = table[grid.names_of(fit_scores(table, grid.rules).apply(table).to_numpy()) == "Champions"]
    assert (len(champions), champions["orders"].sum(), champions["spend"].sum()) == (158, 1234, 120178)


def test_a_real_log_has_its_known_orders_by_each_unit(shared_data: Path) -> None:
    """Online Retail: 18,532 invoices and 397,884 lines above 0 of 4,338 customers; all spend the same by any unit."""
    loaded = load(str(shared_data / "online_retail.parquet"))
    assert loaded.orders is not None
    try:
        order, day, row = (
            build(loaded.orders, None, FeatureOptions(order_unit=unit)).table for unit in ("order", "day", "row")
        )
    finally:
        loaded.orders.connection.close()
    assert (len(order), order["orders"].sum(), row["orders"].sum()) == (4_338, 18_532, 397_884)
    assert (day["orders"] <= order["orders"]).all()
    assert (order["spend"] == day["spend"]).all()
    assert (order["spend"] == row["spend"]).all()


def test_ten_covers_every_cell_once() -> None:
    """Our own grid has ten segments, 25 cells, no hole, no overlap, no unreachable name."""
    grid, found = load_grid("ten"), lint_grid(load_grid("ten"))
    assert (len(grid.names), grid.cells.shape) == (10, (5, 5))
    assert (found.holes, found.overlaps, found.unreachable) == ((), (), ())
    assert set(grid.cells.ravel().tolist()) == set(range(10))


@pytest.mark.parametrize("name", GRIDS)
def test_grids_that_come_along_say_what_they_are(name: str) -> None:
    """Each has a sentence, keeps its name, and places the best buyers in Champions."""
    grid = load_grid(name)
    assert grid.name == name
    assert grid.about.endswith(".")
    assert grid.names_of(np.array([[5] * len(grid.rules)])).tolist() == ["Champions"]


def test_the_linter_reports_holes_overlaps_and_unreachable_names() -> None:
    """By hand: of 3 by 2 cells, A asks for four, B for one of them, C for one of them and one more; one is left."""
    grid = read_grid(
        """
        otherwise = "Rest"
        [scores]
        orders = { better = "high", levels = 3 }
        spend = { better = "high", levels = 2 }
        [[segments]]
        name = "A"
        orders = [2, 3]
        [[segments]]
        name = "B"
        orders = [2, 2]
        spend = [1, 1]
        [[segments]]
        name = "C"
        orders = [1, 2]
        spend = [2, 2]
        """,
        "by hand",
    )
    found = lint_grid(grid)
    assert found.holes == ((1, 1),)
    assert [(one.first, one.later, one.cells) for one in found.overlaps] == [("A", "B", 1), ("A", "C", 1)]
    assert found.unreachable == ("B",)
    assert grid.names_of(np.array([[1, 1], [1, 2], [2, 1], [2, 2], [3, 1]])).tolist() == ["Rest", "C", "A", "A", "A"]


def test_the_first_match_wins_in_the_published_grids() -> None:
    """Three names of 0.2 can never be reached, all of 0.3 can."""
    assert lint_grid(load_grid("r-rfm-0.2")).unreachable == ("New Customers", "Promising", "Can't Lose Them")
    assert lint_grid(load_grid("r-rfm-0.3")).unreachable == ()


def test_a_grid_of_ones_own_is_read_from_its_path(tmp_path: Path) -> None:
    """Its name is its path; a measure that a segment leaves out takes any score; levels and cut have defaults."""
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("levels = 2 }", 'levels = 2 }\nspend = { better = "high" }'), encoding="utf-8")
    grid = load_grid(str(path))
    assert (grid.name, grid.measures, grid.otherwise) == (str(path), ("orders", "spend"), "")
    assert grid.boxes[0].scores == ((2, 2), (1, 5))
    assert grid.rules[1].cut == "quantile"
    table = pd.DataFrame({"orders": [1, 1, 5], "spend": [1.0, 2.0, 3.0]})
    scores = fit_scores(table, grid.rules).apply(table).to_numpy()
    assert grid.names_of(scores).tolist() == ["Once", "Once", "Often"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[scores]", "[score]", "scores is missing"),
        ("[scores]", "wrong = 1\n[scores]", "wrong is not known"),
        ("[scores]", 'about = "a\\nb"\n[scores]', "about must be one line"),
        ("levels = 2", "levels = 1", "levels must be a whole number from 2 to 20, got 1"),
        ("levels = 2", "levels = true", "levels must be a whole number"),
        ("levels = 2", "level = 2", "level is not known"),
        ("levels = 2", 'cut = "tertile"', "cut must be one of quantile, quantile-plus-one, width, k-means"),
        ('"high"', '"big"', "better must be high or low, got 'big'"),
        ('{ better = "high", levels = 2 }', '"high"', "expected a table"),
        ("orders = [2, 2]", "orders = [2, 3]", "a score of orders must be a whole number from 1 to 2, got 3"),
        ("orders = [2, 2]", "orders = [2, 1]", "orders runs from 2 to 1"),
        ("orders = [2, 2]", "orders = 2", "orders must be the scores from and to"),
        ("orders = [2, 2]", "order = [2, 2]", "order is not known; known are name, orders"),
        ('"Once"', '"often"', 'segment 2: the name "often" is taken'),
        ('"Once"', '""', "name must be one line"),
        ("orders = [1, 1]", "orders = [2, 2]", "no segment takes 1 of 2 combinations of scores, such as orders 1"),
        ('[scores]\norders = { better = "high", levels = 2 }', "scores = 5", "[scores] needs at least one measure"),
    ],
)
def test_a_grid_that_cannot_be_used_is_refused(old: str, new: str, said: str) -> None:
    """The message names the file, the place and what is wrong; a hole needs an otherwise."""
    assert read_grid(SMALL, "small.toml").names == ("Often", "Once")
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    with pytest.raises(UsageError) as refusal:
        read_grid(text, "small.toml")
    assert said in str(refusal.value)
    assert "small.toml" in str(refusal.value)
    assert refusal.value.way_out


def test_grids_that_are_not_there_or_no_toml_are_refused(tmp_path: Path) -> None:
    """An unknown name lists the known ones; a folder, text that is no TOML and too many cells are said to be so."""
    with pytest.raises(UsageError, match=r"there is no grid 'r-rfm-0\.4'") as refusal:
        load_grid("r-rfm-0.4")
    assert refusal.value.way_out.startswith("--grid r-rfm-0.")
    with pytest.raises(UsageError, match="can't be read"):
        load_grid(str(tmp_path))
    with pytest.raises(UsageError, match="not valid TOML"):
        read_grid("[[[", "x")
    many = "".join(f'm{number} = {{ better = "high", levels = 20 }}\n' for number in range(4))
    with pytest.raises(UsageError) as refusal:
        read_grid(f'otherwise = "x"\n[scores]\n{many}[[segments]]\nname = "a"\n', "x")
    assert "160,000 combinations; 10,000 is the most" in str(refusal.value)
