"""The report as Markdown: the same figures, and people's text as text."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry import report
from segmentry.report.brand import Brand
from segmentry.report.markdown import escape_markdown
from segmentry.summary import RunSummary

TRICKS = [
    "# head",
    "a|b",
    "`code`",
    "<b>x</b>",
    "[a](b)",
    "- item",
    "1. item",
    "line\nbreak",
    "*a* _b_",
    "---",
    "> q",
    "![x](y)",
]


def test_it_has_the_figures_of_the_page(summary: RunSummary) -> None:
    """Finding, keep rate, ledger, trust, rows and fingerprint."""
    text = report.markdown(summary)
    for words in (
        "# 20% of customers bring 60% of revenue",
        "94 of 100 customers keep their segment",
        "| A · Frequent big spenders | 80 | 20% | £6,000 | 60% | 97 | 95 to 99 |",
        "**B · Slipping regulars.**",
        "## C · One small order",
        "| Days since last order | 12 days | 6 to 24 days | 50 days | ▼ lower |",
        "4,600 rows loaded + 400 rejected = 5,000 read.",
        "ab" * 32,
        "segmentry run --recipe recipe.toml",
    ):
        assert words in text, words


def test_every_table_has_as_many_cells_in_every_row(summary: RunSummary) -> None:
    """Whatever a name holds, a table keeps its shape."""
    named = replace(summary, segments=tuple(replace(one, name=f"a|b\n|{one.letter}") for one in summary.segments))
    tables = re.findall(r"(?:^\|.*\n)+", report.markdown(named), re.MULTILINE)
    assert len(tables) > 5
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


@pytest.mark.parametrize("trick", TRICKS)
def test_text_makes_nothing_but_text(summary: RunSummary, trick: str) -> None:
    """Headings, lists and elements are ours alone."""
    named = replace(
        summary, run=trick, segments=tuple(replace(one, name=f"{trick}{one.letter}") for one in summary.segments)
    )
    plain = report.markdown(summary)
    told = report.markdown(named)
    for shape in (r"^#+ ", r"^- ", r"^\d+\. ", r"(?<!\\)<", r"(?<!\\)`", r"(?<!\\)\["):
        assert len(re.findall(shape, told, re.MULTILINE)) == len(re.findall(shape, plain, re.MULTILINE)), shape


@given(st.text(max_size=40))
def test_escaped_text_is_one_line_without_bare_signs(text: str) -> None:
    """No sign that Markdown reads stands without its backslash."""
    line = escape_markdown(text)
    assert "\n" not in line
    assert not re.search(r"(?<!\\)[`|<>*_#\[\]]", line.replace("\\\\", ""))


def test_leading_figures_of_a_brand_stand_above_the_verdict(summary: RunSummary) -> None:
    """A marketer's own figures come first, as on the page."""
    text = report.markdown(summary, Brand("Northwind", kpis=("revenue",)))
    assert text.index("| Revenue | £10,000 |") < text.index("## Before you use it")
    assert "Northwind · amber" in text


def test_one_segment_is_told_as_one_segment(summary: RunSummary) -> None:
    """There is no split to trust, and the text says so."""
    alone = replace(summary.segments[0], keeps=None)
    text = report.markdown(replace(summary, k=1, keep=None, segments=(alone,), start_with=None, candidates=()))
    assert "no split that could come back" in text
