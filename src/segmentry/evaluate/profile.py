"""The silhouettes of single customers, segment by segment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SilhouetteProfile", "silhouette_profiles"]

STEPS = 51
DIGITS = 4
"""Quantiles are rounded: nobody can see more, and the file would grow."""


@dataclass(frozen=True, slots=True)
class SilhouetteProfile:
    """How the silhouettes of one segment's customers are spread (Rousseeuw 1987).

    Parameters
    ----------
    customers : int
        On how many of the segment's customers it was computed.
    mean : float
        Their mean, -1 to 1; nan where there are none of them.
    below : float
        Share of them with a silhouette below 0, who lie nearer to another segment, 0 to 1; nan where there are none.
    quantiles : tuple of float, shape (51,)
        From the highest to the lowest, each two per cent of them; rounded to four decimals. Empty where there are none.
    """

    customers: int
    mean: float
    below: float
    quantiles: tuple[float, ...]


def silhouette_profiles(
    widths: npt.NDArray[np.float64], labels: npt.NDArray[np.int32], k: int
) -> tuple[SilhouetteProfile, ...]:
    """Say how the silhouettes of each segment's points are spread.

    Parameters
    ----------
    widths : numpy.ndarray of float64, shape (n,)
        The silhouette of each point; nan where it has none.
    labels : numpy.ndarray of int32, shape (n,)
        Segments from 0; -1 for none.
    k : int
        How many segments there are, some of which may have none of these points.

    Returns
    -------
    tuple of SilhouetteProfile
        One a segment; none where no point has a silhouette.

    Notes
    -----
    Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20 (1987).

    Examples
    --------
    >>> first, second = silhouette_profiles(np.array([0.5, 0.7, -0.2]), np.array([0, 0, 1], dtype=np.int32), 2)
    >>> first.customers, first.mean, first.quantiles[0], first.quantiles[-1], second.below
    (2, 0.6, 0.7, 0.5, 1.0)
    """
    there = ~np.isnan(widths) & (labels >= 0)
    if not there.any():
        return ()
    # Ascending, so that sums come out alike in whatever order the points are.
    order = np.argsort(widths[there], kind="stable")
    own, values = labels[there][order], widths[there][order]
    return tuple(_profile(values[own == segment]) for segment in range(k))


def _profile(ascending: npt.NDArray[np.float64]) -> SilhouetteProfile:
    if not len(ascending):
        return SilhouetteProfile(0, float("nan"), float("nan"), ())
    quantiles = np.round(np.quantile(ascending, np.linspace(1, 0, STEPS)), DIGITS) + 0.0  # no -0.0
    below = float(np.count_nonzero(ascending < 0)) / len(ascending)
    return SilhouetteProfile(len(ascending), float(ascending.mean()), below, tuple(quantiles.tolist()))
