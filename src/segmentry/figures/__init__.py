"""Charts: one a file, each a function of the summary.

A function gives a :class:`Figure`, or None where the run has nothing to draw. ``figure.chart()`` is the Altair chart; a
notebook shows the figure itself, the report and the pages show the same drawing with its numbers as a table.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from segmentry.figures.box_plots import box_plots
from segmentry.figures.correlations import correlations
from segmentry.figures.criteria import criteria
from segmentry.figures.dendrogram import dendrogram
from segmentry.figures.distributions import distributions
from segmentry.figures.elbow import elbow
from segmentry.figures.figure import NARROW, WIDE, Cell, Figure, drawable
from segmentry.figures.share_balance import share_balance
from segmentry.figures.silhouette_profile import silhouette_profile
from segmentry.figures.svg import inline_svg, png, start, svg
from segmentry.summary import RunSummary

__all__ = [
    "FIGURES",
    "NARROW",
    "WIDE",
    "Cell",
    "Figure",
    "box_plots",
    "correlations",
    "criteria",
    "dendrogram",
    "distributions",
    "drawable",
    "elbow",
    "inline_svg",
    "png",
    "share_balance",
    "silhouette_profile",
    "start",
    "svg",
]

FIGURES: Mapping[str, Callable[[RunSummary], Figure | None]] = MappingProxyType(
    {
        "box-plots": box_plots,
        "correlations": correlations,
        "criteria": criteria,
        "dendrogram": dendrogram,
        "distributions": distributions,
        "elbow": elbow,
        "share-balance": share_balance,
        "silhouette-profile": silhouette_profile,
    }
)
"""Every figure of a whole run, by its address."""
