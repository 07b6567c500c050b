"""The group of commands, and the one place where the command line catches errors."""

import os
import sys
import traceback

import click

from segmentry.cli import comparing, data, exporting, keys, opening, results, running, scoring, tracking
from segmentry.errors import SegmentryError, was_interrupted

__all__ = ["main", "segmentry"]

STOPPED = 130
FAULT = 1


class _InCorridorOrder(click.Group):
    """Lists commands in the order in which people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


def _say_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    """Say the version, and whether the compiled core is there."""
    if not asked:
        return
    from importlib.metadata import version

    from segmentry.kernels import CORE

    core = "compiled core" if CORE == "native" else "plain core (slower; a C compiler at installation gives the other)"
    click.echo(f"segmentry {version('segmentry')}, {core}")
    ctx.exit()


@click.group(cls=_InCorridorOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version, help="Show version and core."
)
def segmentry() -> None:
    """Turn an order log or a customer table into segments you can trust and act on.

    Begin with "segmentry demo"; your own file with "segmentry run orders.csv".
    """


for commands in (running, data, scoring, results, exporting, comparing, tracking, opening, keys):
    for command in commands.COMMANDS:
        segmentry.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code that says how it went."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = segmentry.main(arguments, standalone_mode=False, prog_name="segmentry")
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except SegmentryError as error:
        _show(error, arguments)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _stopped()
    except BrokenPipeError:
        # Whoever read our output went away (`segmentry runs | head`): their right. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - whatever is left is a fault of ours; people see a sentence, -v the rest
        code = _stopped() if was_interrupted(error) else _fault(error, arguments)
    sys.exit(code if isinstance(code, int) else 0)


def _stopped() -> int:
    click.echo("stopped: nothing was saved", err=True)
    return STOPPED


def _fault(error: Exception, arguments: list[str]) -> int:
    if _verbose(arguments):
        traceback.print_exc()
    click.echo(
        f"error: a fault in segmentry: {type(error).__name__}: {str(error)[:300]}\n"
        "  try: the same command with -v, and report what it prints",
        err=True,
    )
    return FAULT


def _show(error: SegmentryError, arguments: list[str]) -> None:
    from segmentry.cli.lines import error_lines

    if _verbose(arguments):
        traceback.print_exc()
    click.echo("\n".join(error_lines(error)), err=True)
    if "--json" in arguments:
        from segmentry.cli.terminal import print_json

        print_json({"error": {"what": error.what, "evidence": list(error.evidence), "try": error.way_out}})


def _verbose(arguments: list[str]) -> bool:
    return "-v" in arguments or "--verbose" in arguments
