"""Fitted splits of the customers, their segments in business order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.choose.customers import Customers
from segmentry.choose.result import ChooseOptions
from segmentry.choose.threads import side_by_side
from segmentry.cluster import Clusterer, Clusters, Sweeping, labels_of
from segmentry.prepare import Layout

__all__ = ["Split", "fit_each", "fit_splits", "gower_for"]

MANY = 50_000
"""From so many customers on, numbers of segments are fitted side by side."""


GOWER = ("kprototypes", "latent-class")
"""Methods whose groups lie in Gower's space rather than Euclid's, where there are categories."""


def gower_for(clusterer: Clusterer, layout: Layout) -> Layout | None:
    """Say by which distance a method's groups are to be judged: None for Euclid's.

    Examples
    --------
    >>> from segmentry.cluster import find_clusterer
    >>> gower_for(find_clusterer("kprototypes"), Layout.numbers(2)) is None
    True
    """
    return layout if clusterer.name in GOWER and set(layout.kinds) != {"number"} else None


@dataclass(frozen=True, slots=True)
class Split:
    """One fitted split.

    Parameters
    ----------
    clusters : Clusters
        Place any prepared customer.
    labels : numpy.ndarray of int32, shape (n,)
        Segments of the customers in order; -1 for who belongs to none.
    setting : int
        What was asked of the method: the number of segments where it takes one.
    """

    clusters: Clusters
    labels: npt.NDArray[np.int32]
    setting: int

    @property
    def sizes(self) -> npt.NDArray[np.intp]:
        """Customers in each segment."""
        return np.bincount(self.labels[self.labels >= 0], minlength=self.clusters.k)


def fit_splits(
    customers: Customers,
    clusterer: Clusterer,
    settings: Sequence[int],
    options: ChooseOptions,
    tell: Callable[[float], None],
) -> list[Split]:
    """Fit a split for each setting on all customers who have a say, and place everybody."""

    def some(group: Sequence[int]) -> list[Split]:
        fits = fit_each(
            clusterer, customers.learned, group, seed=options.seed, starts=options.starts, layout=customers.layout
        )
        return [_ordered(customers, clusters, setting) for clusters, setting in zip(fits, group, strict=True)]

    if isinstance(clusterer, Sweeping) or len(customers.values) < MANY:
        (splits,) = side_by_side(some, [settings], tell)
        return splits
    # The longest work first, so that no thread is left with it at the end.
    groups = side_by_side(some, [[setting] for setting in settings[::-1]], tell)
    return [split for group in groups[::-1] for split in group]


def fit_each(
    clusterer: Clusterer,
    values: npt.NDArray[np.float32],
    settings: Sequence[int],
    *,
    seed: int,
    starts: int,
    layout: Layout,
) -> list[Clusters]:
    """Fit each setting on the same points; where fewer points differ than segments are asked, as many as can be.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (n, d)
        Points.
    settings : sequence of int
        Numbers of segments, or what the method takes in their place.
    """
    able = list(settings)
    # Only binned or tiny tables need to be counted: elsewhere the first few hundred points tell.
    if clusterer.takes_number and len(np.unique(values[:512], axis=0)) < max(settings, default=1):
        distinct = len(np.unique(values, axis=0))
        able = [min(setting, distinct) for setting in settings]
    if isinstance(clusterer, Sweeping):
        return list(clusterer.sweep(values, able, seed=seed, starts=starts, layout=layout))
    return [clusterer.fit(values, setting, seed=seed, starts=starts, layout=layout) for setting in able]


def _ordered(customers: Customers, clusters: Clusters, setting: int) -> Split:
    """Put the segments in order: by mean spend, else by size."""
    labels = labels_of(clusters, customers.values)
    order = _segment_order(labels, clusters.k, customers.spend)
    place = np.empty(clusters.k + 1, dtype=np.int32)
    place[order] = np.arange(clusters.k, dtype=np.int32)
    place[-1] = -1  # where the label -1 looks
    return Split(clusters.reorder(order), place[labels], setting)


def _segment_order(
    labels: npt.NDArray[np.int32], k: int, spend: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.intp]:
    """Order segments: highest mean spend first, then the largest, then the one with the lowest customer in order."""
    inside = labels >= 0
    own = labels[inside]
    sizes = np.bincount(own, minlength=k)
    first = np.full(k, len(labels))
    np.minimum.at(first, own, np.flatnonzero(inside))
    means = np.zeros(k)
    if spend is not None:
        known = inside & ~np.isnan(spend)
        sums = np.bincount(labels[known], weights=spend[known], minlength=k)
        counts = np.bincount(labels[known], minlength=k)
        means = np.divide(sums, counts, out=np.full(k, -np.inf), where=counts > 0)
    return np.lexsort((first, -sizes, -means))
