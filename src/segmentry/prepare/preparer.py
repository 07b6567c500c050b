"""The fitted preparation: one small table of parameters, applied alike to one customer or a million."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import ColumnError, DataError
from segmentry.prepare.options import PrepareOptions
from segmentry.prepare.outliers import fit_fences
from segmentry.prepare.points import Floats, Points
from segmentry.prepare.scale import fit_scale
from segmentry.prepare.skew import fit_log_scale, log

__all__ = ["CategoryColumn", "NumberColumn", "Preparer", "YesNoColumn", "fit"]

Kind = Literal["number", "category", "yes-no"]

YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "ja", "oui", "si", "sí", "sim"})


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """What a column of numbers goes through: fill, asinh(x / log_scale), clip, (x - centre) / spread.

    Parameters
    ----------
    name : str
        The measure.
    fill : float
        What a blank becomes, in the measure's unit.
    log_scale : float or None
        In the measure's unit; None leaves the skew.
    low, high : float or None
        Fences after the skew was taken out; None leaves outliers.
    centre, spread : float
        After clipping; spread is above 0.
    """

    name: str
    fill: float
    log_scale: float | None
    low: float | None
    high: float | None
    centre: float
    spread: float

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give the prepared column."""
        values = _numbers(raw)
        if np.isinf(values).any():
            raise DataError(f"the measure {self.name!r} holds an infinite value", way_out="mend or remove that row")
        values = np.where(np.isnan(values), self.fill, values)
        if self.log_scale is not None:
            values = log(values, self.log_scale)
        if self.low is not None and self.high is not None:
            values = np.clip(values, self.low, self.high)
        return [(values - self.centre) / self.spread]

    def outputs(self) -> list[str]:
        """Name the prepared column."""
        return [self.name]

    def words(self) -> str:
        """Say the steps in one line."""
        steps = [f"blanks become {self.fill:,.6g}"]
        if self.log_scale is not None:
            steps.append(f"skew taken out by asinh(x / {self.log_scale:,.6g})")
        if self.low is not None and self.high is not None:
            steps.append(f"values pulled in to {self.low:,.4g} … {self.high:,.4g}")
        if (self.centre, self.spread) != (0.0, 1.0):
            steps.append(f"centred on {self.centre:,.6g} and divided by {self.spread:,.6g}")
        return f"{self.name}: " + "; ".join(steps)


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """A 0/1 column a level; a blank counts as the most common level, an unseen level as none of them.

    Parameters
    ----------
    name : str
        The measure.
    fill : str
        What a blank becomes.
    levels : tuple of str
        Sorted.
    """

    name: str
    fill: str
    levels: tuple[str, ...]

    def apply(self, raw: pd.Series) -> list[Floats]:
        """Give a prepared column per level."""
        codes, levels = _levels(raw)
        # A blank has code -1 and so takes the last place: the level that fills it.
        texts = np.array([*levels, self.fill], dtype=object)
        return [(texts == level).astype(np.float64)[codes] for level in self.levels]

    def outputs(self) -> list[str]:
        """Name the prepared columns."""
        return [f"{self.name} is {level}" for level in self.levels]

    def words(self) -> str:
        """Say the steps in one line."""
        return f"{self.name}: blanks become {self.fill!r}; one 0/1 column for each of {len(self.levels)} levels"


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
        codes, levels = _levels(raw)
        return [np.array([*(float(level == self.yes) for level in levels), self.fill])[codes]]

    def outputs(self) -> list[str]:
        """Name the prepared column."""
        return [self.name]

    def words(self) -> str:
        """Say the steps in one line."""
        return f"{self.name}: {self.yes!r} is 1, anything else 0; blanks become {self.fill:.0f}"


Column = NumberColumn | CategoryColumn | YesNoColumn


@dataclass(frozen=True, slots=True)
class Preparer:
    """Fitted preparation of a customer table.

    Parameters
    ----------
    columns : tuple of NumberColumn, CategoryColumn or YesNoColumn
        One a measure, in order.
    options : PrepareOptions
        How they were fitted.

    Examples
    --------
    >>> table = pd.DataFrame({"spend": [10.0, 30.0], "club": ["yes", "no"]})
    >>> preparer = fit(table, [("spend", "number"), ("club", "yes-no")])
    >>> preparer.apply(table).values.tolist()
    [[-1.0, 1.0], [1.0, 0.0]]
    """

    columns: tuple[Column, ...]
    options: PrepareOptions

    @property
    def kinds(self) -> tuple[tuple[str, Kind], ...]:
        """Name each measure with its kind, as :func:`fit` takes them."""
        return tuple((column.name, _kind(column)) for column in self.columns)

    def refit(self, table: pd.DataFrame) -> "Preparer":
        """Fit the same columns with the same options on other customers."""
        return fit(table, self.kinds, self.options)

    def apply(self, table: pd.DataFrame) -> Points:
        """Prepare customers by the fitted parameters alone: a row's points never depend on the other rows.

        Parameters
        ----------
        table : pandas.DataFrame
            Has a column per measure; others are ignored.

        Raises
        ------
        ColumnError
            A measure is missing from the table.
        DataError
            A number is infinite.
        """
        missing = [column.name for column in self.columns if column.name not in table.columns]
        if missing:
            raise ColumnError(
                f"the table lacks {len(missing)} of the measures that form segments",
                [f"missing: {', '.join(map(repr, missing))}", f"it has: {', '.join(map(repr, table.columns))}"],
                "give a table with those columns",
            )
        parts = [part for column in self.columns for part in column.apply(table[column.name])]
        values = np.column_stack(parts) if parts else np.empty((len(table), 0))
        # float32 holds up to 3e38; a finite value beyond it would turn into inf here.
        limit = float(np.finfo(np.float32).max)
        return Points(
            values=np.clip(values, -limit, limit).astype(np.float32),
            names=tuple(name for column in self.columns for name in column.outputs()),
            kinds=tuple(_kind(column) for column in self.columns for _ in column.outputs()),
        )

    def words(self) -> tuple[str, ...]:
        """Say what happens to each measure, a line each."""
        return tuple(column.words() for column in self.columns)


def fit(table: pd.DataFrame, columns: Sequence[tuple[str, Kind]], options: PrepareOptions | None = None) -> Preparer:
    """Fit the preparation of the given columns.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer.
    columns : sequence of (name, kind)
        The measures that form segments; kind is ``"number"``, ``"category"`` or ``"yes-no"``.
    options : PrepareOptions, default PrepareOptions()
        Which steps.

    Raises
    ------
    DataError
        A number is infinite.
    """
    options = options or PrepareOptions()
    return Preparer(tuple(_fit_column(table[name], name, kind, options) for name, kind in columns), options)


def _fit_column(raw: pd.Series, name: str, kind: Kind, options: PrepareOptions) -> Column:
    if kind == "number":
        return _fit_number(_numbers(raw), name, options)
    codes, texts = _levels(raw)
    counts: dict[str, int] = {}
    for text, count in zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)), strict=True):
        counts[text] = counts.get(text, 0) + int(count)
    levels = tuple(sorted(level for level, count in counts.items() if count))
    # Equally common levels: the first by name, so that row order can't decide.
    commonest = max(levels, key=lambda level: counts[level], default="")
    if kind == "category":
        return CategoryColumn(name, commonest, levels)
    yes = next((level for level in levels if level.strip().lower() in YES), levels[-1] if levels else "yes")
    return YesNoColumn(name, float(commonest == yes), yes)


def _fit_number(values: Floats, name: str, options: PrepareOptions) -> NumberColumn:
    if np.isinf(values).any():
        raise DataError(f"the measure {name!r} holds an infinite value", way_out="mend or remove that row")
    known = values[~np.isnan(values)]
    fill = float(np.median(known)) if known.size else 0.0
    values = np.where(np.isnan(values), fill, values)
    log_scale = None
    if options.skew != "none" and values.size:
        log_scale = fit_log_scale(values, only_if_skewed=options.skew == "auto")
    if log_scale is not None:
        values = log(values, log_scale)
    fences = fit_fences(values) if options.outliers == "clip" and values.size else None
    low, high = fences or (None, None)
    if fences is not None:
        values = np.clip(values, *fences)
    centre, spread = fit_scale(values, options.scale) if values.size else (0.0, 1.0)
    if not (math.isfinite(centre) and math.isfinite(spread)):
        raise DataError(
            f"the numbers of {name!r} are too large to compare", [f"largest: {np.abs(values).max():.3g}"], "--skew log"
        )
    return NumberColumn(name, fill, log_scale, low, high, centre, spread)


def _kind(column: Column) -> Kind:
    match column:
        case NumberColumn():
            return "number"
        case CategoryColumn():
            return "category"
        case YesNoColumn():
            return "yes-no"


def _numbers(raw: pd.Series) -> Floats:
    return raw.to_numpy(dtype=np.float64, na_value=np.nan)


def _levels(raw: pd.Series) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Give a code per row (-1 for blanks) and the text of each code, as files write it: whole numbers without a point.

    A column that is categorical already isn't looked through again: rebuilds prepare the same table a hundred times.
    """
    if isinstance(raw.dtype, pd.CategoricalDtype):
        codes, uniques = np.asarray(raw.cat.codes, dtype=np.intp), raw.cat.categories
    else:
        codes, uniques = pd.factorize(raw)
    return codes, [f"{level:.15g}" if isinstance(level, float) else str(level) for level in uniques]
