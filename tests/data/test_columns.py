"""Which column is what: naming styles, overrides, and what happens when it can't be told."""

from typing import Any

import pytest

from segmentry.data import look
from segmentry.data.columns import compact
from segmentry.errors import ColumnError, DataError

SAMPLE = {
    "customer": ["k1", "k2", "k1", "k2"],
    "date": ["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-03"],
    "amount": ["10.50", "20.25", "30.75", "1.5"],
    "order": ["o1", "o2", "o3", "o4"],
    "product": ["Tea", "Cup", "Tea", "Pot"],
    "sku": ["S1", "S2", "S1", "S3"],
    "category": ["A", "B", "A", "B"],
    "quantity": ["1", "2", "3", "1"],
    "discount": ["0", "0.1", "0", "0.2"],
    "text": ["x", "y", "x", "z"],
}
STYLES = [
    (
        "order_id:order created_at:date total:amount email:customer",
        "customer=email date=created_at amount=total order=order_id",
    ),
    (
        (
            "Customer ID:customer Order Date:date Sales:amount Order ID:order Product Name:product Product "
            "ID:sku Customer Name:text"
        ),
        "customer=Customer ID date=Order Date amount=Sales order=Order ID product=Product Name",
    ),
    (
        (
            "CUSTOMERNAME:customer ORDERDATE:date SALES:amount ORDERNUMBER:order PRODUCTLINE:category "
            "PRICEEACH:amount QUANTITYORDERED:quantity"
        ),
        "customer=CUSTOMERNAME date=ORDERDATE amount=SALES order=ORDERNUMBER category=PRODUCTLINE",
    ),
    (
        "cust_id:customer trans_date:date tran_amount:amount",
        "customer=cust_id date=trans_date amount=tran_amount",
    ),
    (
        "Kundennummer:customer Bestelldatum:date Betrag:amount Bestellnummer:order Artikel:product",
        "customer=Kundennummer date=Bestelldatum amount=Betrag order=Bestellnummer product=Artikel",
    ),
    (
        "id_client:customer date_commande:date montant:amount",
        "customer=id_client date=date_commande amount=montant",
    ),
    (
        "cliente:customer fecha:date importe:amount",
        "customer=cliente date=fecha amount=importe",
    ),
    (
        "user_id:customer timestamp:date qty:quantity unit_price:amount sku:sku",
        "customer=user_id date=timestamp quantity=qty price=unit_price product=sku",
    ),
    (
        "ID:customer Day:date Spend:amount",
        "customer=ID date=Day amount=Spend",
    ),
    (
        "customer:customer bought:date amount:amount discount:discount",
        "customer=customer date=bought amount=amount discount=discount",
    ),
    (
        "customer_id:customer date:date price:amount",
        "customer=customer_id date=date amount=price",
    ),
]


def _table(spec: str) -> tuple[list[str], list[str]]:
    names, kinds = [], []
    for part in spec.replace(" ", "\x00").split("\x00"):
        names.append(part)
        if ":" in part:
            kinds.append(part.rsplit(":", 1)[1])
            whole = " ".join(names)
            names = []
            kinds[-1] = whole.rsplit(":", 1)[0] + "\t" + kinds[-1]
    pairs = [kind.split("\t") for kind in kinds]
    return [name for name, _ in pairs], [kind for _, kind in pairs]


@pytest.mark.parametrize(("spec", "expected"), STYLES, ids=[spec[:20] for spec, _ in STYLES])
def test_naming_styles_of_real_exports_are_known(write: Any, read: Any, spec: str, expected: str) -> None:
    """Column names of shops, databases and other languages find their part without a word from anyone."""
    names, kinds = _table(spec)
    rows = [",".join(SAMPLE[kind][place] for kind in kinds) for place in range(4)]
    found = read(write("\n".join([",".join(names), *rows])))
    assert " ".join(f"{role}={column}" for role, column in found.roles.items()) == expected


def test_the_name_that_people_gave_wins(write: Any, read: Any) -> None:
    """An option overrides the best guess, and says that it was given."""
    path = write("customer_id,payer,order_date,amount,total\nC1,P1,2024-01-01,1,2\nC2,P1,2024-01-02,3,4\n")
    found = read(path, customer="payer", amount="total")
    assert found.lines() == [("P1", 2.0), ("P1", 4.0)]
    assert [guess.why for guess in found.loaded.guesses if guess.role in {"customer", "amount"}] == ["given", "given"]
    assert read(path, customer="PAYER").roles["customer"] == "payer"


def test_a_name_that_is_not_there_is_refused_with_near_ones(write: Any, read: Any) -> None:
    """A mistyped column lists the file's columns and the nearest name."""
    with pytest.raises(ColumnError, match="no column 'custmer_id'") as caught:
        read(write("customer_id,order_date,amount\nC1,2024-01-01,1\n"), customer="custmer_id")
    assert caught.value.way_out == "--customer customer_id"
    assert "customer_id, order_date, amount" in caught.value.evidence[0]


@pytest.mark.parametrize(
    ("header", "role", "hint"),
    [
        ("InvoiceNo,cust_x,InvoiceDate,Total", "customer", "--customer cust_x"),
        ("InvoiceNo,customer_id,somewhen,Total", "date", "--date"),
        ("InvoiceNo,customer_id,InvoiceDate,x", "amount", "--amount x"),
    ],
)
def test_a_part_that_cannot_be_told_is_asked_for(write: Any, read: Any, header: str, role: str, hint: str) -> None:
    """An order log that lacks a recognisable customer, date or amount says so, and suggests a column."""
    third = "2024-01-01" if role != "date" else "n/a"
    path = write("\n".join([header, *(f"I{place},C{place % 3},{third},{place}.5" for place in range(9))]))
    with pytest.raises(ColumnError, match=f"can't tell which column is the {role}") as caught:
        read(path, **({"customer": "customer_id"} if role == "date" else {}))
    assert caught.value.way_out.startswith(hint)
    assert caught.value.evidence[0].endswith(header.replace(",", ", "))


def test_a_customer_table_with_dates_and_money_is_no_order_log(write: Any, read: Any) -> None:
    """One row a customer, a day of joining and a lifetime value make a customer table."""
    rows = [f"{place},Name{place},2024-01-{place + 1:02},{place}.5,x,{place}" for place in range(20)]
    found = read(write("\n".join(["id,name,created_at,total,city,visits", *rows])))
    assert found.loaded.orders is None
    assert found.loaded.customers.id_column == "id"


def test_naming_a_date_makes_it_an_order_log(write: Any, read: Any) -> None:
    """--customer, --date or --amount force an order log."""
    rows = [f"{place},Name{place},2024-01-{place + 1:02},{place}.5,x,{place}" for place in range(20)]
    found = read(write("\n".join(["id,name,created_at,total,city,visits", *rows])), customer="id", date="created_at")
    assert found.counts == (20, 20, 0)
    assert found.loaded.orders is not None


def test_orders_that_lack_an_amount_are_not_taken_for_customers(write: Any, read: Any) -> None:
    """Customers who come back with order numbers are orders, and the missing amount is named."""
    with pytest.raises(ColumnError, match="the amount"):
        read(
            write(
                "customer_id,order_id,order_date\n" + "".join(f"C{i % 3},O{i},2024-01-{i + 1:02}\n" for i in range(9))
            )
        )


def test_a_look_says_what_every_column_is(write: Any) -> None:
    """`check` shows each column with its part, what its values look like, and examples."""
    path = write("customer_id,order_date,amount,vip,empty\nC1,2024-01-01,1.5,Yes,\nC1,2024-01-02,2.5,No,\n")
    seen = look(path)
    assert seen.kind == "orders"
    assert [(column.name, column.role, column.read_as) for column in seen.columns] == [
        ("customer_id", "customer", "text"),
        ("order_date", "date", "date"),
        ("amount", "amount", "number"),
        ("vip", "", "yes/no"),
        ("empty", "", "empty"),
    ]
    assert seen.columns[2].examples == ("1.5", "2.5")
    assert seen.loaded.orders is not None
    seen.loaded.orders.connection.close()


def test_a_table_of_which_no_row_is_usable_is_refused(write: Any, read: Any) -> None:
    """Where every row would be refused, the commonest reason is the error."""
    with pytest.raises(DataError, match="none of the 2 rows") as caught:
        read(write("customer_id,order_date,amount\n,2024-01-01,1\n,2024-01-02,2\n"))
    assert caught.value.evidence[0] == "2 rows: no customer (customer_id)"


@pytest.mark.parametrize("name", ["Customer ID", "customer_id", "CUSTOMERID", "CustomerId", "cústomer-id"])
def test_names_are_compared_without_case_and_signs(name: str) -> None:
    """One name in many spellings is one name."""
    assert compact(name) == "customerid"
