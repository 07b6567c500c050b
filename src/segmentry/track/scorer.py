"""The model as MLflow runs it: this file is copied beside our model file, and MLflow reads both (models from code).

Nothing is pickled: ``model.segmentry`` is read by segmentry itself, which checks it.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from segmentry import SegmentModel


class Scorer(PythonModel):  # type: ignore[misc]
    """Says which segment each customer is in; see :meth:`segmentry.SegmentModel.assign`."""

    def load_context(self, context: Any) -> None:
        """Read the model file."""
        self.model = SegmentModel.load(Path(context.artifacts["model"]))

    # Of all hints only a frame's leaves checking to the signature; others, or none, make MLflow warn at every loading.
    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Give one row a customer: her segment, its name, the second choice, margin, fit, and whether unlike."""
        del context, params
        return self.model.assign(model_input)


set_model(Scorer())
