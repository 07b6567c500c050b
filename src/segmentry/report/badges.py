"""What stands for a segment on the page: a letter in a box with an edge of its colour, and bars of that colour."""

from segmentry.describe import Segment
from segmentry.report.markup import Child, Markup, element

__all__ = ["COLOURED", "badge", "bar", "colour", "people_said", "titled"]

COLOURED = "ABCDEFGH"
"""Letters beyond the eighth are grey: more colours can't be told apart."""


def colour(letter: str) -> str:
    """Give the style that sets a segment's colour: it follows from the letter, so both stay alike from run to run.

    Examples
    --------
    >>> colour("A"), colour("H"), colour("I"), colour("AA")
    ('--c:var(--seg-1)', '--c:var(--seg-8)', '--c:var(--muted-mark)', '--c:var(--muted-mark)')
    """
    place = COLOURED.find(letter) if len(letter) == 1 else -1
    return f"--c:var(--seg-{place + 1})" if place >= 0 else "--c:var(--muted-mark)"


def people_said(text: str) -> Markup:
    """Show text that comes from people's files, apart from the direction of writing around it."""
    return element("bdi", text)


def badge(segment: Segment) -> Markup:
    """Show a segment's letter."""
    return element("span", segment.letter, class_="badge", style=colour(segment.letter))


def titled(segment: Segment, *more: Child) -> Markup:
    """Show a segment's letter and name, which stay together."""
    name = element("span", people_said(segment.name), class_="name")
    return element("span", badge(segment), name, *more, class_="titled")


def bar(part: float, largest: float, letter: str) -> Markup:
    """Draw a bar that starts at zero; it repeats a figure that stands beside it, so readers aloud pass over it.

    Parameters
    ----------
    part, largest : float
        The share shown, and the share that fills the whole width; both 0 to 1.
    letter : str
        The segment's letter.
    """
    width = 100 * min(max(part / largest, 0.0), 1.0) if largest > 0 else 0.0
    fill = element("span", style=f"{colour(letter)};width:{width:.1f}%")
    return element("span", fill, class_="bar", aria_hidden="true")
