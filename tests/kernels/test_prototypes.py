from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.kernels import (
    Prototypes,
    kprototypes,
    lloyd,
    nearest_prototypes,
    prototype_costs,
    seed_centroids,
    settle,
)


def cost_of(numbers: np.ndarray, codes: np.ndarray, labels: np.ndarray, gamma: float) -> float:
    """Sum squared distances to means and differing levels, slowly."""
    total = 0.0
    for label in np.unique(labels):
        own, levels = numbers[labels == label], codes[labels == label]
        total += ((own - own.mean(axis=0)) ** 2).sum() if own.size else 0.0
        total += gamma * sum(len(column) - np.bincount(column).max() for column in levels.T)
    return float(total)


def some(seed: int, n: int, p: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Give points of n customers with p numbers and q attributes of three levels."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    codes = np.where(rng.random((n, q)) < 0.7, kind[:, None], rng.integers(0, 3, (n, q)))
    return rng.normal(size=(n, p)) + 2 * kind[:, None], codes.astype(np.int32)


def test_two_passes_worked_by_hand() -> None:
    """0a 2a | 9b 9a: means 1 and 9, modes a and a (equally common: the first), cost 2 and one level that differs."""
    numbers, codes = np.array([[0.0], [2.0], [9.0], [9.0]]), np.array([[0], [0], [1], [0]], np.int32)
    fits = kprototypes(numbers, codes, Prototypes(numbers[None, [0, 2]], codes[None, [0, 2]]), 0.5)
    assert fits.prototypes.centroids.tolist() == [[[1.0], [9.0]]]
    assert fits.prototypes.modes.tolist() == [[[0], [0]]]
    assert fits.cost.tolist() == [2.5]


def test_costs_worked_by_hand() -> None:
    """3b is 4 from 1b, and half from 3a at half a unit a level; no level differs from every level."""
    costs = prototype_costs(
        np.array([[3.0], [3.0]]),
        np.array([[1], [-1]], np.int32),
        np.array([[1.0], [3.0]]),
        np.array([[1], [0]], np.int32),
        0.5,
    )
    assert costs.tolist() == [[4.0, 4.5], [0.5, 0.5]]


def test_without_attributes_it_is_lloyds_algorithm() -> None:
    """The same starts end at the same means and the same sum of squares."""
    numbers, _ = some(0, 200, 3, 0)
    none = np.empty((200, 0), np.int32)
    begun = seed_centroids(numbers, 4, 3, np.random.default_rng(1))
    ours = kprototypes(numbers, none, Prototypes(begun, np.empty((3, 4, 0), np.int32)), 1.0)
    theirs = lloyd(numbers, begun)
    assert np.allclose(ours.prototypes.centroids, theirs.centroids)
    assert np.allclose(ours.cost, theirs.inertia)


@pytest.mark.parametrize(("p", "q"), [(2, 3), (0, 3), (2, 0)])
def test_all_starts_at_once_end_as_each_alone(p: int, q: int) -> None:
    """Starts share passes, and nothing else."""
    numbers, codes = some(1, 150, p, q)
    rows = np.random.default_rng(0).choice(150, (4, 3), replace=False)
    together = kprototypes(numbers, codes, Prototypes(numbers[rows], codes[rows]), 0.7)
    for start, own in enumerate(rows):
        alone = kprototypes(numbers, codes, Prototypes(numbers[own][None], codes[own][None]), 0.7)
        assert np.allclose(alone.prototypes.centroids[0], together.prototypes.centroids[start])
        assert np.array_equal(alone.prototypes.modes[0], together.prototypes.modes[start])


def test_an_empty_cluster_is_put_on_the_point_that_costs_most() -> None:
    """Two prototypes alike leave one empty: it goes to the point far from both."""
    numbers, codes = np.array([[0.0], [0.1], [0.2], [8.0]]), np.zeros((4, 1), np.int32)
    starts = Prototypes(np.array([[[0.1], [0.1]]]), np.zeros((1, 2, 1), np.int32))
    assert sorted(kprototypes(numbers, codes, starts, 1.0).prototypes.centroids.ravel().round(6)) == [0.1, 8.0]


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), p=st.integers(0, 2), q=st.integers(0, 3), k=st.integers(2, 4))
def test_moving_single_points_never_costs_and_leaves_nothing_to_gain(seed: int, p: int, q: int, k: int) -> None:
    """What comes out costs what it says, no more than before, and no single move would cost less."""
    if p + q == 0:
        q = 1
    numbers, codes = some(seed, 24, p, q)
    before = (np.arange(24) % k).astype(np.int32)
    labels, prototypes, cost = settle(numbers, codes, before, k, 0.6)
    assert cost == pytest.approx(cost_of(numbers, codes, labels, 0.6))
    assert cost <= cost_of(numbers, codes, before, 0.6) + 1e-9
    assert set(labels.tolist()) == set(range(k))
    own = prototype_costs(numbers, codes, prototypes.centroids[0], prototypes.modes[0], 0.6)
    assert own[labels, np.arange(24)].sum() == pytest.approx(cost)
    for row, other in product(range(24), range(k)):
        moved = labels.copy()
        moved[row] = other
        if len(set(moved.tolist())) == k:
            assert cost_of(numbers, codes, moved, 0.6) >= cost - 1e-6


def test_a_start_ends_early_where_a_pass_gains_little() -> None:
    """With a share to be gained, fewer passes are made, for a cost that is hardly higher."""
    numbers, codes = some(3, 400, 2, 2)
    start = Prototypes(numbers[None, :4], codes[None, :4])
    full, early = (kprototypes(numbers, codes, start, 0.5, gain=gain) for gain in (0.0, 0.05))
    assert early.passes < full.passes
    assert full.cost[0] <= early.cost[0] <= full.cost[0] * 1.2


def test_the_two_cheapest_worked_by_hand() -> None:
    """3b costs 4 at 1b, 0.5 at 3a and 36 at 9b; with one prototype the next is the same, at infinity."""
    one = np.array([[3.0]]), np.array([[1]], np.int32)
    labels, costs = nearest_prototypes(*one, np.array([[1.0], [3.0], [9.0]]), np.array([[1], [0], [1]], np.int32), 0.5)
    assert labels.tolist() == [[1], [0]]
    assert costs.tolist() == [[0.5], [4.0]]
    labels, costs = nearest_prototypes(*one, np.array([[1.0]]), np.array([[1]], np.int32), 0.5)
    assert labels.tolist() == [[0], [0]]
    assert costs.tolist() == [[4.0], [np.inf]]


def test_a_point_that_joins_a_level_that_is_as_common_costs_nothing_more() -> None:
    """Worked by hand: a, b | b: the first b joins the other b for nothing, where beside a it cost a level."""
    none, codes = np.empty((3, 0)), np.array([[0], [1], [1]], np.int32)
    labels, prototypes, cost = settle(none, codes, np.array([0, 0, 1], np.int32), 2, 1.0)
    assert labels.tolist() == [0, 1, 1]
    assert prototypes.modes.tolist() == [[[0], [1]]]
    assert cost == 0.0
