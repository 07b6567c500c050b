"""What ``compare`` prints, as lines of at most 80 columns."""

from collections.abc import Iterator

from rich.cells import set_cell_size

from segmentry.cli.lines import WIDTH, count, cut, event_lines, printable, wrapped
from segmentry.compare import Change, Comparison
from segmentry.continuity import agreement_words
from segmentry.evaluate import of_100

__all__ = ["compared_lines"]

COLUMNS = 9
"""So many segments fit beside each other in the cross-table; --json has them all."""


def compared_lines(found: Comparison) -> list[str]:
    """Say how far two runs agree, who is where, and what changed."""
    left, right = found.left, found.right
    lines = [f" {'':<22}{cut(printable(left.run), 18):>20}{cut(printable(right.run), 18):>20}"]
    lines.append(f" {'customers':<22}{left.customers:>20,}{right.customers:>20,}")
    lines.append(f" {'segments':<22}{left.k:>20}{right.k:>20}")
    lines.append(f" {'keep their segment':<22}{_rate(left.keep_rate):>20}{_rate(right.keep_rate):>20}")
    lines.append(f" {'verdict':<22}{left.verdict or '-':>20}{right.verdict or '-':>20}")
    lines += ["", *(line for sentence in _agreement(found) for line in wrapped(sentence))]
    lines += ["", *event_lines(found.events), "", *_sizes(found)]
    if found.table:
        lines += ["", *_table(found)]
    if found.changes:
        lines += ["", f" {'Typical values that changed most':<46}{'before':>12}{'now':>12}"]
        lines += [_change(change) for change in found.changes]
    if found.adjusted_rand is not None:
        lines += ["", f" Technical: adjusted Rand index {found.adjusted_rand:.3f}"]
    return lines


def _agreement(found: Comparison) -> Iterator[str]:
    if found.agreement is None:
        yield "no customers could be compared: segments are matched by their typical values"
    else:
        yield agreement_words(found.agreement, found.customers, found.basis)
    if found.stayed is not None and found.basis == "model":
        yield f"of the {found.common:,} customers in both, {of_100(found.stayed)} of 100 are in the same as then"
    if found.common is None and found.agreement is not None:
        yield "customers of the two can't be told by ids: those of one were placed by both models"
    if found.only_left:
        yield f"{count(found.only_left, 'customer')} only in {found.left.run}"
    if found.only_right:
        yield f"{count(found.only_right, 'customer')} only in {found.right.run}"


def _sizes(found: Comparison) -> Iterator[str]:
    """Print the matched segments' sizes side by side, then those of one run alone."""
    heirs = {event.new[0].letter: event.old[0].letter for event in found.events if event.kind == "kept"}
    before = {part.letter: part for part in found.left.segments}
    yield f" {'Segment':<46}{'before':>16}{'now':>16}"
    for part in found.right.segments:
        old = before.get(heirs.get(part.letter, ""))
        title = part.letter if old is None or old.letter == part.letter else f"{old.letter} > {part.letter}"
        yield _size(
            f"{title:<6} {part.name}", _of(old.customers, old.share) if old else "", _of(part.customers, part.share)
        )
    for part in found.left.segments:
        if part.letter not in heirs.values():
            yield _size(f"{part.letter:<6} {part.name}", _of(part.customers, part.share), "")


def _size(name: str, before: str, now: str) -> str:
    return f" {set_cell_size(cut(printable(name), 45), 46)}{before:>16}{now:>16}".rstrip()


def _table(found: Comparison) -> Iterator[str]:
    """Print who is where: a line a segment of the left run."""
    shown = found.right.segments[:COLUMNS]
    more = len(found.right.segments) - len(shown)
    yield f" Customers in {cut(found.left.run, 24)} (lines) and {cut(found.right.run, 24)} (columns)"
    yield f" {'':<5}" + "".join(f"{part.letter:>8}" for part in shown)
    for part, row in zip(found.left.segments, found.table, strict=True):
        yield f" {part.letter:<5}" + "".join(f"{number:>8,}" for number in row[: len(shown)])
    if more:
        yield f" and {more} more columns (--json)"


def _change(change: Change) -> str:
    letter = change.new if change.old == change.new else f"{change.old} > {change.new}"
    label = f"{change.label} is {change.level}" if change.level else change.label
    name = f"{letter:<6} {label}"
    share = bool(change.level) or change.unit == "share"
    before, after = (
        f"{100 * value:.0f}%" if share else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
        for value in (change.before, change.after)
    )
    return f" {set_cell_size(cut(printable(name), WIDTH - 35), 46)}{before:>12}{after:>12}"


def _of(customers: int, share: float) -> str:
    return f"{customers:,} {100 * share:>3.0f}%"


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{of_100(rate)} of 100"
