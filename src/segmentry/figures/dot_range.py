"""What sets one segment apart: where its middle half ranks among all customers, measure by measure."""

from collections.abc import Callable

from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice
from segmentry.figures.figure import NARROW, Cell, Figure
from segmentry.figures.fitting import fitted, in_sentence, text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import NONE, bare_value, count, difference, middle_half, trait_name, trait_value
from segmentry.summary import RunSummary

__all__ = ["dot_range"]

MOST = 12
"""Measures that are drawn; the numbers have all of them."""
ROW, HEAD, FOOT = 30, 22, 40
NARROW_ROW = 52
LABEL, SPACE = 200, 12
"""Pixels for a measure's name, and between columns."""


@remembered(8 * RUNS)
def dot_range(summary: RunSummary, letter: str) -> Figure | None:
    """Show what sets a segment apart, the strongest measure first; None without numbers or other segments.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    letter : str
        The segment's.

    Raises
    ------
    NotFoundError
        There is no such segment.
    """
    segment = summary.find(letter)
    drawn = [t for t in segment.traits if t.rank is not None and t.rank_low is not None and t.rank_high is not None]
    if summary.k < 2 or not drawn:
        return None
    voice = Voice(summary.currency)
    own = f"{count(segment.customers, 'customer')} of {segment.letter}"
    return Figure(
        name=f"dot-range-{segment.letter.lower()}",
        title=_title(segment, voice),
        subtitle=f"Where the middle half of {own} ranks among all {summary.customers:,}; hollow: doesn't count",
        columns=(
            Column("Measure"),
            Column(f"Typical of {segment.letter}", number=True),
            Column("Middle half", number=True),
            Column("Typical of all", number=True),
            Column("Rank of its typical one", number=True),
            Column("Ranks of its middle half", number=True),
            Column("Against all others"),
        ),
        rows=tuple(_numbers(trait, voice) for trait in segment.traits),
        draw=lambda width: _draw(drawn[:MOST], segment.letter, voice, width),
        narrow=True,
    )


def _title(segment: Segment, voice: Voice) -> str:
    best = next((trait for trait in segment.traits if trait.counts), None)
    if best is None:
        return f"Nothing sets {segment.letter} apart: none of {len(segment.traits)} differences counts"
    here, everyone = (bare_value(best, value, voice) for value in (best.typical, best.everyone))
    typical = " (typical)" if best.kind == "number" else " of it"
    return (
        f"What sets {segment.letter} apart: {in_sentence(trait_name(best), 260)} {here}{typical}, everyone {everyone}"
    )


def _numbers(trait: Trait, voice: Voice) -> tuple[Cell, ...]:
    ranks = None
    if trait.rank_low is not None and trait.rank_high is not None:
        ranks = f"{trait.rank_low:.0f} to {trait.rank_high:.0f}"
    return (
        trait_name(trait),
        trait_value(trait, trait.typical, voice),
        middle_half(trait, voice),
        trait_value(trait, trait.everyone, voice),
        NONE if trait.rank is None else f"{trait.rank:.0f}",
        ranks,
        difference(trait),
    )


def _draw(traits: list[Trait], letter: str, voice: Voice, width: int) -> Sheet:
    narrow = width <= 1.5 * NARROW
    row = NARROW_ROW if narrow else ROW
    sheet = Sheet(width - 4, HEAD + row * len(traits) + FOOT)
    written = [(trait_value(trait, trait.typical, voice), bare_value(trait, trait.everyone, voice)) for trait in traits]
    heads = (f"typical of {letter}", "all")
    # Columns are as wide as what stands in them; strong text is a little wider.
    wide = [
        1.05 * max(text_width(text) for text in (head, *column)) + SPACE
        for head, *column in zip(heads, *written, strict=True)
    ]
    right_here = sheet.width - wide[1]
    left, right = (10.0, sheet.width - 10.0) if narrow else (float(LABEL), right_here - wide[0] - SPACE)
    bottom = sheet.height - FOOT

    def place(rank: float) -> float:
        return left + (right - left) * rank / 100

    for tick in (0, 25, 50, 75, 100):
        sheet.text(place(tick), bottom + 12, str(tick), align="center", colour="ink-3")
    sheet.text((left + right) / 2, bottom + 30, "rank among all customers", align="center", colour="ink-3")
    if not narrow:
        sheet.text(place(50), HEAD - 11, "everyone's middle", align="center", colour="ink-3")
    for head, end in zip(heads, (right_here, sheet.width), strict=True):
        sheet.text(end, HEAD - 11, head, align="right", colour="ink-3")
    for position, (trait, (here, everyone)) in enumerate(zip(traits, written, strict=True)):
        top = HEAD + position * row
        y, said = (top + 36, top + 14) if narrow else (top + row / 2, top + row / 2)
        # Where a name stands above its line the rules must not run through it.
        _rules(sheet, place, *((y - 9, y + 9) if narrow else (top, top + row)))
        _range(
            sheet, trait, letter, (place(trait.rank_low or 0), place(trait.rank or 0), place(trait.rank_high or 0)), y
        )
        room = right_here - wide[0] if narrow else LABEL - SPACE
        sheet.text(0, said, fitted(trait_name(trait), room), colour="ink" if trait.counts else "ink-3")
        sheet.text(right_here, said, here, align="right", strong=trait.counts)
        sheet.text(sheet.width, said, everyone, align="right", colour="ink-3")
    return sheet


def _rules(sheet: Sheet, place: Callable[[float], float], top: float, low: float) -> None:
    for tick in (0, 25, 75, 100):
        sheet.rule(place(tick), top, place(tick), low, colour=colours()["rule"])
    sheet.rule(place(50), top, place(50), low, colour=colours()["rule-strong"], width=1.5)


def _range(sheet: Sheet, trait: Trait, letter: str, places: tuple[float, float, float], y: float) -> None:
    low, middle, high = places
    colour = segment_colour(letter) if trait.counts else colours()["muted-mark"]
    sheet.rule(low, y, high, y, colour=colour, width=4 if trait.counts else 1.5)
    sheet.dot(middle, y, colour=colour, filled=trait.counts, size=12)
