"""Where runs are tracked: which MLflow, how it is reached, and its faults told as ours."""

import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from segmentry.errors import NotFoundError, SegmentryError, ServerError, UsageError

__all__ = ["DATABASE", "EXPERIMENT", "Store", "find_store", "is_installed", "need_mlflow"]

DATABASE = "mlflow.db"
"""The embedded store, in the workspace; its artifacts lie beside it."""
ARTIFACTS = "mlflow-artifacts"
EXPERIMENT = "segmentry"
KIND = "mlflow.experimentKind"
"""The tag by which MLflow's pages begin with runs, and not with conversations."""
ADDRESS = "MLFLOW_TRACKING_URI"
SERVERS = ("http", "https", "databricks", "azureml", "uc")
DATABASES = ("sqlite", "postgresql", "mysql", "mssql")

QUIETLY = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
}
"""What MLflow reads from the environment, where people have not set it.

Nothing leaves this computer but what is tracked; a server that is away is given up after seconds, not minutes; nothing
of the folder we are called in is taken for ours.
"""

AWAY = re.compile(
    r"Max retries exceeded|Connection (?:refused|reset|aborted)|timed? ?out|Failed to resolve|SSLError", re.IGNORECASE
)
REFUSED = re.compile(r"\b(?:401|403)\b|PERMISSION_DENIED|UNAUTHENTICATED|[Uu]nauthorized|[Ff]orbidden")


@dataclass(frozen=True, slots=True)
class Store:
    """One MLflow.

    Parameters
    ----------
    uri : str
        As MLflow takes it.
    artifacts : str, default ""
        Where a new experiment's files go; "" leaves it to the server.
    """

    uri: str
    artifacts: str = ""

    @property
    def shown(self) -> str:
        """The address as people may see it: without a password."""
        return re.sub(r"//([^/@]*?)(?::[^/@]*)?@", r"//\1@", self.uri)

    def need_database(self) -> None:
        """Raise where this is a database file that nobody has made yet: asking would make it.

        Raises
        ------
        NotFoundError
            There is none.
        """
        file = Path(self.uri.removeprefix("sqlite:///"))
        if self.uri.startswith("sqlite:///") and not file.is_file():
            raise NotFoundError(
                f"nothing is tracked in {file.parent}",
                [f"there is no {file.name}, and {ADDRESS} names no other MLflow"],
                "segmentry register RUN --name NAME, or --track URI",
            )

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Give MLflow's client, and tell what goes wrong with it as errors of ours.

        Raises
        ------
        UsageError
            MLflow, or the driver of its database, isn't installed.
        ServerError
            The server is away, or refuses.
        NotFoundError
            It has no such thing.
        """
        need_mlflow()
        _knock(self)
        with _quiet():
            try:
                yield _client(self.uri)
            except SegmentryError:
                raise
            except ModuleNotFoundError as error:
                missing = f"{error.name} is not installed"
                raise UsageError(
                    f"can't reach {self.shown}", [missing], f"pip install {_package(error.name)}"
                ) from error
            except Exception as error:
                told = _told(self, error)
                if told is None:
                    raise
                raise told from error

    def experiment(self, client: Any) -> str:
        """Give the id of our experiment, made where there is none yet.

        Another may stand in MLFLOW_EXPERIMENT_ID or MLFLOW_EXPERIMENT_NAME, as MLflow has it.
        """
        if given := os.environ.get("MLFLOW_EXPERIMENT_ID"):
            return given
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or EXPERIMENT
        found = client.get_experiment_by_name(name)
        if found is None:
            with suppress(Exception):  # somebody else may just have made it
                return str(client.create_experiment(name, self.artifacts or None, {KIND: "custom_model_development"}))
            found = client.get_experiment_by_name(name)
        if found is None or found.lifecycle_stage != "active":
            raise UsageError(
                f"the experiment {name!r} of {self.shown} was deleted",
                way_out="restore it in MLflow, or MLFLOW_EXPERIMENT_NAME=another",
            )
        return str(found.experiment_id)


def find_store(asked: str | None, workspace: Path) -> Store:
    """Say which MLflow is meant: the one asked for, else the environment's, else the workspace's own.

    Parameters
    ----------
    asked : str or None
        An address as MLflow takes it; None or "" where none was given.
    workspace : pathlib.Path
        The embedded store lies there: ``mlflow.db``, and ``mlflow-artifacts/`` beside it.

    Raises
    ------
    UsageError
        It is no address of an MLflow.

    Examples
    --------
    >>> find_store("http://127.0.0.1:5000", Path()).uri
    'http://127.0.0.1:5000'
    >>> find_store("postgresql://mlflow:secret@db/runs", Path()).shown
    'postgresql://mlflow@db/runs'
    """
    uri = asked or os.environ.get(ADDRESS, "")
    folder = workspace.absolute()
    if not uri:
        return Store(f"sqlite:///{(folder / DATABASE).as_posix()}", (folder / ARTIFACTS).as_uri())
    scheme = urlsplit(uri).scheme.partition("+")[0].lower() if ":" in uri else uri
    if scheme not in (*SERVERS, *DATABASES):
        evidence = ["a folder of runs is no store any more: MLflow refuses it"] if scheme in ("file", "") else []
        if Path(uri).exists():
            evidence.append("that is a file or a folder here: the address was left out, and it was taken for one")
        raise UsageError(
            f"{uri!r} is no address of an MLflow",
            evidence,
            "--track http://127.0.0.1:5000, --track sqlite:////folder/mlflow.db, or --track as the last option",
        )
    # A database holds no files: where nobody else keeps them they lie in the workspace.
    return Store(uri, (folder / ARTIFACTS).as_uri() if scheme in DATABASES else "")


def is_installed() -> bool:
    """Say whether MLflow is there, without importing it."""
    return find_spec("mlflow") is not None


def need_mlflow() -> None:
    """Raise where MLflow isn't installed.

    Raises
    ------
    UsageError
        It isn't.
    """
    if not is_installed():
        raise UsageError("tracking needs an extra part", ["mlflow is not installed"], "pip install 'segmentry[mlflow]'")


def _knock(store: Store) -> None:
    """See at once whether a database server listens: MLflow would try for minutes.

    Raises
    ------
    ServerError
        It doesn't.
    """
    address = urlsplit(store.uri)
    scheme = address.scheme.partition("+")[0]
    port = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}.get(scheme)
    if port is None or not address.hostname:
        return
    try:
        socket.create_connection((address.hostname, address.port or port), timeout=10).close()
    except OSError as error:
        raise _away(store, error.strerror or str(error)) from error


def _client(uri: str) -> Any:
    from mlflow import MlflowClient  # noqa: PLC0415 - three seconds that only tracking needs

    return MlflowClient(tracking_uri=uri)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let MLflow say nothing: what matters comes back as results and errors."""
    for name, value in QUIETLY.items():
        os.environ.setdefault(name, value)
    with suppress(ModuleNotFoundError):
        import mlflow  # noqa: F401, PLC0415 - it sets the levels of its loggers when it is imported
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _told(store: Store, error: Exception) -> SegmentryError | None:
    """Tell a fault of MLflow as one of ours; None where it is none of MLflow's."""
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - it is imported already

    family = {f"{kind.__module__.partition('.')[0]}" for kind in type(error).__mro__}
    if isinstance(error, OSError) and "requests" not in family:
        way = "the server with --artifacts-destination, so that files go through it, or rights to that place"
        return ServerError(f"the files of {store.shown} can't be written or read", [_first_line(error)], way)
    if not isinstance(error, MlflowException) and not family & {"requests", "urllib3", "sqlalchemy", "alembic"}:
        return None
    seen = _first_line(error)
    code = getattr(error, "error_code", "")
    if code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"):
        return NotFoundError(f"{store.shown} has no such thing", [seen], "look at what it holds: mlflow ui")
    if AWAY.search(str(error)):
        reason = re.search(r"\[Errno -?\d+\] ([^')\"]{1,80})|timed out|SSLError[^)]{0,120}", str(error))
        return _away(store, seen if reason is None else reason[1] or reason[0])
    if REFUSED.search(f"{code} {str(error)[:500]}"):
        way = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
        return ServerError(f"{store.shown} refuses", [seen], way)
    return ServerError(f"{store.shown} can't do what was asked", [seen], "the same again; -v shows where it happened")


def _away(store: Store, seen: str) -> ServerError:
    return ServerError(
        f"no MLflow answers at {store.shown}",
        [seen],
        "start it, or name another: --track URI",
    )


def _first_line(error: Exception) -> str:
    """Give the first line of a message, without what may be a password."""
    line = str(error).strip().partition("\n")[0][:300]
    return re.sub(r"//([^/@\s]*?):[^/@\s]*@", r"//\1@", line)


def _package(module: str | None) -> str:
    return {"psycopg": "'psycopg[binary]'", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}.get(
        module or "", module or ""
    )
