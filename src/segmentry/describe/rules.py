"""A plain rule for each segment: at most three conditions with rounded cut points.

A shallow decision tree (scikit-learn's CART, depth 3) separates the segment from everyone else; one of its paths
becomes the rule. The tree sees ranks instead of values: its splits depend on the order of values only, so a rule
doesn't change with the unit of a column, and every split comes back as the interval of cut points that part the
customers alike, from which the roundest is taken. A customer without a value meets no condition on it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.describe.segments import Condition, Rule
from segmentry.describe.words import Voice, clean, join, rounded
from segmentry.features import Measure, Measures
from segmentry.kernels import lexicographic

__all__ = ["find_rules"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

AT_MOST = 20_000
"""Customers on whom rules are found and tested."""

DEPTH = 3
FOLDS = 5
LEVELS = 12
"""Levels of a category that a rule may name: the most frequent ones."""

COSTS_NOTHING = 0.005
"""The loss of F1 (harmonic mean of hit and 1 - miss) up to which a rounder or shorter rule counts as just as good."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a condition can be about: a number, or whether a category has one level (1, 0, NaN where unknown).

    ``other`` is the second level of a column that has two: it is said instead of "is not".
    """

    measure: Measure
    level: str | None
    other: str | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """One condition while a rule is being found: any cut in [low, high) parts the customers alike."""

    column: int
    over: bool
    value: float
    low: float
    high: float

    def met(self, values: Floats) -> Mask:
        """Say who meets it; NaN never does."""
        column = values[:, self.column]
        return np.asarray(column > self.value if self.over else column <= self.value)


def find_rules(measures: Measures, labels: Labels, voice: Voice, seed: int) -> tuple[Rule | None, ...]:
    """Find a rule per segment, and test it by 5-fold cross-validation.

    Hit and miss come from customers who had no part in finding the rule: the whole procedure, rounding included, is
    repeated without each fifth of at most 20,000 customers. Neither the order of the rows nor the ids matter.

    Parameters
    ----------
    measures : Measures
        Rules use the measures that form segments.
    labels : numpy.ndarray of int32, shape (n,)
        The segment of each customer.
    voice : Voice
        Writes the cut points.
    seed : int
        Draws the customers and the folds.

    Returns
    -------
    tuple of Rule or None
        Per segment; None where there is one segment only, or where nothing separates the segment.
    """
    k = int(labels.max()) + 1
    if k < 2:
        return (None,) * k
    columns, values = _columns(measures)
    drawn = _draw(values, labels, seed)
    values, labels = values[drawn], labels[drawn]
    chosen = _fit(values, labels, k, columns)
    caught, right, own = np.zeros(k), np.zeros(k), np.bincount(labels, minlength=k)
    fold = np.arange(len(labels)) % FOLDS
    for test in (fold == number for number in range(FOLDS)):
        found = _fit(values[~test], labels[~test], k, columns)
        for segment, cuts in enumerate(found):
            met = _met(cuts, values[test]) if cuts else np.zeros(int(test.sum()), dtype=np.bool_)
            caught[segment] += met.sum()
            right[segment] += (met & (labels[test] == segment)).sum()
    rules: list[Rule | None] = []
    for segment, cuts in enumerate(chosen):
        conditions = tuple(_condition(columns[cut.column], cut, voice) for cut in cuts)
        # A rule that catches nobody in the test catches nobody rightly: the cautious reading of 0 / 0.
        miss = 1 - right[segment] / caught[segment] if caught[segment] else 1.0
        hit = right[segment] / own[segment] if own[segment] else 0.0
        text = _text(conditions)
        rules.append(Rule(conditions, text, float(hit), float(miss)) if conditions else None)
    return tuple(rules)


def _columns(measures: Measures) -> tuple[list[Column], Floats]:
    """Turn the measures that form segments into numbers: a category becomes one column per frequent level."""
    columns: list[Column] = []
    values: list[Floats] = []
    for measure in measures.forming:
        series = measures.table[measure.name]
        if measure.kind == "number":
            known: Floats = np.asarray(series, dtype=np.float64)
            known = np.where(np.isfinite(known), known, np.nan)
            values.append(known)
            columns.append(Column(measure, None, None, bool(np.all((known == np.floor(known)) | np.isnan(known)))))
            continue
        codes, levels = pd.factorize(series.to_numpy(dtype=object), sort=True)
        frequent = np.argsort(-np.bincount(codes[codes >= 0], minlength=len(levels)), kind="stable")[:LEVELS]
        two = len(levels) == 2
        for level in frequent[:1] if two else frequent:
            values.append(np.where(codes >= 0, (codes == level).astype(np.float64), np.nan))
            columns.append(Column(measure, str(levels[level]), str(levels[1 - level]) if two else None, whole=True))
    return columns, np.column_stack(values) if values else np.empty((len(measures.table), 0))


def _draw(values: Floats, labels: Labels, seed: int) -> npt.NDArray[np.intp]:
    """Draw customers so that neither row order nor ids matter, segments spread evenly over the folds."""
    order = lexicographic((labels, *values.T[::-1]))
    rng = np.random.default_rng(seed)
    drawn = order[rng.permutation(len(order))[:AT_MOST]]
    return drawn[np.argsort(labels[drawn], kind="stable")]


def _fit(values: Floats, labels: Labels, k: int, columns: Sequence[Column]) -> list[tuple[Cut, ...]]:
    """Find every segment's rule; () where there is none."""
    distinct = [np.unique(column[~np.isnan(column)]) for column in values.T]
    usable = [number for number, known in enumerate(distinct) if len(known) > 1]
    if not usable:
        return [()] * k
    codes = np.column_stack([_codes(values[:, number], distinct[number]) for number in usable])
    rules = []
    for segment in range(k):
        inside = labels == segment
        paths = _paths(codes, inside) if inside.any() and not inside.all() else []
        cuts = [tuple(_cut(usable[c], over, at, distinct, columns) for c, over, at in path) for path in paths]
        rules.append(_best(cuts, values, inside, columns))
    return rules


def _codes(column: Floats, distinct: Floats) -> npt.NDArray[np.float32]:
    """Rank the values from 0, unknown ones as the median: small whole numbers are exact in the tree's 32-bit floats."""
    known = column[~np.isnan(column)]
    filled = np.where(np.isnan(column), np.quantile(known, 0.5, method="lower"), column)
    return np.searchsorted(distinct, filled).astype(np.float32)


def _paths(codes: npt.NDArray[np.float32], inside: Mask) -> list[list[tuple[int, bool, int]]]:
    """Grow the tree and give the path to each of its nodes: (column, over, code), the tightest of a kind only."""
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - placing a customer needs none of it

    least = max(1, min(5, len(inside) // 20))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0).fit(codes, inside).tree_
    paths: list[list[tuple[int, bool, int]]] = []
    waiting: list[tuple[int, dict[tuple[int, bool], int]]] = [(0, {})]
    while waiting:
        node, limits = waiting.pop()
        if limits:
            paths.append([(column, over, at) for (column, over), at in limits.items()])
        if tree.children_left[node] < 0:
            continue
        column, at = int(tree.feature[node]), math.floor(tree.threshold[node])
        for child, over in ((tree.children_left[node], False), (tree.children_right[node], True)):
            # Deeper in the tree the same comparison can only become tighter, so the later one replaces the earlier.
            waiting.append((int(child), {**limits, (column, over): at}))
    return paths


def _cut(column: int, over: bool, at: int, distinct: Sequence[Floats], columns: Sequence[Column]) -> Cut:
    """Turn a split between two codes back into values, with the roundest cut point that parts them."""
    low, high = float(distinct[column][at]), float(distinct[column][at + 1])
    return Cut(column, over, _roundest(low, high, columns[column].whole), low, high)


def _roundest(low: float, high: float, whole: bool) -> float:
    """Give the number with the fewest significant digits in [low, high), nearest to its middle; whole if asked for."""
    middle = low + (high - low) / 2
    for digits in range(1, 16):
        candidate = rounded(float(math.floor(middle)) if whole else middle, digits)
        if low <= candidate < high:
            return candidate
    return low


def _met(cuts: Iterable[Cut], values: Floats) -> Mask:
    """Say who meets all conditions."""
    met = np.ones(len(values), dtype=np.bool_)
    for cut in cuts:
        met &= cut.met(values)
    return met


def _f1(cuts: Iterable[Cut], values: Floats, inside: Mask) -> float:
    """Weigh hit and miss in one figure: the harmonic mean of hit and 1 - miss."""
    met = _met(cuts, values)
    return float(2 * (met & inside).sum() / max(1, met.sum() + inside.sum()))


def _best(
    candidates: Sequence[tuple[Cut, ...]], values: Floats, inside: Mask, columns: Sequence[Column]
) -> tuple[Cut, ...]:
    """Take the best path, then drop conditions and round cut points as far as that costs nothing."""
    if not candidates:
        return ()
    scores = [_f1(cuts, values, inside) for cuts in candidates]
    least = max(scores) - COSTS_NOTHING
    if least <= 0:
        return ()
    good = [number for number, score in enumerate(scores) if score >= least]
    best = list(candidates[min(good, key=lambda number: (len(candidates[number]), -scores[number]))])
    for cut in [cut for cut in best if len(best) > 1]:
        shorter = [other for other in best if other is not cut]
        if shorter and _f1(shorter, values, inside) >= least:
            best = shorter
    for place, cut in enumerate(best):
        for digits in (2, 3):
            value = rounded(cut.value, digits)
            if value == cut.value or (columns[cut.column].whole and value != math.floor(value)):
                break
            trial = [*best[:place], replace(cut, value=value), *best[place + 1 :]]
            if _f1(trial, values, inside) >= least:
                best = trial
                break
    return tuple(sorted(best, key=lambda cut: (cut.column, not cut.over)))


def _condition(column: Column, cut: Cut, voice: Voice) -> Condition:
    """Put a condition in words."""
    measure = column.measure
    if column.level is not None:
        level = column.level if cut.over or column.other is None else column.other
        op: Literal["is", "is not"] = "is" if cut.over or column.other is not None else "is not"
        return Condition(measure.name, op, level, f"{clean(measure.label)} {op} {clean(level)}")
    text = voice.comparison(measure.name, measure.label, measure.unit, ">" if cut.over else "<=", cut.value)
    return Condition(measure.name, ">" if cut.over else "<=", cut.value, text)


def _text(conditions: Sequence[Condition]) -> str:
    """Say all conditions; the second on one measure doesn't repeat its name: "spend over 500 and up to 2,760"."""
    parts: list[str] = []
    for before, condition in zip((None, *conditions), conditions, strict=False):
        text = condition.text
        if before is not None and before.measure == condition.measure:
            shared = takewhile(lambda pair: pair[0] == pair[1], zip(before.text.split(), text.split(), strict=False))
            text = " ".join(text.split()[sum(1 for _ in shared) :])
        parts.append(text)
    return join(parts)
