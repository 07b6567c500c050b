"""What ONNX must say of every method and every preparation: what the model says."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry.cluster import CLUSTERERS
from segmentry.model import SegmentModel

from .conftest import PREPARATIONS, Small, later

PAIRS = [("kmeans", preparation) for preparation in PREPARATIONS]
PAIRS += [
    (method, list(PREPARATIONS)[(2 * place + more) % len(PREPARATIONS)])
    for place, method in enumerate(CLUSTERERS)
    for more in (1, 2)
]
"""Every preparation, and every method over two of them."""


def same(model: SegmentModel, table: pd.DataFrame, answered: Callable[..., dict[str, Any]]) -> None:
    """Hold every answer to the model's."""
    wanted, found = model.assign(table), answered(model, table)
    firm = wanted["margin"].to_numpy() >= 1e-6
    firm |= wanted["segment"].to_numpy() == ""
    assert firm.mean() > 0.9
    assert np.allclose(found["margin"], wanted["margin"], rtol=0, atol=1e-9)
    for name in ("segment", "name", "second", "fit", "unlike"):
        assert found[name][firm].tolist() == wanted[name][firm].tolist(), name
    letters = [*(one.letter for one in model.summary.segments), ""]
    assert [letters[label] for label in found["label"]] == found["segment"].tolist()


@pytest.mark.parametrize(("method", "preparation"), PAIRS)
def test_onnx_says_what_the_model_says(
    small: Small, answered: Callable[..., dict[str, Any]], method: str, preparation: str
) -> None:
    """Segments, second choices, margins, fits and unlikeness are the same, for customers known and new."""
    table = pd.concat([small.table, later()], ignore_index=True)
    same(small.model(method, preparation), table, answered)
