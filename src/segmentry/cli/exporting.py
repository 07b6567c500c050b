"""``export FORMAT RUN``: a run for other tools and other readers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segmentry.cli.options import BRAND, TALKING, WORKSPACE, keep_apart, with_options

if TYPE_CHECKING:
    from segmentry.export import Format

__all__ = ["COMMANDS"]

OUT = click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to.")


class _Formats(click.Group):
    """One command a format: they are read from the table of formats when one is asked for, since that imports much."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        from segmentry.export import FORMATS

        return list(FORMATS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        from segmentry.export import FORMATS

        return _command(cmd_name, FORMATS[cmd_name]) if cmd_name in FORMATS else None


def _command(name: str, form: "Format") -> click.Command:
    extras = [
        click.option(f"--{each.name}", is_flag=isinstance(each.default, bool), default=each.default, help=each.help)
        for each in form.extras
    ]

    @click.command(name, help=form.title)
    @click.argument("run")
    @with_options(OUT, *extras, *((BRAND,) if form.look else ()), WORKSPACE, *TALKING)
    def command(run: str, **options: Any) -> None:
        _export(name, run, **options)

    return command


def _export(
    name: str,
    run: str,
    out: Path,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    brand: Path | None = None,
    **extras: Any,
) -> None:
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.errors import UsageError
    from segmentry.export import FORMATS
    from segmentry.report import Brand
    from segmentry.workspace import open_run

    if str(out) == "-":
        raise UsageError("an export is a file", ["--out - would be standard output"], "--out with a name")
    keep_apart(out)
    found = open_run(run, workspace)
    look = Brand.of_run(found) if brand is None else Brand.read(brand)
    said = FORMATS[name].write(found, out, look, **extras) or ()
    Talk(as_json=as_json, quiet=quiet).exported(name, typed(run, workspace), {name: str(out.absolute())}, said)


@click.group(cls=_Formats)
def export() -> None:
    """Write a RUN in another FORMAT."""


COMMANDS = (export,)
