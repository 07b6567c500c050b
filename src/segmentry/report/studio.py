"""Drawing a page's charts side by side, while the rest of the page is written.

A chart takes Altair and the renderer about as long, and they can work at the same time. So a page is written with
places for its drawings, and these are put in at the end.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from segmentry.figures import Figure, inline_svg
from segmentry.figures.svg import start
from segmentry.markup.build import Markup

__all__ = ["Studio"]

HANDS = 3
"""Drawings in work: one with Altair, one with the renderer, one that waits for either."""
MARK = "\x00"
"""Around the number of a drawing. Text on its way into HTML loses this character, so none can be taken for a place."""


class Studio:
    """Draws in the background, and puts the drawings where they belong.

    Examples
    --------
    >>> with Studio() as studio:
    ...     page = studio.hung("<p>No chart.</p>")
    >>> page
    '<p>No chart.</p>'
    """

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="drawing")
        self._drawings: list[Future[Markup]] = []
        self._hands.submit(start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hands.shutdown(cancel_futures=True)

    def draw(self, figure: Figure, width: int) -> Markup:
        """Begin a drawing, and give the place that it will take."""
        self._drawings.append(self._hands.submit(inline_svg, figure, width))
        return Markup(f"{MARK}{len(self._drawings) - 1}{MARK}")

    def hung(self, page: str) -> str:
        """Give the page with its drawings in their places."""
        pieces = page.split(MARK)
        pieces[1::2] = [self._drawings[int(number)].result().text for number in pieces[1::2]]
        return "".join(pieces)
