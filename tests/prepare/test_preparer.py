"""The fitted table of parameters: right by hand, unit-free, and the same for one customer as for all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.errors import ColumnError, DataError
from segmentry.plain import from_plain, to_plain
from segmentry.prepare import Asinh, NumberColumn, PrepareOptions, Preparer, fit

RAW = PrepareOptions(skew="none", outliers="none", scale="none")
NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=40)
EVERY_WAY = [
    PrepareOptions(skew=skew, outliers=outliers, scale=scale)
    for skew in ("auto", "log", "none")
    for outliers in ("clip", "none")
    for scale in ("z", "robust", "none")
]


def points(table: pd.DataFrame, options: PrepareOptions, kind: str = "number") -> np.ndarray:
    """Fit and apply every column of a table as one kind."""
    return fit(table, [(name, kind) for name in table.columns], options).apply(table).values


def test_z_score_by_hand() -> None:
    """Mean 2 and population deviation 1 turn 1 and 3 into -1 and 1."""
    assert points(pd.DataFrame({"x": [1.0, 3.0]}), PrepareOptions()).ravel().tolist() == [-1.0, 1.0]


def test_blank_becomes_the_median() -> None:
    """A blank number is filled by the median of the known ones."""
    table = pd.DataFrame({"x": [1.0, np.nan, 2.0, 100.0]})
    assert points(table, RAW).ravel().tolist() == [1.0, 2.0, 2.0, 100.0]


def test_log_by_hand() -> None:
    """The log step is asinh(x / s) with s the 10th percentile of the positive values."""
    values = np.arange(1.0, 12.0)
    got = points(pd.DataFrame({"x": values}), PrepareOptions(skew="log", outliers="none", scale="none")).ravel()
    np.testing.assert_allclose(got, np.arcsinh(values / 2.0), rtol=1e-6)


def test_clip_by_hand() -> None:
    """Quartiles 1 and 3 put the fences at -5 and 9."""
    table = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 50.0]})
    got = points(table, PrepareOptions(skew="none", outliers="clip", scale="none")).ravel()
    assert got.tolist() == [0.0, 1.0, 2.0, 3.0, 9.0]


def test_robust_scale_by_hand() -> None:
    """Robust scale subtracts the median and divides by the interquartile range over 1.349."""
    table = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 4.0]})
    got = points(table, PrepareOptions(skew="none", outliers="none", scale="robust")).ravel()
    np.testing.assert_allclose(got, (np.arange(5.0) - 2) / (2 / 1.34898), rtol=1e-5)


def test_category_becomes_a_column_a_level() -> None:
    """Levels are sorted; a blank counts as the most common one, an unseen level as none of them."""
    table = pd.DataFrame({"city": ["Rome", "Oslo", None, "Oslo"]})
    preparer = fit(table, [("city", "category")])
    assert preparer.apply(table).names == ("city is Oslo", "city is Rome")
    assert preparer.apply(table).values.tolist() == [[0, 1], [1, 0], [1, 0], [1, 0]]
    assert preparer.apply(pd.DataFrame({"city": ["Bonn"]})).values.tolist() == [[0, 0]]


@pytest.mark.parametrize("answers", [["Yes", "No"], [1.0, 0.0], ["true", "false"], ["Y", "N"]])
def test_yes_no_becomes_one_column(answers: list[object]) -> None:
    """Whatever way yes is written it becomes 1."""
    table = pd.DataFrame({"club": [answers[0], answers[1], None, answers[1]]})
    assert points(table, RAW, "yes-no").ravel().tolist() == [1.0, 0.0, 0.0, 0.0]


def test_constant_column_separates_nobody() -> None:
    """A constant column becomes zeros, not noise blown up to full size."""
    assert not points(pd.DataFrame({"x": [0.1 + 0.2] * 7}), PrepareOptions()).any()


@pytest.mark.parametrize("options", EVERY_WAY, ids=lambda o: f"{o.skew}-{o.outliers}-{o.scale}")
@given(values=NUMBERS)
@settings(max_examples=25, deadline=None)
def test_points_are_finite(options: PrepareOptions, values: list[float]) -> None:
    """Whatever the numbers and the steps, every prepared value is finite."""
    assert np.isfinite(points(pd.DataFrame({"x": values}), options)).all()


@given(values=NUMBERS, unit=st.sampled_from([100.0, 0.01, 1024.0]))
@settings(max_examples=100, deadline=None)
def test_unit_of_money_changes_nothing(values: list[float], unit: float) -> None:
    """Pounds or pence give the same points."""
    table = pd.DataFrame({"x": values})
    for options in (PrepareOptions(), PrepareOptions(skew="log"), PrepareOptions(scale="robust")):
        np.testing.assert_allclose(points(table, options), points(table * unit, options), atol=2e-4, rtol=2e-4)


@given(values=NUMBERS)
@settings(max_examples=50, deadline=None)
def test_one_customer_as_all(values: list[float]) -> None:
    """A customer prepared alone has the point that she has among all."""
    table = pd.DataFrame({"x": values})
    preparer = fit(table, [("x", "number")])
    alone = np.vstack([preparer.apply(table.iloc[[row]]).values for row in range(len(table))])
    assert (alone == preparer.apply(table).values).all()


@given(values=NUMBERS)
@settings(max_examples=50, deadline=None)
def test_better_buyer_never_lower(values: list[float]) -> None:
    """No step turns the order of two customers around."""
    table = pd.DataFrame({"x": sorted(values)})
    for options in EVERY_WAY:
        assert (np.diff(points(table, options).ravel()) >= 0).all()


def test_saved_and_read_back_alike() -> None:
    """The parameters survive plain data to the last bit."""
    table = pd.DataFrame({"x": [1.0, 2.0, 700.0], "c": ["a", "b", "b"], "y": ["yes", "no", None]})
    preparer = fit(table, [("x", "number"), ("c", "category"), ("y", "yes-no")])
    assert from_plain(Preparer, to_plain(preparer)) == preparer


def test_missing_measure_is_named() -> None:
    """A table without a measure is refused, naming what is missing and what is there."""
    preparer = fit(pd.DataFrame({"spend": [1.0, 2.0]}), [("spend", "number")])
    with pytest.raises(ColumnError, match="spend"):
        preparer.apply(pd.DataFrame({"orders": [1.0]}))


def test_infinite_value_is_refused() -> None:
    """Infinity is no measure; it must not become a point."""
    with pytest.raises(DataError, match="infinite"):
        fit(pd.DataFrame({"x": [1.0, np.inf]}), [("x", "number")])
    preparer = fit(pd.DataFrame({"x": [1.0, 2.0]}), [("x", "number")])
    with pytest.raises(DataError, match="infinite"):
        preparer.apply(pd.DataFrame({"x": [-np.inf]}))


def test_words_name_each_step() -> None:
    """The words of a column name its fill, its scale and its fences, and nothing that was not done."""
    column = NumberColumn("spend", 668.5, Asinh(170.25), -4.0, 9.0, None, 2.0, 1.5)
    assert all(figure in column.words() for figure in ("668.5", "170.25", "-4", "9", "2", "1.5"))
    assert "asinh" not in NumberColumn("age", 30.0, None, None, None, None, 0.0, 1.0).words()


def test_equally_common_levels_do_not_depend_on_row_order() -> None:
    """Between equally common levels the first by name fills the blanks."""
    for rows in (["b", "a", None], ["a", "b", None]):
        assert fit(pd.DataFrame({"c": rows}), [("c", "category")]).columns[0].fill == "a"
