"""Preparation as a graph: what :class:`segmentry.prepare.Preparer` does to measures, operation by operation."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from onnx import TensorProto

from segmentry.export.onnx.graph import ML, REAL, Graph, Value
from segmentry.export.onnx.neighbours import filled
from segmentry.prepare import (
    Asinh,
    CategoryColumn,
    LevelColumn,
    NumberColumn,
    Preparer,
    YeoJohnson,
    YesNoColumn,
)

__all__ = ["levels_of", "places_of_levels", "prepared"]

LARGE = 1e8
"""From here on asinh(x) is log(2 x) to the last digit, and x squared is left alone: it could not be held."""
MOST = float(np.finfo(np.float32).max)
"""Points are kept within what float32 holds."""
EXACT = 1e17
"""From here on log(1 + x) is log(x) to the last digit."""


def prepared(graph: Graph, preparer: Preparer, given: Mapping[str, Value]) -> tuple[Value, ...]:
    """Prepare customers: give their points as columns, float64 of shape (n,) each, rounded to float32 as points are.

    Parameters
    ----------
    graph : Graph
        What is added to.
    preparer : Preparer
        Fitted.
    given : mapping of str to Value
        By measure: float64 of shape (n,), nan where blank; or int64, what :func:`places_of_levels` gives.
    """
    columns: list[Value] = []
    numbers: list[int] = []
    blanks: list[Value] = []
    for column in preparer.columns:
        raw = given[column.name]
        if isinstance(column, NumberColumn):
            numbers.append(len(columns))
            blanks.append(graph.add("IsNaN", raw))
            columns.append(_held(graph, _number(graph, column, raw, blanks[-1])))
        else:
            columns.extend(_levels(graph, column, raw))
    if preparer.neighbours is not None and preparer.neighbours.prototypes and numbers:
        found = filled(graph, preparer.neighbours, [columns[place] for place in numbers], blanks)
        for place, value in zip(numbers, found, strict=True):
            columns[place] = value
    if preparer.components is not None:
        columns = [
            _held(graph, _component(columns, preparer.components.means, direction))
            for direction in preparer.components.directions
        ]
    # Points are float32: without the same rounding, customers on a border would fall on the other side of it. A cast
    # that undoes another is dropped by some runtimes (onnxruntime 1.16), so that something has to stand between.
    return tuple(column.cast(TensorProto.FLOAT).reshape(1, -1).cast(REAL).reshape(-1) for column in columns)


def levels_of(column: CategoryColumn | LevelColumn | YesNoColumn) -> tuple[str, ...]:
    """Give the texts that a column tells apart; all others it treats alike."""
    return (column.yes,) if isinstance(column, YesNoColumn) else column.levels


def _number(graph: Graph, column: NumberColumn, raw: Value, blank: Value) -> Value:
    values = graph.where(blank, column.fill, raw)
    if isinstance(column.skew, Asinh):
        values = _asinh(graph, values / column.skew.log_scale)
    elif isinstance(column.skew, YeoJohnson):
        values = _yeo_johnson(graph, column.skew, values)
    if column.low is not None and column.high is not None:
        values = graph.add("Clip", values, column.low, column.high)
    if column.cuts is not None:
        values = _cut(graph, column.cuts, values)
    return (values - column.centre) / column.spread


def _asinh(graph: Graph, values: Value) -> Value:
    """Give asinh by logarithms, since runtimes have it for float32 only.

    asinh(x) = log(x + sqrt(x² + 1)) = log1p(x + x² / (1 + sqrt(x² + 1))), which loses no digits near 0.
    """
    sizes = graph.add("Abs", values)
    near = graph.add("Min", sizes, LARGE)
    squared = near * near
    found = _log1p(graph, near + squared / (graph.add("Sqrt", squared + 1.0) + 1.0))
    far = graph.add("Log", graph.add("Max", sizes, LARGE)) + math.log(2.0)
    found = graph.where(sizes > LARGE, far, found)
    return graph.where(values < 0.0, -found, found)


def _log1p(graph: Graph, values: Value) -> Value:
    """Give log(1 + x) for x of at least 0: W. Kahan's way, which keeps the digits that 1 + x loses."""
    near = graph.add("Min", values, EXACT)
    one_more = near + 1.0
    moved = one_more - 1.0
    nothing = moved.same(0.0)
    lost = near / graph.where(nothing, 1.0, moved)
    found = graph.where(nothing, near, graph.add("Log", one_more) * lost)
    return graph.where(values > EXACT, graph.add("Log", graph.add("Max", values, EXACT)), found)


def _expm1(graph: Graph, values: Value) -> Value:
    """Give exp(x) - 1, near 0 by Kahan's way."""
    near = graph.add("Clip", values, -1.0, 1.0)
    grown = graph.add("Exp", near)
    moved = graph.add("Log", grown)
    nothing = moved.same(0.0)
    found = graph.where(nothing, near, (grown - 1.0) * (near / graph.where(nothing, 1.0, moved)))
    return graph.where(near.same(values), found, graph.add("Exp", values) - 1.0)


def _yeo_johnson(graph: Graph, skew: YeoJohnson, values: Value) -> Value:
    scaled = values / skew.unit
    above = _power(graph, graph.add("Max", scaled, 0.0), skew.power)
    below = _power(graph, graph.add("Max", -scaled, 0.0), 2.0 - skew.power)
    return above - below


def _power(graph: Graph, sizes: Value, power: float) -> Value:
    logs = _log1p(graph, sizes)
    return logs if power == 0 else _expm1(graph, logs * power) / power


def _cut(graph: Graph, cuts: tuple[float, ...], values: Value) -> Value:
    """Count the cut points below each value."""
    if not cuts:
        return graph.full(values, 0.0)
    return (values.reshape(1, -1) > np.array(cuts).reshape(-1, 1)).cast(REAL).total(0)


def _held(graph: Graph, values: Value) -> Value:
    return graph.add("Clip", values, -MOST, MOST)


def places_of_levels(graph: Graph, column: CategoryColumn | LevelColumn | YesNoColumn, texts: Value) -> Value:
    """Give each text's place among the levels; the place after them where it is blank, and one more where it is new."""
    levels = levels_of(column)
    return graph.add(
        "LabelEncoder",
        texts,
        domain=ML,
        keys_strings=[*levels, ""],
        values_int64s=list(range(len(levels) + 1)),
        default_int64=len(levels) + 1,
    )


def _levels(graph: Graph, column: CategoryColumn | LevelColumn | YesNoColumn, places: Value) -> list[Value]:
    """Look up what the column itself says of each level, of a blank, and of a level that it hasn't seen."""
    levels = levels_of(column)
    unseen = next(text for text in (f"unseen {number}" for number in range(len(levels) + 1)) if text not in levels)
    codes = np.array([*range(len(levels)), -1, len(levels)], dtype=np.intp)
    tables = column.prepared(codes, [*levels, unseen])
    return [graph.take(np.clip(np.asarray(table, dtype=np.float64), -MOST, MOST), places) for table in tables]


def _component(columns: Sequence[Value], means: Sequence[float], direction: Sequence[float]) -> Value:
    """Turn the columns into one component, summed column by column as preparation does."""
    found = (columns[0] - means[0]) * direction[0]
    for column, mean, part in zip(columns[1:], means[1:], direction[1:], strict=True):
        found = found + (column - mean) * part
    return found
