"""The options of a request: the recipe's own, every one, and nothing that reads the server's disk."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from segmentry.cluster import CLUSTERERS
from segmentry.recipe import STAGES, Recipe
from segmentry.web.api.run_options import NOT_ASKED_FOR, RunOptions


def test_every_option_of_the_recipe_is_there_or_left_out_for_a_reason() -> None:
    """A new option of any stage must be decided on; none has two lists."""
    known = {option.name for stage in STAGES for option in fields(getattr(Recipe(), stage))} | {"segments"}
    assert set(RunOptions.model_fields) | set(NOT_ASKED_FOR) == known
    assert not set(RunOptions.model_fields) & set(NOT_ASKED_FOR)


def test_defaults_are_those_of_the_recipe() -> None:
    """A request that names every option at its default asks for what one without options asks for."""
    assert RunOptions().recipe() == Recipe()
    assert Recipe().having(**RunOptions().model_dump(exclude_none=True)) == Recipe()


def test_methods_are_those_that_there_are() -> None:
    """Every method can be asked for by its name."""
    for method in ("auto", *CLUSTERERS):
        assert RunOptions(method=method).method == method  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        RunOptions(method="other")  # type: ignore[arg-type]


def test_options_reach_the_recipe_and_its_file() -> None:
    """What is asked for is what the recipe says, also once it was written and read."""
    text = (
        '{"segments": "3-8", "seed": 3, "measures": ["spend"], "as_of": "2026-06-30", "bins": "5:kmeans", '
        '"dayfirst": false, "maps": ["tsne"], "levels": ["size=S,M"], "encode": "ordinal", "customer": "Kunde\\n1"}'
    )
    recipe = RunOptions.model_validate_json(text).recipe()
    assert (recipe.choose.lowest, recipe.choose.highest, recipe.choose.seed, recipe.maps.seed) == (3, 8, 3, 3)
    assert str(recipe.features.as_of) == "2026-06-30"
    assert (recipe.features.measures, recipe.prepare.levels) == (("spend",), ("size=S,M",))
    assert recipe.read.dayfirst is False
    assert Recipe.from_toml(recipe.to_toml()) == recipe
