import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from segmentry.explore.shapes import MOST_BINS, category_shape, number_shape
from segmentry.features import Measure

VISITS = Measure("visits", "Visits", "number", "forms")
NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3) + 0.0), min_size=1, max_size=80)


def test_a_number_worked_by_hand() -> None:
    """Of 0, 0, 2, 6 and one blank: quartiles, mean, spread, skewness and shares are those of the textbook."""
    shape = number_shape(VISITS, np.array([0.0, 0.0, 2.0, 6.0]), 5)
    assert (shape.known, shape.missing, shape.zeros, shape.distinct) == (4, 0.2, 0.5, 3)
    five = (shape.minimum, shape.lower_quartile, shape.median, shape.upper_quartile, shape.maximum)
    assert five == (0, 0, 1, 3, 6)
    # Deviations from the mean 2 are -2, -2, 0, 4: squares sum to 24, cubes to 48.
    assert shape.mean == pytest.approx(2)
    assert shape.deviation == pytest.approx(math.sqrt(24 / 4))
    assert shape.skewness == pytest.approx((48 / 4) / (24 / 4) ** 1.5)


@settings(deadline=None)
@given(NUMBERS)
def test_bars_hold_everybody_once(values: list[float]) -> None:
    """At most 20 bars, from the lowest to the highest value, and their customers add up to the known ones."""
    ordered = np.sort(np.array(values))
    shape = number_shape(VISITS, ordered, len(values) + 3)
    assert 1 <= len(shape.bins) <= MOST_BINS
    assert sum(bar.count for bar in shape.bins) == shape.known == len(values)
    assert (shape.bins[0].low, shape.bins[-1].high) == (ordered[0], ordered[-1])
    last = shape.bins[-1]
    for bar in shape.bins:
        ends = ordered <= bar.high if bar is last or bar.low == bar.high else ordered < bar.high
        assert bar.count == int(((ordered >= bar.low) & ends).sum())


@settings(deadline=None)
@given(NUMBERS)
def test_figures_agree_with_other_programs(values: list[float]) -> None:
    """Quantiles, mean and standard deviation are numpy's, and the skewness is scipy's."""
    ordered = np.sort(np.array(values))
    shape = number_shape(VISITS, ordered, len(values))
    assert shape.median == np.quantile(ordered, 0.5)
    assert shape.mean == pytest.approx(ordered.mean(), abs=1e-6)
    assert shape.deviation == pytest.approx(ordered.std(), abs=1e-6)
    assert shape.distinct == len(set(values))
    if ordered.std() > 1e-6 * np.abs(ordered).max():
        assert shape.skewness == pytest.approx(stats.skew(ordered), abs=1e-6)


def test_giants_leave_the_others_their_bars() -> None:
    """One value a million times the others leaves most bars to them."""
    shape = number_shape(VISITS, np.sort(np.append(np.arange(1000.0), 1e9)), 1001)
    assert sum(bar.high <= 1000 for bar in shape.bins) >= len(shape.bins) - 2 > 5


def test_whole_numbers_leave_no_bar_empty_by_its_width() -> None:
    """Thirty whole numbers, alike common: every bar holds somebody."""
    shape = number_shape(VISITS, np.sort(np.tile(np.arange(30.0), 10)), 300)
    assert min(bar.count for bar in shape.bins) > 0


def test_giant_numbers_have_figures() -> None:
    """Values near the largest of all numbers overflow nothing."""
    shape = number_shape(VISITS, 1.7e308 * np.linspace(-1, 1, 101), 101)
    assert shape.mean == pytest.approx(0, abs=1e300)
    assert math.isfinite(shape.deviation)
    assert sum(bar.count for bar in shape.bins) == 101


def test_nobody_has_a_value() -> None:
    """A column without any value has no figures, and says so."""
    shape = number_shape(VISITS, np.array([]), 7)
    assert (shape.known, shape.missing, shape.distinct, shape.bins) == (0, 1.0, 0, ())
    assert math.isnan(shape.median)


def test_rare_levels_are_counted_together() -> None:
    """The ten most common levels are named, ties by name, and everybody else is counted."""
    texts = [f"L{number:02d}" for number in range(15) for _ in range(2)] + ["often"] * 5 + [None] * 5
    shape = category_shape(Measure("kind", "Kind", "category", "forms"), pd.Series(texts, dtype=object))
    assert [level.level for level in shape.levels] == ["often", *(f"L{number:02d}" for number in range(9))]
    assert (shape.known, shape.distinct, shape.missing) == (35, 16, 5 / 40)
    assert sum(level.count for level in shape.levels) + shape.others == shape.known
    assert shape.levels[0].share == 5 / 35
