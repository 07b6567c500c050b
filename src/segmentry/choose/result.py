"""What can be asked of the choice of a number of segments, and what it answers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from segmentry.cluster import Clusters
from segmentry.errors import Caveat
from segmentry.evaluate import Gaps, KeepRate, SilhouetteProfile, Verdict

__all__ = ["Candidate", "Choice", "ChooseOptions", "Compared", "Criterion"]


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
        A name in :data:`segmentry.cluster.CLUSTERERS`, or "auto": those that suit the columns are compared.
    grid : str, default ""
        For the method "rfm-grid": the grid's name or the path of its file; "" takes the ten-segment grid.
    size_limits : str, default ""
        For the method "kmeans-sized": the least and the most share of the customers in a segment, ``"10%-30%"`` or
        ``"0.1-0.3"``; "" takes half and one and a half times an equal share.
    seed : int, default 0
        Of everything random; not negative.
    starts : int, default 10
        Seeded starts of each fit on all customers.
    rebuilds : int, default 100
        Re-drawn sets of customers behind the keep rate, and structureless sets of each kind behind the margin.
    prefer : int, default 0
        The number of segments of the run before: taken while it is allowed and dependable. 0 for none.
    """

    lowest: int = 2
    highest: int = 12
    min_share: float = 0.05
    method: str = "kmeans"
    grid: str = ""
    size_limits: str = ""
    seed: int = 0
    starts: int = 10
    rebuilds: int = 100
    prefer: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One split that was tried, with everything it is judged by.

    Inertia, silhouette, Davies-Bouldin, Calinski-Harabasz, margin, gap and prediction strength are those of the
    customers whom preparation left a say; all others count everybody.

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
    margin : float or None, default None
        Silhouette less the 95th percentile of the strictest structureless data; None where that wasn't tried, as the
        smallest segment is too small.
    gap, gap_error : float or None, default None
        Gap statistic against the box, and its simulation error.
    prediction_strength : float or None, default None
        Of split halves, 0 to 1; 0.8 and more is strong.
    bic : float or None, default None
        Where the method has a likelihood; smaller is better.
    setting : int or None, default None
        What was asked of a method that takes no number of segments.
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
    margin: float | None = None
    gap: float | None = None
    gap_error: float | None = None
    prediction_strength: float | None = None
    bic: float | None = None
    setting: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What one criterion by itself would choose.

    Parameters
    ----------
    name : str
        E.g. ``"silhouette"``.
    k : int or None
        The number of segments; None where it has no opinion.
    how : str
        By which rule, in words.
    """

    name: str
    k: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One method in a comparison, at the number of segments at which it was compared.

    Parameters
    ----------
    method : str
        Its name.
    k : int
        How many segments it made.
    keep_rate, keep_above_chance, worst_keep : float
        As in :class:`Candidate`.
    against : float or None
        Keep rate above chance of k-means at the same number of segments; None where k-means didn't try that.
    silhouette, margin : float or None
        In the space that all methods share, over what structureless data reach there; a customer in no segment counts
        as 0. None where it made one segment.
    agreement : float
        Adjusted Rand index with the split that was chosen.
    chosen : bool
        Whether the comparison argues for it.
    remark : str, default ""
        Why it could not be chosen, if so.
    """

    method: str
    k: int
    keep_rate: float
    keep_above_chance: float
    worst_keep: float
    against: float | None
    silhouette: float | None
    margin: float | None
    agreement: float
    chosen: bool
    remark: str = ""


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
        largest first); -1 for who belongs to none.
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
        Customers on whom silhouettes were computed: all whom preparation left a say, up to 20,000, beyond that a seeded
        sample; 0 where none were.
    caveats : tuple of Caveat, default ()
        What people should know about the method.
    verdict : {"Clear groups", "Repeatable split", "Convenience split", "Not dependable"} or "", default ""
        On the chosen split; "" for one segment.
    gaps : Gaps or None, default None
        How the chosen split's silhouette compares with structureless data; None where it wasn't, or can't be.
    criteria : tuple of Criterion, default ()
        What each criterion by itself would choose.
    argument : str, default ""
        Where the criteria disagree, in words.
    across : tuple of (float or None), default ()
        Per segment, how much of it was one segment of the next coarser split, 0 to 1; None where none was tried.
    compared : tuple of Compared, default ()
        The methods that were compared, if they were.
    alarms : tuple of Caveat, default ()
        What makes the split suspicious.
    silhouettes : tuple of SilhouetteProfile, default ()
        Per segment, how the silhouettes of its customers are spread, of those on whom they were computed.
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
    verdict: Verdict | Literal[""] = ""
    gaps: Gaps | None = None
    criteria: tuple[Criterion, ...] = ()
    argument: str = ""
    across: tuple[float | None, ...] = ()
    compared: tuple[Compared, ...] = ()
    alarms: tuple[Caveat, ...] = ()
    silhouettes: tuple[SilhouetteProfile, ...] = ()
