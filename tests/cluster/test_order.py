import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.cluster.order import in_order, told_apart
from segmentry.errors import TooFewError


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 60), d=st.integers(1, 5), kinds=st.sampled_from([1, 2, 3, 100]))
def test_points_stand_in_the_order_of_their_columns(seed: int, n: int, d: int, kinds: int) -> None:
    """The first column decides, then the second, and so on: as sorting rows as lists does, ties or not."""
    values = np.random.default_rng(seed).integers(-kinds, kinds, size=(n, d)).astype(np.float32)
    assert in_order(values).tolist() == sorted(values.tolist())
    assert np.array_equal(in_order(in_order(values)), in_order(values))


def test_both_zeros_are_one() -> None:
    """Minus zero equals zero: it comes out as zero, and is no different point."""
    values = np.array([[0.0, 1.0], [-0.0, 2.0], [0.0, 0.0], [-0.0, 1.0]])
    ordered, fresh = told_apart(values, 3)
    assert not np.signbit(ordered).any()
    assert ordered[:, 1].tolist() == [0, 1, 1, 2]
    assert fresh.tolist() == [True, True, False, True]


def test_too_few_different_points_are_refused() -> None:
    """Copies don't count, and the refusal says how many differ."""
    with pytest.raises(TooFewError, match="3 clusters need at least 3 different points"):
        told_apart(np.array([[1.0], [1.0], [2.0]]), 3)
