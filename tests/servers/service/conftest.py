"""A workspace with a run and keys, served as people serve it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from harness.server import command, opened


@dataclass(frozen=True, slots=True)
class Served:
    """A service under way.

    Parameters
    ----------
    folder : pathlib.Path
        Its workspace; the model that it serves is ``champion.segmentry`` there.
    address : str
        Without a last slash.
    key : str
        May do everything.
    """

    folder: Path
    address: str
    key: str


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with one run of a sample shop."""
    folder = tmp_path_factory.mktemp("served")
    command("demo", "--customers", "400", "--workspace", str(folder), "--quiet")
    return folder


@pytest.fixture
def served(workspace: Path) -> Iterator[Served]:
    """Serve it with keys asked for, and a model that a test may replace."""
    champion = workspace / "champion.segmentry"
    champion.write_bytes((workspace / "runs" / "demo" / "model.segmentry").read_bytes())
    words = ["keys", "new", f"tests-{uuid4().hex}", "--right", "manage"]
    made = command(*words, "--per-second", "1000000", "--workspace", str(workspace), "--json")
    with opened(workspace, "--model", str(champion)) as address:
        yield Served(workspace, address, json.loads(made.stdout)["key"])
