"""Measures become points: filled, unskewed, clipped, scaled, encoded; fitted once, applied alike to anybody."""

from segmentry.prepare.options import PrepareOptions
from segmentry.prepare.points import Floats, Labels, Points
from segmentry.prepare.preparer import CategoryColumn, NumberColumn, Preparer, YesNoColumn, fit

__all__ = [
    "CategoryColumn",
    "Floats",
    "Labels",
    "NumberColumn",
    "Points",
    "PrepareOptions",
    "Preparer",
    "YesNoColumn",
    "fit",
]
