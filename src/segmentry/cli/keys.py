"""``keys``: who may use the service from elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segmentry.cli.options import TALKING, WORKSPACE, with_options

if TYPE_CHECKING:
    from segmentry.web.entrance.policy import Right

__all__ = ["COMMANDS"]


@click.group()
def keys() -> None:
    """Make, list and revoke the keys that "segmentry serve" asks for."""


@keys.command()
@click.argument("name")
@click.option(
    "--right",
    type=click.Choice(["read", "score", "manage"]),
    default="read",
    show_default=True,
    help="What it allows; each includes those before it.",
)
@click.option("--per-second", type=click.IntRange(1, 1_000_000), default=None, help="Requests a second. [1000]")
@with_options(WORKSPACE, *TALKING)
def new(
    name: str, right: "Right", per_second: int | None, workspace: Path, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Make a key called NAME, and show it once."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.web.background.limits import KEY_PER_SECOND
    from segmentry.web.entrance.keys import Keys

    made, secret = Keys(workspace).new(name, right, per_second or KEY_PER_SECOND)
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.give([secret], {"key": secret, "id": made.id, "name": made.name, "right": made.right})
    talk.say(
        "",
        f" {made.name} may {made.right}. The key is shown this once: only its hash is kept.",
        " Programs send it as  Authorization: Bearer KEY  and browsers are asked for it.",
        " A service that was started before the workspace had a key asks for none until it is started again.",
        "",
        f" Next   segmentry keys revoke {made.name}            when it is not needed any more",
    )


@keys.command("list")
@with_options(WORKSPACE, *TALKING)
def list_(workspace: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """List the keys, revoked ones too; never the keys themselves."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.web.entrance.keys import Keys

    kept = Keys(workspace)
    found, used = kept.all(), kept.last_used()
    plain = [
        {
            "id": key.id,
            "name": key.name,
            "right": key.right,
            "per_second": key.per_second,
            "created": key.created,
            "last_used": used.get(key.id),
            "revoked": key.revoked or None,
        }
        for key in found
    ]
    width = max((len(key.name) for key in found), default=4)
    lines = [
        f" {key.name:<{width}}  {key.id}  {key.right:<6}  made {_day(key.created)}  "
        + (f"revoked {_day(key.revoked)}" if key.revoked else f"last used {_day(used.get(key.id, ''))}")
        for key in found
    ]
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.give(lines or [" no keys yet"], {"keys": plain})
    if not found:
        talk.say("", " Next   segmentry keys new NAME --right score")


@keys.command()
@click.argument("key")
@with_options(WORKSPACE, *TALKING)
def revoke(key: str, workspace: Path, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Revoke a KEY, by its name or its id: from now on it opens nothing, services under way included."""
    del verbose
    from segmentry.cli.terminal import Talk
    from segmentry.web.entrance.keys import Keys

    gone = Keys(workspace).revoke(key)
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.give([f" {gone.name} ({gone.id}) opens nothing any more"], {"id": gone.id, "revoked": gone.revoked})
    talk.say("", " Next   segmentry keys list")


def _day(moment: str) -> str:
    """Show a moment to the minute, in UTC."""
    return moment[:16].replace("T", " ") if moment else "never"


COMMANDS = (keys,)
