"""A run as a Power BI project: a folder that Power BI Desktop opens, edits and refreshes."""

from segmentry.export.power_bi.project import write_project

__all__ = ["write_project"]
