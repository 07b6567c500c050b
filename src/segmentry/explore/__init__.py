"""What the measures look like before any segment is found."""

from segmentry.explore.apart import Apart
from segmentry.explore.blanks import Blank, Blanks, Pattern, Together
from segmentry.explore.correlation import CLOSE, Correlations, Pair
from segmentry.explore.shapes import Bin, CategoryShape, Level, NumberShape
from segmentry.explore.whole import Exploration, LeftOut, correlate, explore, explore_measures

__all__ = [
    "CLOSE",
    "Apart",
    "Bin",
    "Blank",
    "Blanks",
    "CategoryShape",
    "Correlations",
    "Exploration",
    "LeftOut",
    "Level",
    "NumberShape",
    "Pair",
    "Pattern",
    "Together",
    "correlate",
    "explore",
    "explore_measures",
]
