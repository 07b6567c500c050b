"""The core in C for points that have numbers and attributes, behind the same functions as the plain one.

What each function promises stands with its plain twin. Attributes of more than 65,534 levels go to the plain one.
"""

import math

import numpy as np
import numpy.typing as npt

from segmentry.kernels import _native, drawing, gower, prototypes, settling
from segmentry.kernels.coding import Coding, code_columns
from segmentry.kernels.latent import LatentClasses
from segmentry.kernels.prototypes import PrototypeFits, Prototypes
from segmentry.prepare import Layout

__all__ = [
    "draw_prototypes",
    "gower_silhouettes",
    "kprototypes",
    "latent_classes",
    "nearest_prototypes",
    "prototype_costs",
    "settle",
    "split_columns",
]

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.floating]
Codes = npt.NDArray[np.int32]

MOST_LEVELS = 65_534
"""Levels are compared in 16 bits, two of which mean that there is none."""


def kprototypes(
    numbers: Values, codes: Codes, starts: Prototypes, gamma: float, *, max_passes: int = 300, gain: float = 0.0
) -> PrototypeFits:
    """Move prototypes as :func:`segmentry.kernels.prototypes.kprototypes` does.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    starts : Prototypes
        Starting prototypes, several starts at once.
    gamma : float
        What a differing level costs.
    max_passes : int, default 300
        At most so many passes.
    gain : float, default 0.0
        A start also ends when a pass lowers its cost by no more than this share.

    Examples
    --------
    >>> numbers, codes = np.array([[0.0], [2.0], [9.0], [9.0]]), np.array([[0], [0], [1], [0]], dtype=np.int32)
    >>> starts = Prototypes(numbers[None, [0, 2]], codes[None, [0, 2]])
    >>> fits = kprototypes(numbers, codes, starts, gamma=0.5)
    >>> fits.prototypes.centroids.tolist(), fits.prototypes.modes.tolist(), fits.cost.tolist()
    ([[[1.0], [9.0]]], [[[0], [0]]], [2.5])
    """
    if _too_many(codes, starts.modes):
        return prototypes.kprototypes(numbers, codes, starts, gamma, max_passes=max_passes, gain=gain)
    means = np.array(starts.centroids, dtype=np.float64, order="C")
    modes = np.array(starts.modes, dtype=np.int32, order="C")
    cost = np.empty(len(means))
    passes = _native.kprototypes(_numbers(numbers), _codes(codes), gamma, max_passes, gain, means, modes, cost)
    return PrototypeFits(Prototypes(means, modes), cost, passes)


def settle(
    numbers: Values,
    codes: Codes,
    labels: Codes,
    k: int,
    gamma: float,
    *,
    max_rounds: int = 200,
    least: float = 1e-9,
) -> tuple[Codes, Prototypes, float]:
    """Move single points as :func:`segmentry.kernels.settling.settle` does.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels from 0, -1 for none.
    labels : numpy.ndarray of int32, shape (n,)
        Where each point is.
    k : int
        How many clusters.
    gamma : float
        What a differing level costs.
    max_rounds : int, default 200
        At most so many rounds.
    least : float, default 1e-9
        It ends when a round lowers the cost by no more than this share.

    Examples
    --------
    >>> points, none = np.array([[0.0], [2.0], [3.0], [3.0]]), np.empty((4, 0), dtype=np.int32)
    >>> settle(points, none, np.array([0, 0, 0, 1], dtype=np.int32), 2, 1.0)[0].tolist()
    [0, 1, 1, 1]
    """
    if _too_many(codes):
        return settling.settle(numbers, codes, labels, k, gamma, max_rounds=max_rounds, least=least)
    moved = np.array(labels, dtype=np.int32)
    means, modes = np.zeros((k, numbers.shape[1])), np.zeros((k, codes.shape[1]), dtype=np.int32)
    cost = _native.settle(_numbers(numbers), _codes(codes), gamma, max_rounds, least, moved, means, modes)
    return moved, Prototypes(means[None], modes[None]), cost


def prototype_costs(numbers: Values, codes: Codes, centroids: Floats, modes: Codes, gamma: float) -> Floats:
    """Give costs to the same digits as :func:`segmentry.kernels.prototypes.prototype_costs`.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels; -1 differs from every level.
    centroids : numpy.ndarray of float64, shape (k, p)
        Means.
    modes : numpy.ndarray of int32, shape (k, q)
        Levels.
    gamma : float
        What a differing level costs.

    Examples
    --------
    >>> one = np.array([[3.0]]), np.array([[1]], dtype=np.int32)
    >>> prototype_costs(*one, np.array([[1.0], [3.0]]), np.array([[1], [0]], dtype=np.int32), 0.5).tolist()
    [[4.0], [0.5]]
    """
    if _too_many(codes, modes):
        return prototypes.prototype_costs(numbers, codes, centroids, modes, gamma)
    costs = np.empty((len(modes), len(codes)))
    _native.prototype_costs(_numbers(numbers), _codes(codes), _numbers(centroids), _codes(modes), gamma, costs)
    return costs


def nearest_prototypes(
    numbers: Values, codes: Codes, centroids: Floats, modes: Codes, gamma: float
) -> tuple[Codes, Floats]:
    """Find the two cheapest as :func:`segmentry.kernels.prototypes.nearest_prototypes` does.

    Parameters
    ----------
    numbers : numpy.ndarray of float, shape (n, p)
        Columns that are numbers.
    codes : numpy.ndarray of int32, shape (n, q)
        Levels; -1 differs from every level.
    centroids : numpy.ndarray of float64, shape (k, p)
        Means.
    modes : numpy.ndarray of int32, shape (k, q)
        Levels.
    gamma : float
        What a differing level costs.

    Examples
    --------
    >>> one = np.array([[3.0]]), np.array([[1]], dtype=np.int32)
    >>> both = nearest_prototypes(*one, np.array([[1.0], [3.0]]), np.array([[1], [0]], dtype=np.int32), 0.5)
    >>> both[0].ravel().tolist(), both[1].ravel().tolist()
    ([1, 0], [0.5, 4.0])
    """
    if _too_many(codes, modes):
        return prototypes.nearest_prototypes(numbers, codes, centroids, modes, gamma)
    labels, costs = np.empty((2, len(codes)), dtype=np.int32), np.empty((2, len(codes)))
    _native.nearest_prototypes(
        _numbers(numbers), _codes(codes), _numbers(centroids), _codes(modes), gamma, labels, costs
    )
    return labels, costs


def gower_silhouettes(values: Values, layout: Layout, labelings: Codes) -> Floats:
    """Give silhouettes as :func:`segmentry.kernels.gower.gower_silhouettes` does.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Prepared points.
    layout : Layout
        What the columns are.
    labelings : numpy.ndarray of int32, shape (L, n)
        Labels from 0, a row per labeling; -1 leaves a point out.

    Examples
    --------
    >>> layout = Layout(("age", "club"), ("number", "yes-no"), ("age", "club"))
    >>> points = np.array([[20.0, 0.0], [30.0, 0.0], [40.0, 1.0]])
    >>> gower_silhouettes(points, layout, np.array([[0, 0, 1]], dtype=np.int32)).tolist()
    [[0.75, 0.6666666666666666, 0.0]]
    """
    numbers, codes = split_columns(values, code_columns(values, layout))
    if _too_many(codes):
        return gower.gower_silhouettes(values, layout, labelings)
    labelings = np.ascontiguousarray(labelings, dtype=np.int32)
    rows = np.lexsort(labelings).astype(np.int64) if len(labelings) else np.arange(len(values))
    ordered = labelings[:, rows]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    cells = np.append(np.flatnonzero(fresh), len(rows)).astype(np.int64)
    sizes = labelings.max(axis=1, initial=-1).astype(np.int64) + 1
    widths = np.empty(labelings.shape)
    _native.gower_silhouettes(gower.in_ranges(numbers), codes, labelings, sizes, rows, cells, widths)
    return widths


def draw_prototypes(
    numbers: Values, codes: Codes, k: int, starts: int, gamma: float, rng: np.random.Generator
) -> Prototypes:
    """Draw the starts that :func:`segmentry.kernels.drawing.draw_prototypes` draws from the same generator.

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
    if _too_many(codes):
        return drawing.draw_prototypes(numbers, codes, k, starts, gamma, rng)
    rows = np.empty((starts, k), dtype=np.int64)
    quantiles = rng.random((starts, k, 2 + int(math.log(k))))
    _native.seed_prototypes(_numbers(numbers), _codes(codes), gamma, quantiles, rows)
    return Prototypes(np.asarray(numbers, dtype=np.float64)[rows], np.maximum(codes[rows], 0))


def split_columns(values: Values, coding: Coding) -> tuple[Floats, Codes]:
    """Give numbers and codes as :meth:`segmentry.kernels.Coding.split` does.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Prepared points.
    coding : Coding
        Which columns are what.

    Examples
    --------
    >>> split_columns(np.array([[7.0, 0.0, 1.0], [8.0, 0.0, 0.0]]), Coding((0,), ((1, 2),), ((),)))[1].tolist()
    [[1], [-1]]
    """
    narrow = values.dtype == np.float32
    numbers = np.empty((len(values), len(coding.numbers)))
    codes = np.empty((len(values), len(coding.attributes)), dtype=np.int32)
    _native.code_points(
        np.ascontiguousarray(values, dtype=np.float32 if narrow else np.float64),
        np.array(coding.numbers, dtype=np.int64),
        np.array([column for columns in coding.attributes for column in columns], dtype=np.int64),
        np.array([len(columns) for columns in coding.attributes], dtype=np.int64),
        np.array([len(cuts) for cuts in coding.cuts], dtype=np.int64),
        np.array([cut for cuts in coding.cuts for cut in cuts], dtype=np.float64),
        numbers,
        codes,
    )
    return numbers, codes


def latent_classes(
    codes: Codes,
    counts: Floats,
    levels: npt.NDArray[np.intp],
    starts: LatentClasses,
    *,
    max_passes: int = 2_000,
    gain: float = 1e-6,
) -> LatentClasses:
    """Fit classes as :func:`segmentry.kernels.latent.latent_classes` does.

    Parameters
    ----------
    codes : numpy.ndarray of int32, shape (u, attributes)
        Patterns of answers, levels from 0; -1 for none.
    counts : numpy.ndarray of float64, shape (u,)
        How many points have each pattern.
    levels : numpy.ndarray of int, shape (attributes,)
        How many levels each attribute has.
    starts : LatentClasses
        Starting weights and shares, several starts at once.
    max_passes : int, default 2,000
        At most so many passes.
    gain : float, default 1e-6
        A start is done when three passes raise the mean logarithm of the likelihood by no more than this.

    Examples
    --------
    >>> codes, counts = np.array([[0, 0], [1, 1]], dtype=np.int32), np.array([3.0, 1.0])
    >>> start = LatentClasses(np.array([[0.5, 0.5]]), np.array([[[0.9, 0.1, 0.9, 0.1], [0.1, 0.9, 0.1, 0.9]]]), None, 0)
    >>> fit = latent_classes(codes, counts, np.array([2, 2]), start)
    >>> fit.weights.round(3).tolist(), fit.log_likelihood.round(3).tolist()
    ([[0.75, 0.25]], [-2.249])
    """
    state = np.concatenate([starts.shares, starts.weights[:, :, None]], axis=2)
    reached = np.empty(len(state))
    passes = _native.latent_classes(
        _codes(codes), _numbers(counts), np.asarray(levels, dtype=np.int64), max_passes, gain, state, reached
    )
    return LatentClasses(state[:, :, -1].copy(), state[:, :, :-1].copy(), reached, passes)


def _too_many(codes: Codes, modes: Codes | None = None) -> bool:
    highest = max(int(codes.max(initial=0)), 0 if modes is None else int(modes.max(initial=0)))
    return highest >= MOST_LEVELS or codes.shape[1] >= MOST_LEVELS


def _numbers(values: Values) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float64)


def _codes(codes: Codes) -> Codes:
    return np.ascontiguousarray(codes, dtype=np.int32)
