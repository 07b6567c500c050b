"""The whole way as ONNX on real customers, and every method over every preparation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry import Segmentation, segment
from segmentry.cluster import CLUSTERERS
from segmentry.model import SegmentModel
from segmentry.prepare import NumberColumn

from ..export.onnx.conftest import PREPARATIONS, Small, answered, hold, later, small  # noqa: TID252 - what these tests share

pytestmark = pytest.mark.server
pytest.importorskip("onnx")

__all__ = ["answered", "small"]


def worse(model: SegmentModel, table: pd.DataFrame) -> pd.DataFrame:
    """Give the customers with a sixth of all values gone, some fifty times as large, and levels nobody has seen."""
    rng = np.random.default_rng(0)
    table = table.copy()
    for column in model.preparer.columns:
        number = isinstance(column, NumberColumn)
        values = table[column.name].astype("float64" if number else "object").to_numpy(copy=True)
        some = rng.random(len(table)) < 0.05
        values[some] = values[some] * 50 if number else "never seen"
        values[rng.random(len(table)) < 0.15] = np.nan if number else None
        table[column.name] = values
    return table


def both(model: SegmentModel, table: pd.DataFrame, answered: Callable[..., dict[str, Any]]) -> None:
    """Hold the customers as they are, and worse ones; of the first every single one, none being on a border."""
    found = answered(model, table)
    hold(model, table, found)
    assert found["segment"].tolist() == model.assign(table)["segment"].tolist()
    table = worse(model, table)
    hold(model, table, answered(model, table))


def measures(found: Segmentation) -> pd.DataFrame:
    """Give the measures of a run's customers."""
    return found.customers.drop(columns=["segment", "name"])


@pytest.fixture(scope="module")
def retail(shared_data: Path) -> Segmentation:
    """Run Online Retail."""
    return segment(str(shared_data / "online_retail.parquet"), rebuilds=2, maps=[])


def test_online_retail_is_placed_alike(retail: Segmentation, answered: Callable[..., dict[str, Any]]) -> None:
    """Every customer of two years of orders."""
    assert len(retail.customers) > 4_000
    both(retail.model, measures(retail), answered)


@pytest.mark.parametrize("method", ["kmeans-sized", "ward", "average", "mixture", "hdbscan", "kprototypes", "rfm-grid"])
def test_online_retail_is_placed_alike_by_every_method(
    retail: Segmentation, answered: Callable[..., dict[str, Any]], method: str
) -> None:
    """Trees, densities and likelihoods too."""
    table = retail.customers[["customer_id", *(one.name for one in retail.model.inputs)]]
    if CLUSTERERS[method].measures:
        table = retail.customers[["customer_id", *CLUSTERERS[method].measures]]
    number = "5" if CLUSTERERS[method].takes_number else "auto"
    found = segment(table, method=method, segments=number, rebuilds=2, maps=[])
    both(found.model, table, answered)


REAL = {
    "mall_customers.csv": [{}, {"missing": "neighbours", "include": ["Gender"], "method": "kprototypes"}],
    "telco_churn.csv": [
        {},
        {"method": "mixture", "segments": "3", "pca": 5, "encode": "frequency", "skew": "yeo-johnson"},
        {"method": "kprototypes", "segments": "4", "missing": "neighbours", "bins": "5:quantile"},
    ],
    "mcdonalds.csv": [{"method": "latent-class", "segments": "4"}, {"method": "hdbscan"}],
}


@pytest.mark.parametrize(
    ("file", "options"), [(file, options) for file, several in REAL.items() for options in several]
)
def test_customers_with_categories_are_placed_alike(
    shared_data: Path, answered: Callable[..., dict[str, Any]], file: str, options: dict[str, Any]
) -> None:
    """Categories, yes/no answers, blanks and levels nobody has seen."""
    found = segment(str(shared_data / file), rebuilds=2, maps=[], **options)
    both(found.model, measures(found), answered)


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("method", CLUSTERERS)
def test_every_method_over_every_preparation(
    small: Small, answered: Callable[..., dict[str, Any]], method: str, preparation: str
) -> None:
    """Known customers and new ones."""
    model = small.model(method, preparation)
    table = pd.concat([small.table, later()], ignore_index=True)
    hold(model, table, answered(model, table))
