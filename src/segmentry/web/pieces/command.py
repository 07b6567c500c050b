"""The command line that repeats a run: what every page about a run, or about to start one, shows at its foot."""

import csv
import io
import math
import shlex
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from segmentry.cluster import CLUSTERERS
from segmentry.recipe import MOST_SEGMENTS, STAGES, Recipe

__all__ = ["run_command"]

FLAGS = {"window_days": "--window", "maps": "--map"}
"""The options that aren't called like their field."""
NAMES = ("measures", "include")
"""What is given as names between commas; every other list repeats its option."""
WITHOUT_OPTION = ("starts", "rebuilds", "prefer")
"""What can be chosen in a recipe only."""
RANGES = {
    "min_share": (0, 0.5),
    "rare": (0, 0.5),
    "pca": (0, math.inf),
    "window_days": (1, math.inf),
    "seed": (0, math.inf),
    "lowest": (1, MOST_SEGMENTS),
    "highest": (1, MOST_SEGMENTS),
}
METHODS = ("auto", *CLUSTERERS)


def run_command(recipe: Recipe, name: str = "", recipe_file: str = "recipe.toml") -> str:
    """Give the command that makes a run by this recipe, quoted for a shell, with only what differs from the default.

    Parameters
    ----------
    recipe : Recipe
        Its choices. Without sources, ``FILE`` stands in their place.
    name : str, default ""
        The run's name; "" leaves it to the program.
    recipe_file : str, default "recipe.toml"
        Where the recipe lies: what no option can say (``rebuilds``, seeds that differ, a text that no command can hold)
        is taken from there, and a second line, a comment, says what that is.

    Returns
    -------
    str
        Its words are read by ``segmentry run`` to an equal recipe, with full paths and ``bins`` as text.

    Examples
    --------
    >>> recipe = Recipe(sources=("/data/orders.csv",)).having(segments=5, customer="cust ref")
    >>> run_command(recipe, "spring")
    "segmentry run /data/orders.csv --customer 'cust ref' --segments 5 --name spring"
    >>> print(run_command(recipe.having(rebuilds=20), "spring"))
    segmentry run --recipe recipe.toml --name spring
    # recipe.toml says what no option can: rebuilds
    """
    recipe = recipe.reading(recipe.sources, recipe.customers)
    unsaid = list(dict.fromkeys(_unsaid(recipe)))
    called = ["--name", name] if name else []
    if unsaid:
        command = shlex.join(["segmentry", "run", "--recipe", recipe_file, *called])
        # A comment ends with its line, so nothing that people typed stands in it.
        return f"{command}\n# recipe.toml says what no option can: {', '.join(unsaid)}"
    words = [*(recipe.sources or ["FILE"]), *_options("--customers", recipe.customers)]
    words += _options("--previous", recipe.previous) if recipe.previous else []
    for stage in STAGES:
        for field, value in _chosen(recipe, stage):
            words += _said(recipe, field, value)
    return shlex.join(["segmentry", "run", *words, *called])


def _chosen(recipe: Recipe, stage: str) -> Iterator[tuple[str, Any]]:
    """Give what differs from the default; a seed belongs to several stages and is said once."""
    options = getattr(recipe, stage)
    usual = type(options)()
    for field in fields(options):
        value = getattr(options, field.name)
        if value != getattr(usual, field.name) and not (field.name == "seed" and stage != "choose"):
            yield field.name, value


def _said(recipe: Recipe, field: str, value: Any) -> list[str]:
    """Write one choice as words."""
    if field == "dayfirst":
        return ["--dayfirst" if value else "--monthfirst"]
    if field in ("lowest", "highest"):
        lowest, highest = recipe.choose.lowest, recipe.choose.highest
        said = str(lowest) if lowest == highest else f"{lowest}-{highest}"
        # Where both differ from the default, the lowest says it for both.
        return _options("--segments", said) if field == "lowest" or lowest == type(recipe.choose)().lowest else []
    flag = FLAGS.get(field, "--" + field.replace("_", "-"))
    if value is True:
        return [flag]
    if field in NAMES:
        return _options(flag, _between_commas(value))
    return _options(flag, value if isinstance(value, tuple) else str(value))


def _options(flag: str, values: str | tuple[str, ...]) -> list[str]:
    """Repeat an option for each of its values; one that begins like an option is tied to its own."""
    each = (values,) if isinstance(values, str) else values
    return [word for one in each for word in ([f"{flag}={one}"] if one.startswith("-") else [flag, one])]


def _between_commas(names: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(names)
    return line.getvalue().removesuffix("\r\n")


def _unsaid(recipe: Recipe) -> Iterator[str]:
    """Name the choices that no option can say."""
    if not all(map(_typed, (*recipe.sources, *recipe.customers, recipe.previous))):
        yield "its files"
    # The paths as the command line would write them; a relative run before is none that a recipe could repeat.
    if recipe.previous and recipe.following(recipe.previous) != recipe:
        yield "previous"
    if len({recipe.prepare.seed, recipe.choose.seed, recipe.maps.seed, recipe.describe.seed}) > 1:
        yield "seed"
    if recipe.choose.lowest > recipe.choose.highest:
        yield "segments"
    recipe = replace(recipe, prepare=replace(recipe.prepare, bins=str(recipe.prepare.bins)))
    for stage in STAGES:
        for field, value in _chosen(recipe, stage):
            if not _can_be_said(field, value):
                yield field


def _can_be_said(field: str, value: Any) -> bool:
    if field in WITHOUT_OPTION or (field == "method" and value not in METHODS):
        return False
    if field in RANGES and not RANGES[field][0] <= value <= RANGES[field][1]:
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    if field in NAMES:
        read = [name.strip() for name in next(csv.reader([_between_commas(value)], skipinitialspace=True), [])]
        return tuple(read) == value and all(value) and all(map(_typed, value))
    return all(map(_typed, value if isinstance(value, tuple) else (str(value),)))


def _typed(text: str) -> bool:
    """Say whether a command line can hold the text: no zero characters, nothing that UTF-8 can't write."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
