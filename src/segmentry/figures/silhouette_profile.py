"""The silhouettes of single customers, sorted, segment by segment."""

from segmentry.evaluate import SilhouetteProfile
from segmentry.figures.figure import Cell, Figure
from segmentry.figures.fitting import text_width
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.panels import Panel, nice
from segmentry.figures.remembered import RUNS, remembered
from segmentry.figures.sheet import Sheet
from segmentry.markup import Column
from segmentry.markup.words import share
from segmentry.summary import RunSummary

__all__ = ["silhouette_profile"]

LETTERS, FIGURES = 30, 190
"""Pixels left of the areas for the letters, and right of them for the figures."""
SPREAD, LEAST, BETWEEN, FOOT = 300, 20, 6, 34
"""Heights in pixels: of all areas together, of the smallest one, between two, and of the axis."""
SHOWN = ((0, "Highest"), (13, "Upper quarter from"), (25, "Middle"), (38, "Lower quarter up to"), (50, "Lowest"))
"""Places among the 51 quantiles that the table of numbers holds."""

MINUS = "\N{MINUS SIGN}"

Named = tuple[str, str, SilhouetteProfile]


@remembered(RUNS)
def silhouette_profile(summary: RunSummary) -> Figure | None:
    """Draw each segment's sorted silhouettes as one area; None where they were not computed."""
    if len(summary.silhouettes) != len(summary.segments) or summary.k < 2:
        return None
    both = zip(summary.segments, summary.silhouettes, strict=True)
    profiles = [(s.letter, s.name, profile) for s, profile in both if profile.customers and profile.quantiles]
    customers = sum(profile.customers for _, _, profile in profiles)
    if not customers:
        return None
    mean = sum(profile.mean * profile.customers for _, _, profile in profiles) / customers
    return Figure(
        name="silhouette-profile",
        title=_title(profiles, customers),
        subtitle=(
            f"Silhouette of {customers:,} of {summary.customers:,} customers, {MINUS}1 to 1, highest first in each "
            f"segment; mean {mean:.2f}. Below 0: nearer to the customers of another segment."
        ),
        columns=(
            Column("Segment"),
            Column("Customers", number=True),
            Column("Mean", number=True),
            Column("Below 0", number=True),
            *(Column(title, number=True) for _, title in SHOWN),
        ),
        rows=tuple(_row(*named) for named in profiles),
        draw=lambda width: _draw(profiles, mean, width),
        narrow=True,
    )


def _title(profiles: list[Named], customers: int) -> str:
    below = sum(profile.below * profile.customers for _, _, profile in profiles) / customers
    letter, _, worst = max(profiles, key=lambda named: named[2].below)
    if below == 0:
        return "0% of customers lie nearer to another segment than to their own"
    return f"{share(below)} of customers lie nearer to another segment; in {letter} it is {share(worst.below)}"


def _row(letter: str, name: str, profile: SilhouetteProfile) -> tuple[Cell, ...]:
    quantiles = profile.quantiles
    last = len(quantiles) - 1
    shown = (round(quantiles[round(place * last / 50)], 3) for place, _ in SHOWN)
    return (f"{letter} · {name}", profile.customers, round(profile.mean, 3), share(profile.below), *shown)


def _draw(profiles: list[Named], mean: float, width: int) -> Sheet:
    aside = FIGURES if width >= 500 else 0
    all_of = sum(profile.customers for _, _, profile in profiles)
    heights = [max(LEAST, SPREAD * profile.customers / all_of) for _, _, profile in profiles]
    foot = sum(heights) + BETWEEN * (len(heights) - 1)
    low = min(0.0, *(min(profile.quantiles) for _, _, profile in profiles))
    high = max(0.2, *(max(profile.quantiles) for _, _, profile in profiles))
    sheet = Sheet(width - 4, foot + FOOT)
    whole = Panel(LETTERS, 0, width - 4 - LETTERS - aside, foot, low, high)
    _axis(sheet, whole, mean)
    top = 0.0
    for (letter, _, profile), height in zip(profiles, heights, strict=True):
        _area(sheet, whole, top, height, letter, profile)
        middle = top + height / 2
        sheet.text(4, middle, letter, strong=True)
        own = whole.x(profile.mean)
        sheet.rule(own, top, own, top + height, colour=colours()["paper"], width=2)
        if aside:
            said = f"mean {profile.mean:.2f}, {share(profile.below)} below 0"
            sheet.text(whole.right + 14, middle, said, colour="ink-2")
        top += height + BETWEEN
    at = whole.x(mean)
    sheet.rule(at, 0, at, foot + 6, colour=colours()["ink"], dashed=True)
    return sheet


def _axis(sheet: Sheet, whole: Panel, mean: float) -> None:
    """Draw light rules at round figures; the mean has a label of its own, which a figure must not touch."""
    for tick in nice(whole.low, whole.high, 6):
        colour = colours()["rule-strong"] if tick == 0 else colours()["rule"]
        sheet.rule(whole.x(tick), 0, whole.x(tick), whole.foot, colour=colour)
        if abs(whole.x(tick) - whole.x(mean)) > 52:
            ends = whole.x(tick) > whole.right - 10
            text = f"{tick:g}".replace("-", MINUS)
            sheet.text(whole.x(tick), whole.foot + 15, text, colour="ink-3", align="right" if ends else "center")
    said = f"mean {mean:.2f}"
    half = 0.55 * text_width(said)
    middle = min(max(whole.x(mean), half), sheet.width - half)
    sheet.text(middle, whole.foot + 15, said, align="center", strong=True)


def _area(sheet: Sheet, whole: Panel, top: float, height: float, letter: str, profile: SilhouetteProfile) -> None:
    """Draw steps of equally many customers from 0 to each quantile, the highest at the top."""
    zero, last = whole.x(0.0), max(len(profile.quantiles) - 1, 1)
    edge = [(whole.x(value), top + height * at / last) for at, value in enumerate(profile.quantiles)]
    sheet.path([(zero, top), *edge, (zero, top + height)], colour=segment_colour(letter), filled=True)
