"""What is at stake in each segment, and with which one to start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.describe.segments import StartWith
from segmentry.describe.words import Voice, percent, rounded
from segmentry.features import Measures

__all__ = ["Stake", "find_stakes", "missed_orders", "start_with"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]

NEEDS = ("recency_days", "typical_gap_days", "typical_order", "orders")


@dataclass(frozen=True, slots=True)
class Stake:
    """Spend at stake in one segment.

    Parameters
    ----------
    amount : float
        Typical order times orders missed, summed over the segment's customers; money.
    customers : int
        How many customers the segment has.
    late : int
        How many of them have missed at least one order.
    gap, recency : float or None
        The typical gap and the typical days since the last order of those; None where nobody is late.
    """

    amount: float
    customers: int
    late: int
    gap: float | None
    recency: float | None


def missed_orders(recency: Floats, gap: Floats, orders: Floats) -> Floats:
    """Count the orders that each customer would have placed since the last one, had she kept her own gap.

    ``ceil(recency / gap) - 1``, at least 0 and at most the orders she ever placed: one gap may pass without anything
    being missed, and nobody is counted as owing more than she ever bought. Without a gap, or with one of 0 days (all
    orders on one day are no rhythm), nothing is missed.

    Parameters
    ----------
    recency, gap : numpy.ndarray of float64, shape (n,)
        Days; NaN where unknown.
    orders : numpy.ndarray of float64, shape (n,)
        Orders placed.

    Examples
    --------
    >>> missed_orders(np.array([121.0, 34.0, 900.0]), np.array([34.0, 34.0, 10.0]), np.array([9.0, 9.0, 4.0]))
    array([3., 0., 4.])
    """
    rhythm = np.isfinite(gap) & (gap > 0) & np.isfinite(recency) & np.isfinite(orders)
    # A ratio that is a whole number but for rounding noise must not round up to one order more.
    ratio = np.divide(recency, gap, out=np.zeros(len(gap)), where=rhythm)
    missed = np.ceil(ratio * (1 - 1e-12)) - 1
    return np.where(rhythm, np.clip(missed, 0, np.where(rhythm, np.maximum(orders, 0), 0)), 0.0)


def find_stakes(measures: Measures, labels: Labels, k: int) -> tuple[Stake, ...] | None:
    """Sum the spend at stake per segment; None without orders.

    Parameters
    ----------
    measures : Measures
        With the measures ``recency_days``, ``typical_gap_days``, ``typical_order`` and ``orders`` in their own units.
    labels : numpy.ndarray of int32, shape (n,)
        The segment of each customer.
    k : int
        How many segments.
    """
    units = {measure.name: measure.unit for measure in measures.used if measure.kind == "number"}
    if [units.get(name) for name in NEEDS] != ["days", "days", "money", "orders"]:
        return None
    recency, gap, order, orders = (np.asarray(measures.table[name], dtype=np.float64) for name in NEEDS)
    missed = missed_orders(recency, gap, orders)
    worth = missed * np.where(np.isfinite(order), np.maximum(order, 0), 0)
    amounts = np.bincount(labels, worth, k)
    stakes = []
    for segment in range(k):
        own = labels == segment
        late = own & (missed > 0)
        gaps = (float(np.median(gap[late])), float(np.median(recency[late]))) if late.any() else (None, None)
        stakes.append(Stake(float(amounts[segment]), int(own.sum()), int(late.sum()), *gaps))
    return tuple(stakes)


def start_with(
    names: Sequence[tuple[str, str]],
    shares: Sequence[float],
    stakes: Sequence[Stake] | None,
    revenue_shares: Sequence[float | None],
    voice: Voice,
) -> StartWith | None:
    """Choose the segment to begin with, and say why.

    It is the one with the largest spend at stake. Where nothing is at stake (no orders, or nobody is late), it is the
    one that brings the largest share of revenue; without money, or with one segment only, there is nothing to choose
    by.

    Parameters
    ----------
    names : sequence of (letter, name)
        Per segment.
    shares : sequence of float
        Share of customers.
    stakes : sequence of Stake or None
        From :func:`find_stakes`.
    revenue_shares : sequence of float or None
        Share of revenue.
    voice : Voice
        Writes the figures.
    """
    if len(names) < 2:
        return None
    if stakes is not None:
        top = max(range(len(names)), key=lambda segment: stakes[segment].amount)
        if stakes[top].amount > 0:
            return StartWith(*names[top], _late(stakes[top], voice))
    known = [share for share in revenue_shares if share is not None]
    if not known:
        return None
    top = max(range(len(names)), key=lambda segment: revenue_shares[segment] or 0.0)
    return StartWith(*names[top], f"{percent(shares[top])} of customers bring {percent(max(known))} of revenue.")


def _late(stake: Stake, voice: Voice) -> str:
    """Say who is late, by how much, and what that is worth; all figures are those of the late customers."""
    who = (
        f"{stake.late:,} customers"
        if stake.late == stake.customers
        else f"{stake.late:,} of {stake.customers:,} customers"
    )
    gap = voice.quantity(stake.gap or 0.0, "days").removeprefix("1 ")
    recency = voice.quantity(stake.recency or 0.0, "days").split(" ")[0]
    amount = voice.quantity(rounded(stake.amount, 3), "money")
    return f"{who} used to order every {gap} (typical) and are now at {recency}. {amount} at stake."
