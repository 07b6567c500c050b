from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from segmentry.kernels import Balanced, balance

plain = import_module("segmentry.kernels.transport").balance
Balance = Callable[..., Balanced]
both = pytest.mark.parametrize("solve", [plain, balance], ids=["plain", "core"])


def cheapest_by_slots(costs: np.ndarray, least: int, most: int) -> float:
    """Give the least cost the slow obvious way: every cluster has so many slots, the first of which must be taken."""
    k, n = costs.shape
    slots = np.repeat(costs, most, axis=0).T
    must = np.tile(np.arange(most) < least, k)
    # Points that aren't there fill the slots that may stay empty, at no cost, and the others at a forbidding one.
    nobody = np.tile(np.where(must, 1e6, 0.0), (k * most - n, 1))
    table = np.concatenate([slots, nobody])
    rows, columns = linear_sum_assignment(table)
    return float(table[rows, columns].sum())


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, int, int]:
    """Give costs, some with many ties, and limits that can be kept."""
    k = draw(st.integers(1, 5))
    n = draw(st.integers(k, 24))
    least, most = draw(st.integers(1, n // k)), draw(st.integers(-(-n // k), n))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    ties = draw(st.booleans())
    costs = rng.integers(0, 4, size=(k, n)).astype(float) if ties else rng.random((k, n)) * (1 + 5 * rng.random((k, 1)))
    return costs, least, most


@both
@settings(deadline=None, max_examples=100)
@given(problem=problems(), start=st.integers(0, 100))
def test_no_assignment_within_the_limits_is_cheaper(
    solve: Balance, problem: tuple[np.ndarray, int, int], start: int
) -> None:
    """The cost is that of the slow obvious way, wherever prices start, and the limits hold."""
    costs, least, most = problem
    prices = np.random.default_rng(start).normal(size=len(costs)) if start else None
    found = solve(costs, least, most, prices)
    held = np.bincount(found.labels, minlength=len(costs))
    assert least <= held.min()
    assert held.max() <= most
    cost = costs[found.labels, np.arange(costs.shape[1])].sum()
    assert cost == pytest.approx(cheapest_by_slots(costs, least, most), abs=1e-9)


@both
@settings(deadline=None, max_examples=100)
@given(problem=problems())
def test_with_the_prices_everybody_is_where_it_is_cheapest(
    solve: Balance, problem: tuple[np.ndarray, int, int]
) -> None:
    """Prices alone bring the assignment about; clusters within their limits cost nothing besides."""
    costs, least, most = problem
    found = solve(costs, least, most)
    priced = costs + found.prices[:, None]
    own = priced[found.labels, np.arange(costs.shape[1])]
    assert (own <= priced.min(axis=0) + 1e-9).all()
    held = np.bincount(found.labels, minlength=len(costs))
    assert (found.prices[(held > least) & (held < most)] == 0).all()
    if (held == least).any() and (held == most).any() and least < most:
        assert (found.prices[held == least] <= 1e-9).all()
        assert (found.prices[held == most] >= -1e-9).all()
    if not np.array_equal(costs, costs.round()):  # no ties
        assert np.array_equal(priced.argmin(axis=0), found.labels)


@both
def test_two_clusters_of_two_by_hand(solve: Balance) -> None:
    """Going over costs 9, 7, 5 and 3: the two for whom it costs least go, at a price between 5 and 7."""
    costs = np.array([[0.0, 1.0, 2.0, 3.0], [9.0, 8.0, 7.0, 6.0]])
    found = solve(costs, 2, 2)
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert found.prices[0] - found.prices[1] == pytest.approx(6.0)


@both
def test_a_chain_of_moves_is_found_where_no_single_move_is_cheap(solve: Balance) -> None:
    """The middle cluster passes one on: 2 in all; taking one straight from the first to the last would cost 100."""
    costs = np.array([[0.0, 0.0, 100.0, 100.0], [1.0, 100.0, 0.0, 100.0], [100.0, 100.0, 1.0, 100.0]])[:, :3]
    found = solve(costs, 1, 1)
    assert found.labels.tolist() == [1, 0, 2]


@pytest.mark.parametrize("kind", ["heavy tails", "copies", "even"])
@pytest.mark.parametrize("seed", range(3))
def test_the_core_that_computes_costs_what_the_plain_one_costs(kind: str, seed: int) -> None:
    """On hundreds of points around means, most of them near one: the same sum, sizes within limits, fair prices."""
    rng = np.random.default_rng(seed)
    points = np.exp(rng.normal(size=(400, 2))) if kind == "heavy tails" else rng.random((400, 2))
    points = np.round(points * 4) if kind == "copies" else points
    centres = points[rng.choice(400, 7, replace=False)]
    costs = ((points - centres[:, None]) ** 2).sum(axis=2)
    theirs, ours = plain(costs, 40, 70), balance(costs, 40, 70)
    everybody = np.arange(400)
    assert costs[ours.labels, everybody].sum() == pytest.approx(costs[theirs.labels, everybody].sum(), rel=1e-9)
    held = np.bincount(ours.labels, minlength=7)
    assert 40 <= held.min() <= held.max() <= 70
    if kind != "copies":
        assert np.array_equal(ours.labels, theirs.labels)
        assert np.allclose(ours.prices, theirs.prices)


@both
def test_a_single_cluster_takes_all(solve: Balance) -> None:
    """With one cluster there is nothing to choose, and no price."""
    found = solve(np.array([[3.0, 1.0]]), 1, 2)
    assert (found.labels.tolist(), found.prices.tolist()) == ([0, 0], [0.0])
