"""The form of one customer, whatever the method of the model."""

import pytest

from segmentry.data import sample_shop
from segmentry.model import SegmentModel
from segmentry.segment import segment
from segmentry.web.pieces.answer import answer, found_heading
from segmentry.web.pieces.entry import entry

METHODS = {
    "one segment": {"segments": 1},
    "rfm-grid": {"method": "rfm-grid"},
    "hdbscan": {"method": "hdbscan"},
    "mixture": {"method": "mixture", "segments": 3},
    "kprototypes": {"method": "kprototypes", "segments": 3, "include": ["signup_channel", "consent"]},
    "components": {"segments": 3, "pca": 2, "missing": "neighbours"},
}


@pytest.fixture(scope="module", params=METHODS.values(), ids=METHODS)
def model(request: pytest.FixtureRequest) -> SegmentModel:
    """Give the model of a small shop, by each method."""
    shop = sample_shop(250)
    return segment(shop.orders, shop.customers, rebuilds=2, **request.param).model


def test_every_method_gets_an_answer(model: SegmentModel) -> None:
    """Typical values, one value alone, and values far outside are placed where the model places them, in words."""
    fields = entry(model, {}).fields
    typical = {field.key: field.example or (field.levels or ("",))[0] for field in fields}
    first = next(field.key for field in fields if field.number)
    alone = dict.fromkeys(typical, "") | {first: "3"}
    far = {field.key: "1000000" if field.number else "<never seen>" for field in fields}
    for given in (typical, alone, far):
        found = entry(model, given)
        assert found.why is not None
        assert found.error == ""
        row = {field.name: field.text or None for field in found.fields}
        said = model.assign([row]).iloc[0]
        assert (found.why.segment, found.why.unlike) == (said["segment"], said["unlike"])
        shown = answer(model.summary, found.why, "/runs/demo").text
        assert (f">{found.why.segment}</span>" if found.why.segment else "In no segment") in shown
        assert any(sign.isdigit() for sign in found_heading(model.summary, found.why))
