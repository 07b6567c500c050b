"""The verdict on a split: one of four, by rules whose thresholds are calibrated by simulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = [
    "CLEAR_MARGIN",
    "SENTENCES",
    "VERDICTS",
    "Gaps",
    "NullRange",
    "Verdict",
    "is_dependable",
    "reaches",
    "verdict_on",
    "verdict_sentence",
]

Verdict = Literal["Clear groups", "Repeatable split", "Convenience split", "Not dependable"]

VERDICTS: tuple[Verdict, ...] = ("Clear groups", "Repeatable split", "Convenience split", "Not dependable")
"""From the best to the worst."""

SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        "Clear groups": "Customers fall into groups with visible gaps between them.",
        "Repeatable split": (
            "There are no clear gaps between groups, but the same split keeps coming back. "
            "Treat borders as a matter of degree."
        ),
        "Convenience split": (
            "We found no natural groups. Your customers form one continuous spread, and we cut it into parts you can "
            "act on. The cuts are ours."
        ),
        "Not dependable": "Rebuilding on a fresh draw gives a different answer. Don't build campaigns on this.",
    }
)
"""What each verdict says, word for word the same everywhere."""

TOO_FEW = "There are gaps, but the data are too few to place them twice alike."

KEEP_ABOVE_CHANCE = 0.85
WORST_KEEP = 0.75
"""A split is dependable from these on: share of the customers who come back beyond chance, of the weakest segment's."""

CONVENIENT = 0.65
"""Beyond chance at least this share must come back for a cut of one spread to be of use."""

CLEAR_MARGIN = 0.10
"""From this margin on groups are called clear; calibrated, see calibration/table.md."""


@dataclass(frozen=True, slots=True)
class NullRange:
    """Silhouettes that one kind of structureless data reaches at the same number of segments.

    Parameters
    ----------
    name : {"box", "gaussian", "shuffled"}
        The kind.
    mean, high : float
        Mean and 95th percentile over the draws.
    """

    name: str
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """Whether there are gaps between the segments of one split.

    Parameters
    ----------
    silhouette : float
        Of the split, on as many customers as the structureless sets have points.
    nulls : tuple of NullRange
        What structureless data reach.
    draws : int
        Structureless sets of each kind.
    drawn : int
        Points in each.
    """

    silhouette: float
    nulls: tuple[NullRange, ...]
    draws: int
    drawn: int

    @property
    def strictest(self) -> NullRange:
        """The kind of structureless data that comes closest."""
        return max(self.nulls, key=lambda null: null.high)

    @property
    def margin(self) -> float:
        """The silhouette less the strictest null's 95th percentile."""
        return self.silhouette - self.strictest.high


def is_dependable(keep_above_chance: float, worst_keep: float) -> bool:
    """Say whether a split comes back when it is rebuilt: rule 2.

    Examples
    --------
    >>> is_dependable(0.9, 0.8), is_dependable(0.9, 0.34)
    (True, False)
    """
    return keep_above_chance >= KEEP_ABOVE_CHANCE and worst_keep >= WORST_KEEP


def verdict_on(keep_above_chance: float, worst_keep: float, margin: float | None) -> Verdict:
    """Give the verdict on a split.

    Parameters
    ----------
    keep_above_chance : float
        Share of the customers that keep their segment, chance taken off.
    worst_keep : float
        Keep rate of the weakest segment.
    margin : float or None
        Over structureless data; None where there is none to compare with, which counts as no gaps.

    Examples
    --------
    >>> verdict_on(0.98, 0.96, 0.13), verdict_on(0.93, 0.86, 0.05), verdict_on(0.7, 0.6, 0.01)
    ('Clear groups', 'Repeatable split', 'Convenience split')
    >>> verdict_on(0.5, 0.2, None), verdict_on(0.7, 0.6, 0.3)
    ('Not dependable', 'Not dependable')
    """
    gaps = margin is not None and margin >= CLEAR_MARGIN
    if is_dependable(keep_above_chance, worst_keep):
        return "Clear groups" if gaps else "Repeatable split"
    return "Convenience split" if keep_above_chance >= CONVENIENT and not gaps else "Not dependable"


def verdict_sentence(verdict: Verdict, margin: float | None) -> str:
    """Give what the verdict says; where gaps are there and yet nothing comes back, that too.

    Examples
    --------
    >>> verdict_sentence("Clear groups", 0.13)
    'Customers fall into groups with visible gaps between them.'
    >>> verdict_sentence("Not dependable", 0.13).split(". ")[1]
    "Don't build campaigns on this"
    """
    if verdict == "Not dependable" and margin is not None and margin >= CLEAR_MARGIN:
        return f"{SENTENCES[verdict]} {TOO_FEW}"
    return SENTENCES[verdict]


def reaches(verdict: str, required: Verdict) -> bool:
    """Say whether a verdict is as good as the required one, or better; no verdict reaches none.

    Examples
    --------
    >>> (
    ...     reaches("Repeatable split", "Convenience split"),
    ...     reaches("Not dependable", "Repeatable split"),
    ...     reaches("", "Not dependable"),
    ... )
    (True, False, False)
    """
    return verdict in VERDICTS and VERDICTS.index(verdict) <= VERDICTS.index(required)
