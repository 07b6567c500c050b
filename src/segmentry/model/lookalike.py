"""Guessing the segment of people without orders from their attributes, with a tested hit rate, or not at all."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry import prepare
from segmentry.describe import Segment
from segmentry.errors import ColumnError
from segmentry.evaluate import LookalikeHits, LookalikeReport
from segmentry.features import Measure, Measures, guessing_columns
from segmentry.model.inputs import as_table, fits, ids, numbers
from segmentry.prepare import Floats, Labels, PrepareOptions, Preparer

__all__ = ["Likeness", "Lookalike", "fit_lookalike"]

FOLDS = 5
LEAST = 50
"""On fewer customers a hit rate says nothing."""

MOST = 20_000
"""On so many customers at most it is tested and fitted; beyond, a seeded sample."""

ERRORS = 2.0
"""The hit rate must be above the largest segment's share by more than so many standard errors."""

Columns = Sequence[tuple[str, Literal["number", "category", "yes-no"]]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A multinomial logistic regression on prepared attributes.

    Parameters
    ----------
    preparer : Preparer
        Attributes to points of d columns.
    coef : numpy.ndarray of float64, shape (segments, d)
        Weights.
    intercept : numpy.ndarray of float64, shape (segments,)
        Minus infinity for a segment that no customer with attributes is in.

    Examples
    --------
    >>> preparer = prepare.fit(pd.DataFrame({"age": [20.0, 60.0]}), [("age", "number")])
    >>> likeness = Likeness(preparer, np.array([[-1.0], [1.0]]), np.zeros(2))
    >>> likeness.shares(pd.DataFrame({"age": [40.0, 60.0]})).round(3).tolist()
    [[0.5, 0.119], [0.5, 0.881]]
    """

    preparer: Preparer
    coef: Floats
    intercept: Floats

    @classmethod
    def fit(cls, table: pd.DataFrame, columns: Columns, labels: Labels, k: int) -> Self:
        """Fit it by maximum likelihood with a ridge penalty of 1 (scikit-learn's default).

        Parameters
        ----------
        table : pandas.DataFrame
            The attributes, rows in an order that doesn't depend on how they were given.
        columns : sequence of (name, kind)
            Which attributes.
        labels : numpy.ndarray of int32, shape (n,)
            Segments, at least two of them.
        k : int
            How many segments there are.
        """
        from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - only those who ask for it wait for it
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        preparer = prepare.fit(table, columns, PrepareOptions(rare=0.01))
        points = preparer.apply(table).values.astype(np.float64)
        with warnings.catch_warnings():
            # Nearly separable attributes make it slow; its guesses have settled long before its weights.
            warnings.simplefilter("ignore", ConvergenceWarning)
            found = LogisticRegression(max_iter=500).fit(points, labels)
        coef, intercept = np.zeros((k, points.shape[1])), np.full(k, -np.inf)
        if len(found.classes_) == 2:  # one row of weights: those of the second class against the first
            intercept[found.classes_[0]] = 0.0
            coef[found.classes_[1]], intercept[found.classes_[1]] = found.coef_[0], found.intercept_[0]
        else:
            coef[found.classes_], intercept[found.classes_] = found.coef_, found.intercept_
        return cls(preparer, coef, intercept)

    def shares(self, table: pd.DataFrame) -> Floats:
        """Give the probability of each segment, shape (segments, n).

        Summed column by column, so that a person's figures never depend on the others.
        """
        points = self.preparer.apply(table).values.astype(np.float64)
        scores = np.repeat(self.intercept[:, None], len(points), axis=1)
        for column, weights in zip(points.T, self.coef.T, strict=True):
            scores += weights[:, None] * column
        shares = np.exp(scores - scores.max(axis=0))
        return np.asarray(shares / shares.sum(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Guesses the segment of people without orders from their attributes.

    Parameters
    ----------
    likeness : Likeness
        Attributes to probabilities.
    segments : tuple of Segment
        Segment i of the probabilities.
    report : LookalikeReport
        How often it is right.
    """

    likeness: Likeness
    segments: tuple[Segment, ...]
    report: LookalikeReport

    @property
    def hit_rate(self) -> float:
        """Share of the customers whose segment it guessed right when they were kept from it, 0 to 1."""
        return float(self.report.hit_rate or 0.0)

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes that a table must have."""
        return self.report.columns

    def assign(self, table: Any) -> pd.DataFrame:
        """Guess the segment of each person; a guess never depends on the other rows.

        Parameters
        ----------
        table : pandas, polars or Arrow table, mapping of columns, or sequence of mappings
            One row a person with a column per attribute; ``customer_id`` where there is one.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``, ``segment``, ``name``, ``second``, ``margin`` (the probability of the first choice less
            that of the second), ``fit`` (as of :meth:`SegmentModel.assign`) and ``basis``: always "attributes".

        Raises
        ------
        ColumnError
            An attribute is missing.
        DataError
            A number is none, or infinite.
        """
        frame = as_table(table)
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise ColumnError(
                f"the table lacks {len(missing)} of the attributes that segments are guessed from",
                [f"missing: {', '.join(map(repr, missing))}", f"it has: {', '.join(map(repr, frame.columns))}"],
                "give a table with those columns; blanks are allowed",
            )
        kinds = dict(self.likeness.preparer.kinds)
        wanted = {name: numbers(frame[name], name) for name, kind in kinds.items() if kind == "number"}
        shares = self.likeness.shares(frame.assign(**wanted))
        first, everyone = shares.argmax(axis=0), np.arange(len(frame))
        rest = shares.copy()
        rest[first, everyone] = -1.0
        second = rest.argmax(axis=0)
        margin = shares[first, everyone] - shares[second, everyone]
        letters = np.array([segment.letter for segment in self.segments], dtype=object)
        names = np.array([segment.name for segment in self.segments], dtype=object)
        return pd.DataFrame(
            {
                "customer_id": ids(frame),
                "segment": letters[first],
                "name": names[first],
                "second": letters[second],
                "margin": margin,
                "fit": fits(margin),
                "basis": "attributes",
            }
        )


def fit_lookalike(
    measures: Measures, labels: Labels, segments: Sequence[Segment], *, from_orders: bool, seed: int
) -> tuple[LookalikeReport, Likeness | None]:
    """Learn to guess segments from attributes, and test it on customers who were kept out.

    The customers with any attribute are put in an order of their values and dealt into five folds, each segment evenly.
    Each fold is guessed by preparation and regression fitted on the other four. The rule: it works where the hit rate
    is above the share of the largest segment by more than two standard errors, these being of the mean over customers
    of (guessed right) - (is in the largest segment).

    Parameters
    ----------
    measures : Measures
        The customers, with their attributes.
    labels : numpy.ndarray of int32, shape (customers,)
        Their segments, -1 for none.
    segments : sequence of Segment
        Segment i of the labels.
    from_orders : bool
        Whether the segments were formed from orders.
    seed : int
        Deals the folds.

    Returns
    -------
    LookalikeReport
        The figures, and whether they are good enough.
    Likeness or None
        None where they aren't.
    """
    used, left_out = guessing_columns(measures.columns)
    reason = _impossible(used, left_out, len(segments), from_orders=from_orders)
    if reason:
        return _nothing(used, left_out, 0, reason), None
    table, known = _canonical(measures.table[[measure.name for measure in used]], labels, seed)
    if len(table) < LEAST or len(np.unique(known)) < 2:
        reason = f"only {len(table)} customers of two segments or more have attributes, and {LEAST} are needed"
        return _nothing(used, left_out, len(table), reason), None
    columns: Columns = [(measure.name, measure.kind) for measure in used]
    guessed = _guessed(table, columns, known, len(segments), seed)
    report = _report(used, left_out, known, guessed, segments)
    return report, Likeness.fit(table, columns, known, len(segments)) if report.works else None


def _impossible(used: Sequence[Measure], left_out: Sequence[tuple[str, str]], k: int, *, from_orders: bool) -> str:
    """Say why nothing can be guessed; "" where it can be tried."""
    if not from_orders:
        return "the segments were formed without orders, so anybody with the measures is placed as she is"
    if k < 2:
        return "there is one segment only"
    if not used and not left_out:
        return "there are no attributes to guess from: no customer table was given (--customers FILE)"
    if not used:
        names = ", ".join(name for name, _ in left_out[:6])
        return f"there are no attributes to guess from: {names} are left out (--include COLUMN)"
    return ""


def _nothing(
    used: Sequence[Measure], left_out: tuple[tuple[str, str], ...], customers: int, reason: str
) -> LookalikeReport:
    columns = tuple(measure.name for measure in used)
    return LookalikeReport(columns, left_out, customers, None, None, None, None, (), works=False, reason=reason)


def _canonical(table: pd.DataFrame, labels: Labels, seed: int) -> tuple[pd.DataFrame, Labels]:
    """Put the customers with a segment and any attribute in the order of their values; a sample of many."""
    there = (labels >= 0) & table.notna().any(axis=1).to_numpy()
    table, labels = table[there], labels[there]
    codes = [np.asarray(pd.factorize(column, sort=True)[0], dtype=np.int64) for _, column in table.items()]
    order = np.lexsort([labels.astype(np.int64), *codes])
    if len(order) > MOST:
        drawn = np.random.default_rng([seed, MOST]).choice(len(order), MOST, replace=False, shuffle=False)
        order = order[np.sort(drawn)]
    return table.iloc[order].reset_index(drop=True), labels[order]


def _guessed(table: pd.DataFrame, columns: Columns, labels: Labels, k: int, seed: int) -> Labels:
    """Guess each customer's segment from the four folds that she isn't in."""
    rng = np.random.default_rng([seed, FOLDS])
    fold = np.empty(len(labels), dtype=np.int32)
    dealt = 0
    for segment in range(k):
        rows = rng.permutation(np.flatnonzero(labels == segment))
        fold[rows] = (dealt + np.arange(len(rows))) % FOLDS
        dealt += len(rows)
    guessed = np.empty_like(labels)
    for number in range(FOLDS):
        out = fold == number
        likeness = Likeness.fit(table[~out], columns, labels[~out], k)
        guessed[out] = likeness.shares(table[out]).argmax(axis=0)
    return guessed


def _report(
    used: Sequence[Measure],
    left_out: tuple[tuple[str, str], ...],
    labels: Labels,
    guessed: Labels,
    segments: Sequence[Segment],
) -> LookalikeReport:
    counts = np.bincount(labels, minlength=len(segments))
    hits = (guessed == labels).astype(np.float64)
    gain: npt.NDArray[np.float64] = hits - (labels == counts.argmax())
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    shares = counts / len(labels)
    works = bool(gain.mean() > ERRORS * error)
    each = []
    for number, segment in enumerate(segments):
        own, put = labels == number, guessed == number
        each.append(
            LookalikeHits(
                letter=segment.letter,
                customers=int(own.sum()),
                guessed=int(put.sum()),
                hit=float(hits[own].mean()) if own.any() else 0.0,
                right=float(hits[put].mean()) if put.any() else None,
            )
        )
    names = ", ".join(measure.name for measure in used[:6]) + (f" and {len(used) - 6} more" if len(used) > 6 else "")
    rate, largest, chance = float(hits.mean()), float(shares.max()), float((shares**2).sum())
    figures = (
        f"{names} guess the segment right for {100 * rate:.1f} of 100 customers; naming the largest segment "
        f"every time would for {100 * largest:.1f}, chance for {100 * chance:.1f}"
    )
    reason = f"{figures} (standard error of the gain {100 * error:.1f})" + (
        "" if works else ": the attributes don't tell the segments apart"
    )
    return LookalikeReport(
        columns=tuple(measure.name for measure in used),
        left_out=left_out,
        customers=len(labels),
        hit_rate=rate,
        standard_error=error,
        largest=largest,
        chance=chance,
        segments=tuple(each),
        works=works,
        reason=reason,
    )
