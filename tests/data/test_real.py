"""Real files, from the name alone."""

from pathlib import Path
from typing import Any

import pytest

from segmentry.errors import AmbiguousError

ORDERS = [
    (
        "online_retail.parquet", 541_909, 406_829,
        "customer=CustomerID date=InvoiceDate quantity=Quantity price=UnitPrice order=InvoiceNo product=Description",
    ),
    ("retail_transactions.csv", 125_000, 125_000, "customer=customer_id date=trans_date amount=tran_amount"),
    ("rfm_orders.csv", 4_906, 4_906, "customer=customer_id date=order_date amount=revenue"),
    (
        "sales_data_sample.csv", 2_823, 2_823,
        "customer=CUSTOMERNAME date=ORDERDATE amount=SALES order=ORDERNUMBER product=PRODUCTCODE category=PRODUCTLINE",
    ),
]  # fmt: skip
CUSTOMERS = [
    ("marketing_campaign.tsv", 2_240, 29, "ID"),
    ("marketing_campaign_semicolon.csv", 2_240, 29, "ID"),
    ("cc_general.csv", 8_950, 18, "CUST_ID"),
    ("wholesale_customers.csv", 440, 9, None),
    ("automobile_segmentation.csv", 8_068, 11, "ID"),
    ("mall_customers.csv", 200, 5, "CustomerID"),
    ("telco_churn.csv", 7_043, 21, "customerID"),
    ("shopping_trends.csv", 3_900, 18, "customer_id"),
    ("mcdonalds.csv", 1_453, 16, None),
    ("retail_response.csv", 6_884, 2, "customer_id"),
]


@pytest.mark.parametrize(("name", "count", "loaded", "expected"), ORDERS, ids=[case[0] for case in ORDERS])
def test_an_order_log_is_known_from_its_name_and_values(
    shared_data: Path, read: Any, name: str, count: int, loaded: int, expected: str
) -> None:
    """Each real order log is read as one, with the right columns, and every row accounted for."""
    found = read(str(shared_data / name))
    assert " ".join(f"{role}={column}" for role, column in found.roles.items()) == expected
    assert found.counts[:2] == (count, loaded)
    assert found.loaded.customers is None


@pytest.mark.parametrize(("name", "count", "width", "column"), CUSTOMERS, ids=[case[0] for case in CUSTOMERS])
def test_a_customer_table_is_known_from_its_name_and_values(
    shared_data: Path, read: Any, name: str, count: int, width: int, column: str | None
) -> None:
    """Each real customer table is read as one, with or without an id, however many dates and amounts it holds."""
    found = read(str(shared_data / name))
    assert found.loaded.orders is None
    assert found.loaded.customers.id_column == column
    assert found.table.shape == (count, width)
    assert found.table["customer_id"].is_unique


def test_online_retail_reconciles(shared_data: Path, read: Any) -> None:
    """Of Online Retail's rows, those without a customer are refused, and the published totals come out exactly."""
    found = read(str(shared_data / "online_retail.parquet"))
    assert found.loaded.rejects["reason"].unique().tolist() == ["no customer"]
    assert found.caveats == {"returns": 8_905, "zero_amounts": 40, "duplicates": 5_225}
    total = found.sql("SELECT count(*), count(DISTINCT customer), sum(amount) FROM orders WHERE amount > 0")
    assert total == [(397_884, 4_338, 8_911_407.904)]
    ids = found.sql("SELECT min(customer), max(length(customer)) FROM orders")
    assert ids == [("12346", 5)]


@pytest.mark.parametrize(("name", "count"), [("superstore_utf8bom.csv", 9_994), ("superstore_cp1252.csv", 9_993)])
def test_superstore_asks_one_question_and_runs_on_the_answer(
    shared_data: Path, read: Any, name: str, count: int
) -> None:
    """Dates that mix dashes and slashes are asked about; the option that the question names reads every row."""
    with pytest.raises(AmbiguousError, match="two ways") as caught:
        read(str(shared_data / name))
    assert "--monthfirst" in caught.value.way_out
    assert "--dayfirst" not in caught.value.way_out
    found = read(str(shared_data / name), dayfirst=False)
    assert found.counts == (count, count, 0)
    assert found.roles == {
        "customer": "Customer ID",
        "date": "Order Date",
        "amount": "Sales",
        "order": "Order ID",
        "product": "Product Name",
        "category": "Category",
        "discount": "Discount",
    }


def test_marketing_dates_become_dates(shared_data: Path, read: Any) -> None:
    """A customer table's dates are typed where one way of writing fits them all, and its blank incomes are NaN."""
    found = read(str(shared_data / "marketing_campaign.tsv"))
    table = found.table
    assert str(table["Dt_Customer"].dtype).startswith("datetime64")
    assert table["Income"].isna().sum() == 24


def test_a_workbook_of_many_sheets_asks_for_one(shared_data: Path, read: Any) -> None:
    """A workbook with several filled sheets is asked about, and read once the sheet is named."""
    with pytest.raises(AmbiguousError, match="16 sheets"):
        read(str(shared_data / "wine_offers.xlsx"))
    found = read(str(shared_data / "wine_offers.xlsx"), sheet="OfferInformation")
    assert found.table["Minimum Qty (kg)"].dtype == "float64"
