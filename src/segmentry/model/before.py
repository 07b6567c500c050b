"""The run before: opened, matched with the current one, and carried on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose import Choice
from segmentry.continuity import (
    Identity,
    Matching,
    Tag,
    Then,
    by_centres,
    by_customers,
    carry_on,
    enough_in_common,
    tell,
)
from segmentry.data import Guess, Loaded
from segmentry.describe import Known, Segment
from segmentry.errors import UsageError
from segmentry.features import Measures
from segmentry.files import read_parquet
from segmentry.model.centres import Key, centres_of, current_centres, spreads
from segmentry.model.segment_model import SegmentModel
from segmentry.model.segmentation import Segmentation
from segmentry.summary import RunSummary

__all__ = ["CUSTOMERS_FILE", "MODEL_FILE", "Before", "Following", "follow", "labels_of", "open_before"]

MODEL_FILE, CUSTOMERS_FILE = "model.segmentry", "segments.parquet"
"""What a run's folder calls its model, and its customers with their segments."""

Labels = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier run, as far as it is at hand.

    Parameters
    ----------
    model : SegmentModel
        Its model.
    customers : pandas.DataFrame or None
        ``customer_id``, ``segment`` and the measures, one row a customer; None where there is a model file only.
    """

    model: SegmentModel
    customers: pd.DataFrame | None

    @property
    def summary(self) -> RunSummary:
        """Everything known about the run."""
        return self.model.summary

    @property
    def number(self) -> int:
        """Its number of segments, to be kept while it holds; 0 for one, which is no split."""
        return self.summary.k if self.summary.k > 1 else 0

    @property
    def has_ids(self) -> bool:
        """Whether customers have ids; otherwise they have row numbers, which say nothing of another run."""
        return _has_ids(self.summary.guesses)


@dataclass(frozen=True, slots=True)
class Following:
    """How the current segments continue those before, while they have no names yet.

    Parameters
    ----------
    matching : Matching
        By numbers.
    known : tuple of Known
        Each current segment's letter, and the name that it keeps.
    before : RunSummary
        The run before.
    """

    matching: Matching
    known: tuple[Known, ...]
    before: RunSummary

    def identity(self, segments: tuple[Segment, ...]) -> Identity:
        """Tell it, now that the segments have names."""
        letters = {segment.letter for segment in segments}
        earlier = () if self.before.identity is None else self.before.identity.retired
        gone = [segment.letter for segment in self.before.segments if segment.letter not in letters]
        return Identity(
            run=self.before.run,
            basis=self.matching.basis,
            customers=self.matching.customers,
            agreement=self.matching.agreement,
            events=tell(
                self.matching,
                [Tag(segment.letter, segment.name) for segment in self.before.segments],
                [Tag(segment.letter, segment.name) for segment in segments],
            ),
            retired=(*earlier, *gone),
            before=tuple(
                Then(segment.letter, segment.name, segment.customers, segment.share) for segment in self.before.segments
            ),
        )


def open_before(given: SegmentModel | Segmentation | str | Path) -> Before:
    """Open an earlier run: a model, what ``segment`` gave, a model file, or a run's folder.

    Raises
    ------
    NotFoundError
        There is none at that place.
    ModelError
        It is damaged, or written by a newer release.
    """
    if isinstance(given, SegmentModel):
        return Before(given, None)
    if isinstance(given, Segmentation):
        return Before(given.model, given.customers)
    folder = Path(given)
    if not folder.is_dir():
        return Before(SegmentModel.load(folder), None)
    model, table = SegmentModel.load(folder / MODEL_FILE), folder / CUSTOMERS_FILE
    return Before(model, read_parquet(table) if table.is_file() else None)


def follow(before: Before, loaded: Loaded, measures: Measures, choice: Choice) -> Following:
    """Match the segments that were just found with those before.

    The customers of now are placed by the model of then too, so that a customer's own movement isn't taken for a change
    of the segments; both models see the same figures. Where its measures lack, the customers in common tell, by the
    segments that they had; else the typical values of the measures that both runs have, in widths of everyone's middle
    half.

    Raises
    ------
    UsageError
        The two runs have nothing in common.
    """
    old = _placed(before.model, measures)
    matching = None
    if old is not None:
        matching = by_customers(old, choice.labels, len(before.summary.segments), choice.k, "model")
    elif before.customers is not None and before.has_ids and _has_ids(loaded.guesses):
        found = before.customers.set_index("customer_id")["segment"].reindex(measures.table["customer_id"])
        old = labels_of(found, before.summary)
        if enough_in_common(int((old >= 0).sum()), len(old)):
            matching = by_customers(old, choice.labels, len(before.summary.segments), choice.k, "customers")
    if matching is None:
        matching = _by_centres(before.summary, measures, choice)
    retired = () if before.summary.identity is None else before.summary.identity.retired
    return Following(matching, carry_on(matching, before.summary.segments, retired), before.summary)


def labels_of(letters: pd.Series, summary: RunSummary) -> Labels:
    """Turn letters into the numbers of a run's segments; -1 for who is in none."""
    numbers = {segment.letter: number for number, segment in enumerate(summary.segments)}
    return np.array([numbers.get(one, -1) for one in letters], dtype=np.intp)


def _placed(model: SegmentModel, measures: Measures) -> Labels | None:
    """Place the current customers by the model before; None where they lack its measures."""
    if not model.takes(measures.columns):
        return None
    return labels_of(model.assign(measures.table)["segment"], model.summary)


def _by_centres(before: RunSummary, measures: Measures, choice: Choice) -> Matching:
    old = centres_of(before)
    now = {column.name: column for column in measures.used}
    forming = {column.name for column in (*before.measures, *measures.columns) if column.part == "forms"}
    keys: list[Key] = [
        key for key in old if key[0] in forming and key[0] in now and (key[1] == "") == (now[key[0]].kind == "number")
    ]
    if not keys:
        raise UsageError(
            f"this run has nothing in common with {before.run}: neither measures nor customers",
            [
                f"{before.run} was formed on: {_forming(before)}",
                f"this run is formed on: {', '.join(column.name for column in measures.forming)}",
            ],
            "--previous with a run of the same kind of data, or leave it out",
        )
    return by_centres(
        np.array([old[key] for key in keys]).T,
        current_centres(measures.table, choice.labels, choice.k, keys),
        spreads(before, keys),
    )


def _forming(summary: RunSummary) -> str:
    return ", ".join(column.name for column in summary.measures if column.part == "forms")


def _has_ids(guesses: Sequence[Guess]) -> bool:
    return any(guess.role in ("customer", "id") for guess in guesses)
