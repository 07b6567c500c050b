"""How many lines a text takes in a cell: a file has no lines of text, only the heights of its rows."""

import unicodedata

from xlsxwriter.utility import xl_pixel_width

__all__ = ["lines_of"]

DIGIT = 7
"""Pixels of a digit in the font of a workbook, Calibri 11: the unit of its columns' widths."""
WIDE = 15
"""Pixels of a letter as wide as it is high, such as Chinese ones."""
BOLD, MARGIN = 1.07, 1.03
"""How much wider bold text is, and what is left for a program that has another font."""


def lines_of(text: str, room: float, *, bold: bool = False) -> int:
    """Count the lines of a text that is wrapped at blanks, as spreadsheets do.

    Parameters
    ----------
    text : str
        What is written.
    room : float
        The width of its column, in digits.
    bold : bool, default False
        Whether it is written bold.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> lines_of("Times as often", 15), lines_of("E · Recent occasional buyers", 13, bold=True), lines_of("A" * 40, 10)
    (1, 3, 6)
    """
    widest = room * DIGIT / (MARGIN * (BOLD if bold else 1.0))
    return sum(_wrapped(line, widest) for line in text.split("\n")) or 1


def _wrapped(line: str, widest: float) -> int:
    blank, lines, used = _pixels(" "), 1, 0.0
    for word in line.split():
        wide = _pixels(word)
        if used and used + blank + wide > widest:
            lines, used = lines + 1, 0.0
        used += wide + (blank if used else 0.0)
        # A word that is longer than its line goes on in the next ones.
        over, used = divmod(used, widest) if used > widest else (0.0, used)
        lines += int(over)
    return lines


def _pixels(text: str) -> float:
    if text.isascii():
        return float(xl_pixel_width(text))
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return float(xl_pixel_width(text) + wide * (WIDE - xl_pixel_width("漢")))
