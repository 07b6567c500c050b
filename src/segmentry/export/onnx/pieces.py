"""A graph that takes customers a piece at a time, so that its memory doesn't grow with their number."""

from collections.abc import Callable, Sequence

import numpy as np

from segmentry.export.onnx.graph import INT, YES_NO, Graph, Value, info

__all__ = ["in_pieces"]

Body = Callable[[Graph, Sequence[Value]], Sequence[Value]]


def in_pieces(graph: Graph, given: Sequence[Value], body: Body, kinds: Sequence[int], rows: int) -> list[Value]:
    """Answer for so many customers at a time.

    Pieces are all as long, since a loop's answers must be: the last one says the last customer again, as often as it
    takes, and those answers are cut off. Texts stay outside: older runtimes can't carry them through a loop.

    Parameters
    ----------
    graph : Graph
        What is added to.
    given : sequence of Value
        What is known of every customer, numbers of shape (n,) each.
    body : callable
        Takes a graph and the same values of one piece; gives answers, numbers of shape (rows,).
    kinds : sequence of int
        The type of each answer.
    rows : int
        Customers at a time, 1 or more.
    """
    n = graph.take(graph.add("Shape", given[0]), 0)
    piece = graph.add("Max", graph.add("Min", n, rows), 1)
    last = n - 1
    times = (last + piece) / piece
    inner = Graph(within="piece/")
    # Values of the graph outside can be used inside, by their names.
    turn, length = inner.value("turn"), inner.value(piece.name)
    own = inner.add("Min", inner.add("Range", 0, length, 1) + turn * length, inner.value(last.name))
    answers = body(inner, [inner.take(inner.value(value.name), own) for value in given])
    inner.called(inner.value("go on"), "still")
    outputs = [info("still", YES_NO, [])]
    for number, (value, kind) in enumerate(zip(answers, kinds, strict=True), 1):
        inner.called(value, f"piece/answer {number}")
        outputs.append(info(f"piece/answer {number}", kind, [None]))
    loop = inner.proto("one piece", [info("turn", INT, []), info("go on", YES_NO, [])], outputs)
    made = graph.each("Loop", times, np.array(True), outputs=len(answers), body=loop)
    start = np.zeros(1, dtype=np.int64)
    return [graph.add("Slice", value.reshape(-1), start, n.reshape(1), start) for value in made]
