"""Which columns form segments, describe them or are left out, and the words that say why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry.data import Customers, Orders
from segmentry.errors import DataError, UsageError
from segmentry.features import FeatureOptions, Measure, Measures, build, measure

Log = Callable[..., Orders]

N = 200


def customers(columns: dict[str, Any], rows: int = N, id_column: str | None = "id") -> Customers:
    """Put a customer table together as the data room would."""
    ids = pd.Series([str(i) for i in range(rows)], dtype=object)
    return Customers(pd.DataFrame({"customer_id": ids, **columns}), id_column)


def chosen(measures: Measures, name: str) -> Measure:
    """Give what was decided on one column."""
    return next(column for column in measures.columns if column.name == name)


def text(values: list[str | None]) -> pd.Series:
    """Give a text column, as the data room types it."""
    return pd.Series(values, dtype=object)


def numbers(seed: int = 0, rows: int = N) -> np.ndarray:
    """Give a column of numbers that nothing speaks against."""
    return np.random.default_rng(seed).gamma(2, 10, rows)


@pytest.mark.parametrize(
    "name",
    [
        "Gender", "gender", "SEX", "Age", "AgeGroup", "Year_Birth", "birthdate", "Ethnicity", "Race", "religion",
        "Health status", "Marital_Status", "Ever_Married", "Nationality", "ZIP", "ZIPCode", "Postal Code", "postcode",
        "SeniorCitizen", "Geschlecht", "Alter", "PLZ",
        "Familienstand", "Sexe", "âge", "code postal", "Género", "edad", "estado_civil",
        "idade", "Sesso", "Leeftijd", "возраст", "性别",
    ],
)  # fmt: skip
def test_personal_attributes_only_describe_until_included(name: str) -> None:
    """A sensitive name starts as describe-only, in several languages, and the reason names the way back."""
    table = customers({name: numbers(1), "visits": numbers(2)})
    found = chosen(build(None, table), name)
    assert found.part == "describes"
    assert "personal attribute" in found.reason
    assert f"--include {name}" in found.reason.replace('"', "")
    assert chosen(build(None, table, FeatureOptions(include=(name,))), name).part == "forms"


@pytest.mark.parametrize(
    "name",
    [
        "Segment",
        "Segmentation",
        "Cluster_ID",
        "label",
        "Target",
        "class",
        "Churn",
        "churn_flag",
        "Response",
        "score_group",
    ],
)
def test_outcomes_only_describe_until_included(name: str) -> None:
    """A name that speaks of a result or an earlier grouping starts as describe-only."""
    found = chosen(build(None, customers({name: numbers(1)})), name)
    assert found.part == "describes"
    assert "earlier grouping" in found.reason
    assert chosen(build(None, customers({name: numbers(1)}), FeatureOptions(include=(name,))), name).part == "forms"


@pytest.mark.parametrize(
    "name",
    ["Spending Score (1-100)", "Annual Income (k$)", "Average basket", "usage", "Stage", "Message count", "package",
     "Responsiveness", "Classic items", "embrace", "Sextet", "Zipper sales", "postage", "Targeted mails"],
)  # fmt: skip
def test_harmless_names_form_segments(name: str) -> None:
    """Only whole words count: age is not in average, nor class in classic."""
    assert chosen(build(None, customers({name: numbers(1)})), name).part == "forms"


UNUSABLE = {
    "constant number": (np.full(N, 3.0), "every customer has the same value"),
    "constant text": (text(["a"] * N), "every customer has the same value"),
    "constant but for blanks": (text(["a", None] * (N // 2)), "all known values are the same"),
    "blank": (np.full(N, np.nan), "no customer has a value"),
    "dates": (pd.date_range("2020-01-01", periods=N), "it holds dates"),
    "mostly blank": (np.where(np.arange(N) < 99, numbers(3), np.nan), "50% of the customers have no value"),
    "a text each": (text([f"t{i}" for i in range(N)]), "every customer has a different text"),
    "many levels": (text([f"t{i % 51}" for i in range(N)]), "it has 51 different texts"),
    "store id": (np.arange(N) % 7.0, "make it an id"),
    "Card Number": (np.arange(N) * 13.0 + 1000, "make it an id"),
    "line": (np.random.default_rng(0).permutation(N) + 1.0, "only numbers the customers from 1 to 200"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_columns_are_left_out_with_the_reason(name: str) -> None:
    """A column that can't form or describe segments isn't in the table, and its reason says why."""
    values, reason = UNUSABLE[name]
    measures = build(None, customers({name: values, "visits": numbers()}))
    found = chosen(measures, name)
    assert found.part == "left out"
    assert reason in found.reason
    assert name not in measures.table.columns
    assert [column.name for column in measures.forming] == ["visits"]


@pytest.mark.parametrize("name", [name for name in UNUSABLE if "constant" not in name and name != "blank"])
def test_include_brings_an_unusable_column_back(name: str) -> None:
    """Whatever speaks against a column, a person may overrule it."""
    values, _ = UNUSABLE[name]
    measures = build(None, customers({name: values, "visits": numbers()}), FeatureOptions(include=(name,)))
    assert chosen(measures, name).part == "forms"
    assert name in measures.table.columns


@pytest.mark.parametrize("name", ["constant number", "constant text", "blank"])
@pytest.mark.parametrize("option", ["measures", "include"])
def test_a_constant_that_was_asked_for_is_said_not_to_form(name: str, option: str) -> None:
    """Nobody can be told apart by a constant: it stays in the table, describes, and a caveat says so."""
    values, _ = UNUSABLE[name]
    options = FeatureOptions(**{option: (name,)})
    measures = build(None, customers({name: values, "visits": numbers()}), options)
    found = chosen(measures, name)
    assert (found.part, found.reason.endswith("though it was asked for")) == ("describes", True)
    assert "constant_asked" in [caveat.code for caveat in measures.caveats]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("fifty levels", text([f"t{i % 50}" for i in range(N)])),
        ("half blank", np.where(np.arange(N) < 100, numbers(3), np.nan)),
        ("not quite the same", np.where(np.arange(N) < 2, 1.0, 0.5)),
        ("Number of visits", np.arange(N) % 9.0),
        ("even numbers", 2.0 * np.arange(N)),
    ],
)
def test_borderline_columns_still_form(name: str, values: Any) -> None:
    """The limits are 50 levels, half of the values, 99.5% the same, and an id is different for everybody."""
    assert chosen(build(None, customers({name: values})), name).part == "forms"


def test_a_nearly_constant_column_only_describes() -> None:
    """199 of 200 the same is 99.5%: shown, but not used to form segments."""
    found = chosen(build(None, customers({"lamp": np.where(np.arange(N) == 7, 2.0, 1.0)})), "lamp")
    assert found.part == "describes"
    assert found.reason.startswith("99.5% of the customers have the same value")


def test_of_columns_that_repeat_each_other_the_first_forms() -> None:
    """Pence after pounds only describe; blanks on either side don't hide it."""
    pounds = numbers()
    pence = 100 * pounds + np.random.default_rng(1).normal(0, 0.1, N)
    pence[:20] = np.nan
    measures = build(None, customers({"pounds": pounds, "pence": pence, "minus": -pounds, "other": numbers(5)}))
    assert [column.name for column in measures.forming] == ["pounds", "other"]
    assert "goes hand in hand with pounds (correlation 1.000)" in chosen(measures, "pence").reason
    assert chosen(measures, "minus").part == "describes"
    included = build(None, customers({"pounds": pounds, "pence": pence}), FeatureOptions(include=("pence",)))
    assert [column.name for column in included.forming] == ["pounds", "pence"]


def test_one_giant_value_makes_no_two_columns_repeat_each_other() -> None:
    """Pearson's correlation alone would say 1 here; the ranks say that the columns have nothing in common."""
    left, right = numbers(1), numbers(2)
    left[0] = right[0] = 1e9
    assert np.corrcoef(left, right)[0, 1] > 0.999
    assert len(build(None, customers({"left": left, "right": right})).forming) == 2


def test_correlations_with_blanks_agree_with_pandas() -> None:
    """The block-wise sums give pandas' pairwise-complete correlation."""
    from segmentry.features.attributes import attributes
    from segmentry.features.collinear import _pearson

    rng = np.random.default_rng(0)
    values = rng.normal(1e6, 3, (500, 4)) + rng.normal(0, 2, (500, 1))
    values[rng.random(values.shape) < 0.2] = np.nan
    frame = pd.DataFrame(values, columns=list("abcd"))
    found = attributes(frame.assign(customer_id="x"))
    columns = [(a.name, numbers) for a in found if (numbers := a.numbers()) is not None]
    np.testing.assert_allclose(_pearson(columns), frame.corr(), atol=1e-9)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (text(["Yes", "No"] * (N // 2)), "yes-no"),
        (text(["y", "n"] * (N // 2)), "yes-no"),
        (text(["TRUE", "FALSE", None, "TRUE"] * (N // 4)), "yes-no"),
        (text(["ja", "nein"] * (N // 2)), "yes-no"),
        (pd.Series([True, False] * (N // 2)), "yes-no"),
        (np.array([1.0, 0.0] * (N // 2)), "yes-no"),
        (np.array([1.0, 2.0] * (N // 2)), "number"),
        (np.array([0.0, 1.0, 2.0, 1.0] * (N // 4)), "number"),
        (text(["Male", "Female"] * (N // 2)), "category"),
        (text(["Yes", "No", "Maybe", "No"] * (N // 4)), "category"),
        (numbers(), "number"),
    ],
)
def test_kinds_are_seen_in_the_values(values: Any, kind: str) -> None:
    """Two answers to a yes-or-no question make yes-no, other texts a category, other numbers a number."""
    measures = build(None, customers({"x": values}))
    assert chosen(measures, "x").kind == kind
    assert measures.table["x"].dtype == (np.float64 if kind == "number" else object)


def test_yes_no_from_zeros_and_ones_is_text_with_none_for_blanks() -> None:
    """Numbers 0 and 1 become "0" and "1", a blank None, as the table's contract says."""
    column = build(None, customers({"x": np.array([1.0, 0.0, np.nan, 1.0])}, 4)).table["x"]
    assert column.tolist() == ["1", "0", None, "1"]


def test_included_dates_are_days_since_1970() -> None:
    """A date that is to form segments is a number that doesn't depend on the other customers."""
    dates = pd.Series([pd.Timestamp("1970-01-02"), pd.Timestamp("1970-01-11 12:00"), pd.NaT])
    measures = build(None, customers({"joined": dates}, 3), FeatureOptions(include=("joined",)))
    np.testing.assert_array_equal(measures.table["joined"], [1.0, 10.5, np.nan])
    assert (chosen(measures, "joined").kind, chosen(measures, "joined").unit) == ("number", "days")


def test_named_measures_are_exactly_those_that_form() -> None:
    """With --measures the others describe, and a sensitive name may be named."""
    table = customers({"Age": numbers(1), "visits": numbers(2), "income": numbers(3)})
    measures = build(None, table, FeatureOptions(measures=("income", "Age")))
    assert [column.name for column in measures.forming] == ["Age", "income"]
    assert chosen(measures, "visits").reason == "it is not among the measures that were asked for (--measures)"


@pytest.mark.parametrize("option", ["measures", "include"])
def test_an_unknown_name_is_refused_with_near_names(option: str) -> None:
    """Names are matched exactly; a slip in capitals is answered by the right spelling."""
    table = customers({"Annual Income (k$)": numbers(1), "visits": numbers(2)})
    with pytest.raises(UsageError, match="there is no measure 'annual income'") as caught:
        build(None, table, FeatureOptions(**{option: ("annual income",)}))
    assert caught.value.evidence == ("near to it: Annual Income (k$)",)
    assert caught.value.way_out == f'--{option} "Annual Income (k$)"'


def test_a_text_of_thousands_of_levels_is_never_spread_into_columns() -> None:
    """Each level would become a column: past 1,000 even --include is refused, and no way back is promised."""
    table = customers({"note": text([f"t{i}" for i in range(1001)])}, 1001)
    assert "--include" not in chosen(build(None, table), "note").reason
    with pytest.raises(UsageError, match="too many different texts"):
        build(None, table, FeatureOptions(include=("note",)))


def test_a_single_customer_keeps_her_columns() -> None:
    """Whether a column is constant can't be told from one row, so nothing is left out for it."""
    measures = build(None, customers({"visits": [3.0], "town": text(["Ulm"])}, 1))
    assert measures.table.to_dict("records") == [{"customer_id": "0", "visits": 3.0, "town": "Ulm"}]


def test_rows_of_a_customer_table_stay_in_the_order_of_the_file() -> None:
    """A customer table is not sorted: its rows are the source's."""
    table = Customers(pd.DataFrame({"customer_id": ["b", "a", "c"], "visits": [1.0, 2.0, 5.0]}), "id")
    assert build(None, table).table["customer_id"].tolist() == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("columns", "spend"),
    [
        ({"Total_Spent": numbers(1)}, "Total_Spent"),
        ({"revenue (EUR)": numbers(1), "income": numbers(2)}, "revenue (EUR)"),
        ({"amount": numbers(1), "Total Spend": numbers(2)}, "Total Spend"),
        ({"PURCHASES": numbers(1)}, "PURCHASES"),
        ({"purchases": np.round(numbers(1))}, None),  # whole numbers: a count
        ({"Umsatz": numbers(1)}, "Umsatz"),
        ({"Annual Income (k$)": numbers(1)}, None),
        ({"MonthlyCharges": numbers(1)}, None),
        ({"Spending Score (1-100)": numbers(1)}, None),
        ({"Z_Revenue": numbers(1)}, None),
        ({"spend": np.full(N, 3.0)}, None),  # left out: a constant
        ({"spend": np.where(np.arange(N) < 5, np.nan, numbers(1))}, None),  # unknown for some
        ({"spend": text(["low", "high"] * (N // 2))}, None),
    ],
)
def test_spend_is_named_only_where_it_clearly_is(columns: dict[str, Any], spend: str | None) -> None:
    """Revenue is shown only from a column that is surely each customer's total, known for everybody."""
    assert build(None, customers(columns)).spend == spend


def test_mall_forms_on_income_and_score(shared_data: Path) -> None:
    """Gender and age describe, income and score form, and there is no revenue."""
    mall = pd.read_csv(shared_data / "mall_customers.csv").rename(columns={"CustomerID": "customer_id"})
    measures = build(None, Customers(mall.astype({"customer_id": str}), "CustomerID"))
    parts = {column.name: column.part for column in measures.columns}
    assert parts == {
        "Gender": "describes",
        "Age": "describes",
        "Annual Income (k$)": "forms",
        "Spending Score (1-100)": "forms",
    }
    assert measures.spend is None
    assert (measures.as_of, measures.window_days, measures.without_purchase) == (None, None, 0)


def log_of_three(log: Log) -> Orders:
    """Give a log in which c, b and a buy once, twice and three times."""
    months = {"c": [2], "b": [1, 3], "a": [2, 3, 4]}
    return log([{"customer": c, "date": f"2024-0{m}-01", "amount": 10 + m} for c, own in months.items() for m in own])


def test_recency_orders_and_spend_form_segments_of_an_order_log(log: Log) -> None:
    """All other measures describe, each with the way to use it."""
    measures = build(log_of_three(log), None)
    assert [column.name for column in measures.forming] == ["recency_days", "orders", "spend"]
    assert measures.spend == "spend"
    assert all("--include" in column.reason for column in measures.columns if column.part == "describes")
    wider = build(log_of_three(log), None, FeatureOptions(include=("typical_order",)))
    assert [column.name for column in wider.forming] == ["recency_days", "orders", "spend", "typical_order"]
    other = build(log_of_three(log), None, FeatureOptions(measures=("tenure_days", "orders")))
    assert [column.name for column in other.forming] == ["orders", "tenure_days"]


def test_a_constant_measure_of_an_order_log_only_describes(log: Log) -> None:
    """Where everybody ordered once, orders can't form segments; it stays in the table."""
    lines = [{"customer": str(i), "date": f"2024-01-0{i + 1}", "amount": i + 1} for i in range(5)]
    measures = build(log(lines), None)
    assert [column.name for column in measures.forming] == ["recency_days", "spend"]
    assert chosen(measures, "orders").reason == "every customer has the same value, so it can't tell customers apart"
    assert "orders" in measures.table.columns


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (FeatureOptions(measures=("products",)), "needs a product column"),
        (FeatureOptions(measures=("return_share",), returns="drop"), "--returns drop leaves out"),
        (FeatureOptions(measures=("frequency",)), "there is no measure 'frequency'"),
    ],
)
def test_measures_that_this_log_cannot_give_are_refused(log: Log, options: FeatureOptions, words: str) -> None:
    """The message says whether the column, the policy or the name is at fault."""
    with pytest.raises(UsageError, match=words):
        build(log_of_three(log), None, options)


def test_attributes_join_by_id_and_only_describe(log: Log) -> None:
    """The orders' customers get their attributes, blank where the customer table lacks them."""
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(["b", "a", "z", "y"], dtype=object),
            "spend": [5.0, 6.0, 7.0, 8.0],
            "club": pd.Series(["yes", "no", "no", "no"], dtype=object),
        }
    )
    measures = build(log_of_three(log), Customers(table, "id"))
    assert measures.table["customer_id"].tolist() == ["a", "b", "c"]
    assert measures.table["club"].tolist() == ["no", "yes", None]
    np.testing.assert_array_equal(measures.table["spend (customers)"], [6.0, 5.0, np.nan])
    assert measures.table["spend"].tolist() == [39.0, 24.0, 12.0]
    assert [column.name for column in measures.forming] == ["recency_days", "orders", "spend"]
    assert chosen(measures, "club").part == "describes"
    included = build(log_of_three(log), Customers(table, "id"), FeatureOptions(include=("club",)))
    assert chosen(included, "club").part == "forms"


@pytest.mark.parametrize(
    ("ids", "id_column", "words"),
    [(["1", "2"], None, "has no id"), (["a", "a"], "id", "more than one row for a customer")],
)
def test_tables_that_cannot_be_joined_are_refused(log: Log, ids: list[str], id_column: str | None, words: str) -> None:
    """A join needs an id, once a customer."""
    table = pd.DataFrame({"customer_id": pd.Series(ids, dtype=object), "x": [1.0, 2.0]})
    with pytest.raises(DataError, match=words):
        build(log_of_three(log), Customers(table, id_column))


def test_an_empty_customer_table_joins_as_blanks(log: Log) -> None:
    """Nobody matches, everybody stays."""
    table = pd.DataFrame({"customer_id": pd.Series([], dtype=object), "x": pd.Series([], dtype=float)})
    measures = build(log_of_three(log), Customers(table, "id"))
    assert len(measures.table) == 3
    assert chosen(measures, "x").part == "left out"


def test_measuring_for_scoring_leaves_nothing_out() -> None:
    """One customer of a later batch gets every column, whatever it looks like in that batch."""
    table = customers(
        {"Age": [3.0], "card number": [7.0], "since": pd.to_datetime(["1970-01-03"]), "blank": [np.nan]}, 1
    )
    measures = measure(None, table)
    assert measures.table.columns.tolist() == ["customer_id", "Age", "card number", "since", "blank"]
    assert measures.table["since"].tolist() == [2.0]


def test_nothing_to_measure_is_refused() -> None:
    """At least one of orders and customers is needed."""
    with pytest.raises(UsageError, match="neither orders nor customers"):
        build(None, None)


def test_no_word_list_holds_an_entry_without_words() -> None:
    """An entry that splits into nothing would match every name."""
    from segmentry.features.names import names

    lists = names()
    phrases = [phrase for _, phrase in (*lists.sensitive, *lists.outcome)] + [*lists.spend, *lists.spend_with_cents]
    assert all(phrases)
    assert all(len(pair) == 2 for pair in lists.yes_no)
