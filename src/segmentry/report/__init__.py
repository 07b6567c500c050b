"""A run for people to read: one HTML file."""

from segmentry.report.page import html

__all__ = ["html"]
