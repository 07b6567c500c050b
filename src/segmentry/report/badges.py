"""What stands for a segment on the page: a letter in a box with an edge of its colour, and bars of that colour."""

from segmentry.describe import Segment
from segmentry.report.markup import Child, Markup, element

__all__ = ["COLOURS", "badge", "bar", "colour", "people_said", "titled"]

COLOURS = 8
"""Segments beyond the eighth are grey: more colours can't be told apart."""


def colour(position: int) -> str:
    """Give the style that sets a segment's colour, by its position from 0.

    Examples
    --------
    >>> colour(0), colour(8)
    ('--c:var(--seg-1)', '--c:var(--muted-mark)')
    """
    return f"--c:var(--seg-{position + 1})" if position < COLOURS else "--c:var(--muted-mark)"


def people_said(text: str) -> Markup:
    """Show text that comes from people's files, apart from the direction of writing around it."""
    return element("bdi", text)


def badge(segment: Segment, position: int) -> Markup:
    """Show a segment's letter."""
    return element("span", segment.letter, class_="badge", style=colour(position))


def titled(segment: Segment, position: int, *more: Child) -> Markup:
    """Show a segment's letter and name, which stay together."""
    name = element("span", people_said(segment.name), class_="name")
    return element("span", badge(segment, position), name, *more, class_="titled")


def bar(part: float, largest: float, position: int) -> Markup:
    """Draw a bar that starts at zero; it repeats a figure that stands beside it, so readers aloud pass over it.

    Parameters
    ----------
    part, largest : float
        The share shown, and the share that fills the whole width; both 0 to 1.
    position : int
        The segment's position, from 0.
    """
    width = 100 * min(max(part / largest, 0.0), 1.0) if largest > 0 else 0.0
    fill = element("span", style=f"{colour(position)};width:{width:.1f}%")
    return element("span", fill, class_="bar", aria_hidden="true")
