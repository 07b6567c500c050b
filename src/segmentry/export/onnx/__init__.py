"""A run's model for other runtimes: the whole way from raw measures to segments as one ONNX file."""

from pathlib import Path
from typing import TYPE_CHECKING

from segmentry.errors import UsageError
from segmentry.files import write_bytes

if TYPE_CHECKING:
    from segmentry.workspace import Run

__all__ = ["write_onnx"]


def write_onnx(run: "Run", out: Path) -> list[str]:
    """Write a run's model as ONNX, after its answers were compared with the model's own.

    Parameters
    ----------
    run : Run
        A saved run.
    out : pathlib.Path
        Where to.

    Returns
    -------
    list of str
        What was compared, or why nothing was, in one line.

    Raises
    ------
    UsageError
        The package onnx isn't installed, or something of the model can't be said in ONNX.
    SegmentryError
        The file would give other segments; it isn't written.
    """
    try:
        from segmentry.export.onnx.model import onnx_model  # noqa: PLC0415 - most exports do without onnx
        from segmentry.export.onnx.proof import prove  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = f"{error.name} is not installed"
        raise UsageError("writing ONNX needs an extra part", [missing], "pip install 'segmentry[onnx]'") from error
    made = onnx_model(run.model, Path(run.files["model"]).read_bytes()).SerializeToString(deterministic=True)
    try:
        said = prove(run.model, made, run.measures()).words()
    except ModuleNotFoundError:
        said = "not checked against the model: onnxruntime is not installed (pip install onnxruntime)"
    write_bytes(out, made)
    return [said]
