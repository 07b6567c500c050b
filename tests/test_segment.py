"""The corridor on real files: from the name alone, reconciled with what is known, moved by nothing it should not be."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, score, segment
from segmentry.errors import TooFewError, UsageError

RAW = {"scale": "none", "skew": "none", "outliers": "none"}
MALL = ("Annual Income (k$)", "Spending Score (1-100)")


@pytest.fixture(scope="module")
def mall(shared_data: Path) -> Segmentation:
    """Give Mall's customers by income and score as they are, the number of segments left to the program."""
    return segment(str(shared_data / "mall_customers.csv"), measures=MALL, **RAW)


def test_mall_finds_five(mall: Segmentation) -> None:
    """Mall gives five segments with the best known inertia and indices, and its sizes."""
    chosen = mall.summary.chosen
    assert chosen is not None
    assert chosen.k == 5
    assert chosen.inertia == pytest.approx(44448.4554, abs=1e-3)
    assert chosen.silhouette == pytest.approx(0.5539, abs=1e-4)
    assert chosen.davies_bouldin == pytest.approx(0.5726, abs=1e-4)
    assert sorted((s.customers for s in mall.summary.segments), reverse=True) == [81, 39, 35, 23, 22]


def test_mall_customer_of_low_income_and_low_score(mall: Segmentation) -> None:
    """Income 15 and score 39 belong to the segment whose name and sentence say low income and low score."""
    answer = mall.assign({MALL[0]: "15", MALL[1]: "39"})
    found = mall.summary.find(answer["segment"].iloc[0])
    assert found.name == "Low Annual Income (k$), low Spending Score (1-100)"
    assert "Annual Income (k$) of 25" in found.sentence
    assert not answer["unlike"].iloc[0]


def test_mall_keeps_personal_attributes_out(shared_data: Path) -> None:
    """Left alone, gender and age only describe; each says how to include it."""
    found = segment(str(shared_data / "mall_customers.csv"), segments=3, rebuilds=2)
    parts = {m.name: (m.part, m.reason) for m in found.summary.measures}
    assert [name for name, (part, _) in parts.items() if part == "forms"] == list(MALL)
    assert parts["Gender"][0] == parts["Age"][0] == "describes"
    assert "--include Age" in parts["Age"][1]


def test_online_retail_reconciles(shared_data: Path) -> None:
    """541,909 rows from nothing but the name: the counts add up to the known ones, and no 26-against-4,312 answer."""
    found = segment(str(shared_data / "online_retail.parquet"), rebuilds=10)
    told = found.summary
    assert (told.rows.read, told.rows.loaded, told.rows.rejected) == (541_909, 406_829, 135_080)
    assert len(found.rejects) == 135_080
    assert (told.customers, told.without_purchase) == (4_338, 34)
    assert {caveat.code: caveat.count for caveat in told.caveats}["returns"] == 8_905
    assert set(found.customers["customer_id"].str.fullmatch(r"\d{5}")) == {True}
    assert {"12346", "18287"} <= set(found.customers["customer_id"])
    assert int(found.customers["orders"].sum()) == 18_532
    assert told.as_of is not None
    assert told.as_of.isoformat() == "2011-12-09"
    assert min(s.share for s in told.segments) >= 0.05
    assert sum(s.customers for s in told.segments) == 4_338


def test_online_retail_without_returns_has_the_known_revenue(shared_data: Path) -> None:
    """With returns dropped the revenue is the published 8,911,407.904."""
    found = segment(str(shared_data / "online_retail.parquet"), returns="drop", segments=3, rebuilds=2)
    assert sum(s.revenue or 0 for s in found.summary.segments) == pytest.approx(8_911_407.904, abs=1e-3)


@pytest.mark.parametrize(
    ("file", "table", "rows", "customers"),
    [
        ("retail_transactions.csv", "orders", 125_000, 6_889),
        ("rfm_orders.csv", "orders", 4_906, 995),
        ("marketing_campaign.tsv", "customers", 2_240, 2_240),
        ("cc_general.csv", "customers", 8_950, 8_950),
        ("wholesale_customers.csv", "customers", 440, 440),
        ("automobile_segmentation.csv", "customers", 8_068, 8_068),
    ],
)
def test_runs_from_the_name_alone(shared_data: Path, file: str, table: str, rows: int, customers: int) -> None:
    """A file is told for an order log or a customer table, and every row is accounted for."""
    found = segment(str(shared_data / file), rebuilds=4)
    told = found.summary
    assert told.table == table
    assert (told.rows.read, told.rows.loaded) == (rows, rows)
    assert told.customers == len(found.customers) == customers
    assert found.customers["customer_id"].is_unique
    assert len({s.name for s in told.segments}) == told.k == found.customers["segment"].nunique()
    assert (found.customers["segment"] == found.assign(found.customers)["segment"]).all()


def orders(shared_data: Path) -> pd.DataFrame:
    """Read an order log that several tests change."""
    return pd.read_csv(shared_data / "retail_transactions.csv", parse_dates=["trans_date"], date_format="%d-%b-%y")


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """Put the rows in another order."""
    return table.sample(frac=1, random_state=7)


def in_pence(table: pd.DataFrame) -> pd.DataFrame:
    """Count money in hundredths."""
    return table.assign(tran_amount=table["tran_amount"] * 100)


def in_euros(table: pd.DataFrame) -> pd.DataFrame:
    """Change the currency at a crooked rate."""
    return table.assign(tran_amount=table["tran_amount"] * 1.1371)


def relabelled(table: pd.DataFrame) -> pd.DataFrame:
    """Give everybody another id, in another order."""
    return table.assign(customer_id=table["customer_id"].str[::-1])


@pytest.fixture(scope="module")
def before(shared_data: Path) -> Segmentation:
    """Segment a real log as it is, once."""
    return segment(orders(shared_data), rebuilds=3)


@pytest.mark.parametrize("change", [shuffled, in_pence, in_euros, relabelled], ids=lambda change: change.__name__)
def test_what_must_change_no_segment(
    shared_data: Path, before: Segmentation, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    """Row order, the unit of money and ids move nobody; who is within 1e-6 of a border is excepted and counted."""
    after = segment(change(orders(shared_data)), rebuilds=3)
    ids = after.customers["customer_id"].str[::-1] if change is relabelled else after.customers["customer_id"]
    one = before.customers.set_index("customer_id")["segment"].sort_index()
    two = after.customers.set_index(ids)["segment"].sort_index()
    margins = before.assign(before.customers).set_index("customer_id")["margin"].sort_index()
    border = margins < 1e-6
    assert before.summary.k == after.summary.k
    assert int(border.sum()) <= 1
    assert (one[~border] == two[~border]).all()


def test_customer_table_joins_the_orders(shared_data: Path) -> None:
    """A customer table's columns describe the customers of the orders; who isn't in both is counted."""
    log = orders(shared_data)
    table = pd.read_csv(shared_data / "retail_response.csv").iloc[:-10]
    found = segment(log, table, segments=3, rebuilds=2)
    assert found.summary.table == "orders and customers"
    assert found.summary.customers == log["customer_id"].nunique()
    assert "response" in found.customers
    missing = log["customer_id"].nunique() - table["customer_id"].isin(log["customer_id"]).sum()
    assert missing in {caveat.count for caveat in found.summary.caveats}


def test_frames_of_all_kinds_give_the_same(shared_data: Path) -> None:
    """pandas, polars, Arrow and the file itself give the same segments."""
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    log = pd.read_csv(shared_data / "rfm_orders.csv")
    kinds = [str(shared_data / "rfm_orders.csv"), log, polars.from_pandas(log), pyarrow.Table.from_pandas(log)]
    first, *others = [segment(kind, segments=4, rebuilds=2).customers for kind in kinds]
    for other in others:
        pd.testing.assert_frame_equal(first, other)


def test_identical_customers_are_one_segment() -> None:
    """Where nobody differs no segments are invented."""
    table = pd.DataFrame({"visits": [3.0] * 40 + [4.0], "spend": [10.0] * 40 + [9.0]})
    found = segment(table.assign(visits=3.0, spend=np.repeat([10.0, 11.0], [40, 1])), include=["spend"])
    assert found.summary.k == 1
    assert found.summary.keep is None


def test_one_customer_is_refused() -> None:
    """One customer can't be split."""
    with pytest.raises(TooFewError):
        segment(pd.DataFrame({"customer": ["a"], "date": ["2026-01-05"], "amount": [5.0]}))


def test_unknown_option_is_refused() -> None:
    """A misspelt option is an error, not silence."""
    with pytest.raises(UsageError, match="segmants"):
        segment(pd.DataFrame({"a": [1, 2]}), segmants=3)


def test_orders_without_money_have_no_revenue(shared_data: Path) -> None:
    """With no_amount recency and orders form segments; nothing speaks of money, and later orders are scored."""
    path = str(shared_data / "rfm_orders.csv")
    found = segment(path, no_amount=True, segments=3, rebuilds=2)
    told = found.summary
    assert [m.name for m in told.measures if m.part == "forms"] == ["recency_days", "orders"]
    assert not {m.name for m in told.measures} & {"spend", "typical_order", "return_share", "top_category_share"}
    assert {(s.revenue, s.revenue_share, s.at_stake) for s in told.segments} == {(None, None, None)}
    again = score(found.model, path, as_of=told.as_of).table
    assert again["segment"].tolist() == found.customers["segment"].tolist()
