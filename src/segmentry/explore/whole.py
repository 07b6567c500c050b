"""What the measures look like before any segment is found, all in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.data import Source
from segmentry.explore.apart import Apart, apart
from segmentry.explore.blanks import Blanks, blanks
from segmentry.explore.correlation import MOST_COLUMNS, Correlations, correlations, rank
from segmentry.explore.shapes import CategoryShape, NumberShape, category_shape, number_shape
from segmentry.features import Measure, Measures, Part, build, measure
from segmentry.prepare import Floats
from segmentry.recipe import Recipe

__all__ = ["Exploration", "LeftOut", "correlate", "explore", "explore_measures"]

MOST_SHOWN, MOST_CUSTOMERS = 30, 50_000
"""What a run shows: so many numbers, over so many customers, more than enough for two digits."""

BLOCK = 16_384
"""Rows whose hashes are computed at once: they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that doesn't form segments.

    Parameters
    ----------
    name, label : str
        The column, and the same in words.
    part : {"describes", "left out"}
        Whether it still describes segments.
    reason : str
        Why, with the option that changes it.
    """

    name: str
    label: str
    part: Part
    reason: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """What the measures look like before any segment is found; nothing in it depends on the order of the customers.

    Parameters
    ----------
    customers : int
        Rows of the customer table.
    as_of : datetime.date or None
        The day on which customers are looked at; None where there were no orders.
    numbers : tuple of NumberShape
        The distribution of each number that forms or describes segments, in the order of the table.
    categories : tuple of CategoryShape
        The same of each category and yes-or-no question.
    correlations : Correlations
        Of numbers and yes-or-no questions.
    blanks : Blanks
        Where values are missing, in the columns that are left out too.
    separates : tuple of Apart
        How far apart customers lie on each number and yes-or-no question, the furthest first.
    left_out : tuple of LeftOut
        What doesn't form segments, and why.
    """

    customers: int
    as_of: date | None
    numbers: tuple[NumberShape, ...]
    categories: tuple[CategoryShape, ...]
    correlations: Correlations
    blanks: Blanks
    separates: tuple[Apart, ...]
    left_out: tuple[LeftOut, ...]


def explore(
    orders: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    recipe: Recipe | None = None,
    **options: object,
) -> Exploration:
    """Say what the measures of an order log or a customer table look like, without finding segments.

    Parameters
    ----------
    orders, customers, recipe, **options
        As for :func:`segmentry.segment`.

    Returns
    -------
    Exploration

    Raises
    ------
    UsageError
        An option isn't known.
    DataError
        The data can't be used: the message says why and what to do.

    Examples
    --------
    >>> customers = pd.DataFrame({"income": [10.0, 20.0, 30.0, None], "visits": [1, 5, 4, 3], "age": [30, 20, 31, 40]})
    >>> found = explore(customers)
    >>> [(shape.name, shape.median, shape.missing) for shape in found.numbers]
    [('income', 20.0, 0.25), ('visits', 3.5, 0.0), ('age', 30.5, 0.0)]
    >>> [(pair.left, pair.right, round(pair.pearson, 6)) for pair in found.correlations.pairs]
    [('income', 'visits', 0.720577)]
    >>> [(column.name, column.part) for column in found.left_out]
    [('age', 'describes')]
    """
    from segmentry.data import load  # noqa: PLC0415 - a summary needs this room's types, not the engine that reads files

    recipe = (recipe or Recipe()).having(**options)
    loaded = load(orders, customers, recipe.read)
    try:
        measures = build(loaded.orders, loaded.customers, recipe.features)
        every = _every(measures) or measure(loaded.orders, loaded.customers, recipe.features)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    return explore_measures(measures, every)


def _every(measures: Measures) -> Measures | None:
    """Give the measures themselves where their table holds every column."""
    return measures if len(measures.used) == len(measures.columns) else None


def explore_measures(measures: Measures, every: Measures | None = None) -> Exploration:
    """Say what measures look like.

    Parameters
    ----------
    measures : Measures
        As :func:`segmentry.build` gives them.
    every : Measures or None, default None
        As :func:`segmentry.features.measure` gives them for the same data, where blanks are to be counted in the
        columns that are left out too.

    Examples
    --------
    >>> from segmentry.data import Customers
    >>> table = pd.DataFrame({"customer_id": ["1", "2"], "visits": [1.0, 9.0]})
    >>> explore_measures(build(None, Customers(table, "id"))).customers
    2
    """
    table, rows = measures.table, len(measures.table)
    numeric = {entry.name: _numbers(table[entry.name], entry) for entry in measures.used if entry.kind != "category"}
    ordered = {name: np.sort(values[~np.isnan(values)]) for name, values in numeric.items()}
    numbers = tuple(number_shape(entry, ordered[entry.name], rows) for entry in measures.used if entry.kind == "number")
    categories = tuple(category_shape(entry, table[entry.name]) for entry in measures.used if entry.kind != "number")
    whole = (every or measures).table
    return Exploration(
        customers=rows,
        as_of=measures.as_of,
        numbers=numbers,
        categories=categories,
        correlations=_correlations(measures, numeric),
        blanks=blanks(whole.drop(columns="customer_id")),
        separates=apart(measures.used, ordered),
        left_out=tuple(
            LeftOut(entry.name, entry.label, entry.part, entry.reason)
            for entry in measures.columns
            if entry.part != "forms"
        ),
    )


def correlate(
    measures: Measures, *, most: int = MOST_SHOWN, customers: int = MOST_CUSTOMERS, seed: int = 0
) -> Correlations | None:
    """Correlate the numbers that form or describe segments, forming ones first.

    Parameters
    ----------
    measures : Measures
        One row a customer.
    most : int, default 30
        Columns that are compared.
    customers : int, default 50,000
        Up to so many all are looked at, beyond it a sample of this size, which doesn't depend on the order of the rows.
    seed : int, default 0
        Of the sample.

    Returns
    -------
    Correlations or None
        None where there are fewer than two numbers.

    Examples
    --------
    >>> from segmentry.data import Customers
    >>> table = pd.DataFrame({"customer_id": list("abc"), "visits": [1.0, 2.0, 3.0], "spend": [20.0, 40.0, 60.0]})
    >>> found = correlate(build(None, Customers(table, "id")))
    >>> found.names, round(found.pearson[0][1], 6)
    (('visits', 'spend'), 1.0)
    """
    numbers = sorted((one for one in measures.used if one.kind == "number"), key=lambda one: one.part != "forms")
    names = [one.name for one in numbers]
    if len(names) < 2:
        return None
    columns = [_numbers(measures.table[one.name], one) for one in numbers[:most]]
    order = _order(columns)
    if len(order) > customers:
        chosen = np.random.default_rng([seed, customers]).choice(len(order), customers, replace=False, shuffle=False)
        order = order[np.sort(chosen)]
    values = np.column_stack([column[order] for column in columns])
    return correlations(names[:most], values, rank(values), names[most:])


def _numbers(raw: pd.Series, entry: Measure) -> Floats:
    """Give a column as numbers; the last answer by name to a yes-or-no question is 1."""
    if entry.kind == "number":
        return raw.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0.0 and 0.0 are one value
    known = raw.dropna()
    last = max(known) if len(known) else None
    return np.where(raw.isna().to_numpy(), np.nan, (raw == last).to_numpy(dtype=np.float64))


def _correlations(measures: Measures, numeric: dict[str, Floats]) -> Correlations:
    """Correlate the first 200 columns, those that form segments first."""
    first = [entry.name for entry in measures.forming if entry.name in numeric]
    ranked = [*first, *(name for name in numeric if name not in set(first))]
    chosen = set(ranked[:MOST_COLUMNS])
    names = [name for name in numeric if name in chosen]
    if not names:
        return correlations((), np.empty((0, 0)), np.empty((0, 0)))
    values = np.column_stack([numeric[name] for name in names])
    values = values[_order(list(values.T))]
    return correlations(names, values, rank(values), ranked[MOST_COLUMNS:])


def _order(columns: Sequence[Floats]) -> npt.NDArray[np.intp]:
    """Put rows into an order that depends on what they hold alone, so that sums come out alike to the last digit."""
    hashes = np.zeros(len(columns[0]), dtype=np.uint64)
    for start in range(0, len(hashes), BLOCK):
        block = hashes[start : start + BLOCK]
        for column in columns:
            values = column[start : start + BLOCK]
            bits = np.where(np.isnan(values), np.nan, values).view(np.uint64)
            block ^= bits ^ (bits >> np.uint64(29))
            block *= np.uint64(0x9E3779B97F4A7C15)
            block ^= block >> np.uint64(32)
    return np.argsort(hashes, kind="stable")
