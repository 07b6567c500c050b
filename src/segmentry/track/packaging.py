"""A model's file, packed as MLflow wants it: beside the code that reads it, with what goes in and what comes out."""

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from segmentry.exchange import input_schema
from segmentry.model import MODEL_FILE, SegmentModel

__all__ = ["example_of", "pack"]

CODE = Path(__file__).with_name("scorer.py")
ANSWER = (
    ("customer_id", "string"),
    ("segment", "string"),
    ("name", "string"),
    ("second", "string"),
    ("margin", "double"),
    ("fit", "string"),
    ("unlike", "boolean"),
)
"""The columns of :meth:`segmentry.SegmentModel.assign`."""


def pack(model: SegmentModel, file: Path, into: Path, **about: Any) -> Any:
    """Write an MLflow model of our model file.

    Parameters
    ----------
    model : SegmentModel
        What the file holds.
    file : pathlib.Path
        The model file.
    into : pathlib.Path
        A folder that isn't there yet.
    **about
        What MLflow's own record of a model says beside: run, id, place.

    Returns
    -------
    mlflow.models.Model
        As it was written.
    """
    import mlflow  # noqa: PLC0415 - three seconds that only tracking needs
    from mlflow.models import Model, ModelSignature  # noqa: PLC0415 - the same
    from mlflow.types import ColSpec, Schema  # noqa: PLC0415 - the same

    numbers = {each.name for each in model.inputs if each.kind == "number"}
    inputs = [ColSpec("double" if each.name in numbers else "string", each.name) for each in model.inputs]
    if "customer_id" not in {each.name for each in model.inputs}:
        inputs.append(ColSpec("string", "customer_id", required=False))
    signature = ModelSignature(Schema(inputs), Schema([ColSpec(kind, name) for name, kind in ANSWER]))
    packed = Model(**about, signature=signature)
    mlflow.pyfunc.save_model(
        into,
        python_model=str(CODE),
        artifacts={"model": str(file)},
        mlflow_model=packed,
        signature=signature,
        input_example=example_of(model),
        pip_requirements=[f"segmentry=={version('segmentry')}", f"mlflow=={mlflow.__version__}"],
    )
    assert (into / "artifacts" / MODEL_FILE).is_file()
    for cache in into.rglob("__pycache__"):
        shutil.rmtree(cache)
    return packed


def example_of(model: SegmentModel) -> Any:
    """Give a customer that the model can place, as a frame: typical of a segment, and nobody's own figures."""
    import pandas as pd  # noqa: PLC0415 - imported by MLflow in any case

    (row,) = input_schema(model)["examples"][0]["customers"]
    numbers = {each.name for each in model.inputs if each.kind == "number"}
    frame = pd.DataFrame([row])[[*(each.name for each in model.inputs), "customer_id"]]
    return frame.astype(dict.fromkeys(numbers, "float64"))
