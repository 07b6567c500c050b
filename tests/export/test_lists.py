"""Mailing lists: text a spreadsheet would run is made harmless, everything else is untouched."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.export.lists import FORMULA_STARTS, escape_formulas


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_formulas_become_text(start: str) -> None:
    """Whatever begins like a formula gets an apostrophe in front."""
    assert escape_formulas(pd.DataFrame({"a": [f"{start}1+1"]}))["a"].tolist() == [f"'{start}1+1"]


@given(st.lists(st.text() | st.none(), min_size=1))
def test_no_cell_begins_like_a_formula(cells: list[str | None]) -> None:
    """After escaping no text cell begins like a formula, blanks stay blank, and no text is lost."""
    escaped = escape_formulas(pd.DataFrame({"a": pd.Series(cells, dtype=object)}))["a"].tolist()
    for before, after in zip(cells, escaped, strict=True):
        if before is None:
            assert after is None or pd.isna(after)
        else:
            assert not after.startswith(FORMULA_STARTS)
            assert after.removeprefix("'") == before.removeprefix("'")


def test_numbers_are_untouched() -> None:
    """A negative number is a number, not a formula."""
    table = pd.DataFrame({"spend": [-5.5, 2.0], "orders": [1, -2]})
    pd.testing.assert_frame_equal(escape_formulas(table), table)
