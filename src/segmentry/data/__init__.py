"""Files and frames in; clean orders and customers out."""

from segmentry.data.engine import memory_limit, plainly
from segmentry.data.load import ColumnLook, Look, load, look
from segmentry.data.options import ReadOptions
from segmentry.data.sample import SampleShop, sample_shop
from segmentry.data.sources import STANDARD_INPUT, Source
from segmentry.data.tables import Customers, Guess, Loaded, Orders, RowCounts

__all__ = [
    "STANDARD_INPUT",
    "ColumnLook",
    "Customers",
    "Guess",
    "Loaded",
    "Look",
    "Orders",
    "ReadOptions",
    "RowCounts",
    "SampleShop",
    "Source",
    "load",
    "look",
    "memory_limit",
    "plainly",
    "sample_shop",
]
