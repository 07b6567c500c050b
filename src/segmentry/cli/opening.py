"""``open`` and ``serve``: the pages, and the service for programs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segmentry.cli.options import TALKING, TRACK, with_options

if TYPE_CHECKING:
    import socket

    from segmentry.web.champion import Champion
    from segmentry.web.entrance.keys import Keys
    from segmentry.web.site import Site

__all__ = ["COMMANDS"]

FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path), default=".")
FIRST, LAST = 8700, 8799
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command("open")
@FOLDER
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Of this computer. [first free from 8700]")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@with_options(*TALKING)
def open_(folder: Path, port: int, no_browser: bool, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Open the pages of a FOLDER: a workspace, or one run."""
    import sys

    browser = not no_browser and not as_json and sys.stderr.isatty()
    _show(folder, LOOPBACK[0], port, browser=browser, as_json=as_json, quiet=quiet, verbose=verbose)


@click.command()
@FOLDER
@click.option("--host", default=LOOPBACK[0], help="The address to listen on. Others than this computer's take a key.")
@click.option(
    "--answer-as", multiple=True, metavar="NAME", help="A name that others know it by, e.g. of a proxy before it."
)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Of this computer. [first free from 8700]")
@click.option(
    "--model", metavar="MODEL", help="Assigns customers: a run, a file, or models:/NAME@ALIAS. [latest dependable run]"
)
@with_options(TRACK, *TALKING)
def serve(
    folder: Path,
    host: str,
    answer_as: tuple[str, ...],
    port: int,
    model: str | None,
    track: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Keep the pages of a FOLDER open, and its service for programs, without a browser."""
    _show(
        folder,
        host,
        port,
        (model, track),
        browser=False,
        names=answer_as,
        keyed=True,
        as_json=as_json,
        quiet=quiet,
        verbose=verbose,
    )


def _show(
    folder: Path,
    host: str,
    port: int,
    named: tuple[str | None, str | None] = (None, None),
    *,
    browser: bool,
    names: tuple[str, ...] = (),
    keyed: bool = False,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Serve until interrupted: that is how pages are closed, and no mistake."""
    from segmentry.errors import UsageError

    try:
        from segmentry.cli.terminal import Talk
        from segmentry.web import Site, create_app
        from segmentry.web.champion import champion_of
        from segmentry.web.serving.server import answer_names, serve_app
    except ModuleNotFoundError as error:
        missing = f"{error.name} is not installed"
        raise UsageError("the pages need an extra part", [missing], "pip install 'segmentry[look]'") from error
    site = Site.at(_meant(folder))
    keys = _keys(site, host, names) if keyed else None
    champion = champion_of(named[0], site, named[1])
    app = create_app(site, hosts=answer_names(host, names), keys=keys, champion=champion)
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listening.getsockname()[1]}/"
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.give([url], {"url": url})
    asks = " Pages and service ask for a key." if keys is not None else ""
    told = _told(champion) if keyed else ()
    talk.say("", *told, f" Ctrl-C closes the pages; runs under way go on.{asks}")
    if browser:
        _open_browser(url if site.only is None else f"{url}runs/{site.only.name}")
    try:
        serve_app(app, listening, verbose=verbose)
    except KeyboardInterrupt:
        talk.say("", " Closed.")
    finally:
        listening.close()


def _told(champion: "Champion") -> tuple[str, ...]:
    """Say by which model customers are assigned, and which later runs are not taken."""
    if champion.current is None:
        champion.look()
    serving = champion.current
    if serving is None:
        return (f" No customers are assigned: {champion.fault}.",)
    said = f" Customers are assigned by {' '.join(filter(None, (serving.name, serving.version)))}."
    if champion.passed_over:
        later = champion.passed_over[0]
        said += f" {later} is later, but not dependable; --model {later} would take it all the same."
    return (said,)


def _keys(site: "Site", host: str, names: tuple[str, ...]) -> "Keys | None":
    """Give the keys to ask for; None where there are none and only this computer can reach us.

    Raises
    ------
    UsageError
        Others could, and no key stands.
    """
    from segmentry.errors import UsageError
    from segmentry.web.entrance.keys import Keys
    from segmentry.web.serving.server import is_loopback

    keys = Keys(site.keys_folder)
    known = keys.all()  # raises where others can read them
    near = is_loopback(host) and all(is_loopback(name) for name in names)
    if any(not key.revoked for key in known):
        return keys
    if near and not known:
        return None
    at = "" if keys.workspace.samefile(".") else f" --workspace {keys.workspace}"
    where = host or "every address"
    raise UsageError(
        "no key stands, and this workspace asks for one"
        if near
        else f"can't listen on {where} without a key: everybody who reaches it could read the customers"
        if not is_loopback(host)
        else f"can't answer as {names[0]} without a key: everybody who reaches it could read the customers",
        [f"{keys.path}: {'all its keys are revoked' if known else 'there are no keys'}"],
        f"segmentry keys new NAME --right read{at}, or a tunnel: ssh -L 8700:127.0.0.1:8700 THIS-COMPUTER",
    )


def _meant(folder: Path) -> Path:
    """Give the folder that is meant: a run may be named as elsewhere; ``runs`` stands for the workspace around it."""
    from segmentry.workspace import NAME, list_runs

    named = Path("runs") / folder
    if not folder.exists() and NAME.fullmatch(str(folder)) and named.is_dir():
        return named
    around = folder.absolute().parent
    inside = folder.absolute().name == "runs" and not (folder / "runs").exists() and list_runs(around)
    return around if inside else folder


def _listen(host: str, port: int) -> "socket.socket":
    """Take a port: the one that was asked for, or the first that is free."""
    import errno
    import socket

    from segmentry.errors import UsageError

    for one in (port,) if port else (*range(FIRST, LAST + 1), 0):
        # With its protocol named, asyncio sends small answers at once (TCP_NODELAY) instead of 40 ms later.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # A port that was just left may be taken again at once; one in use never.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, one))
            listening.listen(128)
        except OSError as error:
            listening.close()
            if port or error.errno != errno.EADDRINUSE:
                what = f"can't listen on {host}, port {one}" if host not in LOOPBACK else f"can't listen on port {one}"
                ours = host in LOOPBACK or error.errno in (errno.EADDRINUSE, errno.EACCES)
                way_out = "another --port, or none" if ours else "--host with an address of this computer, or 0.0.0.0"
                raise UsageError(what, [error.strerror or str(error)], way_out) from error
        else:
            return listening
    raise AssertionError("the system gives a port where none is asked for")


def _open_browser(url: str) -> None:
    """Open a browser in the background: some wait until they are closed, and the socket listens already."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


COMMANDS = (open_, serve)
