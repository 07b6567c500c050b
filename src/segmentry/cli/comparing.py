"""``compare``: two runs side by side."""

from pathlib import Path

import click

from segmentry.cli.options import TALKING, WORKSPACE, with_options

__all__ = ["COMMANDS"]


@click.command()
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@with_options(WORKSPACE, *TALKING)
def compare(left: str, right: str, workspace: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Compare two runs (names, folders or model files), the earlier one first."""
    del verbose
    from segmentry.cli.terminal import Talk, typed
    from segmentry.compare import compare as compared
    from segmentry.workspace import find_model

    places = find_model(left, workspace), find_model(right, workspace)
    Talk(as_json=as_json, quiet=quiet).compared(compared(*places), typed(right, workspace))


COMMANDS = (compare,)
