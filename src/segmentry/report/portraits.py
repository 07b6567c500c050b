"""A section a segment: what it is, what sets it apart, what to do."""

from segmentry.describe import Action, Offer, Segment, Trait
from segmentry.describe.words import Voice
from segmentry.figures import SEGMENT_FIGURES
from segmentry.markup.badges import badge, colour, people_said
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import (
    NONE,
    count,
    difference,
    kept,
    middle_half,
    range_beside,
    share,
    trait_name,
    trait_value,
)
from segmentry.report.figure import HERE, Showing, figure, segment_figures
from segmentry.summary import RunSummary

__all__ = ["portrait", "portraits"]

LEAST_SHOWN = 8
MOST_SHOWN = 15
"""Traits in a segment's table: those that count and at least 8, but at most 15; the differences table has them all."""
ALIKE = 0.1
"""Traits whose delta is smaller are shared with everyone."""
DEEDS = (("try", "Try"), ("avoid", "Avoid"), ("measure by", "Measure by"))


def portraits(summary: RunSummary, showing: Showing = HERE) -> Markup:
    """Show every segment; ``showing`` says how charts are drawn."""
    return join(portrait(summary, segment, showing) for segment in summary.segments)


def portrait(summary: RunSummary, segment: Segment, showing: Showing = HERE) -> Markup:
    """Show one segment.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    segment : Segment
        One of its segments.
    showing : Showing, default HERE
        How charts are drawn, and where their files are.
    """
    voice = Voice(summary.currency)
    follows = (_rule(segment), _actions(segment.actions), _border(summary, segment), _offers(segment.offers))
    return element(
        "section",
        element("h2", badge(segment), " ", people_said(segment.name)),
        element("p", "Also known as ", people_said(segment.also_known_as), class_="note")
        if segment.also_known_as
        else None,
        element("p", segment.sentence, class_="lead"),
        _facts(segment, voice),
        element(
            "div",
            element("div", _apart(summary, segment, showing), _alike(segment.traits)),
            element("div", *(element("div", part) for part in follows if part is not None), class_="follows"),
            segment_figures(summary, segment, "histograms", widths=showing.lesser, showing=showing),
            class_="sides",
        ),
        id=f"segment-{segment.letter.lower()}",
        class_=f"portrait {colour(segment.letter)}",
    )


def _border(summary: RunSummary, segment: Segment) -> Markup | None:
    """Say how firmly its customers belong to it, and which segment lies next to it."""
    borders = dict(zip((s.letter for s in summary.segments), summary.borders, strict=False))
    border = borders.get(segment.letter)
    whole = 0 if border is None else border.typical + border.fair + border.borderline
    if border is None or not whole or summary.k < 2:
        return None
    soft = f"{border.borderline:,} ({share(border.borderline / whole)}) are" if border.borderline else "none is"
    told = (
        f"{border.typical:,} of {count(whole, 'customer')} are typical of it, {border.fair:,} fit fairly, and "
        f"{soft} borderline."
    )
    near = next((other for other in summary.segments if other.letter == border.nearest), None)
    nearest: list[Child] = (
        []
        if near is None
        else [
            " For most the second choice would be ",
            badge(near),
            " ",
            people_said(near.name),
            f" ({border.towards:,}).",
        ]
    )
    return join([element("h3", "How firmly they belong to it"), element("p", told, *nearest)])


def _facts(segment: Segment, voice: Voice) -> Markup:
    facts: list[tuple[str, str]] = [("Customers", f"{segment.customers:,} ({share(segment.share)})")]
    if segment.revenue is not None:
        facts.append(("Revenue", f"{voice.quantity(segment.revenue, 'money')} ({share(segment.revenue_share)})"))
    if segment.keeps is not None:
        beside = range_beside(segment.keeps)
        facts.append(("Keeps, of 100", f"{kept(segment.keeps.rate)}{f' ({beside})' if beside else ''}"))
    if segment.at_stake is not None:
        facts.append(("At stake", voice.quantity(segment.at_stake, "money")))
    pairs = (element("div", element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="facts")


def _rule(segment: Segment) -> Markup | None:
    if segment.rule is None:
        return None
    rule = segment.rule
    rates = f"It catches {share(rule.hit)} of them; {share(rule.miss)} of those it catches belong elsewhere."
    return join(
        [
            element("h3", "As a plain rule"),
            element(
                "p", "Take customers with: ", element("b", rule.text), ". ", element("span", rates, class_="because")
            ),
        ]
    )


def _apart(summary: RunSummary, segment: Segment, showing: Showing) -> Markup | None:
    """Show what sets them apart: drawn, with the table behind it, or the table by itself."""
    if not segment.traits:
        return None
    numbers = _traits(segment, Voice(summary.currency))
    drawn = SEGMENT_FIGURES["dot-range"](summary, segment.letter)
    if drawn is None:
        return join([element("h3", "What sets them apart"), numbers])
    return figure(drawn, numbers=numbers, showing=showing)


def _traits(segment: Segment, voice: Voice) -> Markup:
    counting = sum(trait.counts for trait in segment.traits)
    shown = segment.traits[: min(max(counting, LEAST_SHOWN), MOST_SHOWN)]
    columns = [
        Column("Measure"),
        Column("Typical here", number=True),
        Column("Middle half", number=True),
        Column("Typical of all", number=True),
        Column("Rank, 0 to 100", number=True),
        Column("Against all others", number=True),
    ]
    rows = [_trait_row(trait, segment.customers, voice) for trait in shown]
    left = len(segment.traits) - len(shown)
    more = f"{count(left, 'weaker difference')} are in the table of all measures."
    return join(
        [
            table(f"Measures of segment {segment.letter} against all customers", columns, rows),
            element("p", more, class_="note") if left else None,
        ]
    )


def _trait_row(trait: Trait, customers: int, voice: Voice) -> list[Child]:
    known = f" known of {trait.known:,}" if trait.known < customers else None
    verdict = element("span", difference(trait), class_="counts" if trait.counts else "quiet")
    return [
        join([people_said(trait_name(trait)), element("span", known, class_="of") if known else None]),
        trait_value(trait, trait.typical, voice),
        middle_half(trait, voice),
        trait_value(trait, trait.everyone, voice),
        NONE if trait.rank is None else f"{trait.rank:.0f}",
        verdict,
    ]


def _alike(traits: tuple[Trait, ...]) -> Markup | None:
    alike = [people_said(trait.label) for trait in traits if trait.kind == "number" and abs(trait.delta) < ALIKE]
    if not alike:
        return None
    return element("p", "Shared with everyone: ", join(alike[:6], ", "), ".", class_="note")


def _actions(actions: tuple[Action, ...]) -> Markup | None:
    if not actions:
        return None
    items = [
        element("div", element("dt", title), *(_action(action) for action in actions if action.do == do))
        for do, title in DEEDS
        if any(action.do == do for action in actions)
    ]
    return join(
        [
            element("h3", "What to do"),
            element("dl", *items, class_="deeds"),
            element("p", "Common practice, not a prediction. Keep a control group to find out.", class_="note"),
        ]
    )


def _action(action: Action) -> Markup:
    return element("dd", action.text, " ", element("span", action.because, class_="because"))


def _offers(offers: tuple[Offer, ...]) -> Markup | None:
    if not offers:
        return None
    columns = [
        Column("Offer"),
        Column("Bought by", number=True),
        Column("Share here", number=True),
        Column("Share of all", number=True),
        Column("Times as often", number=True),
    ]
    rows: list[list[Child]] = [
        [
            join([people_said(offer.name), element("span", offer.level, class_="of")]),
            f"{offer.customers:,}",
            share(offer.share),
            share(offer.everyone),
            f"{offer.lift:.1f}",
        ]
        for offer in offers
    ]
    return join(
        [element("h3", "What to offer"), table("Products bought more often than by all customers", columns, rows)]
    )
