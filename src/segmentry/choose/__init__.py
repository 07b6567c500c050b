"""How many segments: tries each number, measures and rebuilds every split, and argues for one."""

from segmentry.choose.choose import choose
from segmentry.choose.compare import WORDS as METHOD_WORDS
from segmentry.choose.method import check_options, forming
from segmentry.choose.result import Candidate, Choice, ChooseOptions, Compared, Criterion

__all__ = [
    "METHOD_WORDS",
    "Candidate",
    "Choice",
    "ChooseOptions",
    "Compared",
    "Criterion",
    "check_options",
    "choose",
    "forming",
]
