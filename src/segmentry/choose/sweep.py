"""Try each number of segments, measure every split, rebuild it, hold it against structureless data, argue for one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose.criteria import disagreement, opinions
from segmentry.choose.customers import Customers
from segmentry.choose.nulls import Nulls, compare_with_nulls
from segmentry.choose.rebuilds import DRAWN, STARTS, Rebuilds, rebuild
from segmentry.choose.result import Candidate, Choice, ChooseOptions
from segmentry.choose.rule import allow, as_given, decide
from segmentry.choose.splits import Split, fit_splits, gower_for
from segmentry.choose.threads import side_by_side
from segmentry.cluster import Clusterer, KMeans, KMeansSized, labels_of
from segmentry.errors import Caveat
from segmentry.evaluate import (
    SILHOUETTE_LIMIT,
    Gaps,
    KeepRate,
    Panel,
    across,
    find_alarms,
    is_dependable,
    judge,
    keep_rate,
    matched,
    of_100,
    prediction_strength,
    verdict_on,
)
from segmentry.prepare import Points, Preparer

__all__ = ["Evidence", "Sweep", "Tell", "candidates_of", "judged", "part"]

Tell = Callable[[float], None]

FITTED, JUDGED, REBUILT, COMPARED = 0.1, 0.15, 0.4, 0.95
"""Shares of the work that are done once splits are fitted, measured, rebuilt and held against structureless data."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of every split, in order.

    Parameters
    ----------
    splits : list of Split
        Fitted.
    panel : Panel
        Internal measures.
    rebuilds : Rebuilds
        Where rebuilt segments put the customers.
    keeps : list of KeepRate
        How many keep their segment.
    """

    splits: list[Split]
    panel: Panel
    rebuilds: Rebuilds
    keeps: list[KeepRate]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One choice in the making; see :func:`choose`."""

    table: pd.DataFrame
    preparer: Preparer
    customers: Customers
    clusterer: Clusterer
    options: ChooseOptions
    tell: Tell

    def tried(self) -> Choice:
        """Try every setting and let the rule decide."""
        settings, remark = self.settings()
        if not settings:
            return self._one_segment(remark)
        found = self.evidence(settings)
        if not found.splits:
            return self._one_segment("one segment: the method finds no groups")
        allowed = allow(candidates_of(found), len(self.table), self.options.min_share)
        asked = self.options.lowest if self.options.lowest == self.options.highest else None
        asked = asked if self.clusterer.takes_number else None
        compared = list(range(len(settings))) if asked else allowed.which
        nulls = self.nulls(found, compared) if compared else None
        strengths = self._strengths(settings) if compared else {}
        candidates = judged(allowed.candidates, compared, nulls, strengths)
        decision = decide(
            replace(allowed, candidates=candidates), self.options.min_share, asked=asked, prefer=self.options.prefer
        )
        gaps = nulls.gaps[compared.index(decision.place)] if nulls and decision.place in compared else None
        criteria = opinions(candidates, _everybody(nulls))
        if decision.place < 0:
            return replace(
                self._one_segment("; ".join(part for part in (decision.reason, remark) if part)),
                candidates=candidates,
                runner_up=decision.runner_up,
                silhouette_on=found.panel.silhouette_on,
                criteria=criteria,
            )
        reason = "; ".join(part for part in (decision.reason, remark) if part)
        choice = self._chosen(found, decision.place, candidates, reason, gaps)
        return replace(
            choice,
            runner_up=decision.runner_up,
            criteria=criteria,
            argument=disagreement(criteria, choice.k),
            across=_across(found.splits, decision.place),
        )

    def tried_again(self, found: Evidence, place: int, others: Sequence[Candidate]) -> Choice:
        """Hold one split that was found before against structureless data, and take it in place of another's."""
        nulls, strengths = self.nulls(found, [place]), self._strengths([found.splits[place].setting])
        allowed = allow(candidates_of(found), len(self.table), self.options.min_share)
        own = judged(allowed.candidates, [place], nulls, strengths)[place]
        candidates = tuple(own if candidate.k == own.k else candidate for candidate in others)
        return self._chosen(found, place, candidates, "", nulls.gaps[0])

    def given(self) -> Choice:
        """Take the split of a method that has nothing to choose, and rebuild it."""
        found = self.evidence([0])
        k = found.splits[0].clusters.k
        if k == 1:
            return self._one_segment("one segment: the method puts all customers in the same")
        return self._chosen(found, 0, (), as_given(k, found.keeps[0]), None)

    def settings(self) -> tuple[list[int], str]:
        """Give the numbers of segments that can be tried, and what people should know about it."""
        kinds, n = self.customers.kinds, len(self.customers.learned)
        if kinds == 1:
            alike = "there is one customer" if n == 1 else f"all {n:,} customers are alike in these measures"
            return [], f"one segment: {alike}"
        if not self.clusterer.takes_number:
            return list(self.clusterer.settings), ""
        if self.options.highest == 1:
            return [], "one segment, as asked"
        wanted = range(max(2, self.options.lowest), self.options.highest + 1)
        if isinstance(self.clusterer, KMeansSized):  # a range left open goes as far as the size limits
            least, most = self.clusterer.numbers
            wanted = range(max(wanted.start, least), min(wanted.stop, most + 1))
        ks = [k for k in wanted if k <= kinds]
        if len(ks) == len(wanted):
            return ks, ""
        different = f"only {kinds} of the {n:,} customers differ in these measures"
        if not ks:
            return [kinds], f"{self.options.lowest} segments can't be made: {different}"
        return ks, f"more than {kinds} segments can't be made: {different}"

    def evidence(self, settings: Sequence[int]) -> Evidence:
        """Fit, measure and rebuild every split."""
        splits = self.fits(settings)
        if not self.clusterer.takes_number:
            splits = _distinct(splits, least=1 if self.clusterer.settings == (0,) else 2)
        return self.evidence_of(splits)

    def evidence_of(self, splits: list[Split]) -> Evidence:
        """Measure and rebuild splits that are fitted."""
        if not splits:
            return Evidence([], Panel((), 0), Rebuilds(self.customers.order[:0], (), 0), [])
        panel = self._panel(splits)
        self.tell(JUDGED)
        rebuilds = rebuild(
            self.table,
            self.preparer,
            self.customers.order,
            self.clusterer,
            [split.setting for split in splits],
            draws=self.options.rebuilds,
            seed=self.options.seed,
            names=splits[0].clusters.names,
            tell=part(self.tell, JUDGED, REBUILT),
        )
        keeps = [
            keep_rate(
                self._again(split, rebuilds),
                labels,
                split.clusters.k,
                drawn=rebuilds.drawn,
                seed=self.options.seed,
                named=rebuilds.named,
            )
            for split, labels in zip(splits, rebuilds.labels, strict=True)
        ]
        return Evidence(splits, panel, rebuilds, keeps)

    def fits(self, settings: Sequence[int]) -> list[Split]:
        """Fit a split for each setting."""
        return fit_splits(self.customers, self.clusterer, settings, self.options, part(self.tell, 0, FITTED))

    def _panel(self, splits: Sequence[Split]) -> Panel:
        """Measure the splits on the customers with a say: who was left out would be most of what is measured.

        Where a method takes measures as they are, their units would be all that is measured: nothing is.
        """
        if self.clusterer.measures:
            return Panel((), 0)
        labelings = [[split.labels[self.customers.with_say] for split in splits]]
        values, seed, gower = (
            self.customers.learned,
            self.options.seed,
            gower_for(self.clusterer, self.customers.layout),
        )
        # Gower's distance has no matrix product: it is computed on fewer customers.
        limit = SILHOUETTE_LIMIT if gower is None else DRAWN
        (panel,) = side_by_side(lambda labels: judge(values, labels, seed=seed, limit=limit, gower=gower), labelings)
        return panel

    def _again(self, split: Split, rebuilds: Rebuilds) -> npt.NDArray[np.int32]:
        """Give the labels of the customers who were placed again."""
        return self.customers.in_table(split.labels)[rebuilds.evaluated]

    def nulls(self, found: Evidence, which: Sequence[int]) -> Nulls:
        """Hold some of the splits against structureless data."""
        return compare_with_nulls(
            self.customers,
            self.clusterer,
            [found.splits[place].setting for place in which],
            [found.panel.splits[place].silhouette for place in which],
            [found.panel.splits[place].inertia for place in which],
            draws=self.options.rebuilds,
            seed=self.options.seed,
            tell=part(self.tell, REBUILT, COMPARED),
        )

    def _strengths(self, settings: Sequence[int]) -> Mapping[int, float]:
        """Measure prediction strength by halves of the customers, where the method takes a number."""
        if not self.clusterer.takes_number:
            return {}

        def fit(values: npt.NDArray[np.float32], k: int, seed: int) -> Callable[..., npt.NDArray[np.int32]]:
            clusters = self.clusterer.fit(values, k, seed=seed, starts=STARTS, layout=self.customers.layout)
            return lambda others: labels_of(clusters, others)

        strengths = prediction_strength(
            self.customers.learned, settings, fit, splits=HALVINGS, most=DRAWN, seed=self.options.seed
        )
        return {k: strength.mean for k, strength in strengths.items()}

    def _chosen(
        self, found: Evidence, place: int, candidates: tuple[Candidate, ...], reason: str, gaps: Gaps | None
    ) -> Choice:
        """Give one of the splits as the answer."""
        split, keep = found.splits[place], found.keeps[place]
        labels = self.customers.in_table(split.labels)
        original, again = labels[found.rebuilds.evaluated], found.rebuilds.labels[place]
        worst = min(segment.rate for segment in keep.segments)
        silhouettes = {candidate.k: candidate.silhouette for candidate in candidates}
        points = Points(self.customers.values, self.customers.layout)
        alarms = () if self.clusterer.measures else find_alarms(points, split.labels, silhouettes, self.table)
        return Choice(
            k=split.clusters.k,
            clusters=split.clusters,
            labels=labels,
            candidates=candidates,
            keep=keep,
            reason=reason,
            runner_up="",
            evaluated=found.rebuilds.evaluated,
            rebuilt=again if found.rebuilds.named else matched(original, again, split.clusters.k),
            silhouette_on=found.panel.silhouette_on,
            caveats=(*split.clusters.remarks, *_placing(split)),
            verdict=verdict_on(keep.above_chance, worst, None if gaps is None else gaps.margin),
            gaps=gaps,
            alarms=alarms,
            silhouettes=found.panel.profiles[place] if found.panel.profiles else (),
        )

    def _one_segment(self, reason: str) -> Choice:
        """Put everybody in one segment."""
        # A method that tries settings has none that promises one segment; none but k-means takes points of no columns,
        # which customers alike in every measure become.
        promises = self.clusterer.takes_number or self.clusterer.settings == (0,)
        clusterer = self.clusterer if promises and self.customers.learned.shape[1] else KMeans()
        clusters = clusterer.fit(
            self.customers.learned, 1, seed=self.options.seed, starts=1, layout=self.customers.layout
        )
        return Choice(
            k=1,
            clusters=clusters,
            labels=np.zeros(len(self.customers.values), dtype=np.int32),
            candidates=(),
            keep=None,
            reason=reason,
            runner_up="",
            evaluated=np.empty(0, dtype=np.intp),
            rebuilt=np.empty((0, 0), dtype=np.int16),
            silhouette_on=0,
        )


HALVINGS = 20
"""Times that the customers are halved for prediction strength; 60 as published moves its mean by .02 at most."""


def part(tell: Tell, start: float, end: float) -> Tell:
    """Tell of a part of the work as a part of the whole."""
    return lambda share: tell(start + (end - start) * share)


def _placing(split: Split) -> Iterator[Caveat]:
    """Say who belongs to no segment, and how well a stand-in places customers where the method itself can't."""
    nowhere = int((split.labels < 0).sum())
    if nowhere:
        yield Caveat("no_segment", nowhere, "customers belong to no segment: they are near none of the groups")
    fidelity = split.clusters.fidelity
    moved = 0 if fidelity is None else round((1 - fidelity) * len(split.labels))
    if fidelity is not None and moved:
        agree = of_100(fidelity)
        policy = f"customers are placed elsewhere than the method had them: placing agrees for {agree} of 100"
        yield Caveat("stand_in", moved, policy)


def _distinct(splits: Sequence[Split], least: int) -> list[Split]:
    """Put splits of enough segments in ascending order; of one number, that which leaves fewest customers out."""
    kept: dict[int, Split] = {}
    for split in sorted(splits, key=lambda split: (split.clusters.k, int((split.labels < 0).sum()))):
        if split.clusters.k >= least:
            kept.setdefault(split.clusters.k, split)
    return list(kept.values())


def candidates_of(found: Evidence) -> list[Candidate]:
    """Give the splits as candidates that rule 1 has still to allow, without margins."""
    candidates = []
    for split, indices, keep in zip(found.splits, found.panel.splits, found.keeps, strict=True):
        smallest = int(split.sizes.min())
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
                bic=split.clusters.bic,
                setting=None if split.setting == split.clusters.k else split.setting,
            )
        )
    return candidates


def judged(
    candidates: Sequence[Candidate], compared: Sequence[int], nulls: Nulls | None, strengths: Mapping[int, float]
) -> tuple[Candidate, ...]:
    """Add margins, gap statistics and prediction strengths to the candidates that have them."""
    judged = [replace(candidate, prediction_strength=strengths.get(candidate.k)) for candidate in candidates]
    for column, place in enumerate(compared if nulls else ()):
        assert nulls is not None
        gap, error = _gap(nulls, column + 1)
        judged[place] = replace(judged[place], margin=nulls.gaps[column].margin, gap=gap, gap_error=error)
    return tuple(judged)


def _gap(nulls: Nulls, column: int) -> tuple[float | None, float | None]:
    """Give the gap statistic and its error, log scale; Tibshirani, Walther & Hastie (2001), section 3."""
    if not len(nulls.box):
        return None, None
    box = nulls.box[:, column]
    return float(box.mean() - nulls.log_inertia[column]), float(box.std() * np.sqrt(1 + 1 / len(box)))


def _everybody(nulls: Nulls | None) -> tuple[float, float] | None:
    gap, error = _gap(nulls, 0) if nulls else (None, None)
    return None if gap is None or error is None else (gap, error)


def _across(splits: Sequence[Split], place: int) -> tuple[float | None, ...]:
    """Say how much of each segment was one segment of the next coarser split."""
    own = splits[place]
    if place == 0 or splits[place - 1].clusters.k >= own.clusters.k:
        return (None,) * own.clusters.k
    return tuple(float(share) for share in across(own.labels, splits[place - 1].labels))
