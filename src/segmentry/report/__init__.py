"""A run for people to read: one HTML file, or Markdown; in a company's own look where there is a brand."""

from segmentry.report.brand import Brand
from segmentry.report.markdown import markdown
from segmentry.report.page import html

__all__ = ["Brand", "html", "markdown"]
