"""What every chart is: a title that is the takeaway, units and n, its numbers as a table, and a drawing."""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from segmentry.errors import UsageError
from segmentry.figures.palette import colours
from segmentry.markup import Column

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from segmentry.figures.sheet import Sheet

__all__ = ["NARROW", "WIDE", "Cell", "Figure", "need"]

WIDE, NARROW = 680, 330
"""Pixels: beside a text column, and on a telephone."""

SANS, SERIF = "Source Sans Pro", "Source Serif Pro"
"""Fonts of marks and of titles."""
TITLE, SUBTITLE = 8.4, 6.2
"""Pixels of a letter, on the whole, in a title and in a subtitle."""

Cell = str | float | int | None
"""What a table of numbers holds; a float is shown by ``format``, None as a dash."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart of a run.

    Parameters
    ----------
    name : str
        Its file's name, e.g. ``"share-balance"``: an address and a file name.
    title : str
        What it shows, as a finding with a number.
    subtitle : str
        Units and n.
    columns : tuple of Column
        Headings of its numbers.
    rows : tuple of tuple of Cell
        Its numbers, every one that it draws.
    draw : callable
        Draws it on a sheet of so many pixels of width, without title.
    narrow : bool, default False
        Whether it is drawn again for narrow screens instead of being scrolled.
    caption : str, default ""
        What must stand beside it, e.g. how far a map can be believed.
    """

    name: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    draw: "Callable[[int], Sheet]" = field(repr=False, compare=False)
    narrow: bool = False
    caption: str = ""

    def chart(self, width: int = WIDE) -> "alt.LayerChart | alt.FacetChart":
        """Give it as an Altair chart with its title, in our look: to be shown, changed or saved.

        Raises
        ------
        UsageError
            Altair isn't installed.
        """
        need("altair")
        from segmentry.figures.altair_chart import altair_chart  # noqa: PLC0415 - 0.3 s, only where one is asked for

        title = {"text": fold(self.title, width, TITLE), "subtitle": fold(self.subtitle, width, SUBTITLE)}
        return altair_chart(self.draw(width)).properties(title=title, background=colours()["paper"], config=look())

    def to_frame(self) -> "pd.DataFrame":
        """Give its numbers as a table, one column a heading."""
        import pandas as pd  # noqa: PLC0415 - a page shows numbers without it

        return pd.DataFrame(list(self.rows), columns=[column.title for column in self.columns])

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, Any]:
        """Show it in a notebook; not its numbers beside it, which a notebook would prefer to the drawing."""
        from segmentry.figures.svg import svg  # noqa: PLC0415 - it draws figures, and so needs this file

        return {"text/plain": f"{self.title}\n{self.subtitle}", "image/svg+xml": svg(self)}


def need(library: str) -> None:
    """Raise, naming the extra, if a library isn't installed.

    Raises
    ------
    UsageError
        It isn't.
    """
    if find_spec(library) is None:
        raise UsageError(
            f"this form of a chart needs {library}, which isn't installed", way_out="pip install 'segmentry[look]'"
        )


def fold(text: str, width: int, each: float) -> list[str]:
    """Break a text into lines of so many pixels, a letter being ``each`` wide on the whole.

    Examples
    --------
    >>> fold("Inertia bends at 4 segments", 150, 9.0)
    ['Inertia bends at', '4 segments']
    """
    return textwrap.wrap(text, max(int(width / each), 8), break_on_hyphens=False) or [""]


def look() -> dict[str, Any]:
    """Give Vega-Lite's settings for our look: ink on paper, our fonts, no frame."""
    ink, soft = colours()["ink"], colours()["ink-3"]
    return {
        "font": SANS,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "color": ink,
            "font": SERIF,
            "fontSize": 18,
            "fontWeight": 600,
            "subtitleColor": soft,
            "subtitleFontSize": 13,
            "offset": 12,
        },
    }
