"""The model of ``benchmarks/service.py`` as MLflow serves it: code that reads our file, nothing pickled.

``python benchmarks/mlflow_model.py MODEL OUT``, in the environment that has MLflow, saves it as a folder.
"""

import sys
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from segmentry.model import SegmentModel


class Segments(mlflow.pyfunc.PythonModel):
    """Places customers as :meth:`SegmentModel.assign` does."""

    def load_context(self, context: Any) -> None:
        """Read the model once."""
        self.model = SegmentModel.load(context.artifacts["model"])

    def predict(self, context: Any, model_input: pd.DataFrame) -> pd.DataFrame:
        """Place the rows of a table."""
        del context
        return self.model.assign(model_input)


def save(model: Path, out: Path) -> None:
    """Save the folder that ``mlflow models serve`` takes, with the signature that people are told to give."""
    read = SegmentModel.load(model)
    row = pd.DataFrame([{each.name: 1.0 if each.kind == "number" else "x" for each in read.inputs}])
    signature = mlflow.models.infer_signature(row, read.assign(row))
    mlflow.pyfunc.save_model(
        out, python_model=__file__, artifacts={"model": str(model)}, signature=signature, pip_requirements=[]
    )


if __name__ == "__main__":
    save(Path(sys.argv[1]), Path(sys.argv[2]))
else:
    mlflow.models.set_model(Segments())
