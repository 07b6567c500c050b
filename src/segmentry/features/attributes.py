"""The columns of a customer table: what each one is, and what is seen in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.data import Customers
from segmentry.errors import DataError
from segmentry.features.measures import Kind
from segmentry.features.names import names

__all__ = ["Attribute", "attributes", "join"]

EPOCH = np.datetime64("1970-01-01", "ns")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of a customer table.

    Parameters
    ----------
    name : str
        Its name among the measures.
    kind : {"number", "category", "yes-no"}
        How it is treated.
    values : pandas.Series
        float64 with NaN for numbers, object (str or None) otherwise. A date is a number of days since 1970-01-01.
    dated : bool
        Whether the source holds dates.
    rows, known, distinct, commonest : int
        Customers; those with a value; different values; customers who share the most common value.
    """

    name: str
    kind: Kind
    values: pd.Series
    dated: bool
    rows: int
    known: int
    distinct: int
    commonest: int

    @property
    def label(self) -> str:
        """The name in words: an attribute's own, with the unit of a date."""
        return f"{self.name} (days since 1970-01-01)" if self.dated else self.name

    def numbers(self) -> npt.NDArray[np.float64] | None:
        """Give the values as numbers (yes-no: the last answer by name is 1); None for a category."""
        if self.kind == "category":
            return None
        if self.kind == "number":
            return self.values.to_numpy(dtype=np.float64)
        yes = max(self.values.dropna())
        return np.where(self.values.isna(), np.nan, (self.values == yes).astype(np.float64))


def attributes(table: pd.DataFrame, taken: Sequence[str] = ()) -> tuple[Attribute, ...]:
    """Look at every column of a customer table but its id.

    Parameters
    ----------
    table : pandas.DataFrame
        ``customer_id``, then the attributes.
    taken : sequence of str, default ()
        Names that belong to built measures: an attribute of such a name gets ``" (customers)"`` behind it.

    Examples
    --------
    >>> for found in attributes(
    ...     pd.DataFrame({"customer_id": ["1", "2"], "club": ["yes", "no"], "spend": [2.0, 3.0]}), ["spend"]
    ... ):
    ...     print(found.name, found.kind, found.distinct)
    club yes-no 2
    spend (customers) number 2
    """
    used = {"customer_id", *taken, *table.columns}
    found = []
    for position, source in enumerate(table.columns):
        if source == "customer_id":
            continue
        name = str(source)
        if name in taken:
            name = f"{source} (customers)"
            while name in used:
                name += " (customers)"
            used.add(name)
        found.append(_attribute(name, table.iloc[:, position]))
    return tuple(found)


def _attribute(name: str, raw: pd.Series) -> Attribute:
    dated = pd.api.types.is_datetime64_any_dtype(raw.dtype)
    numeric = pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype)
    if dated:
        values = _days(raw)
    elif numeric:
        values = pd.Series(raw.to_numpy(dtype=np.float64, na_value=np.nan), name=name)
    else:
        there = raw.notna().to_numpy()
        # Only what is there becomes text, so that a blank stays a blank.
        texts = raw.astype(str).to_numpy(dtype=object)
        texts[~there] = None
        values = pd.Series(texts, dtype=object, name=name)
    counts = values.value_counts(sort=False)
    kind: Kind = "number" if numeric or dated else "category"
    if len(counts) == 2 and not dated:
        # Of numbers only 0 and 1: -1 and 0, with the same digits, are none.
        answers = set(counts.index) == {0.0, 1.0} if numeric else names().is_yes_no(set(map(str, counts.index)))
        if answers:
            kind = "yes-no"
    if kind == "yes-no" and numeric:
        values = values.map({0.0: "0", 1.0: "1"}).astype(object).where(values.notna(), None)
    return Attribute(
        name=name,
        kind=kind,
        values=values.rename(name),
        dated=dated,
        rows=len(values),
        known=int(counts.sum()),
        distinct=len(counts),
        commonest=int(counts.max()) if len(counts) else 0,
    )


def _days(raw: pd.Series) -> pd.Series:
    """Count days since 1970-01-01, the hours as a fraction."""
    instants = raw.dt.tz_convert("UTC").dt.tz_localize(None) if getattr(raw.dtype, "tz", None) is not None else raw
    days = (instants.to_numpy(dtype="datetime64[ns]") - EPOCH) / DAY
    return pd.Series(days.astype(np.float64))


def join(ids: pd.Series, customers: Customers) -> pd.DataFrame:
    """Bring a customer table into the order of the orders' customers; reading has counted who is in one only.

    Parameters
    ----------
    ids : pandas.Series of str
        Customers who have a purchase.
    customers : Customers
        One row a customer.

    Returns
    -------
    pandas.DataFrame
        ``customer_id`` as in ``ids``, then the attributes: blank where the customer table lacks the customer.

    Raises
    ------
    DataError
        The customer table has no id, or the same id twice.
    """
    if customers.id_column is None:
        raise DataError(
            "the customer table has no id, so it can't be joined to the orders",
            [f"its columns: {', '.join(map(str, customers.table.columns[1:]))}"],
            "--id COLUMN",
        )
    table = customers.table
    twice = table["customer_id"].duplicated()
    if twice.any():
        raise DataError(
            "the customer table has more than one row for a customer, so it can't be joined to the orders",
            [f"{int(twice.sum())} rows repeat an id, e.g. {table['customer_id'][twice].iloc[0]!r}"],
            "a customer table with one row a customer",
        )
    return table.set_index("customer_id").reindex(pd.Index(ids, name="customer_id")).reset_index()
