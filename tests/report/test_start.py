"""Where to start: the run's own choice first, never more than three, each with evidence."""

from dataclasses import replace

import pytest

from segmentry.report.start import start, starts
from segmentry.summary import RunSummary


def test_the_first_is_the_runs_own_with_its_evidence(summary: RunSummary) -> None:
    """Then the one with nearly as much at stake, then the one that brings most revenue for its size."""
    cards = starts(summary)
    assert [card.segment.letter for card in cards] == ["B", "A"]
    assert cards[0].because.startswith("140 customers used to order")
    assert all(card.because and card.action is not None for card in cards)


def test_at_most_three_and_none_twice(summary: RunSummary) -> None:
    """A list of places to start is no list if it holds everything."""
    many = tuple(replace(summary.segments[0], letter=letter, name=letter) for letter in "ABCDEFGH")
    cards = starts(replace(summary, segments=many, k=8))
    assert len(cards) == 3
    assert len({card.segment.letter for card in cards}) == 3


@pytest.mark.parametrize(("stake", "named"), [(1200.0, True), (600.0, False), (None, False)])
def test_a_second_one_needs_nearly_as_much_at_stake(summary: RunSummary, stake: float | None, named: bool) -> None:
    """Half of the first one's money, or it isn't named for money."""
    first, second, third = summary.segments
    cards = starts(replace(summary, segments=(replace(first, at_stake=None), second, replace(third, at_stake=stake))))
    assert ("C" in [card.segment.letter for card in cards]) is named


def test_without_a_choice_of_the_run_there_is_none_of_ours(summary: RunSummary) -> None:
    """The section says why instead."""
    alone = replace(summary, start_with=None)
    assert starts(alone) == ()
    assert "No segment stands out" in start(alone).text
