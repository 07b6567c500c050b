"""How many of 100, as a hundred dots: a share that people can count."""

from segmentry.markup import Markup, element

__all__ = ["dot_grid"]

SIDE, STEP, RADIUS = 10, 12, 4


def dot_grid(filled: int, label: str) -> Markup:
    """Draw ten rows of ten dots, the first so many of them filled.

    Parameters
    ----------
    filled : int
        0 to 100.
    label : str
        The same in words, for people who hear the page.

    Examples
    --------
    >>> dot_grid(82, "82 of 100").text.count('class="full"')
    82
    """
    dots = (
        element(
            "circle",
            cx=str(STEP * (place % SIDE) + STEP // 2),
            cy=str(STEP * (place // SIDE) + STEP // 2),
            r=str(RADIUS),
            class_="full" if place < filled else "hollow",
        )
        for place in range(SIDE * SIDE)
    )
    size = str(SIDE * STEP)
    picture = element("svg", *dots, viewbox=f"0 0 {size} {size}", width=size, height=size, role="img", aria_label=label)
    return element("div", picture, class_="dots")
