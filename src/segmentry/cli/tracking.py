"""``register`` and ``promote``: runs as versions of a model in MLflow; and what ``run`` and ``score`` need of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segmentry.cli.options import TALKING, TRACK, WORKSPACE, with_options

if TYPE_CHECKING:
    from segmentry.cli.terminal import Talk
    from segmentry.errors import SegmentryError
    from segmentry.model import SegmentModel
    from segmentry.track import Preview, Promotion, Store, Tracked, Version

__all__ = ["COMMANDS", "Tracking", "opened_model"]

ENVIRONMENT = "MLFLOW_TRACKING_URI"


@dataclass(slots=True)
class Tracking:
    """Whether a run is tracked, and how that went.

    Parameters
    ----------
    store : Store or None
        Which MLflow; None for a run that isn't tracked.
    asked : bool
        Whether ``--track`` was given: then a run that can't be tracked ends with the code of that error.
    where : str, default ""
        What names the same MLflow on the next command.
    """

    store: "Store | None"
    asked: bool
    where: str = ""
    called: str = field(default="", init=False)
    tracked: "Tracked | None" = field(default=None, init=False)
    error: "SegmentryError | None" = field(default=None, init=False)

    @classmethod
    def of(cls, track: str | None, workspace: Path) -> "Tracking":
        """Look at what was asked for before the work begins.

        Raises
        ------
        UsageError
            ``--track`` names no MLflow, or MLflow isn't installed.
        """
        import os

        if track is None and not os.environ.get(ENVIRONMENT):
            return cls(None, asked=False)
        from segmentry.track import find_store, need_mlflow

        if track is not None:
            need_mlflow()
        store = find_store(track, workspace)
        return cls(store, asked=track is not None, where=_where(track, store, workspace))

    def log(self, folder: Path, talk: "Talk") -> Mapping[str, Any]:
        """Log the run that was just saved, and give what JSON says of it."""
        if self.store is None:
            return {}
        from segmentry.cli.lines import near
        from segmentry.errors import SegmentryError
        from segmentry.track import log_run
        from segmentry.workspace import open_run

        self.called = near(str(folder.absolute())).removeprefix("runs/")
        talk.progress("tracking", 0.5)
        try:
            self.tracked = log_run(open_run(str(folder), Path()), self.store)
        except SegmentryError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - the run is found and saved: it is shown, whatever happens here
            what = f"a fault in segmentry while it tracked: {type(error).__name__}: {str(error)[:300]}"
            self.error = SegmentryError(
                what, way_out="segmentry register RUN --name NAME -v, and report what it prints"
            )
        finally:
            talk.stop_bar()
        if self.tracked is None:
            assert self.error is not None
            wrong = {"what": self.error.what, "evidence": list(self.error.evidence), "try": self.error.way_out}
            return {"tracked": {"store": self.store.shown, "error": wrong}}
        return {"tracked": {"store": self.store.shown, "run": self.tracked.run, "page": self.tracked.page}}

    def say(self, talk: "Talk") -> None:
        """Say where the run is tracked, or why it is not; it is saved in any case."""
        if self.tracked is not None:
            talk.say("", f" Tracked  {self.tracked.page or self.tracked.store.shown}")
            talk.say(f" Next   segmentry register {self.called} --name NAME{self.where}")
        if self.error is not None:
            from segmentry.cli.lines import error_lines

            click.echo("\n".join(["", " The run is saved, and not tracked:", *error_lines(self.error)]), err=True)

    def leave(self) -> None:
        """End with the code of what went wrong, where tracking was asked for."""
        if self.asked and self.error is not None:
            click.get_current_context().exit(self.error.exit_code)


def _where(track: str | None, store: "Store", workspace: Path) -> str:
    """Give what names the same MLflow on the next command: nothing where it is found without."""
    import os
    import shlex

    from segmentry.cli.lines import near

    if track:
        return f" --track {shlex.quote(store.shown)}"
    if os.environ.get(ENVIRONMENT) or workspace.absolute() == Path.cwd():
        return ""
    return f" --workspace {shlex.quote(near(str(workspace.absolute())))}"


def opened_model(
    model: str, workspace: Path, track: str | None, talk: "Talk"
) -> "tuple[SegmentModel, Mapping[str, Any]]":
    """Read a model by its file, its run's folder, its run's name, or as a version of the registry.

    Returns
    -------
    model : SegmentModel
        As it was read.
    about : mapping
        What JSON says of it: of a version under ``model``; nothing of others.

    Raises
    ------
    UsageError, NotFoundError, ServerError
        As for :func:`segmentry.workspace.open_model` and :func:`segmentry.track.resolve`.
    """
    from segmentry.workspace import open_model

    if not model.startswith("models:/"):
        return open_model(model, workspace), {}
    import tempfile

    from segmentry.model import SegmentModel
    from segmentry.track import fetch, find_store, resolve

    version = resolve(model, find_store(track, workspace))
    talk.say(f" Model  {version.name}, version {version.version} ({version.store.shown})")
    with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
        opened = SegmentModel.load(fetch(version, Path(folder)))
    return opened, {"model": _version(version) | {"alias": version.alias, "run": opened.summary.run}}


@click.command()
@click.argument("run")
@click.option("--name", required=True, help="Of the registered model.")
@with_options(TRACK, WORKSPACE, *TALKING)
def register(
    run: str, name: str, track: str | None, workspace: Path, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Make a RUN the next version of a model in MLflow's registry."""
    del verbose
    import shlex

    from segmentry import track as tracking
    from segmentry.cli.terminal import Talk
    from segmentry.workspace import open_run

    tracking.check_model_name(name)
    store = tracking.find_store(track, workspace)
    version, new = tracking.register(open_run(run, workspace), name, store)
    plain = _version(version) | {"new": new, "uri": version.uri, "store": version.store.shown}
    said = "is now" if new else "is already"
    talk = Talk(as_json=as_json, quiet=quiet)
    talk.give([f" {run} {said} version {version.version} of {name}"], plain)
    where = _where(track, store, workspace)
    talk.say(f" Next   segmentry promote {shlex.quote(f'{name}@{version.version}')} --alias champion --why TEXT{where}")


@click.command()
@click.argument("version", metavar="NAME@VERSION")
@click.option("--alias", default="champion", help="That the version gets. [champion]")
@click.option("--why", required=True, metavar="TEXT", help="One line; it is kept with who and when.")
@click.option("--on", metavar="RUN", help="Count on this run's customers. [the version's own]")
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_options(TRACK, WORKSPACE, *TALKING)
def promote(
    version: str,
    alias: str,
    why: str,
    on: str | None,
    yes: bool,
    track: str | None,
    workspace: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Put a version in use: show who changes segment, then give it the alias."""
    del verbose
    import shlex

    from segmentry import track as tracking
    from segmentry.cli.terminal import Talk
    from segmentry.errors import UsageError
    from segmentry.workspace import open_run

    why = tracking.check_why(why)
    name, at, number = version.rpartition("@")
    if not at or not name or set(name) & {"@", "/", ":"} or not number.isdecimal():
        raise UsageError(f"{version!r} is no NAME@VERSION", way_out="segmentry promote shop@3 --why TEXT")
    store = tracking.find_store(track, workspace)
    found = tracking.preview(name, number, alias, store, workspace, None if on is None else open_run(on, workspace))
    talk = Talk(as_json=as_json, quiet=quiet)
    if found.nothing_to_do:
        talk.give([f" {name} version {number} is {alias} already"], _plain(found, None))
        return
    talk.say(*_shown(found), "")
    if not yes:
        _ask(found, talk)
    made = tracking.promote(found, why)
    talk.give([f" {name} version {number} is now {alias}"], _plain(found, made))
    where = _where(track, store, workspace)
    talk.say(f" Next   segmentry score {shlex.quote(f'models:/{name}@{alias}')} FILE --out scores.csv{where}")


def _ask(found: "Preview", talk: "Talk") -> None:
    """Ask whether to go on; where nobody can be asked, refuse.

    Raises
    ------
    UsageError
        Nobody can be asked.
    """
    import sys

    from segmentry.errors import UsageError

    if talk.as_json or not sys.stdin.isatty():
        evidence = [line.strip() for line in _shown(found, events=False)] if talk.silent else []  # else it was said
        raise UsageError("nothing was promoted: nobody is here to say yes", evidence, "--yes")
    click.confirm(f" Make version {found.version.version} the {found.alias}?", abort=True, err=True)


def _shown(found: "Preview", *, events: bool = True) -> list[str]:
    """Say what a promotion would change."""
    from segmentry.cli.lines import event_lines, wrapped

    new, alias = found.version, found.alias
    if found.before is None:
        return [f" No version of {new.name} is {alias} yet"]
    lines = [f" {alias} is version {found.before.version} of {new.name}; version {new.version} would take its place"]
    moves = found.moves
    if moves is None:
        return [*lines, *wrapped(f"! How many customers change segment can't be said: {found.unknown}")]
    share = f" ({100 * moves.changed / moves.customers:.1f}%)" if moves.customers else ""
    lines.append(f" {moves.changed:,} of {moves.customers:,} customers of {moves.run} change segment{share}")
    if events:
        lines += event_lines(moves.events)
    if moves.lettered > moves.changed:
        told = f"! {moves.lettered:,} customers get another letter, as letters don't go on from version "
        lines += wrapped(f"{told}{found.before.version}: run --previous makes them")
    return lines


def _plain(found: "Preview", made: "Promotion | None") -> dict[str, Any]:
    from segmentry.plain import to_plain

    return {
        **_version(found.version),
        "alias": found.alias,
        "before": None if found.before is None else found.before.version,
        "moves": to_plain(found.moves),
        "unknown": found.unknown,
        "promoted": to_plain(made),
    }


def _version(version: "Version") -> dict[str, Any]:
    return {"name": version.name, "version": version.version}


COMMANDS = (register, promote)
