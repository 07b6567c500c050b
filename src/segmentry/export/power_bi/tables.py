"""The tables of a run: what its folder and its summary know, in the columns of the star schema."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from segmentry.describe.words import clean
from segmentry.export.lists import FORMULA_STARTS
from segmentry.export.power_bi.dates import dates
from segmentry.export.power_bi.profile import PROFILE, PROFILE_OF, profile
from segmentry.export.power_bi.segments import segments, words
from segmentry.export.power_bi.star import (
    CUSTOMERS,
    DATES,
    MONTHLY,
    RUNS,
    SEGMENTS,
    WORDS,
    Column,
    Kind,
    Relationship,
    Star,
    Table,
)
from segmentry.features import DEFINITIONS, Definition, Measure
from segmentry.markup.opening import headline
from segmentry.markup.words import file_name
from segmentry.summary import RunSummary
from segmentry.workspace import NAME, Run, measured

__all__ = ["star"]

THIS_RUN, RUN_BEFORE = "This run", "Run before"
UNITS: dict[str, Kind] = {"days": "round", "orders": "round", "products": "round", "money": "money", "share": "share"}
BUILT = {entry.name: entry for entry in DEFINITIONS}
BRACKETS = str.maketrans("[]", "()")
SAYS = {
    "recency_days": ("recency", "days since last purchase"),
    "orders": ("purchases", "frequency"),
    "spend": ("revenue", "sales", "monetary value"),
    "tenure_days": ("tenure",),
    "typical_order": ("order value", "basket"),
    "typical_gap_days": ("days between purchases", "rhythm"),
    "return_share": ("returns", "return rate"),
    "weekend_share": ("weekend orders",),
    "discount_share": ("discount orders",),
}


def star(run: Run) -> Star:
    """Gather the tables of a saved run.

    Parameters
    ----------
    run : Run
        Its folder is read.

    Returns
    -------
    Star
        Customers, Segments and Runs; Monthly and Dates where the run wrote its monthly figures down.

    Raises
    ------
    ReadError
        A table of the run is gone or damaged.
    """
    summary, people = run.summary, run.customers()
    own = _spend(summary, people)
    customers, spend = _customers(run, people, own)
    tables = {SEGMENTS: segments(summary), CUSTOMERS: customers, RUNS: _runs(summary), PROFILE: profile(summary)}
    tables[WORDS] = words(summary)
    relationships = [
        PROFILE_OF,
        Relationship((CUSTOMERS, "Segment key"), (SEGMENTS, "Segment key")),
        Relationship((CUSTOMERS, "Run key"), (RUNS, "Run key")),
    ]
    months = run.monthly()
    if months is not None and len(months):
        tables[MONTHLY] = _monthly(months, people)
        tables[DATES] = dates(months["month"].min(), months["month"].max())
        relationships += [
            Relationship((MONTHLY, "Customer key"), (CUSTOMERS, "Customer key")),
            Relationship((MONTHLY, "Month"), (DATES, "Date")),
        ]
    # Files are called as the run, and a model file can come from anybody.
    name = summary.run if NAME.fullmatch(summary.run) else "run"
    return Star(tables, tuple(relationships), summary.currency, name, spend)


def _spend(summary: RunSummary, people: pd.DataFrame) -> str:
    """Find the column that revenue was summed from: the first whose sums are the segments' revenue; "" without one."""
    known = {segment.letter: segment.revenue for segment in summary.segments}
    wanted = np.array([np.nan if value is None else value for value in known.values()])
    if not len(wanted) or not np.isfinite(wanted).all():
        return ""
    numbers = [measure.name for measure in summary.measures if measure.kind == "number" and measure.name in people]
    for name in numbers:
        sums = people[name].groupby(people["segment"]).sum().reindex(list(known)).to_numpy(dtype=np.float64)
        if np.allclose(sums, wanted, rtol=1e-9, atol=1e-6):
            return name
    return ""


def _customers(run: Run, people: pd.DataFrame, spend: str) -> tuple[Table, str]:
    """Give the customers, and what their column of revenue is called."""
    places = {segment.letter: place for place, segment in enumerate(run.summary.segments, start=1)}
    fit = run.model.assign(measured(people))
    cells: list[tuple[Column, Any]] = [
        (_hidden("Customer key", "Numbers the customers from 1.", key=True), np.arange(1, len(people) + 1)),
        (
            Column("Customer", "text", "The customer's id.", says=("customer id", "client", "buyer")),
            people["customer_id"],
        ),
        (_hidden("Segment key", "The customer's segment."), people["segment"].map(places).fillna(0).astype(np.int64)),
        (_hidden("Run key", "The run that placed the customer."), np.ones(len(people), dtype=np.int64)),
        (
            Column(
                "Fit",
                "text",
                "How firmly the customer belongs to the segment: Typical, Fair or Borderline.",
                says=("how firm", "belonging"),
            ),
            fit["fit"].where(people["segment"] != "", "None"),
        ),
        (Column("Second choice", "text", "The letter of the segment that comes next."), fit["second"]),
    ]
    taken = {column.name.casefold() for column, _ in cells}
    revenue = ""
    for measure in run.summary.measures:
        name = f"{measure.name} (source)" if measure.name in ("segment", "name") else measure.name
        if name not in people or measure.part == "left out":
            continue
        column, values = _measure(measure, people[name], taken)
        revenue = column.name if measure.name == spend and spend else revenue
        cells.append((column, values))
    description = "One row a customer, with the measures that the segments were found and described by."
    return Table.of(CUSTOMERS, description, cells, ("client", "buyer", "shopper")), revenue


def _measure(measure: Measure, values: pd.Series, taken: set[str]) -> tuple[Column, Any]:
    """Give a measure's column under a name that none has yet."""
    entry = _built(measure)
    # Square brackets would have to be doubled wherever a formula names the column.
    label = clean(measure.label).translate(BRACKETS) or "Column"
    if label.startswith(FORMULA_STARTS):
        label = f"'{label}"  # a head line is a cell too
    own = label.startswith("Typical ")  # the figure of that name is the median over customers
    name = _free(f"Own t{label[1:]}" if own else label, taken)
    said = "forms the segments" if measure.part == "forms" else "only describes the segments"
    description = f"{_defined(measure)} It {said}."
    folder = "Forms segments" if measure.part == "forms" else "Describes segments"
    if measure.kind != "number":
        return Column(name, "text", description, folder=folder), values
    if measure.unit == "days" and entry is None:
        # A date of the source, as days since 1970.
        days = pd.Series(pd.to_datetime(np.floor(values.astype(np.float64)), unit="D", errors="coerce"))
        return Column(name, "date", description, folder=folder), days.dt.date
    typical = label if own else f"Typical {label[0].lower()}{label[1:]}" if entry else f"Typical {name}"
    # A source may have both "order" and "Typical order".
    typical = _free(typical, taken)
    kind = UNITS.get(measure.unit, "number")
    return Column(name, kind, description, folder=folder, typical=typical, says=SAYS.get(measure.name, ())), values


def _free(label: str, taken: set[str]) -> str:
    """Give the label, with a number where something is called so already, and take it."""
    name, number = label, 2
    while name.casefold() in taken:
        name, number = f"{label} ({number})", number + 1
    taken.add(name.casefold())
    return name


def _defined(measure: Measure) -> str:
    entry = _built(measure)
    return f"The column {clean(measure.name)} of the source." if entry is None else entry.sentence


def _built(measure: Measure) -> Definition | None:
    """Give the definition of a measure built from orders; a column of a source may have the same name."""
    entry = BUILT.get(measure.name)
    return entry if entry is not None and (measure.label, measure.unit) == (entry.label, entry.unit) else None


def _monthly(months: pd.DataFrame, people: pd.DataFrame) -> Table:
    keys = pd.Series(np.arange(1, len(people) + 1), index=people["customer_id"])
    cells: list[tuple[Column, Any]] = [
        (_hidden("Customer key", "Who ordered."), keys.reindex(months["customer_id"]).to_numpy()),
        (Column("Month", "date", "The first day of the month.", hidden=True), months["month"]),
        (_hidden("Orders", "Orders of the customer in the month."), months["orders"].astype(np.int64)),
    ]
    if "revenue" in months:
        text = "What the customer spent in the month; returns are subtracted unless they were dropped."
        cells.append((Column("Revenue", "money", text, hidden=True), months["revenue"]))
    description = "One row a customer and month with an order or a return: the orders and the revenue of that month."
    return Table.of(MONTHLY, description, cells, ("history",))


def _runs(summary: RunSummary) -> Table:
    """Give this run and, where there was one, the run before: what is not known of it is blank."""
    identity, keep = summary.identity, None if summary.keep is None else summary.keep.overall
    before = () if identity is None else identity.before
    many = sum(then.customers for then in before) or None
    read = ", ".join(file_name(source) for source in summary.sources)
    rows: list[tuple[Column, Any, Any]] = [
        (_hidden("Run key", "Numbers the runs from 1.", key=True), 1, 2),
        (Column("Run", "text", "Its name."), summary.run, identity and identity.run),
        (Column("Which", "text", "This run, or the run before."), THIS_RUN, RUN_BEFORE),
        (Column("Created", "date", "The day of the run."), date.fromisoformat(summary.created[:10]), None),
        (Column("As of", "date", "The day on which customers were looked at."), summary.as_of, None),
        (Column("First order", "date", "The day of the first order read."), summary.first, None),
        (Column("Last order", "date", "The day of the last order read."), summary.last, None),
        (_whole("Customers", "How many customers have a segment."), summary.customers, many),
        (_whole("Segments", "How many segments."), summary.k, len(before) or None),
        (Column("Verdict", "text", "On the split."), summary.verdict or "One segment", None),
        (Column("Verdict in words", "text", "What the verdict says."), summary.verdict_sentence, None),
        (Column("Headline", "text", "The keep rate in words."), summary.headline, None),
        (Column("Finding", "text", "What stands out, in one sentence."), headline(summary), None),
        (_share("Keep rate", "Of all customers, how many land in the same segment."), keep and keep.rate, None),
        (_share("Keep rate, low", "Lower end in nine of ten rebuilds."), keep and keep.low, None),
        (_share("Keep rate, high", "Upper end in nine of ten rebuilds."), keep and keep.high, None),
        (_share("Agreement", "Of the compared customers, who stayed."), identity and identity.agreement, None),
        (_whole("Rows read", "Rows of the source."), summary.rows.read, None),
        (_whole("Rows left out", "Rows that could not be used."), summary.rows.rejected, None),
        (Column("Source", "text", "The files that were read."), read, None),
        (Column("Fingerprint", "text", "SHA-256 of what was read."), summary.fingerprint, None),
        (Column("Release", "text", "The release of segmentry."), summary.version, None),
    ]
    cells = [(column, [now] if identity is None else [now, then]) for column, now, then in rows]
    return Table.of(RUNS, "This run and the run before it, if there was one.", cells, ("analysis",))


def _hidden(name: str, description: str, *, key: bool = False) -> Column:
    return Column(name, "whole", description, hidden=True, key=key)


def _whole(name: str, description: str) -> Column:
    return Column(name, "whole", description)


def _share(name: str, description: str) -> Column:
    return Column(name, "share", description, hidden=True)
