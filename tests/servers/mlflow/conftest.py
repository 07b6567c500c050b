"""Real MLflow servers, one on SQLite and one on Postgres, and two runs of Online Retail that tests look at."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from segmentry import report, segment
from segmentry.track import Store
from segmentry.workspace import Run, open_run, save_run

QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
SOURCE = str(Path(__file__).resolve().parents[3] / "src")
BIN = str(Path(sys.executable).parent)
"""MLflow starts uvicorn and gunicorn by their names."""
collect_ignore_glob = [] if find_spec("mlflow") else ["*.py"]
"""In the environment without MLflow there is nothing to collect, not to be skipped either."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies here needs servers, and MLflow's own libraries may warn as they like."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.filterwarnings("default"))


def free_port() -> int:
    """Give a port that was free just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(url: str) -> bool:
    """Say whether an address answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def started(command: Sequence[str], ready: Callable[[], bool], log: Path, more: dict[str, str]) -> Iterator[None]:
    """Start a server with all its children, wait until it is ready, and stop it with all of them."""
    environment = {**os.environ, **QUIET, **more, "PYTHONPATH": SOURCE, "PATH": f"{BIN}:{os.environ['PATH']}"}
    with log.open("wb") as said:
        server = subprocess.Popen(command, stdout=said, stderr=said, env=environment, start_new_session=True)
        try:
            until = time.monotonic() + 120
            while not ready():
                assert server.poll() is None, f"it ended: {log.read_text()[-3000:]}"
                assert time.monotonic() < until, f"it isn't ready: {log.read_text()[-3000:]}"
                time.sleep(0.2)
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    server.wait(15)
                os.killpg(server.pid, signal.SIGKILL)
            server.wait(15)


@contextmanager
def postgres() -> Iterator[str]:
    """Start a Postgres of our own on 127.0.0.1, and give the address of a database of it."""
    # Not in one of pytest's folders: they are closed to other persons, and so to the server's.
    with tempfile.TemporaryDirectory(prefix="segmentry-pg-") as folder:
        yield from _postgres(Path(folder))


def _postgres(folder: Path) -> Iterator[str]:
    tried = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True), shutil.which("pg_ctl")]
    found = next((str(path) for path in tried if path), None)
    if found is None:
        reason = "Postgres is not installed (apt-get install postgresql), so what needs it is skipped"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    tools, port, data = Path(found).parent, free_port(), folder / "data"
    # It refuses to run as root.
    person = "postgres" if os.geteuid() == 0 else None
    as_it = ["runuser", "-u", "postgres", "--"] if person else []
    if person:
        shutil.chown(folder, person)
    name = person or pwd.getpwuid(os.geteuid()).pw_name
    call = partial(subprocess.run, check=True, capture_output=True, cwd="/")
    call([*as_it, str(tools / "initdb"), "-D", str(data), "-A", "trust", "-U", name, "--no-sync"])
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    call([*as_it, str(tools / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start"])
    try:
        call([*as_it, str(tools / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", name, "mlflow"])
        yield f"postgresql+psycopg2://{name}@127.0.0.1:{port}/mlflow"
    finally:
        call([*as_it, str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a real MLflow server."""
    folder = tmp_path_factory.mktemp(str(request.param))
    with ExitStack() as stack:
        on_postgres = request.param == "postgres"
        uri = stack.enter_context(postgres()) if on_postgres else f"sqlite:///{folder / 'server.db'}"
        port = free_port()
        command = [
            *(f"{BIN}/mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--backend-store-uri", uri, "--artifacts-destination", str(folder / "artifacts")),
        ]
        url = f"http://127.0.0.1:{port}"
        stack.enter_context(started(command, lambda: answers(f"{url}/health"), folder / "server.log", {}))
        yield url


@pytest.fixture
def store(server: str) -> Store:
    """Give the server as a store."""
    return Store(server)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Give a workspace with two runs of Online Retail: "one", and "two" with another number of segments after it."""
    place = tmp_path_factory.mktemp("workspace")
    source = shared_data / "online_retail.parquet"
    before: Path | None = None
    for name, segments in (("one", "auto"), ("two", "5")):
        found = segment(source, name=name, segments=segments, previous=before, rebuilds=20)
        before = place / "runs" / name
        save_run(before, found, partial(report.html, brand=None))
    return place


@pytest.fixture(scope="session")
def one(workspace: Path) -> Run:
    """Give the first run."""
    return open_run("one", workspace)


@pytest.fixture(scope="session")
def two(workspace: Path) -> Run:
    """Give the second run."""
    return open_run("two", workspace)


@pytest.fixture
def version_one(call: Any, workspace: Path, server: str) -> str:
    """Give the number of the first run's version of "shop"; asked for again it stays the same."""
    said = call("register", "one", "--name", "shop", "--track", server, "--workspace", workspace, "--json")
    return str(said.json["version"])


@pytest.fixture
def version_two(call: Any, workspace: Path, server: str, version_one: str) -> str:
    """Give the number of the second run's version of "shop"."""
    del version_one
    said = call("register", "two", "--name", "shop", "--track", server, "--workspace", workspace, "--json")
    return str(said.json["version"])


@pytest.fixture
def ask_served(server: str, tmp_path: Path) -> Callable[[str, dict[str, Any]], Any]:
    """Give a function that serves a model as ``mlflow models serve`` does, asks it once, and gives the answer."""

    def ask(model: str, asked: dict[str, Any]) -> Any:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [f"{BIN}/mlflow", "models", "serve", "-m", model, "--env-manager", "local", "-h", "127.0.0.1"]
        command += ["-p", str(port)]
        more = {"MLFLOW_TRACKING_URI": server}
        with started(command, lambda: answers(f"{url}/ping"), tmp_path / "served.log", more):
            body, said = json.dumps(asked).encode(), {"Content-Type": "application/json"}
            request = urllib.request.Request(f"{url}/invocations", body, said)  # noqa: S310 - our own server
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
                return json.load(answer)

    return ask


@pytest.fixture
def serve_alias(server: str, workspace: Path, tmp_path: Path) -> Callable[[str], AbstractContextManager[str]]:
    """Give a function that serves an alias of "shop" as ``segmentry serve`` does, and gives the address."""

    @contextmanager
    def serve(alias: str) -> Iterator[str]:
        port = free_port()
        command = [sys.executable, "-m", "segmentry", "serve", str(workspace), "--port", str(port), "--json"]
        command += ["--model", f"models:/shop@{alias}", "--track", server]
        url = f"http://127.0.0.1:{port}"
        with started(command, lambda: answers(f"{url}/health"), tmp_path / "serve.log", {}):
            yield url

    return serve
