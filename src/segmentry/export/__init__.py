"""What leaves a run for other tools: mailing lists, and reports in other formats."""

from segmentry.export.formats import FORMATS, Format
from segmentry.export.lists import mailing_list

__all__ = ["FORMATS", "Format", "mailing_list"]
