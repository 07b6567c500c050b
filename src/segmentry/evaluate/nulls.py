"""Structureless data that look like ours: what a silhouette has to beat before anybody may speak of gaps.

Any method cuts any cloud into parts, and the parts have a silhouette. Whether there are gaps is a question of how far
ours lies above that of data which have none, prepared and split alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.evaluate.dip import is_lumpy
from segmentry.kernels import lexicographic
from segmentry.prepare import Layout

__all__ = ["NULLS", "Structureless", "structureless"]

Floats = npt.NDArray[np.float64]

NULLS = ("box", "gaussian", "shuffled")
"""Kinds of structureless data. The box, and its use: Tibshirani, Walther & Hastie, "Estimating the number of
clusters in a data set via the gap statistic", Journal of the Royal Statistical Society B 63 (2001)."""


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
    stepped : numpy.ndarray of bool, shape (d,)
        Number columns whose few values are answers: each is drawn as often as it was given.
    """

    values: npt.NDArray[np.float32]
    layout: Layout
    lumpy: npt.NDArray[np.bool_]
    stepped: npt.NDArray[np.bool_]

    @property
    def nulls(self) -> tuple[str, ...]:
        """Names of the nulls that these columns allow: no box without numbers, nothing but shuffled categories."""
        if "number" in self.layout.kinds:
            return tuple(NULLS)
        return ("gaussian", "shuffled") if self.layout.kinds.count("yes-no") > 1 else ("shuffled",)

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
        answers = np.array([kind == "yes-no" for kind in self.layout.kinds])
        drawn = numbers | answers if null == "gaussian" else numbers
        made = np.empty_like(taken)
        if null == "gaussian":
            made[:, drawn] = _gaussian(taken[:, drawn], answers[drawn], rng)
        elif null == "box" and drawn.any():
            made[:, drawn] = _box(taken[:, drawn], rng)
        elif drawn.any():
            made[:, drawn] = _shuffled(taken[:, drawn], self.lumpy[drawn], rng)
        for column in np.flatnonzero(self.stepped):
            made[np.argsort(made[:, column], kind="stable"), column] = np.sort(taken[:, column])
        for columns in self.layout.blocks.values():
            if not drawn[columns[0]]:
                made[:, columns] = taken[rng.permutation(len(taken))][:, columns]
        points = made.astype(np.float32)
        return points[lexicographic(tuple(points.T))]


def structureless(
    values: npt.NDArray[np.float32], layout: Layout, *, size: int, seed: int, most_levels: int = 0
) -> Structureless:
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
    most_levels : int, default 0
        A number with at most so many different values is drawn with those values only, for a method that takes them for
        answers; 0 draws all numbers as numbers.

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
    stepped = [
        kind == "number" and most_levels > 0 and len(np.unique(column)) <= most_levels
        for kind, column in zip(layout.kinds, values.T, strict=True)
    ]
    return Structureless(values, layout, np.array(lumpy, dtype=np.bool_), np.array(stepped, dtype=np.bool_))


def _box(values: Floats, rng: np.random.Generator) -> Floats:
    """Spread points evenly over the box that holds the given ones, its sides along their principal axes."""
    middle = values.mean(axis=0)
    _, axes = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    along = (values - middle) @ axes
    low, high = along.min(axis=0), along.max(axis=0)
    even: Floats = low + (high - low) * rng.random(values.shape)
    return np.asarray(even @ axes.T + middle)


def _gaussian(values: Floats, answers: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Draw from one Gaussian of the same mean and covariance; yes/no answers are where it crosses a threshold.

    Answers that go together without any groups come from leanings that do. The correlation of two leanings is taken
    from that of the answers as if both halved the customers: sin(pi r / 2) (Sheppard, "On the application of the theory
    of error", Philosophical Transactions A 192 (1899)), exact there and close elsewhere.
    """
    middle = values.mean(axis=0)
    if not answers.any():
        return np.asarray(_cloud(np.atleast_2d(np.cov(values, rowvar=False)), len(values), rng) + middle)
    spread = values.std(axis=0, ddof=1)
    spread[spread == 0] = 1.0
    together = (values - middle).T @ (values - middle) / ((len(values) - 1) * np.outer(spread, spread))
    both = np.outer(answers, answers)
    together[both] = np.sin(np.pi / 2 * together[both])
    np.fill_diagonal(together, 1.0)
    leanings = _cloud(together, len(values), rng)
    made: Floats = leanings * spread + middle
    for column in np.flatnonzero(answers):
        # As many say yes as did: those who lean to it most.
        made[np.argsort(leanings[:, column], kind="stable"), column] = np.sort(values[:, column])
    return made


def _cloud(covariance: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Draw from a Gaussian around 0; what is no covariance (by a rounding, or by sines) loses its negative parts."""
    variances, axes = np.linalg.eigh(covariance)
    drawn: Floats = rng.standard_normal((size, len(covariance))) * np.sqrt(np.maximum(variances, 0.0))
    return np.asarray(drawn @ axes.T)


def _shuffled(values: Floats, lumpy: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Shuffle each column by itself; one that has gaps of its own becomes a Gaussian of its mean and variance."""
    made = np.empty_like(values)
    for column, gapped in enumerate(lumpy):
        own = values[:, column]
        made[:, column] = rng.normal(own.mean(), own.std(), len(own)) if gapped else rng.permutation(own)
    return made
