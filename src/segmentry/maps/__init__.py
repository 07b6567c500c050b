"""Flattened pictures of the customers: for looking at, never for forming segments.

To add one: write its file with a :class:`Mapper` and its :class:`Flat`, add a row to ``MAPPERS``; the contract tests
then run over it.
"""

from segmentry.maps.contract import Axis, Flat, Load, Mapper
from segmentry.maps.options import MapOptions
from segmentry.maps.picture import MAPPERS, NOWHERE, Flattened, Map, check_maps, draw, flatten

__all__ = [
    "MAPPERS",
    "NOWHERE",
    "Axis",
    "Flat",
    "Flattened",
    "Load",
    "Map",
    "MapOptions",
    "Mapper",
    "check_maps",
    "draw",
    "flatten",
]
