"""The workbook in LibreOffice: it opens, prints and saves what we wrote, without a fault."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from segmentry import segment
from segmentry.export.workbook import workbook
from segmentry.report import Brand
from segmentry.workspace import Run, open_run, save_run

pytestmark = pytest.mark.server

NAMES = (
    "=1+1 [a]/b:c*?\\",
    "'quoted'",
    "👩👧 Stammkunden, die seit langem nichts kauften",
    "History",
    "<script>alert(1)</script>",
)
FAULT = re.compile(r"#(?:REF|NAME|VALUE|DIV/0|N/A|NUM|NULL)!?|Err:\d+")


@pytest.fixture(scope="module")
def retail(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a saved run of Online Retail, its segments under names that no sheet may have."""
    folder = tmp_path_factory.mktemp("workbook") / "runs" / "retail"
    found = segment(str(shared_data / "online_retail.parquet"), segments=5, rebuilds=5, name="retail", currency="£")
    for one, name in zip(found.summary.segments, NAMES, strict=True):
        found = replace(found, model=found.model.renamed(one.letter, name))
    save_run(folder, found, lambda _: "")
    return open_run(str(folder), folder.parent.parent)


@pytest.fixture(scope="module")
def converted(retail: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with our workbook and what LibreOffice makes of it: saved again, and printed."""
    folder = tmp_path_factory.mktemp("converted")
    ours = folder / "ours.xlsx"
    ours.write_bytes(workbook(retail.summary, Brand("Northwind"), retail))
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice is not installed: apt-get install libreoffice-calc")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for kind, out in (("pdf:calc_pdf_Export", folder), ("xlsx:Calc MS Excel 2007 XML", folder / "again")):
        done = subprocess.run(
            [program, "--headless", "--norestore", profile, "--convert-to", kind, "--outdir", str(out), str(ours)],
            capture_output=True,
            check=True,
            text=True,
            timeout=180,
        )
        assert "rror" not in done.stdout + done.stderr
    return folder


def _values(path: Path) -> dict[str, dict[str, Any]]:
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }


def test_every_value_survives(converted: Path, retail: Run) -> None:
    """Saved again by LibreOffice, every cell holds what ours held: ids as text, numbers to the last digit."""
    ours, again = _values(converted / "ours.xlsx"), _values(converted / "again" / "ours.xlsx")
    assert list(again) == list(ours)
    assert len(ours) == 2 * retail.summary.k + 4
    cells = 0
    for name, values in ours.items():
        for place, value in values.items():
            cells += 1
            assert again[name][place] == (pytest.approx(value, rel=1e-14) if isinstance(value, float) else value)
    assert cells > 4338 * 5


def test_no_formula_and_no_fault_appears(converted: Path) -> None:
    """Text that begins like a formula is still text; nothing is an error value."""
    book = openpyxl.load_workbook(converted / "again" / "ours.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert not FAULT.search(str(cell.value or ""))


def test_charts_are_still_there(converted: Path, retail: Run) -> None:
    """Two on the summary, one a segment, one of keep rates."""
    book = openpyxl.load_workbook(converted / "again" / "ours.xlsx")
    assert sum(len(sheet._charts) for sheet in book.worksheets) == retail.summary.k + 3


def test_it_prints(converted: Path, retail: Run) -> None:
    """Summary, every segment and the trust sheet on one page each; no error on any page."""
    pages = subprocess.run(
        ["pdftotext", "-layout", str(converted / "ours.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout.split("\f")
    assert not [page for page in pages if FAULT.search(page) or "###" in page]
    # The heads of the differences begin with a segment too.
    others = [page for page in pages if "differences between segments" not in page]
    for one in retail.summary.segments:
        titled = [page for page in others if page.strip().startswith(f"{one.letter} · ")]
        assert len(titled) == 1
    assert "of revenue" in pages[0]
    assert "Where to start" in pages[0] or "Before you use it" in pages[0]
