"""Measures of behaviour: one row a customer."""

from segmentry.features.measures import FeatureOptions, Kind, Measure, Measures, Part

__all__ = ["FeatureOptions", "Kind", "Measure", "Measures", "Part"]
