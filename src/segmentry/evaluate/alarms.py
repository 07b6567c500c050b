"""Alarms: signs that a split says something else than what people would take it for."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import Caveat
from segmentry.prepare import Points

__all__ = ["find_alarms"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]

GIANT = 0.9
"""A segment of more than this share of the customers leaves the others next to nothing."""

SMALL, FAR, NEARLY_ALL = 0.02, 0.99, 0.9
"""Outliers only: a segment of less than 2%, 90% of whom are farther out than 99% of everybody else."""

ALONE, ALIKE = 0.95, 0.1
"""One column alone: its thresholds tell 95% of the customers' segments, the segments 10% of any other's variance."""

STEPS, CUSTOMERS_A_POINT, POINTS_A_SEGMENT = 12, 2, 4
"""A lattice: at most 12 values in every number column, 2 customers a point; or fewer than 4 points a segment tried."""

COUNTER_ROWS, COUNTER_DISTINCT, COUNTER_STEPS = 20, 0.99, 0.8
"""A running number: of 20 values or more 99% differ, and 80% of the gaps between them are one and the same step."""

CUSTOMERS_A_MEASURE = 70
"""Fewer customers than this, times the measures, are few."""


def find_alarms(
    points: Points, labels: Labels, silhouettes: Mapping[int, float], table: pd.DataFrame
) -> tuple[Caveat, ...]:
    """Look at a split for what would mislead people.

    Parameters
    ----------
    points : Points
        Prepared customers.
    labels : numpy.ndarray of int32, shape (customers,)
        Their segments, from 0; -1 for none.
    silhouettes : mapping of int to float
        By every number of segments that was tried.
    table : pandas.DataFrame
        The forming measures as they were before preparation, one column each; the rows may be other customers.

    Returns
    -------
    tuple of Caveat
        In this order, each at most once but ``one_column`` and ``leaked_id``, which come once a measure:

        ``giant``
            One segment holds more than 90% of the customers.
        ``outliers_only``
            Some segment holds less than 2%, nine tenths of whom are farther from the middle of everybody (the median
            of each column) than 99% of the other customers.
        ``one_column``
            There are several measures, but the best thresholds of one (its levels, for a category) tell 95% of the
            customers' segments, every segment counting alike, while segments explain less than a tenth of the variance
            of every other column.
        ``lattice``
            No number column has more than 12 different values, with two customers or more a point on average; or there
            are at most four different points for each segment of the largest number tried. The silhouette then grows
            with the number of segments, whatever the customers are like.
        ``leaked_id``
            A number column counts customers: 99% of its values differ, and 80% of the gaps between neighbours are the
            same step. Independent draws can't do both: if so few coincide, next to none are one step apart.
        ``few_customers``
            Fewer than 70 customers a measure.

    Notes
    -----
    S. Dolnicar, B. Grün, F. Leisch and K. Schmidt, "Required sample sizes for data-driven market segmentation analyses
    in tourism", Journal of Travel Research 53 (2014), for 70 a measure. Their later advice, "Increasing sample size
    compensates for data problems in segmentation studies" (2016), is 100; the smaller is taken, since an alarm should
    be sure. Formann's 2 to the power of the measures (1984) is about yes/no answers.

    Examples
    --------
    >>> from segmentry.prepare import Layout
    >>> values = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
    >>> points = Points(values, Layout.numbers(2))
    >>> for alarm in find_alarms(points, (values[:, 0] > 1.5).astype(np.int32), {2: 0.4}, pd.DataFrame()):
    ...     print(alarm.code, alarm.count)
    giant 94
    one_column 100
    few_customers 100
    """
    return (
        *_giant(labels),
        *_outliers_only(points, labels),
        *_one_column(points, labels),
        *_lattice(points, silhouettes),
        *_leaked_ids(table),
        *_few_customers(points),
    )


def _sizes(labels: Labels) -> npt.NDArray[np.intp]:
    return np.bincount(labels[labels >= 0])


def _giant(labels: Labels) -> Iterator[Caveat]:
    sizes = _sizes(labels)
    if len(sizes) > 1 and sizes.max() > GIANT * len(labels):
        policy = f"customers are in one segment, {sizes.max() / len(labels):.0%} of all: the others are exceptions"
        yield Caveat("giant", int(sizes.max()), f"{policy} (--outliers; --skew; --measures)")


def _outliers_only(points: Points, labels: Labels) -> Iterator[Caveat]:
    sizes = _sizes(labels)
    small = np.flatnonzero((sizes > 0) & (sizes < SMALL * len(labels)))
    if len(sizes) < 2 or not len(small):
        return
    out = np.linalg.norm(points.values - np.median(points.values, axis=0), axis=1)
    concerned = 0
    for segment in small:
        own = labels == segment
        if np.mean(out[own] > np.quantile(out[~own], FAR)) >= NEARLY_ALL:
            concerned += int(own.sum())
    if concerned:
        policy = (
            "customers far from everybody make up a segment of their own: they are exceptions, not a kind of customer"
        )
        yield Caveat("outliers_only", concerned, f"{policy} (--outliers remove-iqr)")


def _one_column(points: Points, labels: Labels) -> Iterator[Caveat]:
    sizes = _sizes(labels)
    blocks = points.layout.blocks
    if len(blocks) < 2 or np.count_nonzero(sizes) < 2:
        return
    inside = labels >= 0
    values, labels = points.values[inside].astype(np.float64), labels[inside]
    explained = _explained(values, labels, len(sizes))
    for measure, columns in blocks.items():
        others = np.delete(explained, columns)
        if others.max() >= ALIKE:
            continue
        block = values[:, columns]
        numeric = points.layout.kinds[columns[0]] == "number"
        told = _by_thresholds(block[:, 0], labels) if numeric else _by_levels(block, labels)
        if told >= ALONE:
            policy = f"customers get their segment by {measure} alone, and hardly differ in anything else"
            yield Caveat("one_column", len(labels), f"{policy} (--measures; --include)")


def _explained(values: Floats, labels: Labels, k: int) -> Floats:
    """Give the share of each column's variance that lies between the segments."""
    sizes = np.maximum(np.bincount(labels, minlength=k), 1)
    centred = values - values.mean(axis=0)
    sums = np.stack([np.bincount(labels, weights=column, minlength=k) for column in centred.T])
    total = (centred**2).sum(axis=0)
    shares: Floats = (sums**2 / sizes).sum(axis=1) / np.where(total > 0, total, 1.0)
    return shares


def _by_thresholds(column: Floats, labels: Labels) -> float:
    """Give the share of customers whose segment the best thresholds of a column tell, every segment counting alike.

    Segments stand in the order of their medians. After each segment ``best`` is, for every prefix of the column's
    different values, the largest share that the segments so far can get of it.
    """
    _, places = np.unique(column, return_inverse=True)
    different = int(places.max()) + 1
    segments = sorted(np.unique(labels).tolist(), key=lambda segment: float(np.median(column[labels == segment])))
    best = np.zeros(different + 1)
    for segment in segments:
        own = np.bincount(places[labels == segment], minlength=different)
        upto = np.concatenate([[0.0], np.cumsum(own / own.sum())])
        best = upto + np.maximum.accumulate(best - upto)
    return float(best[-1] / len(segments))


def _by_levels(block: Floats, labels: Labels) -> float:
    """Give the share of customers whose segment the best guess by level tells, every segment counting alike."""
    _, levels = np.unique(block, axis=0, return_inverse=True)
    segments, codes = np.unique(labels, return_inverse=True)
    shape = (len(segments), int(levels.max()) + 1)
    table = np.bincount(codes * shape[1] + levels.ravel(), minlength=shape[0] * shape[1]).reshape(shape)
    return float((table / table.sum(axis=1, keepdims=True)).max(axis=0).sum() / len(segments))


def _lattice(points: Points, silhouettes: Mapping[int, float]) -> Iterator[Caveat]:
    values, numbers = points.values, [kind == "number" for kind in points.layout.kinds]
    counts = np.array([len(np.unique(column)) for column in values.T])
    steps = any(numbers) and bool((counts[numbers] <= STEPS).all())
    most = POINTS_A_SEGMENT * max(silhouettes, default=0)
    if not steps and counts.max(initial=0) > most:
        return
    different = len(np.unique(values, axis=0))
    if not (different <= most or (steps and CUSTOMERS_A_POINT * different <= len(values))):
        return
    tried = [silhouettes[k] for k in sorted(silhouettes)]
    grows = len(tried) > 2 and all(after > before for before, after in pairwise(tried))
    policy = "different points are all there are: more segments always look tighter" + (", as they did here" * grows)
    yield Caveat("lattice", different, f"{policy} (--segments; --bins)")


def _leaked_ids(table: pd.DataFrame) -> Iterator[Caveat]:
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]) or pd.api.types.is_bool_dtype(table[name]):
            continue
        known = table[name].dropna().to_numpy(dtype=np.float64)
        gaps = np.diff(np.unique(known))
        if len(known) < COUNTER_ROWS or len(gaps) + 1 < COUNTER_DISTINCT * len(known):
            continue
        # Where most gaps are one step, the median is that step.
        step = np.median(gaps)
        if np.mean(np.abs(gaps - step) <= 1e-6 * step) >= COUNTER_STEPS:
            policy = f"customers are numbered by {name}, which says nothing of them and still forms segments"
            yield Caveat("leaked_id", len(known), f"{policy} (--measures names the others)")


def _few_customers(points: Points) -> Iterator[Caveat]:
    customers, measures = len(points.values), len(points.layout.blocks)
    if customers < CUSTOMERS_A_MEASURE * measures:
        needs = f"{CUSTOMERS_A_MEASURE * measures:,} are advised for {measures} measure{'s' * (measures > 1)}"
        policy = f"customers are few: {needs}, so look at how many keep their segment"
        yield Caveat("few_customers", customers, f"{policy} (--measures)")
