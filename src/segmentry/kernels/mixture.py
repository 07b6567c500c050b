"""Gaussian mixtures by expectation-maximisation, for several starts at once.

The logarithm of a Gaussian density is linear in a point's columns, their products and a one. So one pass is two matrix
products, whatever the number of starts: those features with the components give every density, and the memberships
with the features give every sum.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["FLOOR", "Mixtures", "gaussian_log_density", "gaussian_mixtures", "whitening"]

Floats = npt.NDArray[np.float64]

FLOOR = 1e-3
"""Added to every variance, as a share of the column's variance over all points: no component shrinks to a line."""

CELLS = 1 << 21
"""Features held at once (16 MB)."""

ROWS = 2048
"""Points whose densities are held at once."""

STEP_CELLS = 1 << 16
"""Steps from the means that are held at once (512 kB): so many stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Where each start ended.

    Parameters
    ----------
    weights : numpy.ndarray of float64, shape (starts, k)
        Share of the points, above 0; they sum to 1.
    means : numpy.ndarray of float64, shape (starts, k, d)
        In the points' units.
    covariances : numpy.ndarray of float64, shape (starts, k, d, d)
        With the floor added.
    log_likelihood : numpy.ndarray of float64, shape (starts,)
        Of all points, natural logarithm, under the parameters before the last step.
    passes : int
        How many passes over the points were made.
    """

    weights: Floats
    means: Floats
    covariances: Floats
    log_likelihood: Floats
    passes: int

    def take(self, starts: npt.NDArray[np.intp]) -> "Mixtures":
        """Keep some starts, in that order."""
        parts = (self.weights[starts], self.means[starts], self.covariances[starts], self.log_likelihood[starts])
        return Mixtures(*parts, self.passes)


def gaussian_mixtures(
    values: npt.NDArray[np.floating],
    start: Mixtures | npt.NDArray[np.int32],
    *,
    max_passes: int = 300,
    gain: float = 1e-5,
    floor: float = FLOOR,
) -> Mixtures:
    """Fit mixtures of Gaussians with full covariances.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points; columns may have any unit.
    start : Mixtures, or numpy.ndarray of int32, shape (S, n)
        Fits to go on from, or labels from 0, a row a start; every number up to the largest occurs in each row.
    max_passes : int, default 300
        At most so many passes.
    gain : float, default 1e-5
        A start is done when a pass raises the mean logarithm of the density by no more than this.
    floor : float, default 1e-3
        Added to the variances of every component, as a share of the column's variance over all points (1 for a
        column that doesn't vary). It keeps the likelihood bounded on copies, on lattices and with more columns than
        points.

    Notes
    -----
    Dempster, Laird & Rubin, "Maximum likelihood from incomplete data via the EM algorithm", Journal of the Royal
    Statistical Society B 39 (1977).

    Examples
    --------
    >>> points = np.array([[0.0], [2.0], [10.0], [12.0]])
    >>> fit = gaussian_mixtures(points, np.array([[0, 0, 1, 1]], dtype=np.int32), floor=0.0)
    >>> fit.means.round(3).tolist(), fit.covariances.ravel().round(3).tolist()
    ([[[1.0], [11.0]]], [1.0, 1.0])
    """
    origin, unit = _units(values)
    d = values.shape[1]
    pairs = np.triu_indices(d)
    width = 1 + d + len(pairs[0])
    kept = list(_features(values, origin, unit, pairs)) if len(values) * width <= CELLS else None

    def chunks() -> "Iterator[Floats] | list[Floats]":
        return kept if kept is not None else _features(values, origin, unit, pairs)

    if isinstance(start, Mixtures):
        weights, means = start.weights.copy(), (start.means - origin) / unit
        covariances = start.covariances / np.multiply.outer(unit, unit)
    else:
        weights, means, covariances = _components(_counted(chunks(), start), pairs, floor)
    reached = np.full(len(weights), -np.inf)
    active = np.arange(len(weights))
    passes = 0
    while passes < max_passes and active.size:
        passes += 1
        sums, likelihood = _pass(chunks(), _coefficients(weights[active], means[active], covariances[active], pairs))
        done = likelihood - reached[active] <= gain * len(values)
        reached[active] = likelihood
        moved = _components(sums, pairs, floor)
        for old, new in zip((weights, means, covariances), moved, strict=True):
            old[active] = new
        active = active[~done]
    return Mixtures(
        weights,
        means * unit + origin,
        covariances * np.multiply.outer(unit, unit),
        reached - len(values) * float(np.log(unit).sum()),
        passes,
    )


def gaussian_log_density(values: npt.NDArray[np.floating], means: Floats, whiten: Floats) -> tuple[Floats, Floats]:
    """Give each component's density at each point, in one fixed order: a point's figures depend on nothing but it.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Points.
    means : numpy.ndarray of float64, shape (k, d)
        Means of the components.
    whiten : numpy.ndarray of float64, shape (k, d, d)
        Lower triangular L with L L' the inverse covariance: (x - mean) L has the identity for covariance.

    Returns
    -------
    log_density : numpy.ndarray of float64, shape (k, n)
        Natural logarithm.
    squared : numpy.ndarray of float64, shape (k, n)
        Squared Mahalanobis distance.

    Examples
    --------
    >>> log_density, squared = gaussian_log_density(np.array([[3.0]]), np.array([[1.0]]), np.array([[[0.5]]]))
    >>> squared.tolist(), log_density.round(4).tolist()
    ([[1.0]], [[-2.1121]])
    """
    k, d = means.shape
    squared = np.zeros((k, len(values)))
    rows = max(1, STEP_CELLS // (k * max(1, d)))
    for first in range(0, len(values), rows):
        columns = np.ascontiguousarray(values[first : first + rows].T, dtype=np.float64)
        away = np.zeros((k, d, columns.shape[1]))
        for into in range(d):
            step = columns[into] - means[:, into, None]
            away[:, : into + 1] += step[:, None, :] * whiten[:, into, : into + 1, None]
        np.multiply(away, away, out=away)
        for out in range(d):
            squared[:, first : first + rows] += away[:, out]
    level = np.log(np.diagonal(whiten, axis1=1, axis2=2)).sum(axis=1) - d / 2 * math.log(2 * math.pi)
    return level[:, None] - squared / 2, squared


def whitening(covariances: Floats) -> Floats:
    """Give the lower triangular L with L L' the inverse of each covariance, shape (…, d, d).

    Examples
    --------
    >>> whitening(np.array([[4.0, 0.0], [0.0, 0.25]])).tolist()
    [[0.5, 0.0], [0.0, 2.0]]
    """
    # With P the reversal of columns, P C P = K K' gives C⁻¹ = L L' for L = P K⁻' P, which is lower triangular.
    reverse = np.linalg.cholesky(covariances[..., ::-1, ::-1])
    return np.swapaxes(np.linalg.inv(reverse), -1, -2)[..., ::-1, ::-1]


def _units(values: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Give the columns' means and standard deviations; 1 for a column that doesn't vary."""
    origin, unit = values.mean(axis=0, dtype=np.float64), values.std(axis=0, dtype=np.float64)
    flat = unit <= 1e-12 * (np.abs(origin) + np.finfo(np.float64).tiny)
    return origin, np.where(flat, 1.0, unit)


def _features(
    values: npt.NDArray[np.floating], origin: Floats, unit: Floats, pairs: tuple[npt.NDArray[np.intp], ...]
) -> Iterator[Floats]:
    """Give a one, the columns, and their products, shape (rows, 1 + d + d (d + 1) / 2), chunk by chunk."""
    d = values.shape[1]
    rows = max(1, min(ROWS, CELLS // (1 + d + len(pairs[0]))))
    for first in range(0, len(values), rows):
        part = (values[first : first + rows] - origin) / unit
        chunk = np.empty((len(part), 1 + d + len(pairs[0])))
        chunk[:, 0] = 1.0
        chunk[:, 1 : d + 1] = part
        np.multiply(part[:, pairs[0]], part[:, pairs[1]], out=chunk[:, d + 1 :])
        yield chunk


def _coefficients(
    weights: Floats, means: Floats, covariances: Floats, pairs: tuple[npt.NDArray[np.intp], ...]
) -> Floats:
    """Give what each feature counts in the logarithm of weight times density, shape (S, k, features)."""
    lower = whitening(covariances)
    precisions = lower @ np.swapaxes(lower, -1, -2)
    linear = np.einsum("skij,skj->ski", precisions, means)
    level = np.log(weights) + np.log(np.diagonal(lower, axis1=-2, axis2=-1)).sum(axis=-1)
    level = level - means.shape[-1] / 2 * math.log(2 * math.pi) - np.einsum("ski,ski->sk", linear, means) / 2
    products = -precisions[..., pairs[0], pairs[1]]
    products[..., pairs[0] == pairs[1]] /= 2
    return np.concatenate([level[..., None], linear, products], axis=-1)


def _pass(chunks: "Iterator[Floats] | list[Floats]", coefficients: Floats) -> tuple[Floats, Floats]:
    """Give the summed features of each component, shape (S, k, features), and the log-likelihood, shape (S,)."""
    s, k, width = coefficients.shape
    flat = coefficients.reshape(s * k, width)
    sums, likelihood = np.zeros((s * k, width)), np.zeros(s)
    for chunk in chunks:
        member = (flat @ chunk.T).reshape(s, k, len(chunk))
        top = member.max(axis=1)
        member -= top[:, None, :]
        np.exp(member, out=member)
        total = member.sum(axis=1)
        member /= total[:, None, :]
        likelihood += (top + np.log(total)).sum(axis=1)
        sums += member.reshape(s * k, len(chunk)) @ chunk
    return sums.reshape(s, k, width), likelihood


def _counted(chunks: "Iterator[Floats] | list[Floats]", labels: npt.NDArray[np.int32]) -> Floats:
    """Sum the features of each cluster, shape (S, k, features)."""
    numbers = np.arange(int(labels.max()) + 1)
    sums: Floats | float = 0.0
    first = 0
    for chunk in chunks:
        member = (labels[:, None, first : first + len(chunk)] == numbers[None, :, None]).astype(np.float64)
        sums = sums + member @ chunk
        first += len(chunk)
    return np.asarray(sums)


def _components(sums: Floats, pairs: tuple[npt.NDArray[np.intp], ...], floor: float) -> tuple[Floats, Floats, Floats]:
    """Give weights, means and covariances from summed features."""
    d = int(pairs[0][-1]) + 1
    counts = sums[..., 0] + 10 * np.finfo(np.float64).eps  # a component that lost every point must not divide by 0
    means = sums[..., 1 : d + 1] / counts[..., None]
    covariances = np.empty((*counts.shape, d, d))
    products = sums[..., d + 1 :] / counts[..., None]
    covariances[..., pairs[0], pairs[1]] = products
    covariances[..., pairs[1], pairs[0]] = products
    covariances -= means[..., :, None] * means[..., None, :]
    # Rounding may leave a variance a hair below 0 where a component holds copies; the floor is far above that.
    covariances[..., range(d), range(d)] += floor
    return counts / counts.sum(axis=-1, keepdims=True), means, covariances
