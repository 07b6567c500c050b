"""What people hand over for scoring, as a table that preparation can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.errors import DataError, UsageError
from segmentry.features import Kind

__all__ = ["FAIR", "FITS", "TYPICAL", "Input", "as_table", "beyond", "fit_codes", "fits", "ids", "numbers"]

TYPICAL, FAIR = 0.5, 0.2
"""The margins from which a customer's fit is called typical, and fair."""

FITS = ("Borderline", "Fair", "Typical")


@dataclass(frozen=True, slots=True)
class Input:
    """One column that scoring needs.

    Parameters
    ----------
    name, label, unit : str
        As in :class:`segmentry.features.Measure`.
    kind : {"number", "category", "yes-no"}
        What its values are.
    """

    name: str
    label: str
    unit: str
    kind: Kind


def as_table(table: Any) -> pd.DataFrame:
    """Give a pandas frame of what was handed over.

    Parameters
    ----------
    table : pandas, polars or Arrow table, mapping of columns, or sequence of mappings
        One row a customer. One customer may be a mapping of plain values.

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> as_table({"income": 15, "score": 39}).to_dict("records")
    [{'income': 15, 'score': 39}]
    """
    if isinstance(table, pd.DataFrame):
        return table
    if isinstance(table, Mapping):
        one = all(isinstance(value, str) or not hasattr(value, "__len__") for value in table.values())
        return pd.DataFrame([dict(table)]) if one else pd.DataFrame(dict(table))
    if hasattr(table, "collect") and hasattr(table, "lazy"):
        table = table.collect()
    if hasattr(table, "to_dict") and hasattr(table, "get_columns"):  # polars, without needing pyarrow
        return pd.DataFrame(table.to_dict(as_series=False))
    if hasattr(table, "to_pandas"):
        return table.to_pandas()  # type: ignore[no-any-return]
    if isinstance(table, Sequence) and all(isinstance(row, Mapping) for row in table):
        return pd.DataFrame([dict(row) for row in table])
    raise UsageError(
        f"can't score a {type(table).__name__}", way_out="a pandas, polars or Arrow table, or a mapping of columns"
    )


def numbers(column: pd.Series, name: str, before: int = 0) -> pd.Series:
    """Give a column as numbers; blanks become NaN. ``before`` rows are counted before its first.

    Raises
    ------
    DataError
        A value is no number.

    Examples
    --------
    >>> numbers(pd.Series(["1.5", ""]), "spend").tolist()
    [1.5, nan]
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("float64")
    text = column.astype("object").where(column.notna(), None)
    blank = text.map(lambda value: value is None or str(value).strip() == "")
    found = pd.to_numeric(text.where(~blank, None), errors="coerce")
    wrong = found.isna() & ~blank
    if wrong.any():
        value = text[wrong].iloc[0]
        row = before + int(wrong.to_numpy().argmax()) + 1
        raise DataError(f"{name!r} needs a number", [f"row {row} has {str(value)[:60]!r}"], f"{name}=12.5, for example")
    return found.astype("float64")


def fits(margin: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Say in a word how firmly each customer is placed.

    Examples
    --------
    >>> fits(np.array([0.1, 0.2, 0.5])).tolist()
    ['Borderline', 'Fair', 'Typical']
    """
    return np.array(FITS, dtype=object)[fit_codes(margin)]


def fit_codes(margin: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Give the same words as their places in :data:`FITS`.

    Examples
    --------
    >>> fit_codes(np.array([0.1, 0.2, 0.5])).tolist()
    [0, 1, 2]
    """
    return (margin >= FAIR).astype(np.int8) + (margin >= TYPICAL).astype(np.int8)


def beyond(distance: Any, cutoff: Any) -> Any:
    """Say of one distance or many whether a customer is unlike anyone: further away than that, but for rounding.

    Examples
    --------
    >>> beyond(2.0, 2.0), beyond(2.1, 2.0)
    (False, True)
    """
    return distance > cutoff * (1 + 1e-9)


def ids(frame: pd.DataFrame) -> list[str]:
    """Give the ids as text; row numbers from 1 where there are none."""
    if "customer_id" in frame.columns:
        return [str(value) for value in frame["customer_id"]]
    return [str(number) for number in range(1, len(frame) + 1)]
