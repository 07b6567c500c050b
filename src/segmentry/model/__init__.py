"""The portable model: one file that scores anybody, anywhere, alike."""

from segmentry.model.inputs import as_table
from segmentry.model.segment_model import Input, SegmentModel, cutoffs

__all__ = ["Input", "SegmentModel", "as_table", "cutoffs"]
