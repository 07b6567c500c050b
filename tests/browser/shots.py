"""Pictures of every page, for people to look at: ``python tests/browser/shots.py WORKSPACE OUT``.

Each page of the workspace's runs is photographed whole at 390, 1280 and 1920 px, light and dark; --only narrows that to
addresses that contain some text. Faults that can be measured are printed beside.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.chromium import SIZES, THEMES, browser, look
from harness.examine import everything
from harness.server import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OF_A_RUN = ("", "/segments", "/segments/A", "/segments/B", "/differences", "/trust", "/score")
ERRORS = (404, 422, 500)


def addresses(workspace: Path) -> list[str]:
    """Give the pages of a workspace: those without a run, those of every run, and the comparison of two."""
    runs = sorted(folder.parent.name for folder in workspace.glob("runs/*/run.json"))
    pages = ["/", "/new", "/compare", "/no/such/page"]
    pages += [f"/runs/{run}{page}" for run in runs for page in OF_A_RUN]
    return pages + [f"/compare?old={runs[0]}&new={runs[1]}" for _ in runs[1:2]]


def main() -> None:
    """Photograph and examine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="addresses that contain this text, e.g. /trust")
    parser.add_argument("--widths", type=int, nargs="+", default=list(SIZES))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with browser() as chromium, opened(asked.workspace) as origin:
        for path in addresses(asked.workspace):
            if asked.only in path:
                _photograph(chromium, origin, path, asked.out, asked.widths)


def _photograph(chromium: "Browser", origin: str, path: str, out: Path, widths: list[int]) -> None:
    """Take every picture of a page, and print its faults; a page with an error has its picture too."""
    called = re.sub(r"\W+", "-", path).strip("-") or "home"
    try:
        with look(chromium, origin, allowed=(404,)) as page:
            page.goto(path)
            for fault in everything(page):
                sys.stdout.write(f"{path}: {fault}\n")
    except AssertionError as fault:
        sys.stdout.write(f"{path}: {fault}\n")
    for theme in THEMES:
        for width in widths:
            with look(chromium, origin, width=width, theme=theme, allowed=ERRORS) as page:
                page.goto(path)
                page.screenshot(path=out / f"{called}-{width}-{theme}.png", full_page=True)


if __name__ == "__main__":
    main()
