"""Following segments over time: run --previous, and compare."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.cells import cell_len

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory, orders: pd.DataFrame) -> Path:
    """Give the orders of all but a few customers."""
    path = tmp_path_factory.mktemp("later") / "later.csv"
    orders[orders["customer_id"] > "00011"].to_csv(path, index=False)
    return path


@pytest.fixture
def here(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the workspace, in which A of spring is called Stars, and stand in it."""
    shutil.copytree(workspace, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def test_letters_names_and_events_are_everywhere(call: Call, here: Path, later: Path) -> None:
    """A run after another one keeps its letters and names in every file, and says what became of each segment."""
    assert call("rename", "spring", "A", "Stars").code == 0
    said = call("run", later, "--segments", "4", "--name", "summer", "--previous", "spring")
    assert said.code == 0, said.err
    assert "What changed since spring" in said.out
    assert "kept" in said.out
    assert all(cell_len(line) <= 80 for line in said.out.splitlines())
    told = call("show", "summer", "--json").json
    letters = {one["letter"]: one["name"] for one in told["segments"]}
    assert letters["A"] == "Stars"
    assert told["identity"]["run"] == "spring"
    assert told["identity"]["basis"] == "model"
    assert {event["kind"] for event in told["identity"]["events"]} >= {"kept"}
    folder = here / "runs" / "summer"
    table = pd.read_csv(folder / "segments.csv", dtype=str)
    assert dict(zip(table["segment"], table["name"], strict=True)) == letters
    html = (folder / "report.html").read_text()
    assert "What changed since " in html
    assert f'previous = "{here / "runs" / "spring"}"' in (folder / "recipe.toml").read_text()
    assert set(call("list", "summer", "D", "A").out.splitlines()[-1].split(",")) & {"A", "D"}
    assert call("show", "summer", "Stars", "--json").json["letter"] == "A"


def test_letters_out_of_order_mean_the_same_everywhere(call: Call, here: Path, later: Path) -> None:
    """Segments stand by spend while letters follow the run before: scores, lists and renames go by the letter."""
    assert call("run", later, "--segments", "2", "--name", "two", "--previous", "spring").code == 0
    assert call("run", later, "--segments", "4", "--name", "four", "--previous", "two").code == 0
    shown = [one["letter"] for one in call("show", "four", "--json").json["segments"]]
    assert shown != sorted(shown)
    run = pd.read_csv(here / "runs/four/segments.csv", dtype=str).set_index("customer_id")["segment"]
    assert set(run) == set(shown)
    day = call("show", "four", "--json").json["as_of"]
    assert call("score", "four", later, "--as-of", day, "--out", "s.csv").code == 0
    scored = pd.read_csv("s.csv", dtype=str).set_index("customer_id")["segment"]
    assert (scored.reindex(run.index) == run).all()
    listed = pd.read_csv(io.StringIO(call("list", "four", *sorted(shown)).out), dtype=str)
    assert list(dict.fromkeys(listed["segment"])) == shown
    assert call("rename", "four", shown[1], "Ours").code == 0
    names = pd.read_csv(here / "runs/four/segments.csv", dtype=str).set_index("customer_id")["name"]
    assert set(names[run == shown[1]]) == {"Ours"}
    assert "Ours" not in set(names[run != shown[1]])


def test_a_run_does_not_replace_the_one_before(call: Call, here: Path, later: Path) -> None:
    """A recipe could not repeat a run whose predecessor it has written over."""
    said = call("run", later, "--name", "spring", "--previous", "spring")
    assert said.code == 2
    assert "can't take the place of the one before" in said.err
    model = here / "runs" / "spring" / "model.segmentry"
    assert call("run", later, "--out", here / "runs" / "spring", "--previous", model).code == 2


def test_a_run_before_that_is_not_there(call: Call, here: Path, later: Path) -> None:
    """A name that no run has is exit code 6, with the runs that are there."""
    said = call("run", later, "--previous", "sprint")
    assert said.code == 6
    assert "spring" in said.err
    assert here.exists()


def test_compare_fits_the_terminal_and_names_the_next_step(call: Call, here: Path, later: Path) -> None:
    """Two runs side by side in 80 columns: agreement, who is only in one, sizes, cross-table, the index."""
    assert call("run", later, "--segments", "2", "--name", "two").code == 0
    said = call("compare", "spring", "two")
    assert said.code == 0, said.err
    assert all(cell_len(line) <= 80 for line in said.out.splitlines())
    assert "of 100 customers are in the same segment by both models" in said.out
    assert "12 customers only in spring" in said.out
    assert "Technical: adjusted Rand index" in said.out
    assert "Next   segmentry show two" in said.err
    plain = call("compare", "spring", here / "runs" / "two", "--json")
    assert plain.err == ""
    assert plain.json["customers"] == 228
    assert sum(map(sum, plain.json["table"])) == 228
    assert {"agreement", "adjusted_rand", "events", "changes", "left", "right"} <= set(plain.json)


def test_models_alone_are_compared_by_typical_values(call: Call, here: Path, later: Path) -> None:
    """Two model files, no customers: it says so, and claims no share of customers."""
    assert call("run", later, "--segments", "3", "--name", "late").code == 0
    said = call("compare", *(here / "runs" / name / "model.segmentry" for name in ("spring", "late")))
    assert said.code == 0, said.err
    assert "no customers could be compared" in said.out
    assert "of 100 customers are in the same segment" not in said.out
    assert "Rand" not in said.out
