"""Latent classes: groups of customers who answer alike, for yes/no columns and categories."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from segmentry.cluster.contract import Arrays, Clusters, Placement
from segmentry.cluster.kmeans import SAMPLE
from segmentry.cluster.probable import by_probability
from segmentry.errors import Caveat, ColumnError, TooFewError
from segmentry.kernels import (
    Coding,
    LatentClasses,
    answer_log_probability,
    code_columns,
    latent_classes,
    one_hot,
    seed_centroids,
    split_columns,
)
from segmentry.kernels.assign import chunks
from segmentry.prepare import Layout

__all__ = ["LatentClass", "LatentClassClusters"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

MOST_LEVELS = 12
"""A number with at most so many different values counts as a category, each value a level: ``--bins`` makes such."""

TRIAL_PASSES = 30
"""After so many passes the worse two thirds of the starts are given up."""

MOST_PASSES = 300
"""Where answers hang together hardly at all, the likelihood creeps on without moving anybody."""

SEEDED = 0.6
"""How much of a class's first shares comes from one customer's answers; the rest from everybody's."""


@dataclass(frozen=True, slots=True)
class LatentClassClusters:
    """Classes within which answers are independent: a point belongs to the class that it most probably came from.

    The margin is the probability of the first choice less that of the second. The distance is the root of twice the
    logarithm of how much likelier the class's commonest answers are than the customer's: 0 for who gives all of them.
    For a Gaussian group the same formula is Mahalanobis' distance.

    Parameters
    ----------
    coding : Coding
        How columns become answers.
    weights : numpy.ndarray of float64, shape (k,)
        Share of each class, above 0; they sum to 1.
    shares : numpy.ndarray of float64, shape (k, levels of all attributes)
        Probability of each answer in each class.
    bic : float or None, default None
        Bayesian information criterion on the points they were fitted on; None for classes that were read back.
    log_likelihood : float or None, default None
        Of the points they were fitted on, natural logarithm; None likewise.
    """

    coding: Coding
    weights: Floats
    shares: Floats
    bic: float | None = None
    log_likelihood: float | None = None
    method = "latent-class"
    names = ()
    fidelity = None
    remarks = ()
    tree = None

    @property
    def k(self) -> int:
        """How many clusters there are."""
        return len(self.weights)

    def place(self, values: npt.NDArray[np.floating]) -> Placement:
        """Place points in the most probable class.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Prepared as the points were that the classes were fitted on. A category's level that the fit hadn't seen
            says nothing about the class.
        """
        n, levels = len(values), np.array(self.coding.levels, dtype=np.intp)
        placed = Placement(np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n))
        share, typical = np.log(self.weights)[:, None], _relative(self.shares, levels)
        for rows in chunks(n, self.k):
            _, codes = split_columns(values[rows], self.coding)
            joint = answer_log_probability(codes, self.shares, levels) + share
            part = by_probability(joint, -2.0 * answer_log_probability(codes, typical, levels))
            placed.labels[rows], placed.second[rows] = part.labels, part.second
            placed.margin[rows], placed.distance[rows] = part.margin, part.distance
        return placed

    def reorder(self, order: npt.NDArray[np.intp]) -> Self:
        """Give the same clusters in another order: cluster ``order[i]`` becomes cluster ``i``."""
        return type(self)(self.coding, self.weights[order], self.shares[order], self.bic, self.log_likelihood)

    def arrays(self) -> Arrays:
        """Give ``weights``, ``shares``, and how columns become answers."""
        return {"weights": self.weights, "shares": self.shares} | self.coding.arrays()

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Build the clusters again from :meth:`arrays`."""
        weights, shares = (np.asarray(arrays[name], dtype=np.float64) for name in ("weights", "shares"))
        return cls(Coding.from_arrays(arrays), weights, shares)


class LatentClass:
    """Find classes of customers by maximum likelihood, answers being independent within a class.

    Starts are drawn by greedy k-means++ among the answers; all are improved for 30 passes, the best third to the end.
    Columns are yes/no or categories; a number with at most 12 different values counts as a category.

    Examples
    --------
    >>> layout = Layout(("a", "b", "c"), ("yes-no",) * 3, ("a", "b", "c"))
    >>> points = np.array([[1, 1, 1]] * 6 + [[1, 1, 0]] + [[0, 0, 0]] * 3)
    >>> found = LatentClass().fit(points, 2, seed=0, starts=3, layout=layout)
    >>> sorted(found.weights.round(2).tolist()), round(found.log_likelihood, 2), round(found.bic, 2)
    ([0.3, 0.7], -8.98, 34.08)
    """

    name: str = "latent-class"
    clusters: type[Clusters] = LatentClassClusters
    takes_number: bool = True
    settings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def fit(
        self, values: npt.NDArray[np.floating], k: int, *, seed: int, starts: int, layout: Layout | None = None
    ) -> LatentClassClusters:
        """Find ``k`` classes.

        Parameters
        ----------
        values : numpy.ndarray of float, shape (n, d)
            Finite points.
        k : int
            At least 1.
        seed : int
            Not negative; the same seed gives the same classes.
        starts : int
            Independent starts, at least 1.
        layout : Layout, optional
            What the columns are; None takes all for numbers.

        Raises
        ------
        ColumnError
            A column is a number with many values.
        TooFewError
            Fewer than ``k`` points differ in their answers.
        """
        layout = layout or Layout.numbers(values.shape[1])
        coding = code_columns(values, layout, MOST_LEVELS)
        if coding.numbers:
            raise ColumnError(
                "latent-class takes yes/no columns and categories, and no numbers with many values",
                [
                    f"{layout.names[column]}: {len(np.unique(values[:, column])):,} different values"
                    for column in coding.numbers
                ],
                f"--method kprototypes, or --bins 4 (at most {MOST_LEVELS})",
            )
        levels = np.array(coding.levels, dtype=np.intp)
        patterns, counts = _patterns(split_columns(values, coding)[1], levels)
        if len(patterns) < k:
            raise TooFewError(
                f"{k} clusters need at least {k} different points",
                [f"{len(values)} points, {len(patterns)} of them different"],
                "ask for fewer",
            )
        begun = _starts(patterns, counts, levels, k, starts, seed)
        tried = latent_classes(patterns, counts, levels, begun, max_passes=TRIAL_PASSES)
        best = np.argsort(-tried.log_likelihood, kind="stable")
        ended = latent_classes(patterns, counts, levels, tried.take(best[: (starts + 2) // 3]), max_passes=MOST_PASSES)
        # Should a class be nobody's most probable one, a fit without such a class is taken, the likelier ones first.
        fits = [
            (many, int(index)) for many in (ended, tried) for index in np.argsort(-many.log_likelihood, kind="stable")
        ]
        many, index = next((fit for fit in fits if _fills(fit[0], fit[1], patterns, levels)), fits[0])
        likelihood = float(many.log_likelihood[index])
        # Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978).
        parameters = k - 1 + k * int((levels - 1).sum())
        bic = -2.0 * likelihood + parameters * math.log(len(values))
        return LatentClassClusters(coding, many.weights[index], many.shares[index], bic, likelihood)


def _patterns(codes: Codes, levels: npt.NDArray[np.intp]) -> tuple[Codes, Floats]:
    """Give the different patterns of answers, sorted, and how many points have each."""
    if np.prod(levels + 1.0) >= 2**62:
        patterns, counts = np.unique(codes, axis=0, return_counts=True)
        return patterns, counts.astype(np.float64)
    # One whole number a pattern sorts many times as fast as rows do.
    key = np.zeros(len(codes), dtype=np.int64)
    for column, level in zip(codes.T, levels, strict=True):
        key = key * int(level + 1) + (column + 1)
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    return codes[first], counts.astype(np.float64)


def _starts(
    patterns: Codes, counts: Floats, levels: npt.NDArray[np.intp], k: int, starts: int, seed: int
) -> LatentClasses:
    """Draw customers and begin classes near their answers."""
    rng = np.random.default_rng([seed, k])
    hot = one_hot(patterns, levels)
    rows = np.repeat(np.arange(len(patterns)), counts.astype(np.intp))
    if len(rows) > SAMPLE:
        # One of each pattern besides, so that at least k differ.
        some = rng.choice(len(rows), SAMPLE, replace=False, shuffle=False)
        more = np.arange(len(patterns)) if len(patterns) <= SAMPLE else np.empty(0, dtype=np.intp)
        rows = np.sort(np.concatenate([rows[some], more]))
    seeds = seed_centroids(hot[rows], k, starts, rng)
    everybody = counts @ hot / counts.sum()
    return LatentClasses(
        np.full((starts, k), 1.0 / k), SEEDED * seeds + (1.0 - SEEDED) * everybody, np.zeros(starts), 0
    )


def _fills(fits: LatentClasses, index: int, patterns: Codes, levels: npt.NDArray[np.intp]) -> bool:
    """Say whether every class is the most probable one of some pattern."""
    joint = answer_log_probability(patterns, fits.shares[index], levels) + np.log(fits.weights[index])[:, None]
    return len(np.unique(joint.argmax(axis=0))) == len(joint)


def _relative(shares: Floats, levels: npt.NDArray[np.intp]) -> Floats:
    """Give each answer's probability as a part of the commonest answer's."""
    relative = shares.copy()
    offset = 0
    for level in levels:
        columns = slice(offset, offset + int(level))
        relative[:, columns] /= relative[:, columns].max(axis=1, keepdims=True)
        offset += int(level)
    return relative
