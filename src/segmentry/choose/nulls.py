"""How far the silhouettes of our splits lie above those of structureless data, split by the same method."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.choose.customers import Customers
from segmentry.choose.rebuilds import DRAWN, STARTS
from segmentry.choose.splits import fit_each, gower_for
from segmentry.choose.threads import side_by_side
from segmentry.cluster import MOST_LEVELS, Clusterer, LatentClass, labels_of
from segmentry.evaluate import Gaps, NullRange, Structureless, inertia, mean_silhouettes, structureless

__all__ = ["Nulls", "compare_with_nulls"]

OURS = "ours"
"""The customers themselves, on draws as large as the structureless ones, where there are more of them."""

OWN_DRAWS = 20
"""Draws of the customers themselves: their mean silhouette is known to a thousandth by then."""


@dataclass(frozen=True, slots=True)
class Nulls:
    """What structureless data reach, for several splits.

    Parameters
    ----------
    gaps : tuple of Gaps
        One a setting, in order.
    log_inertia : numpy.ndarray of float64, shape (settings + 1,)
        Of our customers, natural logarithm; the first of everybody in one segment.
    box : numpy.ndarray of float64, shape (draws, settings + 1)
        The same of each box draw; no rows where there are no numbers, or where the
        method takes no number of segments: at one setting it may cut a box in another number than ours.
    """

    gaps: tuple[Gaps, ...]
    log_inertia: npt.NDArray[np.float64]
    box: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Work:
    """One set to split: of which kind, and its seed."""

    kind: str
    seed: int


def compare_with_nulls(
    customers: Customers,
    clusterer: Clusterer,
    settings: Sequence[int],
    silhouettes: Sequence[float],
    inertias: Sequence[float],
    *,
    draws: int,
    seed: int,
    tell: Callable[[float], None],
) -> Nulls:
    """Split structureless sets like the customers, for every setting.

    Each set has m = min(n, 2,000) points. Where there are more customers, ours are split on draws of the same size too:
    a silhouette on more points is not the same figure.

    Parameters
    ----------
    customers : Customers
        Prepared.
    clusterer : Clusterer
        How groups are found.
    settings : sequence of int
        Numbers of segments, or what the method takes in their place.
    silhouettes, inertias : sequence of float
        Of our splits, in order, of the customers whom preparation left a say; used where all of these are a draw.
    draws : int
        Sets of each kind.
    seed : int
        Of all draws.
    tell : callable
        Is given the share done, 0 to 1.
    """
    values = customers.learned
    size = min(len(values), DRAWN)
    levels = MOST_LEVELS if isinstance(clusterer, LatentClass) else 0
    like = structureless(values, customers.layout, size=size, seed=seed, most_levels=levels)
    works = [_Work(kind, number) for number in range(draws) for kind in like.nulls]
    if len(values) > size:
        works += [_Work(OURS, number) for number in range(min(draws, OWN_DRAWS))]

    def one(work: _Work) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        drawn = _draw(like, work, size, seed)
        fits = fit_each(clusterer, drawn, settings, seed=work.seed, starts=STARTS, layout=customers.layout)
        labelings = [labels_of(fit, drawn) for fit in fits]
        means = np.nan_to_num(
            mean_silhouettes(drawn, labelings, gower_for(clusterer, customers.layout))
        )  # no split at all has no gaps: 0
        logs = np.array([inertia(drawn, labels) for labels in (np.zeros(size, np.int32), *labelings)])
        return means, np.log(np.maximum(logs, np.finfo(float).tiny))

    found = side_by_side(one, works, tell)
    reached = {kind: [got for got, work in zip(found, works, strict=True) if work.kind == kind] for kind in like.nulls}
    ours = [got for got, work in zip(found, works, strict=True) if work.kind == OURS]
    mine, logs = np.array(silhouettes), _logs(customers, inertias)
    if ours:
        mine, logs = (np.mean([got[part] for got in ours], axis=0) for part in (0, 1))
    numbered = clusterer.takes_number and "box" in reached
    high = {kind: np.stack([means for means, _ in got]) for kind, got in reached.items()}
    return Nulls(
        tuple(_gaps(float(mine[index]), high, index, draws, size) for index in range(len(settings))),
        logs,
        np.stack([logs for _, logs in reached["box"]]) if numbered else np.empty((0, len(settings) + 1)),
    )


def _draw(like: Structureless, work: _Work, size: int, seed: int) -> npt.NDArray[np.float32]:
    kinds = (*like.nulls, OURS)
    rng = np.random.default_rng([seed, work.seed, kinds.index(work.kind), size])
    if work.kind == OURS:
        return like.values[np.sort(rng.choice(len(like.values), size, replace=False, shuffle=False))]
    return like.draw(work.kind, size, rng)


def _logs(customers: Customers, inertias: Sequence[float]) -> npt.NDArray[np.float64]:
    everybody = inertia(customers.learned, np.zeros(len(customers.learned), np.int32))
    return np.log(np.maximum([everybody, *inertias], np.finfo(float).tiny))


def _gaps(mine: float, reached: Mapping[str, npt.NDArray[np.float64]], index: int, draws: int, size: int) -> Gaps:
    ranges = tuple(
        NullRange(kind, float(means[:, index].mean()), float(np.quantile(means[:, index], 0.95)))
        for kind, means in reached.items()
    )
    return Gaps(mine, ranges, draws, size)
