"""Run folders: found by name or place, never by a path smuggled into a name, and replaced whole."""

from pathlib import Path

import pandas as pd
import pytest

from segmentry import report
from segmentry.errors import ModelError, NotFoundError, UsageError
from segmentry.segment import segment
from segmentry.workspace import check_name, free_name, list_runs, open_model, open_run, rename_segment, save_run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give a workspace with one run, ``amber``, of two segments."""
    table = pd.DataFrame({"visits": [1.0, 2.0, 30.0, 31.0] * 10, "stay": [5.0, 6.0, 90.0, 91.0] * 10})
    found = segment(table, segments=2, rebuilds=2, name="amber")
    save_run(tmp_path / "runs" / "amber", found, report.html)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["", "..", "../up", "a/b", "a\\b", "A", "ä", "-a", "_a", "a b", "a.b", "%2e%2e", "con\n", "a" * 65, "a\0b"]
)
def test_names_that_could_be_paths_are_refused(name: str) -> None:
    """A run's name has only signs that mean nothing to a file system."""
    with pytest.raises(UsageError):
        check_name(name)


@pytest.mark.parametrize("name", ["a", "amber", "spring-2026", "0", "a_b", "a" * 64])
def test_plain_names_are_taken(name: str) -> None:
    """Letters, digits, _ and - are fine."""
    assert check_name(name) == name


def test_a_run_is_found_by_name_by_place_and_as_the_latest(workspace: Path) -> None:
    """All three ways lead to the same folder."""
    folder = workspace / "runs" / "amber"
    assert [open_run(run, workspace).folder for run in ("amber", str(folder), None)] == [folder] * 3
    assert open_model("amber", workspace).summary == open_model(str(folder / "model.segmentry"), workspace).summary


def test_the_next_free_name_is_free(workspace: Path) -> None:
    """A name that a run has is not given again."""
    assert free_name(workspace) == "birch"


def test_missing_runs_name_those_that_are_there(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Who misspells a run sees the runs; who has none sees how to make one."""
    with pytest.raises(NotFoundError) as refused:
        open_run("ambre", workspace)
    assert "amber" in str(refused.value)
    with pytest.raises(NotFoundError, match="that is a file; a run is a folder"):
        open_run(str(workspace / "runs" / "amber" / "model.segmentry"), workspace)
    with pytest.raises(NotFoundError, match="no run"):
        open_run(None, tmp_path_factory.mktemp("empty"))


def test_renaming_leaves_what_holds_no_names(workspace: Path) -> None:
    """A rename rewrites what shows names, and copies the rest to the byte."""
    run = open_run("amber", workspace)
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    renamed = rename_segment(run, "A", "Long stays", report.html)
    after = {path.name: path.read_bytes() for path in renamed.folder.iterdir()}
    assert set(before) == set(after)
    same = {name for name in before if before[name] == after[name]}
    assert same == {"rejects.csv", "customers.parquet", "recipe.toml"}
    assert set(renamed.customers()["name"]) >= {"Long stays"}
    assert [path.name for path in (workspace / "runs").iterdir()] == ["amber"]


def test_months_are_kept_beside_the_run(tmp_path: Path) -> None:
    """An order log's run has them, a rename copies them, and a run without them goes on working."""
    orders = pd.DataFrame(
        {
            "customer": [f"C{who}" for who in range(20) for _ in range(1 + who % 2 * 5)],
            "date": pd.date_range("2026-01-01", periods=70, freq="D"),
            "amount": [10.0 + order % 7 for order in range(70)],
        }
    )
    save_run(tmp_path / "runs" / "amber", segment(orders, segments=2, rebuilds=2, name="amber"), lambda _: "")
    run = open_run("amber", tmp_path)
    months = run.monthly()
    assert months is not None
    assert list(months.columns) == ["customer_id", "month", "orders", "revenue"]
    assert months["revenue"].sum() == orders["amount"].sum()
    assert Path(run.files["monthly"]).is_file()
    renamed = rename_segment(run, "A", "Long stays", lambda _: "")
    pd.testing.assert_frame_equal(renamed.monthly(), months)
    (run.folder / "monthly.parquet").unlink()
    older = rename_segment(open_run("amber", tmp_path), "A", "Short stays", lambda _: "")
    assert older.monthly() is None
    assert "monthly" not in older.files


def test_a_damaged_run_is_an_error_of_its_own(workspace: Path) -> None:
    """A model that was cut short is said to be damaged."""
    model = workspace / "runs" / "amber" / "model.segmentry"
    model.write_bytes(model.read_bytes()[:-50])
    with pytest.raises(ModelError):
        open_run("amber", workspace)
    assert [folder.name for folder in list_runs(workspace)] == ["amber"]
