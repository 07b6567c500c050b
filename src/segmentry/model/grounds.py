"""What explanations rest on and a model keeps for them: a centre a segment, and how far each measure reaches."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.cluster import NOWHERE, Clusters, GridClusters, Placement
from segmentry.evaluate import of_100
from segmentry.features import Measure
from segmentry.kernels import lexicographic, nearest_two
from segmentry.prepare import Floats

__all__ = ["Basis", "Grounds", "Span"]

Basis = Literal["centres", "mean points", "scores"]

FROM_ZERO = frozenset({"days", "money"})
"""Units of which 0 makes sense though nobody may have it."""


@dataclass(frozen=True, slots=True)
class Span:
    """How far one number reaches among the customers that the model learned from.

    Parameters
    ----------
    measure : str
        The column.
    low, high : float
        The values between which changes are looked for: the lowest and the highest, and from 0 for days and money
        that are never negative. In the measure's unit.
    power : int
        Changes go by steps of 10 to this power: 0 where all values are whole, -2 where none has more than two decimals,
        else a thousandth to a ten-thousandth of the spread.
    spread : float
        The distance between the quartiles of all customers, or the standard deviation where they are equal; above 0.
    """

    measure: str
    low: float
    high: float
    power: int
    spread: float

    @classmethod
    def of(cls, measure: Measure, values: Floats) -> Self:
        """Measure a column of numbers, nan where blank.

        Examples
        --------
        >>> Span.of(Measure("orders", "Orders", "number", "forms", "orders"), np.array([1.0, 2.0, 3.0, 9.0, np.nan]))
        Span(measure='orders', low=1.0, high=9.0, power=0, spread=2.75)
        """
        known = np.sort(values[np.isfinite(values)])
        if not known.size:
            return cls(measure.name, 0.0, 0.0, 0, 1.0)
        first, third = (float(quartile) for quartile in np.quantile(known, [0.25, 0.75]))
        spread = third - first or float(known.std()) or 1.0
        low = min(float(known[0]), 0.0) if measure.unit in FROM_ZERO else float(known[0])
        return cls(measure.name, low, float(known[-1]), _power(known, spread), spread)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an explanation rests on.

    Parameters
    ----------
    basis : {"centres", "mean points", "scores"}
        ``centres``: the method places customers by the nearest of these centres, so that distances to them explain
        it exactly. ``mean points``: it places otherwise, and the nearest mean point of a segment stands in for
        it. ``scores``: a grid places by scores, which explain themselves.
    agreement : float
        Share of the customers with a segment, 0 to 1, whom the basis puts where the model does.
    centres : numpy.ndarray of float64, shape (segments, d)
        In prepared units; no rows for ``scores``.
    spans : tuple of Span
        One a number, in the order of the inputs.
    """

    basis: Basis
    agreement: float
    centres: Floats
    spans: tuple[Span, ...]

    @classmethod
    def of(
        cls,
        clusters: Clusters,
        points: npt.NDArray[np.float32],
        placed: Placement,
        table: pd.DataFrame,
        forming: Sequence[Measure],
    ) -> Self:
        """Find the centres, and measure for how many customers they agree with the model.

        Parameters
        ----------
        clusters : Clusters
            As fitted.
        points : numpy.ndarray of float32, shape (n, d)
            The customers that the model learned from, prepared.
        placed : Placement
            Where ``clusters`` put them.
        table : pandas.DataFrame
            The same customers, raw.
        forming : sequence of Measure
            The columns that form segments.
        """
        spans = tuple(
            Span.of(measure, table[measure.name].to_numpy(dtype=np.float64, na_value=np.nan))
            for measure in forming
            if measure.kind == "number"
        )
        if isinstance(clusters, GridClusters):
            return cls("scores", 1.0, np.empty((0, 0)), spans)
        own = clusters.arrays().get("centroids")
        if own is not None and own.shape == (clusters.k, points.shape[1]) and _is_nearest(points, own, placed):
            return cls("centres", 1.0, own, spans)
        centres = _mean_points(points, placed.labels, clusters.k)
        held = placed.labels != NOWHERE
        agrees = nearest_two(points[held], centres).first == placed.labels[held]
        agreement = float(agrees.mean()) if held.any() else 0.0
        return cls("mean points", agreement, centres, spans)

    def words(self) -> str:
        """Name the stand-in, with the share for which it agrees; "" where nothing stands in.

        Examples
        --------
        >>> Grounds("mean points", 0.967, np.zeros((2, 1)), ()).words()
        "explained by the nearest of the segments' mean points, which agrees for 96 of 100 customers"
        """
        if self.basis != "mean points":
            return ""
        agrees = of_100(self.agreement)
        return f"explained by the nearest of the segments' mean points, which agrees for {agrees} of 100 customers"


def _power(known: Floats, spread: float) -> int:
    """Give the power of ten by which changes go."""
    if np.array_equal(known, np.floor(known)):
        return 0
    if np.array_equal(known, np.round(known, 2)):
        return -2
    return math.floor(math.log10(spread)) - 3


def _is_nearest(points: npt.NDArray[np.float32], centres: Floats, placed: Placement) -> bool:
    """Say whether distances to the centres give everybody's first choice, second choice and margin, 1 - d1 / d2."""
    near = nearest_two(points, centres)
    if not (np.array_equal(near.first, placed.labels) and np.array_equal(near.second, placed.second)):
        return False
    return len(centres) < 2 or bool(np.allclose(placed.margin, near.margin, rtol=0.0, atol=1e-9))


def _mean_points(points: npt.NDArray[np.float32], labels: npt.NDArray[np.int32], k: int) -> Floats:
    """Give each segment's mean point; summed in the order of the points, so that the order of the rows leaves no trace.

    Customers without a segment, labelled -1, have no say. A segment that holds nobody has its centre at infinity: it is
    the nearest of no one.
    """
    order = lexicographic(tuple(points.T)) if points.shape[1] else np.arange(len(points))
    values, labels = points[order].astype(np.float64), labels[order]
    centres = np.full((k, points.shape[1]), np.inf)
    for segment in range(k):
        held = labels == segment
        if held.any():
            centres[segment] = values[held].mean(axis=0)
    return centres
