"""Numbers in text: one decimal mark a column, exact cents."""

from typing import Any

import pytest

from segmentry.errors import AmbiguousError, UsageError


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1234.5", "7", ".5", "-3.25", "+4"], [1234.5, 7, 0.5, -3.25, 4]),
        (["1,234.50", "7.25"], [1234.5, 7.25]),
        (["1.234,50", "7,25"], [1234.5, 7.25]),
        (["1,234,567", "12"], [1234567, 12]),
        (["1.234.567", "12"], [1234567, 12]),
        (["£12.30", "$ 1,000.00", "€5.10", "12.30 €", "USD 3.50", "R$ 7.20"], [12.3, 1000, 5.1, 12.3, 3.5, 7.2]),
        (["(12.30)", "12.30-", "\u221212.30", "-£5.00", "($1,000.25)"], [-12.3, -12.3, -12.3, -5, -1000.25]),
        (["1 234,50", "1\u00a0234\u00a0567,25", "3,10"], [1234.5, 1234567.25, 3.1]),
        (["1'234.50", "2\u2019000.75"], [1234.5, 2000.75]),
        (["12,34,567.50", "1,00,000.00"], [1234567.5, 100000]),
        (["1e3", "2.5E+2", "1"], [1000, 250, 1]),
        (["0.125", "1.500"], [0.125, 1.5]),
    ],
)
def test_money_is_read_exactly(amounts: Any, texts: list[str], expected: list[float]) -> None:
    """Currency signs, thousands, parentheses and trailing signs give the number that people mean."""
    assert [row[1] for row in amounts(*texts).lines()] == expected


@pytest.mark.parametrize(
    "text",
    ["abc", "nan", "inf", "-inf", "1e308", "1e999", "12.3.4", "0x10", "#REF!", "1_000", "12 34", "1,23.4", "--5", "5%"],
)
def test_what_is_no_number_is_refused(amounts: Any, text: str) -> None:
    """A text that is no finite number in range costs its own row, with line and value."""
    found = amounts("1.50", text, "2.50")
    assert found.counts == (3, 2, 1)
    assert found.loaded.rejects.loc[0, ["line", "column", "value"]].tolist() == [3, "amount", text]
    assert found.loaded.rejects.loc[0, "reason"] in {"amount is not a number", "amount too large"}


def test_an_empty_amount_has_its_own_reason(amounts: Any) -> None:
    """Nothing is told apart from nonsense."""
    assert amounts("1.50", "", "  ", "x").refused == [
        (3, "no amount"),
        (4, "no amount"),
        (5, "amount is not a number"),
    ]


@pytest.mark.parametrize("texts", [["1,234", "2,500"], ["1.234", "2.500"], ["12,50", "12.50"], ["1,234", "1.234"]])
def test_an_unclear_decimal_mark_is_asked_about(amounts: Any, texts: list[str]) -> None:
    """Where a thousandfold error is possible nothing is guessed, and --decimal decides."""
    with pytest.raises(AmbiguousError, match="decimal mark") as caught:
        amounts(*texts)
    assert "--decimal" in caught.value.way_out


def test_the_answer_decides_the_mark(amounts: Any) -> None:
    """The same text is a thousand or one and a bit, as people say."""
    assert [row[1] for row in amounts("1,234", "2,500", decimal=".").lines()] == [1234, 2500]
    assert [row[1] for row in amounts("1,234", "2,500", decimal=",").lines()] == [1.234, 2.5]
    with pytest.raises(UsageError, match="no decimal mark"):
        amounts("1", decimal=";")


def test_another_column_can_show_the_mark(write: Any, read: Any) -> None:
    """A file is written with one decimal mark: a clear column answers for an unclear one."""
    text = "customer_id;order_date;amount;weight\nC1;2024-01-01;1,234;0,5\nC1;2024-01-02;2,500;12,25\n"
    assert [row[1] for row in read(write(text)).lines()] == [1.234, 2.5]


def test_quantity_times_price_is_exact(write: Any, read: Any) -> None:
    """3 times 0.1 is 0.3, and a sum of many such products has no rounding in it."""
    rows = "\n".join(f"C1,2024-01-{day % 28 + 1:02},3,0.1" for day in range(100))
    found = read(write("customer_id,order_date,qty,unit_price\n" + rows))
    assert found.loaded.orders.connection.execute("SELECT CAST(sum(amount) AS VARCHAR) FROM orders").fetchall() == [
        ("30.000000",)
    ]
    assert found.roles == {"customer": "customer_id", "date": "order_date", "quantity": "qty", "price": "unit_price"}


def test_a_product_out_of_range_is_refused(write: Any, read: Any) -> None:
    """Quantity and price may each be in range and their product not."""
    found = read(write("customer_id,order_date,qty,unit_price\nC1,2024-01-01,999999999,999999999\nC1,2024-01-02,2,3\n"))
    assert found.refused == [(2, "quantity times price too large")]


def test_returns_and_zeros_are_loaded_and_counted(amounts: Any) -> None:
    """Negative amounts and zeros are order lines; both are counted."""
    found = amounts("10", "-4", "0", "0.00")
    assert found.counts == (4, 4, 0)
    assert found.caveats == {"returns": 1, "zero_amounts": 2}
