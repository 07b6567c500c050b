import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from segmentry.evaluate import dip, is_lumpy

FEW = st.lists(st.integers(0, 12), min_size=2, max_size=14).filter(lambda values: len(set(values)) > 1)


def least_misfit(values: np.ndarray) -> float:
    """Give the dip from its definition: for every place of the peak, the nearest single-peaked line by linear program.

    Unknown are the heights at the places, one more at the peak (which may jump), and the misfit.
    """
    places, counts = np.unique(values, return_counts=True)
    upto = np.cumsum(counts) / len(values)
    below, k = upto - counts / len(values), len(places)
    best = 1.0
    for peak in range(k):
        rows, bounds = [], []

        def at_most(bound: float, *terms: tuple[int, float], rows: list = rows, bounds: list = bounds) -> None:
            row = np.zeros(k + 2)
            for which, factor in terms:
                row[which] += factor
            rows.append(row)
            bounds.append(bound)

        after = [k if place == peak else place for place in range(k)]
        for place in range(k):
            for sign in (1, -1):
                at_most(sign * below[place], (place, sign), (k + 1, -1))
                at_most(sign * upto[place], (after[place], sign), (k + 1, -1))
        at_most(0, (peak, 1), (k, -1))
        steps = np.diff(places)
        for place in range(k - 1):
            at_most(0, (after[place], 1), (place + 1, -1))
        for place in range(1, k - 1):
            if place == peak:
                continue
            sign = 1 if place < peak else -1
            one, two = sign / steps[place - 1], sign / steps[place]
            at_most(0, (place, one), (after[place - 1], -one), (place + 1, -two), (place, two))
        found = linprog(np.eye(k + 2)[k + 1], A_ub=np.array(rows), b_ub=bounds, bounds=[(None, None)] * (k + 2))
        best = min(best, found.fun)
    return best


def test_two_far_pairs_and_steps_worked_by_hand() -> None:
    """With the peak at 1, a concave line must rise from .5 - e at 1 to .5 + e at 99 as steeply as to 1 - e at 100.

    So 2 e = 98 (.5 - 2 e), e = 49/198. Two equal steps: one may be the peak, the other is missed by half of itself.
    """
    assert dip(np.array([0.0, 1.0, 99.0, 100.0])) == pytest.approx(49 / 198)
    assert dip(np.array([0.0, 0.0, 1.0, 1.0])) == 0.25
    assert dip(np.array([0.0, 1.0, 1.0, 1.0, 2.0])) == 0.1
    assert dip(np.array([7.0, 7.0, 7.0])) == 0.0


@given(values=FEW)
def test_the_dip_is_the_distance_to_the_nearest_single_peak(values: list[int]) -> None:
    """The narrowing of the interval gives what trying every peak gives, ties included."""
    array = np.array(values, dtype=float)
    assert dip(array) == pytest.approx(least_misfit(array), abs=1e-9)


@given(values=st.lists(st.floats(-1e3, 1e3).map(lambda value: round(value, 3)), min_size=2, max_size=80))
def test_order_unit_and_direction_change_nothing(values: list[float]) -> None:
    """Reversed, scaled, moved: the same dip; and it stays between 1 / (2 n) and a quarter."""
    array = np.array(values)
    assert dip(array[::-1]) == dip(array)
    assert dip(-array) == pytest.approx(dip(array), abs=1e-9)
    assert dip(4 * array + 8) == pytest.approx(dip(array), abs=1e-9)
    if len(np.unique(array)) > 1:
        assert 1 / (2 * len(array)) <= dip(array) <= 0.25


@pytest.mark.parametrize("family", ["uniform", "normal", "exponential", "orders"])
@pytest.mark.parametrize("size", [60, 700])
def test_single_peaked_columns_are_hardly_ever_called_lumpy(family: str, size: int) -> None:
    """At most 8 of 300 (at a true rate of 1% more have chance 1 in 1,000), whole numbers of orders included."""
    rng = np.random.default_rng([7, size])
    draw = {
        "uniform": lambda: rng.random(size),
        "normal": lambda: rng.normal(size=size),
        "exponential": lambda: rng.exponential(size=size),
        "orders": lambda: rng.geometric(0.3, size).astype(float),
    }[family]
    assert sum(is_lumpy(draw(), seed=index) for index in range(300)) <= 8


def test_two_groups_four_sigma_apart_are_called_lumpy() -> None:
    """At least 95 of 100 times with 200 values, and with 2,000 rounded to tenths."""
    rng = np.random.default_rng(8)
    for size, digits in ((200, 6), (2000, 1)):
        sides = 4.0 * (np.arange(size) % 2)
        found = [is_lumpy((rng.normal(size=size) + sides).round(digits), seed=index) for index in range(100)]
        assert sum(found) >= 95


def test_a_lump_of_equal_values_beside_a_peak_is_lumpy_and_steps_alone_are_not() -> None:
    """A third of zeros and a bell far off: two peaks. Thirty customers of each of ten counts: none."""
    rng = np.random.default_rng(9)
    assert is_lumpy(np.concatenate([np.zeros(100), rng.normal(10, 1, 200)]), seed=0)
    assert not is_lumpy(np.repeat(np.arange(10.0), 30), seed=0)
    assert not is_lumpy(np.zeros(50), seed=0)
    assert not is_lumpy(np.array([0.0, 0.0, 0.0, 9.0, 9.0]), seed=0)


def test_order_of_values_does_not_change_what_is_lumpy() -> None:
    """Spreading is seeded and goes by value: near the critical value, too, any order gives one answer."""
    rng = np.random.default_rng(10)
    answers = []
    for _ in range(40):
        values = (rng.normal(size=80) + 4.1 * (np.arange(80) % 2)).round(1)
        straight = is_lumpy(values, seed=3)
        assert is_lumpy(rng.permutation(values), seed=3) == straight
        answers.append(straight)
    assert 0 < sum(answers) < 40
