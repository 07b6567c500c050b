"""The report as people get it by mail: a file, opened from a folder, without network and without scripts."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from harness.chromium import look
from harness.examine import everything, layout, unfold

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_BYTES = 1_500_000
RUNS = ("demo", "table")


@pytest.mark.parametrize("run", RUNS)
def test_the_report_has_no_fault_that_can_be_measured(chromium: "Browser", workspace: Path, run: str) -> None:
    """At 390, 1280 and 1920 px, light and dark: nothing clipped, overlapping, too small or inaccessible."""
    with look(chromium) as page:
        page.goto((workspace / "runs" / run / "report.html").as_uri())
        assert everything(page) == []


@pytest.mark.parametrize("run", RUNS)
def test_the_report_reads_without_scripts_and_without_a_network(chromium: "Browser", workspace: Path, run: str) -> None:
    """It asks nobody for anything, its fonts included, and shows its findings and every segment."""
    with look(chromium, script=False) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((workspace / "runs" / run / "report.html").as_uri())
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert [url for url in asked if url.startswith("file:")] == [page.url]
        assert page.locator("h1").count() == 1
        assert page.locator("script").count() == 0
        assert page.get_by_text("Technical").first.is_visible()


@pytest.mark.parametrize("run", RUNS)
def test_the_report_is_small(workspace: Path, run: str) -> None:
    """At most 1.5 MB: it goes through any mail server."""
    assert (workspace / "runs" / run / "report.html").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("run", RUNS)
def test_every_segment_has_a_page_in_print(chromium: "Browser", workspace: Path, run: str, tmp_path: Path) -> None:
    """Printed on A4 there is a page or more a segment; the paper is light, whatever the screen was."""
    with look(chromium, theme="dark") as page:
        page.goto((workspace / "runs" / run / "report.html").as_uri())
        segments = page.locator(".portrait").count()
        assert segments >= 2
        printed = tmp_path / "report.pdf"
        page.pdf(path=printed, format="A4", print_background=True)
        pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes()))
        assert pages > segments
        page.emulate_media(media="print", color_scheme="dark")
        unfold(page)
        page.set_viewport_size({"width": 720, "height": 1000})
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgb(250, 248, 244)",
            "rgba(0, 0, 0, 0)",
        )
        assert [fault for fault in layout(page) if not fault.startswith("text of")] == []
