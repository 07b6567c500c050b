"""Prototypes that are hardly missed go where customers cost most."""

import numpy as np
import numpy.typing as npt

from segmentry.kernels.core import kprototypes, nearest_prototypes, settle
from segmentry.kernels.prototypes import Prototypes

__all__ = ["relocate"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

DROPPED = 3
"""So many of the prototypes that are missed least are tried, one at a time."""

PLACES = 4
"""Each is tried at so many points, drawn by what they cost."""

TRIAL_PASSES = 6
"""The tries are compared after so many passes."""


def relocate(
    numbers: npt.NDArray[np.floating],
    codes: Codes,
    start: Prototypes,
    gamma: float,
    rng: np.random.Generator,
    *,
    rounds: int,
    least: float = 1e-9,
) -> tuple[Prototypes, float]:
    """Improve one split by moving whole prototypes, then single points, and keep what costs less.

    Where k-prototypes ends depends on its start, by a hundredth of the cost and more. Taking one prototype
    away and putting it elsewhere leaves such an end by the shortest way. All tries of a round share their passes.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    start : Prototypes
        One start, at least one of whose points costs something.
    gamma : float
        What a differing level costs.
    rng : numpy.random.Generator
        What decides the draws.
    rounds : int
        How often it is tried; 0 only counts the cost.
    least : float, default 1e-9
        As for :func:`settle`, which ends each round.

    Returns
    -------
    prototypes : Prototypes
        One start.
    cost : float
        The summed cost of the points at their cheapest prototypes, no more than that of the start.

    Notes
    -----
    After Fränti, "Efficiency of random swap clustering", Journal of Big Data 5 (2018).

    Examples
    --------
    >>> points, none = np.array([[0.0], [1.0], [9.0], [20.0]]), np.empty((4, 0), dtype=np.int32)
    >>> start = Prototypes(np.array([[[0.0], [1.0], [14.5]]]), np.empty((1, 3, 0), dtype=np.int32))
    >>> found, cost = relocate(points, none, start, 1.0, np.random.default_rng(0), rounds=2)
    >>> sorted(found.centroids.ravel().tolist()), cost
    ([0.5, 9.0, 20.0], 0.5)
    """
    k = start.modes.shape[1]
    best, cost = start, np.inf
    for tried in range(rounds + 1):
        (first, _), (nearest, other) = nearest_prototypes(numbers, codes, best.centroids[0], best.modes[0], gamma)
        cost = float(nearest.sum())
        if tried == rounds or k < 2 or cost <= 0:
            break
        missed = np.bincount(first, weights=other - nearest, minlength=k)
        dropped = np.argsort(missed, kind="stable")[:DROPPED]
        total = np.cumsum(nearest)
        places = np.minimum(np.searchsorted(total, rng.random(PLACES) * total[-1], side="right"), len(codes) - 1)
        fits = kprototypes(
            numbers, codes, _moved(numbers, codes, best, dropped, places), gamma, max_passes=TRIAL_PASSES
        )
        trial = kprototypes(
            numbers, codes, fits.prototypes.take(fits.cost.argsort(kind="stable")[:1]), gamma
        ).prototypes
        (labels, _), _ = nearest_prototypes(numbers, codes, trial.centroids[0], trial.modes[0], gamma)
        _, settled, after = settle(numbers, codes, labels, k, gamma, least=least)
        if after < cost * (1 - 1e-9):
            best = settled
    return best, cost


def _moved(
    numbers: npt.NDArray[np.floating],
    codes: Codes,
    start: Prototypes,
    dropped: npt.NDArray[np.intp],
    places: npt.NDArray[np.intp],
) -> Prototypes:
    """Give a start for each prototype that is dropped and each point that it is put on."""
    tries = np.arange(len(dropped) * len(places))
    out, rows = np.repeat(dropped, len(places)), np.tile(places, len(dropped))
    centroids, modes = np.repeat(start.centroids, len(tries), axis=0), np.repeat(start.modes, len(tries), axis=0)
    centroids[tries, out] = numbers[rows]
    modes[tries, out] = np.maximum(codes[rows], 0)
    return Prototypes(centroids, modes)
