"""Reading, end to end: sources in, clean orders and customers out."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Literal, TypeAlias

import duckdb
import pandas as pd

from segmentry.data.clean import clean_orders
from segmentry.data.columns import CustomerRoles, customer_roles, find_roles
from segmentry.data.customer_rows import CustomerRows
from segmentry.data.customers import clean_customers, open_customers
from segmentry.data.dialect import open_clean, with_dialect
from segmentry.data.engine import connect, plainly, rows
from segmentry.data.options import ReadOptions
from segmentry.data.profile import Profile, profiles
from segmentry.data.raw import Part, Raw, combine
from segmentry.data.read_excel import read_excel
from segmentry.data.read_json import is_json_lines, read_json
from segmentry.data.read_text import read_text
from segmentry.data.read_typed import read_frame, read_parquet
from segmentry.data.rejects import rejects_of, rejects_table
from segmentry.data.sources import Given, Source, file_kind, given
from segmentry.data.tables import Customers, Guess, Loaded, Orders, RowCounts
from segmentry.data.unpack import plain_file
from segmentry.errors import Caveat, ColumnError, DataError

__all__ = ["ColumnLook", "Look", "glimpse", "load", "look", "open_table"]

Progress: TypeAlias = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column as ``check`` shows it.

    Parameters
    ----------
    name : str
        Its name in the source.
    role : str
        What it was taken for; empty for an attribute.
    read_as : {"text", "number", "date", "yes/no", "empty"}
        What its values look like.
    examples : tuple of str
        Up to three different values.
    """

    name: str
    role: str
    read_as: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look at the sources shows.

    Parameters
    ----------
    kind : {"orders", "customers", "both"}
        Whether the sources are an order log, a customer table, or one of each.
    columns : tuple of ColumnLook
        The columns of ``sources``, in their order.
    loaded : Loaded
        All that reading gave. The caller closes ``loaded.orders.connection``.
    """

    kind: Literal["orders", "customers", "both"]
    columns: tuple[ColumnLook, ...]
    loaded: Loaded


def load(
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen, so one object serves every call
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Read files or frames as an order log or a customer table, and say how.

    Parameters
    ----------
    sources : path, pattern, frame, or sequence of them
        An order log (perhaps in several parts) or a customer table. CSV and its kin, JSON lines, Excel, Parquet, also
        as gzip or zip of one file, or ``"-"`` for standard input; frames of pandas, polars or Arrow.
    customers : path, pattern, frame, sequence of them, or None, default None
        A customer table to go with the orders in ``sources``.
    options : ReadOptions, default ReadOptions()
        What people said about columns, dates and numbers.
    today : datetime.date or None, default None
        Orders dated later are refused; None for the real today.
    progress : callable or None, default None
        Called with what is being done and the share done, from 0 to 1.

    Returns
    -------
    Loaded
        Where it holds orders, the caller closes ``loaded.orders.connection`` in the end.

    Raises
    ------
    ReadError
        If a source is no table.
    ColumnError
        If a column is missing or can't be told.
    AmbiguousError
        If two readings are possible.
    DataError
        If no row is left, or a customer table holds an id twice.
    UsageError
        If an option names nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["C1", "C1", None],
    ...         "order_date": ["2024-01-31", "2024-02-29", "2024-03-01"],
    ...         "amount": [10.5, 20, 5],
    ...     }
    ... )
    >>> found = load(orders)
    >>> found.rows
    RowCounts(read=3, loaded=2, rejected=1)
    >>> found.rejects[["line", "column", "reason"]].values.tolist()
    [[3, 'customer_id', 'no customer']]
    >>> found.orders.connection.close()
    """
    return look(sources, customers, options, today=today, progress=progress).loaded


def look(
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen, so one object serves every call
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> Look:
    """Read as ``load`` does, and keep what the columns look like.

    Parameters
    ----------
    sources, customers, options, today, progress
        As for ``load``.

    Returns
    -------
    Look

    Raises
    ------
    SegmentryError
        As for ``load``.
    """
    tell = progress or _silent
    main = given(sources)
    extra = () if customers is None else given(customers, sum(source.frame is not None for source in main) + 1)
    connection = connect()
    keep = False
    views: list[str] = []
    try:
        with ExitStack() as stack, plainly("read this", views):
            reader = _Reader(connection, options, stack, tell, len(main) + len(extra), views)
            found = _look(reader, main, extra, today or date.today())  # noqa: DTZ011 - the day where people are
        keep = found.loaded.orders is not None
    finally:
        if not keep:
            connection.close()
    tell("read", 1.0)
    return found


def glimpse(
    sources: Source | Sequence[Source],
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen, so one object serves every call
) -> tuple[ColumnLook, ...]:
    """Say which columns there are and what they look like, where it can't be told yet what they are.

    Parameters
    ----------
    sources, options
        As for ``load``; only what says how a file is read is used, not which column is what.

    Returns
    -------
    tuple of ColumnLook
        In their order, none taken for anything.

    Raises
    ------
    ReadError, AmbiguousError
        If a source is no table, or can be read in two ways.

    Examples
    --------
    >>> [(column.name, column.read_as) for column in glimpse(pd.DataFrame({"who": ["a", "b"], "n": [1, 2]}))]
    [('who', 'text'), ('n', 'number')]
    """
    main = given(sources)
    views: list[str] = []
    with connect() as connection, ExitStack() as stack, plainly("read this", views):
        reader = _Reader(connection, options, stack, _silent, len(main), views)
        return _column_looks(profiles(reader.read(main, "main_rows")), ())


def _silent(_what: str, _share: float) -> None:
    """Tell nobody."""


class _Reader:
    """Reads sources into raw tables, one after the other; its temporary files live as long as the stack.

    Names of files that are only looked into go to ``views``.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        options: ReadOptions,
        stack: ExitStack,
        tell: Progress,
        total: int,
        views: list[str],
    ) -> None:
        self.options = options
        self.tell = tell
        self._views = views
        self._connection = connection
        self._stack = stack
        self._total = total
        self._numbers = count()
        self._folder: Path | None = None

    def read(self, sources: tuple[Given, ...], table: str) -> Raw:
        """Read sources into one table."""
        return combine(self._connection, tuple(self._part(source) for source in sources), table)

    def _copy_path(self) -> Path:
        """Give a path for a temporary file."""
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="segmentry-")))
        return self._folder / f"copy{next(self._numbers)}"

    def _part(self, source: Given) -> Part:
        """Read one source by what it is."""
        number = next(self._numbers)
        self.tell(f"reading {source.name}", 0.6 * min(number / self._total, 1.0))
        table = f"part{number}"
        if source.frame is not None:
            return read_frame(self._connection, source, table, self._copy_path)
        own, source = source.path, plain_file(source, self._copy_path)
        kind = file_kind(source)
        if kind == "parquet":
            part = read_parquet(self._connection, source, table, stays=source.path == own)
            self._views += [source.name] if part.view else []
            return part
        if kind == "excel":
            return read_excel(self._connection, source, self.options, table, self._copy_path)
        clean = open_clean(source, self.options.encoding, self._copy_path)
        if is_json_lines(clean.path):
            return read_json(self._connection, clean, table, self._copy_path)
        file = with_dialect(clean, self.options, self._copy_path)
        return read_text(self._connection, file, table, self._copy_path)


def _look(reader: _Reader, main: tuple[Given, ...], extra: tuple[Given, ...], today: date) -> Look:
    """Read, tell orders from customers, clean, and join."""
    raw = reader.read(main, "main_rows")
    seen = profiles(raw)
    roles = find_roles(raw, reader.options, seen, known="orders" if extra else None)
    shown = _column_looks(seen, roles.guesses)
    reader.tell("checking rows", 0.7)
    if isinstance(roles, CustomerRoles):
        return Look("customers", shown, _only_customers(raw.held(), roles, reader.options))
    cleaned = clean_orders(raw, roles, reader.options, today)
    loaded = _loaded(raw.parts, cleaned.orders, None, [cleaned.rejects], cleaned.caveats, roles.guesses)
    if not extra:
        return Look("orders", shown, loaded)
    table = reader.read(extra, "customer_rows").held()
    return Look("both", shown, _joined(loaded, cleaned.orders, raw.parts, table, reader.options))


@contextmanager
def open_table(
    sources: Source | Sequence[Source],
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen, so one object serves every call
    *,
    progress: Progress | None = None,
) -> Iterator[tuple[Loaded, CustomerRows | None]]:
    """Read as ``load`` does, but leave a customer table in the engine, so that memory doesn't grow with its rows.

    Parameters
    ----------
    sources, options, progress
        As for ``load``.

    Yields
    ------
    tuple of (Loaded, CustomerRows or None)
        Where the sources are a customer table, its rows, and what reading found without them. Where they are an order
        log, what ``load`` gives. Both last as long as the block.

    Raises
    ------
    SegmentryError
        As for ``load``.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["7", "8"], "visits": [1, 5]})
    >>> with open_table(table) as (loaded, found):
    ...     print(loaded.rows, [piece["visits"].tolist() for piece in found.pieces(found.columns, size=1000)])
    RowCounts(read=2, loaded=2, rejected=0) [[1.0, 5.0]]
    """
    main = given(sources)
    views: list[str] = []
    with plainly("read this", views), connect() as connection, ExitStack() as stack:
        reader = _Reader(connection, options, stack, progress or _silent, len(main), views)
        raw = reader.read(main, "main_rows")
        roles = find_roles(raw, options, profiles(raw), known=None)
        reader.tell("checking rows", 0.7)
        if isinstance(roles, CustomerRoles):
            found, refused, caveats = open_customers(raw.held(), roles, options)
            yield _loaded(raw.parts, None, found, [rejects_of(refused)], caveats, roles.guesses), found
            return
        cleaned = clean_orders(raw, roles, options, date.today())  # noqa: DTZ011 - the day where people are
        yield _loaded(raw.parts, cleaned.orders, None, [cleaned.rejects], cleaned.caveats, roles.guesses), None


def _only_customers(raw: Raw, roles: CustomerRoles, options: ReadOptions) -> Loaded:
    """Clean a customer table that stands alone."""
    customers, refused, caveats = clean_customers(raw, roles, options)
    return _loaded(raw.parts, None, customers, [rejects_of(refused)], caveats, roles.guesses)


def _joined(loaded: Loaded, orders: Orders, parts: tuple[Part, ...], table: Raw, options: ReadOptions) -> Loaded:
    """Put a customer table beside the orders, and count who is in one of them only."""
    roles = customer_roles(table, options)
    if roles.id is None:
        has = f"{table.label} has: {', '.join(table.names[:30])}"
        raise ColumnError("can't tell which column of the customer table is the id", [has], "--id COLUMN")
    customers, refused, caveats = clean_customers(table, roles, options)
    ordering = {row[0] for row in rows(orders.connection, f"SELECT DISTINCT customer FROM {orders.table}")}
    listed = set(customers.table["customer_id"])
    if not ordering & listed:
        raise DataError(
            f"no customer of {table.label} is in {loaded.sources[0]}",
            [f"ids such as {min(listed)!r} there, {min(ordering)!r} here"],
            "--customer and --id name the columns that hold the same ids",
        )
    silent, unknown = len(listed - ordering), len(ordering - listed)
    found = (
        Caveat("customers_without_orders", silent, "customers of the customer table never ordered: left out"),
        Caveat(
            "orders_without_customer",
            unknown,
            "customers who ordered aren't in the customer table: its columns are empty",
        ),
    )
    both = (*loaded.caveats, *caveats, *(caveat for caveat in found if caveat.count))
    guesses = (*loaded.guesses, *roles.guesses)
    return _loaded((*parts, *table.parts), orders, customers, [loaded.rejects, rejects_of(refused)], both, guesses)


def _loaded(
    parts: tuple[Part, ...],
    orders: Orders | None,
    customers: Customers | CustomerRows | None,
    rejects: list[pd.DataFrame],
    caveats: tuple[Caveat, ...],
    guesses: tuple[Guess, ...],
) -> Loaded:
    """Gather all of it, and make sure that the counts add up."""
    table = rejects_table(rejects)
    read = sum(part.count + len(part.refused) for part in parts)
    people = customers.count if isinstance(customers, CustomerRows) else len(customers.table) if customers else 0
    loaded = (orders.lines if orders else 0) + people
    assert read == loaded + len(table), f"{read} rows read, {loaded} loaded, {len(table)} refused"
    prints = [part.sha256 for part in parts]
    whole = prints[0] if len(prints) == 1 else hashlib.sha256("\n".join(prints).encode()).hexdigest()
    counts = RowCounts(read, loaded, len(table))
    held = customers if isinstance(customers, Customers) else None
    return Loaded(orders, held, counts, table, caveats, guesses, tuple(part.name for part in parts), whole)


def _column_looks(found: tuple[Profile, ...], guesses: tuple[Guess, ...]) -> tuple[ColumnLook, ...]:
    """Say of each column what it was taken for and what its values look like."""
    roles = {guess.column: guess.role for guess in guesses}
    taken = ((profile, roles.get(profile.column.name, "")) for profile in found)
    return tuple(
        ColumnLook(profile.column.name, role, _read_as(profile, role), profile.examples) for profile, role in taken
    )


def _read_as(profile: Profile, role: str) -> Literal["text", "number", "date", "yes/no", "empty"]:
    """Say in a word what a column's values are read as; ids and names are text whatever they look like."""
    if not profile.filled:
        return "empty"
    if role in {"customer", "id", "order", "product", "category"}:
        return "text"
    if role == "date" or (profile.is_date and not profile.is_number):
        return "date"
    typed = profile.column.kind in {"whole", "decimal", "float"}
    if role in {"amount", "quantity", "price", "discount"} or typed or profile.numbers == 1:
        return "number"
    yes_no = {example.casefold() for example in profile.examples} <= {"yes", "no", "true", "false", "y", "n"}
    return "yes/no" if profile.distinct <= 2 and yes_no else "text"
