"""Charts on pages: drawn once a run, each with its numbers and its files."""

from collections.abc import Callable, Mapping

from segmentry import figures
from segmentry.describe import Segment
from segmentry.export import escape_formulas
from segmentry.figures import FIGURES, NARROW, WIDE, Figure, drawable, inline_svg, png, svg
from segmentry.markup import Child, Markup, element, join, table
from segmentry.markup.words import NONE
from segmentry.summary import RunSummary
from segmentry.web.addressing import address
from segmentry.web.shelf import Shelf
from segmentry.web.site import Site

__all__ = ["KINDS", "figure_file", "figures_of", "run_figure", "segment_figure"]

KINDS: Mapping[str, str] = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}
"""The files of a figure, by their ending."""

Make = Callable[[RunSummary], Figure | None]
SHELF = Shelf()


def figures_of(letter: str) -> Mapping[str, Make]:
    """Give the figures of a segment by name, or of the whole run where the letter is ""."""
    if not letter:
        return FIGURES
    of_segments: Mapping[str, Callable[[RunSummary, Segment], Figure | None]] = getattr(figures, "SEGMENT_FIGURES", {})
    return {name: _of_segment(make, letter) for name, make in of_segments.items()}


def _of_segment(make: Callable[[RunSummary, Segment], Figure | None], letter: str) -> Make:
    return lambda summary: make(summary, summary.find(letter))


def run_figure(site: Site, name: str, figure: str) -> Markup | None:
    """Show a figure of a run; None where the run has nothing to draw, or there is no such figure."""
    return _shown(site, name, "", figure)


def segment_figure(site: Site, name: str, letter: str, figure: str) -> Markup | None:
    """Show a figure of a segment; None where there is nothing to draw, or no such figure."""
    return _shown(site, name, letter, figure)


def _shown(site: Site, name: str, letter: str, figure: str) -> Markup | None:
    make = figures_of(letter).get(figure)
    if make is None:
        return None
    run = site.run(name)
    text = SHELF.take(
        ("page", run.folder, site.stamp(name), letter, figure), lambda: _markup(make(run.summary), name, letter)
    )
    return Markup(text) if text else None


def _markup(figure: Figure | None, name: str, letter: str) -> str:
    if figure is None:
        return ""
    at = ("segments", letter, "figures") if letter else ("figures",)
    links = {kind.upper(): address(name, *at, f"{figure.name}.{kind}") for kind in KINDS}
    return _drawn(figure, links).text


def _drawn(figure: Figure, links: Mapping[str, str]) -> Markup:
    rows: list[list[Child]] = [[NONE if cell is None else str(cell) for cell in row] for row in figure.rows]
    numbers = table(f"Numbers: {figure.title}", figure.columns, rows)
    files = join((element("a", kind, href=href) for kind, href in links.items() if drawable() or kind == "CSV"), " · ")
    named = element("p", "As a file: ", files, class_="note")
    drawing: list[Markup] = []
    if drawable():
        drawing.append(
            element("div", inline_svg(figure, WIDE), class_="drawing when-wide" if figure.narrow else "drawing scroll")
        )
        if figure.narrow:
            drawing.append(element("div", inline_svg(figure, NARROW), class_="drawing when-narrow"))
    return element(
        "figure",
        element("h3", figure.title, class_="finding"),
        element("p", figure.subtitle, class_="note units"),
        *drawing,
        element("details", element("summary", "Show numbers"), numbers, named) if drawing else numbers,
        element("figcaption", figure.caption, class_="note") if figure.caption else None,
        class_=f"figure {figure.name}",
    )


def figure_file(site: Site, name: str, letter: str, figure: str, kind: str) -> bytes | None:
    """Give a figure as a file; None where there is no such figure, or the run has nothing to draw.

    Parameters
    ----------
    site : Site
        What the pages show.
    name : str
        The run's name.
    letter : str
        The segment's, "" for a figure of the whole run.
    figure : str
        The figure's name.
    kind : {"png", "svg", "csv"}
        Which file.

    Raises
    ------
    UsageError
        It is to be drawn, and the extra "look" isn't installed.
    """
    make = figures_of(letter).get(figure)
    found = None if make is None else make(site.run(name).summary)
    if found is None or kind not in KINDS:
        return None
    return SHELF.take((kind, site.run(name).folder, site.stamp(name), letter, figure), lambda: _file(found, kind))


def _file(figure: Figure, kind: str) -> bytes:
    if kind == "png":
        return png(figure)
    if kind == "svg":
        return svg(figure).encode("utf-8")
    frame = escape_formulas(figure.to_frame())
    frame.columns = list(escape_formulas(frame.columns.to_frame(index=False, name="title"))["title"])
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8", errors="replace")
