"""Where bars begin, and quantiles of values in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.describe.bars import edges, quantiles

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64)
WHOLE = st.integers(-(10**9), 10**9).map(float)
VALUES = st.lists(st.one_of(FLOATS, WHOLE, st.just(0.0)), min_size=2, max_size=60).filter(lambda v: min(v) < max(v))


@given(VALUES, st.integers(3, 30))
def test_bars_reach_from_end_to_end(values: list[float], most: int) -> None:
    """Edges ascend from the lowest value to the highest, and there are no more bars than asked."""
    found = edges(np.sort(values), most)
    assert (found[0], found[-1]) == (min(values), max(values))
    assert (np.diff(found) > 0).all()
    assert 2 <= len(found) <= most + 1


@given(st.lists(WHOLE, min_size=2, max_size=60).filter(lambda v: min(v) < max(v)))
def test_between_whole_numbers_bars_begin_at_whole_numbers(values: list[float]) -> None:
    """All bars but the outermost are equally wide, and hold equally many whole numbers."""
    found = edges(np.sort(values), 24)
    assert (found == np.floor(found)).all()
    assert len(set(np.diff(found)[1:-1])) <= 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.1, 0.12, 0.18, 0.3], [0.1, 0.15, 0.2, 0.25, 0.3]),
        ([0.0, 7.0, 9.0, 100.0], [0, 25, 50, 75, 100]),
        ([-3.0, 2.5, 3.0], [-3, -2, 0, 2, 3]),
        ([0.0] * 999 + [8.0], [0, 2, 4, 6, 8]),
        ([-1.7e308, 1.7e308], [-1.7e308, 1.7e308]),
    ],
    ids=["tenths", "tens", "below zero", "nearly all the same", "beyond any width"],
)
def test_edges_are_round_numbers(values: list[float], expected: list[float]) -> None:
    """What a person would write at the axis."""
    most = 6
    assert edges(np.array(values), most).tolist() == expected


@given(
    st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 6)), min_size=1),
    st.lists(st.integers(0, 200).map(lambda x: x / 200), min_size=1, max_size=5),
)
def test_quantiles_are_numpys(values: list[float], shares: list[float]) -> None:
    """Values in order need no sorting, and the figures are the same to the last digit."""
    assert quantiles(np.sort(values), *shares) == np.quantile(values, shares).tolist()
