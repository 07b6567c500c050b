"""One customer at a time: to the last digit what the table of many says."""

import math
import re
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.cluster import CLUSTERERS
from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.model import Segmentation, SegmentModel
from segmentry.segment import segment

NUMBERS = ["recency_days", "orders"]
MEASURES = {"latent-class": ["club", "app", "plan"], "kprototypes": [*NUMBERS, "plan"], "hdbscan": NUMBERS}


def customers() -> pd.DataFrame:
    """Make three kinds of customers: two numbers, two yes/no answers and a category, with blanks."""
    rng = np.random.default_rng(5)
    kind = np.arange(120) % 3
    table = pd.DataFrame(
        {
            "customer_id": [f"{row:03d}" for row in range(120)],
            "recency_days": np.array([3.0, 60.0, 200.0])[kind] + rng.integers(0, 9, 120),
            "orders": np.array([30.0, 8.0, 2.0])[kind] * rng.lognormal(0, 0.2, 120),
            "club": np.array(["yes", "no", "no"], dtype=object)[kind],
            "app": np.array(["yes", "no"], dtype=object)[rng.integers(0, 2, 120)],
            "plan": np.array(["gold", "plus", "basic"], dtype=object)[kind],
        }
    )
    table.loc[5, "orders"], table.loc[7, "plan"] = np.nan, None
    return table


@cache
def model(method: str = "kmeans", **options: Any) -> SegmentModel:
    """Give a small model by that method."""
    measures = MEASURES.get(method, NUMBERS if method == "rfm-grid" else [*NUMBERS, "plan", "club"])
    number = {"segments": 3} if CLUSTERERS[method].takes_number else {}
    return segment(customers(), method=method, measures=measures, rebuilds=2, **number, **options).model


def same(one: SegmentModel, table: pd.DataFrame) -> None:
    """Check every row of a table: alone and among the others."""
    rows = table.astype(object).to_dict("records")
    singly = [asdict(one.place_one(row)) for row in rows]
    assert [row.get("customer_id", "1") for row in rows] == [row["customer_id"] for row in singly]
    together = one.assign(table.assign(customer_id=[row["customer_id"] for row in singly]))
    assert singly == together.to_dict("records")


@pytest.mark.parametrize("method", CLUSTERERS)
def test_every_method_places_one_as_many(method: str) -> None:
    """Whatever found the segments, a customer alone is placed as among all, margin and all to the last digit."""
    same(model(method), customers())


@pytest.mark.parametrize("method", CLUSTERERS)
def test_every_method_places_pieces_as_the_whole(method: str) -> None:
    """Whatever found the segments, a table scored in pieces gets the answers of the whole, to the last digit."""
    table = customers()
    whole = model(method).placed(table)
    pieces = [model(method).placed(table.iloc[start : start + 7]) for start in range(0, len(table), 7)]
    for name in ("labels", "second", "margin", "unlike"):
        together = np.concatenate([getattr(piece, name) for piece in pieces])
        np.testing.assert_array_equal(together, getattr(whole, name))


@pytest.mark.parametrize(
    "options",
    [
        {"missing": "neighbours"},
        {"pca": 2},
        {"bins": "4", "encode": "ordinal"},
        {"skew": "yeo-johnson", "encode": "frequency", "rare": 0.4},
        {"rare": 0.4, "scale": "robust", "outliers": "none", "missing": "constant"},
    ],
    ids=str,
)
def test_every_preparation_places_one_as_many(options: dict[str, Any]) -> None:
    """The same holds for each step of preparation, blanks and unseen levels included."""
    strange = pd.DataFrame(
        {
            "recency_days": [np.nan, -5.0, 1e300, 0.0],
            "orders": [np.nan, 1e-300, -1e308, 4.0],
            "club": [None, "yes", "never", "no"],
            "app": [None, "yes", "no", "no"],
            "plan": [None, "platinum", "gold", ""],
        }
    )
    one = model(**options)
    same(one, customers())
    same(one, strange)


VALUES = st.one_of(
    st.none(),
    st.floats(),
    st.integers(-(10**25), 10**25),
    st.booleans(),
    st.text(max_size=6),
    st.from_regex(r"\s?[-+]?[0-9]{0,20}[.,]?[0-9]{0,20}(e-?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", " ", "gold", "yes", "1", "1.0", "inf", "nan", "1_0", "٣"]),
    st.sampled_from([np.float32(0.1), np.int8(3), np.float64(2.5), np.bool_(True), Decimal("1.5"), date(2024, 1, 1)]),
)


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({"recency_days": VALUES, "orders": VALUES, "plan": VALUES, "club": VALUES}))
def test_whatever_is_typed_is_read_alike(customer: dict[str, Any]) -> None:
    """Any value, of whatever type, is read as in a table, or refused with the same words."""
    one = model()
    try:
        expected = one.assign([customer]).to_dict("records")
    except DataError as error:
        with pytest.raises(DataError, match=re.escape(error.what)):
            one.place_one(customer)
        return
    assert [asdict(one.place_one(customer))] == expected


def test_values_are_plain() -> None:
    """What comes back are texts, a float and a bool of Python: ready for JSON."""
    placed = model().place_one({"recency_days": 4, "orders": "31", "plan": "gold", "club": "yes", "customer_id": 17})
    kinds = {name: type(value) for name, value in asdict(placed).items()}
    assert kinds == dict.fromkeys(["customer_id", "segment", "name", "second", "fit"], str) | {
        "margin": float,
        "unlike": bool,
    }
    assert placed.customer_id == "17"


def test_other_values_beside_are_ignored() -> None:
    """A request may hold more than the model asks for, lists too."""
    customer = {"recency_days": 4, "orders": 31.0, "plan": "gold", "club": "yes"}
    assert model().place_one(customer | {"tags": ["a", "b"], "note": {}}) == model().place_one(customer)


def test_what_cannot_be_placed_is_refused() -> None:
    """A missing measure, a word for a number, an infinite one, no mapping: refused as assign refuses them."""
    customer = {"recency_days": 4, "orders": 31.0, "plan": "gold", "club": "yes"}
    with pytest.raises(ColumnError, match="plan"):
        model().place_one({name: value for name, value in customer.items() if name != "plan"})
    for wrong in ("many", math.inf, "inf"):
        with pytest.raises(DataError):
            model().place_one(customer | {"orders": wrong})
    with pytest.raises(UsageError, match="list"):
        model().place_one([customer])  # type: ignore[arg-type]


def test_a_saved_model_and_a_renamed_one_place_alike(tmp_path: Path) -> None:
    """Reading a model back changes nothing; a new name is said at once."""
    customer = {"recency_days": 4, "orders": 31.0, "plan": "gold", "club": "yes"}
    model().save(tmp_path / "model")
    placed = SegmentModel.load(tmp_path / "model").place_one(customer)
    assert placed == model().place_one(customer)
    assert model().renamed(placed.segment, "Stars").place_one(customer).name == "Stars"


def on_real_data(found: Segmentation) -> None:
    """Check every customer of a run, as numbers and as text."""
    names = [each.name for each in found.model.inputs]
    table = found.customers[["customer_id", *names]]
    same(found.model, table)
    same(found.model, table.astype(str).where(table.notna(), ""))


def test_every_customer_of_a_mall(shared_data: Path) -> None:
    """Mall customers: each alone as all together."""
    on_real_data(segment(shared_data / "mall_customers.csv", segments=5, rebuilds=2))


def test_every_customer_of_an_online_shop(shared_data: Path) -> None:
    """Online Retail: each alone as all together."""
    on_real_data(segment(shared_data / "online_retail.parquet", segments=7, rebuilds=2))
