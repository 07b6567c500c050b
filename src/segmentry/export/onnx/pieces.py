"""A graph that takes customers a piece at a time, so that its memory doesn't grow with their number."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from onnx import TensorProto

from segmentry.export.onnx.graph import INT, YES_NO, Graph, Value, info

__all__ = ["in_pieces"]

Body = Callable[[Graph, Sequence[Value]], dict[str, Value]]


def in_pieces(
    graph: Graph, given: Sequence[Value], body: Body, kinds: Mapping[str, int], rows: int
) -> dict[str, Value]:
    """Answer for so many customers at a time.

    Pieces are all as long, since a loop's answers must be: the last one says the last customer again, as often as it
    takes, and those answers are cut off.

    Parameters
    ----------
    graph : Graph
        What is added to.
    given : sequence of Value
        What every customer is told by, shape (n, 1) each.
    body : callable
        Takes a graph and the same values of one piece; gives answers of shape (rows,) by name.
    kinds : mapping of str to int
        The type of each answer.
    rows : int
        Customers at a time, 1 or more.
    """
    whole = np.zeros(1, dtype=np.int64)
    n = graph.take(graph.add("Shape", given[0]), 0)
    piece = graph.add("Max", graph.add("Min", n, rows), 1)
    times = (n + piece - 1) / piece
    inner = Graph(within="piece/")
    turn = inner.value("turn")
    # Names of the graph outside can be used inside.
    every = inner.add("Range", 0, Value(inner, piece.name), 1)
    own = inner.add("Min", every + turn * Value(inner, piece.name), Value(inner, (n - 1).name))
    answers = body(inner, [inner.take(Value(inner, value.name), own) for value in given])
    inner.called(inner.value("go on"), "still")
    for name, value in answers.items():
        inner.called(value, f"{name} of a piece")
    outputs = [info("still", YES_NO, [])]
    outputs += [info(f"{name} of a piece", kinds[name], [None]) for name in answers]
    loop = inner.proto("one piece", [info("turn", INT, []), info("go on", TensorProto.BOOL, [])], outputs)
    made = graph.each("Loop", times, graph.constant(np.array(True)), outputs=len(answers), body=loop)
    return {
        name: graph.add("Slice", value.reshape(-1), whole, n.reshape(1), whole)
        for name, value in zip(answers, made, strict=True)
    }
