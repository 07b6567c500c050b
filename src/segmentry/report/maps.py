"""Flattened pictures of the customers, each a dot in its segment's colour."""

from segmentry.markup.build import Markup, element
from segmentry.report.figure import HERE, Showing, run_figures
from segmentry.summary import RunSummary

__all__ = ["maps"]


def maps(summary: RunSummary, showing: Showing = HERE) -> Markup | None:
    """Show the maps, where there are any; ``showing`` says how charts are drawn."""
    names = (f"map-{drawn.method}" for drawn in summary.maps)
    shown = run_figures(summary, *names, widths=showing.lesser, showing=showing)
    if shown is None:
        return None
    return element(
        "section",
        element("h2", "Map of customers"),
        element("p", "Segments were not formed on it."),
        shown,
        id="map",
    )
