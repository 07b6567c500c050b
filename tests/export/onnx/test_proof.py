"""Before a file is written, its answers are compared with the model's."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from segmentry import report
from segmentry.cli.main import segmentry
from segmentry.errors import SegmentryError, UsageError
from segmentry.workspace import save_run

from .conftest import Small

onnx = pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def workspace(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with one run, ``amber``."""
    folder = tmp_path_factory.mktemp("workspace")
    save_run(folder / "runs" / "amber", small.found, report.html)
    return folder


def export(workspace: Path, out: Path, *more: str) -> Any:
    """Run the command."""
    command = ["export", "onnx", "amber", "--out", str(out), "--workspace", str(workspace), *more]
    return CliRunner().invoke(segmentry, command)


def test_the_command_writes_a_file_and_says_what_was_compared(workspace: Path, tmp_path: Path) -> None:
    """All customers of the run get their segment again, and the count is said."""
    pytest.importorskip("onnxruntime")
    done = export(workspace, tmp_path / "amber.onnx", "--json")
    assert done.exit_code == 0
    (said,) = json.loads(done.stdout)["said"]
    assert said.endswith("the same segment for all 90 customers of the run")
    assert onnx.load(tmp_path / "amber.onnx").producer_name == "segmentry"


def test_a_file_that_would_say_something_else_is_not_written(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error counts the customers; an older file stays."""
    pytest.importorskip("onnxruntime")
    from segmentry.export.onnx import nearness

    def moved(*given: Any) -> Any:
        return nearness.Placing(*(getattr(right(*given), name) for name in ("second", "label", "margin", "distance")))

    right = nearness.kmeans
    from segmentry.export.onnx import model as room

    monkeypatch.setattr(room, "PLACING", {**room.PLACING, next(iter(room.PLACING)): moved})
    (tmp_path / "amber.onnx").write_bytes(b"older")
    done = export(workspace, tmp_path / "amber.onnx")
    assert isinstance(done.exception, SegmentryError)
    assert done.exception.what.startswith("the ONNX file would give 90 of 90 customers another segment")
    assert (tmp_path / "amber.onnx").read_bytes() == b"older"


def test_who_belongs_nowhere_is_compared_too(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a customer has no margin, which is no reason to overlook another answer."""
    pytest.importorskip("onnxruntime")
    from segmentry.export.onnx import proof
    from segmentry.export.onnx.model import onnx_model

    model = small.model("hdbscan", "default")
    made = onnx_model(model, b"").SerializeToString()
    nowhere = int((model.assign(small.table)["segment"] == "").sum())
    assert nowhere
    assert proof.prove(model, made, small.table).elsewhere == 0
    right = proof.answers

    def placed(*given: Any) -> Any:
        found = right(*given)
        return found | {"segment": np.where(found["segment"] == "", "A", found["segment"])}

    monkeypatch.setattr(proof, "answers", placed)
    with pytest.raises(SegmentryError, match=f"would give {nowhere} of"):
        proof.prove(model, made, small.table)


@pytest.mark.parametrize("lacking", ["onnx", "onnxruntime"])
def test_a_missing_part_is_named(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    """Without onnx nothing can be written; without onnxruntime nothing can be compared, and that is said."""
    monkeypatch.setitem(sys.modules, lacking, None)
    if lacking == "onnx":
        monkeypatch.delitem(sys.modules, "segmentry.export.onnx.model", raising=False)
    done = export(workspace, tmp_path / "amber.onnx")
    if lacking == "onnx":
        assert isinstance(done.exception, UsageError)
        assert done.exception.way_out == "pip install 'segmentry[onnx]'"
    else:
        assert done.exit_code == 0
        assert "not checked against the model: onnxruntime is not installed" in done.output
        assert max(len(line) for line in done.output.splitlines() if "/" not in line) <= 80
    assert (tmp_path / "amber.onnx").exists() == (lacking == "onnxruntime")
