"""What leaves a run for other tools: mailing lists."""

from segmentry.export.lists import mailing_list

__all__ = ["mailing_list"]
