"""A whole model as one ONNX file: raw measures in, segments out."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnx
from onnx import ModelProto, ValueInfoProto, helper

from segmentry.cluster import (
    Clusters,
    DenseClusters,
    GridClusters,
    KMeansClusters,
    KPrototypesClusters,
    LatentClassClusters,
    LinkageClusters,
    MixtureClusters,
    SizedClusters,
)
from segmentry.errors import UsageError
from segmentry.export.onnx import grid, likelihood, nearness
from segmentry.export.onnx.graph import INT, ML, OPSET, REAL, TEXT, Graph, Value, info
from segmentry.export.onnx.nearness import Placing
from segmentry.export.onnx.outputs import OUTPUTS, said
from segmentry.export.onnx.pieces import in_pieces
from segmentry.export.onnx.points import levels_of, places_of_levels, prepared
from segmentry.model import SegmentModel
from segmentry.model.inputs import Input
from segmentry.prepare import NumberColumn

__all__ = ["input_names", "onnx_model"]

ML_OPSET = 2
"""Of ai.onnx.ml: its look-up of texts has been the same since."""
IR_VERSION = 8
"""The one that came with opset 17."""

PLACED = (INT, INT, REAL, REAL)
"""The types of a placing's figures."""

HELD = 1 << 20
"""Where a model compares customers with many others, about so many distances are held at once (8 MB)."""
MANY = 64
"""So many others are many."""

PLACING: Mapping[type[Clusters], Callable[[Graph, Any, Sequence[Value]], Placing]] = {
    KMeansClusters: nearness.kmeans,
    SizedClusters: nearness.sized,
    LinkageClusters: nearness.linkage,
    DenseClusters: nearness.dense,
    KPrototypesClusters: nearness.kprototypes,
    MixtureClusters: likelihood.mixture,
    LatentClassClusters: likelihood.latent_class,
    GridClusters: grid.rfm_grid,
}
"""How the clusters of each method place: a new method gets a row."""


def onnx_model(model: SegmentModel, content: bytes) -> ModelProto:
    """Write a model's whole way from measures to segments as a graph.

    Parameters
    ----------
    model : SegmentModel
        Fitted.
    content : bytes
        Its file, whose hash the graph carries.

    Raises
    ------
    UsageError
        Something of the model can't be said in ONNX: which, and what to do instead.
    """
    place = PLACING.get(type(model.clusters))
    if place is None:
        raise UsageError(
            f"the method {model.clusters.method} can't be written as ONNX",
            [f"can be: {', '.join(sorted(one.__name__ for one in PLACING))}"],
            "segmentry score, or the service (segmentry serve), which run the model itself",
        )
    if not model.preparer.columns:
        raise UsageError(
            "this model looks at no measure, so there is nothing to hand to an ONNX model",
            [f"everybody is in segment {model.summary.segments[0].letter}"],
            "another run with measures that differ between customers",
        )
    _check_levels(model)
    names = input_names([column.name for column in model.preparer.columns])
    inputs = [_input(model, measure, name) for measure, name in names.items()]
    graph = Graph()
    given = {}
    for column, one in zip(model.preparer.columns, inputs, strict=True):
        raw = graph.value(one.name).reshape(-1)
        given[column.name] = raw if isinstance(column, NumberColumn) else places_of_levels(graph, column, raw)

    def placing(within: Graph, some: Sequence[Value]) -> list[Value]:
        points = prepared(within, model.preparer, dict(zip(given, some, strict=True)))
        placed = place(within, model.clusters, points)
        return [placed.label, placed.second, placed.margin, placed.distance]

    compared = _compared(model)
    if compared > MANY:
        placed = Placing(*in_pieces(graph, [*given.values()], placing, PLACED, max(1, HELD // compared)))
    else:
        placed = Placing(*placing(graph, [*given.values()]))
    numbers = [given[column.name] for column in model.preparer.columns if isinstance(column, NumberColumn)]
    answers = said(graph, model, placed, numbers)
    for name, value in answers.items():
        graph.called(value, name)
    outputs = [info(name, kind, ["customers"], told) for name, (kind, told) in OUTPUTS.items()]
    made = helper.make_model(
        graph.proto(f"segments of {model.summary.run}", inputs, outputs),
        producer_name="segmentry",
        producer_version=model.summary.version,
        doc_string=_told(model),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(made, _metadata(model, names, content))
    onnx.checker.check_model(made, full_check=True)
    return made


def input_names(measures: Sequence[str]) -> dict[str, str]:
    """Give the name of each measure's input: the measure's own, unless an output has that name or it is blank.

    Examples
    --------
    >>> input_names(["visits", "margin"])
    {'visits': 'visits', 'margin': 'margin (measure)'}
    """
    found: dict[str, str] = {}
    for measure in measures:
        name = measure
        while not name.strip() or name in OUTPUTS or (name != measure and (name in measures or name in found.values())):
            name = f"{name} (measure)".strip()
        found[measure] = name
    return found


def _check_levels(model: SegmentModel) -> None:
    """Refuse a level that is a blank text: in ONNX a blank text is a blank."""
    for column in model.preparer.columns:
        if not isinstance(column, NumberColumn) and "" in levels_of(column):
            raise UsageError(
                f"the category {column.name!r} has a blank text as one of its levels",
                ["ONNX has no other way of saying that a text isn't known"],
                "blank texts as missing values (None) in the table, and the run again",
            )


def _compared(model: SegmentModel) -> int:
    """Give how many others each customer is compared with at once."""
    neighbours, clusters = model.preparer.neighbours, model.clusters
    compared = 0 if neighbours is None else len(neighbours.prototypes)
    if isinstance(clusters, DenseClusters):
        compared = max(compared, len(clusters.kept))
    if isinstance(clusters, LinkageClusters):
        compared = max(compared, len(clusters.prototypes.points))
    return compared


def _input(model: SegmentModel, measure: str, name: str) -> ValueInfoProto:
    known = _known(model, measure)
    number = known.kind == "number"
    unit = f" in {known.unit}" if known.unit else ""
    told = f"{known.label}{unit}; nan where not known" if number else f"{known.label}; a blank text where not known"
    return info(name, REAL if number else TEXT, ["customers", 1], told)


def _known(model: SegmentModel, measure: str) -> Input:
    return next(one for one in model.inputs if one.name == measure)


def _told(model: SegmentModel) -> str:
    """Say in a sentence or two what the file is."""
    summary = model.summary
    return (
        f"Customer segments of the run {summary.run}, made by segmentry {summary.version}. One input a measure, one "
        "row a customer; numbers float64, categories and yes/no as text. Gives what SegmentModel.assign gives."
    )


def _metadata(model: SegmentModel, names: Mapping[str, str], content: bytes) -> dict[str, str]:
    """Give what the file says of itself: all of it text."""
    summary = model.summary
    inputs = []
    for measure, name in names.items():
        known = _known(model, measure)
        column = next(one for one in model.preparer.columns if one.name == measure)
        levels = () if isinstance(column, NumberColumn) else levels_of(column)
        inputs.append(
            {"input": name, "measure": measure, "label": known.label, "unit": known.unit, "kind": known.kind}
            | ({"levels": list(levels)} if levels else {})
        )
    return {
        "run": summary.run,
        "model_sha256": hashlib.sha256(content).hexdigest(),
        "segmentry": summary.version,
        "created": summary.created,
        "as_of": str(summary.as_of or ""),
        "built_from": model.built_from,
        "method": model.clusters.method,
        "verdict": summary.verdict,
        "letters": json.dumps([segment.letter for segment in summary.segments], ensure_ascii=False),
        "names": json.dumps([segment.name for segment in summary.segments], ensure_ascii=False),
        "inputs": json.dumps(inputs, ensure_ascii=False),
    }
