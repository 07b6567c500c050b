"""Text and the room it takes."""

from itertools import pairwise

import pytest

from segmentry.figures.fitting import apart, fitted, in_sentence, lines, text_width

FAMILY = "👩\u200d👩\u200d👧"
ROWS = (
    ([10.0, 12.0, 90.0], [20.0, 20.0, 20.0]),
    ([0.0, 0.0, 0.0, 0.0], [25.0, 25.0, 25.0, 25.0]),
    ([99.0, 99.5, 100.0], [10.0, 30.0, 5.0]),
    ([1.0, 50.0, 50.1, 50.2, 99.0], [10.0, 12.0, 14.0, 16.0, 18.0]),
    ([50.0], [100.0]),
    ([], []),
)


@pytest.mark.parametrize(
    "text", ["", "a", "Frequent big spenders", "WWWW", f"{FAMILY} {FAMILY}", "e\u0301e\u0301", "\u05e9\u05dc\u05dd"]
)
@pytest.mark.parametrize("room", [5, 20, 40, 80, 400])
def test_cut_text_takes_no_more_room_than_there_is(text: str, room: float) -> None:
    """What is cut has room, but for the ellipsis alone; what has room is not cut."""
    found = fitted(text, room)
    assert found == "…" or text_width(found) <= room
    assert (found == text) == (text_width(text) <= room)


@pytest.mark.parametrize("room", range(10, 90))
def test_no_sign_is_cut_in_its_middle(room: float) -> None:
    """A sign of several characters is there as a whole or not at all."""
    left = fitted(f"{FAMILY}{FAMILY} e\u0301e\u0301e\u0301", room).removesuffix("…").strip()
    while left.startswith(FAMILY):
        left = left.removeprefix(FAMILY).strip()
    assert left.replace("e\u0301", "") == ""


@pytest.mark.parametrize("room", [20, 60, 90, 300])
def test_lines_hold_all_words_or_end_in_an_ellipsis(room: float) -> None:
    """There are no more lines than asked for, each with room, and nothing is lost without a sign."""
    text = "Days since the last but one order"
    found = lines(text, room)
    assert len(found) <= 2
    assert all(line == "…" or text_width(line) <= room for line in found)
    assert " ".join(found) == text or any(line.endswith("…") for line in found)


@pytest.mark.parametrize(("wanted", "widths"), ROWS)
def test_labels_lie_apart_and_within_the_ends(wanted: list[float], widths: list[float]) -> None:
    """No label overlaps the next or leaves the row; one that lies free stays where it would."""
    found = apart(wanted, widths, 0, 100)
    ends = [(place - width / 2, place + width / 2) for place, width in zip(found, widths, strict=True)]
    assert all(left >= -1e-9 and right <= 100 + 1e-9 for left, right in ends)
    assert all(one[1] <= other[0] + 1e-9 for one, other in pairwise(ends))


def test_labels_that_lie_free_stay() -> None:
    """Only labels that would overlap are moved, both by as much."""
    assert apart([20, 60, 64], [10, 10, 10], 0, 100) == [20, 57, 67]


def test_signs_that_turn_writing_are_left_out_and_writing_from_the_right_ends() -> None:
    """A name can't turn the figure behind it."""
    hebrew = "\u05e9\u05dc\u05dd"
    assert fitted(f"a\u202e{hebrew}\u2067", 400) == f"a{hebrew}"
    assert in_sentence(hebrew, 400) == f"{hebrew}\u200e"
    assert in_sentence("Spend", 400) == "Spend"
