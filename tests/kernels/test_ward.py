from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage

from segmentry.kernels import ward_merges

Merges = Callable[[np.ndarray, np.ndarray], np.ndarray]
plain = import_module("segmentry.kernels.ward").ward_merges
both = pytest.mark.parametrize("merges_of", [plain, ward_merges], ids=["plain", "core"])


@st.composite
def weighted(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw points, some on a lattice full of ties and copies, some far from 0, and what each weighs."""
    n, d = draw(st.integers(1, 400)), draw(st.sampled_from([1, 2, 3, 5, 8]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    points = rng.normal(size=(n, d)) if draw(st.booleans()) else rng.integers(0, 4, size=(n, d)).astype(float)
    weights = np.ones(n) if draw(st.booleans()) else rng.integers(1, 9, n) ** draw(st.integers(1, 4)) / 2
    return points * draw(st.sampled_from([1.0, 1e-6, 1e6])) + draw(st.sampled_from([0.0, 1e5])), weights.astype(float)


@both
def test_merges_by_hand(merges_of: Merges) -> None:
    """3 and 4 join at 1; two at 0 and two at 3.5 then add 2 * 2 / 4 * 3.5 squared, which is counted twice."""
    merges = merges_of(np.array([[0.0], [3.0], [4.0]]), np.array([2.0, 1.0, 1.0]))
    assert merges.tolist() == [[1.0, 2.0, 1.0], [0.0, 1.0, 24.5]]


@both
def test_one_point_has_no_merges(merges_of: Merges) -> None:
    """A single point is joined to nobody."""
    assert merges_of(np.zeros((1, 2)), np.ones(1)).shape == (0, 3)


@both
def test_heights_are_scipys_whatever_the_number_of_points(merges_of: Merges) -> None:
    """Past many tiles, and after they were made anew several times, every merge adds what it adds to scipy."""
    for n, d in ((500, 1), (700, 6), (65, 2)):
        points = np.random.default_rng(n).normal(size=(n, d)) ** 3
        heights = np.sort(np.sqrt(merges_of(points, np.ones(n))[:, 2]))
        assert np.allclose(heights, linkage(points, "ward")[:, 2])


@settings(deadline=None, max_examples=60)
@given(weighted())
def test_the_core_that_computes_finds_the_plain_merges(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    """The same groups in the same order at the same heights, to the last digit, also where many are equally near."""
    assert np.array_equal(ward_merges(*drawn), plain(*drawn))


def test_distances_beyond_all_numbers_still_make_a_tree() -> None:
    """Where every height is infinite each point is joined once all the same."""
    points = np.array([[1e200], [-1e200], [3e200], [-9e200]])
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.array_equal(ward_merges(points, np.ones(4)), plain(points, np.ones(4)))


@both
def test_what_stays_is_the_lower_point(merges_of: Merges) -> None:
    """In every merge the first is below the second, and the second is never met again."""
    points = np.random.default_rng(0).normal(size=(200, 3))
    gone: set[float] = set()
    for one, other, _ in merges_of(points, np.ones(200)).tolist():
        assert one < other
        assert not {one, other} & gone
        gone.add(other)
    assert len(gone) == 199
