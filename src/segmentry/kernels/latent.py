"""Latent classes: mixtures of independent answers, by expectation-maximisation, for several starts at once.

Points with the same answers are one pattern with a count. With a 0/1 column an answer, one pass is two matrix products:
answers with log-probabilities give every class's likelihood, and memberships with answers give every share.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.kernels.coding import one_hot

__all__ = ["LEAST", "LatentClasses", "answer_log_probability", "latent_classes"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

Blocks = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""Where the columns of each attribute begin, and each column's attribute."""

LEAST = 1e-6
"""No answer is held to be rarer than this in any class: one that was never seen must not rule a class out."""


@dataclass(frozen=True, slots=True)
class LatentClasses:
    """Where each start ended.

    Parameters
    ----------
    weights : numpy.ndarray of float64, shape (starts, k)
        Share of the points in each class, above 0; they sum to 1.
    shares : numpy.ndarray of float64, shape (starts, k, levels of all attributes)
        Probability of each answer in each class; those of an attribute sum to 1.
    log_likelihood : numpy.ndarray of float64, shape (starts,)
        Of all points, natural logarithm, under the parameters before the last step.
    passes : int
        How many passes were made.
    """

    weights: Floats
    shares: Floats
    log_likelihood: Floats
    passes: int

    def take(self, starts: npt.NDArray[np.intp]) -> "LatentClasses":
        """Keep some starts, in that order."""
        return LatentClasses(self.weights[starts], self.shares[starts], self.log_likelihood[starts], self.passes)


def latent_classes(
    codes: Codes,
    counts: Floats,
    levels: npt.NDArray[np.intp],
    starts: LatentClasses,
    *,
    max_passes: int = 2_000,
    gain: float = 1e-6,
) -> LatentClasses:
    """Fit classes within which answers are independent.

    Every third pass is a squared extrapolation of the two before it, taken back where it lowers the likelihood: plain
    steps need several times as many passes.

    Parameters
    ----------
    codes : numpy.ndarray of int32, shape (u, attributes)
        Patterns of answers, levels from 0; -1 for none, which says nothing about the class.
    counts : numpy.ndarray of float64, shape (u,)
        How many points have each pattern.
    levels : numpy.ndarray of int, shape (attributes,)
        How many levels each attribute has.
    starts : LatentClasses
        Starting weights and shares, several starts at once.
    max_passes : int, default 2,000
        At most so many passes.
    gain : float, default 1e-6
        A start is done when three passes raise the mean logarithm of the likelihood by no more than this.

    Notes
    -----
    Goodman, "Exploratory latent structure analysis using both identifiable and unidentifiable models", Biometrika 61
    (1974); Varadhan & Roland, "Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm", Scandinavian Journal of Statistics 35 (2008), scheme S3.

    Examples
    --------
    >>> codes, counts = np.array([[0, 0], [1, 1]], dtype=np.int32), np.array([3.0, 1.0])
    >>> start = LatentClasses(np.array([[0.5, 0.5]]), np.array([[[0.9, 0.1, 0.9, 0.1], [0.1, 0.9, 0.1, 0.9]]]), None, 0)
    >>> fit = latent_classes(codes, counts, np.array([2, 2]), start)
    >>> fit.weights.round(3).tolist(), fit.log_likelihood.round(3).tolist()
    ([[0.75, 0.25]], [-2.249])
    """
    hot = np.concatenate([one_hot(codes, levels), np.ones((len(codes), 1))], axis=1)
    blocks = np.cumsum(levels) - levels, np.repeat(np.arange(len(levels)), levels)
    state = np.concatenate([starts.shares, starts.weights[:, :, None]], axis=2)
    total = float(counts.sum())
    reached = np.full(len(state), -np.inf)
    active = np.arange(len(state))
    passes = 0
    while passes < max_passes and active.size:
        passes += 3
        before = state[active]
        once, likelihood = _step(hot, counts, before, blocks)
        twice, _ = _step(hot, counts, once, blocks)
        leap = _leap(before, once, twice, blocks)
        after, leapt = _step(hot, counts, leap, blocks)
        # The likelihood of the leap is known; where it is below that of the start, the plain steps stand.
        state[active] = np.where((leapt >= likelihood)[:, None, None], after, twice)
        done = likelihood - reached[active] <= gain * total
        reached[active] = likelihood
        active = active[~done]
    return LatentClasses(state[:, :, -1].copy(), state[:, :, :-1].copy(), reached, passes)


def answer_log_probability(codes: Codes, shares: Floats, levels: npt.NDArray[np.intp]) -> Floats:
    """Give the logarithm of each point's answers under each class, shape (k, n), in one fixed order of summing.

    Parameters
    ----------
    codes : numpy.ndarray of int32, shape (n, attributes)
        Levels from 0; -1 counts as no answer.
    shares : numpy.ndarray of float64, shape (k, levels of all attributes)
        Probability of each answer in each class.
    levels : numpy.ndarray of int, shape (attributes,)
        How many levels each attribute has.

    Examples
    --------
    >>> codes = np.array([[0, 1], [1, -1]], dtype=np.int32)
    >>> np.exp(answer_log_probability(codes, np.array([[0.8, 0.2, 0.5, 0.5]]), np.array([2, 2]))).round(3).tolist()
    [[0.4, 0.2]]
    """
    logs = np.log(shares)
    found = np.zeros((len(shares), len(codes)))
    offset = 0
    for column, level in zip(np.ascontiguousarray(codes.T), levels, strict=True):
        # One more place, 0, is where code -1 leads.
        table = np.concatenate([logs[:, offset : offset + level], np.zeros((len(shares), 1))], axis=1)
        found += table[:, column]
        offset += int(level)
    return found


def _step(hot: Floats, counts: Floats, state: Floats, blocks: Blocks) -> tuple[Floats, Floats]:
    """Make one step from shares and weights, shape (S, k, levels + 1); give the log-likelihood before it too."""
    s, k, width = state.shape
    member = (np.log(state).reshape(s * k, width) @ hot.T).reshape(s, k, -1)
    top = member.max(axis=1)
    member -= top[:, None, :]
    np.exp(member, out=member)
    total = member.sum(axis=1)
    likelihood = (top + np.log(total)) @ counts
    member *= (counts / total)[:, None, :]
    return _sound((member.reshape(s * k, -1) @ hot).reshape(s, k, width), blocks), likelihood


def _leap(before: Floats, once: Floats, twice: Floats, blocks: Blocks) -> Floats:
    """Extrapolate two steps, each start by a length of its own."""
    first = once - before
    bend = twice - once - first
    size, turn = np.sqrt((first**2).sum(axis=(1, 2))), np.sqrt((bend**2).sum(axis=(1, 2)))
    length = np.maximum(np.divide(size, turn, out=np.ones_like(size), where=turn > 0), 1.0)[:, None, None]
    return _sound(before + 2 * length * first + length**2 * bend, blocks)


def _sound(state: Floats, blocks: Blocks) -> Floats:
    """Make shares of each attribute sum to 1, none below the least, and likewise weights."""
    shares, weights = state[:, :, :-1], state[:, :, -1]
    begins, own = blocks
    shares /= np.maximum(np.add.reduceat(shares, begins, axis=2), 1e-300)[:, :, own]
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    np.maximum(state, LEAST, out=state)
    shares /= np.add.reduceat(shares, begins, axis=2)[:, :, own]
    weights /= weights.sum(axis=1, keepdims=True)
    return state
