"""The table of all measures beside all segments: typical values, with only those differences marked that count."""

from segmentry.describe import Trait
from segmentry.describe.words import Voice
from segmentry.markup.badges import badge, people_said
from segmentry.markup.build import Child, Markup, element, join
from segmentry.markup.words import NONE, bare_value, count, trait_name
from segmentry.summary import RunSummary

__all__ = ["CAPTION", "difference_table"]

MOST_ROWS = 200
"""A table with thousands of attributes helps nobody; the strongest stay, the rest are counted."""

Key = tuple[str, str]


CAPTION = (
    "▲ and ▼ mark values that lie clearly above or below all other customers, in 95% of the rebuilds too. "
    "Unmarked values are no difference to build on. A star marks the measures that segments were formed on: "
    "they differ by construction."
)
"""What must stand beside it."""


def difference_table(summary: RunSummary, *, middle: bool = False) -> Markup:
    """Show measures by segments.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    middle : bool, default False
        Whether the middle half of each segment's customers stands under the typical value.
    """
    voice = Voice(summary.currency)
    by_segment: list[dict[Key, Trait]] = [{(t.measure, t.level): t for t in s.traits} for s in summary.segments]
    keys = _rows(summary, by_segment)
    head = element(
        "tr",
        element("th", "Measure", scope="col"),
        element("th", "All", scope="col", class_="num"),
        *(
            element("th", badge(segment), element("span", segment.name, class_="hidden"), scope="col", class_="num")
            for segment in summary.segments
        ),
    )
    body = [_row(key, by_segment, voice, middle) for key in keys[:MOST_ROWS]]
    caption = "Typical values of every measure in every segment"
    whole = element(
        "table", element("caption", caption), element("thead", head), element("tbody", *body), class_="table wide"
    )
    left = len(keys) - MOST_ROWS
    return join(
        [
            element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0"),
            element("p", CAPTION, class_="note"),
            element("p", f"{count(left, 'further row')} not shown.", class_="note") if left > 0 else None,
        ]
    )


def _rows(summary: RunSummary, by_segment: list[dict[Key, Trait]]) -> list[Key]:
    """Order rows as the measures are ordered, those that form segments first; levels by name."""
    order = {measure.name: (measure.part != "forms", i) for i, measure in enumerate(summary.measures)}
    last = (True, len(order))
    keys = {key for traits in by_segment for key in traits}
    return sorted(keys, key=lambda key: (order.get(key[0], last), key))


def _row(key: Key, by_segment: list[dict[Key, Trait]], voice: Voice, middle: bool) -> Markup:
    traits = [segment.get(key) for segment in by_segment]
    known = next(trait for trait in traits if trait is not None)
    star: Child = element("span", " ★", title="segments were formed on it") if known.forms else None
    return element(
        "tr",
        element("th", people_said(trait_name(known)), _unit(known), star, scope="row"),
        element("td", bare_value(known, known.everyone, voice), class_="num"),
        *(_cell(trait, voice, middle) for trait in traits),
    )


def _unit(trait: Trait) -> str | None:
    """Name the unit that the cells leave out, where the label doesn't say it."""
    said = trait.unit in ("money", "share", "") or trait.unit in trait.label.lower()
    return None if said else f", {trait.unit}"


def _cell(trait: Trait | None, voice: Voice, middle: bool) -> Markup:
    if trait is None:
        return element("td", NONE, class_="num")
    value = bare_value(trait, trait.typical, voice)
    spread = element("div", _middle(trait, voice), class_="of") if middle and trait.kind == "number" else None
    if not trait.counts:
        return element("td", value, spread, class_="num")
    up = trait.delta > 0
    mark = join(
        [
            element("span", "▲" if up else "▼", aria_hidden="true"),
            element("span", "above others: " if up else "below others: ", class_="hidden"),
        ]
    )
    return element("td", mark, " ", value, spread, class_=f"num {'above' if up else 'below'}")


def _middle(trait: Trait, voice: Voice) -> str:
    low, high = (bare_value(trait, end, voice) for end in (trait.low, trait.high))
    return low if low == high else f"{low} to {high}"
