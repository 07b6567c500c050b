"""What a column's values look like, from a sample: enough to guess its part, never to read it."""

import re
from dataclasses import dataclass

from segmentry.data.dates import could_be_date
from segmentry.data.engine import rows
from segmentry.data.numbers import CODES
from segmentry.data.raw import Column, Raw, trimmed

__all__ = ["Profile", "profiles"]

_SAMPLE_CELLS = 300_000
_SAMPLE_ROWS = 2_000
_SAMPLE_BATCH = 100
_UNIT = rf"(?:[$£€¥₹₽₩₺₴₦₱฿]|(?i:{CODES})\$?\.?)?"
_DIGITS = r"(?:\d[\d.,' \u00a0\u202f\u2019]*|[.,]\d+)(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(rf"[-+(\u2212\u2013]*\s*{_UNIT}\s*[-+\u2212]?{_DIGITS}\s*%?{_UNIT}[-)]*")
_PLAIN = re.compile(r"-?\d+([.,]\d+)?")
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Profile:
    """What a sample of a column's values looks like.

    Parameters
    ----------
    column : Column
        The column.
    filled : int
        Sampled values that aren't empty.
    dates, numbers : float
        The share of the filled ones that is written like a date, like a number.
    distinct : int
        Different ones.
    examples : tuple of str
        The first three different ones.
    """

    column: Column
    filled: int
    dates: float
    numbers: float
    distinct: int
    examples: tuple[str, ...]

    @property
    def is_date(self) -> bool:
        """Mostly dates, or empty throughout: then the name decides."""
        return self.column.kind == "date" or not self.filled or self.dates > _MOSTLY

    @property
    def is_number(self) -> bool:
        """Mostly numbers, or empty throughout: then the name decides."""
        return self.column.kind in {"whole", "decimal", "float"} or not self.filled or self.numbers > _MOSTLY


def profiles(raw: Raw) -> tuple[Profile, ...]:
    """Look at about 2,000 rows (fewer of a very wide table), evenly spread over the table.

    Parameters
    ----------
    raw : Raw
        The table.

    Returns
    -------
    tuple of Profile
        In the order of the columns.
    """
    wanted = max(50, min(_SAMPLE_ROWS, _SAMPLE_CELLS // len(raw.columns)))
    step = max(1, raw.count // wanted)
    found: list[Profile] = []
    for start in range(0, len(raw.columns), _SAMPLE_BATCH):  # thousands of columns at once would need much memory
        batch = raw.columns[start : start + _SAMPLE_BATCH]
        chosen = ", ".join(trimmed(column) for column in batch)
        sample = rows(raw.connection, f"SELECT {chosen} FROM {raw.table} WHERE rowid % {step} = 0")
        found += [_profile(column, [row[at] for row in sample if row[at]]) for at, column in enumerate(batch)]
    return tuple(found)


def _profile(column: Column, values: list[str]) -> Profile:
    """Describe the filled values of a sample."""
    total = max(len(values), 1)
    dates = sum(could_be_date(value) for value in values) / total
    numbers = sum(_is_number(value) for value in values) / total
    different = dict.fromkeys(values)
    return Profile(column, len(values), dates, numbers, len(different), tuple(different)[:3])


def _is_number(text: str) -> bool:
    """Tell a number from a date with dots; digits alone may be either."""
    return _NUMBER.fullmatch(text) is not None and (_PLAIN.fullmatch(text) is not None or not could_be_date(text))
