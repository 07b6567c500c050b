"""The rule that picks a number of segments, and the words it is told in.

1. The smallest segment must hold ``min_share`` of the customers (5%) and at least the smaller of 30 customers and a
   tenth of all. If no split does, 2% will do; if none does even then, all customers are one segment. (A flat 30 would
   forbid splitting 200 customers in five, where the smallest group of 22 is plain to see.)
2. A split is dependable when 85 of 100 customers keep their segment beyond chance and every segment keeps 75 of 100.
3. Among the dependable ones the finest is taken; if none is, the one that keeps most customers beyond chance.

What these rules can't see: a cut through the middle of a clear group comes back too where the groups around it fix its
place. Five even blobs in the plane, six sigma apart, often come back in ten halves from a thousand customers on. So the
reason also names the number at which segments stand clearest apart by the silhouette, where it is another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segmentry.choose.result import Candidate
from segmentry.evaluate import KeepRate

__all__ = ["Decision", "as_given", "decide", "is_dependable"]

FALLBACK_SHARE = 0.02
LEAST_CUSTOMERS = 30
LEAST_FRACTION = 0.1
KEEP_ABOVE_CHANCE = 0.85
WORST_KEEP = 0.75


@dataclass(frozen=True, slots=True)
class Decision:
    """Which number of segments, and why.

    Parameters
    ----------
    k : int
        How many.
    candidates : tuple of Candidate
        With ``allowed`` by the share that was asked in the end.
    reason, runner_up : str
        In words.
    """

    k: int
    candidates: tuple[Candidate, ...]
    reason: str
    runner_up: str


def is_dependable(keep_above_chance: float, worst_keep: float) -> bool:
    """Say whether a split comes back when it is rebuilt: rule 2.

    Examples
    --------
    >>> is_dependable(0.9, 0.8), is_dependable(0.9, 0.34)
    (True, False)
    """
    return keep_above_chance >= KEEP_ABOVE_CHANCE and worst_keep >= WORST_KEEP


def decide(candidates: Sequence[Candidate], customers: int, min_share: float, *, asked: int | None) -> Decision:
    """Pick one of the candidates.

    Parameters
    ----------
    candidates : sequence of Candidate
        In ascending order of their number; ``allowed`` is set here.
    customers : int
        How many there are.
    min_share : float
        Share of them that the smallest segment must hold.
    asked : int or None
        The number that was asked for: the only candidate is taken, whatever the rules say of it. None lets them decide.

    Examples
    --------
    >>> def split(k, smallest, above_chance, worst):
    ...     sizes = (smallest, round(200 * smallest))
    ...     kept = (above_chance, above_chance, worst, False, is_dependable(above_chance, worst))
    ...     return Candidate(k, 1.0, 0.1 * k, 0.5, 100.0, *sizes, *kept)
    >>> tried = [split(4, 0.14, 0.99, 0.97), split(5, 0.11, 0.98, 0.96), split(6, 0.10, 0.80, 0.34)]
    >>> found = decide(tried, 200, 0.05, asked=None)
    >>> found.k, found.reason.split("; ")[1]
    (5, '6 falls apart: only 34 of 100 keep their segment in its weakest segment')
    >>> found.runner_up
    '4 keeps coming back too (99 of 100 customers keep their segment), but tells fewer kinds of customers apart'
    """
    least = min(LEAST_CUSTOMERS, LEAST_FRACTION * customers)
    for share in (min_share, FALLBACK_SHARE):
        tried = tuple(replace(c, allowed=c.smallest >= share and c.smallest_customers >= least) for c in candidates)
        allowed = [candidate for candidate in tried if candidate.allowed]
        if allowed or asked or share <= FALLBACK_SHARE:
            break
    if asked:
        only = tried[0]
        how = "as asked" if only.k == asked else f"where {asked} were asked for"
        return Decision(only.k, tried, f"{only.k} segments, {how}: {_kept(only)}", "")
    if not allowed:
        floor = f"{_percent(share)} of the customers or fewer than {least:.0f}"
        nearest = max(tried, key=lambda candidate: candidate.smallest)
        return Decision(
            1,
            tried,
            f"one segment: every split would make a segment of fewer than {floor}",
            f"{nearest.k} would be the least uneven: {_customers(nearest)} in its smallest segment",
        )
    dependable = [candidate for candidate in allowed if candidate.dependable]
    if dependable:
        chosen = dependable[-1]
        reason, runner_up = _finest(chosen, dependable[:-1], tried)
    else:
        chosen = max(allowed, key=lambda candidate: candidate.keep_above_chance)
        reason, runner_up = _best_of_a_bad_lot(chosen, allowed)
    clearest = max(dependable or allowed, key=lambda candidate: candidate.silhouette)
    if clearest is not chosen:
        reason += f"; segments stand clearest apart at {clearest.k}"
    if share < min_share:
        reason += (
            f"; no split leaves {_percent(min_share)} of the customers in every segment, so {_percent(share)} will do"
        )
    return Decision(chosen.k, tried, reason, runner_up)


def as_given(k: int, keep: KeepRate) -> Decision:
    """Say how a split does that its method gives as it is, with no number to choose.

    Examples
    --------
    >>> from segmentry.evaluate import Keeps
    >>> often, seldom = Keeps(0.95, 0.9, 1.0), Keeps(0.6, 0.5, 0.7)
    >>> as_given(2, KeepRate(often, (often, seldom), 0.5, 0.9, 100, 2000)).reason.split(": ")[0]
    '2 segments, as the method gives them'
    """
    worst = min(segment.rate for segment in keep.segments)
    return Decision(k, (), f"{k} segments, as the method gives them: {_rates(keep.overall.rate, worst)}", "")


def _finest(chosen: Candidate, coarser: Sequence[Candidate], tried: Sequence[Candidate]) -> tuple[str, str]:
    """Argue for the finest dependable split."""
    finer = next((candidate for candidate in tried if candidate.k > chosen.k), None)
    after = f"{finer.k} {_fault(finer)}" if finer else "none finer was tried"
    reason = f"{chosen.k} is the finest split that keeps coming back: {_kept(chosen)}; {after}"
    if coarser:
        near = coarser[-1]
        kept = f"{_of_100(near.keep_rate)} of 100 customers keep their segment"
        return reason, f"{near.k} keeps coming back too ({kept}), but tells fewer kinds of customers apart"
    others = [candidate for candidate in tried if candidate is not chosen]
    if not others:
        return reason, ""
    near = max(others, key=lambda candidate: (candidate.allowed, candidate.keep_above_chance))
    return reason, f"{near.k} came next, but {_fault(near)}"


def _best_of_a_bad_lot(chosen: Candidate, allowed: Sequence[Candidate]) -> tuple[str, str]:
    """Argue for the split that keeps most customers, where none is dependable."""
    reason = f"no split keeps coming back well enough; {chosen.k} does best: {_kept(chosen)}"
    others = [candidate for candidate in allowed if candidate is not chosen]
    if not others:
        return reason, ""
    near = max(others, key=lambda candidate: candidate.keep_above_chance)
    ours, theirs = _of_100(chosen.keep_above_chance), _of_100(near.keep_above_chance)
    return (
        reason,
        f"{near.k} came next: beyond chance it brings back {theirs} of 100 customers, {chosen.k} brings {ours}",
    )


def _kept(candidate: Candidate) -> str:
    return _rates(candidate.keep_rate, candidate.worst_keep)


def _rates(rate: float, worst: float) -> str:
    kept = f"{_of_100(rate)} of 100 customers keep their segment when it is rebuilt"
    return f"{kept}, {_of_100(worst)} of 100 in its weakest segment"


def _fault(candidate: Candidate) -> str:
    """Say what rules a split out."""
    if candidate.worst_keep < WORST_KEEP:
        return f"falls apart: only {_of_100(candidate.worst_keep)} of 100 keep their segment in its weakest segment"
    if candidate.keep_above_chance < KEEP_ABOVE_CHANCE:
        return f"falls apart: only {_of_100(candidate.keep_above_chance)} of 100 customers come back beyond chance"
    return f"would leave only {_customers(candidate)} in its smallest segment"


def _customers(candidate: Candidate) -> str:
    count = candidate.smallest_customers
    return f"{count:,} customer{'' if count == 1 else 's'} ({_percent(candidate.smallest)})"


def _of_100(rate: float) -> int:
    """Round down, so that what fails a threshold is never shown as reaching it, nor 99.9 as all."""
    return int(100 * max(0.0, rate) + 1e-9)


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%"
