"""Charts as pictures: SVG for a page, whose colours follow the page; SVG and PNG by themselves."""

from functools import cache
from typing import TYPE_CHECKING

from segmentry.figures.figure import SANS, SERIF, SUBTITLE, TITLE, WIDE, Figure, fold, need
from segmentry.figures.marks import marks_svg
from segmentry.figures.palette import colours, variables
from segmentry.figures.remembered import remembered
from segmentry.markup import Markup, escape

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["inline_svg", "png", "svg"]

KEPT = 128
"""Drawings that are remembered, each of about 10 KB."""
ROOM = 2
"""Pixels around a drawing in a page: lines at its edges are half outside."""
MARGIN = 12
"""Pixels around a file's drawing, and under its title."""
TITLE_LINE, SUBTITLE_LINE = 22, 16
"""Pixels from one line to the next."""


def svg(figure: Figure, width: int = WIDE) -> str:
    """Give a chart as an SVG file of its own, titled, in light colours on paper."""
    sheet = figure.draw(width)
    titles, subtitles = fold(figure.title, width, TITLE), fold(figure.subtitle, width, SUBTITLE)
    top = TITLE_LINE * len(titles) + SUBTITLE_LINE * len(subtitles) + MARGIN
    wide, high = sheet.width + 2 * MARGIN, top + sheet.height + 2 * MARGIN
    head = _lines(
        titles, MARGIN + 16, TITLE_LINE, f'font-family="{SERIF}, serif" font-size="18" font-weight="600"', "ink"
    )
    told = _lines(subtitles, MARGIN + TITLE_LINE * len(titles) + 12, SUBTITLE_LINE, 'font-size="13"', "ink-3")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" aria-label="{escape(figure.title)}" font-family="{SANS}, sans-serif">'
        f'<rect width="100%" height="100%" fill="{colours()["paper"]}"/>{head}{told}'
        f'<g transform="translate({MARGIN},{MARGIN + top})">{marks_svg(sheet, str)}</g></svg>'
    )


def _lines(lines: list[str], y: float, step: float, look: str, colour: str) -> str:
    said = (
        f'<text x="{MARGIN}" y="{y + step * turn:g}" fill="{colours()[colour]}" {look}>{escape(line)}</text>'
        for turn, line in enumerate(lines)
    )
    return "".join(said)


def png(figure: Figure, width: int = WIDE) -> bytes:
    """Give a chart as a PNG file, titled, in light colours on paper, at twice the pixels.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    need("vl_convert")
    return bytes(_renderer().svg_to_png(svg(figure, width), scale=2))


@remembered(KEPT)
def inline_svg(figure: Figure, width: int = WIDE) -> Markup:
    """Give a chart as SVG to stand inside a page: named by its title, in the page's colours and font.

    The last 128 drawings are remembered, by the figure they are of.
    """
    sheet = figure.draw(width)
    wide, high = f"{sheet.width + 2 * ROOM:g}", f"{sheet.height + 2 * ROOM:g}"
    return Markup(
        f'<svg class="chart" viewBox="-{ROOM} -{ROOM} {wide} {high}" width="{wide}" height="{high}" '
        f'role="img" aria-label="{escape(figure.title)}">{marks_svg(sheet, variables().__getitem__)}</svg>'
    )


@cache
def _renderer() -> "ModuleType":
    """Load what makes pixels of SVG, with our fonts."""
    import vl_convert  # noqa: PLC0415 - 84 MB, only where pixels are asked for

    from segmentry.figures.fonts import folders  # noqa: PLC0415 - the same

    for folder in folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert
