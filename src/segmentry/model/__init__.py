"""The portable model: one file that scores anybody, anywhere, alike; and what a run gives beside it."""

from segmentry.model.explanation import Change, Explanation, OneOrder, Reason, Recomputed
from segmentry.model.grounds import Grounds
from segmentry.model.inputs import Input, as_table
from segmentry.model.lookalike import Lookalike
from segmentry.model.segment_model import SegmentModel
from segmentry.model.segmentation import Segmentation, carried_columns, segmentation

__all__ = [
    "Change",
    "Explanation",
    "Grounds",
    "Input",
    "Lookalike",
    "OneOrder",
    "Reason",
    "Recomputed",
    "SegmentModel",
    "Segmentation",
    "as_table",
    "carried_columns",
    "segmentation",
]
