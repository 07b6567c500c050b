"""Hand-made customers for the tests of this room."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from segmentry.describe import Described, DescribeOptions, Trait, describe
from segmentry.features import Measure, Measures

UNITS = {
    "recency_days": "days",
    "orders": "orders",
    "spend": "money",
    "tenure_days": "days",
    "typical_order": "money",
    "typical_gap_days": "days",
    "gap_ratio": "",
}


class MakeMeasures(Protocol):
    """Turns columns into measures."""

    def __call__(self, columns: Mapping[str, object], *, describes: tuple[str, ...] = ()) -> Measures:
        """Make measures; numbers become numeric measures, text categories (yes/no where there are two levels)."""
        ...


@pytest.fixture(scope="session")
def make_measures() -> MakeMeasures:
    """Give a maker of measures from plain columns, with the units of an order log's measures where the names say so."""

    def make(columns: Mapping[str, object], *, describes: tuple[str, ...] = ()) -> Measures:
        arrays = {name: np.asarray(values) for name, values in columns.items()}
        kinds = {name: float if values.dtype.kind in "bif" else object for name, values in arrays.items()}
        table = pd.DataFrame(
            {name: pd.Series(values.astype(kinds[name]), dtype=kinds[name]) for name, values in arrays.items()}
        )
        metas = []
        for name in table.columns:
            numeric = kinds[name] is float
            kind = "number" if numeric else "yes-no" if table[name].nunique() == 2 else "category"
            part = "describes" if name in describes else "forms"
            metas.append(Measure(name, name, kind, part, UNITS.get(name, "")))
        table.insert(0, "customer_id", pd.Series([f"c{row}" for row in range(len(table))], dtype=object))
        spend = "spend" if "spend" in columns else None
        return Measures(table, tuple(metas), None, None, spend, 0, ())

    return make


@pytest.fixture(scope="session")
def make_trait() -> Callable[..., Trait]:
    """Give a maker of traits that fills in what a test doesn't care about."""

    def make(measure: str, **values: object) -> Trait:
        plain: dict[str, object] = {
            "measure": measure, "label": measure, "unit": UNITS.get(measure, ""), "kind": "number", "level": "",
            "forms": True, "typical": 1.0, "low": 1.0, "high": 1.0, "everyone": 2.0, "rank": 50.0, "rank_low": 40.0,
            "rank_high": 60.0, "known": 100, "delta": 0.0, "counts": False,
        }  # fmt: skip
        return Trait(**{**plain, **values})  # type: ignore[arg-type]

    return make


class Tell(Protocol):
    """Describes labels that come back in every rebuild."""

    def __call__(
        self,
        measures: Measures,
        labels: npt.NDArray[np.int32],
        options: DescribeOptions = ...,
        draws: int = ...,
        **more: Any,
    ) -> Described:
        """Describe them."""
        ...


@pytest.fixture(scope="session")
def tell() -> Tell:
    """Give a short cut to ``describe`` for labels that come back in every one of 20 rebuilds."""

    def call(
        measures: Measures,
        labels: npt.NDArray[np.int32],
        options: DescribeOptions = DescribeOptions(),  # noqa: B008 (frozen)
        draws: int = 20,
        **more: Any,
    ) -> Described:
        rebuilt = np.tile(labels.astype(np.int16), (draws, 1))
        return describe(measures, labels, None, np.arange(len(labels)), rebuilt, None, options, **more)

    return call


@pytest.fixture(scope="session")
def shop(make_measures: MakeMeasures) -> tuple[Measures, npt.NDArray[np.int32]]:
    """Give 1,200 customers of an order log: frequent big spenders, new one-time buyers, lapsed one-time buyers."""
    rng = np.random.default_rng(7)
    labels = np.repeat(np.array([0, 1, 2], dtype=np.int32), 400)
    orders = np.concatenate([rng.integers(6, 20, 400), np.ones(800)])
    recency = np.concatenate([rng.integers(1, 30, 400), rng.integers(1, 40, 400), rng.integers(200, 360, 400)])
    order = rng.uniform(20, 60, 1200)
    gap = np.where(orders > 1, rng.uniform(20, 40, 1200), np.nan)
    columns = {
        "recency_days": recency,
        "orders": orders,
        "spend": orders * order,
        "tenure_days": np.where(orders > 1, 360, recency),
        "typical_order": order,
        "typical_gap_days": gap,
        "gap_ratio": recency / gap,
    }
    return make_measures(columns, describes=("tenure_days", "typical_order", "typical_gap_days", "gap_ratio")), labels
