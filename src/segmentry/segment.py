"""The corridor: orders or customers in; named, explained, tested segments out.

Read this file from top to bottom and you have read the whole product: every line of :func:`segment` is one room.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from segmentry import prepare
from segmentry.choose import choose, forming
from segmentry.data import Loaded, Source, load
from segmentry.describe import describe
from segmentry.explore import correlate
from segmentry.features import build, enough
from segmentry.maps import draw
from segmentry.model import Segmentation, SegmentModel, carried_columns, follow, open_before, segmentation
from segmentry.recipe import Recipe
from segmentry.summary import summarise
from segmentry.watch import Clock, Watch

__all__ = ["segment"]


def segment(
    orders: Source | Sequence[Source],
    customers: Source | Sequence[Source] | None = None,
    *,
    recipe: Recipe | None = None,
    name: str = "run",
    previous: SegmentModel | Segmentation | str | Path | None = None,
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
    previous : SegmentModel, Segmentation or path, optional
        The run before: its model, what this function gave, its model file or its folder. Segments that continue one of
        its segments keep letter and name, and its number of segments is kept while it holds. Only a path is written
        to the recipe.
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
        An option contradicts another, or isn't known; the run before has nothing in common with this one.
    NotFoundError
        The run before isn't there.
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
    recipe = (recipe or Recipe()).having(**options).for_method()
    if isinstance(previous, str | Path):
        recipe = recipe.following(previous)
    before = open_before(previous or recipe.previous) if previous or recipe.previous else None
    clock = Clock(watch or (lambda _: None))
    with clock.stage("read") as done:
        loaded = done(load(orders, customers, recipe.read, progress=lambda _, share: clock.tell("read", share)))
    recipe = _as_found(recipe, loaded)
    try:
        with clock.stage("measure") as done:
            measures = done(enough(build(loaded.orders, loaded.customers, recipe.features, monthly=True)))
        with clock.stage("choose") as done:
            preparer = prepare.fit(measures.table, forming(measures, recipe.choose), recipe.prepare)
            spend = None if measures.spend is None else measures.table[measures.spend].to_numpy(dtype=np.float64)
            asked = recipe.choose if before is None else replace(recipe.choose, prefer=before.number)
            choice = done(
                choose(measures.table, preparer, spend, asked, progress=lambda share: clock.tell("choose", share))
            )
        with clock.stage("map") as done:
            # What a method takes as it is has no common scale to be looked at in.
            seen = prepare.fit(measures.table, preparer.kinds) if choice.clusters.method == "rfm-grid" else preparer
            maps = done(draw(seen.apply(measures.table), choice.labels, recipe.maps))
        with clock.stage("describe") as done:
            following = None if before is None else follow(before, loaded, measures, choice)
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
                    across=choice.across,
                    dependable=choice.verdict != "Not dependable",
                    known=following.known if following else (),
                )
            )
            together = correlate(measures, seed=recipe.choose.seed)
        carried = carried_columns(loaded, measures)
    finally:
        if loaded.orders is not None:
            loaded.orders.connection.close()
    identity = following.identity(described.segments) if following else None
    summary = summarise(
        name, recipe, loaded, measures, preparer, choice, maps, described, clock.stages, identity, together
    )
    model = SegmentModel.of(summary, recipe, loaded, measures, preparer, choice)
    if recipe.describe.lookalike:
        model = model.with_lookalike(measures, choice.labels)
    return segmentation(model, loaded, measures, choice, carried)


def _as_found(recipe: Recipe, loaded: Loaded) -> Recipe:
    """Give the recipe with the columns as they were found, so that it reads the next file alike."""
    found: dict[str, str] = {guess.role: guess.column for guess in loaded.guesses}
    return replace(recipe, read=replace(recipe.read, **found))  # type: ignore[arg-type]
