"""Two runs side by side, as sections of a page: the figures and words of the command ``compare``."""

from collections.abc import Iterator
from dataclasses import dataclass

from segmentry.compare import Change, Comparison, Part, Side
from segmentry.continuity import Tag, agreement_words
from segmentry.describe.words import Voice, clean, percent
from segmentry.evaluate import of_100
from segmentry.markup import Child, Column, Markup, element, join, table
from segmentry.markup.badges import badge, bar, people_said, titled
from segmentry.markup.words import NONE, count, kept, sentence, share
from segmentry.report.changes import events
from segmentry.summary import RunSummary

__all__ = ["Pair", "agreed", "sections"]

HOW = {
    "model": "The customers of one run were placed by both models on the same figures, so that a customer's own "
    "movement is no change of the segments.",
    "customers": "Compared were the customers that both runs have, in the segments that each run gave them.",
    "centres": "No customers could be compared: segments are matched by their typical values, in widths of everyone's "
    "middle half.",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs and what they have in common.

    Parameters
    ----------
    old, new : str
        What the runs are called here.
    left, right : RunSummary
        All that is known about them.
    found : Comparison
        Of the two.
    """

    old: str
    new: str
    left: RunSummary
    right: RunSummary
    found: Comparison


def agreed(found: Comparison) -> str:
    """Give the finding in one line with a number.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> agreed(SimpleNamespace(agreement=0.9187))
    '91 of 100 customers are in the same segment'
    """
    if found.agreement is not None:
        return f"{of_100(found.agreement)} of 100 customers are in the same segment"
    again = sum(event.kind == "kept" for event in found.events)
    return f"{again} of {found.left.k} segments are there again, by their typical values"


def sections(pair: Pair) -> Markup:
    """Show both runs, what became of each segment, who is where, sizes, and what changed."""
    shown = (_sides(pair), _became(pair), _who_is_where(pair), _sizes(pair), _changed(pair), _not_compared(pair))
    return join(section for section in shown if section is not None)


def _sides(pair: Pair) -> Markup:
    left, right = pair.found.left, pair.found.right
    rows: list[list[Child]] = [
        ["Made", left.created[:16].replace("T", " "), right.created[:16].replace("T", " ")],
        ["Customers", f"{left.customers:,}", f"{right.customers:,}"],
        ["Segments", str(left.k), str(right.k)],
        ["Verdict", left.verdict or NONE, right.verdict or NONE],
        ["Keep their segment", _keeps(left), _keeps(right)],
    ]
    columns = [Column("What"), Column(f"Before: {pair.old}"), Column(f"Now: {pair.new}")]
    return element(
        "section",
        element("h2", "The two runs"),
        table("Both runs: when they were made, customers, segments, verdict and keep rate", columns, rows),
        *(element("p", people_said(sentence(line[:1].upper() + line[1:]))) for line in _agreement(pair.found)),
    )


def _keeps(side: Side) -> str:
    return NONE if side.keep_rate is None else f"{kept(side.keep_rate)} of 100"


def _agreement(found: Comparison) -> Iterator[str]:
    if found.agreement is not None:
        yield agreement_words(found.agreement, found.customers, found.basis)
    if found.stayed is not None and found.basis == "model":
        yield f"of the {found.common:,} customers in both, {of_100(found.stayed)} of 100 are in the same as then"


def _became(pair: Pair) -> Markup:
    return element(
        "section",
        element("h2", "What became of each segment"),
        element("p", HOW[pair.found.basis]),
        events(pair.found.events),
    )


def _who_is_where(pair: Pair) -> Markup | None:
    found = pair.found
    if not found.table:
        return None
    heirs = {(event.old[0].letter, event.new[0].letter) for event in found.events if event.kind == "kept"}
    columns = [
        Column(f"{pair.old} ↓ {pair.new} →"),
        *(Column(part.letter, number=True) for part in found.right.segments),
    ]
    rows = [
        [
            titled(_tag(before)),
            *(
                _cell(number, (before.letter, now.letter) in heirs)
                for number, now in zip(row, found.right.segments, strict=True)
            ),
        ]
        for before, row in zip(found.left.segments, found.table, strict=True)
    ]
    names = [element("li", titled(_tag(part))) for part in found.right.segments]
    return element(
        "section",
        element("h2", "Who is where"),
        element(
            "p",
            f"{count(sum(map(sum, found.table)), 'customer')}: a row is a segment of ",
            people_said(pair.old),
            ", a column one of ",
            people_said(pair.new),
            ". Segments that continue are in bold.",
        ),
        table(
            f"Customers in each segment of {pair.old}, a row, and of {pair.new}, a column", columns, rows, class_="wide"
        ),
        element("ul", *names, class_="legend"),
    )


def _cell(number: int, same: bool) -> Markup:
    class_ = "counts" if same else "quiet" if number == 0 else None
    return element("span", f"{number:,}", class_=class_)


def _sizes(pair: Pair) -> Markup:
    """Show the matched segments' sizes side by side, then those of one run alone."""
    found = pair.found
    heirs = {event.new[0].letter: event.old[0].letter for event in found.events if event.kind == "kept"}
    before = {part.letter: part for part in found.left.segments}
    largest = max(part.share for part in (*found.left.segments, *found.right.segments))
    rows = [_size(before.get(heirs.get(part.letter, "")), part, largest) for part in found.right.segments]
    rows += [_size(part, None, largest) for part in found.left.segments if part.letter not in heirs.values()]
    columns = [Column("Segment"), Column("Before", number=True), Column("Now", number=True)]
    return element(
        "section",
        element("h2", "Sizes before and now"),
        table("Customers of each segment before and now", columns, rows, class_="ledger"),
        element("p", "Bars are shares of all customers of their run, on one scale.", class_="note"),
    )


def _size(old: Part | None, new: Part | None, largest: float) -> list[Child]:
    one = new or old
    assert one is not None
    title: Child = titled(_tag(one))
    if old is not None and new is not None and old.letter != new.letter:
        title = join([badge(_tag(old)), " → ", titled(_tag(new))])
    return [title, _part(old, largest), _part(new, largest)]


def _part(part: Part | None, largest: float) -> Child:
    if part is None:
        return NONE
    of_all = element("span", share(part.share), class_="of")
    return join([bar(part.share, largest, part.letter), f"{part.customers:,} ", of_all])


def _changed(pair: Pair) -> Markup | None:
    if not pair.found.changes:
        return None
    voices = Voice(pair.left.currency), Voice(pair.right.currency)
    columns = [Column("Segment"), Column("Typical value of"), Column("Before", number=True), Column("Now", number=True)]
    names = {part.letter: part for part in pair.found.right.segments}
    rows = [_change(change, _tag(names[change.new]), voices) for change in pair.found.changes]
    return element(
        "section",
        element("h2", "What changed most in segments that both have"),
        table("Typical values that changed most, before and now", columns, rows),
    )


def _change(change: Change, tag: Tag, voices: tuple[Voice, Voice]) -> list[Child]:
    label = f"{clean(change.label)} is {clean(change.level)}" if change.level else clean(change.label)
    before, after = (
        percent(value) if change.level else voice.quantity(value, change.unit)
        for value, voice in zip((change.before, change.after), voices, strict=True)
    )
    title: Child = titled(tag) if change.old == change.new else join([f"{change.old} → ", titled(tag)])
    return [title, people_said(label), before, after]


def _not_compared(pair: Pair) -> Markup | None:
    """Say what one run has alone, and why customers can't be told."""
    found = pair.found
    lines: list[Child] = []
    if found.common is None and found.agreement is not None:
        lines.append("Customers of the two can't be told by ids: those of one were placed by both models.")
    elif found.common is None:
        lines.append(
            "Customers: the two runs have too few ids in common, and neither model has all the measures "
            "that it would need to place the other's customers."
        )
    for only, called in ((found.only_left, pair.old), (found.only_right, pair.new)):
        if only:
            lines.append(join([f"{count(only, 'customer')} only in ", people_said(called), "."]))
    ours, theirs = _forming(pair.left), _forming(pair.right)
    for names, called in (({**ours}.keys() - theirs.keys(), pair.old), ({**theirs}.keys() - ours.keys(), pair.new)):
        labels = ", ".join(clean((ours | theirs)[name]) for name in sorted(names))
        if labels:
            lines.append(join(["Only ", people_said(called), " was formed on: ", people_said(labels), "."]))
    technical = None
    if found.adjusted_rand is not None:
        figure = f"Adjusted Rand index {found.adjusted_rand:.3f}: 1 for the same split, about 0 by chance."
        technical = element("details", element("summary", "Technical"), element("p", figure))
    if not lines:
        return element("section", technical) if technical else None
    items = element("ul", *(element("li", line) for line in lines))
    return element("section", element("h2", "What can't be compared"), items, technical)


def _forming(summary: RunSummary) -> dict[str, str]:
    return {one.name: one.label for one in summary.measures if one.part == "forms"}


def _tag(part: Part) -> Tag:
    return Tag(part.letter, part.name)
