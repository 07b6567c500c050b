"""What stands for a segment on the page: a letter in a box with an edge of its colour, and bars of that colour."""

import re

from segmentry.continuity import Tag
from segmentry.describe import Segment
from segmentry.markup.build import Child, Markup, element, join

__all__ = ["COLOURED", "badge", "bar", "colour", "people_said", "titled", "with_options"]

OPTION = re.compile(r"(--[a-z][a-z-]*(?: [A-Z]+\b)?)")

COLOURED = "ABCDEFGH"
"""Letters beyond the eighth are grey: more colours can't be told apart."""


def colour(letter: str) -> str:
    """Name the class that sets a segment's colour: it follows from the letter, so both stay alike from run to run.

    Examples
    --------
    >>> colour("A"), colour("H"), colour("I"), colour("AA")
    ('seg-1', 'seg-8', 'seg-grey', 'seg-grey')
    """
    place = COLOURED.find(letter) if len(letter) == 1 else -1
    return f"seg-{place + 1}" if place >= 0 else "seg-grey"


def people_said(text: str) -> Markup:
    """Show text that comes from people's files, apart from the direction of writing around it."""
    return element("bdi", text)


def with_options(text: str) -> Markup:
    """Show text in which options of the command line stay in one piece: a line must not break after their dashes.

    Examples
    --------
    >>> with_options("left out (--include COLUMN)").text
    'left out (<span class="option">--include COLUMN</span>)'
    """
    pieces = OPTION.split(text)
    return join(element("span", piece, class_="option") if at % 2 else piece for at, piece in enumerate(pieces))


def badge(segment: Segment | Tag) -> Markup:
    """Show a segment's letter."""
    return element("span", segment.letter, class_=f"badge {colour(segment.letter)}")


def titled(segment: Segment | Tag, *more: Child) -> Markup:
    """Show a segment's letter and name, which stay together."""
    name = element("span", people_said(segment.name), class_="name")
    return element("span", badge(segment), name, *more, class_="titled")


def bar(part: float, largest: float, letter: str) -> Markup:
    """Draw a bar that starts at zero; it repeats a figure that stands beside it, so readers aloud pass over it.

    Its width is an attribute, not a style: a page's policy may then allow no style but its own sheet.

    Parameters
    ----------
    part, largest : float
        The share shown, and the share that fills the whole width; both 0 to 1.
    letter : str
        The segment's letter.
    """
    width = 100 * min(max(part / largest, 0.0), 1.0) if largest > 0 else 0.0
    fill = element("rect", width=f"{width:.1f}%", height="100%")
    return element("svg", fill, class_=f"bar {colour(letter)}", aria_hidden="true")
