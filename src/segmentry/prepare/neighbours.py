"""Blank numbers filled by what the most alike customers have."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.prepare.points import Floats

__all__ = ["Neighbours", "fit_neighbours"]

MOST = 1_000
"""At most so many customers are kept to compare with, without ids."""

ASKED = 5
"""The middle value of so many is taken: an odd number, so that it is a value that occurs."""

CHUNK = 250
"""Customers compared at a time: a chunk's distances take 2 MB, which processors keep at hand."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Prepared numbers of some customers, to compare others with.

    Parameters
    ----------
    prototypes : tuple of tuple of float, p rows of length d
        nan where blank; at most 1,000 rows, in ascending order.
    """

    prototypes: tuple[tuple[float, ...], ...]

    def fill(self, values: Floats, blank: npt.NDArray[np.bool_]) -> Floats:
        """Fill the blanks of prepared numbers.

        Distances are of the columns that both customers know, squared differences scaled up to all columns (Dixon, IEEE
        Transactions on Systems, Man and Cybernetics 9, 1979). Equally near prototypes are taken in their own order;
        what none of them knows keeps its value.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, d)
            Prepared, blanks filled by something.
        blank : numpy.ndarray of bool, shape (n, d)
            Which those are.

        Examples
        --------
        >>> known = Neighbours(((0.0, 1.0), (0.1, 2.0), (0.2, 3.0), (5.0, 9.0), (5.0, 9.0), (5.0, 9.0)))
        >>> known.fill(np.array([[0.0, 7.0], [5.0, 7.0]]), np.array([[False, True], [False, False]])).tolist()
        [[0.0, 3.0], [5.0, 7.0]]
        """
        filled = values.copy()
        rows = np.flatnonzero(blank.any(axis=1))
        if not rows.size or not self.prototypes:
            return filled
        prototypes = np.array(self.prototypes)
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            distances = _distances(values[some], blank[some], prototypes)
            for column in np.flatnonzero(blank[some].any(axis=0)):
                holders = np.flatnonzero(~np.isnan(prototypes[:, column]))
                asking = np.flatnonzero(blank[some, column])
                if holders.size:
                    filled[some[asking], column] = _middle(
                        distances[np.ix_(asking, holders)], prototypes[holders, column], filled[some[asking], column]
                    )
        return filled

    def words(self) -> str:
        """Say it in one line."""
        return (
            f"blank numbers: filled by the middle value of the {ASKED} most alike among {len(self.prototypes):,} "
            "customers, who are kept in the model without their ids"
        )


def fit_neighbours(values: Floats, blank: npt.NDArray[np.bool_]) -> Neighbours:
    """Keep at most 1,000 customers, evenly spread over all in the order of their points.

    Examples
    --------
    >>> fit_neighbours(np.array([[2.0, 0.0], [1.0, 3.0]]), np.array([[False, True], [False, False]]))
    Neighbours(prototypes=((1.0, 3.0), (2.0, nan)))
    """
    known = np.where(blank, np.nan, values)[~blank.all(axis=1)]
    known = known[np.lexsort(known.T[::-1])] if known.size else known
    if len(known) > MOST:
        known = known[np.linspace(0, len(known) - 1, MOST).round().astype(np.intp)]
    # Seven digits, as points have: the rest is rounding noise, and the model stays small.
    return Neighbours(tuple(tuple(_short(value) for value in row) for row in known.tolist()))


def _short(value: float) -> float:
    return value if math.isnan(value) else float(f"{value:.7g}")


def _distances(values: Floats, blank: npt.NDArray[np.bool_], prototypes: Floats) -> Floats:
    """Give squared distances, inf where no column is known to both; rounded, so that equal ones are equal.

    Summed column by column: a matrix product may round one customer otherwise than a thousand.
    """
    unknown = np.isnan(prototypes)
    total = np.zeros((len(values), len(prototypes)))
    part = np.empty_like(total)
    with np.errstate(over="ignore"):
        for column in range(values.shape[1]):
            np.subtract(values[:, column, None], prototypes[:, column], out=part)
            np.multiply(part, part, out=part)
            part[:, unknown[:, column]] = 0.0
            part[blank[:, column]] = 0.0
            total += part
    shared = (~blank).astype(np.float64) @ (~unknown).T.astype(np.float64)  # whole numbers: exact in any order
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(shared > 0, total * (values.shape[1] / shared), np.inf)
    return np.asarray(np.round(scaled, 9), dtype=np.float64)


def _middle(left: Floats, held: Floats, otherwise: Floats) -> Floats:
    """Give the lower middle value of the nearest holders, and ``otherwise`` where none is comparable.

    Writes inf into ``left``, the distances of shape (n, holders), where one was taken.
    """
    every = np.arange(len(left))
    found = np.full((len(left), ASKED), np.inf)
    for place in range(min(ASKED, len(held))):
        nearest = np.argmin(left, axis=1)  # the first of the equally near
        reached = np.isfinite(left[every, nearest])
        found[reached, place] = held[nearest[reached]]
        left[every, nearest] = np.inf
    ordered = np.sort(found, axis=1)
    known = np.isfinite(ordered).sum(axis=1)
    return np.where(known > 0, ordered[every, np.maximum(known - 1, 0) // 2], otherwise)
