"""What leaves a run for other tools: mailing lists."""

from segmentry.export.lists import escape_formulas, mailing_list

__all__ = ["escape_formulas", "mailing_list"]
