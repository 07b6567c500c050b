"""How tight and how separate the segments of a split are, for many splits of the same points at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.evaluate.profile import SilhouetteProfile, silhouette_profiles
from segmentry.kernels import gower_silhouettes, silhouettes, spread, spread_each
from segmentry.prepare import Layout

__all__ = ["SILHOUETTE_LIMIT", "Indices", "Panel", "inertia", "judge", "mean_silhouettes"]

SILHOUETTE_LIMIT = 20_000
"""Up to so many points the silhouette is exact over all; beyond it, exact over a seeded sample of this size."""


@dataclass(frozen=True, slots=True)
class Indices:
    """Internal measures of one split.

    Parameters
    ----------
    inertia : float
        Sum of squared distances to the means of the segments, in the points' squared unit.
    silhouette : float
        Mean silhouette, -1 to 1; larger is better; nan for one segment.
    davies_bouldin : float
        0 upwards; smaller is better; nan for one segment.
    calinski_harabasz : float
        0 upwards; larger is better; nan for one segment.
    """

    inertia: float
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Internal measures of several splits of the same points.

    Parameters
    ----------
    splits : tuple of Indices
        In the order of the labelings.
    silhouette_on : int
        How many points the silhouettes were computed on, those included that a labeling leaves out.
    profiles : tuple of tuple of SilhouetteProfile, default ()
        Of each split, how the silhouettes of each cluster's points are spread.
    """

    splits: tuple[Indices, ...]
    silhouette_on: int
    profiles: tuple[tuple[SilhouetteProfile, ...], ...] = ()


def judge(
    values: npt.NDArray[np.floating],
    labelings: Sequence[npt.NDArray[np.int32]],
    *,
    seed: int = 0,
    limit: int = SILHOUETTE_LIMIT,
    gower: Layout | None = None,
) -> Panel:
    """Measure several splits of the same points.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : sequence of numpy.ndarray of int32, shape (n,)
        Each from 0; -1 leaves a point out of that labeling's figures.
    seed : int, default 0
        Of the sample for the silhouette.
    limit : int, default 20,000
        Points up to which the silhouette is computed on all.
    gower : Layout or None, default None
        Take Gower's distance for the silhouette, by what the columns are; None takes Euclid's.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> split = judge(points, [np.array([0, 0, 1, 1], dtype=np.int32)]).splits[0]
    >>> split.inertia, round(split.silhouette, 4), round(split.davies_bouldin, 4), split.calinski_harabasz
    (1.0, 0.8885, 0.1111, 162.0)
    """
    rows = np.arange(len(values))
    if len(values) > limit:
        rows = np.sort(np.random.default_rng([seed, limit]).choice(len(values), limit, replace=False, shuffle=False))
    seen = [labels[rows] for labels in labelings]
    widths = _widths(values[rows], seen, gower)
    means = _means(widths)
    spreads = spread_each(values, np.stack(labelings)) if labelings else []
    splits = (
        Indices(found.inertia, float(silhouette), found.davies_bouldin, found.calinski_harabasz)
        for found, silhouette in zip(spreads, means, strict=True)
    )
    profiles = tuple(
        silhouette_profiles(own, labels, int(whole.max(initial=-1)) + 1)
        for own, labels, whole in zip(widths, seen, labelings, strict=True)
    )
    return Panel(tuple(splits), len(rows), profiles)


def mean_silhouettes(
    values: npt.NDArray[np.floating], labelings: Sequence[npt.NDArray[np.int32]], gower: Layout | None = None
) -> npt.NDArray[np.float64]:
    """Give the mean silhouette of each labeling; points of label -1 are left out.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    labelings : sequence of numpy.ndarray of int32, shape (n,)
        Each from 0, or -1.
    gower : Layout or None, default None
        Take Gower's distance, by what the columns are; None takes Euclid's.

    Returns
    -------
    numpy.ndarray of float64, shape (labelings,)
        nan where there is one cluster only, or none.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0], [99.0]])
    >>> mean_silhouettes(points, [np.array([0, 0, 1, 1, -1], dtype=np.int32)]).round(4).tolist()
    [0.8885]
    """
    return _means(_widths(values, labelings, gower))


def _widths(
    values: npt.NDArray[np.floating], labelings: Sequence[npt.NDArray[np.int32]], gower: Layout | None
) -> npt.NDArray[np.float64]:
    """Give the silhouette of every point under every labeling, shape (labelings, n)."""
    if not labelings:
        return np.empty((0, len(values)))
    stacked = np.stack(labelings)
    return silhouettes(values, stacked) if gower is None else gower_silhouettes(values, gower, stacked)


def _means(widths: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the mean of each row's silhouettes; nan where it has none."""
    there = ~np.isnan(widths)
    sums = np.where(there, widths, 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, there.sum(axis=1), out=np.full(len(sums), np.nan), where=there.any(axis=1)))


def inertia(values: npt.NDArray[np.floating], labels: npt.NDArray[np.int32]) -> float:
    """Sum the squared distances of the points to the mean of their cluster; points of label -1 are left out.

    Examples
    --------
    >>> inertia(np.array([[0.0], [2.0], [9.0], [50.0]]), np.array([0, 0, 1, -1], dtype=np.int32))
    2.0
    """
    return spread(values, labels).inertia if (labels >= 0).any() else 0.0
