"""Structureless data that look like ours: what a silhouette has to beat before anybody may speak of gaps.

Any method cuts any cloud into parts, and the parts have a silhouette. Whether there are gaps is a question of how far
ours lies above that of data which have none, prepared and split alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from segmentry.evaluate.dip import is_lumpy
from segmentry.prepare import Layout

__all__ = ["NULLS", "Structureless", "structureless"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Structureless:
    """What the structureless draws are made from.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (n, d)
        The points, in an order that doesn't depend on how they were given.
    layout : Layout
        What the columns are.
    lumpy : numpy.ndarray of bool, shape (d,)
        Number columns that fail the dip test: shuffling them would keep their gaps.
    """

    values: npt.NDArray[np.float32]
    layout: Layout
    lumpy: npt.NDArray[np.bool_]

    @property
    def nulls(self) -> tuple[str, ...]:
        """Names of the nulls that these columns allow: without numbers there is no box and no Gaussian."""
        return tuple(NULLS) if "number" in self.layout.kinds else ("shuffled",)

    def draw(self, null: str, size: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Draw a structureless set like the points.

        So many of the points are taken without replacement; everything is fitted on them alone, so that the draw means
        the same for a small table and a large one.

        Parameters
        ----------
        null : {"box", "gaussian", "shuffled"}
            Of what kind.
        size : int
            How many points, at most as many as there are.
        rng : numpy.random.Generator
            What decides the draw.

        Returns
        -------
        numpy.ndarray of float32, shape (size, d)
            In lexicographic order.
        """
        rows = slice(None) if size == len(self.values) else rng.choice(len(self.values), size, replace=False)
        taken = self.values[rows].astype(np.float64)
        numbers = np.array([kind == "number" for kind in self.layout.kinds])
        made = np.empty_like(taken)
        if numbers.any():
            made[:, numbers] = NULLS[null](taken[:, numbers], self.lumpy[numbers], rng)
        for columns in self.layout.blocks.values():
            if not numbers[columns[0]]:
                made[:, columns] = taken[rng.permutation(len(taken))][:, columns]
        drawn = made.astype(np.float32)
        return drawn[np.lexsort(drawn.T[::-1])]


def structureless(values: npt.NDArray[np.float32], layout: Layout, *, size: int, seed: int) -> Structureless:
    """Look at the points once, before structureless sets are drawn like them.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (n, d)
        Points, in an order that doesn't depend on how they were given.
    layout : Layout
        What the columns are.
    size : int
        The dip test looks at so many of the points: with more of them it would find ever smaller dips.
    seed : int
        Of that draw.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> even, gapped = rng.uniform(size=200), np.repeat([0.0, 9.0], 100) + rng.normal(size=200)
    >>> like = structureless(np.column_stack([even, gapped]).astype(np.float32), Layout.numbers(2), size=200, seed=0)
    >>> like.lumpy.tolist(), like.draw("box", 100, rng).shape
    ([False, True], (100, 2))
    """
    rng = np.random.default_rng([seed, size])
    taken = values if len(values) <= size else values[np.sort(rng.choice(len(values), size, replace=False))]
    lumpy = [
        kind == "number" and is_lumpy(column, seed=seed) for kind, column in zip(layout.kinds, taken.T, strict=True)
    ]
    return Structureless(values, layout, np.array(lumpy, dtype=np.bool_))


def _box(values: Floats, lumpy: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Spread points evenly over the box that holds the given ones, its sides along their principal axes."""
    del lumpy
    middle = values.mean(axis=0)
    _, axes = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    along = (values - middle) @ axes
    low, high = along.min(axis=0), along.max(axis=0)
    even: Floats = low + (high - low) * rng.random(values.shape)
    return np.asarray(even @ axes.T + middle)


def _gaussian(values: Floats, lumpy: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Draw from one Gaussian of the same mean and covariance."""
    del lumpy
    variances, axes = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    round_: Floats = rng.standard_normal(values.shape) * np.sqrt(np.maximum(variances, 0.0))
    return np.asarray(round_ @ axes.T + values.mean(axis=0))


def _shuffled(values: Floats, lumpy: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Shuffle each column by itself; one that has gaps of its own becomes a Gaussian of its mean and variance."""
    made = np.empty_like(values)
    for column, gapped in enumerate(lumpy):
        own = values[:, column]
        made[:, column] = rng.normal(own.mean(), own.std(), len(own)) if gapped else rng.permutation(own)
    return made


NULLS: Mapping[str, Callable[[Floats, npt.NDArray[np.bool_], np.random.Generator], Floats]] = MappingProxyType(
    {"box": _box, "gaussian": _gaussian, "shuffled": _shuffled}
)
"""Each kind of structureless data. The box and its use for clusters: Tibshirani, Walther & Hastie, "Estimating the
number of clusters in a data set via the gap statistic", Journal of the Royal Statistical Society B 63 (2001)."""
