from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import segmentry
from segmentry.data import Customers
from segmentry.explore import Exploration, correlate, explore, explore_measures
from segmentry.features import build
from segmentry.plain import to_plain


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Make 500 customers with numbers that depend on each other, blanks, levels, an answer, an age and a loose text."""
    rng = np.random.default_rng(11)
    n = 500
    visits = rng.poisson(5, n).astype(float)
    spend = (visits * rng.lognormal(3, 1, n)).round(2)
    table = pd.DataFrame(
        {
            "customer_id": [f"C{number}" for number in range(n)],
            "visits": visits,
            "spend": spend,
            "points": np.where(rng.random(n) < 0.1, np.nan, visits * 10 + rng.integers(0, 30, n)),
            "score": rng.normal(size=n),
            "colour": rng.choice(["red", "green", "blue"], n),
            "club": rng.choice(["yes", "no"], n),
            "age": rng.integers(18, 80, n).astype(float),
            "note": [f"text {number}" if number % 3 == 0 else None for number in range(n)],
        }
    )
    table.loc[table["points"].isna(), "score"] = np.nan
    return table.astype({"colour": object, "club": object, "note": object})


def _explore(table: pd.DataFrame) -> Exploration:
    return explore_measures(build(None, Customers(table.reset_index(drop=True), "customer_id")))


def test_the_order_of_customers_changes_nothing(table: pd.DataFrame) -> None:
    """Shuffled rows give the same figures to the last digit."""
    one = to_plain(_explore(table))
    for seed in range(5):
        assert to_plain(_explore(table.sample(frac=1, random_state=seed))) == one


def test_every_column_has_its_place(table: pd.DataFrame) -> None:
    """Numbers, levels, what describes and what is left out: each where it belongs, with the reason."""
    found = explore(table)
    assert [shape.name for shape in found.numbers] == ["visits", "spend", "points", "score", "age"]
    assert [shape.name for shape in found.categories] == ["colour", "club"]
    assert found.correlations.names == ("visits", "spend", "points", "score", "club", "age")
    assert {entry.name for entry in found.separates} == set(found.correlations.names)
    assert [(column.name, column.part) for column in found.left_out] == [("age", "describes"), ("note", "left out")]
    assert all(column.reason for column in found.left_out)
    assert found.customers == len(table)
    assert found.as_of is None


def test_blanks_are_counted_in_columns_that_are_left_out_too(table: pd.DataFrame) -> None:
    """The loose text forms and describes nothing, and its blanks are still counted; so are those missing together."""
    found = explore(table).blanks
    assert {blank.name: blank.count for blank in found.columns} == {
        name: int(count) for name, count in table.isna().sum().items() if count
    }
    assert [(pair.left, pair.right, pair.share) for pair in found.together] == [("points", "score", 1.0)]
    assert found.complete == len(table.dropna())


def test_orders_are_explored_by_their_measures() -> None:
    """An order log gives the shape of each measure as of its last day."""
    shop = segmentry.sample_shop(120, seed=2)
    found = segmentry.explore(shop.orders, as_of="2099-01-01")
    assert found.as_of is not None
    assert found.as_of.isoformat() == "2099-01-01"
    measured = segmentry.build(segmentry.load(shop.orders).orders, None)
    shapes = {shape.name: shape for shape in found.numbers}
    assert shapes["spend"].maximum == measured.table["spend"].max()
    assert shapes["orders"].known == found.customers == len(measured.table)
    assert {shape.part for shape in found.numbers} == {"forms", "describes"}


def test_one_customer_and_none() -> None:
    """A table of one row is explored like any other, and one of no rows is empty."""
    one = _explore(pd.DataFrame({"customer_id": ["1"], "visits": [3.0]}))
    assert (one.customers, one.numbers[0].median, one.separates[0].index) == (1, 3.0, 0.0)
    none = _explore(pd.DataFrame({"customer_id": pd.Series([], dtype=object), "visits": pd.Series([], dtype=float)}))
    assert (none.customers, none.blanks.complete, none.separates) == (0, 0, ())


def test_a_wide_table_is_compared_up_to_a_limit() -> None:
    """Of 230 columns 200 are compared, and the others are named."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(60, 230)), columns=[f"m{at}" for at in range(230)])
    table.insert(0, "customer_id", [str(at) for at in range(60)])
    found = _explore(table).correlations
    assert len(found.names) == len(found.pearson) == len(found.spearman[0]) == 200
    assert found.not_compared == tuple(f"m{at}" for at in range(200, 230))


@pytest.mark.parametrize(
    ("name", "customers", "blank", "pair"),
    [
        ("automobile_segmentation.csv", 8068, {"Work_Experience": 829, "Family_Size": 335}, None),
        ("telco_churn.csv", 7043, {"TotalCharges": 11}, ("tenure", "TotalCharges")),
        ("cc_general.csv", 8950, {"MINIMUM_PAYMENTS": 313, "CREDIT_LIMIT": 1}, ("PURCHASES", "ONEOFF_PURCHASES")),
    ],
)
def test_real_customer_tables(
    shared_data: Path, name: str, customers: int, blank: dict[str, int], pair: tuple[str, str] | None
) -> None:
    """Blanks are those in the file, and the pairs everybody knows of are found with pandas' figures."""
    found = explore(str(shared_data / name))
    assert found.customers == customers
    assert {entry.name: entry.count for entry in found.blanks.columns}.items() >= blank.items()
    pairs = {(entry.left, entry.right): entry for entry in found.correlations.pairs}
    if pair is None:
        assert pairs == {}
    else:
        table = pd.read_csv(shared_data / name)[list(pair)].apply(pd.to_numeric, errors="coerce").dropna()
        assert pairs[pair].pearson == pytest.approx(table.corr().iloc[0, 1], abs=1e-9)
        assert pairs[pair].customers == len(table)


def test_a_run_correlates_its_numbers_forming_ones_first(table: pd.DataFrame) -> None:
    """Figures are those of the exploration; categories and answers aren't numbers, beyond so many none is compared."""
    measures, whole = build(None, Customers(table, "customer_id")), _explore(table).correlations
    found = correlate(measures)
    assert found is not None
    assert found.names == ("visits", "spend", "points", "score", "age")
    assert found.pearson[0][1] == pytest.approx(whole.pearson[0][1], abs=1e-12)
    fewer = correlate(measures, most=3)
    assert fewer is not None
    assert (fewer.names, fewer.not_compared) == (("visits", "spend", "points"), ("score", "age"))
    assert correlate(build(None, Customers(table[["customer_id", "visits", "colour"]], "customer_id"))) is None


@pytest.mark.parametrize("customers", [500, 120])
def test_the_customers_who_are_correlated_do_not_depend_on_their_order(table: pd.DataFrame, customers: int) -> None:
    """Shuffled rows give the same sample, and the same figures to the last digit."""
    one = to_plain(correlate(build(None, Customers(table, "customer_id")), customers=customers, seed=3))
    for seed in range(3):
        shuffled = table.sample(frac=1, random_state=seed).reset_index(drop=True)
        again = correlate(build(None, Customers(shuffled, "customer_id")), customers=customers, seed=3)
        assert to_plain(again) == one


def test_a_sample_leans_nowhere() -> None:
    """Of many customers who are alike as many are taken as of those who are not: correlation by sample is near."""
    rng = np.random.default_rng(2)
    x = np.where(rng.random(9000) < 0.7, 1.0, rng.normal(size=9000))
    table = pd.DataFrame({"customer_id": np.arange(9000).astype(str), "x": x, "y": x + rng.normal(size=9000).round(1)})
    measures = build(None, Customers(table, "customer_id"))
    whole, sample = correlate(measures), correlate(measures, customers=3000)
    assert whole is not None
    assert sample is not None
    assert sample.pearson[0][1] == pytest.approx(whole.pearson[0][1], abs=0.05)
