from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.kernels import Coding, Prototypes
from segmentry.prepare import Layout

coding, drawing, gower, latent, prototypes, settling = (
    import_module(f"segmentry.kernels.{name}")
    for name in ("coding", "drawing", "gower", "latent", "prototypes", "settling")
)
# Where no compiler was, there is nothing to hold to the plain core; .ci/run accepts no skipped test.
compiled: Any = pytest.importorskip("segmentry.kernels.compiled_mixed", exc_type=ImportError)
native: Any = pytest.importorskip("segmentry.kernels._native", exc_type=ImportError)

Array = np.ndarray[Any, Any]
Points = tuple[Array, Array]


@st.composite
def points(draw: st.DrawFn, least: int = 1) -> Points:
    """Draw numbers, continuous or full of ties, and codes, some of them none; one of the two may be missing."""
    n, p = draw(st.integers(least, 150)), draw(st.sampled_from([0, 1, 2, 3, 4, 5, 9]))
    q = draw(st.integers(0 if p else 1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    numbers = rng.normal(size=(n, p))
    if draw(st.booleans()):
        numbers = rng.integers(0, 3, (n, p)).astype(np.float64)
    codes = rng.integers(draw(st.sampled_from([-1, 0])), 4, (n, q)).astype(np.int32)
    return numbers, np.asfortranarray(codes) if draw(st.booleans()) else codes


def begun(found: Points, starts: int, k: int, seed: int) -> Prototypes:
    """Give points of them as prototypes."""
    rows = np.random.default_rng(seed).integers(0, len(found[0]), (starts, k))
    return Prototypes(found[0][rows], np.maximum(found[1][rows], 0))


@given(points(), st.integers(1, 9), st.integers(0, 100))
def test_costs_and_the_two_cheapest_are_the_same_to_the_last_bit(found: Points, k: int, seed: int) -> None:
    """Costs are summed in the same order, and of equally cheap prototypes the lowest is first in both cores."""
    start = begun(found, 1, k, seed)
    own = start.centroids[0], start.modes[0], 0.7
    assert np.array_equal(compiled.prototype_costs(*found, *own), prototypes.prototype_costs(*found, *own))
    ours, theirs = (core.nearest_prototypes(*found, *own) for core in (compiled, prototypes))
    assert np.array_equal(ours[0], theirs[0])
    assert np.array_equal(ours[1], theirs[1])
    assert ours[0].dtype == theirs[0].dtype


@settings(deadline=None)
@given(points(least=12), st.integers(1, 4), st.integers(0, 100))
def test_a_pass_is_that_of_the_plain_core(found: Points, k: int, seed: int) -> None:
    """One pass from the same starts gives the same means, modes and costs, also where a cluster is left empty."""
    numbers = found[0] + np.random.default_rng(seed).normal(size=found[0].shape) * 1e-3  # no ties between prototypes
    start = begun((numbers, found[1]), 3, k, seed)
    if numbers.shape[1] == 0:
        return
    ours = compiled.kprototypes(numbers, found[1], start, 0.6, max_passes=1)
    theirs = prototypes.kprototypes(numbers, found[1], start, 0.6, max_passes=1)
    assert np.allclose(ours.cost, theirs.cost)
    assert np.allclose(ours.prototypes.centroids, theirs.prototypes.centroids, atol=1e-9)
    assert np.array_equal(ours.prototypes.modes, theirs.prototypes.modes)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1_000), st.integers(1, 3), st.integers(1, 3), st.sampled_from([0.0, 1e-2]))
def test_starts_end_where_those_of_the_plain_core_end(seed: int, p: int, q: int, gain: float) -> None:
    """All passes together lead both cores to the same prototypes, costs and number of passes."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, 200)
    numbers = rng.normal(size=(200, p)) + 2 * kind[:, None]
    codes = np.where(rng.random((200, q)) < 0.7, kind[:, None], rng.integers(0, 3, (200, q))).astype(np.int32)
    start = begun((numbers, codes), 2, 3, seed)
    ours, theirs = (core.kprototypes(numbers, codes, start, 0.6, gain=gain) for core in (compiled, prototypes))
    assert np.allclose(ours.cost, theirs.cost)
    assert np.allclose(ours.prototypes.centroids, theirs.prototypes.centroids)
    assert np.array_equal(ours.prototypes.modes, theirs.prototypes.modes)


@settings(deadline=None)
@given(points(least=12), st.integers(1, 4), st.sampled_from([0.5, 1.0]))
def test_single_moves_are_those_of_the_plain_core(found: Points, k: int, gamma: float) -> None:
    """Both cores look at points in the same order and move the same ones."""
    labels = (np.arange(len(found[0])) % k).astype(np.int32)
    ours, theirs = (core.settle(*found, labels, k, gamma) for core in (compiled, settling))
    assert ours[2] == pytest.approx(theirs[2])
    assert np.array_equal(ours[0], theirs[0])
    assert np.allclose(ours[1].centroids, theirs[1].centroids)
    assert np.array_equal(ours[1].modes, theirs[1].modes)
    assert np.array_equal(labels, np.arange(len(found[0])) % k)


@given(points(least=8), st.integers(1, 5), st.integers(0, 1_000))
def test_the_same_points_are_drawn_to_start_from(found: Points, k: int, seed: int) -> None:
    """The same generator gives the same starts in both cores, up to draws that fall on a border."""
    ours, theirs = (
        core.draw_prototypes(*found, k, 2, 0.5, np.random.default_rng(seed)) for core in (compiled, drawing)
    )
    costs = [
        prototypes.prototype_costs(*found, own.centroids[start], own.modes[start], 0.5).min(axis=0).sum()
        for own in (ours, theirs)
        for start in range(2)
    ]
    assert ours.modes.shape == theirs.modes.shape
    assert np.allclose(ours.centroids[:, 0], theirs.centroids[:, 0])
    assert np.array_equal(ours.modes[:, 0], theirs.modes[:, 0])
    assert np.isfinite(costs).all()


def test_all_draws_are_the_same_where_none_falls_on_a_border() -> None:
    """Continuous points leave no ties: every prototype of every start is the plain core's."""
    rng = np.random.default_rng(0)
    numbers, codes = rng.normal(size=(500, 3)), rng.integers(-1, 4, (500, 4)).astype(np.int32)
    ours, theirs = (
        core.draw_prototypes(numbers, codes, 6, 5, 0.5, np.random.default_rng(1)) for core in (compiled, drawing)
    )
    assert np.array_equal(ours.centroids, theirs.centroids)
    assert np.array_equal(ours.modes, theirs.modes)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_columns_are_told_apart_as_by_the_plain_core(kind: type) -> None:
    """Numbers, 0/1 columns of a category with and without a level, and cuts, values on a cut going below it."""
    rng = np.random.default_rng(0)
    hot = np.eye(4)[rng.integers(0, 4, 300)][:, :3]
    values = np.column_stack([rng.normal(size=300), hot, rng.integers(0, 5, 300) / 4, rng.random(300) < 0.5])
    own = Coding((0,), ((1, 2, 3), (4,), (5,)), ((), (0.25, 0.5, 0.8), (0.5,)))
    given_values = np.asfortranarray(values.astype(kind))
    ours, theirs = (core.split_columns(given_values, own) for core in (compiled, coding))
    for mine, other in zip(ours, theirs, strict=True):
        assert np.array_equal(mine, other)
        assert mine.dtype == other.dtype


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1_000), st.integers(2, 150), st.integers(-1, 0))
def test_silhouettes_by_gowers_distance_are_those_of_the_plain_core(seed: int, n: int, lowest: int) -> None:
    """Several labelings at once, points left out, and points without a level."""
    rng = np.random.default_rng(seed)
    layout = Layout(
        ("age", "club is a", "club is b", "news"),
        ("number", "category", "category", "yes-no"),
        ("age", "club", "club", "news"),
    )
    values = np.column_stack([rng.normal(size=n), np.eye(3)[rng.integers(0, 3, n)][:, :2], rng.random(n) < 0.5])
    labelings = np.stack([rng.integers(lowest, k, n) for k in (1, 2, 5)]).astype(np.int32)
    ours, theirs = (core.gower_silhouettes(values, layout, labelings) for core in (compiled, gower))
    assert np.allclose(ours, theirs, atol=1e-9, equal_nan=True)


def test_more_levels_than_16_bits_hold_go_to_the_plain_core() -> None:
    """A code of 70,000 is a level like any other."""
    codes = np.array([[0], [70_000], [70_000]], np.int32)
    numbers = np.array([[0.0], [0.2], [9.0]])
    costs = compiled.prototype_costs(numbers, codes, numbers[:1], codes[1:2], 1.0)
    assert costs[0].tolist() == pytest.approx([1.0, 0.04, 81.0])
    fits = compiled.kprototypes(numbers, codes, Prototypes(numbers[None, :2], codes[None, :2]), 1.0)
    assert fits.prototypes.modes.ravel().tolist() == [0, 70_000]
    assert compiled.settle(numbers, codes, np.array([0, 0, 1], np.int32), 2, 1.0)[2] == pytest.approx(1.02)


def test_threads_at_work_side_by_side_get_the_same_digits() -> None:
    """The interpreter lock is let go meanwhile, and nothing is shared between calls."""
    rng = np.random.default_rng(0)
    numbers, codes = rng.normal(size=(3_000, 3)), rng.integers(0, 4, (3_000, 3)).astype(np.int32)
    start = begun((numbers, codes), 2, 5, 0)

    def work(_: int) -> tuple[bytes, bytes]:
        fits = compiled.kprototypes(numbers, codes, start, 0.5)
        labels, _ = compiled.nearest_prototypes(
            numbers, codes, fits.prototypes.centroids[0], fits.prototypes.modes[0], 0.5
        )
        return fits.cost.tobytes(), compiled.settle(numbers, codes, labels[0], 5, 0.5)[0].tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(work, range(8)))) == 1


NUMBERS, CODES = np.zeros((3, 1)), np.zeros((3, 1), np.int32)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: compiled.prototype_costs(NUMBERS, CODES[:2], NUMBERS[:1], CODES[:1], 1.0), "codes"),
        (lambda: compiled.prototype_costs(NUMBERS, CODES, NUMBERS[:0], CODES[:0], 1.0), "at least one prototype"),
        (lambda: compiled.nearest_prototypes(NUMBERS, CODES, np.zeros((1, 2)), CODES[:1], 1.0), "means"),
        (lambda: compiled.kprototypes(NUMBERS, CODES, Prototypes(NUMBERS[None], CODES[None, :2]), 1.0), "modes"),
        (lambda: compiled.settle(NUMBERS, CODES, np.array([0, 1, 2], np.int32), 2, 1.0), "labels"),
        (lambda: compiled.settle(NUMBERS, CODES, np.array([0, -1, 1], np.int32), 2, 1.0), "labels"),
        (lambda: compiled.split_columns(NUMBERS, Coding((1,), (), ())), "number_columns"),
        (lambda: compiled.gower_silhouettes(NUMBERS, Layout.numbers(1), np.zeros((1, 2), np.int32)), "labelings"),
        (lambda: native.prototype_costs(NUMBERS, CODES.astype(np.int64), NUMBERS, CODES, 1.0, NUMBERS), "codes"),
        (
            lambda: native.latent_classes(
                CODES, NUMBERS[:, 0], np.array([2]), 3, 0.0, np.zeros((1, 2, 4)), np.zeros(1)
            ),
            "levels",
        ),
        (
            lambda: native.latent_classes(
                CODES + 2, NUMBERS[:, 0], np.array([2]), 3, 0.0, np.zeros((1, 2, 3)), np.zeros(1)
            ),
            "code",
        ),
        (lambda: native.prototype_costs(NUMBERS, NUMBERS[0, 0], NUMBERS, CODES, 1.0, NUMBERS), "codes"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call: Callable[[], object], why: str) -> None:
    """Nothing is read or written beyond an array: the wrong one is named instead."""
    with pytest.raises(ValueError, match=why):
        call()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1_000), st.integers(1, 9), st.integers(1, 5), st.sampled_from([1e-3, 1e-9]))
def test_latent_classes_are_those_of_the_plain_core(seed: int, k: int, q: int, gain: float) -> None:
    """The same starts end at the same shares, weights and likelihoods after as many passes, answers lacking or not."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, 150)
    codes = np.where(rng.random((150, q)) < 0.7, kind[:, None], rng.integers(-1, 3, (150, q))).astype(np.int32)
    counts, levels = rng.integers(1, 5, 150).astype(np.float64), np.full(q, 3)
    shares = rng.random((2, k, q, 3)) + 0.1
    shares /= shares.sum(axis=3, keepdims=True)
    start = latent.LatentClasses(np.full((2, k), 1 / k), shares.reshape(2, k, -1), np.zeros(2), 0)
    ours, theirs = (
        core.latent_classes(codes, counts, levels, start, max_passes=30, gain=gain) for core in (compiled, latent)
    )
    assert ours.passes == theirs.passes
    assert np.allclose(ours.log_likelihood, theirs.log_likelihood, rtol=1e-9)
    assert np.allclose(ours.weights, theirs.weights, atol=1e-6)
    assert np.allclose(ours.shares, theirs.shares, atol=1e-6)


def test_classes_of_which_a_pattern_says_next_to_nothing_do_not_overflow() -> None:
    """A hundred answers of one in a million each are below the least number that there is, and still a likelihood."""
    codes = np.repeat(np.array([[0], [1]], np.int32), 100, axis=1)
    shares = np.tile([[1 - 1e-6, 1e-6], [1e-6, 1 - 1e-6]], (1, 100))[None]
    start = latent.LatentClasses(np.array([[0.5, 0.5]]), shares, np.zeros(1), 0)
    ours, theirs = (
        core.latent_classes(codes, np.ones(2), np.full(100, 2), start, max_passes=3) for core in (compiled, latent)
    )
    assert ours.log_likelihood[0] == pytest.approx(2 * np.log(0.5), rel=1e-3)
    assert ours.log_likelihood[0] == pytest.approx(theirs.log_likelihood[0])
    assert np.allclose(ours.shares, theirs.shares)
