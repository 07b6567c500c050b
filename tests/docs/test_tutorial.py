"""The tutorial: it runs from top to bottom, and shows what it says that it shows."""

import getpass
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("altair", reason="charts need the extra look")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """Give docs/execute.py, which stores the outputs."""
    spec = importlib.util.spec_from_file_location("execute", ROOT / "docs" / "execute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    """Give the notebook as it is stored."""
    notebook: dict[str, Any] = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
    return notebook


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.slow
def test_the_tutorial_shows_what_it_gives(docs: ModuleType, tmp_path: Path) -> None:
    """Executed anew it has no error, and its texts are the stored ones (``make tutorial`` stores them)."""
    import nbformat

    found = docs.execute(docs.TUTORIAL, tmp_path)
    assert docs.said(found) == docs.said(nbformat.read(docs.TUTORIAL, as_version=4))
    targets = (tmp_path / "work" / "targets.csv").read_text(encoding="utf-8").splitlines()
    assert targets[0] == "customer_id,first_name,email,segment,name"
    assert len(targets) > 10


def test_every_cell_was_run_in_order(stored: dict[str, Any]) -> None:
    """Cells are stored as one run from the top leaves them, all with an output, none with an error or a warning."""
    cells = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell["outputs"] for cell in cells)
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert "error" not in kinds
    assert not [output for cell in cells for output in cell["outputs"] if output.get("name") == "stderr"]


def test_cells_are_short(stored: dict[str, Any]) -> None:
    """A cell is taken in at a glance: at most fifteen lines."""
    assert max(len("".join(cell["source"]).splitlines()) for cell in stored["cells"]) <= 15


def test_outputs_say_nothing_of_the_machine(stored: dict[str, Any]) -> None:
    """No folder of somebody's computer, no name, no time of the run."""
    shown = json.dumps([cell.get("outputs") for cell in stored["cells"]])
    for place in (str(ROOT), str(Path.home()), "/tmp", "/home", "\\\\Users", f"/{getpass.getuser()}/"):  # noqa: S108
        assert place not in shown
    assert not re.search(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", shown)
    assert set(stored["metadata"]) == {"kernelspec", "language_info"}
    assert not any(cell["metadata"] for cell in stored["cells"])


def test_charts_and_tables_are_stored(stored: dict[str, Any]) -> None:
    """Whoever only reads it sees our charts, a plot by seaborn and the faces of run and profiles."""
    kinds = [kind for cell in stored["cells"] for out in cell.get("outputs", []) for kind in out.get("data", {})]
    assert kinds.count("image/svg+xml") >= 3
    assert kinds.count("image/png") == 1
    html = "".join(
        "".join(out["data"]["text/html"])
        for cell in stored["cells"]
        for out in cell.get("outputs", [])
        if "text/html" in out.get("data", {})
    )
    assert html.count('class="segmentry"') == 3
