import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.kernels import Prototypes, kprototypes, prototype_costs, relocate


def test_a_prototype_that_is_hardly_missed_goes_where_it_is_needed() -> None:
    """Two prototypes share one clear group and one serves two groups: single moves can't change that, this can."""
    rng = np.random.default_rng(0)
    numbers = np.concatenate([rng.normal(size=(60, 1)) * 0.1 + centre for centre in (0.0, 10.0, 20.0)])
    codes = np.repeat(np.array([[0], [1], [2]], np.int32), 60, axis=0)
    start = Prototypes(np.array([[[-0.05], [0.05], [15.0]]]), np.array([[[0], [0], [1]]], np.int32))
    stuck = kprototypes(numbers, codes, start, 1.0)
    assert stuck.cost[0] > 1_000
    found, cost = relocate(numbers, codes, stuck.prototypes, 1.0, np.random.default_rng(0), rounds=3)
    assert np.sort(found.centroids.ravel()).tolist() == pytest.approx([0.0, 10.0, 20.0], abs=0.1)
    assert sorted(found.modes.ravel().tolist()) == [0, 1, 2]
    assert cost < 10


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), p=st.integers(0, 2), k=st.integers(1, 4), rounds=st.integers(0, 3))
def test_it_never_costs_more_and_says_what_it_costs(seed: int, p: int, k: int, rounds: int) -> None:
    """The cost is that of the prototypes that come out, and no more than that of the start."""
    rng = np.random.default_rng(seed)
    numbers, codes = rng.normal(size=(30, p)), rng.integers(0, 3, (30, 2)).astype(np.int32)
    start = Prototypes(numbers[None, :k], codes[None, :k])
    before = prototype_costs(numbers, codes, start.centroids[0], start.modes[0], 0.5).min(axis=0).sum()
    found, cost = relocate(numbers, codes, start, 0.5, rng, rounds=rounds)
    again = prototype_costs(numbers, codes, found.centroids[0], found.modes[0], 0.5).min(axis=0).sum()
    assert cost == pytest.approx(again)
    assert cost <= before + 1e-9
