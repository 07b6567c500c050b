"""Files and frames in; clean orders and customers out.

What reads is imported when it is first used: a model that places one customer needs no query engine.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from segmentry.data.options import ReadOptions
from segmentry.data.sources import STANDARD_INPUT, Source
from segmentry.data.tables import Customers, Guess, Loaded, Orders, RowCounts

if TYPE_CHECKING:
    from segmentry.data.customer_rows import CustomerRows, frame_rows
    from segmentry.data.engine import memory_limit, plainly
    from segmentry.data.load import ColumnLook, Look, glimpse, load, look, open_table
    from segmentry.data.sample import SampleShop, sample_shop

__all__ = [
    "STANDARD_INPUT",
    "ColumnLook",
    "CustomerRows",
    "Customers",
    "Guess",
    "Loaded",
    "Look",
    "Orders",
    "ReadOptions",
    "RowCounts",
    "SampleShop",
    "Source",
    "frame_rows",
    "glimpse",
    "load",
    "look",
    "memory_limit",
    "open_table",
    "plainly",
    "sample_shop",
]

_HOMES = {
    "ColumnLook": "load",
    "CustomerRows": "customer_rows",
    "Look": "load",
    "SampleShop": "sample",
    "frame_rows": "customer_rows",
    "glimpse": "load",
    "load": "load",
    "look": "load",
    "memory_limit": "engine",
    "open_table": "load",
    "plainly": "engine",
    "sample_shop": "sample",
}


class _Doorway(ModuleType):
    """Opens a file of this room when one of its names is first used."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'segmentry.data' has no attribute {name!r}")
        return getattr(importlib.import_module(f"segmentry.data.{_HOMES[name]}"), name)

    def __setattr__(self, name: str, value: object) -> None:
        # Importing the file load.py would bind its name here and hide the function of the same name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Doorway
