"""The pages and the service as people start them: ``segmentry open`` or ``serve`` in a process of its own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["command", "opened"]

PATIENCE = 60
"""Seconds within which the address must have been printed."""


def command(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``segmentry`` with some words, as in a terminal.

    Raises
    ------
    AssertionError
        It failed; what it said is shown.
    """
    done = subprocess.run(
        [sys.executable, "-m", "segmentry", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=_settings(),
    )
    assert done.returncode == 0, done.stderr
    return done


@contextmanager
def opened(folder: Path, *words: str) -> Iterator[str]:
    """Serve a workspace, or one run, until the block ends.

    Parameters
    ----------
    folder : pathlib.Path
        What is served.
    *words : str
        Of ``segmentry serve``, which is started where there are any, in place of ``segmentry open``.

    Yields
    ------
    str
        The address of the first page without its last slash, e.g. ``"http://127.0.0.1:40123"``.

    Raises
    ------
    AssertionError
        It didn't start, or reported a fault of its own.
    """
    start = ["serve", *words] if words else ["open", "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-m", "segmentry", *start, str(folder), "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_settings(),
    ) as process:
        said: list[str] = []
        assert process.stdout is not None
        assert process.stderr is not None
        late = threading.Timer(PATIENCE, process.kill)
        late.start()
        listening = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
        listening.start()
        try:
            address = _address(process.stdout, said)
            late.cancel()
            yield address
        finally:
            late.cancel()
            process.terminate()
            process.wait(timeout=20)
            listening.join(timeout=5)
        if any("Traceback" in line for line in said):
            raise AssertionError("the pages' process had a fault:\n" + "".join(said))


def _address(printed: IO[str], said: list[str]) -> str:
    """Read the one JSON object that tells where the pages are."""
    text = ""
    for line in printed:
        text += line
        try:
            return str(json.loads(text)["url"]).rstrip("/")
        except json.JSONDecodeError:
            continue
    raise AssertionError("segmentry ended without an address: " + "".join(said))


def _settings() -> dict[str, str]:
    """Keep the pages' work on one thread, as several tests run side by side."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}
