"""Sheet names: what Excel takes, whatever people call their segments."""

from hypothesis import example, given
from hypothesis import strategies as st

from segmentry.export.workbook.naming import sheet_names


@given(st.lists(st.text(), max_size=8))
@example(["a" * 40, "A" * 40, "History", "", "'", "[]:*?/\\", "👩‍👩‍👧" * 9, "Ⅷ ⅷ", "lone \ud800"])
def test_names_are_legal_and_no_two_alike(wanted: list[str]) -> None:
    """At most 31 UTF-16 units, none of Excel's signs, no apostrophe at an end, unlike in capital and small letters."""
    found = sheet_names(wanted)
    assert len(found) == len(wanted)
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name == name.strip("' ")
        assert name.casefold() != "history"
        assert name.isprintable() or not any(ord(char) < 32 for char in name)


def test_a_name_that_can_be_used_is_used() -> None:
    """Nothing is changed without need."""
    assert sheet_names(["Summary", "A Frequent big spenders"]) == ("Summary", "A Frequent big spenders")
