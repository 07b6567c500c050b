import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.explore.apart import apart, spread_in_range
from segmentry.features import Measure

VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=50)


def test_three_shapes_worked_by_hand() -> None:
    """Two halves at the ends give 3; 0, 1, 2 has variance 2/3 in a range of 2 and gives 2; one apart of four 2.25."""
    assert spread_in_range(np.array([0.0, 0.0, 5.0, 5.0])) == 3
    assert spread_in_range(np.array([0.0, 1.0, 2.0])) == pytest.approx(12 * (2 / 3) / 4)
    assert spread_in_range(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(12 * 3 / 16)


@settings(deadline=None)
@given(VALUES, st.floats(1e-6, 1e6), st.floats(-1e6, 1e6))
def test_it_depends_on_no_unit_and_stays_within_its_ends(values: list[float], factor: float, shift: float) -> None:
    """The index is from 0 to 3, and the same in any unit."""
    plain = spread_in_range(np.array(values))
    assert 0 <= plain <= 3 + 1e-9
    assert spread_in_range((np.array(values) + shift) * factor) == pytest.approx(plain, abs=1e-3)


def test_groups_come_before_even_spreads_and_lone_customers() -> None:
    """Two groups separate customers more than an even spread, that more than a bell, and that more than a few apart."""
    rng = np.random.default_rng(3)
    n = 1200
    values = {
        "constant": np.ones(n),
        "few": np.where(np.arange(n) < 12, 1.0, 0.0),
        "bell": rng.normal(size=n),
        "even": np.linspace(0, 1, n),
        "groups": np.where(np.arange(n) % 2 == 0, 10.0, 90.0) + rng.normal(size=n),
    }
    measures = [Measure(name, name, "number", "forms") for name in values]
    found = apart([*measures, Measure("text", "text", "category", "forms")], {k: np.sort(v) for k, v in values.items()})
    assert [entry.name for entry in found][:3] == ["groups", "even", "bell"]
    assert {entry.name for entry in found} == {"constant", "few", "bell", "even", "groups"}
    indexes = {entry.name: entry.index for entry in found}
    assert indexes["even"] == pytest.approx(1, abs=0.01)
    assert indexes["constant"] == 0
    assert indexes["few"] < indexes["bell"]


def test_answers_count_as_they_are() -> None:
    """A yes-or-no question has 12 p (1 - p): nothing is pulled in, however rare the yes."""
    club = Measure("club", "club", "yes-no", "forms")
    (found,) = apart([club], {"club": np.array([0.0] * 99 + [1.0])})
    assert found.index == pytest.approx(12 * 0.01 * 0.99)
    assert apart([club], {"club": np.array([])}) == ()
