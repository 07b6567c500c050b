"""The table of a segment's customers: a page of them, how firmly each belongs, and the way to every single one."""

from dataclasses import dataclass

import pandas as pd

from segmentry.describe import Segment
from segmentry.describe.words import Voice, clean
from segmentry.features import Measure
from segmentry.markup import Child, Column, Markup, element, join, table
from segmentry.markup.badges import people_said
from segmentry.markup.words import NONE
from segmentry.web.pieces.addressing import address
from segmentry.web.pieces.people import Order, count_pages, read_page, shown_measures
from segmentry.workspace import Run

__all__ = ["CustomerTable", "cell", "customer_table"]


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """One page of a segment's customers.

    Parameters
    ----------
    rows : Markup
        The table.
    sorts : tuple of (str, str, bool)
        What it can be sorted by: words, address, whether it is so now.
    number, of : int
        The page, from 1, and how many there are.
    before, after : str or None
        Addresses of the pages beside it.
    """

    rows: Markup
    sorts: tuple[tuple[str, str, bool], ...]
    number: int
    of: int
    before: str | None
    after: str | None


def customer_table(run: Run, segment: Segment, sort: str | None, rising: bool, number: str) -> CustomerTable:
    """Show one page of a segment's customers.

    Parameters
    ----------
    run : Run
        A saved run.
    segment : Segment
        Which segment.
    sort : str or None
        A measure's name; one that the table can't be sorted by sorts by id.
    rising : bool
        The smallest first.
    number : str
        The page as people ask for it; what is no page of these gives the nearest.
    """
    shown = shown_measures(run)
    sortable = [measure for measure in shown if measure.kind == "number"]
    order = Order(sort, rising) if sort in {measure.name for measure in sortable} and sort is not None else None
    pages = count_pages(segment.customers)
    here = min(max(int(number), 1), pages) if number.isascii() and number.isdigit() and len(number) < 10 else 1
    found = read_page(run, segment.letter, order, here)

    def to(page: int | None = None, by: Order | None = order) -> str:
        asked = {"sort": by.measure, "rising": "1" if by.rising else None} if by is not None else {}
        place = address(run.folder.name, "segments", segment.letter, **asked, page=page)
        return f"{place}#customers"

    sorts = [("id", to(by=None), order is None)]
    for measure in sortable:
        for up, word in ((False, "highest first"), (True, "lowest first")):
            one = Order(measure.name, up)
            sorts.append((f"{clean(measure.label)}, {word}", to(by=one), order == one))
    return CustomerTable(
        _rows(run, segment, shown, found),
        tuple(sorts),
        here,
        pages,
        to(here - 1) if here > 1 else None,
        to(here + 1) if here < pages else None,
    )


def _rows(run: Run, segment: Segment, shown: tuple[Measure, ...], found: pd.DataFrame) -> Markup:
    voice = Voice(run.summary.currency)
    columns = [Column("Customer"), Column("Fit")]
    columns += [Column(clean(measure.label), number=measure.kind == "number") for measure in shown]
    placed = run.model.assign(found) if len(found) else found.assign(fit="", segment="")
    rows: list[list[Child]] = []
    for (_, values), fit, letter in zip(found.iterrows(), placed["fit"], placed["segment"], strict=True):
        who = str(values["customer_id"])
        why = element("a", "why here", class_="why", href=address(run.folder.name, "customers", id=who))
        cells = [cell(measure, values[measure.name], voice) for measure in shown]
        rows.append([join([people_said(who), " ", why]), _fit(str(fit), str(letter), segment), *cells])
    return table(f"Customers of segment {segment.letter}", columns, rows, class_="wide customers")


def _fit(fit: str, letter: str, segment: Segment) -> Child:
    """Say how firmly a customer belongs; where placing differs from the method that made the segments, so."""
    if letter == segment.letter:
        return element("span", fit, class_=f"fit {fit.lower()}")
    elsewhere = f"the model says {letter}" if letter else "the model says none"
    return join([element("span", "Borderline", class_="fit borderline"), " ", element("span", elsewhere, class_="of")])


def cell(measure: Measure, value: object, voice: Voice) -> Child:
    """Write one customer's value."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NA:  # noqa: PLR0124 - NaN
        return NONE
    if measure.kind == "number" and isinstance(value, (int, float)):
        return voice.quantity(float(value), measure.unit)
    return people_said(str(value))
