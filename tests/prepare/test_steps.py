"""Each step by hand, and what it refuses."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer

from segmentry.errors import DataError, UsageError
from segmentry.prepare import (
    CategoryColumn,
    LevelColumn,
    NumberColumn,
    PrepareOptions,
    YeoJohnson,
    YesNoColumn,
    fit,
    fit_kept,
)
from segmentry.prepare.bins import cut, fit_cuts
from segmentry.prepare.neighbours import fit_neighbours
from segmentry.prepare.outliers import inliers
from segmentry.prepare.pca import fit_components

RAW = {"skew": "none", "outliers": "none", "scale": "none"}


def column(values: list[float], **options: object) -> list[float]:
    """Prepare one column of numbers, with every step off that isn't asked for."""
    table = pd.DataFrame({"x": values})
    return fit(table, [("x", "number")], PrepareOptions(**(RAW | options))).apply(table).values.ravel().tolist()


@pytest.mark.parametrize(
    ("how", "value", "filled"),
    [("median", 0.0, 3.0), ("mean", 0.0, 4.0), ("mode", 0.0, 2.0), ("constant", 0.0, 0.0), ("constant", 7.5, 7.5)],
)
def test_blank_numbers_by_hand(how: str, value: float, filled: float) -> None:
    """Of 2, 2, 4 and 8 the median is 3, the mean 4 and the mode 2."""
    got = column([2.0, 2.0, np.nan, 4.0, 8.0], missing=how, missing_value=value)
    assert got == [2.0, 2.0, filled, 4.0, 8.0]


def test_mode_of_a_tie_is_the_lowest() -> None:
    """Equally common values: the lowest fills, whatever the row order."""
    assert column([5.0, 1.0, np.nan], missing="mode") == [5.0, 1.0, 1.0]


def test_blank_answers_under_constant() -> None:
    """A blank category is a level of its own, a blank yes/no a no."""
    table = pd.DataFrame({"city": ["Rome", None, "Rome"], "club": ["yes", "yes", None]})
    preparer = fit(table, [("city", "category"), ("club", "yes-no")], PrepareOptions(missing="constant"))
    points = preparer.apply(table)
    assert points.names == ("city is (blank)", "city is Rome", "club")
    assert points.values.tolist() == [[0, 1, 1], [1, 0, 1], [0, 1, 0]]


def test_nearest_neighbours_by_hand() -> None:
    """A blank takes the middle value of the five nearest by what both know; the far group has no word."""
    near = [[0.0, value] for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
    table = pd.DataFrame([*near, [9.0, 50.0], [9.0, 60.0], [0.1, np.nan]], columns=["a", "b"])
    options = PrepareOptions(missing="neighbours", **RAW)
    preparer = fit(table, [("a", "number"), ("b", "number")], options)
    assert preparer.apply(table).values[-1].tolist() == pytest.approx([0.1, 3.0])


def test_neighbours_are_at_most_a_thousand_without_ids() -> None:
    """However many customers there are, the model keeps 1,000, the first and the last in order among them."""
    values = np.arange(5_000.0)[:, None]
    found = fit_neighbours(values, np.zeros((5_000, 1), dtype=bool))
    assert len(found.prototypes) == 1_000
    assert (found.prototypes[0], found.prototypes[-1]) == ((0.0,), (4_999.0,))


def test_drop_leaves_customers_with_blanks_out_of_the_fit() -> None:
    """They change no parameter, and are prepared with the others' medians."""
    table = pd.DataFrame({"x": [1.0, 3.0, np.nan, 500.0], "y": [1.0, 1.0, 2.0, np.nan]})
    kinds = [("x", "number"), ("y", "number")]
    preparer, kept = fit_kept(table, kinds, PrepareOptions(missing="drop", **RAW))
    assert kept.tolist() == [True, True, False, False]
    assert preparer.columns == fit(table.iloc[:2], kinds, PrepareOptions(missing="drop", **RAW)).columns
    assert preparer.apply(table).values.tolist() == [[1, 1], [3, 1], [2, 2], [500, 1]]
    assert "2 of 4 customers, who have blanks" in preparer.words()[-1]


def test_drop_keeps_everybody_where_everybody_has_a_blank() -> None:
    """Leaving everybody out would leave nothing to learn from, and the words say that nobody was."""
    table = pd.DataFrame({"x": [1.0, np.nan], "y": [np.nan, 2.0]})
    preparer, kept = fit_kept(table, [("x", "number"), ("y", "number")], PrepareOptions(missing="drop"))
    assert kept.all()
    assert "nobody was left out" in preparer.words()[-1]


@pytest.mark.parametrize("power", [-1.3, 0.0, 0.5, 1.0, 2.0, 2.7])
def test_yeo_johnson_is_scipys(power: float) -> None:
    """The formula agrees with scipy's on both sides of zero, and undoing it gives the value back."""
    values = np.array([-30.0, -1.0, -0.01, 0.0, 0.3, 2.0, 90.0])
    transform = YeoJohnson(unit=2.0, power=power)
    expected = stats.yeojohnson(values / 2.0, lmbda=power)
    np.testing.assert_allclose(transform.apply(values), expected, rtol=1e-12)
    assert [transform.undo(value) for value in transform.apply(values)] == pytest.approx(values.tolist(), rel=1e-6)


def test_yeo_johnson_power_is_the_likeliest() -> None:
    """The power that is found agrees with scikit-learn's on the same numbers."""
    values = np.random.default_rng(0).lognormal(1, 0.4, 1_500)
    found = fit(pd.DataFrame({"x": values}), [("x", "number")], PrepareOptions(skew="yeo-johnson")).columns[0]
    assert isinstance(found, NumberColumn)
    assert isinstance(found.skew, YeoJohnson)
    other = PowerTransformer().fit((values / found.skew.unit)[:, None])
    assert found.skew.power == pytest.approx(other.lambdas_[0], abs=1e-3)


def test_yeo_johnson_leaves_a_constant_alone() -> None:
    """A column of one value has no skew to take out."""
    assert column([4.0, 4.0, 4.0], skew="yeo-johnson") == [4.0, 4.0, 4.0]


def test_min_max_by_hand() -> None:
    """The lowest value becomes 0 and the highest 1."""
    assert column([2.0, 4.0, 10.0], scale="min-max") == [0.0, 0.25, 1.0]


def test_quantile_cuts_by_hand() -> None:
    """Eight values in four groups of two."""
    assert column([1, 2, 3, 4, 5, 6, 7, 8.0], bins=4) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_equal_values_share_a_group() -> None:
    """A lump of equal values isn't torn, wherever it lies: at the low end, at the high end, in the middle."""
    assert column([1, 1, 1, 1, 1, 2, 3, 4.0], bins=4) == [0, 0, 0, 0, 0, 1, 2, 2]
    assert column([1, 2, 9, 9, 9, 9, 9, 9.0], bins=4) == [0, 0, 1, 1, 1, 1, 1, 1]
    assert column([1, 5, 5, 5, 5, 5, 5, 9.0], bins=3) == [0, 1, 1, 1, 1, 1, 1, 2]


def test_one_value_is_one_group() -> None:
    """A column without two different values can't be cut."""
    assert column([7.0, 7.0, 7.0], bins=4) == [0, 0, 0]


def test_uniform_groups_are_scikit_learns_off_the_borders() -> None:
    """Equal width agrees with scikit-learn's; a value on a border itself belongs to the lower group."""
    values = np.random.default_rng(1).normal(size=300)
    other = KBinsDiscretizer(5, encode="ordinal", strategy="uniform").fit_transform(values[:, None]).ravel()
    assert (cut(values, fit_cuts(values, 5, "uniform")) == other).all()
    assert column([0, 1, 2, 3, 4.0], bins="4:uniform") == [0, 0, 1, 2, 3]


def test_kmeans_groups_are_scikit_learns() -> None:
    """Groups around means agree with scikit-learn's, which starts from evenly spread means as well."""
    values = np.random.default_rng(2).lognormal(size=400)
    other = KBinsDiscretizer(4, encode="ordinal", strategy="kmeans").fit_transform(values[:, None]).ravel()
    assert (cut(values, fit_cuts(values, 4, "kmeans")) == other).mean() > 0.98
    assert column([1, 1.1, 5, 5.1, 9, 9.2], bins="3:kmeans") == [0, 0, 1, 1, 2, 2]


def test_cuts_are_told_in_the_measures_unit() -> None:
    """Though cuts lie behind the logarithm, people read them as spend."""
    table = pd.DataFrame({"spend": [10.0, 20.0, 30.0, 1000.0]})
    (line,) = fit(table, [("spend", "number")], PrepareOptions(skew="log", bins=2, scale="none")).words()
    border = float(line.split("groups above ")[1])
    assert 20 < border < 30


@pytest.mark.parametrize("text", ["1", "0", "101", "4:width", "four", "", ":uniform", True])
def test_bins_that_make_no_sense_are_refused(text: object) -> None:
    """Only 2 to 100 groups, by one of three ways."""
    with pytest.raises(UsageError, match="groups"):
        column([1.0, 2.0], bins=text)


def test_ordinal_levels_by_number_by_name_and_as_stated() -> None:
    """Numbers stand in their order, names by name, unless an order is stated."""
    table = pd.DataFrame({"rooms": ["10", "2", "1"], "size": ["S", "L", "M"]})
    kinds = [("rooms", "category"), ("size", "category")]
    points = fit(table, kinds, PrepareOptions(encode="ordinal", scale="none")).apply(table).values
    assert points.tolist() == [[2, 2], [1, 0], [0, 1]]
    stated = PrepareOptions(levels=("size = S, M, L",), scale="none")
    assert fit(table[["size"]], kinds[1:], stated).apply(table).values.ravel().tolist() == [0, 2, 1]


def test_levels_that_scoring_meets_first_have_a_stated_place() -> None:
    """Pooled where rare ones were, none in one-hot, the most common level in order, a share of 0 by frequency."""
    table = pd.DataFrame({"c": ["a"] * 6 + ["b"] * 3 + ["z"]})
    new = pd.DataFrame({"c": ["new"]})
    got = {}
    for encode, rare in (("one-hot", 0.0), ("one-hot", 0.2), ("ordinal", 0.0), ("frequency", 0.0), ("frequency", 0.2)):
        preparer = fit(table, [("c", "category")], PrepareOptions(encode=encode, rare=rare, scale="none"))
        got[encode, rare] = preparer.apply(new).values.ravel().tolist()
    assert got == {
        ("one-hot", 0.0): [0, 0, 0],
        ("one-hot", 0.2): [0, 0, 1],
        ("ordinal", 0.0): [0],
        ("frequency", 0.0): [0],
        ("frequency", 0.2): pytest.approx([0.1]),
    }


def test_rare_levels_are_pooled_by_hand() -> None:
    """Levels of fewer than a fifth of the customers become one."""
    table = pd.DataFrame({"c": ["a", "a", "a", "b", "b", "b", "x", "y", None]})
    preparer = fit(table, [("c", "category")], PrepareOptions(rare=0.2))
    assert preparer.columns == (CategoryColumn("c", "a", ("a", "b"), ("x", "y")),)
    assert preparer.apply(table).names == ("c is a", "c is b", "c is (other)")
    assert preparer.apply(table).values[[0, 3, 6, 7, 8]].tolist() == [
        [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [1, 0, 0]
    ]  # fmt: skip


def test_frequency_by_hand() -> None:
    """A level becomes the share of customers who have it, blanks counted as what fills them, then is scaled."""
    table = pd.DataFrame({"c": ["a", "a", None, "b"]})
    raw = fit(table, [("c", "category")], PrepareOptions(encode="frequency", scale="none"))
    assert raw.apply(table).values.ravel().tolist() == [0.75, 0.75, 0.75, 0.25]
    scaled = fit(table, [("c", "category")], PrepareOptions(encode="frequency"))
    assert scaled.apply(table).values.mean() == pytest.approx(0, abs=1e-7)
    assert scaled.apply(table).values.std() == pytest.approx(1)


def test_words_of_categories_say_the_place_of_unseen_levels() -> None:
    """Each way of encoding says what its numbers are."""
    assert "S < M < L" in LevelColumn("c", "ordinal", "M", ("S", "M", "L"), (0, 1, 2), 1.0, 0.0, 1.0).words()
    assert "share" in LevelColumn("c", "frequency", "a", ("a",), (1.0,), 0.0, 0.5, 2.0).words()
    assert "takes unseen levels" in CategoryColumn("c", "a", ("a",), ("x",)).words()
    assert "none of them" in CategoryColumn("c", "a", ("a",)).words()
    assert "'on' is 1" in YesNoColumn("c", 0.0, "on").words()


@pytest.mark.parametrize("text", ["size", "size=S", "size=S,S", "size="])
def test_an_order_that_cannot_be_read_is_refused(text: str) -> None:
    """An order has a column and at least two different levels."""
    with pytest.raises(UsageError, match="order of levels"):
        fit(pd.DataFrame({"size": ["S"]}), [("size", "category")], PrepareOptions(levels=(text,)))


def test_an_order_must_fit_the_column() -> None:
    """It names a category that forms segments, and every level of it."""
    table = pd.DataFrame({"size": ["S", "M", "XL"]})
    with pytest.raises(DataError, match="lacks 1") as refused:
        fit(table, [("size", "category")], PrepareOptions(levels=("size=S,M",)))
    assert "XL" in str(refused.value)
    with pytest.raises(UsageError, match="colour"):
        fit(table, [("size", "category")], PrepareOptions(levels=("colour=red,blue",)))


@pytest.mark.parametrize(
    "options",
    [{"missing_value": 3.0}, {"missing_value": np.inf, "missing": "constant"}, {"rare": 0.7}, {"pca": -1},
     {"rare": 0.1, "encode": "ordinal"}],
    ids=str,
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    """Each is refused with a sentence and a way out, rather than doing nothing."""
    with pytest.raises(UsageError) as refused:
        column([1.0, 2.0], **options)
    assert refused.value.way_out


@pytest.mark.parametrize(("how", "out"), [("remove-iqr", [5]), ("remove-mad", [4, 5])])
def test_removal_by_hand(how: str, out: list[int]) -> None:
    """Of 0 to 3, 14 and 90: fences at -28.75 and 41.25 let 14 stay, 10.4 around the median of 2.5 don't."""
    values = np.array([[0], [1], [2], [3], [14], [90]], dtype=np.float32)
    found = inliers(values, np.array([True]), how, 0)
    assert np.flatnonzero(~found).tolist() == out


def test_the_forest_leaves_out_who_lies_apart() -> None:
    """Two customers far from a cloud go, the cloud stays, and the seed decides nothing about that."""
    cloud = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    values = np.vstack([cloud, [[15, 15, 15], [-20, 20, -20]]]).astype(np.float32)
    for seed in (0, 1):
        found = inliers(values, np.ones(3, dtype=bool), "remove-forest", seed)
        assert not found[300:].any()
        assert found[:300].mean() > 0.97


def test_removed_customers_change_no_parameter() -> None:
    """Scale, fences and the rest are those of the customers who stay; the outlier is prepared all the same."""
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0, 4e6]})
    options = PrepareOptions(skew="none", outliers="remove-iqr")
    preparer, kept = fit_kept(table, [("x", "number")], options)
    assert kept.tolist() == [True] * 5 + [False]
    assert preparer.columns == fit(table.iloc[:5], [("x", "number")], options).columns
    assert preparer.apply(table).values[-1, 0] > 1e6


def test_outliers_are_exceptions() -> None:
    """A rule that calls more than half of the customers outliers leaves nobody out, and says so."""
    corner = np.zeros((20, 15))
    table = pd.DataFrame({f"x{c}": corner[:, c] + np.arange(20) % 4 for c in range(15)})
    for c in range(15):
        table.loc[c, f"x{c}"] = 1e5
    kinds = [(name, "number") for name in table.columns]
    preparer, kept = fit_kept(table, kinds, PrepareOptions(skew="none", outliers="remove-iqr"))
    assert kept.all()
    assert "would have left out 15, more than half: nobody was" in preparer.words()[-1]


def test_components_by_hand() -> None:
    """Points on the line y = 2x have one component along it, whose larger part is positive."""
    found = fit_components(np.array([[0.0, 0.0], [-1.0, -2.0], [1.0, 2.0]]), 2)
    assert found.directions[0] == pytest.approx((1 / 5**0.5, 2 / 5**0.5))
    assert found.shares == pytest.approx((1.0, 0.0))
    assert found.apply(np.array([[1.0, 2.0]]))[0] == pytest.approx([5**0.5, 0.0])


def test_more_components_than_columns_are_as_many_as_columns() -> None:
    """Asking for five of two columns gives two, and the words say so."""
    table = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0]})
    preparer = fit(table, [("a", "number"), ("b", "number")], PrepareOptions(pca=5))
    assert preparer.apply(table).names == ("component 1", "component 2")
    assert "2 principal components, which hold 100.0%" in preparer.words()[-1]


def test_numbers_too_large_to_compare_are_refused_without_a_word_besides() -> None:
    """The refusal says all: nothing overflows aloud (any warning is an error here)."""
    table = pd.DataFrame({"x": np.random.default_rng(1).normal(size=80) * 1e300})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="too large to compare"):
            fit(table, [("x", "number")])
