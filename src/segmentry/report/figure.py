"""A chart on a page: its finding, its drawing for wide and for narrow screens, and its numbers as a table.

Web pages show the same pieces, with addresses of its files added.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from segmentry.describe import Segment
from segmentry.describe.words import number
from segmentry.figures import FIGURES, NARROW, SEGMENT_FIGURES, WIDE, Cell, Figure, inline_svg
from segmentry.markup.badges import people_said
from segmentry.markup.build import Child, Markup, element, join
from segmentry.markup.words import NONE
from segmentry.summary import RunSummary

__all__ = ["HERE", "Showing", "Widths", "figure", "run_figures", "segment_figures"]

Widths = Literal["both", "wide", "narrow"]
"""Which drawings a page holds: one for each kind of screen, or one for all of them."""


def _no_files(_: Figure) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Showing:
    """How charts come onto a page.

    Parameters
    ----------
    links : callable, default none
        Gives the addresses of a chart's files by what they are called, e.g.
        ``{"PNG": "/runs/amber/figures/elbow.png"}``.
    lesser : {"both", "wide", "narrow"}, default "both"
        Which drawings of what every segment has, and of what few people open: a page of everything is to be small and
        soon there.
    """

    links: Callable[[Figure], Mapping[str, str]] = _no_files
    lesser: Widths = "both"


HERE = Showing()
"""Drawn on the spot, without files: what a section does unless told otherwise."""


def figure(
    shown: Figure,
    *,
    level: int = 3,
    heading: str | None = None,
    numbers: Markup | None = None,
    widths: Widths = "both",
    showing: Showing = HERE,
) -> Markup:
    """Show a chart with its title, units, drawing, caption and numbers.

    Parameters
    ----------
    shown : Figure
        The chart.
    level : int, default 3
        Of its heading: one deeper than that of the section it stands in.
    heading : str or None, default None
        Another heading than its title, where a page says the title already.
    numbers : Markup or None, default None
        A richer table of the same numbers than the chart's own.
    widths : {"both", "wide", "narrow"}, default "both"
        Which drawings; "both" is one where the chart has none for narrow screens.
    showing : Showing, default HERE
        Where its files are.
    """
    numbers = _numbers(shown) if numbers is None else numbers
    return element(
        "figure",
        element(f"h{level}", people_said(heading or shown.title), class_="finding"),
        element("p", people_said(shown.subtitle), class_="note units"),
        *_drawings(shown, widths),
        element("details", element("summary", "Show numbers"), numbers, _files(showing.links(shown))),
        element("figcaption", people_said(shown.caption), class_="note") if shown.caption else None,
        class_=f"figure {shown.name}",
    )


def run_figures(
    summary: RunSummary, *names: str, level: int = 3, widths: Widths = "both", showing: Showing = HERE
) -> Markup | None:
    """Show charts of a whole run by their names; None where it has none of them."""
    return _all((FIGURES[name](summary) for name in names), level, widths, showing)


def segment_figures(
    summary: RunSummary,
    segment: Segment,
    *names: str,
    level: int = 3,
    widths: Widths = "both",
    showing: Showing = HERE,
) -> Markup | None:
    """Show charts of one segment by their names; None where it has none of them."""
    return _all((SEGMENT_FIGURES[name](summary, segment.letter) for name in names), level, widths, showing)


def _all(found: Iterable[Figure | None], level: int, widths: Widths, showing: Showing) -> Markup | None:
    there = [figure(shown, level=level, widths=widths, showing=showing) for shown in found if shown is not None]
    return join(there) if there else None


def _drawings(shown: Figure, widths: Widths) -> tuple[Markup, ...]:
    """Draw it once or for each kind of screen; what is not drawn for a narrow one is scrolled, by keyboard too."""
    if shown.narrow and widths == "narrow":
        return (element("div", inline_svg(shown, NARROW), class_="drawing"),)
    wide = inline_svg(shown, WIDE)
    if shown.narrow and widths == "both":
        narrow = inline_svg(shown, NARROW)
        return (
            element("div", wide, class_="drawing when-wide"),
            element("div", narrow, class_="drawing when-narrow"),
        )
    label = f"Chart: {shown.title}"
    return (element("div", wide, class_="drawing scroll", role="region", aria_label=label, tabindex="0"),)


def _numbers(shown: Figure) -> Markup:
    """Write the numbers as a table that is scrolled on narrow screens, and as short as HTML allows: there are many."""
    number = [column.number for column in shown.columns]
    head = element(
        "tr", *(element("th", c.title, scope="col", class_="num" if c.number else None) for c in shown.columns)
    )
    rows = [
        element(
            "tr",
            element("th", _cell(row[0]), scope="row"),
            *(
                element("td", _cell(cell), class_="num" if right else None)
                for cell, right in zip(row[1:], number[1:], strict=True)
            ),
        )
        for row in shown.rows
    ]
    caption = f"Numbers: {shown.title}"
    whole = element(
        "table", element("caption", caption), element("thead", head), element("tbody", *rows), class_="table wide"
    )
    return element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def _cell(cell: Cell) -> Child:
    if cell is None:
        return NONE
    if isinstance(cell, float):
        return number(cell) if math.isfinite(cell) else NONE
    return f"{cell:,}" if isinstance(cell, int) else people_said(cell)


def _files(links: Mapping[str, str]) -> Markup | None:
    if not links:
        return None
    named = (element("a", name, href=address) for name, address in links.items())
    return element("p", "As a file: ", join(named, " · "), class_="note")
