"""``show``, ``runs``, ``rename`` and ``list``: what to do with a finished run."""

from pathlib import Path

import click

from segmentry.cli.options import TALKING, WORKSPACE, keep_apart, with_options

__all__ = ["COMMANDS"]


@click.command()
@click.argument("run", required=False)
@click.argument("segment", required=False)
@click.option("--customer", metavar="ID", help="Show one of the run's customers instead: where, why, what would move.")
@with_options(WORKSPACE, *TALKING)
def show(
    run: str | None,
    segment: str | None,
    customer: str | None,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show a run (the latest where none is named), one of its segments, or one of its customers."""
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.errors import UsageError
    from segmentry.workspace import open_run

    found = open_run(run, workspace)
    talk = Talk(as_json=as_json, quiet=quiet)
    if segment is not None and customer is not None:
        raise UsageError("a segment and a customer were named", way_out="one of them")
    if customer is not None:
        called = typed(str(found.folder) if run is None else run, workspace)
        talk.assigned(found.model.explain(found.customer(customer)), found.model, called)
    elif segment is None:
        talk.finish(found.summary, found.files, technical=True)
    else:
        talk.segment(found, found.summary.find(segment))


@click.command()
@with_options(WORKSPACE, *TALKING)
def runs(workspace: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """List the runs, the latest first."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.errors import ModelError
    from segmentry.workspace import Run, list_runs, open_run

    found: list[Run] = []
    damaged: list[tuple[str, str]] = []
    for folder in list_runs(workspace):
        try:
            found.append(open_run(str(folder), workspace))
        except ModelError as error:
            damaged.append((folder.name, error.what))
    Talk(as_json=as_json, quiet=quiet).runs(found, damaged)


@click.command()
@click.argument("run")
@click.argument("segment")
@click.argument("name")
@with_options(WORKSPACE, *TALKING)
def rename(run: str, segment: str, name: str, workspace: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Give a SEGMENT (its letter or name) another NAME, everywhere in the run's folder."""
    del verbose
    from functools import partial

    from segmentry import report
    from segmentry.cli.terminal import Talk
    from segmentry.workspace import open_run, rename_segment

    found = open_run(run, workspace)
    renamed = rename_segment(found, segment, name, partial(report.html, brand=report.Brand.of_run(found)))
    Talk(as_json=as_json, quiet=quiet).renamed(renamed, renamed.summary.find(name))


@click.command("list")
@click.argument("run")
@click.argument("segments", nargs=-1, required=True, metavar="SEGMENT…")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv file. [standard output]")
@click.option("--carry", metavar="A,B", default="", help="Other columns of the source, e.g. email,first_name.")
@click.option("--raw", is_flag=True, help="Leave text as it is, even where a spreadsheet would run it as a formula.")
@click.option("--anyway", is_flag=True, help="Even where the split is not dependable.")
@with_options(WORKSPACE, *TALKING)
def list_(
    run: str,
    segments: tuple[str, ...],
    out: Path | None,
    carry: str,
    raw: bool,
    anyway: bool,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Write a mailing list: the customers of one or more SEGMENTs."""
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.export import mailing_list
    from segmentry.files import write_table
    from segmentry.workspace import open_run

    if out is not None:
        keep_apart(out)
    found = open_run(run, workspace)
    columns = tuple(name.strip() for name in carry.split(",") if name.strip())
    table = mailing_list(found, segments, columns, raw=raw, anyway=anyway)
    if out is not None:
        write_table(table, out)
    files = {} if out is None else {"list": str(out.absolute())}
    Talk(as_json=as_json, quiet=quiet).listed(table, typed(run, workspace), files)


COMMANDS = (show, runs, rename, list_)
