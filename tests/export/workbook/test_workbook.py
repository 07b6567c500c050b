"""The workbook as other programs read it: text that stays text, numbers that are the summary's."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from segmentry.cli.main import segmentry
from segmentry.errors import UsageError
from segmentry.evaluate import of_100
from segmentry.export.workbook import workbook
from segmentry.export.workbook.people import MOST, check_room
from segmentry.report import Brand
from segmentry.summary import RunSummary
from segmentry.workspace import Run


def _opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def _cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.fixture(scope="module")
def naughty(amber: Run) -> Any:
    """Give the opened workbook of that run with its customers."""
    return _opened(workbook(amber.summary, Brand(), amber))


def test_figures_are_the_summarys(summary: RunSummary) -> None:
    """Each line of the summary sheet holds the very numbers of its segment, and they are numbers."""
    sheet = _opened(workbook(summary, Brand()))["Summary"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if row[0] == "Segment")
    for one in summary.segments:
        found = dict(zip(head, next(row for row in rows if row[0] == one.letter), strict=True))
        assert (found["Name"], found["Customers"], found["Of all"]) == (one.name, one.customers, one.share)
        assert (found["Revenue"], found["Of all revenue"], found["At stake"]) == (
            one.revenue,
            one.revenue_share,
            one.at_stake,
        )
        assert one.keeps is not None
        assert [found["Keeps, of 100"], found["from"], found["to"]] == [
            of_100(rate) for rate in (one.keeps.rate, one.keeps.low, one.keeps.high)
        ]
    total = next(row for row in rows if row[0] == "All")
    assert total[2] == summary.customers
    assert total[4] == sum(one.revenue or 0 for one in summary.segments)


def test_every_segment_has_its_sheet_with_its_traits(summary: RunSummary) -> None:
    """Its name and definition, and each measure's typical value beside everyone's."""
    book = _opened(workbook(summary, Brand()))
    for one in summary.segments:
        cells = [cell.value for cell in _cells(book[f"{one.letter} {one.name}"])]
        assert f"{one.letter} · {one.name}" in cells
        assert one.sentence in cells
        rows = {row[0].value: [cell.value for cell in row] for row in book[f"{one.letter} {one.name}"].iter_rows()}
        for trait in one.traits:
            row = rows[f"{trait.label}: {trait.level}" if trait.level else trait.label]
            assert (row[2], row[5], row[6], row[8]) == (trait.typical, trait.everyone, trait.rank, trait.known)
        assert any(str(value).startswith(f"Try: {one.actions[0].text}") for value in cells)


def test_differences_mark_only_what_counts(summary: RunSummary) -> None:
    """A mark is a part of the number's format, so the cell stays a number; others have none."""
    sheet = _opened(workbook(summary, Brand()))["Differences"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    spend, order = rows["Spend"], rows["Typical order"]
    assert [cell.value for cell in spend[4:7]] == [900.0] * 3
    assert all("▲" in cell.number_format for cell in spend[4:7])
    assert not any("▲" in cell.number_format or "▼" in cell.number_format for cell in order[3:7])
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref or sheet.tables["Differences"].autoFilter


def test_heads_stay_readable(summary: RunSummary) -> None:
    """They stand on their rule, clear of the buttons that filter, in a row as high as the longest of them needs."""
    long = replace(summary.segments[0], name="Recent and rather occasional buyers of everything")
    sheet = _opened(workbook(replace(summary, segments=(long, *summary.segments[1:])), Brand()))["Differences"]
    heads = [cell.alignment for cell in sheet[1]]
    assert {head.vertical for head in heads} == {None}  # the file's word for the bottom is none
    assert {head.indent for head in heads if head.horizontal == "right"} == {2}
    assert sheet.row_dimensions[1].height >= 60


def test_money_dates_and_shares_are_formatted(summary: RunSummary) -> None:
    """With the currency where people write it, days as days, shares as per cent."""
    book = _opened(workbook(summary, Brand()))
    forms = {cell.value: cell.number_format for name in book.sheetnames for cell in _cells(book[name])}
    assert forms[6000.0].startswith('"£"#,##0')
    assert "%" in forms[summary.segments[0].share]
    when = [cell for cell in _cells(book["Data and method"]) if cell.is_date]
    assert {cell.value.date() for cell in when} >= {date(2025, 7, 1), date(2026, 6, 30)}
    assert book.properties.title == "20% of customers bring 60% of revenue"
    assert summary.run in book.properties.description


def test_no_cell_is_ever_a_formula_or_a_link_outside(naughty: Any, naughty_ids: tuple[str, ...]) -> None:
    """Ids that a spreadsheet would run, turn into numbers or link to are text, and byte for byte what they were."""
    found = {}
    for letter in ("A", "B"):
        sheet = naughty[f"{letter} customers"]
        for row in sheet.iter_rows(min_row=2, max_col=1):
            found[row[0].value] = row[0]
    assert len(naughty_ids) > 10
    for text in naughty_ids:
        cell = found[openpyxl.utils.escape.escape(text) if "_x" in text else text]
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        if text.startswith(("=", "+", "-", "@", "\t", "\r")):
            assert cell.quotePrefix
    assert not [cell for name in naughty.sheetnames for cell in _cells(naughty[name]) if cell.data_type == "f"]


def test_any_text_can_be_written(summary: RunSummary, naughty_texts: tuple[str, ...]) -> None:
    """Whatever segments, measures, sources and money are called, the file opens and has no formula."""
    first = replace(summary.segments[0], offers=())
    odd = replace(
        summary,
        segments=tuple(
            replace(first, letter=f"S{place}", name=text, sentence=text, also_known_as=text)
            for place, text in enumerate(naughty_texts)
        ),
        sources=naughty_texts,
        measures=tuple(replace(summary.measures[0], label=text) for text in naughty_texts),
        currency='"\x01;\n$',
    )
    book = _opened(workbook(odd, Brand("=1+1 & Söhne")))
    assert len(book.sheetnames) == len(naughty_texts) + 4
    assert not [cell for name in book.sheetnames for cell in _cells(book[name]) if cell.data_type == "f"]
    said = {cell.value for cell in _cells(book["Data and method"])}
    assert {text for text in naughty_texts if text.isprintable() and len(text) < 100 and "_x" not in text} <= said


def test_customers_only_where_asked_for(amber: Run, naughty: Any) -> None:
    """Otherwise no sheet of customers, and no id anywhere in the file."""
    bare = workbook(amber.summary, Brand())
    assert not [name for name in _opened(bare).sheetnames if "customers" in name]
    with zipfile.ZipFile(BytesIO(bare)) as parts:
        assert not [name for name in parts.namelist() if b"cmd|" in parts.read(name)]
    listed = sum(naughty[f"{one.letter} customers"].max_row - 1 for one in amber.summary.segments)
    assert listed == amber.summary.customers
    head = [cell.value for cell in naughty["A customers"][1]]
    assert head == ["Customer", "Fit", "visits", "stay"]
    assert naughty["A customers"].freeze_panes == "B2"
    assert naughty["A customers"].tables["Customers_A"].autoFilter is not None


def test_charts_are_bars_from_zero_in_the_segments_colours(summary: RunSummary) -> None:
    """Every chart is of bars, its scale begins at 0, and a brand's colours come before ours."""
    content = workbook(summary, Brand(colours=(("1", "#0B5D4B"),)))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2 + summary.k + 1
    for chart in charts:
        assert "<c:barChart>" in chart
        assert '<c:min val="0"/>' in chart
        assert "<c:pieChart>" not in chart
        assert "<c:legend>" not in chart
    assert "0B5D4B" in charts[0]
    ranks, keeps = charts[2], charts[-1]
    assert '<c:majorUnit val="50.0"/>' in ranks, "the middle is not marked"
    assert "<c:errBars>" in keeps
    assert '<a:alpha val="45000"/>' in keeps, "the half of a range within its bar can't be seen"


def test_the_same_run_gives_the_same_bytes(summary: RunSummary) -> None:
    """Nothing of the moment of writing is in the file."""
    assert workbook(summary, Brand()) == workbook(summary, Brand())


def test_more_customers_than_rows_are_refused(summary: RunSummary) -> None:
    """It is said before anything is written, with where everybody is."""
    crowd = replace(summary, segments=(replace(summary.segments[0], customers=MOST + 1), *summary.segments[1:]))
    with pytest.raises(UsageError, match="a sheet holds"):
        check_room(crowd)


def test_the_command_writes_it(amber: Run, tmp_path: Path) -> None:
    """By the name of the format, with its own options."""
    out = tmp_path / "out.xlsx"
    arguments = ["export", "excel", str(amber.folder), "--out", str(out), "--include-customers"]
    assert CliRunner().invoke(segmentry, [*arguments, "--anyway"], catch_exceptions=False).exit_code == 0
    assert _opened(out.read_bytes()).sheetnames[0] == "Summary"
