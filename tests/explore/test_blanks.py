import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segmentry.explore.blanks import MOST_PATTERNS, blanks

MASKS = arrays(np.bool_, st.tuples(st.integers(1, 60), st.integers(1, 70)), fill=st.just(False))


def _table(mask: np.ndarray) -> pd.DataFrame:
    values = np.where(mask, np.nan, 1.0)
    return pd.DataFrame(values, columns=[f"c{at}" for at in range(mask.shape[1])])


def test_a_table_worked_by_hand() -> None:
    """Street and town are lacking together for two of three; the phone is lacking elsewhere."""
    table = pd.DataFrame(
        {"street": ["a", None, None, "d", None], "town": ["x", None, None, "y", "z"], "phone": [1, 2, 3, None, 5]}
    )
    found = blanks(table)
    assert found.complete == 1
    assert [(blank.name, blank.count, blank.share) for blank in found.columns] == [
        ("street", 3, 0.6),
        ("town", 2, 0.4),
        ("phone", 1, 0.2),
    ]
    assert [(pair.left, pair.right, pair.both, pair.share) for pair in found.together] == [("street", "town", 2, 2 / 3)]
    assert [(pattern.columns, pattern.customers) for pattern in found.patterns] == [
        (("street", "town"), 2),
        (("street",), 1),
        (("phone",), 1),
    ]


@settings(deadline=None)
@given(MASKS)
def test_everybody_is_in_one_pattern(mask: np.ndarray) -> None:
    """Complete customers, those of the patterns and the others add up; each pattern is as common as said."""
    found = blanks(_table(mask))
    assert found.complete == int((~mask.any(axis=1)).sum())
    assert found.complete + sum(pattern.customers for pattern in found.patterns) + found.other_patterns == len(mask)
    assert len(found.patterns) <= MOST_PATTERNS
    for pattern in found.patterns:
        lacks = np.isin([f"c{at}" for at in range(mask.shape[1])], pattern.columns)
        assert pattern.customers == int((mask == lacks).all(axis=1).sum())


@settings(deadline=None)
@given(MASKS)
def test_pairs_are_counted_as_they_are(mask: np.ndarray) -> None:
    """Each pair's count and share are those of its two columns."""
    for pair in blanks(_table(mask)).together:
        left, right = (mask[:, int(name[1:])] for name in (pair.left, pair.right))
        assert pair.both == int((left & right).sum())
        assert pair.share == pair.both / int((left | right).sum()) >= 0.5


def test_nothing_is_missing() -> None:
    """A full table has no blank, and an empty one no customer."""
    assert blanks(_table(np.zeros((4, 2), dtype=bool))).complete == 4
    assert blanks(_table(np.zeros((0, 2), dtype=bool))).complete == 0
