"""What leaves a run for other tools: mailing lists, and reports in other formats."""

from segmentry.export.formats import FORMATS, Extra, Format
from segmentry.export.lists import escape_formulas, mailing_list

__all__ = ["FORMATS", "Extra", "Format", "escape_formulas", "mailing_list"]
