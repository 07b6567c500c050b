"""The summary: its headline never flatters, and renaming keeps names apart."""

from dataclasses import replace

import pandas as pd
import pytest

from segmentry.errors import NotFoundError, UsageError
from segmentry.evaluate import Keeps
from segmentry.plain import from_plain, to_plain
from segmentry.segment import segment
from segmentry.summary import RunSummary


@pytest.fixture(scope="module")
def summary() -> RunSummary:
    """Give the summary of a small run of three segments."""
    table = pd.DataFrame({"visits": [1.0, 30.0, 80.0] * 12, "stay": [9.0, 90.0, 10.0] * 12})
    return segment(table, segments=3, rebuilds=2).summary


def test_there_and_back(summary: RunSummary) -> None:
    """Everything in a summary survives the model file."""
    assert from_plain(RunSummary, to_plain(summary)) == summary


@pytest.mark.parametrize(("rate", "shown"), [(1.0, 100), (0.9999, 99), (0.856, 85), (0.0, 0)])
def test_headline_rounds_down(summary: RunSummary, rate: float, shown: int) -> None:
    """Only a full 100 of 100 is shown as 100."""
    assert summary.keep is not None
    keep = replace(summary.keep, overall=Keeps(rate, rate, rate))
    assert replace(summary, keep=keep).headline == f"{shown} of 100 customers keep their segment"


def test_segments_are_found_by_letter_or_name(summary: RunSummary) -> None:
    """Capital or small letters don't matter; an unknown one lists those that are there."""
    named = summary.segments[1]
    assert summary.find("b") is summary.find(named.name.upper()) is named
    with pytest.raises(NotFoundError) as refused:
        summary.find("Z")
    assert named.name in str(refused.value)


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 81, "\u202egnp.exe", "bell\a"])
def test_names_that_are_no_line_of_text_are_refused(summary: RunSummary, name: str) -> None:
    """A name is one printable line."""
    with pytest.raises(UsageError):
        summary.renamed("A", name)


def test_no_two_segments_share_a_name_or_a_letter(summary: RunSummary) -> None:
    """A name that another segment has, or that is another's letter, is refused."""
    for taken in (summary.segments[1].name, "b"):
        with pytest.raises(UsageError):
            summary.renamed("A", taken)


def test_where_to_start_follows_the_name(summary: RunSummary) -> None:
    """The segment to start with is called by its new name."""
    start = replace(summary, start_with=None).renamed("A", "Stars")
    assert start.start_with is None
    assert start.segments[0].name == "Stars"
