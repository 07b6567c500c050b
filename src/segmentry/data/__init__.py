"""Files and frames in; clean orders and customers out."""

from segmentry.data.options import ReadOptions
from segmentry.data.tables import Customers, Guess, Loaded, Orders, RowCounts

__all__ = ["Customers", "Guess", "Loaded", "Orders", "ReadOptions", "RowCounts"]
