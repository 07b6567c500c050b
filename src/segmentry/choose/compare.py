"""``--method auto``: the methods that suit the columns, compared on the same customers, and an argument for one.

K-means says how many segments. Every other method makes as many, is rebuilt on the same draws, and is compared by what
all methods have: how many customers keep their segment beyond chance, then how far the silhouette lies above that of
structureless data, in one space that all share. A method's own criterion (a likelihood, a silhouette in a space of its
own) never decides between methods.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry import prepare
from segmentry.choose.customers import Customers, arrange
from segmentry.choose.result import Choice, ChooseOptions, Compared
from segmentry.choose.rule import EQUALLY_CLEAR, allow
from segmentry.choose.sweep import Evidence, Sweep, candidates_of
from segmentry.cluster import find_clusterer
from segmentry.evaluate import KeepRate, find_alarms, mean_silhouettes, of_100
from segmentry.prepare import AS_THEY_ARE, Layout, Points, Preparer

__all__ = ["WORDS", "choose_method", "suited"]

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "kmeans": "k-means",
        "kmeans-sized": "k-means with size limits",
        "ward": "Ward's tree",
        "average": "average linkage",
        "complete": "complete linkage",
        "single": "single linkage",
        "mixture": "Gaussian mixture",
        "hdbscan": "density (HDBSCAN)",
        "kprototypes": "k-prototypes",
        "latent-class": "latent class",
        "rfm-grid": "RFM grid",
    }
)
"""What people read for each method."""

FOR_NUMBERS = ("ward", "average", "mixture", "hdbscan")
FOR_MIXED = ("kprototypes", "ward", "average", "hdbscan")
"""Without the mixture: a Gaussian over 0/1 columns is no description of them, and slow."""
FOR_CATEGORIES = ("kprototypes", "latent-class", "ward")

EQUALLY_FIRM = 0.02
"""Keep rates this close tell no difference between methods: the rest of a rebuild's luck."""
LOOKED_AT = 2_000
"""Customers on whom the shared silhouettes are computed."""

GRID_REMARK = "the baseline: --method rfm-grid takes it"


@dataclass(frozen=True, slots=True)
class _Tried:
    """One method's split, at one number of segments.

    Parameters
    ----------
    method : str
        Its name.
    k : int
        Segments.
    labels : numpy.ndarray of int32, shape (customers,)
        In the order of the table.
    keep : KeepRate
        Over the rebuilds.
    remark : str
        Why it can't be argued for; "" where nothing is known against it.
    found : (Sweep, Evidence) or None, default None
        What it rests on; None for k-means, whose choice is there already.
    """

    method: str
    k: int
    labels: npt.NDArray[np.int32]
    keep: KeepRate
    remark: str = ""
    found: tuple[Sweep, Evidence] | None = None

    @classmethod
    def of(cls, sweep: Sweep, found: Evidence, remark: str = "") -> "_Tried":
        """Take the only split that was tried."""
        (split,), (keep,) = found.splits, found.keeps
        labels = sweep.customers.in_table(split.labels)
        return cls(sweep.clusterer.name, split.clusters.k, labels, keep, remark, (sweep, found))


def suited(layout: Layout) -> tuple[str, ...]:
    """Name the methods to compare with k-means, by what the columns are.

    Examples
    --------
    >>> suited(Layout.numbers(3))
    ('ward', 'average', 'mixture', 'hdbscan')
    """
    kinds = {kind == "number" for kind in layout.kinds}
    return FOR_MIXED if len(kinds) == 2 else FOR_NUMBERS if True in kinds else FOR_CATEGORIES


def choose_method(
    base: Choice,
    table: pd.DataFrame,
    preparer: Preparer,
    customers: Customers,
    options: ChooseOptions,
    tell: Callable[[float], None],
) -> Choice:
    """Compare the suited methods with what k-means chose, and give the choice of the one that is argued for.

    Parameters
    ----------
    base : Choice
        By k-means.
    table : pandas.DataFrame
        One row a customer, the forming columns.
    preparer : Preparer
        Of these columns, for all methods.
    customers : Customers
        Prepared and in order.
    options : ChooseOptions
        With the method "auto".
    tell : callable
        Is given the share done, 0 to 1.
    """
    if base.k == 1 or base.keep is None:
        return base
    at = replace(options, lowest=base.k, highest=base.k, method="kmeans")
    methods = suited(customers.layout)
    tried = [_Tried("kmeans", base.k, base.labels, base.keep)]
    for count, method in enumerate(methods):
        sweep = Sweep(table, preparer, customers, find_clusterer(method), at, lambda _: None)
        tried += _try(sweep, base.k)
        tell((count + 1) / (len(methods) + 1))
    tried += _grid(table, at)
    rows = _rows(base, tried, customers, _share_asked(base, len(table), options.min_share))
    best = _best(rows)
    rows = [replace(row, chosen=row is best) for row in rows]
    won = next(one for one in tried if one.method == best.method)
    if won.found is None:
        reason = f"{base.reason}; of {len(rows)} methods compared, k-means is argued for: {_why(best, rows)}"
        return replace(base, compared=_with_agreement(rows, tried, base.labels), reason=reason)
    sweep, found = won.found
    # The words about the number quote what k-means keeps.
    argued = f"of {len(rows)} methods compared, {WORDS[best.method]} is argued for: {_why(best, rows)}"
    return replace(
        sweep.tried_again(found, 0, base.candidates),
        reason=f"with k-means, {base.reason}; {argued}",
        runner_up=base.runner_up and f"with k-means, {base.runner_up}",
        criteria=base.criteria,
        argument=base.argument,
        compared=_with_agreement(rows, tried, won.labels),
    )


def _try(sweep: Sweep, k: int) -> list[_Tried]:
    """Split and rebuild by one method: at k, or at the setting that comes nearest; nothing where it finds none."""
    if sweep.clusterer.takes_number:
        return [_Tried.of(sweep, sweep.evidence([k]))]
    splits = [split for split in sweep.fits(sweep.clusterer.settings) if split.clusters.k > 1]
    if not splits:
        return []
    nearest = min(splits, key=lambda split: (abs(split.clusters.k - k), int((split.labels < 0).sum())))
    return [_Tried.of(sweep, sweep.evidence_of([nearest]))]


def _grid(table: pd.DataFrame, at: ChooseOptions) -> list[_Tried]:
    """Split by the RFM grid where its measures are there: what most people use is what has to be beaten."""
    clusterer = find_clusterer("rfm-grid")
    if not set(clusterer.measures) <= set(table.columns):
        return []
    raw = prepare.fit(table, [(name, "number") for name in clusterer.measures], AS_THEY_ARE)
    own = table[list(clusterer.measures)]
    sweep = Sweep(own, raw, arrange(own, raw, None), clusterer, at, lambda _: None)
    found = sweep.evidence([0])
    return [_Tried.of(sweep, found, GRID_REMARK)] if found.splits[0].clusters.k > 1 else []


def _share_asked(base: Choice, customers: int, min_share: float) -> float | None:
    """Give the share that was asked of k-means' smallest segment in the end; None where its number was asked for."""
    allowed = allow([candidate for candidate in base.candidates if candidate.k == base.k], customers, min_share)
    return allowed.share if allowed.which else None


def _rows(base: Choice, tried: Sequence[_Tried], customers: Customers, share: float | None) -> list[Compared]:
    """Write down each method's figures; silhouettes of customers with a say, as structureless data are like them.

    A customer in no segment has a silhouette of 0 here: leaving out who is hard to place would be an advantage.
    """
    same = {candidate.k: candidate.keep_above_chance for candidate in base.candidates}
    sample = np.sort(np.random.default_rng(0).permutation(len(customers.learned))[:LOOKED_AT])
    shared = [one.labels[customers.order][customers.with_say][sample] for one in tried]
    placed = np.array([np.mean(labels >= 0) for labels in shared])
    silhouettes = placed * mean_silhouettes(customers.learned[sample], shared)
    floor = 0.0 if base.gaps is None else base.gaps.strictest.high
    rows = []
    for one, silhouette in zip(tried, silhouettes, strict=True):
        keep, remark = one.keep, one.remark or _unfit(one, base, customers, share)
        rows.append(
            Compared(
                method=one.method,
                k=one.k,
                keep_rate=keep.overall.rate,
                keep_above_chance=keep.above_chance,
                worst_keep=min(segment.rate for segment in keep.segments),
                against=same.get(one.k),
                silhouette=None if np.isnan(silhouette) else float(silhouette),
                margin=None if np.isnan(silhouette) or base.gaps is None else float(silhouette - floor),
                agreement=0.0,
                chosen=False,
                remark=remark,
            )
        )
    return rows


def _unfit(one: _Tried, base: Choice, customers: Customers, share: float | None) -> str:
    """Say why a split can't be argued for; "" where it can."""
    if one.k != base.k:
        return f"it makes {one.k} segments, not {base.k}"
    # To cut along a single measure, a category say, comes back every time and tells nothing new.
    points = Points(customers.values, customers.layout)
    alone = {alarm.code for alarm in find_alarms(points, one.labels[customers.order], {}, pd.DataFrame())}
    if "one_column" in alone - {alarm.code for alarm in base.alarms}:
        return "one measure alone decides it"
    if share is None or one.found is None:
        return ""
    allowed = allow(candidates_of(one.found[1]), len(customers.values), share)
    return "" if allowed.which and allowed.share >= share else "its smallest segment is too small"


def _best(rows: Sequence[Compared]) -> Compared:
    """Pick the method: firmest, then clearest; k-means, the first row, where nothing tells them apart."""
    able = [row for row in rows if not row.remark] or [rows[0]]
    firm = [row for row in able if row.keep_above_chance >= max(r.keep_above_chance for r in able) - EQUALLY_FIRM]
    clear = [row for row in firm if _margin(row) >= max(map(_margin, firm)) - EQUALLY_CLEAR]
    return clear[0]


def _why(best: Compared, rows: Sequence[Compared]) -> str:
    """Argue for it."""
    kept = f"it brings back {of_100(best.keep_above_chance)} of 100 customers beyond chance"
    others = [row for row in rows if row is not best and row.method != best.method and not row.remark]
    if not others:
        return kept
    near = max(others, key=lambda row: (row.keep_above_chance, _margin(row)))
    theirs = f"{WORDS[near.method]} {of_100(near.keep_above_chance)}"
    if best.keep_above_chance > near.keep_above_chance + EQUALLY_FIRM:
        return f"{kept}, {theirs}"
    if _margin(best) > _margin(near) + EQUALLY_CLEAR:
        return f"{kept}, {theirs}, and its segments stand clearer apart"
    return f"{kept}, {theirs}, which is too close to tell them apart"


def _margin(row: Compared) -> float:
    return float("-inf") if row.margin is None else row.margin


def _with_agreement(
    rows: Sequence[Compared], tried: Sequence[_Tried], chosen: npt.NDArray[np.int32]
) -> tuple[Compared, ...]:
    """Add how far each split agrees with the chosen one (Hubert & Arabie, "Comparing partitions", 1985)."""
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - a second to import, and only a comparison needs it

    agreements = [float(adjusted_rand_score(chosen, one.labels)) for one in tried]
    return tuple(replace(row, agreement=agreement) for row, agreement in zip(rows, agreements, strict=True))
