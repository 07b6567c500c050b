"""Charts: one a file, each a function of the summary.

A function gives a :class:`Figure`, or None where the run has nothing to draw. ``figure.chart()`` is the Altair chart; a
notebook shows the figure itself, the report and the pages show the same drawing with its numbers as a table.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from segmentry.figures.box_plots import box_plots
from segmentry.figures.correlations import correlations
from segmentry.figures.criteria import criteria
from segmentry.figures.customer_map import customer_map
from segmentry.figures.dendrogram import dendrogram
from segmentry.figures.differences import differences
from segmentry.figures.distributions import distributions
from segmentry.figures.dot_range import dot_range
from segmentry.figures.elbow import elbow
from segmentry.figures.figure import NARROW, WIDE, Cell, Figure
from segmentry.figures.histograms import histograms
from segmentry.figures.keep_ranges import keep_ranges
from segmentry.figures.ledger import segment_ledger
from segmentry.figures.share_balance import share_balance
from segmentry.figures.silhouette_profile import silhouette_profile
from segmentry.figures.svg import inline_svg, png, svg
from segmentry.summary import RunSummary

__all__ = [
    "FIGURES",
    "NARROW",
    "SEGMENT_FIGURES",
    "WIDE",
    "Cell",
    "Figure",
    "box_plots",
    "correlations",
    "criteria",
    "customer_map",
    "dendrogram",
    "differences",
    "distributions",
    "dot_range",
    "elbow",
    "histograms",
    "inline_svg",
    "keep_ranges",
    "png",
    "segment_ledger",
    "share_balance",
    "silhouette_profile",
    "svg",
]

FIGURES: Mapping[str, Callable[[RunSummary], Figure | None]] = MappingProxyType(
    {
        "box-plots": box_plots,
        "correlations": correlations,
        "criteria": criteria,
        "dendrogram": dendrogram,
        "differences": differences,
        "distributions": distributions,
        "elbow": elbow,
        "keep-ranges": keep_ranges,
        "map-opentsne": partial(customer_map, method="opentsne"),
        "map-pca": partial(customer_map, method="pca"),
        "map-tsne": partial(customer_map, method="tsne"),
        "map-umap": partial(customer_map, method="umap"),
        "segment-ledger": segment_ledger,
        "share-balance": share_balance,
        "silhouette-profile": silhouette_profile,
    }
)
"""Every figure of a whole run, by its address."""

SEGMENT_FIGURES: Mapping[str, Callable[[RunSummary, str], Figure | None]] = MappingProxyType(
    {
        "dot-range": dot_range,
        "histograms": histograms,
    }
)
"""Every figure of one segment, by its address; it is asked for with the segment's letter."""
