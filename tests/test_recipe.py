"""Recipes: every option by its plain name, in and out of TOML."""

from datetime import date

import pytest

from segmentry.errors import UsageError
from segmentry.recipe import Recipe

EVERYTHING = {
    "customer": "cust",
    "date": "day",
    "amount": "total",
    "dayfirst": True,
    "sep": ";",
    "duplicates": "drop",
    "as_of": date(2026, 6, 30),
    "window_days": 365,
    "returns": "drop",
    "measures": ("spend", 'odd "name", with = signs'),
    "include": ("Gender",),
    "skew": "log",
    "outliers": "none",
    "scale": "robust",
    "segments": "3-8",
    "min_share": 0.1,
    "seed": 7,
    "currency": "£",
}


def test_toml_there_and_back() -> None:
    """A recipe with every kind of option survives its file."""
    recipe = Recipe(("/data/orders*.csv",), ("/data/customers.csv",)).having(**EVERYTHING)
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_default_recipe_there_and_back() -> None:
    """So does a recipe that leaves everything to the program."""
    assert Recipe.from_toml(Recipe().to_toml()) == Recipe()


@pytest.mark.parametrize(
    ("given", "expected"),
    [("auto", (2, 12)), (5, (5, 5)), ("5", (5, 5)), ("3-8", (3, 8)), ((3, 8), (3, 8)), (1, (1, 1))],
)
def test_number_of_segments(given: object, expected: tuple[int, int]) -> None:
    """A number, a span or auto say which numbers of segments are tried."""
    choose = Recipe().having(segments=given).choose
    assert (choose.lowest, choose.highest) == expected


@pytest.mark.parametrize("given", ["0", 0, "8-3", "many", "-4", 2.5, 101, None, "3-8-9"])
def test_impossible_number_of_segments(given: object) -> None:
    """Anything else is refused with the forms that are understood."""
    with pytest.raises(UsageError, match="segments"):
        Recipe().having(segments=given)


def test_unknown_option_names_the_near_ones() -> None:
    """A misspelt option is refused, naming what it may have meant."""
    with pytest.raises(UsageError, match="scale"):
        Recipe().having(scael="z")


@pytest.mark.parametrize(
    "options", [{"scale": "zz"}, {"as_of": "30.6.2026"}, {"window_days": "year"}, {"min_share": "a"}, {"seed": None}]
)
def test_value_that_cannot_be_used(options: dict[str, object]) -> None:
    """A value of the wrong kind is refused before any work."""
    with pytest.raises(UsageError, match=next(iter(options))):
        Recipe().having(**options)


@pytest.mark.parametrize("text", ["not toml at all", "[prepare]\nscael = 'z'", "[choose]\nseed = 'x'", "sources = 5"])
def test_recipe_file_that_cannot_be_used(text: str) -> None:
    """A damaged or misspelt recipe file is refused, naming the file."""
    with pytest.raises(UsageError, match=r"spring\.toml"):
        Recipe.from_toml(text, "spring.toml")


def test_one_seed_for_every_stage_that_draws() -> None:
    """``seed`` is one option, though several stages draw."""
    recipe = Recipe().having(seed=9)
    assert (recipe.choose.seed, recipe.describe.seed) == (9, 9)
