"""What can be asked of the choice of a number of segments, and what it answers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.cluster import Clusters
from segmentry.errors import Caveat
from segmentry.evaluate import KeepRate

__all__ = ["Candidate", "Choice", "ChooseOptions"]


@dataclass(frozen=True, slots=True)
class ChooseOptions:
    """How segments are found and how many are tried.

    Parameters
    ----------
    lowest, highest : int, default 2 and 12
        The numbers of segments that are tried; where they are equal the number is given and the rules only comment.
        1 and 1 is one segment.
    min_share : float, default 0.05
        Share of the customers, 0 to 0.5, that the smallest segment must hold.
    method : str, default "kmeans"
        A name in :data:`segmentry.cluster.CLUSTERERS`.
    grid : str, default ""
        For the method "rfm-grid": the grid's name or the path of its file; "" takes the ten-segment grid.
    seed : int, default 0
        Of everything random; not negative.
    starts : int, default 10
        Seeded starts of each fit on all customers.
    rebuilds : int, default 100
        Re-drawn sets of customers behind the keep rate.
    prefer : int, default 0
        The number of segments of the run before: taken while it is allowed and dependable; 0 for none.
    """

    lowest: int = 2
    highest: int = 12
    min_share: float = 0.05
    method: str = "kmeans"
    grid: str = ""
    seed: int = 0
    starts: int = 10
    rebuilds: int = 100
    prefer: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of segments, with everything it is judged by.

    Parameters
    ----------
    k : int
        How many segments.
    inertia : float
        Sum of squared distances to the segments' means, in prepared units.
    silhouette : float
        Mean silhouette, -1 to 1.
    davies_bouldin : float
        0 upwards, smaller is better.
    calinski_harabasz : float
        0 upwards, larger is better; nan where there are as many segments as customers.
    smallest : float
        Share of the customers in the smallest segment, 0 to 1.
    smallest_customers : int
        How many that is.
    keep_rate : float
        Share of the customers that keep their segment over the rebuilds, 0 to 1.
    keep_above_chance : float
        The same with chance taken off: (keep - chance) / (1 - chance).
    worst_keep : float
        Keep rate of the segment that keeps the fewest.
    allowed : bool
        Rule 1: the smallest segment is large enough.
    dependable : bool
        Rule 2: it comes back when it is rebuilt.
    """

    k: int
    inertia: float
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    smallest: float
    smallest_customers: int
    keep_rate: float
    keep_above_chance: float
    worst_keep: float
    allowed: bool
    dependable: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The split that was chosen, and why.

    Parameters
    ----------
    k : int
        How many segments.
    clusters : Clusters
        Place any prepared customer; in the order of ``labels``.
    labels : numpy.ndarray of int32, shape (customers,)
        The segment of each row of the table, the segment that spends most per customer first (without spend: the
        largest first).
    candidates : tuple of Candidate
        Every number of segments that was tried, in ascending order; empty for one segment that was asked for, and where
        the method has no number to choose.
    keep : KeepRate or None
        Of the chosen split; None for one segment.
    reason : str
        Why this number, in words.
    runner_up : str
        Which number came next and why not; "" where there was no other.
    evaluated : numpy.ndarray of intp, shape (m,)
        The rows of the table that were placed again in every rebuild.
    rebuilt : numpy.ndarray of int16, shape (draws, m)
        Where each rebuild put them, in the numbers of the chosen segments; -1 for none. No rows for one segment.
    silhouette_on : int
        Customers on whom silhouettes were computed: all up to 20,000, beyond that a seeded sample; 0 where none were.
    caveats : tuple of Caveat, default ()
        What people should know about the method.
    """

    k: int
    clusters: Clusters
    labels: npt.NDArray[np.int32]
    candidates: tuple[Candidate, ...]
    keep: KeepRate | None
    reason: str
    runner_up: str
    evaluated: npt.NDArray[np.intp]
    rebuilt: npt.NDArray[np.int16]
    silhouette_on: int
    caveats: tuple[Caveat, ...] = ()
