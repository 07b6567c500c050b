"""Measures of behaviour: one row a customer."""

from segmentry.features.build import build, measure
from segmentry.features.definitions import DEFINITIONS, RULES, Definition
from segmentry.features.enough import enough
from segmentry.features.grids import GRIDS, Grid, Lint, lint_grid, load_grid
from segmentry.features.measures import FeatureOptions, Kind, Measure, Measures, Part
from segmentry.features.rows import RowMeasure, measure_rows
from segmentry.features.scores import RFM, Cuts, ScoreRule, Scores, fit_cuts, fit_scores
from segmentry.features.select import guessing_columns

__all__ = [
    "DEFINITIONS",
    "GRIDS",
    "RFM",
    "RULES",
    "Cuts",
    "Definition",
    "FeatureOptions",
    "Grid",
    "Kind",
    "Lint",
    "Measure",
    "Measures",
    "Part",
    "RowMeasure",
    "ScoreRule",
    "Scores",
    "build",
    "enough",
    "fit_cuts",
    "fit_scores",
    "guessing_columns",
    "lint_grid",
    "load_grid",
    "measure",
    "measure_rows",
]
