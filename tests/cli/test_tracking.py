"""What tracking's commands say to type next, without MLflow; with it: tests/servers/mlflow."""

from pathlib import Path

import pytest

from segmentry.cli.tracking import ENVIRONMENT, _where
from segmentry.track import find_store


@pytest.mark.parametrize(
    ("track", "workspace", "environment", "wanted"),
    [
        (None, ".", "", ""),
        ("", ".", "", ""),
        (None, "our shop", "", " --workspace 'our shop'"),
        ("", "shop", "", " --workspace shop"),
        (None, "shop", "http://127.0.0.1:5000", ""),
        ("http://127.0.0.1:5000", "shop", "", " --track http://127.0.0.1:5000"),
    ],
)
def test_the_next_command_asks_the_same_mlflow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, track: str | None, workspace: str, environment: str, wanted: str
) -> None:
    """The embedded store lies in the workspace: a command that is copied from the screen must find it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT, environment)
    store = find_store(track, Path(workspace))
    assert _where(track, store, Path(workspace)) == wanted
