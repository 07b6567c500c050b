"""Are there gaps, and would another choice agree? What structureless data, other criteria and other methods say."""

from segmentry.choose import METHOD_WORDS
from segmentry.evaluate import CLEAR_MARGIN, NullRange
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import NONE, kept, sentence
from segmentry.summary import RunSummary

__all__ = ["agreement", "gaps"]

KINDS = {
    "box": "evenly spread over the same room",
    "gaussian": "one cloud of the same width and slant",
    "shuffled": "the same columns, each shuffled",
}


def gaps(summary: RunSummary) -> Markup | None:
    """Show how clearly the segments stand apart, beside data that have none."""
    found = summary.gaps
    if found is None:
        return None
    told = (
        f"Any data can be cut, and the parts look separate to a degree. So {found.draws} sets of {found.drawn:,} "
        f"customers without any groups were made of each kind below, like these customers otherwise, and cut into "
        f"{summary.k} in the same way. Silhouette says how separate parts are, from -1 to 1: here "
        f"{found.silhouette:.3f}, which is {found.margin:+.3f} against what the closest kind hardly ever exceeds. "
        f"From {CLEAR_MARGIN:+.2f} on gaps count as clear."
    )
    rows: list[list[Child]] = [["These customers", f"{found.silhouette:.3f}", NONE]]
    rows += [[_kind(null), f"{null.mean:.3f}", f"{null.high:.3f}"] for null in found.nulls]
    columns = [Column("Data"), Column("Silhouette, mean", number=True), Column("95 of 100 stay below", number=True)]
    return join(
        [
            element("h3", "Are there gaps?"),
            element("p", told),
            table("Silhouettes of these customers and of data without groups", columns, rows),
        ]
    )


def _kind(null: NullRange) -> str:
    return f"No groups: {KINDS.get(null.name, null.name)}"


def agreement(summary: RunSummary) -> Markup | None:
    """Show what each criterion and each method by itself would choose."""
    if not summary.criteria and not summary.compared:
        return None
    parts: list[Markup | None] = [element("h3", "Would another choice agree?")]
    if summary.criteria:
        rows: list[list[Child]] = [
            [criterion.name, NONE if criterion.k is None else str(criterion.k), criterion.how]
            for criterion in summary.criteria
        ]
        parts += [
            element("p", sentence(summary.argument)) if summary.argument else None,
            table(
                "What each criterion by itself would choose",
                [Column("Criterion"), Column("Segments", number=True), Column("By")],
                rows,
            ),
        ]
    if summary.compared:
        parts.append(_methods(summary))
    return join(parts)


def _methods(summary: RunSummary) -> Markup:
    columns = [
        Column("Method"),
        Column("Segments", number=True),
        Column("Keeps, of 100", number=True),
        Column("Above chance", number=True),
        Column("Margin", number=True),
        Column("Agrees with the chosen split", number=True),
        Column("Remark"),
    ]
    rows: list[list[Child]] = [
        [
            join([element("b", METHOD_WORDS[row.method]), element("span", "chosen", class_="of")])
            if row.chosen
            else METHOD_WORDS[row.method],
            str(row.k),
            kept(row.keep_rate),
            f"{row.keep_above_chance:.2f}",
            NONE if row.margin is None else f"{row.margin:+.3f}",
            f"{row.agreement:.2f}",
            row.remark or NONE,
        ]
        for row in summary.compared
    ]
    note = (
        "All methods had the same customers and the same draws. They are compared at the same number of segments, "
        "first by how many customers come back beyond chance, then by the margin, all in one space. Agreement is the "
        "adjusted Rand index: 0 by chance, 1 the same split."
    )
    return join([table("Methods compared", columns, rows), element("p", note, class_="note")])
