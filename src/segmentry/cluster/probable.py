"""Placing by probability: what mixtures and latent classes share."""

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Placement

__all__ = ["by_probability"]

Floats = npt.NDArray[np.float64]


def by_probability(log_joint: Floats, squared: Floats) -> Placement:
    """Place points in the most probable cluster; of equally probable ones, in the first.

    A point's figures are computed from its own column alone and in one fixed order, whatever the number of points.

    Parameters
    ----------
    log_joint : numpy.ndarray of float64, shape (k, n)
        Logarithm of each cluster's share times its density at each point.
    squared : numpy.ndarray of float64, shape (k, n)
        Squared distance of each point from what is typical of each cluster.

    Examples
    --------
    >>> placed = by_probability(np.log([[0.06], [0.02], [0.02]]), np.array([[4.0], [9.0], [9.0]]))
    >>> placed.labels.tolist(), placed.second.tolist(), placed.margin.round(3).tolist(), placed.distance.tolist()
    ([0], [1], [0.4], [2.0])
    """
    k = len(log_joint)
    labels = log_joint.argmax(axis=0)
    top = np.take_along_axis(log_joint, labels[None], axis=0)[0]
    total = np.zeros_like(top)
    # Smallest first, one by one: neither the order of the clusters nor the number of points changes a bit of the sum.
    for row in np.sort(log_joint, axis=0):
        total += np.exp(row - top)
    rest = log_joint.copy()
    np.put_along_axis(rest, labels[None], -np.inf, axis=0)
    second = rest.argmax(axis=0) if k > 1 else labels
    margin = (1.0 - np.exp(rest.max(axis=0) - top)) / total
    distance = np.sqrt(np.abs(np.take_along_axis(squared, labels[None], axis=0)[0]))  # -0.0 becomes 0.0
    return Placement(labels.astype(np.int32), second.astype(np.int32), margin, distance)
