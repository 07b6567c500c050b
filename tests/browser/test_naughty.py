"""Column names, ids, levels and segment names that try to be more than text."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from harness.chromium import look
from harness.examine import layout, struck, unfold
from harness.naughty import LONGEST, PAYLOADS, column_names, hostile_ids, hostile_names, shown, strings
from harness.server import command, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Visit = Callable[..., AbstractContextManager["Page"]]

OF_A_RUN = ("", "/segments", "/segments/A", "/segments/B", "/differences", "/trust", "/data", "/score")
RENAMES = 40
WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def hostile(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with two runs: ids, whose ids and levels are hostile, and names, whose columns are."""
    folder = tmp_path_factory.mktemp("hostile")
    here = ("--workspace", str(folder), "--id", "customer_id", "--quiet")
    ids = hostile_ids(folder / "ids.csv", strings(shared_data))
    command("run", str(ids), "--include", "kind", "--segments", "3", "--name", "ids", *here)
    names = hostile_names(folder / "names.csv", column_names(shared_data))
    command("run", str(names), "--name", "names", *here)
    return folder


@pytest.fixture(scope="module")
def address(hostile: Path) -> Iterator[str]:
    """Give the address of their pages."""
    with opened(hostile) as found:
        yield found


@pytest.fixture
def visit(chromium: "Browser", address: str) -> Visit:
    """Open a watched page on the hostile runs."""

    @contextmanager
    def visited(path: str, **settings: Any) -> Iterator["Page"]:
        with look(chromium, address, **settings) as page:
            page.goto(path)
            yield page

    return visited


def _texts(page: "Page", selector: str) -> list[str]:
    """Give the texts of elements as they stand in the document, blanks drawn together."""
    found: list[str] = page.eval_on_selector_all(selector, "all => all.map(one => one.textContent)")
    return [" ".join(text.split()) for text in found]


@pytest.mark.parametrize("run", ["ids", "names"])
@pytest.mark.parametrize("part", OF_A_RUN)
def test_hostile_text_stays_text_and_breaks_no_page(visit: Visit, run: str, part: str) -> None:
    """Nothing of the data becomes an element, an attribute or a script, and no page grows wider than its window."""
    with visit(f"/runs/{run}{part}") as page:
        unfold(page)
        assert struck(page) == []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert [fault for fault in layout(page) if "px wide" in fault] == []


@pytest.mark.parametrize("run", ["ids", "names"])
def test_hostile_text_stays_text_in_the_report(chromium: "Browser", hostile: Path, run: str) -> None:
    """The report is one file of our own markup, whatever the data hold."""
    with look(chromium) as page:
        page.goto((hostile / "runs" / run / "report.html").as_uri())
        unfold(page)
        assert struck(page) == []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert [fault for fault in layout(page) if "px wide" in fault] == []


def test_column_names_are_shown_as_they_were_given(visit: Visit, shared_data: Path) -> None:
    """Each stands word for word in the table of differences, and heads a field of the form of one customer."""
    names = {shown(name) for name in column_names(shared_data)}
    with visit("/runs/names/differences") as page:
        unfold(page)
        assert names <= {text.removesuffix(" ★") for text in _texts(page, "main th[scope=row]")}
    with visit("/runs/names/score") as page:
        assert names <= set(_texts(page, "main form label bdi"))


def test_levels_are_shown_as_they_were_given(visit: Visit) -> None:
    """Each can be chosen in the form of one customer, word for word."""
    with visit("/runs/ids/score") as page:
        assert {shown(level) for level in PAYLOADS} <= set(_texts(page, "main form option"))


def test_ids_are_shown_as_they_were_given(visit: Visit, shared_data: Path) -> None:
    """The customers of all segments together are the ids of the file, character by character."""
    found: list[str] = []
    for letter in "ABC":
        with visit(f"/runs/ids/segments/{letter}") as page:
            while True:
                found += _texts(page, "#customers tbody th[scope=row] bdi")
                assert struck(page) == []
                after = page.locator("#customers a[rel=next]")
                if not after.count():
                    break
                after.click()
    wanted = [shown(text) for text in strings(shared_data)]
    assert len(found) > 500
    assert sorted(set(found) - set(wanted)) == []
    assert sorted(set(wanted) - set(found)) == []


def test_a_customer_with_a_hostile_id_is_explained(visit: Visit) -> None:
    """The way from a customer's row to why she is there holds for any id."""
    with visit("/runs/ids/segments/A") as page:
        rows = page.locator("#customers tbody tr")
        for number in range(0, min(rows.count(), 25), 3):
            row = rows.nth(number)
            wanted = " ".join((row.locator("th[scope=row] bdi").text_content() or "").split())
            href = row.get_by_role("link").last.get_attribute("href")
            assert href is not None
            with visit(href) as why:
                assert struck(why) == []
                assert wanted in " ".join((why.locator("main").text_content() or "").split())


def test_segments_can_be_given_hostile_names(visit: Visit, shared_data: Path) -> None:
    """A name from the form is shown as it was typed, on the segment's page and in the ledger; or refused in words."""
    texts = [text for text in strings(shared_data) if len(text) <= LONGEST]
    sample = [*PAYLOADS, *texts[len(PAYLOADS) :: len(texts) // (RENAMES - len(PAYLOADS))]][:RENAMES]
    kept = 0
    with visit("/runs/names/segments/A", allowed=(422,)) as page:
        for number, text in enumerate(sample):
            page.locator("#called").fill(text)
            with page.expect_navigation():  # to its end: a page half there shows half a name
                page.get_by_role("button", name="Rename").click()
            assert struck(page) == []
            if page.locator("#wrong").count():
                continue
            kept += 1
            assert shown(text) in _texts(page, "main bdi")
            if number % 8 == 0:
                page.goto("/runs/names")
                assert struck(page) == []
                assert shown(text) in _texts(page, "main .ledger bdi")
                page.goto("/runs/names/segments/A")
    assert kept >= RENAMES // 2
