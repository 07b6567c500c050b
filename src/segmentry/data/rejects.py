"""The table of refused rows: file, line, column, value, reason."""

import numpy as np
import pandas as pd

from segmentry.data.raw import Raw, Row

__all__ = ["REJECT_COLUMNS", "placed", "rejects_of", "rejects_table"]

REJECT_COLUMNS = ("file", "line", "column", "value", "reason")


def rejects_of(refused: tuple[Row, ...]) -> pd.DataFrame:
    """Turn refused rows into a table.

    Parameters
    ----------
    refused : tuple of Row
        In any order.

    Returns
    -------
    pandas.DataFrame
        Columns ``file, line, column, value, reason``.
    """
    return pd.DataFrame(
        {
            "file": pd.Series([row.file for row in refused], dtype="str"),
            "line": np.array([row.line for row in refused], dtype=np.int64),
            "column": pd.Series([row.column for row in refused], dtype="str"),
            "value": pd.Series([row.value for row in refused], dtype="str"),
            "reason": pd.Series([row.reason for row in refused], dtype="str"),
        }
    )


def rejects_table(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of refused rows, by file and line.

    Parameters
    ----------
    pieces : list of pandas.DataFrame
        Columns ``file, line, column, value, reason``.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; files in the order in which they came.
    """
    filled = [piece for piece in pieces if len(piece)]
    if not filled:
        return rejects_of(())
    table = pd.concat(filled, ignore_index=True)[list(REJECT_COLUMNS)]
    order = {name: place for place, name in enumerate(dict.fromkeys(table["file"]))}
    ranks = table["file"].map(order)
    keys = np.lexsort((table["line"].to_numpy(), ranks.to_numpy()))
    return table.iloc[keys].reset_index(drop=True)


def placed(raw: Raw, found: pd.DataFrame) -> pd.DataFrame:
    """Put file and line in the place of the row number.

    Parameters
    ----------
    raw : Raw
        The table that the rows came from.
    found : pandas.DataFrame
        Columns ``source_row, column, value, reason``.

    Returns
    -------
    pandas.DataFrame
        Columns ``file, line, column, value, reason``.
    """
    files, lines = raw.places(found["source_row"].to_numpy(dtype=np.int64))
    found = found.drop(columns="source_row")
    found.insert(0, "file", pd.Series(files, dtype="str"))
    found.insert(1, "line", lines)
    return found
