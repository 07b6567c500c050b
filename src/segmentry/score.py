"""Scoring later data: files of orders or customers through a saved model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.data import CustomerRows, Loaded, Source, frame_rows, load, open_table
from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.features import FeatureOptions, Measures, RowMeasure, measure, measure_rows
from segmentry.files import check_table_name, write_query, write_table
from segmentry.model import FITS, PlacedMany, SegmentModel, fit_codes

__all__ = ["Scored", "ScoredFile", "score", "score_file"]

Progress = Callable[[str, float], None]

PIECE = 200_000
"""Customers that are placed at a time."""

PEOPLE = "for people without orders, this model can guess from their attributes: --lookalike"
OF_ORDERS = ("customer", "date", "amount", "order", "product", "category", "quantity", "price", "discount")
"""What the model knows of the columns of orders."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scored customers.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns of :meth:`SegmentModel.assign`, then the inputs; or those of :meth:`Lookalike.assign`, then the
        attributes.
    loaded : Loaded
        What was read: row counts, rejects, caveats.
    without_purchase : int
        Customers with orders but no purchase in the window; they get no segment.
    """

    table: pd.DataFrame
    loaded: Loaded
    without_purchase: int


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """What is known of customers who were scored into a file.

    Parameters
    ----------
    loaded : Loaded
        What was read: row counts, rejects, caveats.
    without_purchase : int
        As of :class:`Scored`.
    customers : tuple of int
        Customers of each segment, in the order of the model's.
    in_no_segment, borderline : int
        Customers in none; customers whose fit is borderline.
    unlike : int or None
        Customers unlike anyone the model learned from; None where segments were guessed from attributes.
    """

    loaded: Loaded
    without_purchase: int
    customers: tuple[int, ...]
    in_no_segment: int
    borderline: int
    unlike: int | None

    @property
    def count(self) -> int:
        """All customers of the file."""
        return sum(self.customers) + self.in_no_segment


def score(
    model: SegmentModel,
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    as_of: date | None = None,
    lookalike: bool = False,
    progress: Progress | None = None,
) -> Scored:
    """Score files or frames by a model, read and measured exactly as the model's own were.

    Parameters
    ----------
    model : SegmentModel
        As saved by a run.
    sources : path, frame, or sequence of them
        Orders where the model was built from orders, else customers.
    customers : path, frame, or sequence of them, optional
        A customer table to be joined to the orders, as when the model was built.
    as_of : datetime.date or None, default None
        The day on which customers are looked at. Required for orders: the batch's own latest date would move everybody.
    lookalike : bool, default False
        The sources are people without orders: guess their segments from their attributes, if the model can.
    progress : callable or None, default None
        Told the stage and its share done.

    Raises
    ------
    UsageError
        ``as_of`` is missing for a model built from orders; or ``lookalike`` was asked of a model that was made
        without it, or beside other tables or a day.
    DataError
        The data can't be used, or the model's attributes don't tell its segments apart.
    """
    if lookalike:
        if customers is not None or as_of is not None:
            raise UsageError(
                "people without orders are one table, looked at on no day in particular",
                ["given beside it: " + ("a customer table" if customers is not None else "an as-of day")],
                "--lookalike with their file alone",
            )
        return _by_attributes(model, sources, progress)
    raw, loaded = _measured(model, sources, customers, as_of, progress)
    assigned = model.assign(raw.table)
    inputs = raw.table[[i.name for i in model.inputs]]
    return Scored(pd.concat([assigned, inputs.reset_index(drop=True)], axis=1), loaded, raw.without_purchase)


def score_file(
    model: SegmentModel,
    sources: Source | Sequence[Source],
    out: Path,
    customers: Source | Sequence[Source] | None = None,
    *,
    as_of: date | None = None,
    lookalike: bool = False,
    progress: Progress | None = None,
) -> ScoredFile:
    """Score into a file what :func:`score` gives as a table, to the last digit.

    Customers are prepared, placed and written piece by piece, and a customer table is read so too: memory doesn't grow
    with their number. Orders are measured out of memory's way by the engine; guesses (``lookalike``) are made in one
    piece.

    Parameters
    ----------
    model, sources, customers, as_of, lookalike, progress
        As for :func:`score`.
    out : pathlib.Path
        Ends in ``.csv`` or ``.parquet``; written as a whole or not at all.

    Raises
    ------
    UsageError, DataError
        As for :func:`score`; or ``out`` can't be written.
    """
    check_table_name(out)
    if lookalike:
        scored = score(model, sources, customers, as_of=as_of, lookalike=True, progress=progress)
        write_table(scored.table, out)
        counts = scored.table["segment"].value_counts()
        each = tuple(int(counts.get(segment.letter, 0)) for segment in model.summary.segments)
        borderline = int((scored.table["fit"] == "Borderline").sum())
        return ScoredFile(scored.loaded, 0, each, len(scored.table) - sum(each), borderline, None)
    tell = progress or _silent
    with _rows(model, sources, customers, as_of, tell) as (people, loaded, without_purchase):
        names = [each.name for each in model.inputs]
        if not set(names) <= set(people.columns):
            model.placed(pd.DataFrame(columns=["customer_id", *people.columns]))  # says what is missing
        found = people.typed_once(names)
        columns = measure_rows(found, names)
        tally = _placed(model, found, columns, tell)
        tell("writing", 0.9)
        _write(model, found, columns, tally, out)
    first, *segments = tally.labels.tolist()
    return ScoredFile(loaded, without_purchase, tuple(segments), first, tally.borderline, tally.unlike)


@contextmanager
def _rows(
    model: SegmentModel,
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None,
    as_of: date | None,
    tell: Progress,
) -> Iterator[tuple[CustomerRows, Loaded, int]]:
    """Give the customers in the engine, what was read, and how many have no purchase."""

    def reading(what: str, share: float) -> None:
        tell(what, 0.7 * share)

    if model.built_from == "customers" and customers is None:
        with open_table(sources, model.recipe.read, progress=reading) as (loaded, found):
            if found is not None:
                yield found, loaded, 0
                return
            raw = measure(loaded.orders, None, _features(model, as_of))
    else:
        raw, loaded = _measured(model, sources, customers, as_of, reading)
    with frame_rows(raw.table) as found:
        yield found, loaded, raw.without_purchase


@dataclass(slots=True)
class _Tally:
    """What adds up while customers are placed."""

    labels: npt.NDArray[np.int64]
    borderline: int = 0
    unlike: int = 0
    whole_margins: bool = True
    customers: int = 0

    def add(self, placed: PlacedMany, fit: npt.NDArray[np.int8]) -> None:
        """Count more customers."""
        self.labels += np.bincount(placed.labels + 1, minlength=len(self.labels))
        self.borderline += int((fit == 0).sum())
        self.unlike += int(placed.unlike.sum())
        self.whole_margins &= bool((placed.margin % 1 == 0).all())
        self.customers += len(fit)


def _placed(model: SegmentModel, found: CustomerRows, columns: Sequence[RowMeasure], tell: Progress) -> _Tally:
    """Place the customers piece by piece into a table ``placed`` beside them."""
    k = len(model.summary.segments)
    tally = _Tally(np.zeros(k + 1, dtype=np.int64))
    beside = found.connection.cursor()  # the connection itself is busy giving the pieces
    beside.execute(
        "CREATE TABLE placed (label SMALLINT, second SMALLINT, margin DOUBLE, fit TINYINT, unlike BOOLEAN)"
    ).fetchall()
    for piece in found.pieces({column.name: column.sql for column in columns}, PIECE):
        placed = model.placed(piece, before=tally.customers)
        fit = fit_codes(placed.margin)
        tally.add(placed, fit)
        numbers = {
            "label": placed.labels.astype(np.int16),
            "second": placed.second.astype(np.int16),
            "margin": placed.margin,
            "fit": fit,
            "unlike": placed.unlike,
        }
        beside.register("piece", pd.DataFrame(numbers))
        beside.execute("INSERT INTO placed FROM piece").fetchall()
        beside.unregister("piece")
        tell("placing", 0.7 + 0.2 * tally.customers / found.count)
    beside.close()
    assert tally.customers == found.count
    return tally


def _write(model: SegmentModel, found: CustomerRows, columns: Sequence[RowMeasure], tally: _Tally, out: Path) -> None:
    """Write the customers with the words for where they are placed."""
    segments = model.summary.segments
    letters, names = [""], [""]  # the first is that of who belongs nowhere
    letters += [segment.letter for segment in segments]
    names += [segment.name for segment in segments]
    given = ", ".join(f"{column.sql} AS v{place}" for place, column in enumerate(columns))
    source = f"FROM (SELECT {found.id} AS id, {given} {found.source}) AS given POSITIONAL JOIN placed"
    shown = [
        ("customer_id", "id", False),
        ("segment", f"{_words(letters)}[label + 2]", False),
        ("name", f"{_words(names)}[label + 2]", False),
        ("second", f"{_words(letters)}[second + 2]", False),
        ("margin", "margin", tally.whole_margins),
        ("fit", f"{_words(FITS)}[fit + 1]", False),
        ("unlike", "unlike", False),
        *((column.name, f"v{place}", column.whole) for place, column in enumerate(columns)),
    ]
    write_query(found.connection, shown, source, out)


def _words(words: Sequence[str]) -> str:
    """Write a list of texts as SQL."""
    texts = ("'" + word.replace("'", "''") + "'" for word in words)
    return f"[{', '.join(texts)}]"


def _silent(_what: str, _share: float) -> None:
    """Tell nobody."""


def _measured(
    model: SegmentModel,
    sources: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None,
    as_of: date | None,
    progress: Progress | None,
) -> tuple[Measures, Loaded]:
    """Read the sources and measure all their customers."""
    hint = () if model.lookalike is None else (PEOPLE,)
    if model.built_from == "orders" and as_of is None:
        raise UsageError(
            "this model was built from orders, so scoring needs the day to look at customers",
            [f"it was built as of {model.summary.as_of}", *hint],
            f"--as-of {model.summary.as_of}",
        )
    try:
        loaded = load(sources, customers, model.recipe.read, progress=progress)
    except ColumnError as error:
        raise ColumnError(error.what, (*error.evidence, *hint), error.way_out) from error
    try:
        return measure(loaded.orders, loaded.customers, _features(model, as_of)), loaded
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()


def _features(model: SegmentModel, as_of: date | None) -> FeatureOptions:
    """Give how the model's customers were measured, on another day."""
    return replace(model.recipe.features, as_of=as_of, window_days=model.summary.window_days)


def _by_attributes(model: SegmentModel, sources: Source | Sequence[Source], progress: Progress | None) -> Scored:
    """Guess the segments of people without orders."""
    guesser, report = model.lookalike, model.summary.lookalike
    if report is None:
        raise UsageError(
            "this model can't guess segments from attributes: it was made without --lookalike",
            way_out="segmentry run ORDERS --customers FILE --lookalike",
        )
    if guesser is None:
        raise DataError(
            "this model can't guess segments from attributes",
            [report.reason],
            "a customer table that says more about people, or --include COLUMN for attributes that were left out",
        )
    options = replace(model.recipe.read, **dict.fromkeys(OF_ORDERS), no_amount=False)  # type: ignore[arg-type]
    loaded = load(sources, None, options, progress=progress)
    if loaded.orders is not None:
        loaded.orders.connection.close()
        raise DataError("these are orders, and --lookalike is for people without any", way_out="leave --lookalike out")
    table = measure(None, loaded.customers).table
    # Beside orders an attribute of a measure's name was told apart from it.
    known = {f"{name} (customers)": name for name in map(str, table.columns)}
    told = {known[name]: name for name in guesser.columns if name not in table and name in known}
    table = table.rename(columns=told)
    guessed = guesser.assign(table)
    return Scored(pd.concat([guessed, table[list(guesser.columns)].reset_index(drop=True)], axis=1), loaded, 0)
