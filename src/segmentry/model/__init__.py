"""The portable model: one file that scores anybody, anywhere, alike; and what a run gives beside it."""

from segmentry.model.inputs import as_table
from segmentry.model.segment_model import Input, SegmentModel
from segmentry.model.segmentation import Segmentation, carried_columns, segmentation

__all__ = ["Input", "SegmentModel", "Segmentation", "as_table", "carried_columns", "segmentation"]
