"""Categories and yes/no answers become numbers."""

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import DataError, UsageError
from segmentry.prepare.missing import BLANK
from segmentry.prepare.options import PrepareOptions
from segmentry.prepare.points import Floats
from segmentry.prepare.scale import fit_scale

__all__ = [
    "CategoryColumn",
    "LevelColumn",
    "YesNoColumn",
    "fit_category",
    "fit_yes_no",
    "level_text",
    "stated_orders",
]

Codes = npt.NDArray[np.intp]

YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "ja", "oui", "si", "sí", "sim"})

OTHER = "(other)"
"""The level that rare levels are pooled into."""


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """A 0/1 column a level; an unseen level counts as pooled where rare ones were, else as none of them.

    Parameters
    ----------
    name : str
        The measure.
    fill : str
        What a blank becomes.
    levels : tuple of str
        Sorted.
    pooled : tuple of str, default ()
        Rare levels, sorted: together one more 0/1 column, the last.
    """

    name: str
    fill: str
    levels: tuple[str, ...]
    pooled: tuple[str, ...] = ()

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give a prepared column per level."""
        return self.prepared(*_levels(raw))

    def prepared(self, codes: Codes, levels: Sequence[str]) -> list[Floats]:
        """Give the same of each row's place among the levels, -1 where blank."""
        # A blank has code -1 and so takes the last place: the level that fills it.
        texts = np.array([*levels, self.fill], dtype=object)
        columns = [(texts == level).astype(np.float64) for level in self.levels]
        if self.pooled:
            columns.append(1.0 - np.sum(columns, axis=0) if columns else np.ones(len(texts)))
        return [column[codes] for column in columns]

    def outputs(self) -> list[str]:
        """Name the prepared columns."""
        return [f"{self.name} is {level}" for level in (*self.levels, *([OTHER] if self.pooled else []))]

    def words(self) -> str:
        """Say the steps in one line."""
        told = f"{self.name}: blanks become {self.fill!r}; one 0/1 column for each of {len(self.levels)} levels"
        if not self.pooled:
            return f"{told}; an unseen level is none of them"
        return f"{told} and one for {len(self.pooled)} rare ones ({_some(self.pooled)}), which takes unseen levels too"


@dataclass(frozen=True, slots=True)
class LevelColumn:
    """One number a level: its place in order, or the share of customers who have it; then scaled.

    Parameters
    ----------
    name : str
        The measure.
    encode : {"ordinal", "frequency"}
        What the numbers are.
    fill : str
        What a blank becomes.
    levels : tuple of str
        In order, or sorted.
    values : tuple of float
        The number of each level: 0, 1, 2 … or a share from 0 to 1.
    unseen : float
        The number of a level that isn't among them: the place of the most common one, or the share of rare ones.
    centre, spread : float
        Points are (number - centre) / spread; spread is above 0.
    """

    name: str
    encode: Literal["ordinal", "frequency"]
    fill: str
    levels: tuple[str, ...]
    values: tuple[float, ...]
    unseen: float
    centre: float
    spread: float

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give the prepared column."""
        return self.prepared(*_levels(raw))

    def prepared(self, codes: Codes, levels: Sequence[str]) -> list[Floats]:
        """Give the same of each row's place among the levels, -1 where blank."""
        known = dict(zip(self.levels, self.values, strict=True))
        values = np.array([known.get(level, self.unseen) for level in (*levels, self.fill)])
        return [((values - self.centre) / self.spread)[codes]]

    def outputs(self) -> list[str]:
        """Name the prepared column."""
        return [self.name]

    def words(self) -> str:
        """Say the steps in one line."""
        if self.encode == "ordinal":
            order = " < ".join(self.levels[:20]) + (" < …" if len(self.levels) > 20 else "")
            how = f"levels become their place in {order}, an unseen one {self.unseen:.0f}"
        else:
            how = f"levels become the share of customers who have them, rare and unseen ones {self.unseen:.3g}"
        scaled = (
            ""
            if (self.centre, self.spread) == (0.0, 1.0)
            else f"; {self.centre:,.4g} taken off, divided by {self.spread:,.4g}"
        )
        return f"{self.name}: blanks become {self.fill!r}; {how}{scaled}"


@dataclass(frozen=True, slots=True)
class YesNoColumn:
    """One 0/1 column; a blank counts as the more common answer, an unseen answer as no.

    Parameters
    ----------
    name : str
        The measure.
    fill : float
        What a blank becomes, 0 or 1.
    yes : str
        The answer that becomes 1.
    """

    name: str
    fill: float
    yes: str

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give the prepared column."""
        return self.prepared(*_levels(raw))

    def prepared(self, codes: Codes, levels: Sequence[str]) -> list[Floats]:
        """Give the same of each row's place among the levels, -1 where blank."""
        return [np.array([*(float(level == self.yes) for level in levels), self.fill])[codes]]

    def outputs(self) -> list[str]:
        """Name the prepared column."""
        return [self.name]

    def words(self) -> str:
        """Say the steps in one line."""
        return f"{self.name}: {self.yes!r} is 1, anything else 0; blanks become {self.fill:.0f}"


def stated_orders(texts: Iterable[str], categories: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read orders of levels such as ``size=S,M,L``.

    Raises
    ------
    UsageError
        A text can't be read, or names no category that forms segments.

    Examples
    --------
    >>> stated_orders(["size=S,M,L"], ["size", "city"])
    {'size': ('S', 'M', 'L')}
    """
    orders: dict[str, tuple[str, ...]] = {}
    known = list(categories)
    for text in texts:
        name, _, rest = text.partition("=")
        (row,) = csv.reader([rest], skipinitialspace=True)  # a level that has a comma stands in double quotes
        levels = tuple(level.strip() for level in row if level.strip())
        if len(levels) < 2 or len(set(levels)) < len(levels) or name.strip() in orders:
            raise UsageError(f"can't read the order of levels {text!r}", way_out='--levels "size=S,M,L"')
        if name.strip() not in known:
            raise UsageError(
                f"no category that forms segments is called {name.strip()!r}",
                [f"categories that form segments: {', '.join(known) or 'none'}"],
                "--include it, or leave its --levels away",
            )
        orders[name.strip()] = levels
    return orders


def fit_category(
    raw: pd.Series, name: str, options: PrepareOptions, order: tuple[str, ...] | None = None
) -> CategoryColumn | LevelColumn:
    """Fit one category; ``order`` states its levels from least to most and makes it ordinal.

    Raises
    ------
    DataError
        The stated order lacks a level.
    """
    counts, fill = _counts(raw, blank_is_level=options.missing == "constant")
    if order is not None or options.encode == "ordinal":
        levels = order or _natural(counts)
        if lacking := sorted(set(counts) - {*levels, BLANK}):
            raise DataError(
                f"the order of {name!r} lacks {len(lacking)} of its levels",
                [f"lacking: {_some(lacking)}", f"stated: {', '.join(levels)}"],
                f'--levels "{name}=…" with every level',
            )
        values = tuple(float(place) for place in range(len(levels)))
        commonest = max((level for level in levels if level in counts), key=counts.__getitem__, default="")
        unseen = float(levels.index(commonest)) if commonest else 0.0
        return _scaled(raw, LevelColumn(name, "ordinal", fill, levels, values, unseen, 0.0, 1.0), options)
    total = sum(counts.values())
    kept = tuple(level for level in sorted(counts) if counts[level] >= options.rare * total)
    pooled = tuple(sorted(set(counts) - set(kept)))
    if options.encode == "one-hot":
        return CategoryColumn(name, fill, kept, pooled)
    shares = tuple(counts[level] / total for level in kept)
    rare = sum(counts[level] for level in pooled) / total if total else 0.0
    return _scaled(raw, LevelColumn(name, "frequency", fill, kept, shares, rare, 0.0, 1.0), options)


def fit_yes_no(raw: pd.Series, name: str, options: PrepareOptions) -> YesNoColumn:
    """Fit one column of two answers; under ``constant`` a blank is a no."""
    counts, commonest = _counts(raw, blank_is_level=False)
    levels = sorted(counts)
    yes = next((level for level in levels if level.strip().lower() in YES), levels[-1] if levels else "yes")
    return YesNoColumn(name, float(commonest == yes and options.missing != "constant"), yes)


def _scaled(raw: pd.Series, column: LevelColumn, options: PrepareOptions) -> LevelColumn:
    (values,) = column.apply(raw)
    centre, spread = fit_scale(values, options.scale) if values.size else (0.0, 1.0)
    return LevelColumn(
        column.name, column.encode, column.fill, column.levels, column.values, column.unseen, centre, spread
    )


def _counts(raw: pd.Series, *, blank_is_level: bool) -> tuple[dict[str, int], str]:
    """Give how often each level occurs, blanks as what fills them, and what that is.

    Equally common levels: the first by name fills, so that row order can't decide.
    """
    codes, texts = _levels(raw)
    known = codes >= 0
    counts: dict[str, int] = {}
    for text, count in zip(texts, np.bincount(codes[known], minlength=len(texts)), strict=True):
        if count:
            counts[text] = counts.get(text, 0) + int(count)
    fill = BLANK if blank_is_level else max(sorted(counts), key=counts.__getitem__, default="")
    blanks = int(len(codes) - known.sum())
    if blanks and fill:
        counts[fill] = counts.get(fill, 0) + blanks
    return counts, fill


def _natural(levels: Iterable[str]) -> tuple[str, ...]:
    """Order levels by number where all are numbers, else by name."""
    names = sorted(levels)
    try:
        values = {level: float(level) for level in names}
    except ValueError:
        return tuple(names)
    return tuple(sorted(names, key=values.__getitem__)) if all(map(math.isfinite, values.values())) else tuple(names)


def _some(levels: Iterable[str]) -> str:
    names = list(levels)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _levels(raw: pd.Series) -> tuple[Codes, list[str]]:
    """Give a code per row (-1 for blanks) and the text of each code, as files write it: whole numbers without a point.

    A column that is categorical already isn't looked through again: rebuilds prepare the same table a hundred times.
    """
    if isinstance(raw.dtype, pd.CategoricalDtype):
        codes, uniques = np.asarray(raw.cat.codes, dtype=np.intp), raw.cat.categories
    else:
        codes, uniques = pd.factorize(raw)
    return codes, [level_text(level) for level in uniques]


def level_text(level: object) -> str:
    """Write a level as files do: whole numbers without a point.

    Examples
    --------
    >>> level_text(2.0), level_text("2.0")
    ('2', '2.0')
    """
    return f"{level:.15g}" if isinstance(level, float) else str(level)
