"""How well attributes guess the segment of people without orders, where that was asked for."""

from segmentry.markup.badges import titled
from segmentry.markup.build import Child, Column, Markup, element, table
from segmentry.markup.words import NONE, sentence, share
from segmentry.summary import RunSummary

__all__ = ["lookalike"]


def lookalike(summary: RunSummary) -> Markup | None:
    """Show the hit rates, or why there are none; None where nobody asked."""
    report = summary.lookalike
    if report is None:
        return None
    hits = {each.letter: each for each in report.segments}
    rows: list[list[Child]] = [
        [
            titled(segment),
            f"{hits[segment.letter].customers:,}",
            f"{hits[segment.letter].guessed:,}",
            share(hits[segment.letter].hit),
            NONE if (right := hits[segment.letter].right) is None else share(right),
        ]
        for segment in summary.segments
        if segment.letter in hits
    ]
    columns = [
        Column("Segment"),
        Column("Customers", number=True),
        Column("Guessed", number=True),
        Column("Of its customers, guessed", number=True),
        Column("Of those guessed, right", number=True),
    ]
    verdict = "can" if report.works else "can't"
    left_out = "; ".join(f"{name}: {why}" for name, why in report.left_out)
    tested = (
        "Tested by five-fold cross-validation: each customer was guessed by a logistic regression that had not seen "
        "her. It counts as working where it beats the largest segment's share by more than two standard errors."
    )
    return element(
        "section",
        element("h2", f"The segment of people without orders {verdict} be guessed"),
        element("p", sentence(report.reason)),
        table("How well each segment is guessed from attributes", columns, rows) if rows else None,
        element("p", tested, class_="note") if rows else None,
        element("p", f"Attributes that were not used. {left_out}", class_="note") if left_out else None,
        id="lookalike",
    )
