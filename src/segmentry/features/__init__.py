"""Measures of behaviour: one row a customer."""

from segmentry.features.build import build, measure
from segmentry.features.definitions import DEFINITIONS, RULES, Definition
from segmentry.features.enough import enough
from segmentry.features.measures import FeatureOptions, Kind, Measure, Measures, Part

__all__ = [
    "DEFINITIONS",
    "RULES",
    "Definition",
    "FeatureOptions",
    "Kind",
    "Measure",
    "Measures",
    "Part",
    "build",
    "enough",
    "measure",
]
