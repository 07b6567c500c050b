"""Which number of clusters the gap statistic chooses."""

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["gap_choice"]


def gap_choice(ks: Sequence[int], gaps: Sequence[float], errors: Sequence[float]) -> int | None:
    """Give the smallest number of clusters that the next one doesn't beat by more than its error.

    Parameters
    ----------
    ks : sequence of int
        Numbers of clusters, increasing, the first of them 1: from 2 on the rule can't say "no clusters".
    gaps : sequence of float
        ``mean(log W*) - log W``: W is the inertia, W* that of draws without structure.
    errors : sequence of float
        ``sd(log W*) * sqrt(1 + 1 / draws)``.

    Returns
    -------
    int or None
        The smallest k with ``gap(k) >= gap(k + 1) - error(k + 1)``; None where no number has it, so that the answer
        lies beyond the last one tried, or beyond a number that is left out: the rule asks for the next one.

    Notes
    -----
    R. Tibshirani, G. Walther and T. Hastie, "Estimating the number of clusters in a data set via the gap statistic",
    Journal of the Royal Statistical Society B 63 (2001).

    Examples
    --------
    >>> gap_choice([1, 2, 3, 4], [0.1, 0.4, 0.9, 0.92], [0.02, 0.02, 0.03, 0.03])
    3
    """
    tried = zip(ks, gaps, errors, strict=True)
    for (k, gap, _), (after_k, after, error) in pairwise(tried):
        if after_k != k + 1:
            return None
        if gap >= after - error:
            return k
    return None
