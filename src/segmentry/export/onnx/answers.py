"""Columns of points as answers, as a graph: which level of each attribute a customer has."""

from collections.abc import Sequence

import numpy as np

from segmentry.export.onnx.graph import INT, Graph, Value
from segmentry.kernels import Coding

__all__ = ["NO_PLACE", "codes"]

NO_PLACE = -1
"""The code of a level that the fit hadn't seen."""


def codes(graph: Graph, coding: Coding, points: Sequence[Value]) -> list[Value]:
    """Give each point's level of each attribute, int64 of shape (n,); -1 for none.

    Parameters
    ----------
    graph : Graph
        What is added to.
    coding : Coding
        Which columns are what.
    points : sequence of Value
        float64 of shape (n,) each.
    """
    found = []
    for columns, cuts in zip(coding.attributes, coding.cuts, strict=True):
        if len(columns) > 1:
            block = graph.stack([points[column] for column in columns], axis=0)
            found.append(graph.where(block.most(0) > 0.5, block.place_of_most(0), NO_PLACE))
        elif cuts:
            above = points[columns[0]].reshape(1, -1) > np.array(cuts)[:, None]
            found.append(above.cast(INT).total(0))
        else:
            found.append(graph.full(points[columns[0]], 0))
    return found
