"""Blank numbers filled by what the most alike customers have, as a graph."""

from collections.abc import Sequence

import numpy as np

from segmentry.export.onnx.graph import INT, REAL, Graph, Value
from segmentry.prepare.neighbours import ASKED, Neighbours

__all__ = ["filled"]


def filled(graph: Graph, neighbours: Neighbours, columns: Sequence[Value], blanks: Sequence[Value]) -> list[Value]:
    """Fill blanks by the rules of :meth:`segmentry.prepare.neighbours.Neighbours.fill`.

    Only customers who have a blank are compared.

    Parameters
    ----------
    graph : Graph
        What is added to.
    neighbours : Neighbours
        With at least one prototype.
    columns : sequence of Value
        Prepared numbers, float64 of shape (n,).
    blanks : sequence of Value
        bool of shape (n,): which of them were blank.
    """
    prototypes = np.array(neighbours.prototypes)
    any_blank = blanks[0]
    for one in blanks[1:]:
        any_blank = any_blank | one
    rows = graph.add("NonZero", any_blank).reshape(-1)
    own = [graph.take(column, rows) for column in columns]
    # Yes and no are looked up as numbers: not every runtime looks up the other kind.
    blank = [graph.take(one.cast(INT), rows) > 0 for one in blanks]
    distances = _distances(graph, own, blank, prototypes)
    nearest: dict[bytes, tuple[Value, Value]] = {}
    found = []
    for place, column in enumerate(columns):
        holders = np.flatnonzero(~np.isnan(prototypes[:, place]))
        if not holders.size:
            found.append(column)
            continue
        key = holders.tobytes()
        if key not in nearest:
            asked = np.array([min(ASKED, len(holders))], dtype=np.int64)
            among = distances if len(holders) == len(prototypes) else graph.take(distances, holders, axis=1)
            away, which = graph.each("TopK", among, asked, outputs=2, axis=1, largest=0, sorted=1)
            nearest[key] = away, which
        middle = _middle(graph, *nearest[key], prototypes[holders, place], own[place])
        new = graph.where(blank[place], middle, own[place])
        found.append(graph.add("ScatterElements", column, rows, new, axis=0))
    return found


def _distances(graph: Graph, own: Sequence[Value], blank: Sequence[Value], prototypes: np.ndarray) -> Value:
    """Give squared distances scaled up to all columns, inf where no column is known to both, rounded."""
    total: Value | None = None
    shared: Value | None = None
    for place, (column, gap) in enumerate(zip(own, blank, strict=True)):
        known = ~np.isnan(prototypes[None, :, place])
        step = column.reshape(-1, 1) - np.where(known, prototypes[None, :, place], 0.0)
        both = ~gap.reshape(-1, 1) & graph.constant(known)
        part, one = graph.where(both, step * step, 0.0), both.cast(REAL)
        total = part if total is None else total + part
        shared = one if shared is None else shared + one
    assert total is not None
    assert shared is not None
    alike = shared > 0.0
    scale = float(len(own)) / graph.where(alike, shared, 1.0)
    scaled = graph.where(alike, total * scale, float("inf"))
    return graph.add("Round", scaled * 1e9) / 1e9


def _middle(graph: Graph, away: Value, which: Value, held: np.ndarray, otherwise: Value) -> Value:
    """Give the lower middle value of the nearest that are comparable, and ``otherwise`` where none is."""
    unlike = graph.add("IsInf", away)
    values = graph.where(unlike, float("inf"), graph.take(held, which))
    asked = np.array([min(ASKED, len(held))], dtype=np.int64)
    ordered, _ = graph.each("TopK", values, asked, outputs=2, axis=1, largest=0, sorted=1)
    known = (~unlike).cast(INT).total(1)
    at = graph.add("Max", known - 1, 0) / 2
    found = graph.add("GatherElements", ordered, at.reshape(-1, 1), axis=1).reshape(-1)
    return graph.where(known > 0, found, otherwise)
