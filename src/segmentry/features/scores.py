"""RFM scores: a measure cut into levels by its value, the best buyers highest, by cut points that are kept and reused.

Customers are scored by value alone: who is equal scores equal, whatever the order of the rows, and a better buyer never
scores lower. What is fitted is only where to cut, so later customers are scored by the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import ColumnError, DataError, UsageError

__all__ = ["MOST_LEVELS", "RFM", "Cut", "Cuts", "ScoreRule", "Scores", "fit_cuts", "fit_scores"]

Floats = npt.NDArray[np.float64]
Cut = Literal["quantile", "quantile-plus-one", "width", "k-means"]

MOST_LEVELS = 20
"""More levels than anybody reads a score by."""

MOST_PASSES = 300
"""Of one-dimensional k-means; a few dozen are enough for it to stand still."""


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How one measure is scored.

    Parameters
    ----------
    measure : str
        The column.
    better : {"high", "low"}, default "high"
        Which values are a good buyer's: many orders are, many days since the last one aren't.
    levels : int, default 5
        Scores run from 1 to this; 2 to 20.
    cut : {"quantile", "quantile-plus-one", "width", "k-means"}, default "quantile"
        Where to cut: levels of equally many customers, as far as equal values allow; the same as R's package rfm does
        it, with 1 added to each quantile; levels of equal width; or levels around k means of the values.

    Raises
    ------
    UsageError
        There are fewer than 2 or more than 20 levels.
    """

    measure: str
    better: Literal["high", "low"] = "high"
    levels: int = 5
    cut: Cut = "quantile"

    def __post_init__(self) -> None:
        if not 2 <= self.levels <= MOST_LEVELS:
            raise UsageError(
                f"{self.measure} can't be scored in {self.levels} levels", [f"from 2 to {MOST_LEVELS}"], "levels = 5"
            )


RFM = (ScoreRule("recency_days", "low"), ScoreRule("orders"), ScoreRule("spend"))
"""The three scores in quintiles."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where one measure is cut.

    Parameters
    ----------
    rule : ScoreRule
        What the cut points were fitted by.
    at : tuple of float
        ``rule.levels - 1`` cut points, ascending, in the measure's unit; some are equal where many customers are.

    Notes
    -----
    Who lies on a cut point gets the lower of the two scores. Only ``quantile-plus-one`` keeps the package's half-open
    intervals, in which the value on a cut point belongs to the interval above it.

    Examples
    --------
    >>> Cuts(ScoreRule("orders", levels=3), (1.0, 4.0)).score([1, 2, 4, 5]).tolist()
    [1, 2, 2, 3]
    >>> Cuts(ScoreRule("recency_days", "low", levels=3), (10.0, 90.0)).score([0, 10, 89, 90]).tolist()
    [3, 2, 2, 1]
    """

    rule: ScoreRule
    at: tuple[float, ...]

    def score(self, values: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """Score values, each without regard to the others.

        Parameters
        ----------
        values : array of float, shape (n,)
            In the measure's unit.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            1 to ``rule.levels``, the best buyers highest; 0 where the value isn't known.
        """
        given = np.asarray(values, dtype=np.float64)
        low = self.rule.better == "low"
        over = self.rule.cut != "quantile-plus-one" and not low
        passed = np.searchsorted(np.asarray(self.at), given, side="left" if over else "right")
        scores = self.rule.levels - passed if low else 1 + passed
        return np.where(np.isnan(given), 0, scores).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Scores:
    """Fitted scores of a customer table.

    Parameters
    ----------
    cuts : tuple of Cuts
        One a measure, in order.
    """

    cuts: tuple[Cuts, ...]

    def apply(self, table: pd.DataFrame) -> pd.DataFrame:
        """Score customers by the kept cut points.

        Parameters
        ----------
        table : pandas.DataFrame
            Has a column a measure; others are ignored.

        Returns
        -------
        pandas.DataFrame
            An int32 column a measure, 1 to its levels, 0 where the value isn't known; rows as they were given.

        Raises
        ------
        ColumnError
            A measure is missing.
        """
        _present(table, [cuts.rule.measure for cuts in self.cuts])
        found = {cuts.rule.measure: cuts.score(_numbers(table[cuts.rule.measure])) for cuts in self.cuts}
        return pd.DataFrame(found, index=table.index)


def fit_scores(table: pd.DataFrame, rules: Sequence[ScoreRule] = RFM) -> Scores:
    """Fit the cut points of several measures.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a customer.
    rules : sequence of ScoreRule, default RFM
        Quintiles of recency_days, orders and spend unless told otherwise.

    Raises
    ------
    ColumnError
        A measure is missing.
    DataError
        No customer has a value, or one is infinite.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [3, 90, 3], "orders": [9, 1, 2], "spend": [80.0, 5.0, 9.5]})
    >>> scores = fit_scores(table)
    >>> scores.apply(table).iloc[0].to_dict()
    {'recency_days': 5, 'orders': 5, 'spend': 5}
    """
    _present(table, [rule.measure for rule in rules])
    return Scores(tuple(fit_cuts(_numbers(table[rule.measure]), rule) for rule in rules))


def fit_cuts(values: npt.ArrayLike, rule: ScoreRule) -> Cuts:
    """Fit where one measure is cut.

    Parameters
    ----------
    values : array of float, shape (n,)
        Unknown ones are nan and not looked at.
    rule : ScoreRule
        How.

    Raises
    ------
    DataError
        No value is known, or one is infinite.

    Notes
    -----
    ``quantile`` cuts at the value that stands, or the next worse one, at i / levels of the customers sorted from worst
    to best; a cut point never lies on the best value, so that the best buyers reach the highest score however many of
    them are equal. Cut points are values that occur, so that another unit of money changes no score.
    ``quantile-plus-one`` is what the R package rfm (Hebbali) does: quantiles of type 7 (Hyndman & Fan, "Sample
    quantiles in statistical packages", The American Statistician 50, 1996) plus 1, intervals closed on the left. Its 1
    is a 1: scores depend on the unit.
    ``width`` and ``k-means`` cut as scikit-learn's KBinsDiscretizer does (``uniform``, ``kmeans``): at equal distances,
    and halfway between one-dimensional k-means begun from equal widths.

    Examples
    --------
    >>> fit_cuts([1, 1, 1, 2, 3, 9], ScoreRule("orders", levels=3)).at
    (1.0, 2.0)
    >>> fit_cuts([1, 2, 3, 4], ScoreRule("orders", levels=2, cut="quantile-plus-one")).at
    (3.5,)
    """
    known = np.asarray(values, dtype=np.float64)
    known = np.sort(known[~np.isnan(known)]) + 0.0
    if not known.size:
        raise DataError(
            f"no customer has a value of {rule.measure!r}, so it can't be scored", way_out="another measure"
        )
    if np.isinf(known[[0, -1]]).any():
        raise DataError(f"the measure {rule.measure!r} holds an infinite value", way_out="mend or remove that row")
    match rule.cut:
        case "quantile":
            at = _quantiles(known, rule)
        case "quantile-plus-one":
            at = _type_7(known, rule.levels) + 1.0
        case "width":
            at = np.linspace(known[0], known[-1], rule.levels + 1)[1:-1]
        case "k-means":
            at = _between_means(known, rule.levels)
    return Cuts(rule, tuple(at.tolist()))


def _quantiles(known: Floats, rule: ScoreRule) -> Floats:
    """Give the values at i / levels of the customers from worst to best, none of them the best value."""
    best = known[::-1] if rule.better == "low" else known
    places = (len(best) - 1) * np.arange(1, rule.levels) // rule.levels
    less = np.flatnonzero(best != best[-1])
    at = best[np.minimum(places, less[-1])] if less.size else best[places]
    return np.sort(at)


def _type_7(known: Floats, levels: int) -> Floats:
    """Give the quantiles of type 7 at i / levels; whole numbers are weighed in whole numbers, so ties stay ties."""
    low, over = np.divmod((len(known) - 1) * np.arange(1, levels), levels)
    high = np.minimum(low + 1, len(known) - 1)
    mixed = (known[low] * (levels - over) + known[high] * over) / levels
    return np.where(known[low] == known[high], known[low], mixed)


def _between_means(known: Floats, levels: int) -> Floats:
    """Give the points halfway between k means; a level that nobody is in keeps its place."""
    edges = np.linspace(known[0], known[-1], levels + 1)
    means = (edges[1:] + edges[:-1]) / 2
    sums = np.concatenate([[0.0], np.cumsum(known)])
    bounds = np.empty(0, dtype=np.intp)
    at = (means[1:] + means[:-1]) / 2
    for _ in range(MOST_PASSES):
        fresh = np.concatenate([[0], np.searchsorted(known, at, side="right"), [len(known)]])
        if np.array_equal(fresh, bounds):
            break
        bounds, counts = fresh, np.diff(fresh)
        means = np.where(counts > 0, np.diff(sums[fresh]) / np.maximum(counts, 1), means)
        at = (means[1:] + means[:-1]) / 2
    return at


def _present(table: pd.DataFrame, measures: Sequence[str]) -> None:
    missing = [name for name in measures if name not in table.columns]
    if missing:
        raise ColumnError(
            f"the table lacks {len(missing)} of the measures to be scored",
            [f"missing: {', '.join(map(repr, missing))}", f"it has: {', '.join(map(repr, table.columns))}"],
            "give a table with those columns",
        )


def _numbers(raw: pd.Series) -> Floats:
    return raw.to_numpy(dtype=np.float64, na_value=np.nan)
