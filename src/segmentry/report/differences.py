"""All measures beside all segments, as a section of the report."""

from segmentry.markup.build import Markup, element
from segmentry.markup.differences import difference_table
from segmentry.summary import RunSummary

__all__ = ["differences"]


def differences(summary: RunSummary) -> Markup:
    """Show the table of measures by segments."""
    return element(
        "section", element("h2", "Differences between segments"), difference_table(summary), id="differences"
    )
