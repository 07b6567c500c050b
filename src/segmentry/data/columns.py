"""Which column is what: by name first, then checked against the values; options override both."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Literal

from segmentry.data.engine import rows
from segmentry.data.options import ReadOptions
from segmentry.data.profile import Profile
from segmentry.data.raw import Column, Raw, look_for_spaces, trimmed
from segmentry.data.tables import Guess
from segmentry.errors import AmbiguousError, ColumnError, UsageError

__all__ = ["CustomerRoles", "OrderRoles", "compact", "customer_roles", "find_roles"]


@dataclass(frozen=True, slots=True)
class OrderRoles:
    """An order log's columns. Amount is None where it is quantity times price; all three are None without money."""

    customer: Column
    date: Column
    amount: Column | None
    quantity: Column | None
    price: Column | None
    order: Column | None
    product: Column | None
    category: Column | None
    discount: Column | None
    guesses: tuple[Guess, ...]

    @property
    def used(self) -> frozenset[str]:
        """Names of the columns that have a part."""
        return frozenset(guess.column for guess in self.guesses)

    def looked_over(self, raw: Raw) -> "OrderRoles":
        """Mark the columns that need no trimming."""

        def over(column: Column | None) -> Column | None:
            return None if column is None else look_for_spaces(raw, column)

        return OrderRoles(
            look_for_spaces(raw, self.customer),
            look_for_spaces(raw, self.date),
            over(self.amount),
            over(self.quantity),
            over(self.price),
            over(self.order),
            over(self.product),
            over(self.category),
            over(self.discount),
            self.guesses,
        )


@dataclass(frozen=True, slots=True)
class CustomerRoles:
    """A customer table's id column; None where its rows are numbered."""

    id: Column | None
    guesses: tuple[Guess, ...]


def compact(name: str) -> str:
    """Write a name without case, accents, spaces and signs.

    Examples
    --------
    >>> compact("Customer ID"), compact("Prénom_client")
    ('customerid', 'prenomclient')
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return "".join(sign for sign in plain.casefold() if sign.isalnum() and not unicodedata.combining(sign))


@cache
def _vocabulary() -> dict[str, dict[str, int]]:
    """Read each role's names with their rank; ``date of_orders`` holds the names that only orders have."""
    text = resources.files("segmentry.data").joinpath("vocabulary.toml").read_text("utf-8")
    found = {}
    for role, lists in tomllib.loads(text).items():
        for key, names in lists.items():
            found[role if key == "names" else f"{role} {key}"] = {name: rank for rank, name in enumerate(names)}
    return found


def find_roles(
    raw: Raw, options: ReadOptions, seen: tuple[Profile, ...], *, known: Literal["orders", "customers"] | None
) -> OrderRoles | CustomerRoles:
    """Tell an order log from a customer table, and say which column is what.

    An order log has a date, an amount (or quantity and price) and a customer who can come back. A customer table has
    one row a customer, with or without an id.

    Parameters
    ----------
    raw : Raw
        The table.
    options : ReadOptions
        Column names that people gave.
    seen : tuple of Profile
        What the columns' values look like.
    known : {"orders", "customers"} or None
        What the table is, if that was said.

    Returns
    -------
    OrderRoles or CustomerRoles

    Raises
    ------
    ColumnError
        If a named column doesn't exist, or an order log's customer, date or amount can't be told.
    AmbiguousError
        If no column has a name, and nothing was said.
    UsageError
        If an amount is named and none is to count.
    """
    if known == "customers":
        return customer_roles(raw, options)
    if options.no_amount and (options.amount or options.price or options.quantity):
        raise UsageError("an amount was named, and none is to count", way_out="--no-amount alone, or without it")
    finder = _Finder(raw, options, seen)
    forced = any((options.customer, options.date, options.amount, options.no_amount))
    if options.no_header and not forced and known is None and options.id is None:
        _ask_for_names(raw, seen)
    if known is None and not forced and (options.id is not None or not finder.is_order_log()):
        return customer_roles(raw, options)
    return finder.orders()


def _ask_for_names(raw: Raw, seen: tuple[Profile, ...]) -> None:
    """Ask which column is what where none has a name and one holds dates: these look like orders."""
    dates = [profile for profile in seen if profile.filled and profile.dates > _MOSTLY_DATES]
    if not dates:
        return
    examples = [f"{profile.column.name}: {', '.join(profile.examples)}" for profile in seen[:10]]
    raise AmbiguousError(
        f"the columns of {raw.label} have no names, and one holds dates",
        examples,
        f"--customer COLUMN --date {dates[0].column.name} --amount COLUMN; a customer table: --id COLUMN",
    )


def customer_roles(raw: Raw, options: ReadOptions) -> CustomerRoles:
    """Find a customer table's id column, if it has one.

    Parameters
    ----------
    raw : Raw
        The table.
    options : ReadOptions
        ``id`` overrides.

    Returns
    -------
    CustomerRoles

    Raises
    ------
    ColumnError
        If ``options.id`` names no column.
    """
    if options.id is not None:
        column = _named(raw, options.id, "id")
        return CustomerRoles(column, (Guess("id", column.name, "given"),))
    for role in ("customer", "id"):
        ranked = _ranked(raw.columns, role)
        for column in ranked:
            if _could_be_id(raw, column):
                return CustomerRoles(column, (Guess("id", column.name, "its name"),))
    for column in raw.columns:
        name = compact(column.name)
        if name.endswith(("id", "number", "key")) and _repeats(raw, column) == (0, 0):
            return CustomerRoles(column, (Guess("id", column.name, "its name, and no value comes twice"),))
    return CustomerRoles(None, ())


_SURE_IDS = ("id", "no", "nr", "number", "nummer", "code", "key", "ref", "reference")


def _could_be_id(raw: Raw, column: Column) -> bool:
    """Tell whether a column so named is the id: names of people and mail addresses only where all differ."""
    if compact(column.name).endswith(_SURE_IDS):
        return True
    return _repeats(raw, column) == (0, 0)


def _repeats(raw: Raw, column: Column) -> tuple[int, int]:
    """Count the filled values beyond the first of each, and the empty ones."""
    text = trimmed(column)
    found = rows(
        raw.connection,
        f"SELECT count(nullif(t, '')) - count(DISTINCT nullif(t, '')), count(*) FILTER (WHERE t = '') "
        f"FROM (SELECT {text} AS t FROM {raw.table})",
    )[0]
    return int(found[0]), int(found[1])


def _comes_back(raw: Raw, column: Column) -> bool:
    """Tell whether a filled value comes more than once; the first rows of a long table mostly show it."""
    text = trimmed(column)
    few = f"SELECT {text} AS t FROM {raw.table} WHERE rowid < {_FIRST_ROWS} AND {text} <> ''"
    if rows(raw.connection, f"SELECT count(t) > count(DISTINCT t) FROM ({few})")[0][0]:
        return True
    return raw.count > _FIRST_ROWS and _repeats(raw, column)[0] > 0


def _ranked(columns: Sequence[Column], role: str) -> list[Column]:
    """List the columns whose names speak for a role, strongest first."""
    ranks = _vocabulary()[role]
    named = [(ranks[compact(column.name)], column) for column in columns if compact(column.name) in ranks]
    return [column for _, column in sorted(named, key=lambda pair: pair[0])]


def _named(raw: Raw, name: str, role: str) -> Column:
    """Find the column that an option names: exactly, else without case and outer spaces."""
    for column in raw.columns:
        if column.name == name:
            return column
    alike = [column for column in raw.columns if column.name.casefold() == name.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    near = get_close_matches(name.casefold(), [column.name.casefold() for column in raw.columns], n=1, cutoff=0.5)
    hint = next((column.name for column in raw.columns if near and column.name.casefold() == near[0]), "")
    raise ColumnError(
        f"there is no column {name!r}",
        [_has(raw)],
        f"--{role} {_shell(hint)}" if hint else f"--{role} with one of them",
    )


def _has(raw: Raw) -> str:
    """List the table's columns as evidence."""
    names = raw.names
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return f"{raw.label} has: {', '.join(names[:30])}{more}"


def _shell(name: str) -> str:
    """Write a name as a shell takes it."""
    return name if re.fullmatch(r"[\w.-]+", name) else "'" + name.replace("'", "'\\''") + "'"


class _Finder:
    """Finds an order log's columns one after the other; a column has one part only."""

    def __init__(self, raw: Raw, options: ReadOptions, seen: tuple[Profile, ...]) -> None:
        self._raw = raw
        self._options = options
        self._profiles = {profile.column.sql: profile for profile in seen}
        self._guesses: list[Guess] = []
        self._taken: set[str] = set()
        for role in ("customer", "date", "amount", "order", "product", "category", "quantity", "price", "discount"):
            given = getattr(options, role)
            if given is not None:
                self._taken.add(_named(raw, given, role).sql)

    def is_order_log(self) -> bool:
        """Tell by names and values, before any column is settled."""
        customer, order, named = self._by_name("customer"), self._by_name("order"), self._by_name("date")
        returning = customer is not None and _comes_back(self._raw, customer)
        of_orders = order is not None or (named is not None and compact(named.name) in _vocabulary()["date of_orders"])
        date = self._by_name("date", date=True) or self._only_date()
        amount = self._has_amount(number=True)
        if returning or of_orders:  # then a name is enough: that its values can't be read will be said
            date = date or named
            amount = amount or self._has_amount(number=False)
        if date is None:
            return False
        if not amount:
            # Customers who come back, with order numbers and dates: orders that lack an amount, and that is said.
            return returning and order is not None
        if returning or of_orders:
            return True
        if customer is None:
            return not any(_repeats(self._raw, column) == (0, 0) for column in _ranked(self._raw.columns, "id"))
        return len(self._raw.columns) <= _NARROW

    def _has_amount(self, *, number: bool) -> bool:
        return any(self._by_name(role, number=number) is not None for role in ("amount", "price"))

    def orders(self) -> OrderRoles:
        """Settle every part, the needed ones first."""
        date = self._settle("date", date=True) or self._take("date", self._only_date(), "the only dates in the table")
        date = date or self._settle("date")
        order = self._settle("order")
        amount, quantity, price = self._money(number=True)
        if amount is None and price is None:
            amount, quantity, price = self._money(number=False)
        customer = self._settle("customer")
        if customer is None:
            raise self._unknown("customer")
        if date is None:
            raise self._unknown("date")
        if amount is None and (quantity is None or price is None) and not self._options.no_amount:
            raise self._unknown("amount")
        return OrderRoles(
            customer, date, amount, quantity, price, order,
            self._settle("product"), self._settle("category"), self._settle("discount"), self._ordered(),
        )  # fmt: skip

    def _money(self, *, number: bool) -> tuple[Column | None, Column | None, Column | None]:
        """Settle amount, or else quantity and price, or else the price alone as the amount."""
        options = self._options
        if options.no_amount:
            return None, None, None
        product_wanted = options.amount is None and bool(options.quantity or options.price)
        amount = None if product_wanted else self._settle("amount", number=number)
        if amount is not None:
            return amount, None, None
        if product_wanted or (self._by_name("quantity", number=number) and self._by_name("price", number=number)):
            return None, self._settle("quantity", number=number), self._settle("price", number=number)
        return self._settle("price", role="amount", number=number), None, None

    def _ordered(self) -> tuple[Guess, ...]:
        order = ("customer", "date", "amount", "quantity", "price", "order", "product", "category", "discount")
        return tuple(sorted(self._guesses, key=lambda guess: order.index(guess.role)))

    def _settle(self, names: str, *, role: str = "", date: bool = False, number: bool = False) -> Column | None:
        """Take the column that was given for a part, else the best by name."""
        role = role or names
        given = getattr(self._options, role)
        if given is not None:
            column = _named(self._raw, given, role)
            self._guesses.append(Guess(role, column.name, "given"))
            return column
        return self._take(role, self._by_name(names, date=date, number=number), "its name")

    def _take(self, role: str, column: Column | None, why: str) -> Column | None:
        if column is not None:
            self._taken.add(column.sql)
            self._guesses.append(Guess(role, column.name, why))
        return column

    def _by_name(self, role: str, *, date: bool = False, number: bool = False) -> Column | None:
        """Find the free column whose name speaks strongest for a part and whose values allow it."""
        for column in _ranked(self._raw.columns, role):
            profile = self._profiles[column.sql]
            if column.sql in self._taken or (date and not profile.is_date) or (number and not profile.is_number):
                continue
            if role == "customer" and profile.is_date and not profile.is_number:
                continue
            if (
                role == "customer"
                and compact(column.name) in _WEAK_CUSTOMERS
                and self._raw.count > 1
                and not _comes_back(self._raw, column)
            ):
                continue
            if role == "order" and profile.column.kind == "date":
                continue
            return column
        return None

    def _only_date(self) -> Column | None:
        """Find the one free column whose values are dates, whatever its name; days of birth are none."""
        found = [
            profile.column
            for profile in self._profiles.values()
            if profile.filled
            and profile.is_date
            and not profile.is_number
            and profile.column.sql not in self._taken
            and not re.search("birth|dob|geburt|naiss|nacim|nasc", compact(profile.column.name))
        ]
        return found[0] if len(found) == 1 else None

    def _unknown(self, role: Literal["customer", "date", "amount"]) -> ColumnError:
        """Say that a needed part can't be told, with the likeliest column as the way out."""
        free = [
            profile
            for profile in self._profiles.values()
            if profile.column.sql not in self._taken and profile.filled and _could_be(profile, role)
        ]
        free.sort(key=lambda profile: re.search(_HINTS[role], profile.column.name.casefold()) is None)
        hint = _shell(free[0].column.name) if free else "COLUMN"
        without = "; without money: --no-amount" if role == "amount" else ""
        return ColumnError(f"can't tell which column is the {role}", [_has(self._raw)], f"--{role} {hint}{without}")


_HINTS = {
    "customer": "cust|client|user|buyer|member|kund|id",
    "date": "date|time|day",
    "amount": "amount|total|price|value|sum",
}


def _could_be(profile: Profile, role: str) -> bool:
    """Tell whether a column's values allow it to have a part."""
    if role == "date":
        return profile.is_date
    if role == "amount":
        return profile.is_number
    return not profile.is_date and 1 < profile.distinct < profile.filled


_FIRST_ROWS = 100_000
_MOSTLY_DATES = 0.5
_NARROW = 5  # columns: a wider table of customers who come once each is a customer table
_WEAK_CUSTOMERS = frozenset({"id", "uid", "uuid", "phone", "username", "fullname"})
