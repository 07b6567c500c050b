"""The colours of charts: the light values of the style sheet, each of which stands for one variable of it.

A chart is drawn in these. Where it is put into a page its colours become the variables again, so that dark mode, print
and a brand's own colours need no second drawing.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from segmentry.markup.badges import COLOURED

__all__ = ["colours", "segment_colour", "variables"]

VARIABLE = re.compile(r"--([a-z0-9-]+): (#[0-9A-F]{6});")


@cache
def colours() -> Mapping[str, str]:
    """Give the light colours by name, e.g. ``"ink"``, ``"seg-1"``, ``"muted-mark"``.

    Examples
    --------
    >>> colours()["ink"]
    '#1D2129'
    """
    sheet = files("segmentry.markup").joinpath("style/tokens.css").read_text(encoding="utf-8")
    return MappingProxyType(dict(VARIABLE.findall(sheet[: sheet.index("@media")])))


@cache
def variables() -> Mapping[str, str]:
    """Give the style sheet's variable that each colour stands for.

    Examples
    --------
    >>> variables()["#1D2129"]
    'var(--ink)'
    """
    return MappingProxyType({value: f"var(--{name})" for name, value in colours().items()})


def segment_colour(letter: str) -> str:
    """Give a segment's colour by its letter; grey beyond the eighth.

    Examples
    --------
    >>> segment_colour("A"), segment_colour("J")
    ('#142F7F', '#8C8F94')
    """
    place = COLOURED.find(letter) if len(letter) == 1 else -1
    return colours()[f"seg-{place + 1}" if place >= 0 else "muted-mark"]
