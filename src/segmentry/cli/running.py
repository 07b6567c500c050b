"""``demo`` and ``run``: the main job."""

import re
from pathlib import Path
from typing import Any

import click

from segmentry.cli.options import (
    BRAND,
    CHOOSING,
    CUSTOMERS,
    MEASURING,
    PREPARING,
    READING,
    TALKING,
    TRACK,
    WORKSPACE,
    given,
    with_options,
)

__all__ = ["COMMANDS"]

SLOWER = "The compiled core is missing: slower, the same segments (segmentry --version)"


@click.command()
@click.option("--customers", type=click.IntRange(20, 10_000_000), default=4_000, help="Size of the shop. [4000]")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of everything random. [0]")
@with_options(BRAND, WORKSPACE, *TALKING)
def demo(
    customers: int, seed: int, brand: Path | None, workspace: Path, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Make a sample shop and find its segments."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.data import sample_shop
    from segmentry.files import write_table
    from segmentry.recipe import Recipe

    look = _look(brand)
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.say(f"Making a sample shop of {customers:,} customers …")
    shop = sample_shop(customers, seed=seed)
    folder = workspace / "sample-shop"
    write_table(shop.orders, folder / "orders.csv")
    write_table(shop.customers, folder / "customers.csv")
    write_table(shop.kinds, folder / "kinds.csv")
    recipe = Recipe().reading([str(folder / "orders.csv")], [str(folder / "customers.csv")]).having(seed=seed)
    _run(recipe, workspace / "runs" / "demo", "demo", talk, (recipe.sources, recipe.customers), look)


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…")
@CUSTOMERS
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder, replaced as a whole. [runs/NAME]")
@click.option("--name", help="The run's name. [the next free one]")
@click.option("--require", metavar="VERDICT", help="Exit with 4 below it: clear, repeatable or convenience.")
@click.option("--previous", metavar="MODEL", help="The run before: its letters and names go on.")
@click.option("--recipe", "recipe_file", type=click.Path(path_type=Path), help="Repeat a run's recipe.toml.")
@click.option("--lookalike", is_flag=True, default=None, help="Learn to guess the segment of people without orders.")
@with_options(*READING, *MEASURING, *PREPARING, *CHOOSING, BRAND, TRACK, WORKSPACE, *TALKING)
def run(
    files: tuple[str, ...],
    customers: tuple[str, ...],
    out: Path | None,
    name: str | None,
    require: str | None,
    previous: str | None,
    recipe_file: Path | None,
    brand: Path | None,
    track: str | None,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Find, test, describe and name segments."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.cli.tracking import Tracking
    from segmentry.summary import as_verdict
    from segmentry.workspace import check_name, find_model, free_name

    tracking = Tracking.of(track, workspace)
    required = as_verdict(require) if require is not None else None
    look = _look(brand)
    recipe = _recipe(recipe_file, files, customers).having(**given(options))
    if previous is not None:
        recipe = recipe.following(find_model(previous, workspace))
    if name is None:
        name = (
            free_name(workspace)
            if out is None
            else (re.sub(r"[^a-z0-9_-]+", "-", out.absolute().name.lower()).strip("-_")[:64] or "run")
        )
    check_name(name)
    talk = Talk(as_json=as_json, quiet=quiet)
    folder = out or workspace / "runs" / name
    _not_itself(recipe.previous, folder)
    read = files or recipe.sources, customers or recipe.customers
    summary = _run(recipe, folder, name, talk, read, look, tracking)
    tracking.leave()
    if required is not None:
        summary.require(required)


def _recipe(file: Path | None, files: tuple[str, ...], customers: tuple[str, ...]) -> Any:
    from segmentry.errors import UsageError
    from segmentry.recipe import Recipe

    recipe = Recipe()
    if file is not None:
        try:
            recipe = Recipe.from_toml(file.read_text(encoding="utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"can't read the recipe {file}", [str(error)]) from error
    recipe = recipe.reading(files, customers)
    if not recipe.sources:
        raise UsageError("no file was given", way_out="segmentry run orders.csv, or segmentry demo")
    return recipe


def _not_itself(previous: str, folder: Path) -> None:
    """Refuse to replace the run before: its recipe could not repeat the new one."""
    from segmentry.errors import UsageError

    if previous and folder.resolve() in (Path(previous).resolve(), Path(previous).resolve().parent):
        raise UsageError(
            "a run can't take the place of the one before it",
            [f"the run before is in {previous}", f"this one would replace {folder}"],
            "another --name, or --out with another folder",
        )


def _look(brand: Path | None) -> Any:
    """Read the brand file before the work begins; None where none was given."""
    if brand is None:
        return None
    from segmentry.report.brand import Brand

    return Brand.read(brand)


Read = tuple[tuple[str, ...], tuple[str, ...]]
"""Order files and customer tables, as people named them: the recipe holds their full paths."""


def _run(recipe: Any, folder: Path, name: str, talk: Any, read: Read, look: Any, tracking: Any = None) -> Any:
    """Run and save, track where that is asked for, and give the summary."""
    from functools import partial

    from segmentry import report
    from segmentry.kernels import CORE
    from segmentry.segment import segment
    from segmentry.workspace import save_run

    files, customers = read
    talk.begin(files, *([] if CORE == "native" else [SLOWER]))
    try:
        found = segment(files, customers or None, recipe=recipe, name=name, watch=talk.hear)
    finally:
        talk.stop_bar()
    brand = "" if look is None else look.to_toml()
    files_of = save_run(folder, found, partial(report.html, brand=look), brand)
    more = {} if tracking is None else tracking.log(folder, talk)
    talk.finish(found.summary, files_of, more=more)
    if tracking is not None:
        tracking.say(talk)
    return found.summary


COMMANDS = (demo, run)
