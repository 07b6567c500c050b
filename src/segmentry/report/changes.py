"""What changed since the run before: which segments go on, and what became of the others."""

from collections.abc import Sequence

from segmentry.continuity import Event, Tag, agreement_words, event_words
from segmentry.markup.badges import people_said, titled
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import NONE, sentence, share
from segmentry.summary import RunSummary

__all__ = ["changes", "events"]

HOW = {
    "model": "All customers of this run were placed by the model of that one too, so that a customer's own movement is "
    "no change of the segments.",
    "customers": "Compared were the customers that both runs have, in the segments that they had then.",
    "centres": "No customer could be compared, so segments were matched by their typical values, in widths of "
    "the middle half of all customers.",
}
KINDS = {"kept": "Continued", "split": "Split", "merged": "Merged", "born": "New", "retired": "Retired"}


def changes(summary: RunSummary) -> Markup | None:
    """Show how the segments continue those of the run before; None without one."""
    identity = summary.identity
    if identity is None:
        return None
    agreed = (
        "" if identity.agreement is None else agreement_words(identity.agreement, identity.customers, identity.basis)
    )
    letters = f"Letters that are not given again: {', '.join(identity.retired)}." if identity.retired else None
    return element(
        "section",
        element("h2", "What changed since ", people_said(identity.run)),
        element("p", agreed and f"{sentence(agreed)} ", HOW[identity.basis]),
        events(identity.events),
        element("p", letters, class_="note") if letters else None,
        id="changes",
    )


def events(found: Sequence[Event]) -> Markup:
    """Show what became of each segment: in sentences what didn't just go on, and everything as a table."""
    told = [event_words(event) for event in found if event.kind != "kept"]
    columns = [
        Column("What"),
        Column("Before"),
        Column("Now"),
        Column("In both", number=True),
        Column("Of those before", number=True),
        Column("Of those now", number=True),
    ]
    return join(
        [
            element("ul", *(element("li", people_said(sentence(one))) for one in told)) if told else None,
            table("Segments before and now, with the customers in both", columns, map(_row, found)),
        ]
    )


def _row(event: Event) -> list[Child]:
    return [
        KINDS[event.kind],
        _tags(event.old),
        _tags(event.new),
        NONE if event.customers is None else f"{event.customers:,}",
        share(event.of_old),
        share(event.of_new),
    ]


def _tags(tags: tuple[Tag, ...]) -> Child:
    return join((titled(tag) for tag in tags), ", ") if tags else NONE
