"""Charts: one a file, each a function of the summary.

A function gives a :class:`Figure`, or None where the run has nothing to draw. ``figure.chart()`` is the Altair chart; a
notebook shows the figure itself, the report and the pages show the same drawing with its numbers as a table.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from segmentry.figures.figure import NARROW, WIDE, Cell, Figure, drawable
from segmentry.figures.share_balance import share_balance
from segmentry.figures.svg import inline_svg, png, svg
from segmentry.summary import RunSummary

__all__ = ["FIGURES", "NARROW", "WIDE", "Cell", "Figure", "drawable", "inline_svg", "png", "share_balance", "svg"]

FIGURES: Mapping[str, Callable[[RunSummary], Figure | None]] = MappingProxyType({"share-balance": share_balance})
"""Every figure of a whole run, by its address."""
