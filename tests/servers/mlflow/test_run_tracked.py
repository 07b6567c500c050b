import os
from pathlib import Path
from typing import Any

import mlflow
import pytest

from segmentry.workspace import open_run

AWAY = "http://127.0.0.1:9"
"""The port of "discard": nobody listens there."""


@pytest.fixture
def table(shared_data: Path) -> Path:
    """Give a customer table that is quick to segment."""
    return shared_data / "mall_customers.csv"


def test_run_with_track_logs_the_run(call: Any, server: str, table: Path, tmp_path: Path) -> None:
    """``run --track URI`` saves the run and logs it, and JSON says where."""
    said = call("run", table, "--segments", "5", "--track", server, "--workspace", tmp_path, "--json")
    assert said.code == 0, said.err
    tracked = said.json["tracked"]
    assert tracked["page"].startswith(server)
    run = mlflow.MlflowClient(tracking_uri=server).get_run(tracked["run"])
    assert run.data.metrics["k"] == 5
    assert run.data.tags["segmentry.fingerprint"] == said.json["fingerprint"]


@pytest.mark.parametrize("asked", [True, False], ids=["--track", "environment"])
def test_a_run_that_cannot_be_tracked_is_saved_and_says_so(
    call: Any, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    """The run stands in its folder; asked for by --track the exit code is 7, by the environment alone it stays 0."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    if not asked:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", AWAY)
    words = ("--track", AWAY) if asked else ()
    said = call("run", table, "--segments", "5", "--name", "kept", *words, "--workspace", tmp_path, "--json")
    assert said.code == (7 if asked else 0)
    assert f"no MLflow answers at {AWAY}" in said.json["tracked"]["error"]["what"]
    assert "The run is saved, and not tracked" in said.err
    assert open_run("kept", tmp_path).summary.k == 5


@pytest.mark.parametrize("address", [AWAY, "postgresql://anna:secret@127.0.0.1:9/runs"])
def test_a_server_that_is_away_is_said_at_once(
    call: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    """Scoring by a registry that is away ends with 7, names it without its password, and says what to do."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = call("assign", "models:/shop@champion", "spend=1", "--track", address, "--workspace", tmp_path)
    assert said.code == 7
    assert "no MLflow answers at" in said.err
    assert "127.0.0.1:9" in said.err
    assert "secret" not in said.err
    assert "--track" in said.err


def test_a_workspace_without_a_store_is_not_given_one_by_looking(
    call: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asking for a version where nothing was ever tracked says so, and makes no database."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    said = call("assign", "models:/shop@champion", "spend=1", "--workspace", tmp_path)
    assert said.code == 6
    assert "nothing is tracked" in said.err
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are all that matters
