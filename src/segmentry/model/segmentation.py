"""What a run gives: the model, and the tables that go with it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentry.choose import Choice
from segmentry.data import Loaded
from segmentry.features import Measures
from segmentry.markup.notebook import code, overview, spoken
from segmentry.model.profiles import Profiles
from segmentry.model.segment_model import SegmentModel
from segmentry.summary import RunSummary

__all__ = ["Segmentation", "segmentation"]


@dataclass(frozen=True, slots=True, repr=False)
class Segmentation:
    """What a run gives. A notebook shows the finding, the verdict and the segments.

    Parameters
    ----------
    model : SegmentModel
        Places any customer; carries the summary.
    customers : pandas.DataFrame
        ``customer_id``, ``segment`` (letter), ``name``, then the measures; one row a customer.
    carried : pandas.DataFrame
        ``customer_id`` and every other column of the source as it was, for mailing lists; one row a customer.
    rejects : pandas.DataFrame
        ``file``, ``line``, ``column``, ``value``, ``reason``; one row a refused input row.
    monthly : pandas.DataFrame or None, default None
        Of order logs: ``customer_id``, ``month`` (its first day), ``orders`` and, with money, ``revenue``; one row a
        customer and month.
    """

    model: SegmentModel
    customers: pd.DataFrame
    carried: pd.DataFrame
    rejects: pd.DataFrame
    monthly: pd.DataFrame | None = None

    @property
    def summary(self) -> RunSummary:
        """Everything known about the run."""
        return self.model.summary

    def assign(self, table: Any) -> pd.DataFrame:
        """Say which segment each customer of a table is in; see :meth:`SegmentModel.assign`."""
        return self.model.assign(table)

    def profiles(self) -> Profiles:
        """Give what every segment is typically like, measure by measure."""
        return self.model.profiles()

    def _repr_html_(self) -> str:
        """Show what was found in a notebook."""
        then = ("Next: ", code(".profiles()"), " for what sets them apart, ", code(".customers"), " for who is where, ")
        return overview(self.summary, *then, code('.model.save("customers.segmentry")'), " to place others later.")

    def __repr__(self) -> str:
        """Say what was found in one line."""
        return f"Segmentation: {spoken(self.summary)}"


def segmentation(
    model: SegmentModel, loaded: Loaded, measures: Measures, choice: Choice, carried: pd.DataFrame
) -> Segmentation:
    """Put a run's tables beside its model."""
    customers = _customers(model.summary, measures, choice)
    return Segmentation(model, customers, carried, loaded.rejects, measures.monthly)


def carried_columns(loaded: Loaded, measures: Measures) -> pd.DataFrame:
    """Gather the source's other columns, for the customers who have a segment; orders' connection must be open."""
    carried = measures.table[["customer_id"]]
    if loaded.orders is not None and loaded.orders.attributes is not None:
        attributes = loaded.orders.connection.table(loaded.orders.attributes).df()
        carried = carried.merge(attributes.rename(columns={"customer": "customer_id"}), on="customer_id", how="left")
    if loaded.customers is not None:
        table = loaded.customers.table
        own = [column for column in table.columns if column == "customer_id" or column not in carried.columns]
        carried = carried.merge(table[own], on="customer_id", how="left")
    return carried


def _customers(summary: RunSummary, measures: Measures, choice: Choice) -> pd.DataFrame:
    # The last one is where the label -1 looks: who belongs to no segment.
    letters = np.array([*(segment.letter for segment in summary.segments), ""], dtype=object)[choice.labels]
    names = np.array([*(segment.name for segment in summary.segments), ""], dtype=object)[choice.labels]
    ids, rest = measures.table[["customer_id"]], measures.table.drop(columns="customer_id")
    # A source may have columns of its own called segment or name: ours come first, theirs keep theirs in `carried`.
    rest = rest.rename(columns={taken: f"{taken} (source)" for taken in ("segment", "name") if taken in rest})
    return pd.concat([ids.assign(segment=letters, name=names), rest], axis=1)
