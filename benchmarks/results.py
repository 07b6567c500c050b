"""What runs of measured ways say, and the tables that are made of it."""

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Check", "Result", "Summary", "checks", "excesses", "parse", "summaries", "table"]


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one way, as its line of JSON says it.

    Parameters
    ----------
    way : str
        Its name.
    seconds : float
        The work alone, without imports and without making data.
    megabytes : float
        Peak of the whole process.
    quality : mapping of str to float, default empty
        How good the outcome is.
    note : str, default ""
        What a reader should know.
    imports : float or None, default None
        Seconds for imports and for reading data, where they were timed.
    processor_seconds : float or None, default None
        Of the work, summed over threads: what other processes on the machine change little.
    """

    way: str
    seconds: float
    megabytes: float
    quality: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    imports: float | None = None
    processor_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All runs of one way; ``megabytes`` is the largest, ``quality`` and ``note`` are the last run's."""

    way: str
    median: float
    best: float
    runs: int
    megabytes: float
    quality: Mapping[str, float]
    note: str
    imports: float | None
    processor_seconds: float | None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a row must show.

    Parameters
    ----------
    asked, found : str
        In words.
    holds : bool or None
        None where it could not be measured.
    """

    asked: str
    found: str
    holds: bool | None


def parse(text: str) -> list[Result]:
    """Read the lines of JSON among what a script printed; other lines are its own.

    What a line tells beyond the parts of a result becomes figures of its quality: numbers under their name, lists and
    objects of numbers under their name with the place or the key behind it.

    Raises
    ------
    ValueError
        There is no such line, or one lacks the way, its seconds or its megabytes.
    """
    found = [_result(json.loads(line)) for line in text.splitlines() if line.startswith("{")]
    if not found:
        raise ValueError("the script printed no line of JSON")
    return found


def _result(line: Mapping[str, Any]) -> Result:
    parts = {name: value for name, value in line.items() if name in Result.__dataclass_fields__}
    figures = dict(parts.pop("quality", {}))
    for name, value in line.items():
        if name in Result.__dataclass_fields__:
            continue
        inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        figures |= {f"{name} {key}": figure for key, figure in inner if _is_number(figure)}
        if _is_number(value):
            figures[name] = value
    try:
        return Result(**parts, quality=figures)
    except TypeError as error:
        raise ValueError(f"a line of JSON lacks a part: {error}") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def summaries(runs: Iterable[Result]) -> dict[str, Summary]:
    """Put the runs of each way together, in the order in which the ways first came."""
    by_way: dict[str, list[Result]] = {}
    for run in runs:
        by_way.setdefault(run.way, []).append(run)
    return {
        way: Summary(
            way,
            statistics.median(run.seconds for run in found),
            min(run.seconds for run in found),
            len(found),
            max(run.megabytes for run in found),
            found[-1].quality,
            found[-1].note,
            _median(run.imports for run in found),
            _median(run.processor_seconds for run in found),
        )
        for way, found in by_way.items()
    }


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def excesses(found: Mapping[str, Summary], way: str, prefix: str, ours: str) -> dict[str, float]:
    """Say by which share a way's figures lie above the best peer's.

    Parameters
    ----------
    found : mapping of str to Summary
        All ways.
    way : str
        The way in question; a peer is held against all peers, itself included.
    prefix : str
        Begins the names of the figures; less is better.
    ours : str
        Ways that begin so are no peers.

    Returns
    -------
    dict of str to float
        For each figure that a peer has too.
    """
    peers = [summary for name, summary in found.items() if not name.startswith(ours)]
    best: dict[str, float] = {}
    for peer in peers:
        for name, value in peer.quality.items():
            if name.startswith(prefix):
                best[name] = min(value, best.get(name, value))
    own = found[way].quality
    return {name: own[name] / least - 1 for name, least in best.items() if name in own}


def checks(
    found: Mapping[str, Summary],
    ours: str,
    *,
    ratios: Mapping[str, tuple[float, float]],
    limits: Mapping[str, float],
    excess: tuple[str, float] | None,
    lean: bool = False,
) -> list[Check]:
    """Hold a row against what it must show.

    Parameters
    ----------
    found : mapping of str to Summary
        All ways.
    ours : str
        Our way.
    ratios : mapping of str to (float, float)
        By peer: how often its median time must hold ours, and how many times the peer has to do its work for what ours
        does once.
    limits : mapping of str to float
        At most, for our way: ``seconds``, ``megabytes``, or a figure of its quality.
    excess : (str, float) or None
        The prefix of figures of which less is better, and the share by which ours may lie above the best peer's.
    lean : bool, default False
        Whether ours may take no more memory than any peer.
    """
    if ours not in found:
        return [Check("", "ours was not measured", None)]
    mine = found[ours]
    listed = [_ratio(found, mine, peer, *asked) for peer, asked in ratios.items()]
    for name, most in limits.items():
        values = {"seconds": mine.median, "megabytes": mine.megabytes} | dict(mine.quality)
        value = values.get(name)
        asked = f"{name} at most {most:g}"
        listed.append(
            Check(asked, "not measured", None) if value is None else Check(asked, f"{value:.4g}", value <= most)
        )
    if excess is not None:
        prefix, most = excess
        over = excesses(found, ours, prefix, ours)
        asked = f"{prefix} within {most:g} of the best peer's" if most else f"{prefix} no worse than the best peer's"
        worst = max(over.values(), default=None)
        listed.append(
            Check(asked, "no peer", None) if worst is None else Check(asked, f"{worst:+.1e}", worst <= max(most, 1e-9))
        )
    if lean:
        peers = [summary.megabytes for way, summary in found.items() if not way.startswith(ours)]
        said = f"{mine.megabytes:.0f} MB, peers {min(peers):.0f} MB or more" if peers else "no peer"
        listed.append(Check("no more memory than any peer", said, mine.megabytes <= min(peers) if peers else None))
    return listed


def _ratio(found: Mapping[str, Summary], mine: Summary, peer: str, least: float, times: float) -> Check:
    asked = f"{least:g} times {peer}"
    if peer not in found:
        return Check(asked, "not measured", None)
    ratio = times * found[peer].median / mine.median
    return Check(asked, f"{ratio:.3g} times", ratio >= least)


def table(found: Mapping[str, Summary], ours: str, prefix: str, figures: tuple[str, ...] = ()) -> str:
    """Write the ways of a row as a Markdown table.

    Parameters
    ----------
    found : mapping of str to Summary
        All ways.
    ours : str
        Our way: the table says how often its time fits into each other's.
    prefix : str
        Begins the names of figures of which less is better; several are told by the worst excess. May be empty.
    figures : tuple of str, default ()
        Prefixes of the other figures that are shown; all where empty.
    """
    lines = [
        "| way | seconds, median | best | ours fits in, median | best | processor s | peak MB | imports, s | quality |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    mine = found.get(ours)
    for way, summary in found.items():
        ratios = "- | -" if mine is None else f"{summary.median / mine.median:.3g} | {summary.best / mine.best:.3g}"
        imports = "-" if summary.imports is None else f"{summary.imports:.1f}"
        processor = "-" if summary.processor_seconds is None else _seconds(summary.processor_seconds)
        lines.append(
            f"| {way} | {_seconds(summary.median)} | {_seconds(summary.best)} | {ratios} | {processor} "
            f"| {summary.megabytes:.0f} | {imports} | {_quality(found, way, ours, prefix, figures)} |"
        )
    return "\n".join(lines)


def _quality(found: Mapping[str, Summary], way: str, ours: str, prefix: str, figures: tuple[str, ...]) -> str:
    """Write figures; several of which less is better as their worst excess over the best peer's."""
    over = excesses(found, way, prefix, ours) if prefix else {}
    said = []
    if len(over) > 1:
        worst = max(over, key=over.__getitem__)
        said.append(f"{prefix} {over[worst]:+.1e} over the best peer's at worst ({worst})")
    rest = [
        name for name in found[way].quality if (len(over) <= 1 or name not in over) and name.startswith(figures or "")
    ]
    said += [f"{name} {_figure(found[way].quality[name])}" for name in rest]
    return ", ".join(said) or "-"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1e5 else f"{value:.5g}"


def _seconds(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
