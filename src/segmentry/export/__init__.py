"""What leaves a run for other tools: mailing lists, and reports in other formats."""

from segmentry.export.formats import FORMATS, Format
from segmentry.export.lists import escape_formulas, mailing_list

__all__ = ["FORMATS", "Format", "escape_formulas", "mailing_list"]
