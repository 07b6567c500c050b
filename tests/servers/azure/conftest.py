"""An export of Online Retail, made once, and Azure's inference server running its script on this computer alone."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from segmentry import segment
from segmentry.export.azure_ml import azure_ml
from segmentry.workspace import Run, open_run, save_run

START = (
    "import sys; from azureml_inference_server_http.amlserver_linux import run; run('127.0.0.1', int(sys.argv[1]), 2)"
)
"""Azure's own server; its command would listen on every address of the computer."""
PATIENCE = 120.0
"""Seconds until it answers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies here needs Azure's libraries, and they may warn as they like."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.filterwarnings("default"))


@dataclass(frozen=True)
class Served:
    """An export that is served."""

    run: Run
    folder: Path
    program: Path
    address: str
    log: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Give what a process of the export sees: the packed program, not this checkout."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return (
            kept
            | {"PYTHONPATH": str(self.program), "PATH": path, "AZUREML_MODEL_DIR": str(self.folder / "model")}
            | more
        )


@pytest.fixture(scope="session")
def retail(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a saved run of Online Retail."""
    folder = tmp_path_factory.mktemp("azure") / "runs" / "retail"
    found = segment(str(shared_data / "online_retail.parquet"), segments=5, rebuilds=5, name="retail", currency="£")
    save_run(folder, found, lambda _: "")
    return open_run(str(folder), folder.parent.parent)


@pytest.fixture(scope="session")
def exported(retail: Run) -> Path:
    """Give its export, with the program packed from this very checkout."""
    out = retail.folder.parent.parent / "export"
    azure_ml(retail, out)
    return out


@pytest.fixture(scope="session")
def served(retail: Run, exported: Path) -> Iterator[Served]:
    """Install the export's wheel, serve its script, and stop the server at the end."""
    program = exported.parent / "program"
    (wheel,) = (exported / "environments" / "online").glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(program)]
    subprocess.run([*install, str(wheel)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = exported.parent / "server.txt"
    found = Served(retail, exported, program, f"http://127.0.0.1:{port}", log)
    script = {"AZUREML_ENTRY_SCRIPT": "score.py", "AML_APP_ROOT": str(exported / "online")}
    # Telemetry and metadata of Azure's machines are looked for at addresses that this computer hasn't.
    environment = found.environment(**script, APP_INSIGHTS_LOG_RESPONSE_ENABLED="false", HOME=str(exported.parent))
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(port)], cwd=exported / "online", env=environment, stdout=said, stderr=said
        )
    try:
        _wait(found.address, process, log)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - of this computer
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"Azure's server did not start: {log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
