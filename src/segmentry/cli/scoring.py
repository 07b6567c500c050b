"""``score`` and ``assign``: later customers through a saved model."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segmentry.cli.options import (
    AS_OF,
    CUSTOMERS,
    OUT_FILE,
    TALKING,
    TRACK,
    WORKSPACE,
    keep_apart,
    with_options,
    write_rejects,
)

if TYPE_CHECKING:
    from segmentry.model import SegmentModel

__all__ = ["COMMANDS"]


@click.command()
@click.argument("model")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@CUSTOMERS
@AS_OF
@OUT_FILE
@click.option("--lookalike", is_flag=True, help="People without orders: guess from their attributes.")
@with_options(TRACK, WORKSPACE, *TALKING)
def score(
    model: str,
    files: tuple[str, ...],
    customers: tuple[str, ...],
    as_of: str | None,
    out: Path,
    lookalike: bool,
    track: str | None,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Score files by MODEL: a model file, a run's folder, its name, or models:/NAME@ALIAS."""
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.cli.tracking import opened_model
    from segmentry.recipe import Recipe
    from segmentry.score import score_file

    keep_apart(out, model, *files, *customers)
    talk = Talk(as_json=as_json, quiet=quiet)
    opened, about = opened_model(model, workspace, track, talk)
    day = None if as_of is None else Recipe().having(as_of=as_of).features.as_of
    talk.begin(files)
    try:
        scored = score_file(
            opened, files, out, customers or None, as_of=day, lookalike=lookalike, progress=talk.progress
        )
    finally:
        talk.stop_bar()
    talk.scored(
        scored,
        opened,
        typed(_run(model, opened), workspace),
        {"scores": str(out.absolute())} | write_rejects(scored.loaded.rejects, out),
        about,
    )


@click.command()
@click.argument("model")
@click.argument("values", nargs=-1, required=True, metavar="'COLUMN=VALUE'…")
@with_options(TRACK, WORKSPACE, *TALKING)
def assign(
    model: str,
    values: tuple[str, ...],
    track: str | None,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Say which segment one customer is in, why, and what would move her."""
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.cli.tracking import opened_model
    from segmentry.errors import UsageError

    wrong = [value for value in values if not value.partition("=")[1]]
    if wrong:
        raise UsageError(f"{wrong[0]!r} is no COLUMN=VALUE", way_out="segmentry assign MODEL 'spend=120' 'orders=3'")
    # From the right: a column's name may have an equals sign, a value of these kinds hardly ever has.
    customer = {name: value for name, _, value in (value.rpartition("=") for value in values)}
    talk = Talk(as_json=as_json, quiet=quiet)
    opened, _ = opened_model(model, workspace, track, talk)
    known = [column.name for column in opened.inputs]
    strange = [name for name in customer if name not in (*known, "customer_id")]
    if strange:
        raise UsageError(f"the model knows no measure {strange[0]!r}", [f"it has: {', '.join(known)}"], "one of these")
    talk.assigned(opened.explain(customer), opened, typed(_run(model, opened), workspace))


def _run(model: str, opened: "SegmentModel") -> str:
    """Give what ``show`` takes for the run of a model: a model file lies in it, a version names it."""
    if model.startswith("models:/"):
        return opened.summary.run
    return str(Path(model).parent) if Path(model).is_file() else model


COMMANDS = (score, assign)
