"""What the command line prints, as lines of at most 80 columns."""

import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from segmentry.continuity import Event, agreement_words, event_words
from segmentry.data import Loaded
from segmentry.describe import Segment, Trait
from segmentry.errors import Caveat, SegmentryError
from segmentry.evaluate import of_100
from segmentry.features import Measures
from segmentry.markup.news import News, news
from segmentry.summary import RunSummary

if TYPE_CHECKING:
    from segmentry.data import ColumnLook

__all__ = [
    "change_lines",
    "column_lines",
    "count",
    "cut",
    "error_lines",
    "event_lines",
    "folded",
    "headline_lines",
    "loaded_lines",
    "lookalike_lines",
    "measures_lines",
    "near",
    "news_lines",
    "printable",
    "segment_lines",
    "sentence_case",
    "stage_line",
    "start_lines",
    "table_lines",
    "technical_lines",
    "wrapped",
]

WIDTH = 80
EVENTS = {"kept": "kept", "split": "split", "merged": "merged", "born": "new", "retired": "retired"}


def printable(text: str) -> str:
    """Replace control signs that a terminal would obey; people's data are shown, never run."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def error_lines(error: SegmentryError) -> list[str]:
    """Say what is wrong, the evidence, and the way out; a way out is not broken, since people copy it."""
    lines = textwrap.wrap(printable(f"error: {error.what}"), WIDTH, subsequent_indent="  ", break_long_words=False)
    for line in error.evidence:
        lines += textwrap.wrap(printable(line), WIDTH - 2, initial_indent="  ", subsequent_indent="    ") or [""]
    return [*lines, printable(f"  try: {error.way_out}")] if error.way_out else lines


def loaded_lines(loaded: Loaded, *, caveats: bool = True) -> list[str]:
    """Say what was read and refused, and how it was dealt with."""
    return news_lines(news(loaded), caveats=caveats)


def column_lines(columns: Sequence["ColumnLook"]) -> list[str]:
    """Say how each column was read, and what it was taken for."""
    lines = [f" {'Column':<25}{'Read as':<9}{'Taken for':<11}Examples"]
    for column in columns:
        name, taken = set_cell_size(cut(printable(column.name), 24), 25), column.role or "\u2013"
        shown = cut(printable(" · ".join(column.examples)), WIDTH - 46)
        lines.append(f" {name}{column.read_as:<9}{taken:<11}{shown}")
    return lines


def measures_lines(measures: Measures, seconds: float | None, *, caveats: bool = True) -> list[str]:
    """Say what was measured."""
    return news_lines(news(measures, seconds), caveats=caveats)


def news_lines(found: Sequence[News], *, caveats: bool = True) -> list[str]:
    """Say what stages found: each begins with its word; what took time is a line, the rest is folded."""
    lines: list[str] = []
    for one in found:
        first, *more = one.lines
        lines += _hanging(one.stage, first) if one.seconds is None else [stage_line(one.stage, first, one.seconds)]
        lines += [line for text in more for line in _hanging("", text)]
        lines += _caveats(one.caveats if caveats else ())
    return lines


def headline_lines(summary: RunSummary) -> list[str]:
    """Say the verdict, how many customers keep their segment, why this number, and what makes it suspicious."""
    if summary.keep is None:
        return [f" {summary.headline.upper()}", *wrapped(sentence_case(summary.reason)), ""]
    lines = [f" {summary.verdict.upper()} · {summary.headline}", *wrapped(summary.verdict_sentence)]
    lines += wrapped(sentence_case(summary.reason))
    for alarm in summary.alarms:
        lines += wrapped(f"! {alarm.policy}")
    return [*lines, ""]


def sentence_case(text: str) -> str:
    """Begin a sentence with a capital, and end it.

    Examples
    --------
    >>> sentence_case("no split comes back")
    'No split comes back.'
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def table_lines(summary: RunSummary) -> list[str]:
    """Print letter, name, customers, revenue, days since the last order, keeps: only what this run has."""
    last = {s.letter: _typical(s, "recency_days") for s in summary.segments}
    columns: list[tuple[str, int, dict[str, str]]] = [
        ("Customers", 14, {s.letter: f"{s.customers:,} {_percent(s.share):>4}" for s in summary.segments})
    ]
    if any(s.revenue_share is not None for s in summary.segments):
        columns.append(("Revenue", 13, {s.letter: _bar(s.revenue_share) for s in summary.segments}))
    if any(days is not None for days in last.values()):
        columns.append(("Last order", 12, {letter: _days(days) for letter, days in last.items()}))
    if summary.keep is not None:
        columns.append(
            ("Keeps", 7, {s.letter: f"{of_100(s.keeps.rate)}%" if s.keeps else "" for s in summary.segments})
        )
    room = WIDTH - 5 - sum(width for _, width, _ in columns)
    lines = [f"     {'Segment':<{room}}" + "".join(f"{title:>{width}}" for title, width, _ in columns)]
    for segment in summary.segments:
        first, *more = textwrap.wrap(printable(segment.name), room - 1) or [""]
        cells = "".join(f"{values[segment.letter]:>{width}}" for _, width, values in columns)
        lines.append(f"  {segment.letter:<3}{set_cell_size(first, room)}{cells}")
        lines += [f"     {line}" for line in more]
    if summary.unplaced:
        nobody = f"{summary.unplaced:,} {_percent(summary.unplaced / summary.customers):>4}"
        lines.append(f"     {'in no segment':<{room}}{nobody:>14}")
    return lines


def technical_lines(summary: RunSummary) -> list[str]:
    """Say what each criterion by itself would choose, and how far the segments stand above structureless data."""
    if not summary.argument:
        return []
    margin = "" if summary.gaps is None else f" Margin over structureless data: {summary.gaps.margin:+.3f}."
    return ["", *wrapped(f"Technical: {sentence_case(summary.argument)}{margin}")]


def change_lines(summary: RunSummary) -> list[str]:
    """Say how the segments continue those of the run before."""
    identity = summary.identity
    if identity is None:
        return []
    lines = ["", *wrapped(f"What changed since {identity.run}")]
    if identity.agreement is not None:
        lines += wrapped(agreement_words(identity.agreement, identity.customers, identity.basis))
    else:
        lines += wrapped("no customer could be compared: segments are matched by their typical values")
    return [*lines, *event_lines(identity.events)]


def event_lines(events: Sequence[Event]) -> list[str]:
    """Say what became of each segment."""
    return [line for event in events for line in _hanging(EVENTS[event.kind], event_words(event))]


def start_lines(summary: RunSummary) -> list[str]:
    """Say which segment to begin with."""
    start = summary.start_with
    return [] if start is None else ["", *wrapped(f"Start with {start.letter}: {start.because}")]


def lookalike_lines(summary: RunSummary) -> list[str]:
    """Say how well attributes guess the segments of people without orders, where that was asked for."""
    report = summary.lookalike
    if report is None:
        return []
    if not report.works or report.hit_rate is None or report.largest is None:
        return ["", *wrapped(f"No guesses for people without orders: {report.reason}")]
    said = (
        f"People without orders: guessed right for {of_100(report.hit_rate)} of 100 from their attributes; "
        f"the largest segment every time would be for {of_100(report.largest)} (score --lookalike)"
    )
    return ["", *wrapped(said)]


def segment_lines(summary: RunSummary, segment: Segment) -> list[str]:
    """Say all about one segment."""
    known = f" (also known as {segment.also_known_as})" if segment.also_known_as else ""
    lines = [f" {segment.letter} · {segment.name}{known}", *wrapped(segment.sentence)]
    lines.append(f" {segment.customers:,} customers, {_percent(segment.share)} of all")
    if segment.revenue is not None and segment.revenue_share is not None:
        lines[-1] += f"; revenue {_money(segment.revenue, summary.currency)}, {_percent(segment.revenue_share)} of all"
    if segment.keeps is not None:
        keeps = segment.keeps
        span = f"{of_100(keeps.low)}% to {of_100(keeps.high)}%"
        lines.append(f" Keeps {of_100(keeps.rate)}% of its customers (in 90 of 100 rebuilds {span})")
    if segment.rule is not None:
        rule = segment.rule
        lines += ["", *wrapped(f"Rule: {rule.text}.")]
        lines += wrapped(
            f"It catches {_percent(rule.hit)} of them; {_percent(rule.miss)} of those it catches belong elsewhere."
        )
    lines += ["", f"     {'Measure':<39}{'typical':>12}{'everyone':>12}{'rank':>8}"]
    lines += [_trait(trait) for trait in segment.traits[:12]]
    lines.append(" ▲▼ a difference that counts; rank: 0 lowest to 100 highest among all customers")
    for action in segment.actions:
        lines += wrapped(f"{action.do.capitalize()}: {action.text} Because {action.because}")
    for offer in segment.offers:
        lines += wrapped(
            f"Offer: {offer.name}, bought by {_percent(offer.share)} of them against {_percent(offer.everyone)} of all"
        )
    return lines


def _trait(trait: Trait) -> str:
    mark = " " if not trait.counts else "▲" if trait.delta > 0 else "▼"
    name = f"{trait.label} is {trait.level}" if trait.level else trait.label
    share = bool(trait.level) or trait.unit == "share"
    shown = ["\u2013" if x is None else _percent(x) if share else _number(x) for x in (trait.typical, trait.everyone)]
    rank = "" if trait.rank is None else f"{trait.rank:.0f}"
    return f"   {mark} {set_cell_size(cut(printable(name), 38), 39)}{shown[0]:>12}{shown[1]:>12}{rank:>8}"


def _caveats(caveats: Sequence[Caveat]) -> list[str]:
    """Say each policy, with its count at the right edge, where the eye goes down the figures."""
    lines = []
    for caveat in caveats:
        first, *more = folded(caveat.policy, 56)
        lines.append(f"          ! {set_cell_size(first, 57)}{caveat.count:>10,}")
        lines += [f"            {line}" for line in more]
    return lines


def stage_line(word: str, text: str, seconds: float | None) -> str:
    """Say one thing about a stage, and how long it took."""
    took = "" if seconds is None else f"{seconds:.1f} s"
    return f" {word:<9}{set_cell_size(cut(text, 58), 60)}{took:>9}".rstrip()


def _hanging(word: str, text: str) -> list[str]:
    lines = folded(text, WIDTH - 11)
    return [f" {word:<9}{lines[0]}", *(f"          {line}" for line in lines[1:])]


def folded(text: str, width: int) -> list[str]:
    """Break a text into lines at blanks, by the room that signs take: Chinese ones take two columns."""
    lines = [""]
    for word in printable(text).split():
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
        while cell_len(lines[-1]) > width:
            end = _fitting(lines[-1], width)
            lines[-1:] = [lines[-1][:end], lines[-1][end:]]
    return lines


def _fitting(text: str, width: int) -> int:
    """Count the first signs of a text that fit a width."""
    room = 0
    for place, sign in enumerate(text):
        room += cell_len(sign)
        if room > width:
            return max(place, 1)
    return len(text)


def wrapped(text: str) -> list[str]:
    """Wrap a sentence."""
    return textwrap.wrap(printable(text), WIDTH - 2, initial_indent=" ", subsequent_indent=" ", break_on_hyphens=False)


def _bar(share: float | None) -> str:
    if share is None:
        return ""
    return f"{'█' * round(7 * min(max(share, 0.0), 1.0)):<7} {_percent(share):>4}"


def _typical(segment: Segment, measure: str) -> float | None:
    return next((trait.typical for trait in segment.traits if trait.measure == measure), None)


def _days(days: float | None) -> str:
    return "" if days is None else count(round(days), "day")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _money(value: float, currency: str) -> str:
    return f"{currency}{value:,.0f}" if len(currency) == 1 else f"{value:,.0f} {currency}".strip()


def count(number: int, thing: str) -> str:
    """Give a number of things."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def cut(text: str, width: int) -> str:
    """Shorten to a width."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def near(path: str) -> str:
    """Give the path as seen from here where that is shorter."""
    try:
        near = str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
    return near
