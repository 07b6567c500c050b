import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from segmentry.explore.correlation import CLOSE, correlations, rank

TABLES = arrays(np.float64, st.tuples(st.integers(3, 40), st.integers(1, 5)), elements=st.integers(-50, 50).map(float))


def test_a_pair_worked_by_hand() -> None:
    """With x = 1, 2, 3 and y = 1, 2, 9: products of deviations 8, squares 2 and 38; ranks go wholly together."""
    values = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 9.0]])
    found = correlations(["x", "y"], values, rank(values))
    assert found.pearson[0][1] == pytest.approx(8 / math.sqrt(2 * 38))
    assert found.spearman == ((1.0, 1.0), (1.0, 1.0))
    assert [(pair.left, pair.right, pair.customers) for pair in found.pairs] == [("x", "y", 3)]


@settings(deadline=None)
@given(TABLES)
def test_values_agree_with_numpy(values: np.ndarray) -> None:
    """Pearson's correlations are numpy's, and nan where a column is constant."""
    found = np.array(correlations([str(at) for at in range(values.shape[1])], values, rank(values)).pearson)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.atleast_2d(np.corrcoef(values, rowvar=False))
    expected[values.std(axis=0) == 0] = np.nan
    expected[:, values.std(axis=0) == 0] = np.nan
    np.testing.assert_allclose(found, expected, atol=1e-9)


@settings(deadline=None)
@given(TABLES)
def test_ranks_agree_with_scipy(values: np.ndarray) -> None:
    """Ranks are scipy's average ranks, and their correlation is Spearman's."""
    ranks = rank(values)
    np.testing.assert_array_equal(ranks, stats.rankdata(values, axis=0))
    found = np.array(correlations([str(at) for at in range(values.shape[1])], values, ranks).spearman)
    expected = pd.DataFrame(values).corr(method="spearman").to_numpy()
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_blanks_are_set_aside_pair_by_pair() -> None:
    """A customer who lacks one value counts in the pairs of all the others."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 4))
    values[rng.random((300, 4)) < 0.2] = np.nan
    found = correlations(list("abcd"), values, rank(values))
    np.testing.assert_allclose(np.array(found.pearson), pd.DataFrame(values).corr().to_numpy(), atol=1e-12)


@settings(deadline=None)
@given(TABLES, st.floats(1e-8, 1e8), st.floats(-1e3, 1e3))
def test_units_change_nothing(values: np.ndarray, factor: float, shift: float) -> None:
    """Pounds or pence, and any zero: the same correlations."""
    names = [str(at) for at in range(values.shape[1])]
    moved = (values + shift) * factor
    one, two = (correlations(names, table, rank(table)) for table in (values, moved))
    np.testing.assert_allclose(np.array(one.pearson), np.array(two.pearson), atol=1e-6)


def test_only_close_pairs_are_named_the_closest_first() -> None:
    """A pair is named from 0.7 on, whichever of the two correlations and whichever direction it is."""
    rng = np.random.default_rng(1)
    base = rng.normal(size=2000)
    table = np.column_stack(
        [base, -np.exp(4 * base), base + 0.5 * rng.normal(size=2000), base + 2 * rng.normal(size=2000)]
    )
    found = correlations(["base", "curve", "near", "far"], table, rank(table))
    assert [(pair.left, pair.right) for pair in found.pairs] == [("base", "curve"), ("base", "near"), ("curve", "near")]
    assert found.pairs[0].spearman == pytest.approx(-1)
    assert abs(found.pairs[0].pearson) < CLOSE == found.bound


def test_giant_and_tiny_values_have_correlations() -> None:
    """Columns near the ends of the number range correlate as their ordinary copies do."""
    values = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 4.0]])
    moved = values * np.array([4e307, 1e-300])
    expected = correlations("ab", values, rank(values)).pearson[0][1]
    assert correlations("ab", moved, rank(moved)).pearson[0][1] == pytest.approx(expected)


def test_nothing_to_compare() -> None:
    """No columns, or no customers, is an empty answer and no fault."""
    assert correlations((), np.empty((0, 0)), np.empty((0, 0))).pairs == ()
    assert correlations("ab", np.empty((0, 2)), np.empty((0, 2))).pairs == ()
