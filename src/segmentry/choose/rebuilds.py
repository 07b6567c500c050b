"""Segments rebuilt on re-drawn customers, for every number of segments at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose.splits import fit_each
from segmentry.choose.threads import side_by_side
from segmentry.cluster import Clusterer, Clusters, labels_of
from segmentry.kernels import lexicographic
from segmentry.prepare import Preparer

__all__ = ["DRAWN", "STARTS", "Rebuilds", "rebuild"]

DRAWN = 2_000
"""Customers in a draw, whatever their number: otherwise the keep rate would only measure the size of the sample."""

EVALUATED = 20_000
"""At most so many customers are placed again in each rebuild."""

SMALL = 1_000
"""Smaller draws are made of array operations too short to hand the interpreter's lock over for."""

STARTS = 3
"""Fresh starts of each rebuild. With one, clear groups lose customers to bad starts (Mall in five: 94 of 100 kept, with
three 98); with ten, everything keeps more, over-fine splits most of all, at twice the time."""


@dataclass(frozen=True, slots=True)
class Rebuilds:
    """Where re-drawn segments put the customers.

    Parameters
    ----------
    evaluated : numpy.ndarray of intp, shape (m,)
        Rows of the table that were placed again.
    labels : tuple of numpy.ndarray of int16, shape (draws, m)
        One a setting, in order; labels in each rebuild's own numbers, -1 for customers in no segment.
    drawn : int
        Customers in each draw.
    named : bool, default False
        Labels are in the original's numbers instead, -1 for a name that it lacks: the method names its segments.
    """

    evaluated: npt.NDArray[np.intp]
    labels: tuple[npt.NDArray[np.int16], ...]
    drawn: int
    named: bool = False


def rebuild(
    table: pd.DataFrame,
    preparer: Preparer,
    order: npt.NDArray[np.intp],
    clusterer: Clusterer,
    settings: Sequence[int],
    *,
    draws: int,
    seed: int,
    names: Sequence[str] = (),
    tell: Callable[[float], None] | None = None,
) -> Rebuilds:
    """Draw customers, prepare and cluster them afresh, and place the original customers in what comes out.

    A draw holds m = min(n, 2,000) customers: with replacement where n is at most 2,000 (bootstrap), else without
    (subsample); a method that tries settings gets each customer of a draw once. Preparation is fitted anew on each draw
    and shared by all numbers of segments; starts are fresh. A draw with fewer different customers than segments gives
    as many segments as it can.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer; the columns that form segments.
    preparer : Preparer
        Says how they are prepared.
    order : numpy.ndarray of intp, shape (customers,)
        The rows in an order that doesn't depend on how they were given.
    clusterer : Clusterer
        How groups are found.
    settings : sequence of int
        Numbers of segments, or what the method takes in their place.
    draws : int
        How many rebuilds.
    seed : int
        Of draws and starts.
    names : sequence of str, default ()
        The original segments' names, where the method names them: rebuilt segments are then matched by name.
    tell : callable, optional
        Is given the share done, 0 to 1.
    """
    places = {name: place for place, name in enumerate(names)}
    n = len(table)
    drawn = min(n, DRAWN)
    evaluated = order
    if n > EVALUATED:
        rng = np.random.default_rng([seed, EVALUATED])
        evaluated = order[np.sort(rng.choice(n, EVALUATED, replace=False, shuffle=False))]
    placed = table.iloc[evaluated]

    def one(draw: int) -> list[npt.NDArray[np.int16]]:
        rng = np.random.default_rng([seed, draw, drawn])
        rows = rng.integers(n, size=drawn) if n <= DRAWN else rng.choice(n, drawn, replace=False, shuffle=False)
        # Where density makes the groups, copies of a customer would be a group: each is taken once.
        rows = np.sort(rows) if clusterer.takes_number or clusterer.settings == (0,) else np.unique(rows)
        again = table.iloc[order[rows]]
        fresh, kept = preparer.refit(again)
        prepared, targets = fresh.apply(again), fresh.apply(placed).values
        points = prepared.values if kept.all() else prepared.values[kept]
        points = points[lexicographic(tuple(points.T))]  # clusterers want this order: once here, not once for each k
        # One seed for all settings: a split's keep rate doesn't depend on what else is tried.
        starts = int(rng.integers(2**32))
        fits = fit_each(clusterer, points, settings, seed=starts, starts=STARTS, layout=prepared.layout)
        return [_labels(fit, targets, places) for fit in fits]

    found = side_by_side(one, range(draws), tell, threads=1 if drawn < SMALL else None)
    labels = tuple(np.stack([draw[index] for draw in found]) for index in range(len(settings)))
    return Rebuilds(evaluated, labels, drawn, bool(names))


def _labels(fit: Clusters, targets: npt.NDArray[np.float32], places: Mapping[str, int]) -> npt.NDArray[np.int16]:
    labels = labels_of(fit, targets).astype(np.int16)
    if not places:
        return labels
    return np.array([places.get(name, -1) for name in fit.names], dtype=np.int16)[labels]
