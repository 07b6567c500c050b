"""Runs as versions of a named model in MLflow's registry."""

import re
from contextlib import suppress

from segmentry.errors import UsageError
from segmentry.track.log import FOLDER, find_tracked, log_run, sha256_of
from segmentry.track.record import RUN
from segmentry.track.registry import SHA, Version, version_of
from segmentry.track.store import Store
from segmentry.workspace import Run

__all__ = ["check_model_name", "register"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")


def check_model_name(name: str) -> str:
    """Give the name back if a registered model may be called that.

    Raises
    ------
    UsageError
        It may not.

    Examples
    --------
    >>> check_model_name("shop-segments")
    'shop-segments'
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"a registered model can't be called {name!r}",
            ["a name has 1 to 100 letters, digits, blanks and . _ -, and begins with a letter or a digit"],
            "--name shop-segments",
        )
    return name


def register(run: Run, name: str, store: Store) -> tuple[Version, bool]:
    """Make a run the next version of a registered model; it is logged first where it wasn't yet.

    A version is known by the content of its model file: a run that is one already stays that one.

    Parameters
    ----------
    run : Run
        From its folder.
    name : str
        The model's; it is made where there is none.
    store : Store
        Which MLflow.

    Returns
    -------
    version : Version
        The run's.
    new : bool
        Whether it was made now.

    Raises
    ------
    UsageError
        The name can't be used, or MLflow isn't installed.
    ServerError
        The registry is away, or refuses.
    """
    check_model_name(name)
    sha = sha256_of(run)
    tracked = find_tracked(run, store) or log_run(run, store)
    with store.asked() as client:
        known = client.search_model_versions(f"name = '{name}'", max_results=1000)
        same = next((one for one in known if (one.tags or {}).get(SHA) == sha), None)
        if same is not None:
            return version_of(same, "", store), False
        with suppress(Exception):  # there is one already; where it can't be made at all, the version says why
            client.create_registered_model(name, description="Customer segments, made by segmentry.")
        summary = run.summary
        tags = {SHA: sha, RUN: summary.run, FOLDER: str(run.folder), "segmentry.fingerprint": summary.fingerprint}
        if summary.verdict:
            tags["segmentry.verdict"] = summary.verdict
        source = f"models:/{tracked.model}"
        if not store.uri.startswith("http"):
            # A database would look the model up in whatever MLflow the process has as its own.
            source = client.get_logged_model(tracked.model).artifact_location
        made = client.create_model_version(
            name,
            source=source,
            run_id=tracked.run,
            model_id=tracked.model,
            tags=tags,
            description=f"The run {summary.run}: {summary.k} segments of {summary.customers:,} customers. "
            f"{summary.headline}.",
        )
        return version_of(made, "", store), True
