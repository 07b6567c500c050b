"""What ``check`` prints: how files are read, graded findings, and what the measures look like."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import set_cell_size

from segmentry.check import GRADES, Checked, Finding
from segmentry.cli.lines import WIDTH, column_lines, cut, folded, loaded_lines, measures_lines, printable
from segmentry.explore import CategoryShape, Exploration, NumberShape
from segmentry.plain import to_plain

__all__ = ["checked_lines", "checked_plain", "exploration_lines"]

MOST = 12
"""So many lines of a table are printed; --json has them all."""

SIGNS = {"must fix": "x", "worth knowing": "!", "fine": "\u2713"}
BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
TEXT = WIDTH - 18


def checked_plain(found: Checked) -> dict[str, Any]:
    """Give everything that was found, for programs; what couldn't be read is null or empty."""
    look = found.look
    loaded = look.loaded if look else None
    reasons = {} if loaded is None else dict(loaded.rejects["reason"].value_counts())
    plain: dict[str, Any] = {
        "findings": to_plain(found.findings),
        "table": look.kind if look else None,
        "columns": to_plain(look.columns if look else ()),
        "rows": to_plain(loaded.rows if loaded else None),
        "rejects": [{"reason": str(reason), "count": int(number)} for reason, number in reasons.items()],
        "warnings": to_plain(found.warnings),
        "customers": None if found.measures is None else len(found.measures.table),
        "fingerprint": loaded.fingerprint if loaded else None,
        "files": {},
    }
    for finding in found.graded("must fix"):
        plain["error"] = {"what": finding.what, "evidence": list(finding.evidence), "try": finding.way_out}
    if found.exploration is not None:
        plain["explore"] = to_plain(found.exploration)
    return plain


def checked_lines(found: Checked) -> list[str]:
    """Say how files were read, then every finding, then what the measures look like."""
    lines: list[str] = []
    if found.look is not None:
        lines += loaded_lines(found.look.loaded, caveats=False)
        if found.measures is not None:
            lines += measures_lines(found.measures, None, caveats=False)
        lines += ["", *column_lines(found.look.columns)]
    for grade in GRADES:
        graded = found.graded(grade)
        if graded:
            lines += ["", f" {grade.capitalize()}"] if lines else [f" {grade.capitalize()}"]
            lines += [line for finding in graded for line in _finding_lines(finding)]
    return lines + ([] if found.exploration is None else exploration_lines(found.exploration))


def _finding_lines(finding: Finding) -> list[str]:
    """Say one finding with its count at the right edge, then its evidence and its way out."""
    must = finding.grade == "must fix"
    width = WIDTH - 6 if must else TEXT
    first, *more = folded(finding.what, width)
    lines = [
        f"   {SIGNS[finding.grade]} {set_cell_size(first, width)}{'' if must else f'{finding.count:>12,}'}".rstrip()
    ]
    lines += [f"     {line}" for line in more]
    for line in finding.evidence[:8]:
        start, *rest = folded(line, WIDTH - 9)
        lines += [f"       {start}", *(f"         {more}" for more in rest)]
    if len(finding.evidence) > 8:
        lines.append(f"       and {len(finding.evidence) - 8} more")
    if must and finding.way_out:
        lines.append(printable(f"       try: {finding.way_out}"))  # not broken, since people copy it
    return lines


def exploration_lines(found: Exploration) -> list[str]:
    """Print compact tables of what the measures look like."""
    labels = {shape.name: shape.label for shape in found.numbers}
    labels |= {shape.name: shape.label for shape in found.categories}
    labels |= {column.name: column.label for column in found.left_out}
    lines: list[str] = []
    if found.numbers:
        lines += ["", f" {'Numbers':<23}{'blank':>6}{'lowest':>9}{'median':>9}{'highest':>9}  Spread"]
        lines += _first([_number_line(shape) for shape in found.numbers])
    if found.categories:
        lines += ["", f" {'Categories':<23}{'blank':>6}{'levels':>8}  Most common"]
        lines += _first([_category_line(shape) for shape in found.categories])
    if found.separates:
        lines += ["", " What separates customers (3 two halves far apart, 1 evenly spread, 0 all alike)"]
        lines += _first([f" {_name(x.label, 58)}{x.part:>10}{x.index:>10.2f}" for x in found.separates])
    lines += ["", f" {'Go together':<56}{'values':>11}{'ranks':>11}"]
    pairs = [(_pair(pair.left, pair.right, labels), pair) for pair in found.correlations.pairs]
    lines += _first([f" {names}{_two(pair.pearson):>11}{_two(pair.spearman):>11}" for names, pair in pairs]) or [
        f" no two numbers have a correlation of {found.correlations.bound:g} or more"
    ]
    return [*lines, *_blank_lines(found, labels), *_left_out_lines(found)]


def _blank_lines(found: Exploration, labels: Mapping[str, str]) -> Iterator[str]:
    blanks = found.blanks
    yield ""
    yield f" {'Blank':<56}{'customers':>12}{'share':>10}"
    whole = blanks.complete / found.customers if found.customers else 0.0
    yield f" {'(in no column)':<56}{blanks.complete:>12,}{_percent(whole):>10}"
    yield from _first([f" {_name(labels[x.name], 56)}{x.count:>12,}{_percent(x.share):>10}" for x in blanks.columns])
    if blanks.together:
        yield ""
        yield f" {'Blank for the same customers':<56}{'both':>12}{'of either':>10}"
        pairs = [(_pair(pair.left, pair.right, labels), pair) for pair in blanks.together]
        yield from _first([f" {names}{pair.both:>12,}{_percent(pair.share):>10}" for names, pair in pairs])


def _left_out_lines(found: Exploration) -> Iterator[str]:
    """Say once what several columns are held back for."""
    reasons: dict[str, list[str]] = {}
    for column in found.left_out:
        reasons.setdefault(f"{column.part}: {column.reason.partition('; --include')[0]}", []).append(column.label)
    if reasons:
        yield ""
        yield " Do not form segments (--include COLUMN)"
    for reason, names in list(reasons.items())[:MOST]:
        listed = ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")
        yield from (f" {line}" for line in folded(listed, WIDTH - 1))
        yield from (f"   {line}" for line in folded(reason, WIDTH - 3))
    if len(reasons) > MOST:
        yield f" and {len(reasons) - MOST} more (--json)"


def _first(lines: Sequence[str]) -> list[str]:
    """Keep as many lines as one reads."""
    return [*lines[:MOST], *([f" and {len(lines) - MOST} more (--json)"] if len(lines) > MOST else [])]


def _number_line(shape: NumberShape) -> str:
    figures = "".join(f"{_short(value):>9}" for value in (shape.minimum, shape.median, shape.maximum))
    counts = [bar.count for bar in shape.bins]
    bars = "".join(BARS[math.ceil(8 * n / max(counts)) - 1] if n else " " for n in counts)
    return f" {_name(shape.label, 23)}{_percent(shape.missing):>6}{figures}  {bars}".rstrip()


def _category_line(shape: CategoryShape) -> str:
    levels = " \u00b7 ".join(f"{level.level} {_percent(level.share)}" for level in shape.levels)
    shown = cut(printable(levels).replace("\n", " "), WIDTH - 40)
    return f" {_name(shape.label, 23)}{_percent(shape.missing):>6}{shape.distinct:>8,}  {shown}".rstrip()


def _pair(left: str, right: str, labels: Mapping[str, str]) -> str:
    return f"{_name(labels[left], 28)}{_name(labels[right], 28)}"


def _name(text: str, width: int) -> str:
    return set_cell_size(cut(printable(text).replace("\n", " "), width - 1), width)


def _percent(share: float) -> str:
    """Give whole percents; neither a few nor all but a few are rounded away."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{100 * share:.0f}%"


def _two(value: float) -> str:
    return "\u2013" if math.isnan(value) else f"{value:.2f}"


def _short(value: float) -> str:
    """Give a number in at most eight signs."""
    if math.isnan(value):
        return "\u2013"
    shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return shown if len(shown) <= 8 else f"{value:.2g}"
