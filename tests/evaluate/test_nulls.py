import numpy as np
import pytest

from segmentry.evaluate import NULLS, structureless
from segmentry.prepare import Layout

each_null = pytest.mark.parametrize("null", NULLS)


def two_lines(n: int = 400) -> np.ndarray:
    """Give two long groups beside each other, slanted: structure that shuffling columns would partly keep."""
    rng = np.random.default_rng(3)
    along, across = rng.normal(0, 3, n), rng.normal(0, 0.3, n) + 4 * (np.arange(n) % 2)
    return np.column_stack([along + across, along - across]).astype(np.float32)


@each_null
def test_a_structureless_set_has_the_size_that_was_asked_and_lies_in_order(null: str) -> None:
    """Any size up to all the points; the rows in lexicographic order, as clusterers want them."""
    values = two_lines()
    like = structureless(values, Layout.numbers(2), size=len(values), seed=0)
    for size in (50, len(values)):
        drawn = like.draw(null, size, np.random.default_rng(1))
        assert drawn.shape == (size, 2)
        assert drawn.dtype == np.float32
        assert np.array_equal(drawn, drawn[np.lexsort(drawn.T[::-1])])


def test_the_box_lies_along_the_principal_axes() -> None:
    """Slanted points get a slanted box: it reaches as far as they do along their own axes, and no further."""
    values = two_lines(2000)
    drawn = structureless(values, Layout.numbers(2), size=2000, seed=0).draw("box", 2000, np.random.default_rng(1))
    _, axes = np.linalg.eigh(np.cov(values, rowvar=False))
    along, ours = drawn @ axes, values @ axes
    assert (along.min(axis=0) >= ours.min(axis=0) - 1e-4).all()
    assert (along.max(axis=0) <= ours.max(axis=0) + 1e-4).all()
    assert np.allclose(along.std(axis=0), np.ptp(ours, axis=0) / np.sqrt(12), rtol=0.05)
    assert np.corrcoef(drawn.T)[0, 1] > 0.3


def test_the_gaussian_has_the_covariance_of_the_points() -> None:
    """Mean and covariance agree to within sampling error."""
    values = two_lines(2000)
    drawn = structureless(values, Layout.numbers(2), size=2000, seed=0).draw("gaussian", 2000, np.random.default_rng(1))
    assert np.allclose(np.cov(drawn.T), np.cov(values.T), rtol=0.15)


def test_shuffling_keeps_each_column_and_breaks_what_joins_them() -> None:
    """The same values in each column, no correlation left."""
    rng = np.random.default_rng(0)
    joined = rng.normal(size=(1000, 1)) + 0.1 * rng.normal(size=(1000, 3))
    values = joined.astype(np.float32)
    drawn = structureless(values, Layout.numbers(3), size=1000, seed=0).draw("shuffled", 1000, np.random.default_rng(1))
    assert np.array_equal(np.sort(drawn, axis=0), np.sort(values, axis=0))
    assert abs(np.corrcoef(drawn.T)[np.triu_indices(3, 1)]).max() < 0.12


def test_a_column_with_gaps_of_its_own_is_smoothed_before_it_is_shuffled() -> None:
    """Four groups on a grid show in each column by itself; shuffled columns would keep all four."""
    rng = np.random.default_rng(0)
    corners = np.array([[0, 0], [0, 8], [8, 0], [8, 8]])[np.arange(800) % 4]
    values = (corners + rng.normal(size=(800, 2))).astype(np.float32)
    like = structureless(values, Layout.numbers(2), size=800, seed=0)
    assert like.lumpy.all()
    drawn = like.draw("shuffled", 800, rng)
    assert (np.abs(drawn - 4) < 1).mean() > 0.1
    assert (np.abs(values - 4) < 1).mean() < 0.01


def test_categories_are_shuffled_whole() -> None:
    """Of a category's columns exactly one stays set, in every null; a table without numbers allows no other null."""
    rng = np.random.default_rng(0)
    levels = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 200)]
    yes = rng.integers(0, 2, (200, 1)).astype(np.float32)
    only = Layout(("a", "b", "c", "yes"), ("category",) * 3 + ("yes-no",), ("level",) * 3 + ("yes",))
    like = structureless(np.hstack([levels, yes]), only, size=200, seed=0)
    assert like.nulls == ("shuffled",)
    drawn = like.draw("shuffled", 200, rng)
    assert (drawn[:, :3].sum(axis=1) == 1).all()
    assert drawn.sum() == levels.sum() + yes.sum()
    mixed = Layout(("n", *only.names), ("number", *only.kinds), ("n", *only.measures))
    like = structureless(
        np.hstack([rng.normal(size=(200, 1)), levels, yes]).astype(np.float32), mixed, size=200, seed=0
    )
    assert like.nulls == tuple(NULLS)
    for null in like.nulls:
        assert (like.draw(null, 200, rng)[:, 1:4].sum(axis=1) == 1).all()


def test_answers_that_go_together_do_so_in_one_cloud_too() -> None:
    """The Gaussian null keeps how many say yes, and how strongly answers go together; shuffling breaks that."""
    rng = np.random.default_rng(0)
    leaning = rng.normal(size=(2000, 1)) + rng.normal(size=(2000, 4)) * 0.7
    values = (leaning > [0.0, 0.3, -0.5, 0.0]).astype(np.float32)
    names = ("a", "b", "c", "d")
    like = structureless(values, Layout(names, ("yes-no",) * 4, names), size=2000, seed=0)
    assert like.nulls == ("gaussian", "shuffled")
    cloud, shuffled = (like.draw(null, 2000, rng) for null in like.nulls)
    assert np.array_equal(cloud.sum(axis=0), values.sum(axis=0))
    pairs = np.triu_indices(4, 1)
    assert np.abs(np.corrcoef(cloud.T)[pairs] - np.corrcoef(values.T)[pairs]).max() < 0.08
    assert np.abs(np.corrcoef(shuffled.T)[pairs]).max() < 0.08


def test_answers_written_as_numbers_keep_their_values() -> None:
    """Each value is drawn as often as it was given, in every kind of null; numbers of many values stay free."""
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.integers(1, 6, 300), rng.normal(size=300)]).astype(np.float32)
    like = structureless(values, Layout.numbers(2), size=300, seed=0, most_levels=12)
    assert like.stepped.tolist() == [True, False]
    for null in like.nulls:
        drawn = like.draw(null, 300, np.random.default_rng(1))
        assert np.array_equal(np.sort(drawn[:, 0]), np.sort(values[:, 0]))
        assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.2
