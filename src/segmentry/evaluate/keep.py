"""The keep rate: how many customers land in the same segment when segments are rebuilt on re-drawn customers."""

from dataclasses import dataclass

__all__ = ["KeepRate", "Keeps", "of_100"]


def of_100(rate: float) -> int:
    """Give a rate in whole hundredths, rounded down: what fails a threshold never reaches it, and 99.9 is not 100.

    Examples
    --------
    >>> of_100(0.999), of_100(1.0), of_100(0.29), of_100(-0.1)
    (99, 100, 29, 0)
    """
    return int(100 * max(0.0, rate) + 1e-9)


@dataclass(frozen=True, slots=True)
class Keeps:
    """A share that lands in its own matched segment, over the rebuilds.

    Parameters
    ----------
    rate : float
        Mean share, 0 to 1.
    low, high : float
        5th and 95th percentile over the rebuilds (not a confidence interval).
    """

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KeepRate:
    """The keep rate of one split.

    Parameters
    ----------
    overall : Keeps
        Over all customers.
    segments : tuple of Keeps
        Per segment, in the order of its labels.
    chance : float
        The rate that labels of the same sizes reach when they are permuted.
    above_chance : float
        ``(overall.rate - chance) / (1 - chance)``.
    draws : int
        How many rebuilds.
    drawn : int
        Customers in each draw (m).
    jaccards : tuple of float
        Per segment, the mean over the rebuilds of its overlap with the rebuilt segment that it shares most with:
        customers in both over customers in either (Hennig 2007).
    """

    overall: Keeps
    segments: tuple[Keeps, ...]
    chance: float
    above_chance: float
    draws: int
    drawn: int
    jaccards: tuple[float, ...] = ()
