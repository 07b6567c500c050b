"""Gaussian mixture: groups that may be stretched, tilted and of different width."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.kmeans import draw_sample
from segmentry.cluster.order import told_apart
from segmentry.cluster.probable import by_probability
from segmentry.errors import Caveat
from segmentry.kernels import (
    Mixtures,
    assign,
    gaussian_log_density,
    gaussian_mixtures,
    lloyd,
    seed_centroids,
    whitening,
)
from segmentry.kernels.assign import chunks
from segmentry.kernels.mixture import FLOOR
from segmentry.prepare import Layout

__all__ = ["Mixture", "MixtureClusters"]

Floats = npt.NDArray[np.float64]

K_MEANS_PASSES = 10
"""Starts are k-means fits of so many passes."""

TRIAL_PASSES = 20
"""After so many passes the worse two thirds of the starts are given up."""

GAIN = 1e-4
"""A fit is done when a pass raises the mean logarithm of the density by no more than this."""


@dataclass(frozen=True, slots=True)
class MixtureClusters:
    """Gaussian groups: a point belongs to the one that most probably gave rise to it.

    The margin is the probability of the first choice less that of the second; the distance is Mahalanobis', in standard
    deviations of the own group along the line to its mean.

    Parameters
    ----------
    weights : numpy.ndarray of float64, shape (k,)
        Share of each group, above 0; they sum to 1.
    means : numpy.ndarray of float64, shape (k, d)
        Of the groups.
    whiten : numpy.ndarray of float64, shape (k, d, d)
        Lower triangular L with L L' the inverse covariance.
    bic : float or None, default None
        Bayesian information criterion on the points they were fitted on; None for groups that were read back.

    Examples
    --------
    >>> groups = MixtureClusters(np.array([0.5, 0.5]), np.array([[0.0], [10.0]]), np.array([[[1.0]], [[0.5]]]))
    >>> placed = groups.place(np.array([[3.0], [4.0]]))
    >>> placed.labels.tolist(), placed.margin.round(3).tolist(), placed.distance.tolist()
    ([0, 1], [0.821, 0.886], [3.0, 3.0])
    """

    weights: Floats
    means: Floats
    whiten: Floats
    bic: float | None = None
    method = "mixture"
    names = ()
    fidelity = None
    remarks = ()
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.means)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points in the most probable cluster.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the clusters were fitted on.
        """
        n = len(values)
        placed = Placement(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n))
        share = np.log(self.weights)[:, None]
        for rows in chunks(n, self.k):
            log_density, squared = gaussian_log_density(values[rows], self.means, self.whiten)
            part = by_probability(log_density + share, squared)
            placed.labels[rows], placed.second[rows] = part.labels, part.second
            placed.margin[rows], placed.distance[rows] = part.margin, part.distance
        return placed

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return type(self)(self.weights[order], self.means[order], self.whiten[order], self.bic)

    def arrays(self) -> Arrays:
        """Give what placing needs: ``weights``, ``means`` and ``whiten``."""
        return {"weights": self.weights, "means": self.means, "whiten": self.whiten}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        weights, means, whiten = (np.asarray(arrays[name], dtype=np.float64) for name in ("weights", "means", "whiten"))
        return cls(weights, means, whiten)


class Mixture:
    """Find Gaussian groups with covariances of their own by maximum likelihood.

    Each start is a short k-means, half of them on sphered points; all are improved for 20 passes, the best third to the
    end. Past 32,768 points the groups are fitted on a seeded sample. Every variance is raised by a thousandth of the
    column's own, so that copies, whole numbers and more columns than points can't make a group collapse.

    Examples
    --------
    >>> found = Mixture().fit(np.array([[0.0], [1.0], [2.0], [9.0], [10.0], [11.0]]), 2, seed=0, starts=3)
    >>> sorted(found.means.ravel().round(3).tolist())
    [1.0, 10.0]
    """

    name: str = "mixture"
    clusters: type[Clusters] = MixtureClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> MixtureClusters:
        """Find ``k`` clusters.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points.
        k : int
            At least 1.
        seed : int
            Not negative; the same seed gives the same clusters.
        starts : int
            Independent starts, at least 1.
        layout : Layout, optional
            Not used: every column is a number to it.

        Raises
        ------
        TooFewError
            Fewer than ``k`` points differ.
        """
        del layout
        ordered, fresh = told_apart(values, k)
        sample = draw_sample(ordered, fresh, k, seed)
        tried = gaussian_mixtures(sample, _starts(sample, k, starts, seed), max_passes=TRIAL_PASSES, gain=GAIN)
        best = np.argsort(-tried.log_likelihood, kind="stable")
        ended = gaussian_mixtures(sample, tried.take(best[: (starts + 2) // 3]), gain=GAIN)
        # Should a group be nobody's most probable one, a fit without such a group is taken, the likelier ones first.
        candidates = [
            fits.take(np.array([index]))
            for fits in (ended, tried)
            for index in np.argsort(-fits.log_likelihood, kind="stable")
        ]
        found = next((fit for fit in map(_clusters, candidates) if _fills(fit, sample)), _clusters(candidates[0]))
        return MixtureClusters(found.weights, found.means, found.whiten, _bic(found, ordered))


def _starts(values: npt.NDArray[np.floating], k: int, starts: int, seed: int) -> npt.NDArray[np.int32]:
    """Give labels to start from, shape (starts, n): half of them from round groups, half from sphered points.

    k-means cuts long groups across, and a mixture seldom finds its way out of that. Once the points are sphered (no
    correlation, variance 1 in every direction), groups that lie side by side come apart: Scrucca & Raftery, "Improved
    initialisation of model-based clustering using Gaussian hierarchical partitions", Advances in Data Analysis and
    Classification 9 (2015).
    """
    rng = np.random.default_rng([seed, k])
    points = values.astype(np.float64)
    points -= points.mean(axis=0)
    unit = points.std(axis=0)
    points /= np.where(unit > 0, unit, 1.0)
    covariance = points.T @ points / len(points) + FLOOR * np.eye(points.shape[1])
    labels = []
    for some, count in ((values, (starts + 1) // 2), (points @ whitening(covariance), starts // 2)):
        if count:
            fits = lloyd(some, seed_centroids(some, k, count, rng), max_passes=K_MEANS_PASSES)
            labels += [assign(some, centroids)[0] for centroids in fits.centroids]
    return np.stack(labels)


def _clusters(fit: Mixtures) -> MixtureClusters:
    """Give the groups of the first start."""
    return MixtureClusters(fit.weights[0], fit.means[0], whitening(fit.covariances[0]))


def _fills(clusters: MixtureClusters, values: npt.NDArray[np.floating]) -> bool:
    """Say whether every group is the most probable one of somebody."""
    return len(np.unique(clusters.place(values).labels)) == clusters.k


def _bic(clusters: MixtureClusters, values: npt.NDArray[np.floating]) -> float:
    """Give the Bayesian information criterion: -2 log-likelihood + parameters x log n.

    Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978).
    """
    k, d = clusters.means.shape
    share = np.log(clusters.weights)[:, None]
    likelihood = 0.0
    for rows in chunks(len(values), k):
        joint = gaussian_log_density(values[rows], clusters.means, clusters.whiten)[0] + share
        top = joint.max(axis=0)
        likelihood += float((top + np.log(np.exp(joint - top).sum(axis=0))).sum())
    parameters = k - 1 + k * d + k * d * (d + 1) // 2
    return float(-2.0 * likelihood + parameters * math.log(len(values)))
