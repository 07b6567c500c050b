"""Dates in text: one way of writing a column, or a question."""

from datetime import date, datetime
from typing import Any

import pytest

from segmentry.errors import AmbiguousError, ColumnError

D = [datetime(2024, 1, 31), datetime(2024, 2, 29), datetime(2023, 12, 5)]  # noqa: DTZ001 - orders carry clock time


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
        "%d/%m/%y", "%m/%d/%y",
        "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d%b%Y", "%b %d, %Y", "%B %d, %Y", "%d/%b/%Y", "%d-%B-%y",
    ],
)  # fmt: skip
@pytest.mark.parametrize("clock", ["", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M %p"])
def test_every_way_of_writing_is_found(dates: Any, form: str, clock: str) -> None:
    """The same days come out of every common way of writing them, with or without a time of day."""
    moments = [day.replace(hour=15, minute=4) if clock else day for day in D]
    found = dates(*(moment.strftime(form + clock) for moment in moments))
    assert [row[0] for row in found.lines("date")] == moments
    assert found.counts == (3, 3, 0)


@pytest.mark.parametrize("zone", ["Z", "+02:00", " -0500", " UTC", "+02"])
def test_a_time_zone_is_left_out_and_said(dates: Any, zone: str) -> None:
    """The clock time as written counts, whatever the zone."""
    found = dates(*(f"2024-01-31T23:30:00{zone}" for _ in range(2)))
    assert found.lines("date")[0][0] == datetime(2024, 1, 31, 23, 30)  # noqa: DTZ001
    assert found.caveats["time_zones"] == 1


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["45322", "45351", "45265"], "Excel day numbers"),
        (["1706659200", "1709164800", "1701734400"], "seconds since 1970"),
        (["1706659200000", "1709164800000", "1701734400000"], "milliseconds since 1970"),
    ],
)
def test_plain_numbers_are_dates_in_a_date_column(dates: Any, texts: list[str], said: str) -> None:
    """Day numbers of a workbook and seconds since 1970 are read as what they are, and that is said."""
    found = dates(*texts)
    assert [row[0] for row in found.lines("date")] == D
    assert any(said in caveat.policy for caveat in found.loaded.caveats)


def test_day_and_month_that_can_be_swapped_are_asked_about(dates: Any) -> None:
    """Where every value fits both orders, the options that decide are named, and they decide."""
    texts = ["03/04/2024", "05/06/2024"]
    with pytest.raises(AmbiguousError, match="day from month") as caught:
        dates(*texts)
    assert caught.value.way_out == "--dayfirst or --monthfirst"
    assert [row[0].date() for row in dates(*texts, dayfirst=True).lines("date")] == [date(2024, 4, 3), date(2024, 6, 5)]
    assert [row[0].date() for row in dates(*texts, dayfirst=False).lines("date")] == [
        date(2024, 3, 4),
        date(2024, 5, 6),
    ]


def test_dates_that_read_alike_both_ways_are_no_question(dates: Any) -> None:
    """01/01 and 02/02 are the same day in either order."""
    assert [row[0].month for row in dates("01/01/2024", "02/02/2024").lines("date")] == [1, 2]


@pytest.mark.parametrize(
    "texts",
    [
        ["31/01/2024", "2024-01-31"],
        ["31/01/2024", "01/31/2024"],
        ["31/01/2024", "31.01.2024"],
        ["5 Jan 2024", "2024-01-05"],
    ],
)
def test_two_ways_of_writing_in_one_column_are_asked_about(dates: Any, texts: list[str]) -> None:
    """Values that need two formats at once are shown, and --date-format named."""
    with pytest.raises(AmbiguousError, match="two ways") as caught:
        dates(*texts)
    assert "--date-format" in caught.value.way_out
    assert all(f"{text!r}" in caught.value.evidence[0] for text in texts)


def test_a_given_format_is_taken(dates: Any) -> None:
    """--date-format reads what it fits, refuses the rest, and is refused itself where it fits nothing."""
    found = dates("2024|31|01", "2024|29|02", "x", date_format="%Y|%d|%m")
    assert [row[0] for row in found.lines("date")] == D[:2]
    assert found.refused == [(4, "not a date written as %Y|%d|%m")]
    with pytest.raises(ColumnError, match="written as %H"):
        dates("2024-01-31", date_format="%H")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no date"),
        ("31/02/2024", "not a date written as dd/mm/yyyy"),
        ("soon", "not a date written as dd/mm/yyyy"),
        ("31/12/1969", "before 1970"),
        ("01/07/2025", "in the future"),
        ("01/01/2999", "in the future"),
    ],
)
def test_a_date_that_cannot_be_costs_its_row(dates: Any, text: str, reason: str) -> None:
    """Impossible, unreadable, too early and future dates are refused, each with its reason."""
    found = dates("31/01/2024", text, "30/06/2025", "01/01/1970")
    assert found.refused == [(3, reason)]
    assert found.loaded.orders.first == date(1970, 1, 1)
    assert found.loaded.orders.last == date(2025, 6, 30)
