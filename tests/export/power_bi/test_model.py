"""The semantic model: what is written is right in itself, and the checks that say so catch what is planted."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from power_bi_harness.checks import faults

from segmentry.export.power_bi.dax import measures
from segmentry.export.power_bi.m import text
from segmentry.export.power_bi.segments import segments
from segmentry.export.power_bi.tables import star
from segmentry.export.power_bi.tmdl import formatted
from segmentry.workspace import Run


@pytest.mark.parametrize("name", ["after", "awkward"])
def test_a_model_has_no_fault(projects: Mapping[str, Path], name: str) -> None:
    """Names, types, keys, relationships, formulas, queries, words and data agree, whatever columns are called."""
    assert faults(projects[name]) == []


PLANTED = (
    ("Customers", "\tcolumn Fit\n", "    column Fit\n", "indented by spaces"),
    ("Customers", "\tcolumn Fit\n", "\t\tcolumn Fit\n", "not known in column"),
    ("Customers", "\tcolumn Fit\n", "\tcolum Fit\n", "a description of nothing"),
    ("Customers", "dataType: string", "dataType: text", "no known data type"),
    ("Customers", "\tcolumn Orders\n", "\tcolumn spend\n", "has two of spend"),
    ("Customers", "sourceColumn: Orders", "sourceColumn: Order", "other columns than the model"),
    ("Customers", "summarizeBy: none", "summarizeBy: sum", "summed without a measure"),
    ("Customers", "/// How firmly", "// How firmly", "not known in table"),
    ("Customers", '{"Spend", type number}', '{"Spend", type text}', "read as other than the model says"),
    ("Customers", "DataFolder", "Folder", "isn't read from the data folder"),
    ("Segments", "sortByColumn: 'Segment key'", "sortByColumn: 'Segment no'", "no other column of the table"),
    ("Segments", "\t\tisKey\n", "", "that is no key"),
    ("Dates", "\t\tisKey\n", "", "the date table Dates has the keys []"),
    ("Dates", "\t\tdataType: dateTime", "\t\tdataType: string", "joins dateTime of Monthly to string"),
    ("Figures", "Customers[Spend]", "Customers[Spent]", "names Customers[Spent]"),
    ("Figures", "[Number of customers], CALC", "[Number of clients], CALC", "names [Number of clients]"),
    ("Figures", "COUNTROWS ( Customers )", "COUNTROWS ( Customers", "no DAX"),
    ("Figures", "MEDIAN (", "MEDIANE (", "uses MEDIANE"),
    ("Figures", "REMOVEFILTERS ( Segments )", "REMOVEFILTERS ( Segment )", "names the table Segment"),
    ("Figures", "\tmeasure Revenue =", "\tmeasure Verdict =", "has two of verdict"),
    ("relationships", "toColumn: Segments.'Segment key'", "toColumn: Segments.Key", "Segments[Key], which isn't there"),
    ("relationships", "fromColumn: Profile.'Segment key'", "fromColumn: Monthly.'Customer key'", "in two ways"),
    ("model", "ref table Dates\n", "", "the model refers to"),
    ("model", "\tculture: en-US\n", "\tculture: en-US\n\tculture: en-US\n", "said twice"),
    ("expressions", "IsParameterQuery = true", "IsParameterQuery = false", "the parameters are []"),
    ("en-US", '"ConceptualProperty": "Revenue"', '"ConceptualProperty": "Sales"', "Figures[Sales], which isn't there"),
    ("en-US", '"turnover": {', '"customer count": {', "said of two things"),
    ("en-US", "\t\tcontentType: json", "", "isn't said to be JSON"),
)


@pytest.fixture(scope="module")
def copy(projects: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project to spoil; who spoils it mends it."""
    return Path(shutil.copytree(projects["after"], tmp_path_factory.mktemp("spoiled") / "after"))


@pytest.mark.parametrize(("file", "right", "wrong", "said"), PLANTED)
def test_a_planted_fault_is_found(copy: Path, file: str, right: str, wrong: str, said: str) -> None:
    """What Power BI would refuse, or would show wrongly, is a fault that is named."""
    path = next(copy.glob(f"*.SemanticModel/definition/**/{file}.tmdl"))
    whole = path.read_text(encoding="utf-8")
    assert right in whole
    path.write_text(whole.replace(right, wrong, 1), encoding="utf-8")
    try:
        assert any(said in fault for fault in faults(copy)), faults(copy)
    finally:
        path.write_text(whole, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        ("segments", "\n2,", "\n1,", "has a value twice"),
        ("monthly", "-01,", "-32,", "holds what is no dateTime"),
        ("customers", "Customer key,", "Key,", "other columns than the model"),
        ("dates", "Feb 2025,202502", "Jan 2025,202502", "one value for two"),
    ],
)
def test_a_planted_fault_in_the_data_is_found(copy: Path, file: str, right: str, wrong: str, said: str) -> None:
    """Files are held to the model that reads them."""
    path = copy / "data" / f"{file}.csv"
    whole = path.read_text(encoding="utf-8")
    assert right in whole
    path.write_text(whole.replace(right, wrong, 1), encoding="utf-8")
    try:
        assert any(said in fault for fault in faults(copy)), faults(copy)
    finally:
        path.write_text(whole, encoding="utf-8")


def test_a_run_without_money_or_months_has_neither(runs: Mapping[str, Run]) -> None:
    """Nothing is shown as zero or blank that the run doesn't know."""
    found = star(runs["awkward"])
    assert not found.has("Monthly")
    assert not found.has("Dates")
    assert {"Revenue", "Monthly orders"}.isdisjoint(m.name for m in measures(found))


def test_questions_know_letters_and_names(runs: Mapping[str, Run], projects: Mapping[str, Path]) -> None:
    """Each segment is understood by its name and as "segment a", and no word stands for two of them."""
    words = star(runs["after"]).tables["Words"].rows
    assert words["Word"].is_unique
    for segment in runs["after"].summary.segments:
        title = f"{segment.letter} · {segment.name}"
        said = set(words.loc[words["Segment"] == title, "Word"])
        assert {segment.name.casefold(), f"segment {segment.letter.lower()}"} <= said
    culture = next(projects["after"].glob("*.SemanticModel/definition/cultures/*.tmdl")).read_text(encoding="utf-8")
    schema = json.loads(culture.partition(" =\n")[2].partition("\t\tcontentType")[0])
    assert schema["Entities"]["segments.segment"]["Instances"]["Synonyms"]["ValueBinding"] == {
        "ConceptualEntity": "Words",
        "ConceptualProperty": "Segment",
    }


def test_names_are_unique_whatever_the_source_calls_its_columns(runs: Mapping[str, Run]) -> None:
    """Power BI tells no names apart by case; square brackets would end a name in a formula."""
    columns = [column.name for column in star(runs["awkward"]).tables["Customers"].columns]
    assert len({name.casefold() for name in columns}) == len(columns)
    assert {'a "b" (c)', "fit (2)", "'=cmd", "Own typical visit"} <= set(columns)


@pytest.mark.parametrize(
    ("currency", "shown"),
    [
        ("£", r"\£#,0;-\£#,0"),
        ("EUR", r"#,0\ \E\U\R"),
        ("", "#,0"),
        ('#"', r"\#\"#,0;-\#\"#,0"),
        ("R$", r"\R\$#,0;-\R\$#,0"),
    ],
)
def test_no_sign_of_a_currency_is_taken_for_a_format(currency: str, shown: str) -> None:
    """Every sign is escaped: ``#`` would be a digit, a quote would open a text."""
    assert formatted("money", currency) == shown


@pytest.mark.parametrize(("value", "written"), [('a"b', '"a""b"'), ("#(lf)", '"#(#)(lf)"'), (r"C:\x", r'"C:\x"')])
def test_text_in_queries_is_escaped(value: str, written: str) -> None:
    """A folder's name can't end the literal that it stands in, or become a control sign."""
    assert text(value) == written


def test_who_belongs_to_no_segment_has_a_row_of_that_name(runs: Mapping[str, Run]) -> None:
    """Her key leads somewhere, and she is not counted as a segment."""
    summary = runs["awkward"].summary
    rows = segments(replace(summary, unplaced=3)).rows
    assert rows["Segment key"].tolist() == [1, 2, 0]
    assert rows["Name"].iloc[-1] == "No segment"
    assert len(segments(summary).rows) == summary.k
