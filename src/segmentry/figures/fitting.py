"""How much room text takes in a chart, and cutting it to the room there is.

Widths are estimates on the safe side: the page may have another font than ours, and nothing cuts text that is too long.
"""

import unicodedata
from collections.abc import Sequence

__all__ = ["apart", "fitted", "in_sentence", "lines", "text_width"]

THIN, DIGIT, SMALL, CAPITAL, BROAD = 0.3, 0.51, 0.51, 0.63, 1.25
"""Widths in ems of our font, each on the safe side."""
JOINERS = "\u200d\ufe0f\ufe0e"
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing."""
LEFT_TO_RIGHT = "\u200e"


def _em(char: str) -> float:
    kind = unicodedata.category(char)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF:
        return BROAD
    if char in " .,:;'|!()[]ijlI·-":
        return THIN
    if char in "mwMW%@—▲▼…":
        return 0.86
    if char.isdigit():
        return DIGIT
    return CAPITAL if kind == "Lu" or not char.isascii() else SMALL


def text_width(text: str, size: float = 13) -> float:
    """Estimate the pixels that a text takes.

    Examples
    --------
    >>> round(text_width("1,200")), round(text_width("Frequent big spenders"))
    (30, 133)
    """
    return size * sum(map(_em, text))


def fitted(text: str, room: float, size: float = 13) -> str:
    """Cut text so that it takes no more than so many pixels; what is cut ends in an ellipsis.

    Examples
    --------
    >>> fitted("Frequent big spenders", 200), fitted("Frequent big spenders", 80)
    ('Frequent big spenders', 'Frequent b…')
    """
    line = "".join(char for char in " ".join(text.split()) if _kept(char))
    if text_width(line, size) <= room:
        return line
    left = room - text_width("…", size)
    end = 0
    for char in line:
        left -= size * _em(char)
        if left < 0:
            break
        end += 1
    # A sign of several characters is not cut in its middle.
    while end and (unicodedata.combining(line[end]) or line[end] in JOINERS or line[end - 1] in JOINERS):
        end -= 1
    return line[:end].rstrip() + "…"


def _kept(char: str) -> bool:
    """Leave out what can't be written, and what would turn the text beside it."""
    return char not in TURNING and unicodedata.category(char) not in ("Cc", "Cs")


def in_sentence(text: str, room: float) -> str:
    """Cut people's text to stand in a sentence of ours: a figure after writing from right to left stays behind it.

    Examples
    --------
    >>> in_sentence("Days since last order", 400)
    'Days since last order'
    """
    found = fitted(text, room)
    turned = any(unicodedata.bidirectional(char) in ("R", "AL") for char in found)
    return found + LEFT_TO_RIGHT if turned else found


def lines(text: str, room: float, most: int = 2, size: float = 13) -> list[str]:
    """Break text into at most so many lines of so many pixels, of about one length; what has no room is cut.

    Examples
    --------
    >>> lines("Days since last order", 80), lines("Keeps, of 100", 72)
    (['Days since', 'last order'], ['Keeps,', 'of 100'])
    """
    words = text.split()
    broken = _broken(words, room, size)
    if len(broken) > most:
        broken = [*broken[: most - 1], " ".join(broken[most - 1 :])]
        return [fitted(line, room, size) for line in broken]
    # The least room in which it takes no more lines makes them even.
    narrowest = room
    while narrowest > room / 3 and len(_broken(words, narrowest - 4, size)) == len(broken):
        narrowest -= 4
    return [fitted(line, room, size) for line in _broken(words, narrowest, size)]


def _broken(words: Sequence[str], room: float, size: float) -> list[str]:
    found: list[str] = []
    for word in words:
        longer = f"{found[-1]} {word}" if found else ""
        if found and text_width(longer, size) <= room:
            found[-1] = longer
        else:
            found.append(word)
    return found


def apart(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Move the middles of labels as little as needs be, so that none overlaps another and all lie within two ends.

    Parameters
    ----------
    wanted : sequence of float
        Where their middles would lie, ascending.
    widths : sequence of float
        The room that each takes, together at most ``high - low``.
    low, high : float
        The ends.

    Notes
    -----
    Least squares under an order: neighbours that would overlap are pooled around the mean of where they would lie, as
    in isotonic regression (Ayer and others, "An empirical distribution function for sampling with incomplete
    information", Annals of Mathematical Statistics 26, 1955).

    Examples
    --------
    >>> apart([40, 44, 90], [20, 20, 20], 0, 100)
    [32.0, 52.0, 90.0]
    >>> apart([98, 99], [20, 20], 0, 100)
    [70.0, 90.0]
    """
    before = [sum(widths[:place]) + widths[place] / 2 for place in range(len(widths))]
    # Where the whole row would have to begin for a label to lie right; a pool's labels share one beginning.
    pools: list[tuple[float, int]] = []
    for middle, offset in zip(wanted, before, strict=True):
        start, size = float(middle - offset), 1
        while pools and pools[-1][0] > start:
            earlier, many = pools.pop()
            start, size = (start * size + earlier * many) / (size + many), size + many
        pools.append((start, size))
    starts = [min(max(start, low), high - sum(widths)) for start, size in pools for _ in range(size)]
    return [start + offset for start, offset in zip(starts, before, strict=True)]
