"""The file itself: what it takes, says of itself, and refuses."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from segmentry.cluster import CLUSTERERS
from segmentry.errors import UsageError
from segmentry.prepare import CategoryColumn

from .conftest import KINDS, Small, customers, hold, later

onnx = pytest.importorskip("onnx")


@pytest.fixture
def written(small: Small) -> Any:
    """Give the graph of k-means over the default preparation."""
    from segmentry.export.onnx.model import onnx_model

    return onnx_model(small.model("kmeans", "default"), b"a model's file")


def test_every_method_has_its_way_of_placing() -> None:
    """A new clusterer gets a row, or people are told that it has none."""
    from segmentry.export.onnx.model import PLACING

    assert {clusterer.clusters for clusterer in CLUSTERERS.values()} == set(PLACING)


def test_inputs_are_the_measures(written: Any) -> None:
    """Numbers are float64 and everything else text, a row a customer, each told in words."""
    found = {one.name: one for one in written.graph.input}
    assert list(found) == list(KINDS)
    for name, kind in KINDS.items():
        tensor = found[name].type.tensor_type
        assert tensor.elem_type == (onnx.TensorProto.DOUBLE if kind == "number" else onnx.TensorProto.STRING)
        assert [size.dim_param or size.dim_value for size in tensor.shape.dim] == ["customers", 1]
        assert "not known" in found[name].doc_string


def test_only_standard_operators_are_used(written: Any) -> None:
    """Nothing but ai.onnx, and the look-up of texts from ai.onnx.ml."""
    assert {(node.domain, node.op_type) for node in written.graph.node if node.domain} == {
        ("ai.onnx.ml", "LabelEncoder")
    }
    assert {entry.domain: entry.version for entry in written.opset_import} == {"": 17, "ai.onnx.ml": 2}


def test_shapes_and_types_follow_of_themselves(written: Any) -> None:
    """Inference finds the outputs' types without being told."""
    bare = onnx.ModelProto()
    bare.CopyFrom(written)
    for output in bare.graph.output:
        output.type.Clear()
    inferred = onnx.shape_inference.infer_shapes(bare, strict_mode=True, data_prop=True)
    for told, found in zip(written.graph.output, inferred.graph.output, strict=True):
        assert found.type.tensor_type.elem_type == told.type.tensor_type.elem_type
        assert len(found.type.tensor_type.shape.dim) == 1


def test_the_file_says_what_it_was_made_of(written: Any, small: Small) -> None:
    """Run, hash of the model's file, letters, names and inputs stand in its metadata."""
    said = {entry.key: entry.value for entry in written.metadata_props}
    segments = small.model("kmeans", "default").summary.segments
    assert said["run"] == "small"
    assert said["model_sha256"] == hashlib.sha256(b"a model's file").hexdigest()
    assert json.loads(said["letters"]) == [segment.letter for segment in segments]
    assert json.loads(said["names"]) == [segment.name for segment in segments]
    assert [one["measure"] for one in json.loads(said["inputs"])] == list(KINDS)
    assert said["verdict"] == small.run.summary.verdict


def test_the_same_run_gives_the_same_bytes(written: Any, small: Small) -> None:
    """Nothing in the file depends on the day or the order of a set."""
    from segmentry.export.onnx.model import onnx_model

    again = onnx_model(small.model("kmeans", "default"), b"a model's file")
    assert again.SerializeToString(deterministic=True) == written.SerializeToString(deterministic=True)


@pytest.mark.parametrize("held", [1, 500, 1 << 20])
def test_pieces_say_what_the_whole_says(
    small: Small, answered: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    """One customer at a time, a few, or all: the answers and their number are the same, for nobody too."""
    from segmentry.export.onnx import model as room

    monkeypatch.setattr(room, "HELD", held)
    model = small.model("ward", "neighbours, Yeo-Johnson")
    for table in (later().iloc[:29], later().iloc[:0]):
        found = answered(model, table)
        assert {len(values) for values in found.values()} == {len(table)}
        if len(table):
            hold(model, table, found)


def test_an_infinite_number_is_refused(small: Small, answered: Callable[..., dict[str, Any]]) -> None:
    """The model refuses such a table; the graph can't, and says that it doesn't know: no segment, and no margin."""
    table = customers(3)
    table["balance"] = [np.inf, 1.0, -np.inf]
    found = answered(small.model("kmeans", "default"), table)
    assert found["label"][[0, 2]].tolist() == [-1, -1]
    assert (
        found["segment"][[0, 2]].tolist()
        == found["second"][[0, 2]].tolist()
        == found["fit"][[0, 2]].tolist()
        == ["", ""]
    )
    assert np.isnan(found["margin"]).tolist() == [True, False, True]
    assert found["unlike"][[0, 2]].all()
    assert found["label"][1] >= 0


def test_an_input_never_has_the_name_of_an_output() -> None:
    """A measure called ``margin`` gets another name, and never that of another measure."""
    from segmentry.export.onnx.model import input_names
    from segmentry.export.onnx.outputs import OUTPUTS

    named = ["margin", "margin (measure)", "", "label", "city"]
    found = input_names(named)
    assert [*found] == named
    assert found["city"] == "city"
    assert found["margin (measure)"] == "margin (measure)"
    assert len({*found.values(), *OUTPUTS, ""}) == len(named) + len(OUTPUTS) + 1


def test_a_measure_with_the_name_of_an_output_is_an_input(
    small: Small, answered: Callable[..., dict[str, Any]]
) -> None:
    """Its model places alike."""
    model = small.model("kmeans", "default")
    named = dict(zip(KINDS, ["margin", "segment", "name", "label", "fit", "unlike"], strict=True))
    columns = tuple(replace(column, name=named[column.name]) for column in model.preparer.columns)
    inputs = tuple(replace(one, name=named[one.name]) for one in model.inputs)
    again = replace(model, preparer=replace(model.preparer, columns=columns), inputs=inputs)
    table = later().rename(columns=named)
    hold(again, table, answered(again, table))


def test_a_level_that_is_a_blank_text_is_refused(small: Small) -> None:
    """It could not be told from a blank; the error says which measure, and what to do."""
    from segmentry.export.onnx.model import onnx_model

    model = small.model("kmeans", "default")
    columns = tuple(
        replace(column, levels=("", *column.levels)) if isinstance(column, CategoryColumn) else column
        for column in model.preparer.columns
    )
    with pytest.raises(UsageError, match="'city' has a blank text as one of its levels") as caught:
        onnx_model(replace(model, preparer=replace(model.preparer, columns=columns)), b"")
    assert "missing values" in caught.value.way_out


def test_a_method_without_a_way_of_placing_is_refused(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never another method's arithmetic in its place."""
    from segmentry.export.onnx import model as room

    monkeypatch.setattr(room, "PLACING", {})
    with pytest.raises(UsageError, match="the method kmeans can't be written as ONNX"):
        room.onnx_model(small.model("kmeans", "default"), b"")
