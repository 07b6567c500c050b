"""The command line of a recipe: read back by the command line's own options, it gives the recipe again."""

import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.choose import ChooseOptions
from segmentry.cli.options import given as those_given
from segmentry.cli.running import run
from segmentry.cluster import CLUSTERERS
from segmentry.data import ReadOptions
from segmentry.describe import DescribeOptions
from segmentry.features import FeatureOptions
from segmentry.maps import MapOptions
from segmentry.prepare import PrepareOptions
from segmentry.recipe import Recipe
from segmentry.web.pieces.command import run_command


def read_back(command: str) -> tuple[Recipe, str | None]:
    """Read a command as the shell and ``segmentry run`` do; give its recipe and its name."""
    words = shlex.split(command)
    assert words[:2] == ["segmentry", "run"]
    with run.make_context("run", words[2:]) as context:
        options: dict[str, Any] = dict(context.params)
    taken = {key: options.pop(key) for key in ("files", "customers", "out", "name", "require", "previous")}
    taken |= {key: options.pop(key) for key in ("recipe_file", "workspace", "as_json", "quiet", "verbose")}
    recipe = Recipe().reading(taken["files"], taken["customers"]).having(**those_given(options))
    if taken["previous"] is not None:
        recipe = recipe.following(Path(taken["previous"]))
    return recipe, taken["name"]


FILES = ("/data/orders.csv",)
BY_HAND = (
    Recipe(sources=FILES),
    Recipe(sources=("/a b/c'd.csv", "/x/$HOME;rm.csv"), customers=("/people.csv", "/-more.csv")),
    Recipe(sources=FILES, previous="/runs/amber"),
    Recipe(sources=FILES).having(segments=5),
    Recipe(sources=FILES).having(segments="2-8"),
    Recipe(sources=FILES).having(segments="4-12"),
    Recipe(sources=FILES).having(segments=12),
    Recipe(sources=FILES).having(segments=2),
    Recipe(sources=FILES).having(dayfirst=True, no_amount=True, lookalike=True),
    Recipe(sources=FILES).having(dayfirst=False, no_header=True, sep="\t", decimal=","),
    Recipe(sources=FILES).having(customer="-id", date="a=b", amount="", id="--id", sep="-"),
    Recipe(sources=FILES).having(measures=["a,b", 'say "x"', "c", "two\nlines"], include=["=1", "-x"]),
    Recipe(sources=FILES).having(levels=["size=S,M,L", "-t=a,b"], rare=0.01, pca=2, bins="4:kmeans"),
    Recipe(sources=FILES).having(as_of="2026-06-30", window_days=365, returns="drop", order_unit="day"),
    Recipe(sources=FILES).having(missing="constant", missing_value=-1e-7, scale="none", skew="none", outliers="none"),
    Recipe(sources=FILES).having(maps=["umap", "tsne"], seed=7, currency="£", playbook="/p q.toml"),
    *(Recipe(sources=FILES).having(method=method) for method in ("auto", *CLUSTERERS)),
)


@pytest.mark.parametrize("recipe", BY_HAND)
def test_the_command_says_the_recipe(recipe: Recipe) -> None:
    """The words of a recipe's command are read to the same recipe and name."""
    assert read_back(run_command(recipe, "spring-2026")) == (recipe, "spring-2026")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = texts.map(str.strip).filter(bool)
ROLES = ("customer", "date", "amount", "order", "product", "category", "quantity", "price", "discount", "id")
columns = st.none() | texts
seeds = st.integers(0, 99)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Draw a recipe that options can say."""
    seed, lowest = draw(seeds), draw(st.integers(1, 100))
    roles = dict.fromkeys(ROLES, columns)
    read = st.builds(
        ReadOptions,
        **roles,
        dayfirst=st.none() | st.booleans(),
        date_format=columns,
        sheet=columns,
        sep=columns,
        encoding=columns,
        decimal=st.sampled_from([None, ".", ","]),
        no_amount=st.booleans(),
        no_header=st.booleans(),
        duplicates=st.sampled_from(["keep", "drop"]),
    )
    features = st.builds(
        FeatureOptions,
        as_of=st.none() | st.dates(),
        window_days=st.none() | st.integers(1, 9999),
        returns=st.sampled_from(["net", "drop"]),
        order_unit=st.sampled_from(["order", "day", "row"]),
        measures=st.lists(names, max_size=3).map(tuple),
        include=st.lists(names, max_size=3).map(tuple),
    )
    prepare = st.builds(
        PrepareOptions,
        missing=st.sampled_from(["median", "mean", "mode", "constant", "neighbours", "drop"]),
        missing_value=st.floats(allow_nan=False, allow_infinity=False),
        skew=st.sampled_from(["auto", "log", "yeo-johnson", "none"]),
        outliers=st.sampled_from(["clip", "none", "remove-iqr", "remove-mad", "remove-forest"]),
        bins=st.sampled_from(["none", "4", "5:uniform"]),
        scale=st.sampled_from(["z", "robust", "min-max", "none"]),
        encode=st.sampled_from(["one-hot", "ordinal", "frequency"]),
        levels=st.lists(texts, max_size=2).map(tuple),
        rare=st.floats(0, 0.5),
        pca=st.integers(0, 20),
        seed=st.just(seed),
    )
    choose = st.builds(
        ChooseOptions,
        lowest=st.just(lowest),
        highest=st.integers(lowest, 100),
        min_share=st.floats(0, 0.5),
        method=st.sampled_from(["auto", *CLUSTERERS]),
        grid=texts,
        size_limits=texts,
        seed=st.just(seed),
    )
    return Recipe(
        read=draw(read),
        features=draw(features),
        prepare=draw(prepare),
        choose=draw(choose),
        maps=MapOptions(draw(st.lists(st.sampled_from(["tsne", "opentsne", "umap"]), max_size=3).map(tuple)), seed),
        describe=DescribeOptions(draw(columns), draw(texts), draw(st.booleans()), seed),
    ).reading([f"/{path}" for path in draw(st.lists(texts, min_size=1, max_size=3))], draw(st.lists(names, max_size=2)))


@settings(max_examples=60, deadline=None)
@given(recipes(), st.sampled_from(["", "amber", "-odd"]))
def test_any_recipe_of_options_is_said_by_options(recipe: Recipe, name: str) -> None:
    """Whatever options can say is said by them, whatever signs people's texts hold."""
    found, called = read_back(run_command(recipe, "" if name == "-odd" else name))
    assert found == recipe
    assert (called or "") == ("" if name == "-odd" else name)


UNSAID = (
    (Recipe().having(rebuilds=20), "rebuilds"),
    (Recipe().having(starts=3), "starts"),
    (Recipe().having(prefer=4), "prefer"),
    (replace(Recipe(), choose=ChooseOptions(seed=1)), "seed"),
    (Recipe().having(measures=[" a"]), "measures"),
    (Recipe().having(include=[""]), "include"),
    (Recipe().having(customer="a\0b"), "customer"),
    (Recipe().having(sheet="\ud800"), "sheet"),
    (Recipe().having(method="mine"), "method"),
    (replace(Recipe(), prepare=PrepareOptions(missing_value=float("inf"))), "missing_value"),
    (replace(Recipe(), features=FeatureOptions(as_of=date(2026, 1, 1), window_days=0)), "window_days"),
    (replace(Recipe(), choose=ChooseOptions(lowest=0, highest=3)), "lowest"),
    (replace(Recipe(), previous="amber"), "previous"),
)


@pytest.mark.parametrize(("recipe", "field"), UNSAID)
def test_what_no_option_says_is_left_to_the_recipe_file(recipe: Recipe, field: str) -> None:
    """A recipe that says more than options can is named as a file, with what it says in a comment."""
    command, note = run_command(recipe, "amber", "runs/a b/recipe.toml").split("\n")
    assert shlex.split(command) == ["segmentry", "run", "--recipe", "runs/a b/recipe.toml", "--name", "amber"]
    assert note.startswith("# ")
    assert field in note


def test_only_what_differs_is_said() -> None:
    """The defaults are left out, and FILE stands where a run was made from no file."""
    assert run_command(Recipe()) == "segmentry run FILE"


def test_a_number_of_bins_is_said_as_text() -> None:
    """A number of groups is the same whether it is written as a number or as text."""
    found, _ = read_back(run_command(Recipe(sources=FILES).having(bins=4)))
    assert found == Recipe(sources=FILES).having(bins="4")
