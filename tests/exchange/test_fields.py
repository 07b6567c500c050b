"""One value: what a field takes."""

from datetime import date
from itertools import product

from segmentry.exchange.fields import Field


def exists(year: int, month: int, day: int) -> bool:
    """Ask Python whether there is such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_a_day_is_taken_where_it_exists() -> None:
    """Of all days that could be written, those of the calendar are taken, leap years and centuries included."""
    field = Field("as_of", ("day",), "A day.")
    for parts in product((1900, 1904, 1999, 2000, 2023, 2024, 2100, 2400, 2999), range(14), range(33)):
        year, month, day = parts
        assert field.holds(f"{year:04}-{month:02}-{day:02}") == exists(*parts), parts
    assert not any(map(field.holds, ("1899-12-31", "3000-01-01", "0000-01-01", "2026-6-30", "2026-06-30\n\n", "")))
