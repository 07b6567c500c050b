"""Measures by segments: typical values, filled only where a difference counts."""

from segmentry.describe import Trait
from segmentry.describe.words import Voice
from segmentry.figures.figure import NARROW, Cell, Figure
from segmentry.figures.fitting import fitted, lines, text_width
from segmentry.figures.palette import colours
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet, badge_width
from segmentry.markup import Column
from segmentry.markup.words import NONE, bare_value, difference, trait_name, trait_value
from segmentry.summary import RunSummary

__all__ = ["differences"]

MOST = 20
"""Rows that are drawn, the strongest differences; the numbers have all of them."""
ROW, HEAD = 28, 30
LABEL, MARK, PAD = 196, 14, 8
"""Pixels: a measure's name takes at most, a mark in a cell, and the room at its right."""
NARROW_LABEL, NARROW_ROW = 112, 38
STRONGER = 1.06
"""How much wider strong text is."""
STRONG = 0.66
"""From this Cliff's delta on a cell has an edge too: halfway from what counts to a segment that lies all above."""

Key = tuple[str, str]


@remembered(RUNS)
def differences(summary: RunSummary) -> Figure | None:
    """Show all measures beside all segments; None for a single segment."""
    by_segment = [{(t.measure, t.level): t for t in s.traits} for s in summary.segments]
    known = {key: trait for traits in by_segment for key, trait in traits.items()}
    if summary.k < 2 or not known:
        return None
    voice = Voice(summary.currency)
    keys = sorted(known, key=lambda key: _strength(key, by_segment), reverse=True)
    letters = [segment.letter for segment in summary.segments]
    columns = [Column("Measure"), Column("All", number=True)]
    for letter in letters:
        columns += [Column(letter, number=True), Column(f"{letter} against others")]
    drawn = [(known[key], [traits.get(key) for traits in by_segment]) for key in keys]
    counting = sum(any(t is not None and t.counts for t in traits) for _, traits in drawn)
    left = f"; the strongest {MOST} of {len(keys)}" if len(keys) > MOST else ""
    return Figure(
        name="differences",
        title=_title(counting, len(keys), [sum(t.counts for t in s.traits) for s in summary.segments], letters),
        subtitle=f"Typical values of {summary.customers:,} customers; ▲▼ filled where the difference counts{left}",
        columns=tuple(columns),
        rows=tuple(_numbers(one, traits, voice) for one, traits in drawn),
        draw=lambda width: _draw(drawn[:MOST], letters, voice, width),
    )


def _strength(key: Key, by_segment: list[dict[Key, Trait]]) -> tuple[bool, float]:
    traits = [traits[key] for traits in by_segment if key in traits]
    return any(trait.counts for trait in traits), max(abs(trait.delta) for trait in traits)


def _title(counting: int, measures: int, by_segment: list[int], letters: list[str]) -> str:
    if not counting:
        return f"None of {measures} measures sets any segment apart"
    most = max(by_segment)
    return (
        f"{counting} of {measures} measures set a segment apart; "
        f"{letters[by_segment.index(most)]} differs most, in {most} of them"
    )


def _numbers(one: Trait, traits: list[Trait | None], voice: Voice) -> tuple[Cell, ...]:
    cells: list[Cell] = [_name(one), trait_value(one, one.everyone, voice)]
    for trait in traits:
        cells += [NONE, NONE] if trait is None else [trait_value(trait, trait.typical, voice), difference(trait)]
    return tuple(cells)


def _name(trait: Trait) -> str:
    """Name a measure with the unit that its cells leave out, where the label doesn't say it."""
    said = trait.unit in ("money", "share", "") or trait.unit in trait.label.lower()
    return trait_name(trait) if said else f"{trait_name(trait)}, {trait.unit}"


def _draw(drawn: list[tuple[Trait, list[Trait | None]]], letters: list[str], voice: Voice, width: int) -> Sheet:
    narrow = width <= 1.5 * NARROW
    names = [_name(one) for one, _ in drawn]
    label = NARROW_LABEL if narrow else min(LABEL, max(map(text_width, names)) + PAD)
    row = NARROW_ROW if narrow else ROW
    # Figures are never cut: where there are many segments the drawing grows wider than asked, and is scrolled.
    said = [_said(trait, voice) for _, traits in drawn for trait in traits]
    least = max(map(text_width, said)) * STRONGER + MARK + 2 * PAD
    cell = max(least, (width - 4 - label) / (len(letters) + 1))
    sheet = Sheet(label + cell * (len(letters) + 1), HEAD + row * len(drawn))
    sheet.text(label + cell - PAD, HEAD / 2, "All", align="right", colour="ink-3")
    for position, letter in enumerate(letters, start=1):
        sheet.badge(label + cell * (position + 1) - PAD - badge_width(letter) + 4, HEAD / 2, letter)
    for turn, ((one, traits), name) in enumerate(zip(drawn, names, strict=True)):
        top = HEAD + turn * row
        sheet.rule(0, top, sheet.width, top, colour=colours()["rule"])
        written = lines(name, label - PAD, 2 if narrow else 1)
        for place, line in enumerate(written):
            sheet.text(0, top + row / 2 + 15 * (place - (len(written) - 1) / 2), line)
        everyone = fitted(bare_value(one, one.everyone, voice), cell - PAD)
        sheet.text(label + cell - PAD, top + row / 2, everyone, align="right", colour="ink-2")
        for position, trait in enumerate(traits, start=1):
            _cell(sheet, trait, (label + cell * position, top, label + cell * (position + 1), top + row), voice)
    return sheet


def _said(trait: Trait | None, voice: Voice) -> str:
    return NONE if trait is None else bare_value(trait, trait.typical, voice)


def _cell(sheet: Sheet, trait: Trait | None, box: tuple[float, float, float, float], voice: Voice) -> None:
    left, top, right, low = box
    y = (top + low) / 2
    if trait is None or not trait.counts:
        sheet.text(right - PAD, y, _said(trait, voice), align="right", colour="ink-3")
        return
    # Text keeps its contrast on the pale steps alone, in light and dark; strength is an edge beside it.
    up = trait.delta > 0
    sheet.box(left + 2, top + 2, right - 2, low - 2, colours()["div-5" if up else "div-3"])
    if abs(trait.delta) >= STRONG:
        sheet.box(left + 2, top + 2, left + 5, low - 2, colours()["div-7" if up else "div-1"], level=1)
    sheet.text(left + PAD, y, "▲" if up else "▼", size=9)
    sheet.text(right - PAD, y, _said(trait, voice), align="right", strong=True)
