"""What docs/onnx.md shows runs."""

import re
from pathlib import Path

import pytest

from segmentry import report
from segmentry.export.onnx import write_onnx
from segmentry.workspace import open_run, save_run

from .conftest import Small

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

PAGE = Path(__file__).parents[3] / "docs" / "onnx.md"


def test_the_python_of_the_page_runs(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It places the run's customers where the run has them, and prints what the page says."""
    save_run(tmp_path / "runs" / "retail", small.found, report.html)
    write_onnx(open_run("retail", tmp_path), tmp_path / "retail.onnx")
    text = PAGE.read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102 - our own page
    printed = capsys.readouterr().out.strip()
    assert f"It prints {printed}." in text
