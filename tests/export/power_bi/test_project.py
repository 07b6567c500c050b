"""The project folder: what is in it, what it replaces and what it leaves alone."""

import csv
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from segmentry.cli.main import segmentry
from segmentry.errors import UsageError
from segmentry.export.power_bi import write_project
from segmentry.export.power_bi.data import write_data
from segmentry.export.power_bi.tables import star
from segmentry.report import Brand
from segmentry.workspace import Run


@pytest.fixture
def project(projects: Mapping[str, Path], tmp_path: Path) -> Path:
    """Give a project of the awkward run, to be changed."""
    return Path(shutil.copytree(projects["awkward"], tmp_path / "project"))


def _rows(project: Path, table: str) -> list[list[str]]:
    with (project / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_no_cell_is_a_formula(projects: Mapping[str, Path]) -> None:
    """Ids, names, levels and head lines that a spreadsheet would run get a stroke in front; numbers may be negative."""
    cells = [
        cell
        for project in projects.values()
        for path in sorted((project / "data").iterdir())
        for row in _rows(project, path.stem)
        for cell in row
    ]
    suspicious = {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))}
    assert all(cell.removeprefix("-").replace(".", "", 1).isdigit() for cell in suspicious)
    assert {"'=1+1", "'-5", "'=cmd", "'=Ulm"} <= set(cells)


def test_ids_stay_as_they_are(projects: Mapping[str, Path]) -> None:
    """Leading zeros and capitals stay, and two ids that Power BI can't tell apart have keys of their own."""
    rows = {row[1]: row[0] for row in _rows(projects["after"], "customers")}
    assert {"00123", "abc", "ABC"} <= set(rows)
    assert rows["abc"] != rows["ABC"]


def test_raw_leaves_text_alone(runs: Mapping[str, Run], tmp_path: Path) -> None:
    """Who needs the ids byte for byte can have them."""
    (tmp_path / "data").mkdir()
    write_data(star(runs["after"]), tmp_path / "data", raw=True)
    assert "=1+1" in {row[1] for row in _rows(tmp_path, "customers")}


def test_the_folder_says_that_it_holds_customers(projects: Mapping[str, Path]) -> None:
    """Who gets it gets them: their number is said before anything else."""
    text = (projects["after"] / "READ ME.txt").read_text(encoding="utf-8")
    assert "one row for each of 60 customers" in text
    assert "DataFolder" in text


def test_a_project_that_nobody_touched_is_made_again_the_same(
    runs: Mapping[str, Run], projects: Mapping[str, Path], project: Path
) -> None:
    """The command replaces it; tags and ids follow from names; what Power BI keeps for itself is nobody's work."""
    cache = project / "awkward.SemanticModel" / ".pbi" / "cache.abf"
    cache.parent.mkdir()
    cache.write_bytes(b"cache")
    arguments = ["export", "power-bi", str(runs["awkward"].folder), "--out", str(project)]
    done = CliRunner().invoke(segmentry, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    whole = {path.relative_to(project) for path in project.rglob("*")}
    assert whole == {path.relative_to(projects["awkward"]) for path in projects["awkward"].rglob("*")}
    for path in whole:
        # The folder that the data lie in is written down.
        if (project / path).is_file() and path.name not in ("expressions.tmdl", "segmentry.toml"):
            assert (project / path).read_bytes() == (projects["awkward"] / path).read_bytes()


def test_other_files_are_not_replaced(runs: Mapping[str, Run], tmp_path: Path) -> None:
    """A folder that isn't ours stays as it is."""
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="holds other files"):
        write_project(runs["awkward"], tmp_path, Brand())
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize("change", ["changed", "new", "gone"])
def test_a_project_that_people_changed_is_not_replaced(runs: Mapping[str, Run], project: Path, change: str) -> None:
    """An afternoon's work in Power BI Desktop is never lost to an export."""
    theirs = project / "awkward.SemanticModel" / "definition" / "tables" / "Figures.tmdl"
    if change == "gone":
        theirs.unlink()
    elif change == "new":
        theirs.with_name("Ours.tmdl").write_text("table Ours\n", encoding="utf-8")
    else:
        theirs.write_text(theirs.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="was changed since") as caught:
        write_project(runs["awkward"], project, Brand())
    assert "--data-only" in str(caught.value.way_out)


def test_data_only_leaves_pages_and_measures(runs: Mapping[str, Run], project: Path) -> None:
    """New figures come under the pages as people have changed them."""
    page = next(project.glob("*.Report/definition/pages/*/page.json"))
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = page.read_bytes()
    right = (project / "data" / "customers.csv").read_bytes()
    (project / "data" / "customers.csv").write_text("old", encoding="utf-8")
    write_project(runs["awkward"], project, Brand(), data_only=True)
    assert page.read_bytes() == changed
    assert (project / "data" / "customers.csv").read_bytes() == right


def test_data_only_takes_the_run_that_follows_a_first_one(runs: Mapping[str, Run], tmp_path: Path) -> None:
    """The first run's model has what changed since the run before, blank; its pages don't show it."""
    after = runs["after"]
    first = Run(after.folder, replace(after.model, summary=replace(after.summary, identity=None)))
    write_project(first, tmp_path / "out", Brand())
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("visual.json"))
    assert "last run" not in pages
    write_project(after, tmp_path / "out", Brand(), data_only=True)
    assert "goes on" in (tmp_path / "out" / "data" / "segments.csv").read_text(encoding="utf-8-sig")


def test_data_only_wants_the_same_columns(runs: Mapping[str, Run], project: Path, tmp_path: Path) -> None:
    """A run with other measures would leave the model without what it reads."""
    with pytest.raises(UsageError, match="other columns") as caught:
        write_project(runs["after"], project, Brand(), data_only=True)
    assert any("the run has" in line for line in caught.value.evidence)
    with pytest.raises(UsageError, match="no Power BI project"):
        write_project(runs["after"], tmp_path / "nowhere", Brand(), data_only=True)


@pytest.mark.parametrize("what", ["currency", "spend"])
def test_data_only_wants_the_same_money(runs: Mapping[str, Run], project: Path, what: str) -> None:
    """Formats have the unit written in them, and a formula the column: dollars would be shown as pounds."""
    manifest = project / "segmentry.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace(f'{what} = ""', f'{what} = "other"'), encoding="utf-8")
    assert manifest.read_text(encoding="utf-8") != text
    with pytest.raises(UsageError, match="the money of this run"):
        write_project(runs["awkward"], project, Brand(), data_only=True)


def test_no_name_of_a_run_leads_out_of_the_folder(runs: Mapping[str, Run]) -> None:
    """A model file can come from anybody, and files are called as its run."""
    run = runs["awkward"]
    model = replace(run.model, summary=replace(run.summary, run="../../elsewhere"))
    assert star(Run(run.folder, model)).name == "run"
