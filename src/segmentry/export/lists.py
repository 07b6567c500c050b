"""Mailing lists: the customers of some segments, with columns of the source carried along."""

import difflib
from collections.abc import Sequence

import pandas as pd

from segmentry.errors import UsageError
from segmentry.export.dependable import refuse_undependable
from segmentry.workspace import Run

__all__ = ["escape_formulas", "mailing_list"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def mailing_list(
    run: Run, segments: Sequence[str], carry: Sequence[str] = (), *, raw: bool = False, anyway: bool = False
) -> pd.DataFrame:
    """Give the customers of some segments, in the order in which the run shows its segments.

    Parameters
    ----------
    run : Run
        A saved run.
    segments : sequence of str
        Letters or names.
    carry : sequence of str, default ()
        Columns of the source, or measures, to carry along; capital or small letters don't matter.
    raw : bool, default False
        Leave text as it is. Otherwise text that a spreadsheet would run as a formula gets a ``'`` in front.
    anyway : bool, default False
        Give it even where the split is not dependable.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``segment``, ``name``, then the carried columns.

    Raises
    ------
    NotFoundError
        There is no such segment.
    UsageError
        There is no such column.
    VerdictError
        The split is not dependable.
    """
    refuse_undependable(run.summary, "it would list other customers", anyway=anyway)
    letters = [run.summary.find(segment).letter for segment in segments]
    customers = run.customers()
    shown = {segment.letter: place for place, segment in enumerate(run.summary.segments)}
    chosen = customers[customers["segment"].isin(letters)]
    chosen = chosen.sort_values("segment", kind="stable", key=lambda column: column.map(shown))
    table = chosen[["customer_id", "segment", "name"]].reset_index(drop=True)
    carried = run.carried().set_index("customer_id") if carry else pd.DataFrame()
    measures = chosen.set_index("customer_id").drop(columns=["segment", "name"])
    for wanted in carry:
        source, column = _find(wanted, carried, measures)
        table[column] = source[column].reindex(table["customer_id"]).to_numpy()
    return table if raw else escape_formulas(table)


def escape_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table with text that a spreadsheet would run as a formula made harmless; numbers are untouched.

    Examples
    --------
    >>> escape_formulas(pd.DataFrame({"id": ["=1+1", "C7"], "spend": [-5.0, 2.0]})).values.tolist()
    [["'=1+1", -5.0], ['C7', 2.0]]
    """
    safe = {
        column: table[column].map(
            lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
        )
        for column in table.columns
        if not pd.api.types.is_numeric_dtype(table[column].dtype)
    }
    return table.assign(**safe)


def _find(wanted: str, *tables: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    for fold in (str, str.casefold):
        for table in tables:
            for column in table.columns:
                if fold(str(column)) == fold(wanted):
                    return table, str(column)
    names = [str(column) for table in tables for column in table.columns]
    near = difflib.get_close_matches(wanted, names, n=3)
    raise UsageError(
        f"there is no column {wanted!r} to carry",
        [f"near to it: {', '.join(near)}"] if near else [f"there are: {', '.join(names[:20])}"],
        "--carry with one of them",
    )
