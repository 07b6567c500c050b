"""How the report writes figures, dates and shares."""

import math
import re
from datetime import date
from pathlib import PurePath

from segmentry.describe import Trait
from segmentry.describe.words import Voice, percent
from segmentry.evaluate import Keeps, of_100

__all__ = [
    "FIRM",
    "NONE",
    "bare_value",
    "begun",
    "count",
    "day",
    "difference",
    "file_name",
    "file_size",
    "kept",
    "kept_range",
    "middle_half",
    "range_beside",
    "sentence",
    "share",
    "trait_name",
    "trait_value",
    "unflagged",
]

NONE = "—"
"""What stands where there is no figure."""

FIRM = 0.85
"""Segments that keep fewer of their own customers are named on page one, the softest first."""

FLAG = re.compile(r"(?: \(--[^()]*\)|; --include .* uses it)(?=\.?$)")

CLEAR, SLIGHT = 0.33, 0.147
"""The sizes of Cliff's delta that are read as medium and as small (Romano and others, 2006)."""


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count(1, "customer"), count(4338, "customer"), count(2, "copy", "copies")
    ('1 customer', '4,338 customers', '2 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def file_name(source: str) -> str:
    """Give a source's name without its folders, which say more about a computer than about the data.

    Examples
    --------
    >>> file_name("/home/kim/orders.csv"), file_name("2 frames")
    ('orders.csv', '2 frames')
    """
    return PurePath(source).name or source


def begun(text: str) -> str:
    """Begin a heading with a capital, unless it begins with a name, of a file say.

    Examples
    --------
    >>> begun("there is no run"), begun("empty.csv is empty")
    ('There is no run', 'empty.csv is empty')
    """
    return f"{text[0].upper()}{text[1:]}" if text.partition(" ")[0].replace("'", "").isalpha() else text


def file_size(size: int) -> str:
    """Give a size in bytes in words.

    Examples
    --------
    >>> file_size(45_000_000), file_size(812)
    ('45 MB', '812 bytes')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:,.0f} {unit}"
    return f"{size} bytes"


def day(value: date) -> str:
    """Write a day so that nobody takes its month for the day.

    Examples
    --------
    >>> day(date(2011, 12, 9))
    '9 Dec 2011'
    """
    return f"{value.day} {value:%b} {value.year}"


def share(part: float | None) -> str:
    """Write a share as per cent, or a dash where there is none.

    Examples
    --------
    >>> share(0.634), share(None)
    ('63%', '—')
    """
    return NONE if part is None or not math.isfinite(part) else percent(part)


def kept(rate: float) -> str:
    """Write how many of 100 customers stay, rounded down: only a rate of 1 is 100.

    Examples
    --------
    >>> kept(0.829), kept(0.9999), kept(1.0)
    ('82', '99', '100')
    """
    return str(of_100(rate)) if math.isfinite(rate) else NONE


def kept_range(keeps: Keeps) -> str:
    """Write the range of a keep rate.

    Examples
    --------
    >>> kept_range(Keeps(0.81, 0.76, 0.85))
    '76 to 85'
    """
    low, high = kept(keeps.low), kept(keeps.high)
    return low if low == high else f"{low} to {high}"


def range_beside(keeps: Keeps) -> str:
    """Write the range that stands beside a keep rate: nothing where it is one figure, which reads as a second rate.

    Examples
    --------
    >>> range_beside(Keeps(0.81, 0.76, 0.85)), range_beside(Keeps(0.99, 1.0, 1.0))
    ('76 to 85', '')
    """
    return "" if kept(keeps.low) == kept(keeps.high) else kept_range(keeps)


def trait_name(trait: Trait) -> str:
    """Name what a trait is about: the measure, or the level of a category.

    A category's or a yes/no column's trait is about one level of it.
    """
    return f"{trait.label}: {trait.level}" if trait.level else trait.label


def trait_value(trait: Trait, value: float | None, voice: Voice) -> str:
    """Write one of a trait's figures with its unit."""
    if value is None or not math.isfinite(value):
        return NONE
    return voice.quantity(value, trait.unit) if trait.kind == "number" else percent(value)


def bare_value(trait: Trait, value: float | None, voice: Voice) -> str:
    """Write one of a trait's figures without a unit that is a word: a table's row says it once."""
    if value is None or not math.isfinite(value) or trait.kind != "number" or trait.unit in ("money", "share"):
        return trait_value(trait, value, voice)
    return voice.quantity(value, "")


def middle_half(trait: Trait, voice: Voice) -> str:
    """Write the middle half of a number; a unit that is a word stands once, at the end."""
    if trait.low is None or trait.high is None or not (math.isfinite(trait.low) and math.isfinite(trait.high)):
        return NONE
    return f"{bare_value(trait, trait.low, voice)} to {voice.quantity(trait.high, trait.unit)}"


def sentence(text: str) -> str:
    """End a sentence with its full stop.

    Examples
    --------
    >>> sentence("It came back"), sentence("Why?")
    ('It came back.', 'Why?')
    """
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def difference(trait: Trait) -> str:
    """Say how a segment stands against all other customers on one measure.

    A difference that does not count is never called one, however large it looks.
    """
    if not math.isfinite(trait.delta) or (not trait.counts and abs(trait.delta) < SLIGHT):
        return "about the same"
    way = "higher" if trait.delta > 0 else "lower"
    if trait.counts:
        return f"{'▲' if trait.delta > 0 else '▼'} {way}"
    return f"a little {way}" if abs(trait.delta) < CLEAR else f"{way}, but not in every rebuild"


def unflagged(text: str) -> str:
    """Leave out the option that a sentence ends with: where somebody reads it there is no command line.

    Examples
    --------
    >>> unflagged("negative amounts are returns: they lower spend (--returns drop leaves them out)")
    'negative amounts are returns: they lower spend'
    >>> unflagged("its name speaks of a personal attribute (age), so it only describes; --include age uses it")
    'its name speaks of a personal attribute (age), so it only describes'
    """
    return FLAG.sub("", text)
