"""``check`` and ``measures``: what was read, and the customer table alone."""

from pathlib import Path
from typing import Any

import click

from segmentry.cli.options import (
    CUSTOMERS,
    MEASURING,
    OUT_FILE,
    READING,
    TALKING,
    given,
    keep_apart,
    with_options,
    write_rejects,
)

__all__ = ["COMMANDS"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@CUSTOMERS
@click.option("--explore", is_flag=True, help="Say what the measures look like, too.")
@with_options(*READING, *MEASURING, *TALKING)
def check(
    files: tuple[str, ...],
    customers: tuple[str, ...],
    explore: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Say how files are read and what is wrong with them, without finding segments."""
    del verbose
    from segmentry.check import check as checked
    from segmentry.cli.terminal import Talk
    from segmentry.errors import DataError
    from segmentry.recipe import Recipe

    talk = Talk(as_json=as_json, quiet=quiet)
    talk.begin(files)
    recipe = Recipe().having(**given(options))
    found = checked(files, customers or None, recipe=recipe, explore=explore)
    talk.checked(found, [*files, *(word for file in customers for word in ("--customers", file))])
    if found.graded("must fix"):
        click.get_current_context().exit(DataError.exit_code)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@CUSTOMERS
@OUT_FILE
@with_options(*READING, *MEASURING, *TALKING)
def measures(
    files: tuple[str, ...],
    customers: tuple[str, ...],
    out: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Write the customer table alone: one row a customer, a column a measure."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.data import load
    from segmentry.features import measure
    from segmentry.files import write_table
    from segmentry.recipe import Recipe

    talk = Talk(as_json=as_json, quiet=quiet)
    keep_apart(out, *files, *customers)
    recipe = Recipe().having(**given(options))
    talk.begin(files)
    loaded = load(files, customers or None, recipe.read)
    measured = measure(loaded.orders, loaded.customers, recipe.features)
    write_table(measured.table, out)
    talk.measured(loaded, measured, {"measures": str(out.absolute())} | write_rejects(loaded.rejects, out))


COMMANDS = (check, measures)
