"""Starts for k-prototypes: greedy k-means++ in the mixed distance."""

import numpy as np
import numpy.typing as npt

from segmentry.kernels.coding import one_hot
from segmentry.kernels.prototypes import Prototypes, levels_of
from segmentry.kernels.seeding import seed_centroids

__all__ = ["draw_prototypes"]

Codes = npt.NDArray[np.int32]


def draw_prototypes(
    numbers: npt.NDArray[np.floating], codes: Codes, k: int, starts: int, gamma: float, rng: np.random.Generator
) -> Prototypes:
    """Draw points to start from, by greedy k-means++ in the mixed distance.

    Two points that differ in one level are gamma apart, squared, once each level, and having none, is a column of the
    root of gamma / 2.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    k, starts : int
        How many points a start, and how many starts.
    gamma : float
        What a differing level costs.
    rng : numpy.random.Generator
        What decides the draws.

    Examples
    --------
    >>> codes = np.array([[0], [0], [1]], dtype=np.int32)
    >>> sorted(draw_prototypes(np.empty((3, 0)), codes, 2, 1, 1.0, np.random.default_rng(0)).modes.ravel().tolist())
    [0, 1]
    """
    levels = levels_of(codes, codes)
    p = numbers.shape[1]
    hot = one_hot(np.where(codes < 0, levels, codes).astype(np.int32), levels + 1)
    drawn = seed_centroids(np.concatenate([numbers, hot * np.sqrt(gamma / 2)], axis=1), k, starts, rng)
    modes = np.empty((starts, k, codes.shape[1]), dtype=np.int32)
    offset = p
    for attribute, level in enumerate(levels):
        modes[:, :, attribute] = drawn[:, :, offset : offset + level].argmax(axis=2)
        offset += int(level) + 1
    return Prototypes(drawn[:, :, :p].copy(), modes)
