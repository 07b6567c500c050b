"""One customer at a time, without a table: for services that answer each request at once."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from segmentry.cluster import Clusters
from segmentry.describe import Segment
from segmentry.model.inputs import FAIR, FITS, TYPICAL, Input, beyond
from segmentry.prepare import Floats, NumberColumn, Preparer, level_text

__all__ = ["Placed", "Placer"]

PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
LONGEST = 15
"""A plain number of so many signs at most has one float64, however it is parsed."""

LARGEST = 2**63
"""Whole numbers from here on are read the long way."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one customer belongs: what a row of :meth:`SegmentModel.assign` says.

    Parameters
    ----------
    customer_id : str
        "1" where none was given.
    segment, name : str
        The segment's letter and name; blank for who belongs to none.
    second : str
        The letter of the second choice.
    margin : float
        0 on the border to 1.
    fit : str
        Typical from .5, Fair from .2, else Borderline.
    unlike : bool
        Whether the customer is unlike anyone the model learned from.
    """

    customer_id: str
    segment: str
    name: str
    second: str
    margin: float
    fit: str
    unlike: bool


class _Unusual(Exception):  # noqa: N818 - no error: the long way knows what to do
    """A value whose reading is left to the long way, which also knows what to say of a wrong one."""


@dataclass(frozen=True, slots=True)
class Placer:
    """What is looked up for every customer, gathered once.

    Parameters
    ----------
    preparer : Preparer
        Measures to points.
    clusters : Clusters
        Points to segments.
    numbers : dict of str to bool
        The measures; whether each is a number.
    letters, names : tuple of str
        Of the segments; the last, blank, is that of who belongs to none.
    cutoffs : tuple of float
        The same for the distances beyond which a customer is unlike anyone.
    """

    preparer: Preparer
    clusters: Clusters
    numbers: dict[str, bool]
    letters: tuple[str, ...]
    names: tuple[str, ...]
    cutoffs: tuple[float, ...]

    @classmethod
    def of(
        cls,
        preparer: Preparer,
        clusters: Clusters,
        inputs: tuple[Input, ...],
        segments: tuple[Segment, ...],
        cutoffs: Floats,
    ) -> Self:
        """Gather it from the parts of a model."""
        prepared = {column.name: isinstance(column, NumberColumn) for column in preparer.columns}
        if not prepared.items() <= {each.name: each.kind == "number" for each in inputs}.items():
            raise ValueError("its inputs aren't those of its preparation")
        return cls(
            preparer=preparer,
            clusters=clusters,
            numbers=prepared,
            letters=(*(segment.letter for segment in segments), ""),
            names=(*(segment.name for segment in segments), ""),
            cutoffs=(*cutoffs.tolist(), -math.inf),
        )

    def place(self, customer: Mapping[str, Any]) -> Placed | None:
        """Place one customer by the arithmetic that places many; None where a table must be made to read the values.

        Parameters
        ----------
        customer : mapping
            A value a measure, and ``customer_id``; other values are ignored.
        """
        try:
            values = {
                name: _number(customer[name]) if number else _text(customer[name])
                for name, number in self.numbers.items()
            }
            known_as = _id(customer["customer_id"]) if "customer_id" in customer else "1"
        except (KeyError, _Unusual):
            return None
        found = self.clusters.place(self.preparer.apply_one(values))
        first, margin = int(found.labels[0]), float(found.margin[0])
        return Placed(
            customer_id=known_as,
            segment=self.letters[first],
            name=self.names[first],
            second=self.letters[int(found.second[0])],
            margin=margin,
            fit=FITS[(margin >= FAIR) + (margin >= TYPICAL)],
            unlike=bool(beyond(float(found.distance[0]), self.cutoffs[first])),
        )


def _number(value: object) -> float:
    """Read a number as :func:`segmentry.model.inputs.numbers` does; nan where blank."""
    if isinstance(value, float):
        if math.isinf(value):
            raise _Unusual
        return float(value)
    if value is None:
        return math.nan
    if isinstance(value, int):  # True and False too
        if abs(value) >= LARGEST:
            raise _Unusual
        return float(value)
    if isinstance(value, str):
        if len(value) <= LONGEST and PLAIN.fullmatch(value):
            return float(value)
        if not value.strip():
            return math.nan
    raise _Unusual


def _text(value: object) -> str | None:
    """Write a level as preparation does; None where blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, float | int):
        return level_text(value)
    raise _Unusual


def _id(value: object) -> str:
    if isinstance(value, str | int):
        return str(value)
    raise _Unusual
