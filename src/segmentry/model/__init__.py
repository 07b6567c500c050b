"""The portable model: one file that scores anybody, anywhere, alike."""

from segmentry.model.segment_model import Input, SegmentModel, cutoffs

__all__ = ["Input", "SegmentModel", "cutoffs"]
