"""The silhouettes of single customers, segment by segment."""

from dataclasses import dataclass

__all__ = ["SilhouetteProfile"]


@dataclass(frozen=True, slots=True)
class SilhouetteProfile:
    """How the silhouettes of one segment's customers are spread (Rousseeuw 1987).

    Parameters
    ----------
    customers : int
        On how many of the segment's customers it was computed.
    mean : float
        Their mean, -1 to 1.
    below : float
        Share of them with a silhouette below 0, who lie nearer to another segment, 0 to 1.
    quantiles : tuple of float, shape (51,)
        From the highest to the lowest, each two per cent of them.
    """

    customers: int
    mean: float
    below: float
    quantiles: tuple[float, ...]
