"""Flattened pictures of the customers, each a dot in its segment's colour."""

from segmentry.markup.build import Markup, element
from segmentry.report.figure import Links, run_figures
from segmentry.summary import RunSummary

__all__ = ["maps"]


def maps(summary: RunSummary, links: Links | None = None) -> Markup | None:
    """Show the maps, where there are any; ``links`` gives the addresses of a chart's files."""
    shown = run_figures(summary, *(f"map-{drawn.method}" for drawn in summary.maps), links=links)
    if shown is None:
        return None
    return element(
        "section",
        element("h2", "Map of customers"),
        element("p", "Segments were not formed on it."),
        shown,
        id="map",
    )
