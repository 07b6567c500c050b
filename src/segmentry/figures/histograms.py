"""Small histograms of one segment over everyone, one for each of the measures that set it apart most."""

from statistics import median

from segmentry.describe import Distribution, Segment, Trait
from segmentry.describe.words import Voice
from segmentry.figures.figure import NARROW, Cell, Figure
from segmentry.figures.fitting import fitted, in_sentence, text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Point, Sheet
from segmentry.markup import Column
from segmentry.markup.words import bare_value, count, share, trait_value
from segmentry.summary import RunSummary

__all__ = ["histograms"]

MOST = 6
"""Measures that are drawn."""
FEWEST = 3
"""So many are drawn where none counts."""
ACROSS = 3
PANEL, TOP, HIGH, GUTTER = 166, 54, 72, 28
"""Pixels: a panel's height, the room for its text, that of its highest bar, and the room between panels."""
OPEN = 1.5
"""An outermost bar that is so many times as wide as the others reaches to an end that isn't drawn to scale."""


class _Panel:
    """One measure of one segment: shares of customers in each bar, here and among everyone."""

    def __init__(self, trait: Trait, found: Distribution, position: int, voice: Voice) -> None:
        self.trait, self.edges = trait, found.edges
        self.own, self.all = _shares(found.segments[position]), _shares(found.everyone)
        self.highest = max((*self.own, *self.all), default=0.0) or 1.0
        self.typical = trait_value(trait, trait.typical, voice)
        self.here = bare_value(trait, trait.typical, voice)
        self.everyone = bare_value(trait, trait.everyone, voice)
        self.written = [bare_value(trait, edge, voice) for edge in found.edges]
        self.last = trait_value(trait, found.edges[-1], voice)
        self.before_last = trait_value(trait, found.edges[-2], voice)

    def ends(self) -> tuple[str, str]:
        """Write where the bars begin and end; an open end says so."""
        widths = [right - left for left, right in zip(self.edges[:-1], self.edges[1:], strict=True)]
        usual = OPEN * median(widths)
        first = f"below {self.written[1]}" if len(widths) > 2 and widths[0] > usual else self.written[0]
        last = f"{self.before_last} or more" if len(widths) > 2 and widths[-1] > usual else self.last
        return first, last


def _shares(counts: tuple[int, ...]) -> list[float]:
    total = sum(counts)
    return [one / total if total else 0.0 for one in counts]


@remembered(8 * RUNS)
def histograms(summary: RunSummary, letter: str) -> Figure | None:
    """Show how a segment's values lie over everyone's; None where the run kept no distributions.

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
    position = summary.segments.index(segment)
    known = {found.measure: found for found in summary.distributions if len(found.edges) > 1}
    numbers = [trait for trait in segment.traits if trait.kind == "number" and trait.measure in known]
    chosen = [trait for trait in numbers if trait.counts][:MOST] or numbers[:FEWEST]
    if not chosen:
        return None
    panels = [_Panel(trait, known[trait.measure], position, Voice(summary.currency)) for trait in chosen]
    own = f"{count(segment.customers, 'customer')} of {segment.letter}"
    return Figure(
        name=f"histograms-{segment.letter.lower()}",
        title=_title(segment, panels[0], len(panels)),
        subtitle=f"Shares of {own} (filled) and of all {summary.customers:,} (line)",
        columns=(
            Column("Measure"),
            Column("From", number=True),
            Column("To", number=True),
            Column(f"Share of {segment.letter}", number=True),
            Column("Share of all", number=True),
        ),
        rows=tuple(row for panel in panels for row in _numbers(panel)),
        draw=lambda width: _draw(panels, segment.letter, width),
        narrow=True,
    )


def _title(segment: Segment, first: _Panel, shown: int) -> str:
    label, letter = in_sentence(first.trait.label, 260), segment.letter
    if not first.trait.counts:
        return f"{letter} lies about where everyone does in the {count(shown, 'measure')} that differ most"
    return f"{label}: typically {first.here} in {letter}, {first.everyone} among everyone"


def _numbers(panel: _Panel) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = [(f"{panel.trait.label}, typical value", None, None, panel.here, panel.everyone)]
    for place, (own, everyone) in enumerate(zip(panel.own, panel.all, strict=True)):
        ends = panel.written[place], panel.written[place + 1]
        found.append((panel.trait.label, *ends, share(own), share(everyone)))
    return found


def _draw(panels: list[_Panel], letter: str, width: int) -> Sheet:
    across = 1 if width <= 1.5 * NARROW else min(ACROSS, max(2, len(panels)))
    down = -(-len(panels) // across)
    sheet = Sheet(width - 4, PANEL * down)
    wide = (sheet.width - GUTTER * (across - 1)) / across
    for place, panel in enumerate(panels):
        _panel(sheet, panel, letter, (place % across * (wide + GUTTER), place // across * PANEL), wide)
    return sheet


def _panel(sheet: Sheet, panel: _Panel, letter: str, corner: tuple[float, float], wide: float) -> None:
    left, top = corner
    base = top + TOP + HIGH
    bar = wide / len(panel.own)
    sheet.text(left, top + 9, fitted(panel.trait.label, wide, 14), strong=True)
    sheet.text(left, top + 26, fitted(f"{letter} {panel.typical}, all {panel.everyone}", wide), colour="ink-2")

    def height(part: float) -> float:
        return base - HIGH * part / panel.highest

    colour = segment_colour(letter)
    for place, part in enumerate(panel.own):
        if part:
            sheet.box(left + place * bar, height(part), left + (place + 1) * bar - 1, base, colour, opacity=0.75)
    outline: list[Point] = [(left, base)]
    for place, part in enumerate(panel.all):
        outline += [(left + place * bar, height(part)), (left + (place + 1) * bar, height(part))]
    sheet.path([*outline, (left + wide, base)], colour=colours()["ink-2"], width=1.5)
    sheet.rule(left, base, left + wide, base, colour=colours()["rule-strong"])
    _ticks(sheet, panel, (left, base), wide)
    tallest = max(range(len(panel.own)), key=panel.own.__getitem__)
    said = f"{letter} {share(panel.own[tallest])}"
    half = text_width(said, 12) / 2
    x = min(max(left + (tallest + 0.5) * bar, left + half), left + wide - half)
    # Above everything that lies under the text.
    under = range(max(0, int((x - half - left) / bar)), min(len(panel.own), int((x + half - left) / bar) + 1))
    top_of_all = max(max(panel.own[place], panel.all[place]) for place in under)
    sheet.text(x, height(top_of_all) - 8, said, align="center", colour="ink-2", size=12)


def _ticks(sheet: Sheet, panel: _Panel, corner: tuple[float, float], wide: float) -> None:
    """Write where the bars begin and end, and an edge in the middle where it has room."""
    left, base = corner
    y = base + 12
    first, last = panel.ends()
    last = fitted(last, wide - text_width(first) - 8)
    sheet.text(left, y, first, colour="ink-3")
    sheet.text(left + wide, y, last, align="right", colour="ink-3")
    middle = len(panel.own) // 2
    x, said = left + wide * middle / len(panel.own), panel.written[middle]
    half = text_width(said) / 2 + 8
    if middle and left + text_width(first) < x - half and x + half < left + wide - text_width(last):
        sheet.text(x, y, said, align="center", colour="ink-3")
        sheet.rule(x, base, x, base + 4, colour=colours()["rule-strong"])
