"""The report's figures beside those of the measures."""

from collections.abc import Iterator
from typing import Any

from power_bi_harness.dax import Context, Model
from segmentry.export.power_bi.star import CUSTOMERS, Star
from segmentry.summary import RunSummary


def compared(model: Model, star: Star, summary: RunSummary) -> Iterator[tuple[str, str, Any, Any]]:
    """Give each figure that both have: measure, segment ("" for the whole run), the report's, the measure's."""
    for letter, name, wanted in _of_the_report(star, summary):
        context = Context().having("Segments", "Letter", f"\"Letter\" = '{letter}'") if letter else Context()
        yield name, letter, wanted, model.value(name, context)


def _of_the_report(star: Star, summary: RunSummary) -> Iterator[tuple[str, str, Any]]:
    """Give the figures as run.json and the report have them: letter, measure, value."""
    typical = {column.typical: column for column in star.tables[CUSTOMERS].columns if column.typical}
    by_label = {measure.label: measure.name for measure in summary.measures}
    for place, segment in enumerate(summary.segments):
        letter = segment.letter
        yield letter, "Number of customers", segment.customers
        yield letter, "Share of customers", segment.share
        yield letter, "Selected segment", f"{letter} · {segment.name}"
        yield letter, "Number of segments", 1
        if segment.revenue is not None:
            yield letter, "Revenue", segment.revenue
            yield letter, "Revenue per customer", segment.revenue / segment.customers
            yield letter, "Share of revenue", segment.revenue_share
        if segment.at_stake is not None:
            yield letter, "At stake", segment.at_stake
        if segment.keeps is not None:
            yield letter, "Keep rate", segment.keeps.rate
            yield letter, "Keep rate, low", segment.keeps.low
            yield letter, "Keep rate, high", segment.keeps.high
        if summary.borders:
            yield letter, "Borderline customers", summary.borders[place].borderline
        traits = {trait.measure: trait for trait in segment.traits if trait.kind == "number"}
        for name, column in typical.items():
            label = column.name.replace("Own t", "T", 1)
            if (trait := traits.get(by_label.get(label, ""))) is not None:
                yield letter, name, trait.typical
                if not place:
                    yield "", name, trait.everyone
        yield from _since(letter, summary)
    yield from _whole(summary)


def _whole(summary: RunSummary) -> Iterator[tuple[str, str, Any]]:
    yield "", "Number of customers", summary.customers
    yield "", "Number of segments", summary.k
    yield "", "Share of customers", 1.0
    yield "", "Headline", summary.headline
    yield "", "Verdict", summary.verdict
    if summary.keep is not None:
        yield "", "Keep rate", summary.keep.overall.rate
    if all(segment.revenue is not None for segment in summary.segments):
        yield "", "Revenue", sum(segment.revenue or 0.0 for segment in summary.segments)
    if summary.identity is not None:
        yield "", "Customers in last run", sum(then.customers for then in summary.identity.before)
        yield "", "Stayed since last run", summary.identity.agreement
        yield "", "Change since last run", None


def _since(letter: str, summary: RunSummary) -> Iterator[tuple[str, str, Any]]:
    """Give what the ledger of the report says became of a segment."""
    if summary.identity is None:
        return
    then = summary.identity.then(letter)
    yield letter, "Customers in last run", None if then is None else then.customers
    yield letter, "Share of customers in last run", None if then is None else then.share
    found = None
    for event in summary.identity.events:
        if event.kind == "kept" and letter in [tag.letter for tag in event.new]:
            both = (event.new_customers, event.old_customers)
            found = None if None in both else (both[0] or 0) - (both[1] or 0)
    yield letter, "Change since last run", found
