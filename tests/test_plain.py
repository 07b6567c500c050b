"""Plain data: whatever goes in comes back, and nothing of another shape gets through."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.plain import from_plain, to_plain


@dataclass(frozen=True)
class Leaf:
    """A value of each scalar type."""

    text: str
    number: float
    count: int
    flag: bool
    day: date | None
    choice: Literal["a", "b"] = "a"


@dataclass(frozen=True)
class Tree:
    """Values within values."""

    leaves: tuple[Leaf, ...]
    pair: tuple[str, int]
    maybe: Leaf | None = None


LEAVES = st.builds(
    Leaf,
    text=st.text(),
    number=st.floats(allow_nan=False, allow_infinity=False),
    count=st.integers(),
    flag=st.booleans(),
    day=st.none() | st.dates(),
    choice=st.sampled_from(["a", "b"]),
)


@given(st.builds(Tree, st.lists(LEAVES).map(tuple), st.tuples(st.text(), st.integers()), st.none() | LEAVES))
def test_there_and_back(tree: Tree) -> None:
    """Any value survives the way to plain data and back."""
    assert from_plain(Tree, to_plain(tree)) == tree


GOOD = {"text": "x", "number": 1.5, "count": 2, "flag": True, "day": "2026-06-30"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": 5}, "text: expected str"),
        ({"number": "1"}, "number: expected a number"),
        ({"number": True}, "number: expected a number"),
        ({"count": 1.0}, "count: expected int"),
        ({"count": True}, "count: expected int"),
        ({"flag": 1}, "flag: expected bool"),
        ({"day": "30.6.2026"}, "day: expected"),
        ({"choice": "c"}, "choice: expected one of"),
        ({"extra": 1}, "unknown: extra"),
    ],
)
def test_wrong_data_are_refused_with_their_place(change: dict[str, object], message: str) -> None:
    """A wrong type, an unknown choice or key is refused, and the message names the place."""
    with pytest.raises(ValueError, match=message):
        from_plain(Leaf, GOOD | change)


def test_missing_key_is_refused() -> None:
    """A key without a default must be there."""
    with pytest.raises(ValueError, match="count: missing"):
        from_plain(Leaf, {key: value for key, value in GOOD.items() if key != "count"})


def test_no_number_is_null() -> None:
    """JSON has no NaN: it becomes null."""
    assert to_plain((float("nan"), float("inf"), 1.0)) == [None, None, 1.0]
