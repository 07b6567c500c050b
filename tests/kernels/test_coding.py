import numpy as np

from segmentry.kernels import NO_LEVEL, Coding, code_columns, one_hot
from segmentry.prepare import Layout

LAYOUT = Layout(
    ("age", "club is a", "club is b", "size", "news", "town is x"),
    ("number", "category", "category", "category", "yes-no", "category"),
    ("age", "club", "club", "size", "news", "town"),
)
POINTS = np.array([[0.5, 1, 0, -1.2, 0, 1], [1.5, 0, 1, 0.3, 1, 1], [2.5, 0, 0, 1.8, 1, 0]], np.float32)


def test_columns_are_told_apart_by_what_they_came_from() -> None:
    """A category's 0/1 columns are one attribute; one that became a number, by its order, is a number."""
    coding = code_columns(POINTS, LAYOUT)
    assert coding.numbers == (0, 3)
    assert coding.attributes == ((1, 2), (4,), (5,))
    assert coding.measures == ("club", "news", "town")
    assert coding.levels == (2, 2, 2)


def test_a_level_that_no_column_stands_for_has_a_code_of_its_own() -> None:
    """All 0/1 columns at 0 is no level; a single column is cut in the middle."""
    assert code_columns(POINTS, LAYOUT).codes(POINTS).tolist() == [[0, 0, 1], [1, 1, 1], [NO_LEVEL, 1, 0]]


def test_numbers_with_few_values_become_levels_where_that_is_asked() -> None:
    """Each value is a level, and a value between them is the nearest one's."""
    coding = code_columns(POINTS, LAYOUT, most_levels=3)
    assert coding.numbers == ()
    assert coding.levels == (3, 2, 3, 2, 2)
    later = POINTS[:1].copy()
    later[0, 0] = 1.9
    assert coding.codes(later)[0, 0] == 1


def test_a_coding_comes_back_from_its_arrays() -> None:
    """What a model file keeps codes points alike, also where there is no attribute at all."""
    coding = code_columns(POINTS, LAYOUT, most_levels=3)
    again = Coding.from_arrays(coding.arrays())
    assert (again.numbers, again.attributes, again.cuts) == (coding.numbers, coding.attributes, coding.cuts)
    numbers = code_columns(POINTS, Layout.numbers(6))
    assert Coding.from_arrays(numbers.arrays()).split(POINTS)[0].tolist() == POINTS.astype(float).tolist()


def test_every_level_gets_a_column() -> None:
    """A column a level, also for one that nobody has; no level is all 0."""
    hot = one_hot(np.array([[2], [NO_LEVEL]], np.int32), np.array([4]))
    assert hot.tolist() == [[0, 0, 1, 0], [0, 0, 0, 0]]
