"""What MLflow is told of a run, as plain names and values; nothing here knows MLflow."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from segmentry.choose import Candidate, Compared
from segmentry.evaluate import of_100
from segmentry.plain import Plain, to_plain
from segmentry.recipe import Recipe
from segmentry.summary import RunSummary

__all__ = ["RUN", "Point", "Record", "attempts", "record"]

RUN = "segmentry.run"
"""The tag with a run's name. All tags of ours begin with ``segmentry.``."""
WORDS = ("setting", "method", "remark")
"""Fields of an attempt that say what was tried, and so are parameters; the others are what it is judged by."""
NAMED = ("k", "method")


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a measure that is drawn over the number of segments: its name, that number, the value."""

    name: str
    k: int
    value: float


@dataclass(frozen=True, slots=True)
class Record:
    """What is told of a run, or of one attempt within it.

    Parameters
    ----------
    name : str
        What it is called.
    params : mapping of str
        What it was made by.
    measures : mapping of float
        What it is judged by; all finite.
    tags : mapping of str, default none
        What it is found by.
    curves : tuple of Point, default ()
        Measures over the numbers of segments that were tried.
    """

    name: str
    params: Mapping[str, str]
    measures: Mapping[str, float]
    tags: Mapping[str, str] = field(default_factory=dict)
    curves: tuple[Point, ...] = ()


def record(summary: RunSummary, recipe: Recipe) -> Record:
    """Give what MLflow is told of a run itself.

    Parameters
    ----------
    summary : RunSummary
        Everything known about it.
    recipe : Recipe
        Every option of it.
    """
    params = {"segments": str(summary.k), "method": summary.method} | dict(_flat(to_plain(recipe)))
    tags = {
        RUN: summary.run,
        "segmentry.version": summary.version,
        "segmentry.created": summary.created,
        "segmentry.table": summary.table,
        "segmentry.fingerprint": summary.fingerprint,
        "segmentry.verdict": summary.verdict or "one segment",
        "segmentry.as_of": "" if summary.as_of is None else summary.as_of.isoformat(),
        "mlflow.note.content": _note(summary),
    }
    return Record(
        summary.run,
        params,
        dict(_finite(_measures(summary))),
        {name: value for name, value in tags.items() if value},
        tuple(
            Point(f"tried/{name}", one.k, value)
            for one in summary.candidates
            for name, value in _judged(one).items()
            if name != "k"
        ),
    )


def attempts(summary: RunSummary) -> tuple[Record, ...]:
    """Give what MLflow is told of each number of segments and each method that was tried."""
    numbers = [
        Record(
            f"{one.k} segments",
            {"segments": str(one.k), "method": summary.method} | _said(one),
            _judged(one),
            {RUN: summary.run, "segmentry.tried": "number", "segmentry.chosen": _yes(one.k == summary.k)},
        )
        for one in summary.candidates
    ]
    methods = [
        Record(
            f"{one.method}, {one.k} segments",
            {"segments": str(one.k)} | _said(one),
            _judged(one),
            {RUN: summary.run, "segmentry.tried": "method", "segmentry.chosen": _yes(one.chosen)},
        )
        for one in summary.compared
    ]
    return (*numbers, *methods)


def _measures(summary: RunSummary) -> Iterator[tuple[str, float | None]]:
    """Name every measure of the run."""
    yield "customers", summary.customers
    yield "without_purchase", summary.without_purchase
    yield "unplaced", summary.unplaced
    yield "fidelity", summary.fidelity
    yield from ((f"rows/{name}", getattr(summary.rows, name)) for name in ("read", "loaded", "rejected"))
    yield from ((f"seconds/{stage.name}", stage.seconds) for stage in summary.stages)
    if summary.chosen is not None:
        yield from ((name, value) for name, value in _judged(summary.chosen).items() if name != "k")
    yield "k", summary.k
    if summary.keep is not None:
        overall = summary.keep.overall
        yield from (("keep_rate", overall.rate), ("keep_rate_low", overall.low), ("keep_rate_high", overall.high))
    if summary.gaps is not None:
        yield "margin", summary.gaps.margin
    for number, segment in enumerate(summary.segments):
        about = f"segment {segment.letter}"
        yield f"{about}/customers", segment.customers
        yield f"{about}/share", segment.share
        yield f"{about}/revenue", segment.revenue
        yield f"{about}/revenue_share", segment.revenue_share
        yield f"{about}/keep_rate", None if segment.keeps is None else segment.keeps.rate
        if number < len(summary.borders):
            yield f"{about}/borderline", summary.borders[number].borderline


def _judged(one: Candidate | Compared) -> dict[str, float]:
    """Give all that an attempt is judged by; a yes is 1."""
    named = ((each.name, getattr(one, each.name)) for each in fields(one) if each.name not in WORDS)
    return dict(_finite(named))


def _said(one: Candidate | Compared) -> dict[str, str]:
    """Give what an attempt is described by, where it says something."""
    named = {each.name: getattr(one, each.name) for each in fields(one) if each.name in WORDS}
    return {name: str(value) for name, value in named.items() if value not in ("", None)}


def _finite(named: Any) -> Iterator[tuple[str, float]]:
    """Keep the measures that have a value: a database refuses the others, or makes something else of them."""
    for name, value in named:
        if value is not None and math.isfinite(value):
            yield name, float(value)


def _flat(plain: Plain, within: str = "") -> Iterator[tuple[str, str]]:
    """Write nested options as names with points, in the order of the recipe."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from _flat(value, f"{within}.{name}" if within else name)
    elif isinstance(plain, list):
        yield within, ", ".join(map(str, plain))
    elif plain is not None:
        yield within, str(plain)


def _note(summary: RunSummary) -> str:
    """Write what a run found, for its page in MLflow."""
    lines = [f"**{summary.verdict}** · {summary.headline}." if summary.verdict else f"{summary.headline}."]
    lines += [summary.verdict_sentence, f"{summary.reason}.", ""]
    for segment in summary.segments:
        keeps = "" if segment.keeps is None else f", {of_100(segment.keeps.rate)} of 100 keep it"
        lines.append(f"- **{segment.letter}** {_plain(segment.name)}: {segment.customers:,} customers{keeps}")
    return "\n".join(lines)


def _plain(name: str) -> str:
    """Take a segment's name as text: its page reads Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+!|" else sign for sign in name)


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"
