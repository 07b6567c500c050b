"""Where to start: at most three segments, each with its evidence and what to try."""

from dataclasses import dataclass

from segmentry.describe import Action, Segment
from segmentry.describe.words import Voice, rounded
from segmentry.markup.badges import badge, colour, people_said
from segmentry.markup.build import Markup, element
from segmentry.summary import RunSummary

__all__ = ["Start", "begin_with", "start", "starts"]

NEARLY = 0.5
"""A second segment is named where at least this share of the first one's money is at stake in it."""
SUGGESTION = "Suggestions from common practice, not predictions. Keep a control group to find out."


@dataclass(frozen=True, slots=True)
class Start:
    """One segment to begin with.

    Parameters
    ----------
    segment : Segment
        Which.
    because : str
        The evidence.
    action : Action or None
        What to try.
    """

    segment: Segment
    because: str
    action: Action | None


def begin_with(summary: RunSummary) -> Segment | None:
    """Give the one segment to begin with; None where none stands out, or the split is not to be built on."""
    begin = summary.start_with
    if begin is None or summary.verdict == "Not dependable":
        return None
    return next((segment for segment in summary.segments if segment.letter == begin.letter), None)


def starts(summary: RunSummary) -> tuple[Start, ...]:
    """Give the segments to begin with, at most three.

    The first is the run's own; then comes the one with nearly as much at stake, and then the one that brings most
    revenue for its size, which is to be kept.
    """
    begin, first = summary.start_with, begin_with(summary)
    if begin is None or first is None:
        return ()
    found = [Start(first, begin.because, _try(first))]
    left = [segment for segment in summary.segments if segment is not first and _try(segment) is not None]
    staked = max(left, key=lambda segment: segment.at_stake or 0.0, default=None)
    if staked is not None and first.at_stake and (staked.at_stake or 0.0) >= NEARLY * first.at_stake:
        money = Voice(summary.currency).quantity(rounded(staked.at_stake or 0.0, 2), "money")
        found.append(_started(staked, f"{money} at stake."))
        left.remove(staked)
    bearing = max(left, key=_surplus, default=None)
    if bearing is not None and _surplus(bearing) > 0:
        found.append(_started(bearing, ""))
    return tuple(found)


def start(summary: RunSummary) -> Markup:
    """Show where to begin, and why."""
    cards = starts(summary)
    if not cards:
        known = any(segment.at_stake is not None for segment in summary.segments)
        why = (
            "No segment stands out as the one to begin with."
            if known
            else "With which segment to begin is told from orders and their amounts; this run had none."
        )
        told = element("p", why, " The sections below say what sets each segment apart.")
        return element("section", element("h2", "Where to start"), told, id="start")
    return element(
        "section",
        element("h2", "Where to start"),
        element("ol", *(_card(card) for card in cards), class_="starts"),
        element("p", SUGGESTION, class_="note"),
        id="start",
    )


def _card(card: Start) -> Markup:
    tried = card.action
    return element(
        "li",
        element("h3", badge(card.segment), " ", people_said(card.segment.name)),
        element("p", card.because),
        element("p", element("b", "Try: "), tried.text) if tried is not None else None,
        class_=colour(card.segment.letter),
    )


def _started(segment: Segment, more: str) -> Start:
    action = _try(segment)
    because = "" if action is None else action.because
    return Start(segment, f"{because} {more}".strip(), action)


def _try(segment: Segment) -> Action | None:
    return next((action for action in segment.actions if action.do == "try"), None)


def _surplus(segment: Segment) -> float:
    return (segment.revenue_share or 0.0) - segment.share
