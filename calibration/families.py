"""Kinds of customer tables of which the truth is known: structureless ones, and ones with plain groups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

__all__ = ["GROUPED", "STRUCTURELESS", "Family"]

Floats = npt.NDArray[np.float64]
Make = Callable[[int, int, np.random.Generator], Floats]


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of table.

    Parameters
    ----------
    make : callable
        Of (customers, measures, generator): gives an array of that shape.
    words : str
        What it is.
    held_out : bool, default False
        It had no say when thresholds were chosen.
    """

    make: Make
    words: str
    held_out: bool = False


def _correlated(n: int, d: int, rng: np.random.Generator, share: float) -> Floats:
    """Draw Gaussians of variance 1 that share so much of it."""
    common, own = rng.standard_normal((n, 1)), rng.standard_normal((n, d))
    return np.sqrt(share) * common + np.sqrt(1 - share) * own


def _behaviour(n: int, d: int, rng: np.random.Generator) -> Floats:
    """Draw skewed measures that go together, as days, orders and spend do: one spread, no groups."""
    return np.exp(_correlated(n, d, rng, 0.5) * np.linspace(0.6, 1.4, d) + np.linspace(1, 5, d))


def _lump(n: int, d: int, rng: np.random.Generator) -> Floats:
    """Give a third of the customers the lowest value of the first measure: one order, for a shop."""
    values = _behaviour(n, d, rng)
    values[:, 0] = np.ceil(values[:, 0])
    values[rng.random(n) < 1 / 3, 0] = 1.0
    return values


def _ball(n: int, d: int, rng: np.random.Generator) -> Floats:
    towards = rng.standard_normal((n, d))
    return towards / np.linalg.norm(towards, axis=1, keepdims=True) * rng.random((n, 1)) ** (1 / d)


def _counts(n: int, d: int, rng: np.random.Generator) -> Floats:
    """Draw counts, many of them 0 or 1, that go together."""
    return rng.poisson(rng.gamma(1.0, 1.0, (n, 1)) * np.linspace(1, 6, d)).astype(float)


def _blobs(n: int, d: int, rng: np.random.Generator, apart: float, shares: tuple[float, ...]) -> Floats:
    """Draw round groups with their centres so many standard deviations apart, neighbour to neighbour."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float) * apart
    centres = np.zeros((4, d))
    if d == 2:
        centres[:] = corners
    else:
        centres[:, :4] = np.eye(4) * apart / np.sqrt(2)
    group = rng.permutation(np.repeat(np.arange(4), np.diff(np.round(np.cumsum((0, *shares)) * n).astype(int))))
    return centres[group] + rng.standard_normal((n, d))


STRUCTURELESS: Mapping[str, Family] = MappingProxyType(
    {
        "uniform": Family(lambda n, d, rng: rng.random((n, d)), "evenly spread over a box"),
        "gaussian": Family(lambda n, d, rng: rng.standard_normal((n, d)), "one round cloud"),
        "behaviour": Family(_behaviour, "skewed measures that go together (log-normal)"),
        "heavy tails": Family(lambda n, d, rng: rng.standard_t(2.5, (n, d)), "a few far out (Student t, 2.5 degrees)"),
        "integers": Family(
            lambda n, d, rng: np.clip(np.round(3 + _correlated(n, d, rng, 0.3)), 1, 5), "answers from 1 to 5"
        ),
        "lump": Family(_lump, "a third of the customers with the same value"),
        "long cloud": Family(lambda n, d, rng: _correlated(n, d, rng, 0.7), "one long cloud", held_out=True),
        "ball": Family(_ball, "evenly spread over a ball", held_out=True),
        "exponential": Family(lambda n, d, rng: rng.exponential(1.0, (n, d)), "skewed, independent", held_out=True),
        "counts": Family(_counts, "counts with many zeros that go together", held_out=True),
    }
)
"""Nothing to find: whoever calls these clear groups is wrong."""

EVEN, UNEVEN = (0.25, 0.25, 0.25, 0.25), (0.4, 0.3, 0.2, 0.1)

GROUPED: Mapping[str, Family] = MappingProxyType(
    {
        "4 blobs, 6 sigma": Family(lambda n, d, rng: _blobs(n, d, rng, 6.0, EVEN), "four equal groups"),
        "4 uneven blobs, 6 sigma": Family(
            lambda n, d, rng: _blobs(n, d, rng, 6.0, UNEVEN), "four groups of 40, 30, 20 and 10%", held_out=True
        ),
        "4 blobs, 4 sigma": Family(
            lambda n, d, rng: _blobs(n, d, rng, 4.0, EVEN), "four equal groups that touch", held_out=True
        ),
    }
)
"""Four groups each; whoever doesn't call those six standard deviations apart clear is wrong."""
