"""The table of segments: one row a segment, in the order in which the run shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from segmentry.continuity import origin_words
from segmentry.describe import Segment
from segmentry.export.power_bi.star import SEGMENTS, WORDS, Column, Table
from segmentry.figures.palette import segment_colour
from segmentry.summary import Border, RunSummary

__all__ = ["NO_SEGMENT", "segments", "words"]

NO_SEGMENT = "—"
"""The letter of who belongs to no segment."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What is known of one segment."""

    place: int
    segment: Segment
    border: Border | None
    since: "_Since"


@dataclass(frozen=True, slots=True)
class _Since:
    """What became of it since the run before."""

    words: str = ""
    now: int | None = None
    then: int | None = None
    customers: int | None = None
    share: float | None = None


def segments(summary: RunSummary) -> Table:
    """Give the segments of a run; who belongs to none has a row of that name, if there is anybody.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    """
    since = _since(summary)
    borders = dict(zip((segment.letter for segment in summary.segments), summary.borders, strict=False))
    rows = [
        _Row(place, segment, borders.get(segment.letter), since.get(segment.letter, _Since()))
        for place, segment in enumerate(summary.segments, start=1)
    ]
    # What changed since the run before is blank in a first run, not left out: the next one's data must fit its model.
    columns = (*IDENTITY, *TOLD, *KEEPS, *(BORDERS if summary.borders else ()), *SINCE)
    kept = [
        (column, read)
        for column, read in columns
        if column.name != "At stake" or any(row.segment.at_stake is not None for row in rows)
    ]
    kept = [(column, read) for column, read in kept if summary.keep is not None or not column.name.startswith("Keep")]
    nobody: Mapping[str, Any] = {"Segment key": 0, "Letter": NO_SEGMENT, "Name": "No segment", "Segment": "No segment"}
    extra = [nobody] if summary.unplaced else []
    cells = [(column, [*map(read, rows), *(row.get(column.name) for row in extra)]) for column, read in kept]
    return Table.of(
        SEGMENTS, "One row a segment: what it is called, what defines it and what to do.", cells, ("group",)
    )


def words(summary: RunSummary) -> Table:
    """Give what else people may call each segment, in small letters; no word stands for two of them.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    """
    found: dict[str, str] = {}
    for segment in summary.segments:
        letter, title = segment.letter.lower(), f"{segment.letter} · {segment.name}"
        names = [name for name in (segment.name, segment.also_known_as) if name]
        for word in (*names, f"segment {letter}", f"group {letter}", f"{letter} customers", f"customers in {letter}"):
            found.setdefault(" ".join(word.casefold().split()), title)
    cells: list[tuple[Column, Any]] = [
        (Column("Word", "text", "What people may say.", hidden=True), [*found]),
        (Column("Segment", "text", "The segment they mean.", hidden=True), [*found.values()]),
    ]
    return Table.of(WORDS, "Other words for the segments, for questions in words.", cells, hidden=True)


def _since(summary: RunSummary) -> Mapping[str, _Since]:
    """Say what became of every segment: of one that goes on alone, its compared customers now and then."""
    identity = summary.identity
    if identity is None:
        return {}
    found: dict[str, _Since] = {}
    for letter, event in identity.origins().items():
        was = identity.then(letter)
        past = (None, None) if was is None else (was.customers, was.share)
        compared = (event.new_customers, event.old_customers)
        known = event.kind == "kept" and None not in compared
        found[letter] = _Since(origin_words(event), *(compared if known else (None, None)), *past)
    return found


def _does(what: str) -> Callable[[_Row], str]:
    return lambda row: " ".join(action.text for action in row.segment.actions if action.do == what)


Reader = tuple[Column, Callable[[_Row], Any]]

IDENTITY: tuple[Reader, ...] = (
    (Column("Segment key", "whole", "Numbers the segments from 1.", hidden=True, key=True), lambda row: row.place),
    (
        Column(
            "Letter", "text", "Its letter, the same from run to run.", sort_by="Segment key", says=("segment letter",)
        ),
        lambda row: row.segment.letter,
    ),
    (
        Column("Name", "text", "What it is called.", sort_by="Segment key", says=("segment name",)),
        lambda row: row.segment.name,
    ),
    (
        Column("Segment", "text", "Letter and name.", sort_by="Segment key", says=("group", "customer group")),
        lambda row: f"{row.segment.letter} · {row.segment.name}",
    ),
    (
        Column("Also known as", "text", "The name that its figures gave it, where people gave another."),
        lambda row: row.segment.also_known_as,
    ),
    (Column("Colour", "text", "Its colour, as #RRGGBB.", hidden=True), lambda row: segment_colour(row.segment.letter)),
)
TOLD: tuple[Reader, ...] = (
    (
        Column("Definition", "text", "What its customers are like.", says=("description",)),
        lambda row: row.segment.sentence,
    ),
    (
        Column("Rule", "text", "A plain rule that comes near to it.", says=("condition",)),
        lambda row: row.segment.rule.text if row.segment.rule else "",
    ),
    (Column("Try", "text", "A suggestion from common practice.", says=("action", "what to do")), _does("try")),
    (Column("Avoid", "text", "What is better left.", says=("what not to do",)), _does("avoid")),
    (Column("Measure by", "text", "How to see whether it worked."), _does("measure by")),
    (
        Column("At stake", "money", "Typical order times orders missed, summed.", hidden=True),
        lambda row: row.segment.at_stake,
    ),
)
KEEPS: tuple[Reader, ...] = (
    (
        Column("Keep rate", "share", "Share of its customers who come back to it when it is rebuilt.", hidden=True),
        lambda row: row.segment.keeps and row.segment.keeps.rate,
    ),
    (
        Column("Keep rate, low", "share", "Lower end in nine of ten rebuilds.", hidden=True),
        lambda row: row.segment.keeps and row.segment.keeps.low,
    ),
    (
        Column("Keep rate, high", "share", "Upper end in nine of ten rebuilds.", hidden=True),
        lambda row: row.segment.keeps and row.segment.keeps.high,
    ),
)
BORDERS: tuple[Reader, ...] = (
    (
        Column("Borderline", "whole", "Customers who might as well be in another segment.", hidden=True),
        lambda row: row.border and row.border.borderline,
    ),
    (
        Column("Nearest segment", "text", "The letter of the second choice of most of its customers."),
        lambda row: row.border.nearest if row.border else "",
    ),
)
SINCE: tuple[Reader, ...] = (
    (
        Column("Since last run", "text", "Goes on, new, or the letters that it came from.", says=("what happened",)),
        lambda row: row.since.words,
    ),
    (
        Column("Compared now", "whole", "Its customers among those that both runs have.", hidden=True),
        lambda row: row.since.now,
    ),
    (
        Column("Compared then", "whole", "The same in the run before.", hidden=True),
        lambda row: row.since.then,
    ),
    (Column("Customers then", "whole", "Customers in the run before.", hidden=True), lambda row: row.since.customers),
    (
        Column("Share then", "share", "Share of all customers in the run before.", hidden=True),
        lambda row: row.since.share,
    ),
)
