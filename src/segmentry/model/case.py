"""One customer before the model: her measures, and where she would be if they were others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.cluster import NOWHERE, Clusters, Placement
from segmentry.describe import Segment
from segmentry.describe.words import Voice, clean, cut_point, number
from segmentry.model.grounds import Grounds
from segmentry.model.inputs import Input
from segmentry.prepare import Preparer
from segmentry.summary import RunSummary

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One customer, and what places her.

    Parameters
    ----------
    row : pandas.DataFrame
        Her measures: one row with a column an input, numbers as numbers.
    inputs : tuple of Input
        The measures.
    preparer : Preparer
        Measures to points.
    clusters : Clusters
        Points to segments.
    grounds : Grounds
        What explains.
    summary : RunSummary
        What is known about the segments.
    """

    row: pd.DataFrame
    inputs: tuple[Input, ...]
    preparer: Preparer
    clusters: Clusters
    grounds: Grounds
    summary: RunSummary

    @property
    def label(self) -> int:
        """Her segment's number, :data:`segmentry.cluster.NOWHERE` for none."""
        return int(self.placed(self.row).labels[0])

    def value(self, measure: str) -> float | str | None:
        """Give her value of a measure; None where it is blank."""
        value = self.row[measure].iloc[0]
        if value is None or value != value or value == "":  # noqa: PLR0124 - nan is the one value unlike itself
            return None
        if isinstance(value, str):
            return value
        kind = next(i.kind for i in self.inputs if i.name == measure)
        return float(value) if kind == "number" else f"{value:.15g}" if isinstance(value, float) else str(value)

    def placed(self, table: pd.DataFrame) -> Placement:
        """Place customers."""
        return self.clusters.place(self.preparer.apply(table).values)

    def placed_with(self, measure: str, values: Sequence[Any]) -> npt.NDArray[np.int32]:
        """Say where she would be with each of these values of one measure, all others as they are."""
        table = pd.concat([self.row] * len(values), ignore_index=True)
        table[measure] = pd.Series(list(values), dtype=self.row[measure].dtype)
        return self.placed(table).labels

    def segment(self, label: int) -> Segment | None:
        """Give the segment of that number; None for nowhere."""
        return None if label == NOWHERE else self.summary.segments[label]

    def called(self, label: int) -> tuple[str, str]:
        """Give the letter and the name of a segment; blank for nowhere."""
        found = self.segment(label)
        return ("", "") if found is None else (found.letter, found.name)

    def said(self, measure: str, value: float | str, *, full: bool = False) -> str:
        """Write a value of a measure; ``full`` writes every digit."""
        if isinstance(value, str):
            return clean(value)
        unit = next((i.unit for i in self.inputs if i.name == measure), "")
        write = cut_point if full else number
        if unit in {"money", "share"}:
            return Voice(self.summary.currency).quantity(value, unit, write)
        return write(value)
