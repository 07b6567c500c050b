"""The customers in an order that doesn't depend on how they were given."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.kernels import lexicographic
from segmentry.prepare import Layout, Preparer

__all__ = ["Customers", "arrange"]


@dataclass(frozen=True, slots=True)
class Customers:
    """Customers in order.

    Parameters
    ----------
    order : numpy.ndarray of intp, shape (n,)
        Rows of the table.
    values : numpy.ndarray of float32, shape (n, d)
        Prepared, in that order.
    layout : Layout
        What the columns of ``values`` are.
    spend : numpy.ndarray of float64, shape (n,), or None
        In that order.
    learned : numpy.ndarray of float32, shape (at most n, d)
        The values that clusters are fitted on: those of the customers whom preparation left a say, in the same order.
    kinds : int
        How many of these differ.
    with_say : numpy.ndarray of bool, shape (n,)
        Whose values are among ``learned``.
    """

    order: npt.NDArray[np.intp]
    values: npt.NDArray[np.float32]
    layout: Layout
    spend: npt.NDArray[np.float64] | None
    learned: npt.NDArray[np.float32]
    kinds: int
    with_say: npt.NDArray[np.bool_]

    def in_table(self, labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Give labels of these customers in the order of the table's rows."""
        found = np.empty_like(labels)
        found[self.order] = labels
        return found


def arrange(table: pd.DataFrame, preparer: Preparer, spend: npt.NDArray[np.floating] | None) -> Customers:
    """Put the customers in order: by their points, then by their raw measures, then by spend.

    The raw measures part customers whose points are equal (by clipping, say) but may differ in a rebuild.
    """
    points = preparer.apply(table)
    values = points.values
    raw = [_sortable(column) for _, column in table.items()]
    money = None if spend is None or np.isnan(spend).all() else np.asarray(spend, dtype=np.float64)
    keys = [*values.T, *raw, *([] if money is None else [money])]
    order = lexicographic(keys) if keys else np.arange(len(table))
    ordered = values[order]
    kept = preparer.kept(table)[order]
    learned = ordered if kept.all() else ordered[kept]
    kinds = 1 + int((learned[1:] != learned[:-1]).any(axis=1).sum())
    return Customers(order, ordered, points.layout, None if money is None else money[order], learned, kinds, kept)


def _sortable(column: pd.Series) -> npt.NDArray[np.float64]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    codes, _ = pd.factorize(column.astype("string"), sort=True)
    return np.asarray(codes, dtype=np.float64)
