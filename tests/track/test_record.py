import dataclasses
import math

import pytest

from segmentry.choose import Compared
from segmentry.recipe import Recipe
from segmentry.summary import RunSummary
from segmentry.track.record import attempts, record


def test_every_option_of_the_recipe_is_a_parameter(summary: RunSummary) -> None:
    """Options stand under their place in the recipe; lists as texts; what is left to the program is left out."""
    recipe = Recipe().having(segments="3-8", measures=["spend", "orders"], as_of="2026-06-30")
    params = record(summary, recipe.reading(["-"])).params
    assert params["choose.lowest"] == "3"
    assert params["features.measures"] == "spend, orders"
    assert params["features.as_of"] == "2026-06-30"
    assert params["sources"] == "-"
    assert "features.window_days" not in params
    stages = {name.partition(".")[0] for name in params}
    assert {"read", "features", "prepare", "choose", "maps", "describe"} <= stages


def test_every_attempt_has_all_its_measures(summary: RunSummary) -> None:
    """Each number of segments that was tried is told with every one of its values that is one."""
    odd = dataclasses.replace(summary.candidates[0], calinski_harabasz=math.nan, margin=None, setting=4)
    told = attempts(dataclasses.replace(summary, candidates=(odd, *summary.candidates[1:])))
    assert [each.params["segments"] for each in told] == [str(k) for k in range(2, 13)]
    assert told[0].params["setting"] == "4"
    assert not {"calinski_harabasz", "margin", "setting"} & set(told[0].measures)
    assert told[1].measures == {
        name: float(value) for name, value in dataclasses.asdict(summary.candidates[1]).items() if value is not None
    }
    assert [each.tags["segmentry.chosen"] for each in told] == ["no", "yes", *["no"] * 9]


def test_every_method_that_was_compared_is_an_attempt(summary: RunSummary) -> None:
    """A method is told with what it was compared by, and why it could not be chosen."""
    ward = Compared("ward", 3, 0.9, 0.8, 0.7, None, 0.4, 0.1, 0.95, chosen=False, remark="a baseline")
    (told,) = attempts(dataclasses.replace(summary, candidates=(), compared=(ward,)))
    assert told.params == {"segments": "3", "method": "ward", "remark": "a baseline"}
    assert told.measures["agreement"] == 0.95
    assert "against" not in told.measures
    assert told.measures["chosen"] == 0.0


def test_measures_of_a_run_are_finite_numbers(summary: RunSummary) -> None:
    """What a database can't hold is left out, and each segment has its own figures."""
    told = record(summary, Recipe())
    assert all(math.isfinite(value) for value in told.measures.values())
    assert told.measures["k"] == 3
    assert told.measures["keep_rate"] == 0.949
    assert told.measures["segment B/customers"] == 140
    assert told.measures["silhouette"] == pytest.approx(0.47)
    assert {(point.name, point.k) for point in told.curves} >= {("tried/silhouette", 2), ("tried/inertia", 12)}


def test_a_name_is_text_where_markdown_is_read(summary: RunSummary) -> None:
    """MLflow shows the description as Markdown: a segment's name can't become a link or a picture there."""
    note = record(summary.renamed("A", "![x](http://evil)"), Recipe()).tags["mlflow.note.content"]
    assert "](http" not in note
    assert r"\!\[x\]\(http://evil\)" in note
