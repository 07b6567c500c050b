"""One model: prepares any customer and says which segment she is in; saved as one file, read back alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from segmentry.choose import Choice
from segmentry.cluster import CLUSTERERS, Clusters
from segmentry.data import Loaded
from segmentry.errors import ModelError
from segmentry.features import Kind, Measure, Measures
from segmentry.model.archive import read_archive, write_archive
from segmentry.model.inputs import as_table, numbers
from segmentry.plain import from_plain, to_plain
from segmentry.prepare import Floats, Labels, Preparer
from segmentry.recipe import Recipe
from segmentry.summary import RunSummary

__all__ = ["Input", "SegmentModel"]

TYPICAL, FAIR = 0.5, 0.2
"""The margins from which a customer's fit is called typical, and fair."""
UNLIKE = 0.995
"""Beyond this quantile of a segment's training distances a customer is unlike anyone the model learned from."""


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


@dataclass(frozen=True, slots=True)
class _Card:
    """What model.json holds."""

    built_from: Literal["orders", "customers"]
    inputs: tuple[Input, ...]
    preparer: Preparer
    method: str


@dataclass(frozen=True, slots=True)
class SegmentModel:
    """A fitted segmentation that places any customer.

    Parameters
    ----------
    built_from : {"orders", "customers"}
        What the measures were computed from.
    inputs : tuple of Input
        The measures that a customer must have, in order.
    preparer : Preparer
        Measures to points.
    clusters : Clusters
        Points to segments; cluster i is ``summary.segments[i]``.
    cutoffs : numpy.ndarray of float64, shape (segments,)
        The 99.5th percentile of each segment's training distances.
    recipe : Recipe
        Every option of the run, with the columns as they were found.
    summary : RunSummary
        Everything known about the run.
    """

    built_from: Literal["orders", "customers"]
    inputs: tuple[Input, ...]
    preparer: Preparer
    clusters: Clusters
    cutoffs: Floats
    recipe: Recipe
    summary: RunSummary

    @classmethod
    def of(
        cls, summary: RunSummary, recipe: Recipe, loaded: Loaded, measures: Measures, preparer: Preparer, choice: Choice
    ) -> Self:
        """Build the model from what the stages of a run gave."""
        distances = choice.clusters.place(preparer.apply(measures.table).values).distance
        learned = preparer.kept(measures.table)
        return cls(
            built_from="orders" if loaded.orders is not None else "customers",
            inputs=tuple(Input(m.name, m.label, m.unit, m.kind) for m in measures.forming),
            preparer=preparer,
            clusters=choice.clusters,
            cutoffs=_cutoffs(distances[learned], choice.labels[learned], choice.k),
            recipe=recipe,
            summary=summary,
        )

    def assign(self, table: Any) -> pd.DataFrame:
        """Say which segment each customer is in.

        A customer's answer never depends on the other rows, and is the same for one customer as for a million.

        Parameters
        ----------
        table : pandas, polars or Arrow table, mapping of columns, or sequence of mappings
            One row a customer with a column per input; ``customer_id`` where there is one.

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` (text; row numbers from 1 where the table has none), ``segment`` (letter; "" for who belongs
            to none), ``name``,
            ``second`` (letter of the second choice), ``margin`` (0 on the border to 1), ``fit`` (Typical from .5, Fair
            from .2, else Borderline), ``unlike`` (True where the customer is unlike anyone the model learned from).

        Raises
        ------
        ColumnError
            An input is missing.
        DataError
            A number is none, or infinite.
        """
        frame = as_table(table)
        wanted = {i.name: numbers(frame[i.name], i.name) for i in self.inputs if i.kind == "number" and i.name in frame}
        points = self.preparer.apply(frame.assign(**wanted))
        placement = self.clusters.place(points.values)
        # The last one is where the label -1 looks: who belongs to no segment.
        letters = np.array([*(segment.letter for segment in self.summary.segments), ""], dtype=object)
        names = np.array([*(segment.name for segment in self.summary.segments), ""], dtype=object)
        cutoffs = np.append(self.cutoffs, -np.inf)
        fits = np.where(placement.margin >= FAIR, "Fair", "Borderline").astype(object)
        fits[placement.margin >= TYPICAL] = "Typical"
        return pd.DataFrame(
            {
                "customer_id": _ids(frame),
                "segment": letters[placement.labels],
                "name": names[placement.labels],
                "second": letters[placement.second],
                "margin": placement.margin,
                "fit": fits,
                "unlike": placement.distance > cutoffs[placement.labels] * (1 + 1e-9),
            }
        )

    def takes(self, columns: Sequence[Measure]) -> bool:
        """Say whether customers with these measures have all that the model needs, in its kinds and units."""
        there = {one.name: (one.kind == "number", one.unit) for one in columns if one.part != "left out"}
        return all(there.get(one.name) == (one.kind == "number", one.unit) for one in self.inputs)

    def renamed(self, segment: str, name: str) -> Self:
        """Give the same model with one segment under another name; see :meth:`RunSummary.renamed`."""
        return replace(self, summary=self.summary.renamed(segment, name))

    def save(self, path: str | Path) -> None:
        """Write the model to one file, atomically: an older file stays until the new one is complete."""
        card = _Card(self.built_from, self.inputs, self.preparer, self.clusters.method)
        texts = {
            "model.json": json.dumps(to_plain(card), ensure_ascii=False, indent=1),
            "summary.json": json.dumps(to_plain(self.summary), ensure_ascii=False, indent=1),
            "recipe.toml": self.recipe.to_toml(),
        }
        arrays = {"cutoffs": self.cutoffs} | {f"clusters.{name}": a for name, a in self.clusters.arrays().items()}
        write_archive(Path(path), texts, arrays, f"segmentry {self.summary.version}")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model file.

        Raises
        ------
        NotFoundError
            There is none.
        ModelError
            It is damaged, or written by a newer release.
        """
        texts, arrays = read_archive(Path(path))
        try:
            card = from_plain(_Card, json.loads(texts["model.json"]))
            prefix = "clusters."
            state = {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
            return cls(
                built_from=card.built_from,
                inputs=card.inputs,
                preparer=card.preparer,
                clusters=CLUSTERERS[card.method].clusters.from_arrays(state),
                cutoffs=arrays["cutoffs"],
                recipe=Recipe.from_toml(texts["recipe.toml"], f"the recipe in {path}"),
                summary=from_plain(RunSummary, json.loads(texts["summary.json"])),
            )
        except (KeyError, ValueError) as error:
            raise ModelError(
                f"{path} can't be read as a model of this release", [str(error)[:300]], "run it again"
            ) from error


def _cutoffs(distances: Floats, labels: Labels, k: int) -> Floats:
    """Give the 99.5th percentile of each segment's training distances.

    It is a distance that occurs, the next above where there is none just there: in a segment of fewer than 200 the
    farthest customer herself, so that at most 0.5% of the training customers lie beyond it.

    Parameters
    ----------
    distances : numpy.ndarray of float64, shape (n,)
        Each training customer's distance to its own centre.
    labels : numpy.ndarray of int32, shape (n,)
        Segments; -1 for who belongs to none.
    k : int
        The number of segments.
    """
    return np.array(
        [
            np.quantile(own, UNLIKE, method="higher") if len(own) else 0.0
            for own in (distances[labels == s] for s in range(k))
        ]
    )


def _ids(frame: pd.DataFrame) -> list[str]:
    if "customer_id" in frame.columns:
        return [str(value) for value in frame["customer_id"]]
    return [str(number) for number in range(1, len(frame) + 1)]
