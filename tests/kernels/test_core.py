import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

plain_assign, plain_lloyd, plain_seeding, plain_silhouettes = (
    import_module(f"segmentry.kernels.{name}") for name in ("assign", "lloyd", "seeding", "silhouettes")
)
# Where no compiler was, there is nothing to hold to the plain core; .ci/run accepts no skipped test.
compiled: Any = pytest.importorskip("segmentry.kernels.compiled", exc_type=ImportError)

Array = np.ndarray[Any, Any]
NEAREST = ("first", "second", "first_squared", "second_squared")


@st.composite
def points(draw: st.DrawFn, least: int = 1) -> Array:
    """Draw points of either width: continuous, on a lattice full of ties, or copies of a few; in any memory layout."""
    n, d = draw(st.integers(least, 150)), draw(st.sampled_from([1, 2, 3, 4, 5, 9]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    kind = draw(st.sampled_from(["continuous", "lattice", "copies"]))
    values = rng.normal(size=(n, d)) if kind != "lattice" else rng.integers(0, 3, size=(n, d)).astype(np.float64)
    if kind == "copies":
        values = values[rng.integers(0, max(1, n // 4), n)]
    values = (values * draw(st.sampled_from([1.0, 1e-6, 1e6]))).astype(draw(st.sampled_from([np.float32, np.float64])))
    layout = draw(st.sampled_from(["rows", "columns", "every other"]))
    if layout == "columns":
        return np.asfortranarray(values)
    return np.repeat(values, 2, axis=0)[::2] if layout == "every other" else values


@given(points(least=0), st.integers(1, 14), st.integers(0, 100))
def test_placements_are_the_same_to_the_last_bit(values: Array, k: int, seed: int) -> None:
    """Nearest centroids, ties and distances are those of the plain core, also where centroids coincide with points."""
    rng = np.random.default_rng(seed)
    at_points = values[rng.integers(0, len(values), k)] if len(values) else np.zeros((k, values.shape[1]))
    for centroids in (at_points.astype(np.float64), rng.normal(size=(k, values.shape[1]))):
        theirs, ours = plain_assign.nearest_two(values, centroids), compiled.nearest_two(values, centroids)
        for name in NEAREST:
            assert np.array_equal(getattr(ours, name), getattr(theirs, name))
            assert getattr(ours, name).dtype == getattr(theirs, name).dtype
        for mine, other in zip(compiled.assign(values, centroids), plain_assign.assign(values, centroids), strict=True):
            assert np.array_equal(mine, other)


def test_placements_agree_where_distances_overflow() -> None:
    """Squared distances beyond float64 are infinite in both cores, and ties among them go to the lowest index."""
    values, centroids = np.array([[1e200], [0.0]]), np.array([[-1e200], [-2e200], [1.0]])
    with np.errstate(over="ignore"):
        theirs = plain_assign.nearest_two(values, centroids)
    ours = compiled.nearest_two(values, centroids)
    for name in NEAREST:
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))


@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 12), st.integers(1, 12), st.booleans())
def test_starts_are_those_of_the_plain_core(seed: int, n: int, d: int, k: int, narrow: bool) -> None:
    """The same generator gives the same starts, and is left in the same state."""
    values = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32 if narrow else np.float64)
    mine, other = np.random.default_rng(seed), np.random.default_rng(seed)
    k = min(k, n)
    assert np.array_equal(
        compiled.seed_centroids(values, k, 3, mine), plain_seeding.seed_centroids(values, k, 3, other)
    )
    assert mine.random() == other.random()


@given(points(least=2), st.integers(0, 1000))
def test_a_start_takes_each_kind_of_point_at_most_once(values: Array, seed: int) -> None:
    """With as many centroids as different points, each of them is drawn exactly once, copies and ties or not."""
    kinds = {tuple(point) for point in values.astype(np.float64).tolist()}
    for start in compiled.seed_centroids(values, len(kinds), 2, np.random.default_rng(seed)):
        assert {tuple(point) for point in start.tolist()} == kinds


@example(4712, 7, 7, 5, False)  # an empty cluster, and two points equally far but for rounding
@given(st.integers(0, 10_000), st.integers(2, 400), st.integers(1, 9), st.integers(1, 12), st.booleans())
@settings(deadline=None)
def test_fits_end_where_plain_ones_end(seed: int, n: int, d: int, k: int, narrow: bool) -> None:
    """From the same starts, after few passes and after all: the same centroids and inertia, in no more passes."""
    rng = np.random.default_rng(seed)
    values = (rng.normal(size=(n, d)) + 3 * rng.integers(0, 3, size=(n, 1))).astype(np.float32 if narrow else float)
    starts = np.stack([values[rng.choice(n, min(k, n), replace=False)] for _ in range(3)]).astype(np.float64)
    size = float(values.astype(np.float64).var(axis=0).sum()) * n
    for asked in ({}, {"max_passes": 2}, {"gain": 1e-2}, {"shift": 1e-2}, {"max_passes": 0}):
        theirs, ours = plain_lloyd.lloyd(values, starts, **asked), compiled.lloyd(values, starts, **asked)
        assert np.allclose(ours.inertia, theirs.inertia, rtol=1e-9, atol=1e-12 * size)
        assert np.allclose(ours.centroids, theirs.centroids, rtol=1e-9, atol=1e-9)
        assert ours.passes <= theirs.passes  # the plain core may go on for steps that are rounding


@given(points(), st.integers(1, 8), st.integers(0, 1000))
@settings(deadline=None)
def test_where_a_fit_ends_nothing_can_move(values: Array, k: int, seed: int) -> None:
    """With ties, copies and starts far from all points: one more pass changes nothing, no centroid is wasted."""
    wide = np.ascontiguousarray(values, dtype=np.float64)
    rng = np.random.default_rng(seed)
    k = min(k, len(np.unique(wide, axis=0)))
    spread = float(np.ptp(wide, axis=0).max()) if len(wide) > 1 else 0.0
    starts = np.stack([wide[rng.integers(0, len(wide), k)], rng.normal(size=(k, wide.shape[1])) * 1e3 * (1 + spread)])
    fits = compiled.lloyd(values, starts)
    rounding = 1e-12 * spread**2 * len(wide) + len(wide) * (1e-14 * float(np.abs(wide).max())) ** 2
    again = compiled.lloyd(values, fits.centroids, max_passes=1)
    assert np.allclose(again.inertia, fits.inertia, rtol=1e-9, atol=rounding)
    for centroids, inertia in zip(fits.centroids, fits.inertia, strict=True):
        labels, squared = compiled.assign(values, centroids)
        assert inertia == pytest.approx(squared.sum(), rel=1e-9, abs=rounding)
        assert len(np.unique(centroids, axis=0)) == k
        means = np.stack([wide[labels == label].mean(axis=0) for label in np.unique(labels)])
        places = np.searchsorted(np.unique(labels), labels)
        # Not equal: a point exactly between two centroids may count with the other one here.
        assert ((wide - means[places]) ** 2).sum() <= inertia * (1 + 1e-9) + rounding


def test_sums_forget_a_point_that_left() -> None:
    """A point a billion times farther away than all others passes through a cluster: its mean keeps no trace of it."""
    values = np.concatenate([np.random.default_rng(0).normal(size=(500, 2)), [[1e9, -1e9]], [[1e9 + 5, -1e9]]])
    starts = np.array([[[0.0, 0.0], [0.1, 0.0], [4e8, -4e8]]])
    ours = compiled.lloyd(values, starts)
    labels, squared = compiled.assign(values, ours.centroids[0])
    means = np.stack([values[labels == label].mean(axis=0) for label in range(3)])
    # Points are centred on a mean of four million: what is left of it in a mean is rounding at that size.
    assert np.allclose(ours.centroids[0], means, atol=1e-7)
    assert ours.inertia[0] == pytest.approx(squared.sum(), rel=1e-6)


def _by_definition(values: Array, labels: Array) -> Array:
    """Silhouettes point by point."""
    wide = values.astype(np.float64)
    away = np.sqrt(((wide[:, None] - wide[None]) ** 2).sum(axis=2))
    widths = np.zeros(len(wide))
    if len(np.unique(labels)) < 2:
        return np.full(len(wide), np.nan)
    for row, own in enumerate(labels):
        mates = np.flatnonzero((labels == own) & (np.arange(len(wide)) != row))
        if len(mates):
            inner = away[row, mates].mean()
            outer = min(away[row, labels == other].mean() for other in np.unique(labels) if other != own)
            widths[row] = (outer - inner) / max(inner, outer) if max(inner, outer) > 0 else 0.0
    return widths


@given(points(least=0), st.lists(st.integers(1, 9), max_size=4), st.integers(0, 1000))
@settings(deadline=None)
def test_silhouettes_follow_the_definition(values: Array, sizes: list[int], seed: int) -> None:
    """Whatever the labelings, with unused labels and clusters of one: each silhouette is that of the definition."""
    rng = np.random.default_rng(seed)
    labelings = np.empty((len(sizes), len(values)), dtype=np.int32)
    for row, size in enumerate(sizes):
        labelings[row] = rng.integers(0, size, len(values)) * rng.integers(1, 3)
    found = compiled.silhouettes(values, labelings)
    assert found.shape == labelings.shape
    for widths, labels in zip(found, labelings, strict=True):
        assert np.allclose(widths, _by_definition(values, labels), rtol=0, atol=_rounding(values), equal_nan=True)


@given(st.integers(0, 10_000), st.integers(2, 300), st.integers(1, 12))
def test_silhouettes_are_those_of_the_plain_core(seed: int, n: int, d: int) -> None:
    """On points that differ by more than rounding, both cores give the same silhouettes, also with points left out."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, d)).astype(np.float32)
    labelings = rng.integers([[0], [0], [-1], [-1]], [[5], [5], [5], [0]], size=(4, n)).astype(np.int32)
    theirs, ours = plain_silhouettes.silhouettes(values, labelings), compiled.silhouettes(values, labelings)
    assert np.allclose(ours, theirs, rtol=0, atol=_rounding(values), equal_nan=True)


@pytest.mark.parametrize("scale", [1e-25, 1e25])
def test_silhouettes_have_no_unit(scale: float) -> None:
    """Numbers whose squares no float32 holds are computed in float64: the silhouettes are the same in any unit."""
    values = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    labelings = np.random.default_rng(1).integers(0, 3, size=(1, 60)).astype(np.int32)
    scaled = (values * np.float32(scale)).astype(np.float32)
    assert np.allclose(compiled.silhouettes(scaled, labelings), compiled.silhouettes(values, labelings), atol=2e-6)


def test_large_cells_serve_both_points_of_a_distance() -> None:
    """Where cells are large, strips end with them: silhouettes are still the plain core's, on any number of threads."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(3_000, 2))
    labels = (values[:, 0] > 0).astype(np.int32) + 2 * (values[:, 1] > 1)
    labelings = np.stack([labels, labels // 2]).astype(np.int32)
    ours, alone = (np.empty(labelings.shape) for _ in range(2))
    compiled._native.silhouettes(values, labelings, ours, 3)
    compiled._native.silhouettes(values, labelings, alone, 1)
    assert np.array_equal(ours, alone)
    assert np.allclose(ours, plain_silhouettes.silhouettes(values, labelings), rtol=0, atol=1e-9)


def _rounding(values: Array) -> float:
    """Give how far a silhouette may lie from that of float64: distances are computed in the points' own precision."""
    return 1e-9 if values.dtype == np.float64 else 5e-6


def test_two_threads_get_what_one_gets() -> None:
    """Nothing is shared between calls: at once or one after the other, results are the same to the last bit."""

    def work(seed: int) -> list[Array]:
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(700, 3))
        starts = compiled.seed_centroids(values, 6, 3, rng)
        fits = compiled.lloyd(values, starts)
        labels, squared = compiled.assign(values, fits.centroids[0])
        return [starts, fits.centroids, fits.inertia, squared, compiled.silhouettes(values, labels[None])]

    alone = [work(seed) for seed in range(12)]
    with ThreadPoolExecutor(2) as pool:
        for one, other in zip(alone, pool.map(work, range(12)), strict=True):
            assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def test_arguments_are_left_as_they_were() -> None:
    """Starts are moved in a copy."""
    values, starts = np.random.default_rng(0).normal(size=(50, 2)), np.zeros((1, 2, 2))
    compiled.lloyd(values, starts)
    assert not starts.any()


def _misshapen() -> Iterator[tuple[str, Callable[[], object]]]:
    values, narrow, labels = np.zeros((5, 2)), np.zeros((3, 1)), np.zeros((1, 5), dtype=np.int32)
    rng = np.random.default_rng(0)
    yield "another number of columns", lambda: compiled.assign(values, narrow)
    yield "no centroid", lambda: compiled.nearest_two(values, np.empty((0, 2)))
    yield "points that are no table", lambda: compiled.assign(values[0], values)
    yield "centroids that are no table", lambda: compiled.assign(values, values[0])
    yield "starts of other columns", lambda: compiled.lloyd(values, narrow[None])
    yield "starts of one start only", lambda: compiled.lloyd(values, values)
    yield "starts without centroids", lambda: compiled.lloyd(values, np.empty((1, 0, 2)))
    yield "no points to fit", lambda: compiled.lloyd(values[:0], values[None])
    yield "no points to draw from", lambda: compiled.seed_centroids(values[:0], 2, 1, rng)
    yield "no centroids to draw", lambda: compiled.seed_centroids(values, 0, 1, rng)
    yield "too few labels", lambda: compiled.silhouettes(values, labels[:, 1:])
    yield "one labeling without its row", lambda: compiled.silhouettes(values, labels[0])
    yield "labels below -1", lambda: compiled.silhouettes(values, labels - 2)
    yield "labels beyond counting", lambda: compiled.silhouettes(values, labels + np.int32(2**31 - 1))


@pytest.mark.parametrize(("fault", "call"), list(_misshapen()))
def test_arrays_that_do_not_fit_are_refused(fault: str, call: Callable[[], object]) -> None:
    """A wrong shape is a ValueError, never a wild read."""
    with pytest.raises(ValueError, match=r"."):
        call()
    assert fault


def test_the_extension_refuses_what_its_wrapper_would_never_pass() -> None:
    """Arrays of other numbers, scattered, read-only, too short or no arrays: ValueError at the doorway itself."""
    extension = compiled._native
    values, labels, squared = np.zeros((6, 2)), np.zeros(6, np.int32), np.zeros(6)
    frozen = np.zeros(6)
    frozen.flags.writeable = False
    for arguments in (
        (values.astype(np.int64), values, labels, squared),
        (values.astype(">f8"), values, labels, squared),
        (values[::2], values, labels, squared),
        (values, values, labels.astype(np.int64), squared),
        (values, values, labels, frozen),
        (values, values, labels[:5], squared),
        (values, values, labels, squared[:, None]),
        (None, values, labels, squared),
    ):
        with pytest.raises(ValueError, match=r"."):
            extension.assign(*arguments, 1)
    with pytest.raises(ValueError, match="rows"):
        extension.seed(values, np.zeros((2, 3, 2)), np.zeros((2, 2), np.int64), None, 1)
    starts, two, none = np.zeros((6, 2)), np.zeros(2), np.zeros(2, np.int64)
    for sizes, groups, inertia, passes, fault in (
        ([3, 3], none, two[:1], none, "inertia"),
        ([3, 3], none, two, none[:1], "passes"),
        ([3, 3], none[:1], two, none, "groups"),
        ([3, 2], none, two, none, "sum"),
        ([3, 4], none, two, none, "sum"),
        ([6, 0], none, two, none, "centroid"),
        ([7, -1], none, two, none, "centroid|sum"),
    ):
        with pytest.raises(ValueError, match=fault):
            extension.lloyd(
                values, starts, np.array(sizes), groups, inertia, passes, np.zeros(6), None, 5, 5, 1, 0.0, 0.0, 1
            )


def test_quantiles_out_of_range_stay_within_the_points() -> None:
    """Whatever numbers come as quantiles, the rows that are drawn exist."""
    values = np.random.default_rng(0).normal(size=(70, 2))
    for quantile in (-5.0, 1.0, 7.0, np.nan, np.inf, -np.inf):
        rows = np.empty((2, 3), np.int64)
        compiled._native.seed(values, np.full((2, 3, 2), quantile), rows, None, 1)
        assert rows.min() >= 0
        assert rows.max() < 70


def test_what_is_not_a_number_crashes_nothing() -> None:
    """Points are finite by contract; where that is broken, results may mean nothing, but they come."""
    values = np.full((70, 2), np.nan)
    values[:3] = np.inf
    centroids = compiled.seed_centroids(values, 3, 2, np.random.default_rng(0))
    assert compiled.lloyd(values, centroids, max_passes=5).centroids.shape == (2, 3, 2)
    assert set(compiled.nearest_two(values, centroids[0]).first.tolist()) <= {0, 1, 2}
    assert compiled.silhouettes(values, np.zeros((1, 70), np.int32)).shape == (1, 70)


@pytest.mark.parametrize(("asked", "said"), [("plain", "plain"), ("native", "native"), ("", "native")])
def test_the_environment_chooses_the_core(asked: str, said: str) -> None:
    """SEGMENTRY_KERNELS decides; without it the compiled core is used."""
    program = "import segmentry.kernels as k; print(k.CORE, k.lloyd.__module__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"SEGMENTRY_KERNELS": asked},
        capture_output=True,
        text=True,
        check=True,
    )
    module = "segmentry.kernels.compiled" if said == "native" else "segmentry.kernels.lloyd"
    assert done.stdout.split() == [said, module]


def test_a_core_that_does_not_exist_is_refused() -> None:
    """A misspelt SEGMENTRY_KERNELS is said, with the names there are."""
    done = subprocess.run(
        [sys.executable, "-c", "import segmentry.kernels"],
        env=os.environ | {"SEGMENTRY_KERNELS": "fast"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "there is no core called fast" in done.stderr
    assert "plain or native" in done.stderr


@pytest.mark.parametrize(("asked", "said"), [("plain", "plain core"), ("native", "compiled core")])
def test_the_version_says_which_core_computes(asked: str, said: str) -> None:
    """Who wonders about speed can see whether the compiled core is there."""
    done = subprocess.run(
        [sys.executable, "-m", "segmentry", "--version"],
        env=os.environ | {"SEGMENTRY_KERNELS": asked},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("segmentry ")
    assert said in done.stdout


@given(st.integers(0, 10_000), st.integers(2, 80), st.integers(1, 3))
@settings(max_examples=40)
def test_a_weight_is_so_many_copies(seed: int, n: int, d: int) -> None:
    """Both cores: points that count several times give the seeds, centroids and inertia of their copies."""
    rng = np.random.default_rng(seed)
    values, weights = rng.normal(size=(n, d)), rng.integers(1, 6, n).astype(np.float64)
    copies = np.repeat(values, weights.astype(np.intp), axis=0)
    for seeds, fit in (
        (compiled.seed_centroids, compiled.lloyd_each),
        (plain_seeding.seed_centroids, plain_lloyd.lloyd_each),
    ):
        k = min(3, n)
        starts = seeds(values, k, 2, np.random.default_rng(seed), weights)
        assert np.array_equal(starts, seeds(copies, k, 2, np.random.default_rng(seed)))
        ours, theirs = fit(values, [starts], weights=weights)[0], fit(copies, [starts])[0]
        assert np.allclose(ours.centroids, theirs.centroids, atol=1e-9)
        assert np.allclose(ours.inertia, theirs.inertia, rtol=1e-9, atol=1e-9)


def test_labels_are_those_of_float64_however_close_the_choice() -> None:
    """Points a hair beside the border between two centroids, where float32 can't tell: the nearer one has them."""
    rng = np.random.default_rng(0)
    centroids = rng.normal(size=(7, 5)) * 3
    middle = (centroids[1] + centroids[4]) / 2
    across = (centroids[4] - centroids[1]) / np.linalg.norm(centroids[4] - centroids[1])
    values = middle + across * np.linspace(-1e-9, 1e-9, 200)[:, None]
    labels = compiled.label(values, centroids)
    assert np.array_equal(labels, compiled.assign(values, centroids)[0])
    assert np.array_equal(labels, plain_assign.assign(values, centroids)[0])


def test_any_number_of_threads_gives_the_same_digits() -> None:
    """Slabs are summed in their order: one thread, two or five end with the same centroids, inertia and measures."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(70_000, 3)).astype(np.float32)
    starts = values[:24].astype(np.float64)
    sizes, groups = np.array([8, 8, 8]), np.array([0, 0, 1])
    labelings = rng.integers(-1, 4, size=(2, len(values))).astype(np.int32)
    found = []
    for threads in (1, 2, 5):
        centroids, inertia, passes = starts.copy(), np.empty(3), np.empty(3, np.int64)
        compiled._native.lloyd(
            values, centroids, sizes, groups, inertia, passes, np.empty(24), None, 20, 5, 1, 0.0, 1e-6, threads
        )
        counts, means, away = np.empty(8, np.int64), np.empty((8, 3)), np.empty((8, 2))
        compiled._native.spreads(values, labelings, np.array([4, 4], np.int32), counts, means, away, threads)
        found.append(np.concatenate([centroids.ravel(), inertia, passes, counts, means.ravel(), away.ravel()]))
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
