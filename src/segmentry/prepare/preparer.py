"""The fitted preparation: one small table of parameters, applied alike to one customer or a million."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import ColumnError
from segmentry.prepare.bins import parse_bins
from segmentry.prepare.encode import (
    CategoryColumn,
    LevelColumn,
    YesNoColumn,
    fit_category,
    fit_yes_no,
    stated_orders,
)
from segmentry.prepare.missing import complete
from segmentry.prepare.neighbours import Neighbours, fit_neighbours
from segmentry.prepare.number import NumberColumn, fit_number, numbers
from segmentry.prepare.options import PrepareOptions
from segmentry.prepare.outliers import inliers
from segmentry.prepare.pca import Components, fit_components
from segmentry.prepare.points import Floats, Layout, Points

__all__ = ["LeftOut", "Preparer", "fit", "fit_kept"]

Kind = Literal["number", "category", "yes-no"]
Column = NumberColumn | CategoryColumn | LevelColumn | YesNoColumn
Kept = npt.NDArray[np.bool_]

LEAST_KEPT = 0.5
"""Outliers are exceptions: where a rule calls more than half of the customers that, nobody is left out."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Customers who have no say in the fit, and are placed afterwards like anybody.

    Parameters
    ----------
    customers, of : int
        How many, of how many.
    why : str
        In words.
    """

    customers: int
    of: int
    why: str

    def words(self) -> str:
        """Say it in one line."""
        return f"left out of the fit and placed afterwards: {self.customers:,} of {self.of:,} customers, {self.why}"


@dataclass(frozen=True, slots=True)
class Preparer:
    """Fitted preparation of a customer table.

    Parameters
    ----------
    columns : tuple of NumberColumn, CategoryColumn, LevelColumn or YesNoColumn
        One a measure, in order.
    options : PrepareOptions
        How they were fitted.
    neighbours : Neighbours or None
        Fill blank numbers after scaling; None leaves them with each column's fill.
    components : Components or None
        Replace the prepared columns; None keeps them.
    left_out : tuple of LeftOut
        Who had no say.

    Examples
    --------
    >>> table = pd.DataFrame({"spend": [10.0, 30.0], "club": ["yes", "no"]})
    >>> preparer = fit(table, [("spend", "number"), ("club", "yes-no")])
    >>> preparer.apply(table).values.tolist()
    [[-1.0, 1.0], [1.0, 0.0]]
    """

    columns: tuple[Column, ...]
    options: PrepareOptions
    neighbours: Neighbours | None = None
    components: Components | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def kinds(self) -> tuple[tuple[str, Kind], ...]:
        """Name each measure with its kind, as :func:`fit` takes them."""
        return tuple((column.name, _kind(column)) for column in self.columns)

    def refit(self, table: pd.DataFrame) -> tuple["Preparer", Kept]:
        """Fit the same columns with the same options on other customers; say which of them had a say."""
        return fit_kept(table, self.kinds, self.options)

    def kept(self, table: pd.DataFrame) -> Kept:
        """Say which customers of the table it was fitted on had a say in the fit, shape (customers,)."""
        return _kept(table[[name for name, _ in self.kinds]], self.kinds, self.options)[0]

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
        values, layout = self.before_components(table)
        if self.components is not None:
            values = self._turned(values)
            names = tuple(f"component {number}" for number in range(1, values.shape[1] + 1))
            layout = Layout(names, ("number",) * values.shape[1], names)
        return Points(values.astype(np.float32), layout)

    def apply_one(self, customer: Mapping[str, float | str | None]) -> npt.NDArray[np.float32]:
        """Prepare one customer by the same arithmetic as :meth:`apply`, without a table.

        Parameters
        ----------
        customer : mapping of str to float, str or None
            A value per measure: a number (nan where blank, never infinite), else a text (None where blank), written as
            :func:`segmentry.prepare.level_text` writes it.

        Returns
        -------
        numpy.ndarray of float32, shape (1, columns)

        Examples
        --------
        >>> table = pd.DataFrame({"spend": [10.0, 30.0], "club": ["yes", "no"]})
        >>> fit(table, [("spend", "number"), ("club", "yes-no")]).apply_one({"spend": 30.0, "club": None}).tolist()
        [[1.0, 0.0]]
        """
        parts: list[Floats] = []
        blank: list[bool] = []
        for column in self.columns:
            value = customer[column.name]
            if isinstance(column, NumberColumn):
                assert isinstance(value, float)
                parts.append(column.prepared(np.array([value])))
                blank.append(math.isnan(value))
            else:
                codes = np.array([-1 if value is None else 0], dtype=np.intp)
                parts += column.prepared(codes, () if value is None else (str(value),))
        values = _held(np.array(parts).reshape(1, -1))
        if self.neighbours is not None:
            values = _filled(self.neighbours, self.columns, values, np.array([blank], dtype=np.bool_))
        if self.components is not None:
            values = self._turned(values)
        return values.astype(np.float32)

    def _turned(self, values: Floats) -> Floats:
        """Give the principal components of prepared columns."""
        assert self.components is not None
        return _held(self.components.apply(values))

    def before_components(self, table: pd.DataFrame) -> tuple[Floats, Layout]:
        """Prepare customers as :meth:`apply` does, up to the principal components and without rounding to float32.

        Parameters
        ----------
        table : pandas.DataFrame
            Has a column per measure; others are ignored.

        Returns
        -------
        numpy.ndarray of float64, shape (customers, columns)
            The prepared columns; where there are no components, the points before rounding.
        Layout
            What these columns are: each belongs to a measure.

        Raises
        ------
        ColumnError
            A measure is missing from the table.
        DataError
            A number is infinite.

        Examples
        --------
        >>> table = pd.DataFrame({"spend": [10.0, 30.0], "visits": [1.0, 2.0]})
        >>> preparer = fit(table, [("spend", "number"), ("visits", "number")], PrepareOptions(pca=1))
        >>> preparer.before_components(table)[0].tolist(), preparer.apply(table).values.shape
        ([[-1.0, -1.0], [1.0, 1.0]], (2, 1))
        """
        missing = [column.name for column in self.columns if column.name not in table.columns]
        if missing:
            raise ColumnError(
                f"the table lacks {len(missing)} of the measures that form segments",
                [f"missing: {', '.join(map(repr, missing))}", f"it has: {', '.join(map(repr, table.columns))}"],
                "give a table with those columns",
            )
        values = _columns(self.columns, table)
        names = tuple(name for column in self.columns for name in column.outputs())
        kinds = tuple(_kind(column) for column in self.columns for _ in column.outputs())
        measures = tuple(column.name for column in self.columns for _ in column.outputs())
        if self.neighbours is not None:
            values = _filled(self.neighbours, self.columns, values, _blank(self.columns, table))
        return values, Layout(names, kinds, measures)

    def words(self) -> tuple[str, ...]:
        """Say what happens to each measure, a line each, and then to all together."""
        lines = [
            column.words(self.options.missing) if isinstance(column, NumberColumn) else column.words()
            for column in self.columns
        ]
        together = (self.neighbours, self.components, *self.left_out)
        return (*lines, *(part.words() for part in together if part is not None))


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
        A number is infinite or too large, or a stated order lacks a level.
    UsageError
        An option makes no sense.
    """
    return fit_kept(table, columns, options)[0]


def fit_kept(
    table: pd.DataFrame, columns: Sequence[tuple[str, Kind]], options: PrepareOptions | None = None
) -> tuple[Preparer, Kept]:
    """Fit like :func:`fit`, and say which customers had a say.

    Returns
    -------
    Preparer
        The preparation.
    numpy.ndarray of bool, shape (customers,)
        False for those who were left out, by their blanks or as outliers.

    Examples
    --------
    >>> spend = pd.DataFrame({"spend": [1.0, 2.0, 3.0, 4.0, 900.0]})
    >>> preparer, kept = fit_kept(spend, [("spend", "number")], PrepareOptions(outliers="remove-mad", skew="none"))
    >>> kept.tolist(), preparer.columns[0].centre
    ([True, True, True, True, False], 2.5)
    """
    options = options or PrepareOptions()
    options.check()
    parse_bins(options.bins)
    forming = table[[name for name, _ in columns]]
    kept, left_out = _kept(forming, columns, options)
    fitted = _fit(forming if kept.all() else forming[kept], columns, options)
    return replace(fitted, left_out=left_out), kept


def _fit(table: pd.DataFrame, columns: Sequence[tuple[str, Kind]], options: PrepareOptions) -> Preparer:
    """Fit on every row of the table."""
    orders = stated_orders(options.levels, (name for name, kind in columns if kind == "category"))
    fitted: list[Column] = []
    for name, kind in columns:
        if kind == "number":
            fitted.append(fit_number(table[name], name, options))
        elif kind == "category":
            fitted.append(fit_category(table[name], name, options, orders.get(name)))
        else:
            fitted.append(fit_yes_no(table[name], name, options))
    preparer = Preparer(tuple(fitted), options)
    if options.missing != "neighbours" and not options.pca:
        return preparer
    values = _columns(preparer.columns, table)
    if options.missing == "neighbours":
        places = _numbers(preparer.columns)
        preparer = replace(preparer, neighbours=fit_neighbours(values[:, places], _blank(preparer.columns, table)))
    if options.pca and values.size:
        if preparer.neighbours is not None:
            values = _filled(preparer.neighbours, preparer.columns, values, _blank(preparer.columns, table))
        preparer = replace(preparer, components=fit_components(values, options.pca))
    return preparer


def _kept(
    table: pd.DataFrame, columns: Sequence[tuple[str, Kind]], options: PrepareOptions
) -> tuple[Kept, tuple[LeftOut, ...]]:
    """Say who has a say in the fit, and why others don't."""
    kept = np.ones(len(table), dtype=np.bool_)
    left_out = []
    if options.missing == "drop":
        kept = complete(table)
        all_blank = bool(len(table)) and not table.notna().to_numpy().all(axis=1).any()
        why = "who have blanks" + (" (everybody has: nobody was left out)" if all_blank else "")
        left_out.append(LeftOut(int((~kept).sum()), len(table), why))
    if options.outliers in RULES and kept.any():
        some = table[kept]
        plain = replace(options, outliers="none", bins="none", scale="z", pca=0)
        points = _fit(some, columns, plain).apply(some)
        numeric = np.array([kind == "number" for kind in points.kinds], dtype=np.bool_)
        inside = inliers(points.values, numeric, options.outliers, options.seed)
        why = RULES[options.outliers]
        if inside.mean() < LEAST_KEPT:
            why += f" (the rule would have left out {int((~inside).sum()):,}, more than half: nobody was)"
            inside[:] = True
        left_out.append(LeftOut(int((~inside).sum()), len(some), why))
        kept[kept] = inside
    return kept, tuple(left_out)


RULES = {
    "remove-iqr": "who lie three interquartile ranges beyond the quartiles in a measure",
    "remove-mad": "who lie 3.5 median deviations from the median in a measure",
    "remove-forest": "whom an isolation forest scores above 0.6",
}


def _columns(columns: Sequence[Column], table: pd.DataFrame) -> Floats:
    """Give the prepared columns side by side, shape (customers, columns)."""
    parts = [part for column in columns for part in column.apply(table[column.name])]
    return _held(np.column_stack(parts)) if parts else np.empty((len(table), 0))


def _held(values: Floats) -> Floats:
    """Keep values within what float32 holds, 3e38: a finite value beyond it would turn into inf."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit)


def _filled(neighbours: Neighbours, columns: Sequence[Column], values: Floats, blank: npt.NDArray[np.bool_]) -> Floats:
    places, values = _numbers(columns), values.copy()
    values[:, places] = neighbours.fill(values[:, places], blank)
    return values


def _numbers(columns: Sequence[Column]) -> list[int]:
    """Give the places of numbers among the prepared columns."""
    kinds = [_kind(column) for column in columns for _ in column.outputs()]
    return [place for place, kind in enumerate(kinds) if kind == "number"]


def _blank(columns: Sequence[Column], table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which numbers are blank, shape (customers, columns of numbers)."""
    found = [np.isnan(numbers(table[column.name], column.name)) for column in columns if _kind(column) == "number"]
    return np.column_stack(found) if found else np.empty((len(table), 0), dtype=np.bool_)


def _kind(column: Column) -> Kind:
    match column:
        case NumberColumn():
            return "number"
        case CategoryColumn() | LevelColumn():
            return "category"
        case YesNoColumn():
            return "yes-no"
