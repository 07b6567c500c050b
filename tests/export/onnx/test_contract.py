"""What ONNX must say of every method and every preparation: what the model says."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from segmentry.cluster import CLUSTERERS

from .conftest import PREPARATIONS, Small, hold, later

pytest.importorskip("onnx")

PAIRS = (
    ("kmeans", "as they are"),
    ("kmeans-sized", "default"),
    ("ward", "neighbours, Yeo-Johnson"),
    ("average", "bins by width"),
    ("complete", "constant, unscaled"),
    ("single", "mode, components"),
    ("mixture", "neighbours, components"),
    ("hdbscan", "mean, logarithm, ordinal"),
    ("kprototypes", "dropped, bins"),
    ("kmeans", "bins by means"),
    ("latent-class", "default"),
    ("rfm-grid", "default"),
)
"""Every method and every preparation at least once; test_onnx.py among the servers crosses all with all."""


def test_the_pairs_leave_nothing_out() -> None:
    """A new method or preparation gets its pair."""
    assert {method for method, _ in PAIRS} == set(CLUSTERERS)
    assert {preparation for _, preparation in PAIRS} == set(PREPARATIONS)


@pytest.mark.parametrize(("method", "preparation"), PAIRS)
def test_onnx_says_what_the_model_says(
    small: Small, answered: Callable[..., dict[str, Any]], method: str, preparation: str
) -> None:
    """Segments, second choices, margins, fits and unlikeness are the same, for customers known and new."""
    table = pd.concat([small.table, later()], ignore_index=True)
    model = small.model(method, preparation)
    hold(model, table, answered(model, table))
