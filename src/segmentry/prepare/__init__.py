"""Measures become points: filled, unskewed, clipped, cut, scaled, encoded; fitted once, applied alike to anybody."""

from segmentry.prepare.encode import CategoryColumn, LevelColumn, YesNoColumn, level_text
from segmentry.prepare.number import NumberColumn
from segmentry.prepare.options import AS_THEY_ARE, PrepareOptions
from segmentry.prepare.pca import Components, fit_components
from segmentry.prepare.points import Floats, Labels, Layout, Points
from segmentry.prepare.preparer import LeftOut, Preparer, fit, fit_kept
from segmentry.prepare.skew import Asinh, YeoJohnson

__all__ = [
    "AS_THEY_ARE",
    "Asinh",
    "CategoryColumn",
    "Components",
    "Floats",
    "Labels",
    "Layout",
    "LeftOut",
    "LevelColumn",
    "NumberColumn",
    "Points",
    "PrepareOptions",
    "Preparer",
    "YeoJohnson",
    "YesNoColumn",
    "fit",
    "fit_components",
    "fit_kept",
    "level_text",
]
