"""Whether a run's data are so old that people should know before they act on it."""

from datetime import date
from pathlib import PurePath

from segmentry.markup.words import count, day
from segmentry.summary import RunSummary

__all__ = ["STALE", "age", "today"]

STALE = 60
"""Days after which the data's end is said."""
YEARS = 730
"""Days from which on the age is said in years."""
SAMPLE = "sample-shop"
"""The folder of the sample shop, whose customers are made up: its age means nothing."""


def today() -> date:
    """Give the day by this computer's clock; tests put another in its place."""
    return date.today()  # noqa: DTZ011 - the reader's own day is meant


def age(summary: RunSummary, now: date) -> str | None:
    """Say how long ago the data end; None where they are fresh, have no dates, or are the sample shop's.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    now : datetime.date
        The day of reading.
    """
    if summary.last is None or any(SAMPLE in PurePath(source).parts[:-1] for source in summary.sources):
        return None
    days = (now - summary.last).days
    if days <= STALE:
        return None
    ago = count(days, "day") if days < YEARS else count(int(days / 365.25), "year")
    return f"Data ends {ago} ago, on {day(summary.last)}"
