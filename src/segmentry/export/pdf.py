"""The report as PDF: printed by a browser that is installed, since a browser already knows how to set it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from segmentry.errors import UsageError

__all__ = ["browser", "pdf"]

VARIABLE = "CHROME"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where browsers lie that are not on the path."""
LONGEST = 120.0
"""Seconds that printing may take."""
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    # A proxy that isn't there: whatever the browser itself would like to fetch, it doesn't get.
    "--proxy-server=127.0.0.1:9",
)


def browser() -> str:
    """Give the browser that prints: the one that CHROME names, or the first that is found.

    Raises
    ------
    UsageError
        None is installed, or CHROME names none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise UsageError(
                f"{VARIABLE} names no program", [f"{VARIABLE}={named}"], "the full path of Chrome or Chromium"
            )
        return found
    candidates = (*(shutil.which(name) for name in NAMES), *(place for place in PLACES if Path(place).is_file()))
    found = next((candidate for candidate in candidates if candidate), None)
    if found is None:
        raise UsageError(
            "printing a PDF needs a browser, and none was found",
            [f"looked for {', '.join(NAMES[:3])}, Edge and others on the path"],
            f"install Chromium, set {VARIABLE} to its path, or print report.html from the browser you have",
        )
    return found


def pdf(page: str) -> bytes:
    """Print a page that needs nothing from elsewhere.

    Parameters
    ----------
    page : str
        A whole HTML document.

    Raises
    ------
    UsageError
        There is no browser, or it fails or takes longer than two minutes.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="segmentry-pdf", ignore_cleanup_errors=True) as folder:
        source, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        command = [program, *QUIET, *_sandbox(), f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}"]
        try:
            done = subprocess.run(  # noqa: S603 - the program that people named or have on their path, and our own words
                [*command, source.as_uri()], capture_output=True, timeout=LONGEST, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageError(f"{program} could not print the report", [str(error)[:300]], _other_way()) from error
        if not out.is_file() or not out.stat().st_size:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
            raise UsageError(f"{program} printed nothing", [f"exit code {done.returncode}", *said], _other_way())
        return out.read_bytes()


def _sandbox() -> tuple[str, ...]:
    """As root, Chromium runs without its sandbox or not at all; the page is our own and runs nothing."""
    alone = sys.platform.startswith("linux") and os.geteuid() == 0
    return ("--no-sandbox",) if alone else ()


def _other_way() -> str:
    return f"another browser ({VARIABLE}=/path/to/chrome), or print report.html from the browser you have"
