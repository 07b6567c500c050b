"""Measures of a labeling that need one pass over the points: inertia, Davies-Bouldin, Calinski-Harabasz."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Spread", "spread"]

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
    if (labels < 0).any():
        values, labels = values[labels >= 0], labels[labels >= 0]
    if not len(labels):
        return Spread(0.0, np.nan, np.nan)
    counts = np.bincount(labels).astype(np.float64)
    if not counts.all():
        labels = np.unique(labels, return_inverse=True)[1].astype(np.int32)
        counts = counts[counts > 0]
    k, n = len(counts), len(labels)
    squared = np.zeros(n)
    centroids = np.empty((k, values.shape[1]))
    between = 0.0
    for index, raw in enumerate(values.T):
        column = raw.astype(np.float64)
        middle = column.mean()
        column -= middle
        centroid = np.bincount(labels, weights=column) / counts
        column -= centroid[labels]
        squared += column * column
        centroids[:, index] = centroid
        between += float(counts @ centroid**2)
    inertia = float(squared.sum())
    if k < 2:
        return Spread(inertia, np.nan, np.nan)
    radii = np.bincount(labels, weights=np.sqrt(squared)) / counts
    ratio = np.nan
    if n > k:
        ratio = 1.0 if inertia == 0 else between * (n - k) / (inertia * (k - 1))
    return Spread(inertia, _davies_bouldin(centroids, radii), float(ratio))


def _davies_bouldin(centroids: Floats, radii: Floats) -> float:
    """Average each cluster's worst overlap; centroids that coincide count as infinitely far, as scikit-learn has it."""
    apart = np.sqrt(((centroids[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2))
    apart[apart == 0] = np.inf
    return float(((radii[:, None] + radii[None, :]) / apart).max(axis=1).mean())
