"""Runs the tutorial in a kernel of its own; ``python docs/execute.py`` stores its outputs anew."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient

__all__ = ["TUTORIAL", "execute", "said"]

TUTORIAL = Path(__file__).with_name("tutorial.ipynb")

SECONDS = 120
"""One cell may take so long."""


def execute(notebook: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook by this very Python, and give it with its outputs.

    Parameters
    ----------
    notebook : pathlib.Path
        Its file, which stays as it is.
    folder : pathlib.Path
        Where it runs, and leaves its files; an empty one.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell fails.
    """
    found = nbformat.read(notebook, as_version=4)
    work, own = folder / "work", folder / "jupyter"
    work.mkdir()
    with _kernel(own):
        client = NotebookClient(
            found,
            timeout=SECONDS,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": work}},
        )
        client.execute()
    found.metadata = {"kernelspec": _SPEC, "language_info": {"name": "python"}}
    for cell in found.cells:
        cell.metadata = {}
    return found


def said(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """Give the text that each code cell shows: what a terminal would show, without pictures and pages."""
    return [
        [out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


_SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


@contextmanager
def _kernel(folder: Path) -> Iterator[None]:
    """Have this Python as the only kernel, with all settings of its own, for as long as it lasts."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, **_SPEC}), encoding="utf-8")
    changed = {
        "JUPYTER_PATH": folder,
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "MPLCONFIGDIR": folder / "matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update({name: str(value) for name, value in changed.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(execute(TUTORIAL, Path(folder)), TUTORIAL)
