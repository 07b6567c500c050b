"""Where to start: the segments that most speaks for, each with its evidence and what to try."""

from collections.abc import Iterator
from dataclasses import dataclass

from segmentry.describe import Action, Segment
from segmentry.describe.words import Voice, rounded
from segmentry.summary import RunSummary

__all__ = ["MOST_STARTS", "Start", "begin_with", "starts"]

MOST_STARTS = 3


@dataclass(frozen=True, slots=True)
class Start:
    """One segment to begin with.

    Parameters
    ----------
    segment : Segment
        Which one.
    because : str
        The evidence, in words that quote its figures.
    action : Action or None
        What to try; None where the playbook has nothing.
    """

    segment: Segment
    because: str
    action: Action | None


def begin_with(summary: RunSummary) -> Segment | None:
    """Give the one segment to begin with; None where none stands out, or the split is not to be built on."""
    start = summary.start_with
    if start is None or summary.verdict == "Not dependable":
        return None
    return next((segment for segment in summary.segments if segment.letter == start.letter), None)


def starts(summary: RunSummary) -> tuple[Start, ...]:
    """Give at most three: the one to begin with, then those with most at stake."""
    first = begin_with(summary)
    if first is None or summary.start_with is None:
        return ()
    return (Start(first, summary.start_with.because, _try(first)), *_others(summary, first))[:MOST_STARTS]


def _others(summary: RunSummary, first: Segment) -> Iterator[Start]:
    voice = Voice(summary.currency)
    rest = [s for s in summary.segments if s is not first and (s.at_stake or 0.0) > 0]
    for segment in sorted(rest, key=lambda segment: -(segment.at_stake or 0.0)):
        stake = voice.quantity(rounded(segment.at_stake or 0.0, 3), "money")
        action = _try(segment)
        if action is not None:
            yield Start(segment, f"{segment.customers:,} customers, {stake} at stake.", action)


def _try(segment: Segment) -> Action | None:
    return next((action for action in segment.actions if action.do == "try"), None)
