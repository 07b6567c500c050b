"""The portable model: one file that scores anybody, anywhere, alike; and what a run gives beside it."""

from segmentry.model.before import (
    CUSTOMERS_FILE,
    MODEL_FILE,
    Before,
    Following,
    follow,
    labels_of,
    open_before,
)
from segmentry.model.centres import Key, centres_of, spreads
from segmentry.model.explanation import Change, Explanation, OneOrder, Reason, Recomputed
from segmentry.model.grounds import Grounds
from segmentry.model.inputs import FITS, Input, as_table, fit_codes
from segmentry.model.lookalike import Lookalike
from segmentry.model.one import Placed
from segmentry.model.profiles import Profiles
from segmentry.model.segment_model import PlacedMany, SegmentModel
from segmentry.model.segmentation import Segmentation, carried_columns, segmentation

__all__ = [
    "CUSTOMERS_FILE",
    "FITS",
    "MODEL_FILE",
    "Before",
    "Change",
    "Explanation",
    "Following",
    "Grounds",
    "Input",
    "Key",
    "Lookalike",
    "OneOrder",
    "Placed",
    "PlacedMany",
    "Profiles",
    "Reason",
    "Recomputed",
    "SegmentModel",
    "Segmentation",
    "as_table",
    "carried_columns",
    "centres_of",
    "fit_codes",
    "follow",
    "labels_of",
    "open_before",
    "segmentation",
    "spreads",
]
