import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.kernels import lexicographic


@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(1, 4))
def test_the_order_is_that_of_sorting_by_every_key(seed: int, n: int, count: int) -> None:
    """Numbers of any kind, tied, blank, infinite or minus zero: the order is NumPy's, rows alike as they came."""
    rng = np.random.default_rng(seed)
    keys = []
    for _ in range(count):
        key = rng.integers(-3, 3, n).astype(rng.choice([np.float32, np.float64, np.int32, np.int64]))
        if key.dtype.kind == "f":
            for odd in (np.nan, -0.0, np.inf, -np.inf):
                key[rng.random(n) < 0.1] = odd
        keys.append(key)
    assert lexicographic(keys).tolist() == np.lexsort(keys[::-1]).tolist()


def test_an_order_by_nothing_is_refused() -> None:
    """Without a key nobody knows how many rows there are."""
    with pytest.raises(ValueError, match="at least one key"):
        lexicographic([])
