"""How figures, units and measures are written in sentences.

Names of columns are people's text: they may hold braces, per cent signs or line ends, so they are only ever inserted
into templates, in one pass, and never used as one.
"""

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "MeasureWords",
    "Voice",
    "clean",
    "cut_point",
    "fill",
    "join",
    "not_products",
    "number",
    "percent",
    "rounded",
]

LONGEST_LABEL = 60
"""Characters of a column's name that are quoted; a longer one ends in an ellipsis."""

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
SINGULAR = {"days": "day", "orders": "order", "products": "product"}


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """How one measure is said: see ``words.toml`` for what each entry is for."""

    unit: str
    noun: str
    figure: str
    low: str
    high: str
    at_most: str
    over: str


@cache
def _data() -> dict[str, dict[str, dict[str, str]]]:
    """Read ``words.toml`` once."""
    return tomllib.loads(files("segmentry.describe").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _known() -> Mapping[str, MeasureWords]:
    """Give the measures that have words of their own."""
    return {name: MeasureWords(**entry) for name, entry in _data()["measures"].items()}


@cache
def not_products() -> tuple[str, ...]:
    """Give the texts, in capitals, that stand in product columns without being products.

    Examples
    --------
    >>> "POSTAGE" in not_products()
    True
    """
    return tuple(sorted({text for texts in _data()["not_products"].values() for text in texts}))


def clean(text: str) -> str:
    r"""Bring a column's name or a level on one line of bounded length.

    Examples
    --------
    >>> clean("Annual  Income\n(k$)")
    'Annual Income (k$)'
    """
    # Lone surrogates (Cs) can't be written as UTF-8; control characters and line separators would break a line.
    plain = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text)
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1].rstrip() + "…"


def fill(template: str, figures: Mapping[str, str]) -> str | None:
    """Put figures in place of ``{names}``, in one pass; None where a figure is not known.

    Examples
    --------
    >>> fill("Last order {recency_days} ago", {"recency_days": "9 days"})
    'Last order 9 days ago'
    """
    names = PLACEHOLDER.findall(template)
    if any(name not in figures for name in names):
        return None
    return PLACEHOLDER.sub(lambda match: figures[match[1]], template)


def join(parts: Sequence[str]) -> str:
    """Join parts as people do.

    Examples
    --------
    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def rounded(value: float, digits: int) -> float:
    """Round to significant digits.

    Examples
    --------
    >>> rounded(1234.5, 2)
    1200.0
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def number(value: float) -> str:
    """Write a number as finely as people need it: whole from 100 up, two decimals or two digits below 10.

    Examples
    --------
    >>> [number(value) for value in (1862.47, 12.34, 1.5, 0.8214, 0.01234, 7.0)]
    ['1,862', '12.3', '1.5', '0.82', '0.012', '7']
    """
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3g}"
    decimals = 0 if size >= 100 or size == 0 else 1 if size >= 10 else max(2, 1 - math.floor(math.log10(size)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cut_point(value: float) -> str:
    """Write a number in full, since a rule must say the very figure that it compares with.

    Examples
    --------
    >>> cut_point(1200.0), cut_point(0.125)
    ('1,200', '0.125')
    """
    return f"{value:,.15g}"


def percent(share: float) -> str:
    """Write a share: whole per cent, finer near 0% and 100%, which are said of nothing else.

    Examples
    --------
    >>> [percent(share) for share in (0.634, 0.0042, 0.00001, 0.997, 1.0)]
    ['63%', '0.4%', 'under 0.1%', '99.7%', '100%']
    """
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{100 * share:.{1 if 0 < share < 0.01 or 0.995 <= share < 1 else 0}f}%"


@dataclass(frozen=True, slots=True)
class Voice:
    """Writes figures with their unit, in one currency.

    Parameters
    ----------
    currency : str, default ""
        A sign stands before the figure, a code or an abbreviation after it.

    Examples
    --------
    >>> Voice("£").quantity(2400, "money"), Voice("EUR").quantity(24.5, "money"), Voice().quantity(1, "days")
    ('£2,400', '24.50 EUR', '1 day')
    """

    currency: str = ""

    def quantity(self, value: float, unit: str, write: Callable[[float], str] = number) -> str:
        """Write a value with its unit; ``write`` says how finely."""
        if unit == "money":
            return self._money(value, write)
        if unit == "share":
            return percent(value) if write is number else f"{write(100 * value)}%"
        text = write(value)
        if unit in SINGULAR:
            return f"{text} {SINGULAR[unit] if value == 1 else unit}"
        return text

    def _money(self, value: float, write: Callable[[float], str]) -> str:
        """Write money: with pence below 100 unless it is a whole sum."""
        pence = write is number and 0.005 <= abs(value) < 100 and value != int(value)
        text = f"{value:.2f}" if pence else write(value)
        if not self.currency:
            return text
        if self.currency.replace(".", "").isalpha():
            return f"{text} {self.currency}"
        return f"-{self.currency}{text[1:]}" if text.startswith("-") else f"{self.currency}{text}"

    def words(self, measure: str, unit: str) -> MeasureWords | None:
        """Give the words for a measure of an order log; None for any other column."""
        found = _known().get(measure)
        return found if found is not None and found.unit == unit else None

    def known(self, measure: str) -> bool:
        """Say whether the name is that of a measure of an order log, whatever the column's unit."""
        return measure in _known()

    def noun(self, measure: str, label: str, unit: str) -> str:
        """Name the measure itself."""
        words = self.words(measure, unit)
        return words.noun if words else clean(label)

    def comparison(self, measure: str, label: str, unit: str, op: str, value: float) -> str:
        """Say one comparison of a rule.

        Examples
        --------
        >>> Voice().comparison("recency_days", "Days since last order", "days", "<=", 34.0)
        'last order within 34 days'
        >>> Voice().comparison("Annual Income (k$)", "Annual Income (k$)", "", ">", 69.0)
        'Annual Income (k$) over 69'
        """
        figure = self.quantity(value, unit, cut_point)
        words = self.words(measure, unit)
        if words is None:
            return f"{clean(label)} {'up to' if op == '<=' else 'over'} {figure}"
        return PLACEHOLDER.sub(lambda _: figure, words.at_most if op == "<=" else words.over)
