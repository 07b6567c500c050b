"""With which segment to begin, where the pages say so in one word."""

from segmentry.describe import Segment
from segmentry.summary import RunSummary

__all__ = ["begin_with"]


def begin_with(summary: RunSummary) -> Segment | None:
    """Give the one segment to begin with; None where none stands out, or the split is not to be built on."""
    start = summary.start_with
    if start is None or summary.verdict == "Not dependable":
        return None
    return next((segment for segment in summary.segments if segment.letter == start.letter), None)
