"""Placing by the scores of an RFM grid, as a graph."""

from collections.abc import Sequence

import numpy as np

from segmentry.cluster import GridClusters
from segmentry.export.onnx.graph import INT, Graph, Value
from segmentry.export.onnx.nearness import Placing

__all__ = ["rfm_grid"]


def rfm_grid(graph: Graph, clusters: GridClusters, points: Sequence[Value]) -> Placing:
    """Place by the combination of scores."""
    place: Value | None = None
    for column, cuts in zip(points, clusters.cuts, strict=True):
        low = cuts.rule.better == "low"
        at, value = np.array(cuts.at)[:, None], column.reshape(1, -1)
        # Who lies on a cut point gets the lower of the two scores, but by the package's own rule.
        passed = value > at if cuts.rule.cut != "quantile-plus-one" and not low else value >= at
        score = passed.cast(INT).total(0)
        score = cuts.rule.levels - 1 - score if low else score
        place = score if place is None else place * cuts.rule.levels + score
    assert place is not None
    label, second = (graph.take(cells.ravel().astype(np.int64), place) for cells in (clusters.labels, clusters.second))
    steps = graph.take(clusters.steps.ravel(), place)
    return Placing(label, second, graph.full(steps, 1.0), steps)
