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

CHUNK = 4_000
"""Customers compared at a time: a chunk's distances take 32 MB."""


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
    """Give squared distances, inf where no column is known to both; rounded, so that equal ones are equal."""
    total = np.zeros((len(values), len(prototypes)))
    shared = np.zeros_like(total)
    for column in range(values.shape[1]):
        with np.errstate(over="ignore"):
            part = (values[:, column, None] - prototypes[:, column]) ** 2
        both = ~(blank[:, column, None] | np.isnan(prototypes[:, column]))
        total += np.where(both, part, 0.0)
        shared += both
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(shared > 0, total * (values.shape[1] / shared), np.inf)
    return np.asarray(np.round(scaled, 9), dtype=np.float64)


def _middle(distances: Floats, held: Floats, otherwise: Floats) -> Floats:
    """Give the lower middle value of the nearest holders, and ``otherwise`` where none is comparable."""
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :ASKED]
    reached = np.isfinite(np.take_along_axis(distances, nearest, axis=1))
    ordered = np.sort(np.where(reached, held[nearest], np.inf), axis=1)
    at = np.maximum(reached.sum(axis=1) - 1, 0) // 2
    middle = ordered[np.arange(len(ordered)), at]
    return np.where(reached.any(axis=1), middle, otherwise)
