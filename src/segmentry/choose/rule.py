"""The rule that picks a number of segments, and the words it is told in.

1. The smallest segment must hold ``min_share`` of the customers (5%) and at least the smaller of 30 customers and a
   tenth of all. If no split does, 2% will do; if none does even then, all customers are one segment. (A flat 30 would
   forbid splitting 200 customers in five, where the smallest group of 22 is plain to see.)
2. A split is dependable when 85 of 100 customers keep their segment beyond chance and every segment keeps 75 of 100.
3. Among the dependable splits with clear gaps the one whose silhouette lies farthest above that of structureless data
   is taken; of two within a hundredth, the one with fewer segments.
4. Where none has clear gaps, the finest dependable one is taken; where none is dependable, the one that keeps most
   customers beyond chance.

A number that the run before had is kept while it still meets rules 1 and 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from segmentry.choose.result import Candidate
from segmentry.evaluate import CLEAR_MARGIN, KEEP_ABOVE_CHANCE, WORST_KEEP, KeepRate, of_100

__all__ = ["EQUALLY_CLEAR", "Allowed", "Decision", "allow", "as_given", "decide"]

FALLBACK_SHARE = 0.02
LEAST_CUSTOMERS = 30
LEAST_FRACTION = 0.1
EQUALLY_CLEAR = 0.01


@dataclass(frozen=True, slots=True)
class Allowed:
    """Rule 1, applied.

    Parameters
    ----------
    candidates : tuple of Candidate
        With ``allowed`` set.
    share : float
        Share of the customers that was asked of the smallest segment in the end.
    least : float
        Customers that were asked of it.
    """

    candidates: tuple[Candidate, ...]
    share: float
    least: float

    @property
    def which(self) -> list[int]:
        """Places of the allowed candidates."""
        return [place for place, candidate in enumerate(self.candidates) if candidate.allowed]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which split, and why.

    Parameters
    ----------
    place : int
        Of the chosen candidate; -1 for one segment.
    reason, runner_up : str
        In words.
    """

    place: int
    reason: str
    runner_up: str


def allow(candidates: Sequence[Candidate], customers: int, min_share: float) -> Allowed:
    """Say which splits have segments that are large enough: rule 1.

    Parameters
    ----------
    candidates : sequence of Candidate
        In ascending order of their number.
    customers : int
        How many there are.
    min_share : float
        Share of them that the smallest segment must hold.

    Examples
    --------
    >>> one = Candidate(2, 1.0, 0.5, 0.5, 100.0, 0.03, 30, 0.9, 0.9, 0.9, False, True)
    >>> allow([one], 1000, 0.05).share, allow([one], 1000, 0.05).which, allow([one], 1000, 0.01).which
    (0.02, [0], [0])
    """
    least = min(LEAST_CUSTOMERS, LEAST_FRACTION * customers)
    share = min_share
    for share in (min_share, min(min_share, FALLBACK_SHARE)):
        tried = tuple(
            replace(c, allowed=c.k > 1 and c.smallest >= share and c.smallest_customers >= least) for c in candidates
        )
        if any(candidate.allowed for candidate in tried):
            break
    return Allowed(tried, share, least)


def decide(allowed: Allowed, min_share: float, *, asked: int | None, prefer: int = 0) -> Decision:
    """Pick one of the candidates.

    Parameters
    ----------
    allowed : Allowed
        The candidates, their margins known where rule 1 allows them.
    min_share : float
        What was asked of the smallest segment at first.
    asked : int or None
        The number that was asked for: the only candidate is taken, whatever the rules say of it. None lets them decide.
    prefer : int, default 0
        The number of segments of the run before; 0 for none.

    Examples
    --------
    >>> def split(k, smallest, above_chance, worst, margin):
    ...     sizes = (smallest, round(200 * smallest))
    ...     firm = above_chance >= 0.85 and worst >= 0.75
    ...     return Candidate(k, 1.0, 0.1 * k, 0.5, 100.0, *sizes, above_chance, above_chance, worst, True, firm, margin)
    >>> tried = (split(4, 0.14, 0.99, 0.97, 0.05), split(5, 0.11, 0.98, 0.96, 0.13), split(6, 0.10, 0.80, 0.34, 0.12))
    >>> found = decide(Allowed(tried, 0.05, 20), 0.05, asked=None)
    >>> tried[found.place].k, found.reason.split("; ")[1]
    (5, '6 falls apart: only 34 of 100 keep their segment in its weakest segment')
    >>> found.runner_up
    '4 keeps coming back too (99 of 100 customers keep their segment), but has no clear gaps'
    """
    tried = allowed.candidates
    if asked:
        only = tried[0]
        how = "as asked" if only.k == asked else f"where {asked} were asked for"
        return Decision(0, f"{only.k} segments, {how}: {_kept(only)}", "")
    able = [tried[place] for place in allowed.which]
    if not able:
        floor = f"{_percent(allowed.share)} of the customers or fewer than {allowed.least:.0f}"
        nearest = max(tried, key=lambda candidate: candidate.smallest)
        return Decision(
            -1,
            f"one segment: every split would make a segment of fewer than {floor}",
            f"{nearest.k} would be the least uneven: {_customers(nearest)} in its smallest segment",
        )
    dependable = [candidate for candidate in able if candidate.dependable]
    clear = [candidate for candidate in dependable if _margin(candidate) >= CLEAR_MARGIN]
    before = [candidate for candidate in dependable if candidate.k == prefer]
    if before:
        chosen, reason, runner_up = before[0], f"{prefer} segments, as in the run before: {_kept(before[0])}", ""
    elif clear:
        chosen, reason, runner_up = _clearest(clear, dependable, tried)
    elif dependable:
        chosen, reason, runner_up = _finest(dependable, tried)
    else:
        chosen, reason, runner_up = _best_of_a_bad_lot(able)
    if prefer and not before:
        reason += f"; {prefer}, as in the run before, {_no_more(prefer, tried)}"
    if allowed.share < min_share:
        least = _percent(allowed.share)
        reason += f"; no split leaves {_percent(min_share)} of the customers in every segment, so {least} will do"
    return Decision(tried.index(chosen), reason, runner_up)


def as_given(k: int, keep: KeepRate) -> str:
    """Say how a split does that its method gives as it is, with no number to choose.

    Examples
    --------
    >>> from segmentry.evaluate import Keeps
    >>> often, seldom = Keeps(0.95, 0.9, 1.0), Keeps(0.6, 0.5, 0.7)
    >>> as_given(2, KeepRate(often, (often, seldom), 0.5, 0.9, 100, 2000)).split(": ")[0]
    '2 segments, as the method gives them'
    """
    worst = min(segment.rate for segment in keep.segments)
    return f"{k} segments, as the method gives them: {_rates(keep.overall.rate, worst)}"


def _clearest(
    clear: Sequence[Candidate], dependable: Sequence[Candidate], tried: Sequence[Candidate]
) -> tuple[Candidate, str, str]:
    """Argue for the split whose segments stand clearest apart."""
    best = max(map(_margin, clear))
    chosen = min((c for c in clear if _margin(c) >= best - EQUALLY_CLEAR), key=lambda candidate: candidate.k)
    reason = f"{chosen.k} segments stand clearest apart and keep coming back: {_kept(chosen)}; {_after(chosen, tried)}"
    others = [candidate for candidate in dependable if candidate is not chosen]
    if not others:
        return chosen, reason, _next_best(chosen, tried)
    near = max(others, key=_margin)
    kept = f"{of_100(near.keep_rate)} of 100 customers keep their segment"
    if _margin(near) < CLEAR_MARGIN:
        but = "has no clear gaps"
    elif _margin(near) < best - EQUALLY_CLEAR:
        but = "its segments stand less clearly apart"
    else:
        hardly = "hardly" if _margin(near) > _margin(chosen) else "no"
        but = f"its segments stand {hardly} clearer apart than {chosen.k}"
    return chosen, reason, f"{near.k} keeps coming back too ({kept}), but {but}"


def _finest(dependable: Sequence[Candidate], tried: Sequence[Candidate]) -> tuple[Candidate, str, str]:
    """Argue for the finest dependable split."""
    chosen = dependable[-1]
    reason = f"{chosen.k} is the finest split that keeps coming back: {_kept(chosen)}; {_after(chosen, tried)}"
    if len(dependable) < 2:
        return chosen, reason, _next_best(chosen, tried)
    near = dependable[-2]
    kept = f"{of_100(near.keep_rate)} of 100 customers keep their segment"
    but = "tells fewer kinds of customers apart" if near.k < chosen.k else "no better"
    return chosen, reason, f"{near.k} keeps coming back too ({kept}), but {but}"


def _best_of_a_bad_lot(able: Sequence[Candidate]) -> tuple[Candidate, str, str]:
    """Argue for the split that keeps most customers, where none is dependable."""
    chosen = max(able, key=lambda candidate: candidate.keep_above_chance)
    reason = f"no split keeps coming back well enough; {chosen.k} does best: {_kept(chosen)}"
    others = [candidate for candidate in able if candidate is not chosen]
    if not others:
        return chosen, reason, ""
    near = max(others, key=lambda candidate: candidate.keep_above_chance)
    ours, theirs = of_100(chosen.keep_above_chance), of_100(near.keep_above_chance)
    return (
        chosen,
        reason,
        f"{near.k} came next: beyond chance it brings back {theirs} of 100 customers, {chosen.k} brings {ours}",
    )


def _margin(candidate: Candidate) -> float:
    return float("-inf") if candidate.margin is None else candidate.margin


def _after(chosen: Candidate, tried: Sequence[Candidate]) -> str:
    """Say why not the next finer one."""
    finer = next((candidate for candidate in tried if candidate.k > chosen.k), None)
    if finer and finer.allowed and finer.dependable and _margin(finer) > _margin(chosen):
        return f"{finer.k} comes back too, with gaps that are hardly larger"
    return f"{finer.k} {_fault(finer)}" if finer else "none finer was tried"


def _next_best(chosen: Candidate, tried: Sequence[Candidate]) -> str:
    """Name the runner-up where no other is dependable."""
    others = [candidate for candidate in tried if candidate is not chosen]
    if not others:
        return ""
    near = max(others, key=lambda candidate: (candidate.allowed, candidate.keep_above_chance))
    return f"{near.k} came next, but {_fault(near)}"


def _no_more(prefer: int, tried: Sequence[Candidate]) -> str:
    """Say why the number of the run before could not be kept."""
    before = next((candidate for candidate in tried if candidate.k == prefer), None)
    return f"{_fault(before)}" if before else "was not tried"


def _kept(candidate: Candidate) -> str:
    return _rates(candidate.keep_rate, candidate.worst_keep)


def _rates(rate: float, worst: float) -> str:
    kept = f"{of_100(rate)} of 100 customers keep their segment when it is rebuilt"
    return f"{kept}, {of_100(worst)} of 100 in its weakest segment"


def _fault(candidate: Candidate) -> str:
    """Say what rules a split out, or sets it back."""
    if candidate.worst_keep < WORST_KEEP:
        return f"falls apart: only {of_100(candidate.worst_keep)} of 100 keep their segment in its weakest segment"
    if candidate.keep_above_chance < KEEP_ABOVE_CHANCE:
        return f"falls apart: only {of_100(candidate.keep_above_chance)} of 100 customers come back beyond chance"
    if not candidate.allowed:
        return f"would leave only {_customers(candidate)} in its smallest segment"
    return "comes back too, with smaller gaps"


def _customers(candidate: Candidate) -> str:
    count = candidate.smallest_customers
    return f"{count:,} customer{'' if count == 1 else 's'} ({_percent(candidate.smallest)})"


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%"
