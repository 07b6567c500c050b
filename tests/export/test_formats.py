"""Exports: one row a format, each written from a saved run."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from segmentry import report
from segmentry.cli.main import segmentry
from segmentry.errors import UsageError, VerdictError
from segmentry.export import FORMATS
from segmentry.export.pdf import browser, pdf
from segmentry.report import Brand
from segmentry.segment import segment
from segmentry.workspace import Run, open_run, rename_segment, save_run


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give a workspace with one run, ``amber``, in a brand's look."""
    table = pd.DataFrame({"visits": [1.0, 2.0, 30.0, 31.0] * 10, "stay": [5.0, 6.0, 90.0, 91.0] * 10})
    found = segment(table, segments=2, rebuilds=2, name="amber")
    save_run(tmp_path / "runs" / "amber", found, report.html, Brand("Northwind", kpis=("customers",)).to_toml())
    return tmp_path


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_a_run_is_written_in_its_own_look(workspace: Path, name: str) -> None:
    """The command writes the file and says where; the brand of the run is remembered."""
    out = workspace / f"out.{name}"
    done = CliRunner().invoke(
        segmentry, ["export", name, "amber", "--out", str(out), "--workspace", str(workspace)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert out.name in done.output
    assert "Northwind" in out.read_text(encoding="utf-8")


def test_another_look_can_be_given(workspace: Path) -> None:
    """A file on the command line comes before the run's own."""
    (workspace / "b.toml").write_text('name = "Southwind"\n', encoding="utf-8")
    out = workspace / "out.html"
    arguments = ["export", "html", "amber", "--out", str(out), "--workspace", str(workspace)]
    CliRunner().invoke(segmentry, [*arguments, "--brand", str(workspace / "b.toml")], catch_exceptions=False)
    assert "Southwind" in out.read_text(encoding="utf-8")
    assert "Northwind" not in out.read_text(encoding="utf-8")


def test_a_rename_keeps_the_look(workspace: Path) -> None:
    """The kept brand goes on with the folder, and the report is made in it again."""
    from functools import partial

    run = open_run("amber", workspace)
    again = rename_segment(run, "A", "Long stays", partial(report.html, brand=Brand.of_run(run)))
    assert Brand.of_run(again) == Brand("Northwind", kpis=("customers",))
    assert "Northwind" in (run.folder / "report.html").read_text(encoding="utf-8")
    assert "brand" in again.files


@pytest.mark.parametrize("name", ["azure-ml", "excel", "onnx", "power-bi"])
def test_what_is_acted_on_is_refused_of_a_split_that_is_not_dependable(name: str, amber: Run, tmp_path: Path) -> None:
    """As a mailing list is, with the same way out; reports show it all the same."""
    form = FORMATS[name]
    weak = Run(amber.folder, replace(amber.model, summary=replace(amber.summary, verdict="Not dependable")))
    options = {each.name.replace("-", "_"): each.default for each in form.extras}
    with pytest.raises(VerdictError, match="not dependable"):
        form.write(weak, tmp_path / "out.xlsx", Brand(), **options)
    assert not (tmp_path / "out.xlsx").exists()
    form.write(weak, tmp_path / "out.xlsx", Brand(), **options | {"anyway": True})
    assert (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("name", ["runs/amber/run.json", "runs/amber/report.html", "runs/amber"])
def test_an_export_never_replaces_what_belongs_to_a_run(workspace: Path, name: str) -> None:
    """A slip of the hand must not cost the run."""
    out = workspace / name
    before = {path: path.read_bytes() for path in (workspace / "runs" / "amber").iterdir()}
    arguments = ["export", "html", "amber", "--out", str(out), "--workspace", str(workspace)]
    with pytest.raises(UsageError, match="belongs to the run amber"):
        CliRunner().invoke(segmentry, arguments, catch_exceptions=False)
    assert {path: path.read_bytes() for path in (workspace / "runs" / "amber").iterdir()} == before


def test_a_workbook_is_called_as_excel_opens_it(amber: Run, tmp_path: Path) -> None:
    """Excel refuses its own content under another ending."""
    with pytest.raises(UsageError, match=r"no workbook called a\.csv"):
        FORMATS["excel"].write(amber, tmp_path / "a.csv", Brand(), include_customers=False, anyway=False)


def test_every_format_has_a_command_with_help(workspace: Path) -> None:
    """One row in the table is one command."""
    del workspace
    listed = CliRunner().invoke(segmentry, ["export", "--help"]).output
    for name, form in FORMATS.items():
        assert name in listed
        assert form.title in CliRunner().invoke(segmentry, ["export", name, "--help"]).output


def test_without_a_browser_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No traceback: what was looked for, and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr("segmentry.export.pdf.PLACES", ())
    with pytest.raises(UsageError, match="none was found"):
        pdf("<p>")
    monkeypatch.setenv("CHROME", "/nowhere/chrome")
    with pytest.raises(UsageError, match="CHROME names no program"):
        browser()


def test_a_browser_that_prints_nothing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its exit code and last words are the evidence."""
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CHROME", str(program))
    with pytest.raises(UsageError) as caught:
        pdf("<p>")
    assert {"exit code 3", "no display"} <= set(caught.value.evidence)


def test_an_export_names_its_run_as_it_is_found_from_here(workspace: Path) -> None:
    """The command that comes next works as it is printed, without --workspace."""
    arguments = ["export", "markdown", "amber", "--out", str(workspace / "a.md"), "--workspace", str(workspace)]
    said = CliRunner().invoke(segmentry, arguments, catch_exceptions=False).output
    following = next(line for line in said.splitlines() if "Next" in line).split("segmentry ", 1)[1]
    assert CliRunner().invoke(segmentry, following.split(), catch_exceptions=False).exit_code == 0


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_brand_is_an_option_of_what_people_look_at(name: str) -> None:
    """What only programs read has no look: an option that does nothing would be taken for one that does."""
    shown = CliRunner().invoke(segmentry, ["export", name, "--help"]).output
    assert ("--brand" in shown) == (name not in {"azure-ml", "onnx"})


def test_a_place_to_send_to_is_of_no_use_without_sending(amber: Run, tmp_path: Path) -> None:
    """Who names a workspace of Azure is not left to think that it was sent there."""
    given = {each.name.replace("-", "_"): each.default for each in FORMATS["azure-ml"].extras}
    given |= {"anyway": True, "subscription": "s", "group": "g", "azure_workspace": "w"}
    with pytest.raises(UsageError, match="isn't sent"):
        FORMATS["azure-ml"].write(amber, tmp_path / "az", Brand(), **given)
    assert not (tmp_path / "az").exists()


def test_an_export_is_a_file(workspace: Path) -> None:
    """A dash makes no file of that name."""
    with pytest.raises(UsageError, match="is a file"):
        CliRunner().invoke(
            segmentry, ["export", "html", "amber", "--out", "-", "--workspace", str(workspace)], catch_exceptions=False
        )
