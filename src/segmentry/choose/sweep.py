"""Try each number of segments, measure every split, rebuild it on re-drawn customers, and argue for one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose.method import check_options
from segmentry.choose.rebuilds import Rebuilds, rebuild
from segmentry.choose.result import Candidate, Choice, ChooseOptions
from segmentry.choose.rule import Decision, as_given, decide, is_dependable
from segmentry.choose.threads import side_by_side
from segmentry.cluster import Clusterer, Clusters
from segmentry.errors import TooFewError
from segmentry.evaluate import KeepRate, Panel, judge, keep_rate, matched
from segmentry.prepare import Preparer

__all__ = ["choose"]

FITTED, JUDGED = 0.25, 0.35
"""Shares of the work that are done once the splits are fitted, and once they are measured; the rest is rebuilds."""

MANY = 50_000
"""From so many customers on, numbers of segments are fitted side by side."""


@dataclass(frozen=True, slots=True)
class _Customers:
    """The customers in an order that doesn't depend on how they were given.

    Parameters
    ----------
    order : numpy.ndarray of intp, shape (n,)
        Rows of the table.
    values : numpy.ndarray of float32, shape (n, d)
        Prepared, in that order.
    spend : numpy.ndarray of float64, shape (n,), or None
        In that order.
    learned : numpy.ndarray of float32, shape (at most n, d)
        The values that clusters are fitted on: those of the customers whom preparation left a say, in the same order.
    kinds : int
        How many of these differ.
    """

    order: npt.NDArray[np.intp]
    values: npt.NDArray[np.float32]
    spend: npt.NDArray[np.float64] | None
    learned: npt.NDArray[np.float32]
    kinds: int


@dataclass(frozen=True, slots=True)
class _Split:
    """One fitted number of segments; labels in the order of :class:`_Customers`."""

    clusters: Clusters
    labels: npt.NDArray[np.int32]


def choose(
    table: pd.DataFrame,
    preparer: Preparer,
    spend: npt.NDArray[np.floating] | None,
    options: ChooseOptions,
    *,
    progress: Callable[[float], None] | None = None,
) -> Choice:
    """Find segments for every number in the range and choose one of them.

    Neither the order of the rows nor anything but the forming columns (and spend, for the order of the segments) has an
    influence.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer.
    preparer : Preparer
        Fitted on the table; its columns form segments. It is fitted anew in every rebuild.
    spend : numpy.ndarray of float, shape (customers,), or None
        Orders the segments by mean spend per customer; unknown spends are nan. Without it the largest comes first.
    options : ChooseOptions
        The range, the rules' share, seed, starts and rebuilds.
    progress : callable, optional
        Is given the share of the work done, 0 to 1.

    Raises
    ------
    TooFewError
        There is no customer.
    UsageError
        An option makes no sense.

    Examples
    --------
    >>> from segmentry import prepare
    >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62, 90, 91, 92] * 5})
    >>> preparer = prepare.fit(table, [("income", "number")])
    >>> found = choose(table, preparer, None, ChooseOptions(highest=4, rebuilds=10))
    >>> found.k, found.reason.split(":")[0]
    (3, '3 is the finest split that keeps coming back')
    """
    clusterer = check_options(options)
    tell = progress or (lambda _: None)
    if len(table) == 0:
        raise TooFewError("there is no customer to find segments among", way_out="a file with customers")
    # Categories as such: every rebuild prepares the same table again, and needn't look through its texts each time.
    texts = {name: "category" for name, kind in preparer.kinds if kind != "number"}
    table = table[[name for name, _ in preparer.kinds]].astype(texts)
    customers = _customers(table, preparer, spend)
    if not clusterer.takes_number:
        given = _as_given(table, preparer, customers, clusterer, options, tell)
        return replace(given, caveats=clusterer.caveats)
    ks, remark = _numbers(options, customers)
    if not ks:
        return _one_segment(customers, clusterer, options, remark)
    splits = side_by_side(
        lambda k: _split(customers, clusterer, k, options),
        ks[::-1],  # the longest work first, so that no thread is left with it at the end
        lambda share: tell(FITTED * share),
        threads=None if len(table) >= MANY else 1,
    )[::-1]
    panel = _panel(customers, splits, options.seed)
    tell(JUDGED)
    rebuilds = rebuild(
        table,
        preparer,
        customers.order,
        clusterer,
        ks,
        draws=options.rebuilds,
        seed=options.seed,
        tell=lambda share: tell(JUDGED + (1 - JUDGED) * share),
    )
    keeps = _keeps(customers, splits, rebuilds, options.seed)
    candidates = _candidates(splits, panel, keeps)
    asked = options.lowest if options.lowest == options.highest else None
    decision = decide(candidates, len(table), options.min_share, asked=asked)
    if decision.k == 1:
        return _one_segment(customers, clusterer, options, remark, decision, panel)
    index = ks.index(decision.k)
    return _choice(customers, splits[index], keeps[index], rebuilds, decision, panel.silhouette_on, remark)


def _as_given(
    table: pd.DataFrame,
    preparer: Preparer,
    customers: _Customers,
    clusterer: Clusterer,
    options: ChooseOptions,
    tell: Callable[[float], None],
) -> Choice:
    """Take the split of a method that has no number to choose, and rebuild it."""
    split = _split(customers, clusterer, 0, options)
    if split.clusters.k == 1:
        return _one_segment(customers, clusterer, options, "one segment: the method puts all customers in the same")
    tell(FITTED)
    rebuilds = rebuild(
        table,
        preparer,
        customers.order,
        clusterer,
        [split.clusters.k],
        draws=options.rebuilds,
        seed=options.seed,
        names=split.clusters.names,
        tell=lambda share: tell(FITTED + (1 - FITTED) * share),
    )
    (keep,) = _keeps(customers, [split], rebuilds, options.seed)
    return _choice(customers, split, keep, rebuilds, as_given(split.clusters.k, keep), 0, "")


def _customers(table: pd.DataFrame, preparer: Preparer, spend: npt.NDArray[np.floating] | None) -> _Customers:
    """Put the customers in order: by their points, then by their raw measures, then by spend.

    The raw measures part customers whose points are equal (by clipping, say) but may differ in a rebuild.
    """
    values = preparer.apply(table).values
    raw = [_sortable(column) for _, column in table.items()]
    money = None if spend is None or np.isnan(spend).all() else np.asarray(spend, dtype=np.float64)
    keys = [*values.T, *raw, *([] if money is None else [money])]
    order = np.lexsort(keys[::-1]) if keys else np.arange(len(table))
    ordered = values[order]
    kept = preparer.kept(table)
    learned = ordered if kept.all() else ordered[kept[order]]
    kinds = 1 + int((learned[1:] != learned[:-1]).any(axis=1).sum())
    return _Customers(order, ordered, None if money is None else money[order], learned, kinds)


def _sortable(column: pd.Series) -> npt.NDArray[np.float64]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    codes, _ = pd.factorize(column.astype("string"), sort=True)
    return np.asarray(codes, dtype=np.float64)


def _numbers(options: ChooseOptions, customers: _Customers) -> tuple[list[int], str]:
    """Give the numbers of segments that can be tried, and what people should know about it."""
    kinds, n = customers.kinds, len(customers.learned)
    if kinds == 1:
        alike = "there is one customer" if n == 1 else f"all {n:,} customers are alike in these measures"
        return [], f"one segment: {alike}"
    if options.highest == 1:
        return [], "one segment, as asked"
    wanted = range(max(2, options.lowest), options.highest + 1)
    ks = [k for k in wanted if k <= kinds]
    if len(ks) == len(wanted):
        return ks, ""
    different = f"only {kinds} of the {n:,} customers differ in these measures"
    if not ks:
        return [kinds], f"{options.lowest} segments can't be made: {different}"
    return ks, f"more than {kinds} segments can't be made: {different}"


def _split(customers: _Customers, clusterer: Clusterer, k: int, options: ChooseOptions) -> _Split:
    """Fit one number of segments, ordered by mean spend, else by size."""
    clusters = clusterer.fit(customers.learned, k, seed=options.seed, starts=options.starts)
    labels = clusters.place(customers.values).labels
    order = _segment_order(labels, clusters.k, customers.spend)
    place = np.empty(clusters.k, dtype=np.int32)
    place[order] = np.arange(clusters.k, dtype=np.int32)
    return _Split(clusters.reorder(order), place[labels])


def _segment_order(
    labels: npt.NDArray[np.int32], k: int, spend: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.intp]:
    """Order segments: highest mean spend first, then the largest, then the one with the lowest customer in order."""
    sizes = np.bincount(labels, minlength=k)
    first = np.full(k, len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    means = np.zeros(k)
    if spend is not None:
        known = ~np.isnan(spend)
        sums = np.bincount(labels[known], weights=spend[known], minlength=k)
        counts = np.bincount(labels[known], minlength=k)
        means = np.divide(sums, counts, out=np.full(k, -np.inf), where=counts > 0)
    return np.lexsort((first, -sizes, -means))


def _panel(customers: _Customers, splits: Sequence[_Split], seed: int) -> Panel:
    (panel,) = side_by_side(lambda labels: judge(customers.values, labels, seed=seed), [[s.labels for s in splits]])
    return panel


def _keeps(customers: _Customers, splits: Sequence[_Split], rebuilds: Rebuilds, seed: int) -> list[KeepRate]:
    return [
        keep_rate(
            _evaluated(customers, split, rebuilds),
            rebuilds.labels[split.clusters.k],
            split.clusters.k,
            drawn=rebuilds.drawn,
            seed=seed,
            named=rebuilds.named,
        )
        for split in splits
    ]


def _evaluated(customers: _Customers, split: _Split, rebuilds: Rebuilds) -> npt.NDArray[np.int32]:
    """Give the labels of the customers who were placed again."""
    labels = np.empty_like(split.labels)
    labels[customers.order] = split.labels
    return labels[rebuilds.evaluated]


def _candidates(splits: Sequence[_Split], panel: Panel, keeps: Sequence[KeepRate]) -> list[Candidate]:
    candidates = []
    for split, indices, keep in zip(splits, panel.splits, keeps, strict=True):
        smallest = int(np.bincount(split.labels, minlength=split.clusters.k).min())
        worst = min(segment.rate for segment in keep.segments)
        candidates.append(
            Candidate(
                k=split.clusters.k,
                inertia=indices.inertia,
                silhouette=indices.silhouette,
                davies_bouldin=indices.davies_bouldin,
                calinski_harabasz=indices.calinski_harabasz,
                smallest=smallest / len(split.labels),
                smallest_customers=smallest,
                keep_rate=keep.overall.rate,
                keep_above_chance=keep.above_chance,
                worst_keep=worst,
                allowed=False,
                dependable=is_dependable(keep.above_chance, worst),
            )
        )
    return candidates


def _choice(
    customers: _Customers,
    split: _Split,
    keep: KeepRate,
    rebuilds: Rebuilds,
    decision: Decision,
    silhouette_on: int,
    remark: str,
) -> Choice:
    labels = np.empty_like(split.labels)
    labels[customers.order] = split.labels
    original, again = labels[rebuilds.evaluated], rebuilds.labels[decision.k]
    return Choice(
        k=decision.k,
        clusters=split.clusters,
        labels=labels,
        candidates=decision.candidates,
        keep=keep,
        reason="; ".join(part for part in (decision.reason, remark) if part),
        runner_up=decision.runner_up,
        evaluated=rebuilds.evaluated,
        rebuilt=again if rebuilds.named else matched(original, again, decision.k),
        silhouette_on=silhouette_on,
    )


def _one_segment(
    customers: _Customers,
    clusterer: Clusterer,
    options: ChooseOptions,
    remark: str,
    decision: Decision | None = None,
    panel: Panel | None = None,
) -> Choice:
    """Put everybody in one segment; ``decision`` and ``panel`` tell what was tried before."""
    parts = (decision.reason if decision else "", remark)
    return Choice(
        k=1,
        clusters=clusterer.fit(customers.learned, 1, seed=options.seed, starts=1),
        labels=np.zeros(len(customers.values), dtype=np.int32),
        candidates=decision.candidates if decision else (),
        keep=None,
        reason="; ".join(part for part in parts if part),
        runner_up=decision.runner_up if decision else "",
        evaluated=np.empty(0, dtype=np.intp),
        rebuilt=np.empty((0, 0), dtype=np.int16),
        silhouette_on=panel.silhouette_on if panel else 0,
    )
