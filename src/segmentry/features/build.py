"""One row a customer: measures from orders, attributes from a customer table, and the choice among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentry.data import Customers, Orders
from segmentry.errors import Caveat, UsageError
from segmentry.features.attributes import Attribute, attributes, join
from segmentry.features.definitions import DEFINITIONS, definition
from segmentry.features.measures import FeatureOptions, Measure, Measures
from segmentry.features.names import names
from segmentry.features.orders import Built, from_orders
from segmentry.features.select import check_names, select

__all__ = ["build", "measure"]


def build(
    orders: Orders | None,
    customers: Customers | None,
    options: FeatureOptions | None = None,
    *,
    monthly: bool = False,
) -> Measures:
    """Build the customer table and choose which of its columns form segments.

    Parameters
    ----------
    orders : Orders or None
        An order log; its customers with a purchase in the window become the rows.
    customers : Customers or None
        A customer table: alone, its rows are the rows; beside orders its columns are joined by id.
    options : FeatureOptions or None, default FeatureOptions()
        As-of day, window, returns, and the columns that are to form segments.
    monthly : bool, default False
        Whether an order log's orders and revenue by month are wanted too.

    Returns
    -------
    Measures
        The table, what every column is and why, and what was set aside.

    Raises
    ------
    UsageError
        A measure was named that isn't there, or neither orders nor customers were given.
    DataError
        The as-of day is before the first order, or the tables can't be joined.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["1", "2", "3"], "Age": [20.0, 41.0, 37.0], "visits": [1.0, 9.0, 2.0]})
    >>> built = build(None, Customers(table, "id"))
    >>> [(measure.name, measure.part) for measure in built.columns]
    [('Age', 'describes'), ('visits', 'forms')]
    >>> built.columns[0].reason
    'its name speaks of a personal attribute (age), so it only describes; --include Age uses it'
    """
    options = options or FeatureOptions()
    gathered = _gather(orders, customers, options, monthly=monthly)
    check_names(options, gathered.names, options.returns)
    columns, caveats = select(gathered.built.table if gathered.built else None, gathered.attributes, options)
    return gathered.measures(columns, caveats)


def measure(orders: Orders | None, customers: Customers | None, options: FeatureOptions | None = None) -> Measures:
    """Build the customer table alone, every column in it, with no choice among them.

    This is what scoring needs: which columns form segments was decided when the model was built, and must not depend
    on the customers of a later batch.

    Parameters
    ----------
    orders, customers, options
        As for :func:`build`; ``measures`` and ``include`` are not used.

    Returns
    -------
    Measures
        Every column describes; dates are numbers of days since 1970-01-01.

    Raises
    ------
    UsageError, DataError
        As for :func:`build`.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["7"], "visits": [1.0]})
    >>> measure(None, Customers(table, "id")).table.to_dict("records")
    [{'customer_id': '7', 'visits': 1.0}]
    """
    gathered = _gather(orders, customers, options or FeatureOptions())
    return gathered.measures(gathered.plain(), ())


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Everything there is to choose from."""

    ids: pd.Series
    built: Built | None
    attributes: tuple[Attribute, ...]
    caveats: tuple[Caveat, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Name every column that may be chosen."""
        own = () if self.built is None else tuple(self.built.table.columns[1:])
        return (*own, *(attribute.name for attribute in self.attributes))

    def plain(self) -> tuple[Measure, ...]:
        """Say of every column what it is, not what it is for."""
        own = () if self.built is None else map(definition, self.built.table.columns[1:])
        return (
            *(Measure(entry.name, entry.label, "number", "describes", entry.unit) for entry in own),
            *(Measure(a.name, a.label, a.kind, "describes", "days" if a.dated else "") for a in self.attributes),
        )

    def _money(self, used: Sequence[Measure]) -> str | None:
        """Name the column of each customer's revenue; None without money."""
        if self.built is None:
            return _spend(self.attributes, used)
        return "spend" if "spend" in self.built.table else None

    def measures(self, columns: tuple[Measure, ...], caveats: tuple[Caveat, ...]) -> Measures:
        """Put the table together from the columns that are used."""
        values = {attribute.name: attribute.values for attribute in self.attributes}
        if self.built is not None:
            values |= {name: self.built.table[name] for name in self.built.table.columns[1:]}
        used = [column for column in columns if column.part != "left out"]
        table = pd.concat([self.ids.rename("customer_id"), *(values[column.name] for column in used)], axis=1)
        return Measures(
            table=table,
            columns=columns,
            as_of=self.built.as_of if self.built else None,
            window_days=self.built.window_days if self.built else None,
            spend=self._money(used),
            without_purchase=self.built.without_purchase if self.built else 0,
            caveats=(*self.caveats, *caveats),
            monthly=self.built.monthly if self.built else None,
        )


def _gather(
    orders: Orders | None, customers: Customers | None, options: FeatureOptions, *, monthly: bool = False
) -> _Gathered:
    if orders is None:
        if customers is None:
            raise UsageError("there are neither orders nor customers to measure", way_out="segmentry run FILE")
        ids = pd.Series(customers.table["customer_id"].to_numpy(dtype=object), dtype=object)
        return _Gathered(ids, None, attributes(customers.table), ())
    built = from_orders(orders, options, monthly=monthly)
    ids = built.table["customer_id"]
    if customers is None:
        return _Gathered(ids, built, (), built.caveats)
    joined = join(ids, customers)
    own = [entry.name for entry in DEFINITIONS]
    return _Gathered(ids, built, attributes(joined, own), built.caveats)


def _spend(found: Sequence[Attribute], used: Sequence[Measure]) -> str | None:
    """Name the column that is clearly each customer's total spend, known for everybody; else None."""
    there = {column.name for column in used}
    ranked: list[tuple[int, int, str]] = []
    for position, attribute in enumerate(found):
        if attribute.kind != "number" or attribute.dated or attribute.name not in there:
            continue
        values = attribute.values.to_numpy(dtype=np.float64)
        if not np.isfinite(values).all() or values.sum() <= 0:
            continue
        rank = names().spend_rank(attribute.name, cents=bool((values != np.floor(values)).any()))
        if rank is not None:
            ranked.append((rank, position, attribute.name))
    return min(ranked)[2] if ranked else None
