"""A chart on a page: its finding, its drawing for wide and for narrow screens, and its numbers as a table.

Web pages show the same pieces, with addresses of its files added.
"""

import math
from collections.abc import Callable, Iterable, Mapping

from segmentry.describe import Segment
from segmentry.describe.words import number
from segmentry.figures import FIGURES, NARROW, SEGMENT_FIGURES, Cell, Figure, drawable, inline_svg
from segmentry.markup.badges import people_said
from segmentry.markup.build import Child, Markup, element, join, table
from segmentry.markup.words import NONE
from segmentry.summary import RunSummary

__all__ = ["HOW_TO_DRAW", "Links", "figure", "run_figures", "segment_figures"]

Links = Callable[[Figure], Mapping[str, str]]
"""Gives the addresses of a chart's files on a web page; a report has none."""

HOW_TO_DRAW = "pip install 'segmentry[look]'"
"""What brings charts where none are drawn."""


def figure(
    shown: Figure, *, level: int = 3, heading: str | None = None, links: Mapping[str, str] | None = None
) -> Markup:
    """Show a chart with its title, units, drawing, caption and numbers.

    Without the extra "look" there is no drawing, and the numbers stand open.

    Parameters
    ----------
    shown : Figure
        The chart.
    level : int, default 3
        Of its heading: one deeper than that of the section it stands in.
    heading : str or None, default None
        Another heading than its title, where a page says the title already.
    links : mapping of str to str or None, default None
        Addresses of its files by what they are called, e.g. ``{"PNG": "/runs/amber/figures/elbow.png"}``.
    """
    numbers = _numbers(shown)
    drawn = drawable()
    files = _files(links or {})
    caption = element("figcaption", shown.caption, class_="note") if shown.caption else None
    return element(
        "figure",
        element(f"h{level}", people_said(heading or shown.title), class_="finding"),
        element("p", people_said(shown.subtitle), class_="note units"),
        *(_drawing(shown) if drawn else ()),
        element("details", element("summary", "Show numbers"), numbers, files) if drawn else numbers,
        caption,
        class_=f"figure {shown.name}",
    )


def run_figures(summary: RunSummary, *names: str, level: int = 3, links: Links | None = None) -> Markup | None:
    """Show charts of a whole run by their names; None where it has none of them."""
    return _all((FIGURES[name](summary) for name in names if name in FIGURES), level, links)


def segment_figures(
    summary: RunSummary, segment: Segment, *names: str, level: int = 3, links: Links | None = None
) -> Markup | None:
    """Show charts of one segment by their names; None where it has none of them."""
    return _all(
        (SEGMENT_FIGURES[name](summary, segment.letter) for name in names if name in SEGMENT_FIGURES), level, links
    )


def _all(found: Iterable[Figure | None], level: int, links: Links | None) -> Markup | None:
    there = [
        figure(shown, level=level, links=links(shown) if links is not None else None)
        for shown in found
        if shown is not None
    ]
    return join(there) if there else None


def _drawing(shown: Figure) -> tuple[Markup, ...]:
    """Draw it once, or once more for narrow screens; what is not drawn again is scrolled, which the keyboard can do."""
    wide = inline_svg(shown)
    if shown.narrow:
        return (
            element("div", wide, class_="drawing when-wide"),
            element("div", inline_svg(shown, NARROW), class_="drawing when-narrow"),
        )
    label = f"Chart: {shown.title}"
    return (element("div", wide, class_="drawing scroll", role="region", aria_label=label, tabindex="0"),)


def _numbers(shown: Figure) -> Markup:
    rows = [[_cell(cell) for cell in row] for row in shown.rows]
    return table(f"Numbers: {shown.title}", shown.columns, rows)


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
