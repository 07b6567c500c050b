"""One model: prepares any customer and says which segment she is in; saved as one file, read back alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from segmentry.choose import Choice
from segmentry.cluster import CLUSTERERS, Clusters
from segmentry.data import Loaded
from segmentry.errors import Caveat, ModelError, UsageError
from segmentry.features import Measure, Measures
from segmentry.markup.notebook import code, overview, spoken
from segmentry.model.archive import read_archive, write_archive
from segmentry.model.borders import borders
from segmentry.model.case import Case
from segmentry.model.explain import explain
from segmentry.model.explanation import Explanation
from segmentry.model.grounds import Basis, Grounds, Span
from segmentry.model.inputs import FITS, Input, as_table, beyond, fit_codes, ids, numbers
from segmentry.model.lookalike import Likeness, Lookalike, fit_lookalike
from segmentry.model.one import Placed, Placer
from segmentry.model.one_order import one_order
from segmentry.model.profiles import Profiles
from segmentry.plain import from_plain, to_plain
from segmentry.prepare import Floats, Labels, Preparer
from segmentry.recipe import Recipe
from segmentry.summary import RunSummary

__all__ = ["PlacedMany", "SegmentModel"]

UNLIKE = 0.995
"""Beyond this quantile of a segment's training distances a customer is unlike anyone the model learned from."""


@dataclass(frozen=True, slots=True)
class _Card:
    """What model.json holds."""

    built_from: Literal["orders", "customers"]
    inputs: tuple[Input, ...]
    preparer: Preparer
    method: str
    basis: Basis
    agreement: float
    spans: tuple[Span, ...]
    lookalike: Preparer | None = None


@dataclass(frozen=True, slots=True)
class PlacedMany:
    """Where customers belong, in numbers.

    Parameters
    ----------
    labels, second : numpy.ndarray of int32, shape (n,)
        Places in the summary's segments, of the first and the second choice; -1 for who belongs to none.
    margin : numpy.ndarray of float64, shape (n,)
        0 on the border to 1.
    unlike : numpy.ndarray of bool, shape (n,)
        Whether a customer is unlike anyone the model learned from.
    """

    labels: Labels
    second: Labels
    margin: Floats
    unlike: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class SegmentModel:
    """A fitted segmentation that places any customer. A notebook shows the run that it comes from.

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
    grounds : Grounds
        What explanations rest on.
    likeness : Likeness or None, default None
        Guesses segments from attributes; None where that wasn't asked for, or isn't possible.
    """

    built_from: Literal["orders", "customers"]
    inputs: tuple[Input, ...]
    preparer: Preparer
    clusters: Clusters
    cutoffs: Floats
    recipe: Recipe
    summary: RunSummary
    grounds: Grounds
    likeness: Likeness | None = None
    _placer: Placer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather what every single customer is placed by."""
        placer = Placer.of(self.preparer, self.clusters, self.inputs, self.summary.segments, self.cutoffs)
        object.__setattr__(self, "_placer", placer)

    @classmethod
    def of(
        cls, summary: RunSummary, recipe: Recipe, loaded: Loaded, measures: Measures, preparer: Preparer, choice: Choice
    ) -> Self:
        """Build the model from what the stages of a run gave."""
        points = preparer.apply(measures.table).values
        placed = choice.clusters.place(points)
        learned = preparer.kept(measures.table)
        return cls(
            built_from="orders" if loaded.orders is not None else "customers",
            inputs=tuple(Input(m.name, m.label, m.unit, m.kind) for m in measures.forming),
            preparer=preparer,
            clusters=choice.clusters,
            cutoffs=_cutoffs(placed.distance[learned], choice.labels[learned], choice.k),
            recipe=recipe,
            summary=replace(summary, borders=borders(placed, choice.labels, [s.letter for s in summary.segments])),
            grounds=Grounds.of(choice.clusters, points, placed, measures.table, measures.forming),
        )

    def with_lookalike(self, measures: Measures, labels: Labels) -> Self:
        """Give the same model with what guesses the segment of people without orders, or with the reason why not.

        Parameters
        ----------
        measures : Measures
            The customers that the model was made from.
        labels : numpy.ndarray of int32, shape (customers,)
            Their segments.
        """
        report, likeness = fit_lookalike(
            measures,
            labels,
            self.summary.segments,
            from_orders=self.built_from == "orders",
            seed=self.recipe.describe.seed,
        )
        caveats = self.summary.caveats
        if not report.works:
            caveats = (*caveats, Caveat("no_lookalike", report.customers, f"{report.reason} (--lookalike)"))
        return replace(self, summary=replace(self.summary, lookalike=report, caveats=caveats), likeness=likeness)

    @property
    def lookalike(self) -> Lookalike | None:
        """What guesses the segment of people without orders; None where it wasn't asked for, or isn't possible.

        ``summary.lookalike`` says why not, with the figures.
        """
        report = self.summary.lookalike
        if self.likeness is None or report is None:
            return None
        return Lookalike(self.likeness, self.summary.segments, report)

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
        placed = self.placed(frame)
        # The last one is where the label -1 looks: who belongs to no segment. Taken as codes, no text is made twice.
        letters, names, words = (pd.Series(texts) for texts in (self._placer.letters, self._placer.names, FITS))
        return pd.DataFrame(
            {
                "customer_id": ids(frame),
                "segment": letters.take(placed.labels).array,
                "name": names.take(placed.labels).array,
                "second": letters.take(placed.second).array,
                "margin": placed.margin,
                "fit": words.take(fit_codes(placed.margin)).array,
                "unlike": placed.unlike,
            }
        )

    def placed(self, frame: pd.DataFrame, before: int = 0) -> PlacedMany:
        """Say in numbers which segment each customer is in: what :meth:`assign` puts into words.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row a customer with a column per input.
        before : int, default 0
            Rows before the first, where the frame is a piece of a longer one: a message counts them.

        Raises
        ------
        ColumnError, DataError
            As for :meth:`assign`.
        """
        found = self.clusters.place(self.preparer.apply(self._typed(frame, before)).values)
        cutoffs = np.append(self.cutoffs, -np.inf)
        return PlacedMany(found.labels, found.second, found.margin, beyond(found.distance, cutoffs[found.labels]))

    def place_one(self, customer: Mapping[str, Any]) -> Placed:
        """Say which segment one customer is in: what :meth:`assign` says, many times as fast.

        Parameters
        ----------
        customer : mapping
            A value per input, ``None`` or "" where it isn't known, and ``customer_id`` where there is one; other values
            are ignored.

        Raises
        ------
        UsageError
            It is no mapping.
        ColumnError
            An input is missing.
        DataError
            A number is none, or infinite.

        Examples
        --------
        >>> from segmentry import segment
        >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
        >>> placed = segment(table, segments=2, rebuilds=10).model.place_one({"income": 60, "visits": 9})
        >>> placed.segment, placed.fit, placed.unlike
        ('B', 'Typical', False)
        """
        if not isinstance(customer, Mapping):
            raise UsageError(f"one customer is a mapping, not a {type(customer).__name__}", way_out="assign for many")
        found = self._placer.place(customer)
        if found is None:
            (row,) = self.assign([customer]).to_dict("records")
            found = Placed(**{str(name): value for name, value in row.items()})
        return found

    def profiles(self) -> Profiles:
        """Give what every segment is typically like, measure by measure."""
        return Profiles(self.summary)

    def _repr_html_(self) -> str:
        """Show the run in a notebook."""
        then = ("Next: ", code(".assign(table)"), " to place customers, ", code(".explain(customer)"), " to say why, ")
        return overview(self.summary, *then, code(".profiles()"), " for what sets segments apart.")

    def __repr__(self) -> str:
        """Say what it is in one line."""
        return f"SegmentModel: {spoken(self.summary)}"

    def takes(self, columns: Sequence[Measure]) -> bool:
        """Say whether customers with these measures have all that the model needs, in its kinds and units."""
        there = {one.name: (one.kind == "number", one.unit) for one in columns if one.part != "left out"}
        return all(there.get(one.name) == (one.kind == "number", one.unit) for one in self.inputs)

    def explain(self, customer: Any) -> Explanation:
        """Say why one customer is where she is, and what would move her.

        Parameters
        ----------
        customer : mapping, or table of one row
            A value per input; ``typical_order`` where it is known, for "one order more".

        Raises
        ------
        UsageError
            There are fewer or more customers than one.
        ColumnError
            An input is missing.
        DataError
            A number is none, or infinite.

        Examples
        --------
        >>> from segmentry import segment
        >>> table = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
        >>> why = segment(table, segments=2, rebuilds=10).model.explain({"income": 55, "visits": 8})
        >>> [reason.text for reason in why.reasons]
        ['visits 8: typical here 9, in A 1', 'income 55: typical here 61, in A 11']
        >>> why.nearest.text
        'visits 2 instead of 8 would move this customer to A'
        """
        frame = as_table(customer)
        if len(frame) != 1:
            raise UsageError(
                f"one customer is explained at a time, and {len(frame):,} were given",
                way_out="assign for many, explain for each that matters",
            )
        answer = self.assign(frame).iloc[0]
        frame = self._typed(frame).reset_index(drop=True)
        row = frame[[i.name for i in self.inputs]]
        case = Case(row, self.inputs, self.preparer, self.clusters, self.grounds, self.summary)
        more = None
        if self.built_from == "orders":
            own = numbers(frame["typical_order"], "typical_order").iloc[0] if "typical_order" in frame else float("nan")
            more = one_order(case, typical=float(own) if own == own else None, unit=self.summary.order_unit)  # noqa: PLR0124
        return explain(
            case, more, margin=float(answer["margin"]), fit=str(answer["fit"]), unlike=bool(answer["unlike"])
        )

    def _typed(self, frame: pd.DataFrame, before: int = 0) -> pd.DataFrame:
        """Give the table with its numbers as numbers."""
        names = [each.name for each in self.inputs if each.kind == "number" and each.name in frame]
        wanted = {name: numbers(frame[name], name, before) for name in names}
        return frame.assign(**wanted)

    def renamed(self, segment: str, name: str) -> Self:
        """Give the same model with one segment under another name; see :meth:`RunSummary.renamed`."""
        return replace(self, summary=self.summary.renamed(segment, name))

    def save(self, path: str | Path) -> None:
        """Write the model to one file, atomically: an older file stays until the new one is complete."""
        grounds = self.grounds
        method = self.clusters.method
        card = _Card(
            self.built_from,
            self.inputs,
            self.preparer,
            method,
            grounds.basis,
            grounds.agreement,
            grounds.spans,
            None if self.likeness is None else self.likeness.preparer,
        )
        texts = {
            "model.json": json.dumps(to_plain(card), ensure_ascii=False, indent=1),
            "summary.json": json.dumps(to_plain(self.summary), ensure_ascii=False, indent=1),
            "recipe.toml": self.recipe.to_toml(),
        }
        arrays = {f"clusters.{name}": array for name, array in self.clusters.arrays().items()}
        arrays |= {"cutoffs": self.cutoffs, "centres": grounds.centres}
        if self.likeness is not None:
            arrays |= {"lookalike.coef": self.likeness.coef, "lookalike.intercept": self.likeness.intercept}
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
                grounds=Grounds(card.basis, card.agreement, arrays["centres"], card.spans),
                likeness=None
                if card.lookalike is None
                else Likeness(card.lookalike, arrays["lookalike.coef"], arrays["lookalike.intercept"]),
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
