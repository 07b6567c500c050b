"""Placing by probability, as a graph: Gaussian mixtures and latent classes."""

import math
from collections.abc import Sequence

import numpy as np

from segmentry.cluster import LatentClassClusters, MixtureClusters
from segmentry.export.onnx.answers import NO_PLACE, codes
from segmentry.export.onnx.graph import Graph, Value
from segmentry.export.onnx.nearness import Placing, is_in
from segmentry.prepare import Floats

__all__ = ["latent_class", "mixture"]


def mixture(graph: Graph, clusters: MixtureClusters, points: Sequence[Value]) -> Placing:
    """Place in the group that most probably gave rise to a point."""
    d = len(points)
    level = np.log(np.diagonal(clusters.whiten, axis1=1, axis2=2)).sum(axis=1) - d / 2 * math.log(2 * math.pi)
    table = graph.stack(points, axis=1)
    parts = []
    for mean, whiten in zip(clusters.means, clusters.whiten, strict=True):
        away = graph.add("MatMul", table - mean, whiten)
        parts.append((away * away).total(1))
    squared = graph.stack(parts, axis=0)
    joint = level[:, None] - squared / 2.0 + np.log(clusters.weights)[:, None]
    return _placing(graph, joint, squared, clusters.k)


def latent_class(graph: Graph, clusters: LatentClassClusters, points: Sequence[Value]) -> Placing:
    """Place in the class that most probably gave a customer's answers."""
    levels = np.array(clusters.coding.levels, dtype=np.intp)
    answers = codes(graph, clusters.coding, points)
    joint = _log_probability(graph, answers, clusters.shares, levels) + np.log(clusters.weights)[:, None]
    blocks = np.split(clusters.shares, np.cumsum(levels)[:-1], axis=1)
    relative = np.concatenate([block / block.max(axis=1, keepdims=True) for block in blocks], axis=1)
    typical = _log_probability(graph, answers, relative, levels)
    return _placing(graph, joint, typical * -2.0, clusters.k)


def _log_probability(graph: Graph, answers: Sequence[Value], shares: Floats, levels: np.ndarray) -> Value:
    """Give the logarithm of the answers under each class, shape (k, n); no answer says nothing."""
    logs = np.log(shares)
    found: Value | None = None
    offset = 0
    for answer, width in zip(answers, levels.tolist(), strict=True):
        table = np.concatenate([logs[:, offset : offset + width], np.zeros((len(shares), 1))], axis=1)
        said = graph.take(table, graph.where(answer.same(NO_PLACE), width, answer), axis=1)
        found = said if found is None else found + said
        offset += width
    assert found is not None
    return found


def _placing(graph: Graph, joint: Value, squared: Value, k: int) -> Placing:
    """Place by :func:`segmentry.cluster.probable.by_probability`."""
    first, top = joint.place_of_most(0), joint.most(0)
    own = is_in(first, k)
    distance = graph.add("Sqrt", graph.add("Abs", graph.where(own, squared, 0.0).total(0)))
    if k == 1:
        return Placing(first, first, graph.full(top, 1.0), distance)
    total = graph.add("Exp", joint - top).total(0)
    rest = graph.where(own, -math.inf, joint)
    margin = (1.0 - graph.add("Exp", rest.most(0) - top)) / total
    return Placing(first, rest.place_of_most(0), margin, distance)
