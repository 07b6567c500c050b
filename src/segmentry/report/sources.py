"""What was read, what was left out, and what was found in the data."""

from segmentry.features import Measure
from segmentry.markup.badges import people_said, with_options
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import count, file_name
from segmentry.report.figure import HERE, Showing, run_figures
from segmentry.summary import RunSummary

__all__ = ["sources"]

MOST_MEASURES = 200
"""Columns listed by name; a table may have thousands."""


def sources(summary: RunSummary, showing: Showing = HERE) -> Markup:
    """Show the data's accounts; ``showing`` says how charts are drawn."""
    taken = {"orders": "an order log", "customers": "a customer table"}.get(summary.table, summary.table)
    names = join((people_said(file_name(source)) for source in summary.sources), ", ")
    return element(
        "section",
        element("h2", "Data used and left out"),
        element("p", names, f" was read as {taken}."),
        _rows(summary),
        _customers(summary),
        _columns(summary),
        _caveats(summary),
        _measures(summary),
        _looks(summary, showing),
        id="data",
    )


def _rows(summary: RunSummary) -> Markup:
    rows = summary.rows
    lines: list[list[Child]] = [
        ["Read", f"{rows.read:,}"],
        ["Loaded", f"{rows.loaded:,}"],
        ["Rejected", f"{rows.rejected:,}"],
    ]
    lines += [[element("span", reason.reason, class_="under"), f"{reason.count:,}"] for reason in summary.rejects]
    adds = f"{rows.loaded:,} loaded + {rows.rejected:,} rejected = {rows.read:,} read."
    where = " Each rejected row stands in rejects.csv with its line, column, value and reason." if rows.rejected else ""
    return join(
        [
            element("h3", "Rows"),
            table(
                "Rows read, loaded and rejected", [Column("Rows"), Column("Number", number=True)], lines, class_="small"
            ),
            element("p", adds + where, class_="note"),
        ]
    )


def _customers(summary: RunSummary) -> Markup:
    without = (
        f" {count(summary.without_purchase, 'customer')} had orders but no purchase in the days that count: no segment."
        if summary.without_purchase
        else ""
    )
    return element(
        "p", f"{count(summary.customers, 'customer')} {'has' if summary.customers == 1 else 'have'} a segment.{without}"
    )


def _columns(summary: RunSummary) -> Markup | None:
    if not summary.guesses:
        return None
    rows: list[list[Child]] = [[people_said(guess.column), guess.role, guess.why] for guess in summary.guesses]
    return join(
        [
            element("h3", "What the columns were taken for"),
            table("Columns and their parts", [Column("Column"), Column("Taken for"), Column("Because of")], rows),
        ]
    )


def _caveats(summary: RunSummary) -> Markup | None:
    if not summary.caveats:
        return None
    rows: list[list[Child]] = [
        [caveat.code.replace("_", " ").replace("-", " "), f"{caveat.count:,}", with_options(caveat.policy)]
        for caveat in summary.caveats
    ]
    columns = [Column("Found"), Column("How many", number=True), Column("What was done")]
    return join([element("h3", "What was found in the data"), table("Findings and what was done", columns, rows)])


def _measures(summary: RunSummary) -> Markup:
    forming = [measure for measure in summary.measures if measure.part == "forms"]
    describing = [measure for measure in summary.measures if measure.part == "describes"]
    left_out = [measure for measure in summary.measures if measure.part == "left out"]
    return join(
        [
            element("h3", "Measures"),
            element("p", element("b", "They formed the segments: "), _names(forming), "."),
            _reasons("Only described the segments", describing),
            _reasons("Left out", left_out),
        ]
    )


def _looks(summary: RunSummary, showing: Showing) -> Markup | None:
    """Show how the measures are spread and which go together."""
    charts = run_figures(
        summary,
        "distributions",
        "box-plots",
        "correlations",
        level=4,
        widths=showing.lesser,
        showing=showing,
    )
    return None if charts is None else join([element("h3", "What the measures look like"), charts])


def _names(measures: list[Measure]) -> Markup:
    named = [people_said(measure.label) for measure in measures[:MOST_MEASURES]]
    more = [f"and {len(measures) - MOST_MEASURES:,} more"] if len(measures) > MOST_MEASURES else []
    return join([*named, *more], ", ")


def _reasons(title: str, measures: list[Measure]) -> Markup | None:
    """List measures by reason, since hundreds may share one."""
    if not measures:
        return None
    by_reason: dict[str, list[Measure]] = {}
    for measure in measures:
        by_reason.setdefault(measure.reason, []).append(measure)
    rows: list[list[Child]] = [[_names(those), reason] for reason, those in by_reason.items()]
    return table(f"{title}: measures and reasons", [Column(title), Column("Because")], rows)
