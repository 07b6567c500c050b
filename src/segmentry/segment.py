"""The corridor: orders or customers in; named, explained, tested segments out.

Read this file from top to bottom and you have read the whole product: every line of :func:`segment` is one room.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import pandas as pd

from segmentry import prepare
from segmentry.choose import Choice, choose
from segmentry.data import Loaded, Source, load
from segmentry.describe import Described, describe
from segmentry.errors import TooFewError
from segmentry.features import Measures, build
from segmentry.model import Input, SegmentModel, cutoffs
from segmentry.recipe import Recipe
from segmentry.summary import RejectReason, RunSummary, Stage

__all__ = ["Event", "Segmentation", "segment"]

LIBRARIES = ("segmentry", "numpy", "scipy", "pandas", "scikit-learn", "duckdb")


@dataclass(frozen=True, slots=True)
class Event:
    """News of a run for whoever watches it.

    Parameters
    ----------
    stage : str
        ``"read"``, ``"measure"``, ``"choose"`` or ``"describe"``.
    share : float
        How much of the stage is done, 0 to 1.
    result : Loaded, Measures, Choice, Described or None
        What the stage gave, once it is done.
    seconds : float
        How long the stage took, once it is done.
    """

    stage: str
    share: float
    result: Loaded | Measures | Choice | Described | None = None
    seconds: float = 0.0


Watch = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What a run gives.

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
    """

    model: SegmentModel
    customers: pd.DataFrame
    carried: pd.DataFrame
    rejects: pd.DataFrame

    @property
    def summary(self) -> RunSummary:
        """Everything known about the run."""
        return self.model.summary

    def assign(self, table: Any) -> pd.DataFrame:
        """Say which segment each customer of a table is in; see :meth:`SegmentModel.assign`."""
        return self.model.assign(table)


def segment(
    orders: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    recipe: Recipe | None = None,
    name: str = "run",
    watch: Watch | None = None,
    **options: object,
) -> Segmentation:
    """Find, test, describe and name the segments of an order log or a customer table.

    Parameters
    ----------
    orders : path, frame, or sequence of them
        Order logs (one row an order line), or a customer table (one row a customer): it finds out and says so. Frames
        may be pandas, polars or Arrow.
    customers : path, frame or sequence of them, optional
        A customer table to be joined to the orders.
    recipe : Recipe, optional
        Every option of a run, e.g. of an earlier one.
    name : str, default "run"
        What the run is called.
    watch : callable, optional
        Is given an :class:`Event` as stages proceed.
    **options
        Any option by its name: ``segments=5``, ``scale="none"``, ``measures=["spend", "orders"]``; they override the
        recipe. All of them: :meth:`Recipe.having`.

    Returns
    -------
    Segmentation
        The model, the customers with their segments, and what was refused.

    Raises
    ------
    UsageError
        An option contradicts another, or isn't known.
    DataError
        The data can't be used: the message says why and what to do.

    Examples
    --------
    >>> customers = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> found = segment(customers, segments=2, rebuilds=10)
    >>> found.customers.groupby("segment").size().to_dict()
    {'A': 15, 'B': 15}
    >>> found.assign({"income": 61, "visits": 8})["fit"].tolist()
    ['Typical']
    """
    recipe = (recipe or Recipe()).having(**options)
    clock = _Clock(watch or (lambda _: None))
    with clock.stage("read") as done:
        loaded = done(load(orders, customers, recipe.read, progress=lambda _, share: clock.tell("read", share)))
    recipe = _as_found(recipe, loaded)
    try:
        with clock.stage("measure") as done:
            measures = done(_enough(build(loaded.orders, loaded.customers, recipe.features)))
        with clock.stage("choose") as done:
            forming = [(measure.name, measure.kind) for measure in measures.forming]
            preparer = prepare.fit(measures.table, forming, recipe.prepare)
            spend = None if measures.spend is None else measures.table[measures.spend].to_numpy(dtype=np.float64)
            choice = done(
                choose(
                    measures.table, preparer, spend, recipe.choose, progress=lambda share: clock.tell("choose", share)
                )
            )
        with clock.stage("describe") as done:
            described = done(
                describe(
                    measures,
                    choice.labels,
                    choice.keep,
                    choice.evaluated,
                    choice.rebuilt,
                    loaded.orders,
                    recipe.describe,
                )
            )
        carried = _carried(loaded, measures)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    summary = _summary(name, recipe, loaded, measures, preparer, choice, described, clock.stages)
    model = _model(summary, recipe, loaded, measures, preparer, choice)
    return Segmentation(model, _customers(summary, measures, choice), carried, loaded.rejects)


class _Clock:
    """Times the stages and passes their news on."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.stages: list[Stage] = []

    def tell(self, stage: str, share: float) -> None:
        self.watch(Event(stage, min(share, 1.0)))

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[Any], Any]]:
        results: list[Any] = []

        def done(result: Any) -> Any:
            results.append(result)
            return result

        self.tell(name, 0.0)
        begun = time.perf_counter()
        yield done
        seconds = time.perf_counter() - begun
        self.stages.append(Stage(name, round(seconds, 4)))
        self.watch(Event(name, 1.0, results[-1], seconds))


def _as_found(recipe: Recipe, loaded: Loaded) -> Recipe:
    """Give the recipe with the columns as they were found, so that it reads the next file alike."""
    found: dict[str, str] = {guess.role: guess.column for guess in loaded.guesses}
    return replace(recipe, read=replace(recipe.read, **found))  # type: ignore[arg-type]


def _enough(measures: Measures) -> Measures:
    """Refuse what no split can be made of."""
    if len(measures.table) < 2:
        raise TooFewError(
            f"{len(measures.table)} customer{'' if len(measures.table) == 1 else 's'} can't be split into segments",
            [f"{measures.without_purchase} more have no purchase"] if measures.without_purchase else [],
            "a file with more customers; segmentry measures FILE shows the customer table alone",
        )
    return measures


def _customers(summary: RunSummary, measures: Measures, choice: Choice) -> pd.DataFrame:
    letters = np.array([segment.letter for segment in summary.segments], dtype=object)[choice.labels]
    names = np.array([segment.name for segment in summary.segments], dtype=object)[choice.labels]
    ids, rest = measures.table[["customer_id"]], measures.table.drop(columns="customer_id")
    # A source may have columns of its own called segment or name: ours come first, theirs keep theirs in `carried`.
    rest = rest.rename(columns={taken: f"{taken} (source)" for taken in ("segment", "name") if taken in rest})
    return pd.concat([ids.assign(segment=letters, name=names), rest], axis=1)


def _carried(loaded: Loaded, measures: Measures) -> pd.DataFrame:
    """Gather the source's other columns, for the customers who have a segment."""
    carried = measures.table[["customer_id"]]
    if loaded.orders is not None and loaded.orders.attributes is not None:
        attributes = loaded.orders.connection.table(loaded.orders.attributes).df()
        carried = carried.merge(attributes.rename(columns={"customer": "customer_id"}), on="customer_id", how="left")
    if loaded.customers is not None:
        table = loaded.customers.table
        own = [column for column in table.columns if column == "customer_id" or column not in carried.columns]
        carried = carried.merge(table[own], on="customer_id", how="left")
    return carried


def _summary(
    name: str,
    recipe: Recipe,
    loaded: Loaded,
    measures: Measures,
    preparer: prepare.Preparer,
    choice: Choice,
    described: Described,
    stages: list[Stage],
) -> RunSummary:
    reasons = loaded.rejects["reason"].value_counts()
    tables = [kind for kind, found in (("orders", loaded.orders), ("customers", loaded.customers)) if found is not None]
    return RunSummary(
        run=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("segmentry"),
        sources=loaded.sources,
        fingerprint=loaded.fingerprint,
        table=" and ".join(tables),
        guesses=loaded.guesses,
        rows=loaded.rows,
        rejects=tuple(RejectReason(str(reason), int(count)) for reason, count in reasons.items()),
        first=loaded.orders.first if loaded.orders else None,
        last=loaded.orders.last if loaded.orders else None,
        as_of=measures.as_of,
        window_days=measures.window_days,
        customers=len(measures.table),
        without_purchase=measures.without_purchase,
        measures=measures.columns,
        preparation=preparer.words(),
        k=choice.k,
        candidates=choice.candidates,
        reason=choice.reason,
        runner_up=choice.runner_up,
        keep=choice.keep,
        silhouette_on=choice.silhouette_on,
        segments=described.segments,
        start_with=described.start_with,
        caveats=(*loaded.caveats, *measures.caveats, *described.caveats),
        stages=tuple(stages),
        currency=recipe.describe.currency,
        seed=recipe.choose.seed,
        versions=tuple((library, version(library)) for library in LIBRARIES),
        recipe=recipe.to_toml(),
    )


def _model(
    summary: RunSummary,
    recipe: Recipe,
    loaded: Loaded,
    measures: Measures,
    preparer: prepare.Preparer,
    choice: Choice,
) -> SegmentModel:
    built_from: Literal["orders", "customers"] = "orders" if loaded.orders is not None else "customers"
    points = preparer.apply(measures.table).values
    return SegmentModel(
        built_from=built_from,
        inputs=tuple(Input(m.name, m.label, m.unit, m.kind) for m in measures.forming),
        preparer=preparer,
        clusters=choice.clusters,
        cutoffs=cutoffs(choice.clusters.place(points).distance, choice.labels, choice.k),
        recipe=recipe,
        summary=summary,
    )
