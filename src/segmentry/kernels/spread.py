"""Measures of a labeling that need one pass over the points: inertia, Davies-Bouldin, Calinski-Harabasz."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Spread", "of_clusters", "spread", "spread_each"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How tight the clusters are, and how far apart.

    Parameters
    ----------
    inertia : float
        Sum of squared distances of the points to the mean of their cluster.
    davies_bouldin : float
        Mean over clusters of the worst ratio of two clusters' mean radii to the distance of their centroids; smaller is
        better; nan for one cluster or none.
    calinski_harabasz : float
        Variance between clusters over variance within, each divided by its degrees of freedom; larger is better; nan
        for one cluster or as many clusters as points. 1 where nothing varies within clusters, as scikit-learn has it.
    """

    inertia: float
    davies_bouldin: float
    calinski_harabasz: float


def spread(values: npt.NDArray[np.floating], labels: npt.NDArray[np.int32]) -> Spread:
    """Measure one labeling.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labels : numpy.ndarray of int32, shape (n,)
        From 0; -1 leaves a point out, as if it weren't there. A number that doesn't occur is no cluster.

    Notes
    -----
    Davies & Bouldin, "A cluster separation measure", IEEE PAMI 1 (1979); Calinski & Harabasz, "A dendrite method for
    cluster analysis", Communications in Statistics 3 (1974).

    Examples
    --------
    >>> spread(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1], dtype=np.int32))
    Spread(inertia=4.0, davies_bouldin=0.2, calinski_harabasz=50.0)
    """
    inside = labels >= 0
    counts = np.bincount(labels[inside]).astype(np.float64)
    if not len(counts):
        return Spread(0.0, np.nan, np.nan)
    own = values if inside.all() else values[inside]
    points = own.astype(np.float64) - own.mean(axis=0, dtype=np.float64)
    sums = np.stack([np.bincount(labels[inside], weights=column) for column in points.T]) if points.size else points.T
    means = sums.reshape(values.shape[1], -1).T / np.maximum(counts, 1.0)[:, None]
    squared = ((points - means[labels[inside]]) ** 2).sum(axis=1)
    away = np.empty((len(counts), 2))
    for column, each in enumerate((np.sqrt(squared), squared)):
        away[:, column] = np.bincount(labels[inside], weights=each)
    return of_clusters(counts, means, away)


def spread_each(values: npt.NDArray[np.floating], labelings: npt.NDArray[np.int32]) -> list[Spread]:
    """Measure several labelings of the same points, each as :func:`spread` does.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : numpy.ndarray of int32, shape (L, n)
        As for :func:`spread`, a row per labeling.

    Examples
    --------
    >>> labelings = np.array([[0, 0, 1, 1], [0, 0, 0, 0]], dtype=np.int32)
    >>> [each.inertia for each in spread_each(np.array([[0.0], [2.0], [10.0], [12.0]]), labelings)]
    [4.0, 104.0]
    """
    return [spread(values, labels) for labels in labelings]


def of_clusters(counts: Floats, means: Floats, away: Floats) -> Spread:
    """Measure a labeling by what is known of its clusters; those without points are none.

    Parameters
    ----------
    counts : numpy.ndarray of float64, shape (k,)
        Points in each.
    means : numpy.ndarray of float64, shape (k, d)
        Of the points, in any frame.
    away : numpy.ndarray of float64, shape (k, 2)
        Sums of the points' distances to the mean, and of their squares.

    Examples
    --------
    >>> of_clusters(np.array([2.0, 2.0]), np.array([[1.0], [11.0]]), np.array([[2.0, 2.0], [2.0, 2.0]]))
    Spread(inertia=4.0, davies_bouldin=0.2, calinski_harabasz=50.0)
    """
    there = counts > 0
    counts, means, away = counts[there], means[there], away[there]
    k, n, inertia = len(counts), counts.sum(), float(away[:, 1].sum())
    if k < 2:
        return Spread(inertia, np.nan, np.nan)
    ratio = np.nan
    if n > k:
        between = float(counts @ ((means - counts @ means / n) ** 2).sum(axis=1))
        ratio = 1.0 if inertia == 0 else between * (n - k) / (inertia * (k - 1))
    return Spread(inertia, _davies_bouldin(means, away[:, 0] / counts), float(ratio))


def _davies_bouldin(centroids: Floats, radii: Floats) -> float:
    """Average each cluster's worst overlap; centroids that coincide count as infinitely far, as scikit-learn has it."""
    apart = np.sqrt(((centroids[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2))
    apart[apart == 0] = np.inf
    return float(((radii[:, None] + radii[None, :]) / apart).max(axis=1).mean())
