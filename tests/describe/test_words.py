"""How figures and people's own text are written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentry.describe.words import Voice, clean, cut_point, fill, join, number, percent, rounded


@pytest.mark.parametrize(
    ("currency", "value", "text"),
    [
        ("", 2400.4, "2,400"),
        ("£", 2400.4, "£2,400"),
        ("£", 12.5, "£12.50"),
        ("£", 12.0, "£12"),
        ("£", -12.5, "-£12.50"),
        ("EUR", 12.5, "12.50 EUR"),
        ("kr.", 1200, "1,200 kr."),
        ("US$", 1200, "US$1,200"),
        ("£", 0, "£0"),
    ],
)
def test_money_is_written_with_its_currency(currency: str, value: float, text: str) -> None:
    """A sign stands before the sum and a code after it; pence are shown where they matter."""
    assert Voice(currency).quantity(value, "money") == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("days", 1, "1 day"),
        ("days", 9, "9 days"),
        ("days", 0, "0 days"),
        ("orders", 1.5, "1.5 orders"),
        ("products", 1, "1 product"),
        ("share", 0.42, "42%"),
        ("", 61.5, "61.5"),
    ],
)
def test_figures_carry_their_unit(unit: str, value: float, text: str) -> None:
    """Units follow the figure, in the singular where it is one."""
    assert Voice().quantity(value, unit) == text


@given(st.floats(-1e300, 1e300))
def test_any_number_can_be_written_briefly(value: float) -> None:
    """No number becomes longer than a person would read, and reading it back gives it within 5%."""
    text = number(value)
    assert len(text) <= 24
    assert float(text.replace(",", "")) == pytest.approx(value, rel=0.05)


@given(st.floats(-1e12, 1e12), st.integers(1, 6))
def test_a_rounded_cut_point_is_written_in_full(value: float, digits: int) -> None:
    """What a rule says is what it compares with."""
    cut = rounded(value, digits)
    assert float(cut_point(cut).replace(",", "")) == pytest.approx(cut, rel=1e-14)


@given(st.floats(0, 1))
def test_a_share_is_nothing_or_all_only_if_it_is(share: float) -> None:
    """0% and 100% are said of exactly nothing and exactly all."""
    assert (percent(share) == "0%") == (share == 0)
    assert (percent(share) == "100%") == (share == 1)


def test_people_s_text_is_never_used_as_a_template() -> None:
    """Braces in an inserted text are left alone, and a missing figure gives None."""
    assert fill("{a} and {b}", {"a": "{b}", "b": "%s {0}"}) == "{b} and %s {0}"
    assert fill("{a} and {c}", {"a": "1"}) is None
    assert fill("no figures, an open { brace", {}) == "no figures, an open { brace"


def test_naughty_text_stays_one_writable_line(shared_data: Path) -> None:
    """Every string of the Big List of Naughty Strings becomes one line of at most 60 characters that UTF-8 can hold."""
    for text in json.loads((shared_data / "naughty_strings.json").read_text(encoding="utf-8")):
        line = clean(text)
        assert len(line.splitlines()) <= 1
        assert len(line) <= 60
        line.encode("utf-8")


def test_lone_surrogates_and_line_separators_become_blanks() -> None:
    """What UTF-8 can't hold, or would break a line, never reaches a sentence."""
    assert clean("a\ud800b\u2028c\x00d") == "a b c d"


def test_lists_are_joined_with_and() -> None:
    """One, two and three parts."""
    assert [join(["a"]), join(["a", "b"]), join(["a", "b", "c"]), join([])] == ["a", "a and b", "a, b and c", ""]


@pytest.mark.parametrize(
    ("measure", "unit", "op", "value", "text"),
    [
        ("recency_days", "days", "<=", 34.0, "last order within 34 days"),
        ("orders", "orders", ">", 3.0, "over 3 orders"),
        ("orders", "orders", "<=", 1.0, "at most 1 order"),
        ("spend", "money", ">", 1200.0, "spend over £1,200"),
        ("orders", "", ">", 3.0, "orders over 3"),  # a column of that name that is no count of orders
        ("a {b} %s", "", "<=", 0.25, "a {b} %s up to 0.25"),
        ("weekend_share", "share", ">", 0.5, "over 50% of orders at weekends"),
    ],
)
def test_comparisons_are_said_in_words(measure: str, unit: str, op: str, value: float, text: str) -> None:
    """Known measures have words of their own where the unit fits; any other column is named."""
    assert Voice("£").comparison(measure, measure, unit, op, value) == text
