"""Placing by distance, as a graph: k-means, sized, trees by their stand-ins, dense groups, k-prototypes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentry.cluster import (
    NOWHERE,
    DenseClusters,
    KMeansClusters,
    KPrototypesClusters,
    LinkageClusters,
    SizedClusters,
)
from segmentry.export.onnx.answers import codes
from segmentry.export.onnx.graph import REAL, Graph, Value
from segmentry.prepare import Floats

__all__ = ["Placing", "dense", "is_in", "kmeans", "kprototypes", "linkage", "sized"]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where points belong: :class:`segmentry.cluster.Placement` as values of a graph.

    Parameters
    ----------
    label, second : Value
        int64 of shape (n,); -1 for nowhere.
    margin, distance : Value
        float64 of shape (n,).
    """

    label: Value
    second: Value
    margin: Value
    distance: Value


@dataclass(frozen=True, slots=True)
class _Two:
    """The cheapest cluster of each point and the next, of equal ones the first, and what they cost."""

    first: Value
    second: Value
    cost: Value
    next: Value | None


def kmeans(graph: Graph, clusters: KMeansClusters, points: Sequence[Value]) -> Placing:
    """Place by the nearest centroid."""
    two = _two(graph, _squared(points, clusters.centroids), clusters.k)
    return Placing(two.first, two.second, _by_roots(graph, two), graph.add("Sqrt", two.cost))


def sized(graph: Graph, clusters: SizedClusters, points: Sequence[Value]) -> Placing:
    """Place by squared distances plus offsets."""
    squared = _squared(points, clusters.centroids)
    two = _two(graph, squared + clusters.offsets[:, None], clusters.k)
    margin = graph.full(two.cost, 1.0)
    if two.next is not None:
        margin = 1.0 - graph.add("Sqrt", _ratio(graph, two.cost, two.next))
    return Placing(two.first, two.second, margin, graph.add("Sqrt", _own(graph, squared, two.first, clusters.k)))


def linkage(graph: Graph, clusters: LinkageClusters, points: Sequence[Value]) -> Placing:
    """Place by the nearest prototype of each cluster."""
    held = clusters.prototypes
    squared = _by_owner(graph, _squared(points, held.points), np.bincount(held.owner, minlength=clusters.k))
    two = _two(graph, squared, clusters.k)
    away = _to_own(graph, points, clusters.centroids, two.first)
    return Placing(two.first, two.second, _by_roots(graph, two), away)


def dense(graph: Graph, clusters: DenseClusters, points: Sequence[Value]) -> Placing:
    """Place by the nearest kept point, or nowhere."""
    squared = _by_owner(graph, _squared(points, clusters.kept), np.bincount(clusters.owner, minlength=clusters.k))
    two = _two(graph, graph.add("Sqrt", squared), clusters.k)
    margin = graph.full(two.cost, 1.0)
    if two.next is not None:
        floor = graph.take(clusters.spacing, two.first)
        own, other = graph.add("Max", two.cost, floor), graph.add("Max", two.next, floor)
        margin = 1.0 - _ratio(graph, own, other)
    inside = two.cost <= graph.take(clusters.reach * (1 + 1e-12), two.first)
    return Placing(
        label=graph.where(inside, two.first, NOWHERE),
        second=graph.where(inside, two.second, two.first),
        margin=graph.where(inside, margin, 0.0),
        distance=_to_own(graph, points, clusters.centroids, two.first),
    )


def kprototypes(graph: Graph, clusters: KPrototypesClusters, points: Sequence[Value]) -> Placing:
    """Place by squared distances of numbers plus what differing levels cost."""
    cost: Value | None = None
    if clusters.coding.numbers:
        cost = _squared([points[place] for place in clusters.coding.numbers], clusters.centroids)
    differing: Value | None = None
    for code, mode in zip(codes(graph, clusters.coding, points), clusters.modes.T, strict=True):
        differs = (~code.reshape(1, -1).same(mode.astype(np.int64)[:, None])).cast(REAL)
        differing = differs if differing is None else differing + differs
    if differing is not None:
        cost = differing * clusters.gamma if cost is None else cost + differing * clusters.gamma
    assert cost is not None
    two = _two(graph, cost, clusters.k)
    return Placing(two.first, two.second, _by_roots(graph, two), graph.add("Sqrt", two.cost))


def _squared(points: Sequence[Value], centres: Floats) -> Value:
    """Give squared distances, shape (k, n), summed over columns from the first to the last as placing does."""
    total: Value | None = None
    for column, centre in zip(points, centres.T, strict=True):
        step = column.reshape(1, -1) - centre[:, None]
        squared = step * step
        total = squared if total is None else total + squared
    assert total is not None
    return total


def _by_owner(graph: Graph, squared: Value, sizes: np.ndarray) -> Value:
    """Give the least for each cluster of what its prototypes have, which lie together; shape (k, n)."""
    if (sizes == 1).all():
        return squared
    parts = [squared]
    if len(sizes) > 1:
        parts = graph.each("Split", squared, sizes.astype(np.int64), outputs=len(sizes), axis=0)
    return graph.join([part.least(0, keep=True) for part in parts], axis=0)


def _two(graph: Graph, cost: Value, k: int) -> _Two:
    first, least = cost.place_of_least(0), cost.least(0)
    if k == 1:
        return _Two(first, first, least, None)
    rest = graph.where(is_in(first, k), float("inf"), cost)
    return _Two(first, rest.place_of_least(0), least, rest.least(0))


def is_in(labels: Value, k: int) -> Value:
    """Say for each cluster whether a point is in it, shape (k, n)."""
    return labels.reshape(1, -1).same(np.arange(k, dtype=np.int64)[:, None])


def _own(graph: Graph, figures: Value, labels: Value, k: int) -> Value:
    """Give of figures of shape (k, n) each point's own."""
    return graph.where(is_in(labels, k), figures, 0.0).total(0)


def _by_roots(graph: Graph, two: _Two) -> Value:
    """Give 1 - d1 / d2 of squared distances; 1 where there is no second."""
    if two.next is None:
        return graph.full(two.cost, 1.0)
    return 1.0 - _ratio(graph, graph.add("Sqrt", two.cost), graph.add("Sqrt", two.next))


def _ratio(graph: Graph, first: Value, second: Value) -> Value:
    """Divide, giving 1 where there is nothing to divide by."""
    apart = second > 0.0
    return graph.where(apart, first / graph.where(apart, second, 1.0), 1.0)


def _to_own(graph: Graph, points: Sequence[Value], centres: Floats, labels: Value) -> Value:
    """Give each point's distance to the mean of its cluster."""
    total: Value | None = None
    for column, centre in zip(points, centres.T, strict=True):
        step = column - graph.take(np.ascontiguousarray(centre), labels)
        total = step * step if total is None else total + step * step
    assert total is not None
    return graph.add("Sqrt", total)
