"""The corridor: orders or customers in; named, explained, tested segments out.

Read this file from top to bottom and you have read the whole product: every line of :func:`segment` is one room.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from segmentry import prepare
from segmentry.choose import check_options, choose
from segmentry.data import Loaded, Source, load
from segmentry.describe import describe
from segmentry.errors import ColumnError, TooFewError, UsageError
from segmentry.features import Kind, Measures, build
from segmentry.model import Segmentation, SegmentModel, carried_columns, segmentation
from segmentry.prepare import PrepareOptions
from segmentry.recipe import Recipe
from segmentry.summary import summarise
from segmentry.watch import Clock, Watch

__all__ = ["segment"]

AS_THEY_ARE = PrepareOptions(skew="none", outliers="none", scale="none")
"""Preparation that only fills blanks."""


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
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"income": [10, 11, 12, 60, 61, 62] * 5, "visits": [1, 2, 1, 9, 8, 9] * 5})
    >>> found = segment(customers, segments=2, rebuilds=10)
    >>> found.customers.groupby("segment").size().to_dict()
    {'A': 15, 'B': 15}
    >>> found.assign({"income": 61, "visits": 8})["fit"].tolist()
    ['Typical']
    """
    recipe = _for_method((recipe or Recipe()).having(**options))
    clock = Clock(watch or (lambda _: None))
    with clock.stage("read") as done:
        loaded = done(load(orders, customers, recipe.read, progress=lambda _, share: clock.tell("read", share)))
    recipe = _as_found(recipe, loaded)
    try:
        with clock.stage("measure") as done:
            measures = done(_enough(build(loaded.orders, loaded.customers, recipe.features)))
        with clock.stage("choose") as done:
            preparer = prepare.fit(measures.table, _forming(measures, recipe), recipe.prepare)
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
                    names=choice.clusters.names,
                )
            )
        carried = carried_columns(loaded, measures)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    summary = summarise(name, recipe, loaded, measures, preparer, choice, described, clock.stages)
    model = SegmentModel.of(summary, recipe, loaded, measures, preparer, choice)
    return segmentation(model, loaded, measures, choice, carried)


def _as_found(recipe: Recipe, loaded: Loaded) -> Recipe:
    """Give the recipe with the columns as they were found, so that it reads the next file alike."""
    found: dict[str, str] = {guess.role: guess.column for guess in loaded.guesses}
    return replace(recipe, read=replace(recipe.read, **found))  # type: ignore[arg-type]


def _for_method(recipe: Recipe) -> Recipe:
    """Give the recipe with the measures that its method wants, as they are; most methods take any, prepared."""
    wanted = check_options(recipe.choose).measures
    if not wanted:
        return recipe
    for options, given, allowed in (
        ("--measures", recipe.features.measures, ((), wanted)),
        ("--include", recipe.features.include, ((),)),
        ("a preparing option", recipe.prepare, (PrepareOptions(), AS_THEY_ARE)),
    ):
        if given not in allowed:
            raise UsageError(
                f"{options} doesn't go with --method {recipe.choose.method}",
                [f"it takes these measures as they are: {', '.join(wanted)}"],
                "leave it out, or --method kmeans",
            )
    return replace(recipe, features=replace(recipe.features, measures=wanted), prepare=AS_THEY_ARE)


def _forming(measures: Measures, recipe: Recipe) -> list[tuple[str, Kind]]:
    """Name the measures that form segments, with their kinds, in the order in which the method wants them."""
    wanted = check_options(recipe.choose).measures
    kinds = {measure.name: measure.kind for measure in measures.forming}
    unfit = [
        f"{column.name}: {column.reason or 'it holds no numbers'}"
        for column in measures.columns
        if column.name in wanted and kinds.get(column.name) != "number"
    ]
    if unfit:
        raise ColumnError(
            f"{recipe.choose.method} can't use these measures", unfit, "another --grid, or --method kmeans"
        )
    return [(name, kinds[name]) for name in wanted or kinds]


def _enough(measures: Measures) -> Measures:
    """Refuse what no split can be made of; customers who are alike in everything pass, and will be one segment."""
    if len(measures.table) < 2:
        raise TooFewError(
            f"{len(measures.table)} customer{'' if len(measures.table) == 1 else 's'} can't be split into segments",
            [f"{measures.without_purchase} more have no purchase"] if measures.without_purchase else [],
            "a file with more customers; segmentry measures FILE shows the customer table alone",
        )
    idle = [column for column in measures.columns if column.part != "forms"]
    constant = sum(caveat.count for caveat in measures.caveats if caveat.code == "constant")
    same = [column.name for column in idle if column in measures.used and measures.table[column.name].nunique() < 2]
    if not measures.forming and len(same) + constant < len(idle):
        raise ColumnError(
            "no column is left that could form segments",
            [f"{column.name}: {column.reason}" for column in idle[:8]],
            "--include COLUMN, or --measures A,B",
        )
    return measures
