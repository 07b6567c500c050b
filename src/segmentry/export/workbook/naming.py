"""Names of sheets, whatever segments are called: legal for Excel, and no two alike."""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["sheet_names"]

LONGEST = 31
"""What Excel allows, in UTF-16 units: an emoji is two."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = "history"


def sheet_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """Give a sheet's name for each text, in the same order.

    What Excel forbids becomes a blank, what is too long is cut, and of equal ones all but the first get a number.

    Examples
    --------
    >>> sheet_names(["A Big/small spenders?", "a big small spenders", "History", "'quoted'"])
    ('A Big small spenders', 'a big small spenders (2)', 'History (2)', 'quoted')
    """
    given: list[str] = []
    taken = {RESERVED}
    for text in wanted:
        whole = _legal(text)
        name, number = _cut(whole, LONGEST), 1
        while name.casefold() in taken:
            number += 1
            beside = f" ({number})"
            name = _cut(whole, LONGEST - len(beside)) + beside
        taken.add(name.casefold())
        given.append(name)
    return tuple(given)


def _legal(text: str) -> str:
    # Control characters, lone surrogates and what is no character at all can't stand in the file.
    seen = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Cn", "Zl", "Zp"} else char for char in text)
    line = " ".join(FORBIDDEN.sub(" ", seen).split())
    return line.strip("' ") or "Sheet"


def _cut(name: str, longest: int) -> str:
    """Shorten to so many UTF-16 units, without half a character at the end."""
    units = name.encode("utf-16-le")[: 2 * longest]
    return units.decode("utf-16-le", errors="ignore").rstrip(" '") or "Sheet"
