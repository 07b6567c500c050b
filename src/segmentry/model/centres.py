"""Segments' centres as typical values: what two runs can be compared by when no customer is known in both."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.describe import Trait
from segmentry.summary import RunSummary

__all__ = ["Key", "centres_of", "current_centres", "spreads"]

Floats = npt.NDArray[np.float64]
Key = tuple[str, str]
"""A measure, and the level that it is about: "" for a number."""


def centres_of(summary: RunSummary) -> dict[Key, list[float]]:
    """Give the typical values of each trait, in the order of the segments: medians, or shares that have a level."""
    return {
        key: [np.nan if trait is None or trait.typical is None else trait.typical for trait in traits]
        for key, traits in _traits(summary).items()
    }


def spreads(summary: RunSummary, keys: Sequence[Key]) -> Floats:
    """Give everyone's spread of each trait, above 0.

    For a number the width of the middle half of all customers, put together from the middle halves of the segments:
    each segment's lower quartile, median and upper quartile stand for a third of its customers. For a level of a
    category the standard deviation of having it, ``sqrt(p (1 - p))``. Where that is 0, the largest typical value.
    """
    traits = _traits(summary)
    found = []
    for key in keys:
        own = [trait for trait in traits[key] if trait is not None]
        typical = np.array([trait.typical for trait in own if trait.typical is not None])
        spread = _share_spread(own) if key[1] else _middle_half(own)
        found.append(spread or float(np.abs(typical).max(initial=0.0)) or 1.0)
    return np.array(found)


def current_centres(table: pd.DataFrame, labels: npt.NDArray[np.integer], k: int, keys: Sequence[Key]) -> Floats:
    """Give the typical values of a customer table's segments, shape (k, keys); nan where nobody has a value.

    Examples
    --------
    >>> table = pd.DataFrame({"visits": [1.0, 3.0, 8.0], "club": ["gold", None, "none"]})
    >>> current_centres(table, np.array([0, 0, 1]), 2, [("visits", ""), ("club", "gold")]).tolist()
    [[2.0, 1.0], [8.0, 0.0]]
    """
    columns = []
    for name, level in keys:
        known = table[name].notna()
        values = (table[name] == level).where(known).astype("float64") if level else table[name].astype("float64")
        groups = values.groupby(np.asarray(labels))
        centre = groups.mean() if level else groups.median()
        columns.append(centre.reindex(range(k)).to_numpy(dtype=np.float64))
    return np.stack(columns, axis=1)


def _traits(summary: RunSummary) -> dict[Key, list[Trait | None]]:
    segments = [{(trait.measure, trait.level): trait for trait in one.traits} for one in summary.segments]
    return {key: [own.get(key) for own in segments] for key in dict.fromkeys(key for own in segments for key in own)}


def _share_spread(traits: Sequence[Trait]) -> float:
    share = traits[0].everyone or 0.0
    return float(np.sqrt(share * (1 - share)))


def _middle_half(traits: Sequence[Trait]) -> float:
    values, weights = [], []
    for trait in traits:
        for value in (trait.low, trait.typical, trait.high):
            if value is not None:
                values.append(value)
                weights.append(trait.known)
    if not values:
        return 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(np.array(weights, dtype=np.float64)[order])
    low, high = np.searchsorted(reached, [0.25 * reached[-1], 0.75 * reached[-1]])
    return float(np.array(values)[order][high] - np.array(values)[order][low])
