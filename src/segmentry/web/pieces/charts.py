"""Charts on pages and as files: drawn once a run, with the addresses of their files."""

from collections.abc import Callable, Mapping
from functools import partial

from segmentry.export import escape_formulas
from segmentry.figures import FIGURES, SEGMENT_FIGURES, Figure, png, svg
from segmentry.markup import Markup
from segmentry.report.figure import Showing, figure
from segmentry.summary import RunSummary
from segmentry.web.pieces.addressing import address
from segmentry.web.pieces.shelf import Shelf
from segmentry.web.site import Site
from segmentry.workspace import Run

__all__ = ["KINDS", "figure_file", "figures_of", "files_of", "kept_section", "showing", "shown_figures"]

KINDS: Mapping[str, str] = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}
"""The files of a figure, by their ending."""

Make = Callable[[RunSummary], Figure | None]
SHELF = Shelf()


def figures_of(letter: str) -> Mapping[str, Make]:
    """Give the figures of a segment by name, or of the whole run where the letter is ""."""
    if not letter:
        return FIGURES
    return {name: partial(_of_segment, make, letter) for name, make in SEGMENT_FIGURES.items()}


def _of_segment(make: Callable[[RunSummary, str], Figure | None], letter: str, summary: RunSummary) -> Figure | None:
    return make(summary, letter)


def files_of(shown: Figure, name: str, letter: str = "") -> Mapping[str, str]:
    """Give the addresses of a figure's files: of the run, or of one of its segments."""
    at = ("segments", letter, "figures") if letter else ("figures",)
    # A segment's figure is called after its letter too, which the address says already.
    called = shown.name.removesuffix(f"-{letter.lower()}") if letter else shown.name
    return {kind.upper(): address(name, *at, f"{called}.{kind}") for kind in KINDS}


def showing(name: str, letter: str = "") -> Showing:
    """Say how figures come onto the pages of a run, or of one of its segments: with their files."""
    return Showing(links=lambda shown: files_of(shown, name, letter))


def kept_section(site: Site, run: Run, section: str, make: Callable[[], Markup | None]) -> Markup | None:
    """Give a finished piece of a run's pages, made once as long as the run stays as it is.

    Parameters
    ----------
    site : Site
        What the pages show.
    run : Run
        What it is made from.
    section : str
        What the piece is, e.g. ``"trust"``.
    make : callable
        Makes it; None where there is nothing to show.
    """

    def text() -> str:
        made = make()
        return "" if made is None else made.text

    key = ("section", run.folder, site.stamp(run), section)
    return Markup(found) if (found := SHELF.take(key, text)) else None


def shown_figures(site: Site, run: Run, *wanted: str) -> list[Markup]:
    """Show figures of a run, as far as it has them; a name that ends in ``*`` stands for all that begin so."""
    found = []
    for pattern in wanted:
        for known, make in FIGURES.items():
            if known == pattern or (pattern.endswith("*") and known.startswith(pattern[:-1])):
                shown = kept_section(site, run, f"figure {known}", partial(_figure, make, run.summary, run.folder.name))
                found += [] if shown is None else [shown]
    return found


def _figure(make: Make, summary: RunSummary, name: str) -> Markup | None:
    made = make(summary)
    return None if made is None else figure(made, showing=showing(name))


def figure_file(site: Site, run: Run, letter: str, wanted: str, kind: str) -> bytes | None:
    """Give a figure as a file; None where there is no such figure, or the run has nothing to draw.

    Parameters
    ----------
    site : Site
        What the pages show.
    run : Run
        What it is drawn from.
    letter : str
        The segment's, "" for a figure of the whole run.
    wanted : str
        The figure's name.
    kind : {"png", "svg", "csv"}
        Which file.

    Raises
    ------
    UsageError
        It is to be drawn, and the extra "look" isn't installed.
    """
    make = figures_of(letter).get(wanted)
    made = None if make is None else make(run.summary)
    if made is None or kind not in KINDS:
        return None
    return SHELF.take((kind, run.folder, site.stamp(run), letter, wanted), lambda: _file(made, kind))


def _file(made: Figure, kind: str) -> bytes:
    if kind == "png":
        return png(made)
    if kind == "svg":
        return svg(made).encode("utf-8")
    frame = escape_formulas(made.to_frame())
    frame.columns = list(escape_formulas(frame.columns.to_frame(index=False, name="title"))["title"])
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8", errors="replace")
