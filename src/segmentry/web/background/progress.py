"""A job as its page shows it: the stages, what was found so far, and a heading that says how far it is."""

from dataclasses import dataclass
from typing import Any, Literal

from segmentry.markup.words import count
from segmentry.recipe import Recipe
from segmentry.web.background.jobs import Job, Jobs

__all__ = ["Line", "Progress", "progress_of", "waiting"]

STAGES = ("Read", "Checked", "Built", "Tried", "Tested", "Named")
UNDER_WAY = {"read": ("Read", "Checked"), "measure": ("Built",), "choose": ("Tried", "Tested")}
"""What is under way while a stage of the run lasts; the last stage of people is several of the run's."""
PARTS = {
    "read": (0.0, 0.15),
    "measure": (0.15, 0.2),
    "choose": (0.2, 0.85),
    "map": (0.85, 0.9),
    "describe": (0.9, 0.97),
}
"""From which to which share of the whole a stage takes the bar: measured on the sample shop, and only for people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One stage on the page.

    Parameters
    ----------
    stage : str
        Its word.
    state : {"done", "now", "later"}
        Where it stands.
    lines : tuple of str, default ()
        What it found.
    notes : tuple of (str, int), default ()
        What was found in the data and how it was dealt with, with its count.
    seconds : float or None, default None
        How long it took.
    """

    stage: str
    state: Literal["done", "now", "later"]
    lines: tuple[str, ...] = ()
    notes: tuple[tuple[str, int], ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as it stands.

    Parameters
    ----------
    job : Job
        The job.
    heading : str
        What it does now, with a number.
    share : float
        How much of the whole is done, 0 to 1.
    lines : tuple of Line
        The six stages.
    """

    job: Job
    heading: str
    share: float
    lines: tuple[Line, ...]

    @property
    def said(self) -> str:
        """The last thing that was found, for whoever hears the page."""
        done = [line for line in self.lines if line.state == "done" and line.lines]
        return f"{done[-1].stage}: {done[-1].lines[0]}" if done else self.heading


def progress_of(job: Job, jobs: Jobs) -> Progress:
    """Read how far a job is."""
    events = job.events()
    if not events:
        return Progress(job, _before(job, jobs), 0.0, tuple(Line(stage, "later") for stage in STAGES))
    found: dict[str, Line] = {}
    for event in events:
        for one in event["news"]:
            notes = tuple((caveat["policy"], caveat["count"]) for caveat in one["caveats"])
            # What the command line sets apart by blanks, which a page would run together.
            told = tuple(line.replace("  ", " · ") for line in one["lines"])
            found[one["stage"]] = Line(one["stage"], "done", told, notes, one["seconds"])
    last = events[-1]
    over = last["seconds"] is not None
    now = () if job.ended is not None else UNDER_WAY.get(last["stage"], ("Named",))
    lines = [found.get(stage) or Line(stage, "now" if stage in now and not over else "later") for stage in STAGES]
    begin, end = PARTS.get(last["stage"], (0.97, 1.0))
    share = 1.0 if job.state == "done" else begin + (end - begin) * float(last["share"])
    return Progress(job, _heading(job, last, found), share, tuple(lines))


def waiting(job: Job, jobs: Jobs) -> str:
    """Say how many come before a job that waits."""
    before = jobs.before(job)
    return f"Waiting: {count(before, 'run')} before this one" if before else "Waiting for its turn"


def _before(job: Job, jobs: Jobs) -> str:
    if job.state == "waiting":
        return waiting(job, jobs)
    return f"Making a sample shop of {job.order.sample:,} customers" if job.order.sample else "Starting · 0%"


def _heading(job: Job, event: dict[str, Any], found: dict[str, Line]) -> str:
    percent = f"{int(100 * float(event['share']))}%"
    match event["stage"]:
        case "read":
            return f"Reading {job.order.source} · {percent}"
        case "measure":
            return f"Measuring customers · {percent}"
        case "choose":
            options = Recipe.from_toml(job.order.recipe).choose
            span = (
                f"{options.lowest} to {options.highest}" if options.highest > options.lowest else f"{options.highest}"
            )
            return f"Testing {span} segments · {percent}"
        case "map" | "describe":
            return f"Naming the segments · {percent}"
    return f"Writing the report of {found['Named'].lines[0]}" if "Named" in found else "Writing the report"
