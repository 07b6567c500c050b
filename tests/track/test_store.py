import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from segmentry.cli.main import segmentry
from segmentry.errors import NotFoundError, ServerError, UsageError
from segmentry.track import Store, check_model_name, check_why, find_store, resolve, store
from segmentry.track.promotion import check_alias
from segmentry.track.registry import parse

ADDRESS = "MLFLOW_TRACKING_URI"


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the environment of the person who runs it names."""
    monkeypatch.delenv(ADDRESS, raising=False)


def test_the_address_that_was_given_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """First the option, then the environment, then the workspace's own."""
    assert find_store(None, tmp_path).uri == f"sqlite:///{tmp_path}/mlflow.db"
    assert find_store("", tmp_path).artifacts == (tmp_path / "mlflow-artifacts").as_uri()
    monkeypatch.setenv(ADDRESS, "http://env")
    assert find_store("", tmp_path).uri == "http://env"
    assert find_store("http://asked", tmp_path) == Store("http://asked")


@pytest.mark.parametrize("uri", ["mlruns", "file:///tmp/mlruns", "orders.csv", "C:\\runs", "ftp://somewhere"])
def test_what_is_no_address_is_refused(uri: str, tmp_path: Path) -> None:
    """Folders and files are no MLflow; the message says what is."""
    with pytest.raises(UsageError, match="no address of an MLflow") as error:
        find_store(uri, tmp_path)
    assert "--track http" in error.value.way_out


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("http://anna:secret@mlflow.test/x", "http://anna@mlflow.test/x"),
        ("postgresql+psycopg2://anna:se%40cret@db/x", "postgresql+psycopg2://anna@db/x"),
        ("https://mlflow.test", "https://mlflow.test"),
    ],
)
def test_a_password_is_never_shown(uri: str, shown: str) -> None:
    """An address is shown without the password in it."""
    assert Store(uri).shown == shown


@pytest.mark.parametrize(
    "uri", ["models:/", "models:/a", "models:/a/0", "models:/a@", "models:/a/b/1", "models:/a@7x", "models:/a'b/1"]
)
def test_what_names_no_version_is_refused(uri: str) -> None:
    """An address of the registry is a name and a number, or a name and an alias."""
    with pytest.raises(UsageError, match="names no version"):
        parse(uri)


def test_a_workspace_without_a_store_is_not_given_one(tmp_path: Path) -> None:
    """Asking the workspace's own registry before there is one says so, and makes nothing."""
    with pytest.raises(NotFoundError, match="nothing is tracked"):
        resolve("models:/shop@champion", find_store(None, tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        *((check_model_name, name) for name in ("", "a/b", "a:b", "a@b", " a", "x" * 101, "a'b")),
        *((check_alias, alias) for alias in ("", "v3", "latest", "3", "a b")),
        *((check_why, why) for why in ("", "  ", "two\nlines", "x" * 501)),
    ],
)
def test_names_aliases_and_reasons_are_checked_before_anything_is_asked(check: object, wrong: str) -> None:
    """What MLflow or a reader could misunderstand is refused in words."""
    assert callable(check)
    with pytest.raises(UsageError):
        check(wrong)


def test_without_mlflow_a_run_that_is_to_be_tracked_does_not_begin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The missing extra is named before a file is read."""
    monkeypatch.setattr(store, "is_installed", lambda: False)
    done = CliRunner().invoke(segmentry, ["run", str(tmp_path / "none.csv"), "--track"])
    assert isinstance(done.exception, UsageError)
    assert done.exception.way_out == "pip install 'segmentry[mlflow]'"


def test_a_database_that_is_away_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for MLflow's own tries: port 9 is nobody's."""
    monkeypatch.setattr(store, "is_installed", lambda: True)
    with pytest.raises(ServerError, match="no MLflow answers") as error, Store("postgresql://u@127.0.0.1:9/x").asked():
        pass
    assert error.value.exit_code == 7


def test_tracking_is_not_imported_before_it_is_used() -> None:
    """MLflow costs seconds: neither the room nor the command line imports it by itself."""
    code = "import sys, segmentry.track, segmentry.cli.tracking; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
