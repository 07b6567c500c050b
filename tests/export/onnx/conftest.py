"""Models of every method over every preparation, made by hand of one small run, and what onnxruntime says of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, segment
from segmentry.cluster import CLUSTERERS, Clusterer
from segmentry.features import Kind
from segmentry.model import SegmentModel
from segmentry.model.inputs import Input
from segmentry.prepare import AS_THEY_ARE, PrepareOptions, fit

KINDS: dict[str, Kind] = {
    "recency_days": "number",
    "orders": "number",
    "balance": "number",
    "city": "category",
    "size": "category",
    "club": "yes-no",
}

PREPARATIONS = {
    "as they are": AS_THEY_ARE,
    "default": PrepareOptions(),
    "neighbours, Yeo-Johnson": PrepareOptions(missing="neighbours", skew="yeo-johnson", scale="robust", rare=0.2),
    "neighbours, components": PrepareOptions(missing="neighbours", pca=3, encode="ordinal", levels=("size=S,M,L",)),
    "mean, logarithm, ordinal": PrepareOptions(missing="mean", skew="log", scale="min-max", encode="ordinal"),
    "mode, components": PrepareOptions(missing="mode", pca=4, encode="frequency", rare=0.2),
    "constant, unscaled": PrepareOptions(missing="constant", missing_value=-3.0, scale="none", levels=("size=S,M,L",)),
    "dropped, bins": PrepareOptions(missing="drop", bins="4:quantile", outliers="remove-mad"),
    "bins by width": PrepareOptions(bins="5:uniform", skew="log", outliers="remove-iqr", encode="frequency"),
    "bins by means": PrepareOptions(bins="3:kmeans", scale="none", missing="neighbours"),
}
"""Together they take every step of preparation."""


def customers(n: int = 90, seed: int = 0) -> pd.DataFrame:
    """Give customers of three groups, some of whose values aren't known."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 3
    table = pd.DataFrame(
        {
            "recency_days": np.round(rng.gamma(2.0, 10.0, n) * (1 + 9 * (group == 2))),
            "orders": rng.integers(1, 4, n) + 6.0 * (group == 1),
            "balance": rng.normal(size=n) * 50 - 300.0 * (group == 2) + rng.exponential(20.0, n) ** 2,
            "city": np.array(["Leeds", "York", "Bath, Avon", "=Hull"], dtype=object)[
                (group + (rng.random(n) < 0.3)) % 4
            ],
            "size": np.array(["S", "M", "L"], dtype=object)[rng.integers(0, 3, n)],
            "club": np.array(["yes", "no"], dtype=object)[(group == 1).astype(int)],
        }
    )
    for name in KINDS:
        table.loc[rng.random(n) < 0.12, name] = None
    return table


def later() -> pd.DataFrame:
    """Give customers who come later: other values, far outside, unseen levels, nothing known at all."""
    table = pd.concat([customers(60, seed=1), customers(12, seed=2)], ignore_index=True)
    table.loc[60:64, "city"] = ["Oslo", "leeds", " York", "(blank)", "unseen 0"]
    table.loc[65:67, "size"], table.loc[65:67, "club"] = "XXL", "perhaps"
    table.loc[60:63, "balance"] = [1e9, -1e9, 1e200, 0.0]
    table.loc[64:66, "recency_days"] = [0.0, -5.0, 1e-12]
    table.loc[68:70, list(KINDS)] = None
    return table


def hold(model: SegmentModel, table: pd.DataFrame, found: Mapping[str, Any]) -> None:
    """Hold every answer to the model's; customers on a border may fall on either side of it."""
    wanted = model.assign(table)
    firm = (wanted["margin"].to_numpy() >= 1e-6) | (wanted["segment"].to_numpy() == "")
    assert firm.mean() > 0.7
    assert np.allclose(found["margin"], wanted["margin"], rtol=0, atol=1e-9)
    for name in ("segment", "name", "second", "fit", "unlike"):
        assert found[name][firm].tolist() == wanted[name][firm].tolist(), name
    letters = [*(one.letter for one in model.summary.segments), ""]
    assert [letters[label] for label in found["label"]] == found["segment"].tolist()


@dataclass(frozen=True)
class Small:
    """One small run, and models of other methods and preparations in its clothes."""

    found: Segmentation
    table: pd.DataFrame

    @property
    def run(self) -> SegmentModel:
        """The run's own model."""
        return self.found.model

    def model(self, method: str, preparation: str) -> SegmentModel:
        """Give the model of a method over a preparation."""
        return _model(self, method, preparation)

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture(scope="session")
def small() -> Small:
    """Give the run."""
    table = customers()
    return Small(segment(table, segments=2, rebuilds=2, maps=[], name="small"), table)


def _asked(clusterer: Clusterer) -> int:
    return 3 if clusterer.takes_number else clusterer.settings[-1]


@cache
def _model(small: Small, method: str, preparation: str) -> SegmentModel:
    clusterer, options = CLUSTERERS[method], PREPARATIONS[preparation]
    kinds = {name: KINDS[name] for name in clusterer.measures} or KINDS
    if clusterer.measures:
        options = replace(AS_THEY_ARE, missing=options.missing, missing_value=options.missing_value)
    preparer = fit(small.table, list(kinds.items()), options)
    points = preparer.apply(small.table)
    if method == "latent-class" and options.bins == "none":
        kinds = {name: kind for name, kind in kinds.items() if kind != "number"}
        preparer = fit(small.table, list(kinds.items()), replace(options, pca=0))
        points = preparer.apply(small.table)
    clusters = clusterer.fit(points.values, _asked(clusterer), seed=0, starts=2, layout=points.layout)
    summary = small.run.summary
    segments = tuple(
        replace(summary.segments[0], letter=chr(ord("A") + place), name=f"Segment {place}, «é»")
        for place in range(clusters.k)
    )
    placed = clusters.place(points.values)
    cutoffs = np.array([np.quantile(placed.distance, 0.9)] * clusters.k)
    return replace(
        small.run,
        inputs=tuple(Input(name, name.title(), "", kind) for name, kind in kinds.items()),
        preparer=preparer,
        clusters=clusters,
        cutoffs=cutoffs,
        summary=replace(summary, segments=segments),
    )


@pytest.fixture(scope="session")
def answered() -> Callable[..., dict[str, Any]]:
    """Give what runs a model as ONNX over a table."""
    runtime = pytest.importorskip("onnxruntime")
    from segmentry.export.onnx.model import onnx_model
    from segmentry.export.onnx.proof import answers, given

    def run(model: SegmentModel, table: pd.DataFrame) -> dict[str, Any]:
        content = onnx_model(model, b"").SerializeToString()
        session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
        return answers(session, given(model, table))

    return run
