"""The ledger of segments: one line each, customers beside revenue."""

from collections.abc import Callable, Mapping

from segmentry.continuity import origin_words
from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice
from segmentry.evaluate import Keeps
from segmentry.markup.badges import bar, people_said, titled
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import NONE, count, kept, range_beside, share, trait_name, trait_value
from segmentry.summary import RunSummary

__all__ = ["Link", "anchor", "ledger", "ledger_measures", "ledger_table", "typical_of"]

LEDGER_MEASURES = ("recency_days", "typical_order")


Link = Callable[[Segment], str | None]


def anchor(segment: Segment) -> str:
    """Lead to the segment's section of the same page."""
    return f"#segment-{segment.letter.lower()}"


def ledger(summary: RunSummary, to: Link = anchor) -> Markup:
    """Show one line a segment.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    to : callable, default anchor
        Gives the address that a segment's name leads to; None for no link.
    """
    return element(
        "section",
        element("h2", f"The {count(summary.k, 'segment')}" if summary.k > 1 else "The segment"),
        ledger_table(summary, to),
        id="segments",
    )


def ledger_table(summary: RunSummary, to: Link) -> Markup:
    """Show the same without a heading."""
    voice = Voice(summary.currency)
    money = any(s.revenue is not None for s in summary.segments)
    measures = ledger_measures(summary)
    columns = [Column("Segment"), Column("Customers", number=True)]
    columns += [Column("Revenue", number=True)] if money else []
    columns += [Column(trait.label, number=True) for trait in measures]
    since = _since(summary)
    columns += [Column("Since the run before", number=True)] if since else []
    columns += [Column("Keeps, of 100", number=True)] if summary.keep is not None else []
    largest = max((max(s.share, s.revenue_share or 0.0) for s in summary.segments), default=1.0)
    rows = [
        _ledger_row(segment, measures, voice, (largest, money, summary.keep is not None), to(segment), since)
        for segment in summary.segments
    ]
    title = f"Segments with their customers, {'revenue, ' if money else ''}typical values and keep rates"
    return join(
        [
            table(title, columns, rows, class_="ledger"),
            element("p", _ledger_note(summary, money, since=bool(since)), class_="note"),
        ]
    )


def _ledger_row(
    segment: Segment,
    measures: list[Trait],
    voice: Voice,
    layout: tuple[float, bool, bool],
    href: str | None,
    since: Mapping[str, Child],
) -> list[Child]:
    largest, money, rebuilt = layout
    link = titled(segment) if href is None else element("a", titled(segment), href=href)
    row: list[Child] = [
        join([link, _one_line(segment, voice)]),
        join([bar(segment.share, largest, segment.letter), f"{segment.customers:,} ", _of_all(share(segment.share))]),
    ]
    if money:
        revenue = NONE if segment.revenue is None else voice.quantity(segment.revenue, "money")
        row.append(
            join(
                [
                    bar(segment.revenue_share or 0.0, largest, segment.letter),
                    f"{revenue} ",
                    _of_all(share(segment.revenue_share)),
                ]
            )
        )
    row += [typical_of(segment, measure, voice) for measure in measures]
    row += [since.get(segment.letter, NONE)] if since else []
    if rebuilt:
        keeps = segment.keeps
        row.append(NONE if keeps is None else _keeps(keeps))
    return row


def _one_line(segment: Segment, voice: Voice) -> Markup | None:
    """Say the strongest difference that counts; None where none does."""
    told = next((trait for trait in segment.traits if trait.counts and trait.everyone is not None), None)
    if told is None:
        return None
    here, everyone = (trait_value(told, value, voice) for value in (told.typical, told.everyone))
    return element("span", people_said(f"{trait_name(told)} {here}, everyone {everyone}"), class_="line")


def _since(summary: RunSummary) -> Mapping[str, Child]:
    """Say by letter how a segment's customers changed, among those that both runs have; empty without such."""
    identity = summary.identity
    if identity is None:
        return {}
    found: dict[str, Child] = {}
    for letter, event in identity.origins().items():
        if event.kind != "kept":
            found[letter] = origin_words(event)
        elif event.old_customers is not None and event.new_customers is not None:
            change = event.new_customers - event.old_customers
            figure = f"{change:+,}" if change else "as many"
            found[letter] = join([f"{figure} ", _of_all(f"of {event.old_customers:,}")])
    return found


def _keeps(keeps: Keeps) -> Markup:
    beside = range_beside(keeps)
    return join([f"{kept(keeps.rate)} ", _of_all(beside) if beside else None])


def _of_all(text: str) -> Markup:
    return element("span", text, class_="of")


def typical_of(segment: Segment, measure: Trait, voice: Voice) -> str:
    """Write what a measure typically is in a segment, with its unit."""
    trait = next((t for t in segment.traits if (t.measure, t.level) == (measure.measure, measure.level)), None)
    return NONE if trait is None else trait_value(trait, trait.typical, voice)


def ledger_measures(summary: RunSummary) -> list[Trait]:
    """Choose two measures that everybody asks for, else the first two numbers that form the segments."""
    if not summary.segments:
        return []
    numbers = {t.measure: t for t in summary.segments[0].traits if t.kind == "number"}
    wanted = [name for name in LEDGER_MEASURES if name in numbers]
    forming = [measure.name for measure in summary.measures if measure.part == "forms" and measure.name in numbers]
    return [numbers[name] for name in (wanted or forming)[:2]]


def _ledger_note(summary: RunSummary, money: bool, *, since: bool) -> str:
    parts = ["Values are typical ones: half of the segment's customers lie below, half above."]
    parts.append("Bars are shares of all customers" + (" and of all revenue, on one scale." if money else "."))
    if summary.keep is not None:
        parts.append(
            "Keeps: of 100 of its customers, how many come back to it when segments are rebuilt, "
            "and the range of nine rebuilds in ten."
        )
    if since:
        parts.append("Since the run before: among customers that both runs have.")
    if summary.without_purchase:
        parts.append(f"{count(summary.without_purchase, 'customer')} without any purchase are not in it.")
    return " ".join(parts)
