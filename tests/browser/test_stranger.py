"""A stranger's whole way: from a file to segments, to a customer, to a new customer, to a second run."""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from harness.chromium import look
from harness.examine import everything, keyboard
from harness.server import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 120_000
"""Milliseconds that a run may take here, where other tests run beside it."""

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@dataclass
class Way:
    """One stranger, on her way through the pages.

    Parameters
    ----------
    page : Page
        Where she is.
    script : bool
        Whether scripts run; without, she comes back to see how far it is.
    faults : dict
        What was wrong with the pages that only her way leads to, by page.
    """

    page: "Page"
    script: bool
    faults: list[str] = field(default_factory=list)

    def examine(self, called: str) -> None:
        """Look closely at a page; a browser that lets no script run can't."""
        if self.script:
            self.faults += [f"{called}: {fault}" for fault in everything(self.page) + keyboard(self.page)]

    def choose(self, path: Path) -> None:
        """Choose a file, and wait until it has been looked at."""
        self.page.locator("#data").set_input_files(path)
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_url("**/uploads/*")
        self.page.locator("#columns").wait_for(timeout=PATIENCE)

    def find(self, name: str, **filled: str) -> None:
        """Decide, start, and stay until there are segments."""
        self.page.locator("#name").fill(name)
        for label, value in filled.items():
            self.page.locator(f"#{label}").fill(value)
        self.page.get_by_role("button", name="Find segments").click()
        self.page.wait_for_url(re.compile("/(jobs|runs)/"))
        if "/jobs/" in self.page.url and self.page.locator("#stages").count():
            assert self.page.locator("#stages li").count() >= 5
        self._arrive(name)

    def _arrive(self, name: str) -> None:
        """Wait on the page of progress; without scripts it is loaded again and again, by itself or by her."""
        self.page.wait_for_url(f"**/runs/{name}", timeout=PATIENCE)
        assert self.page.locator("main .ledger").count() >= 1

    def heading(self) -> str:
        """Give what the page says first."""
        return self.page.locator("h1").inner_text()


def _whole_way(chromium: "Browser", workspace: Path, path: Path, *, script: bool, decide: dict[str, str]) -> None:
    """Go the whole way with one file; the rules are those of the tests that call it."""
    workspace.mkdir()
    with opened(workspace) as origin, look(chromium, origin, script=script) as page:
        way = Way(page, script)
        page.goto("/")
        assert "order log" in way.heading()
        way.examine("home, empty")
        page.get_by_role("link", name="Choose a file").click()
        way.examine("new run")
        way.choose(path)
        way.examine("check columns")
        way.find("first", **decide)
        assert re.search(r"\d", way.heading())
        _read_on(way)
        _score_a_new_one(way)
        page.goto("/new")
        way.choose(path)
        page.get_by_label("Exactly").first.check()
        page.get_by_label("This many segments").fill("4")
        way.find("second", **decide)
        _compare(way)
        page.goto("/")
        assert {"first", "second"} <= set(page.locator("main table th[scope=row]").all_inner_texts())
        assert way.faults == [], "\n".join(way.faults)


def _read_on(way: Way) -> None:
    """From the overview to a segment, to one of its customers and why she is there, and to the run's other pages."""
    page = way.page
    page.locator("main .ledger tbody a").first.click()
    page.wait_for_url("**/runs/first/segments/*")
    assert re.search(r"\d", way.heading())
    page.locator("#customers tbody a").first.click()
    page.get_by_role("heading", name="Why here").wait_for()
    assert page.locator("#why li").count() >= 1
    way.examine("why this customer")
    for called in ("Differences", "Trust"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=called).click()
        assert re.search(r"\d", way.heading())


def _score_a_new_one(way: Way) -> None:
    """Fill in one measure or more, and read which segment that customer belongs to."""
    page = way.page
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Score").click()
    fields = page.locator("form.entry input[inputmode=decimal]")
    for number in range(fields.count()):
        example = fields.nth(number).get_attribute("placeholder") or "1"
        fields.nth(number).fill(re.sub(r"[^\d.]", "", example) or "1")
    page.get_by_role("button", name="Find the segment").click()
    assert page.locator("main .badge").count() >= 1
    assert page.locator("h1").count() == 1
    way.examine("score of one")


def _compare(way: Way) -> None:
    """Choose the two runs, and read what became of each segment."""
    page = way.page
    page.get_by_role("link", name="Compare").first.click()
    page.locator("#old").select_option("first")
    page.locator("#new").select_option("second")
    page.get_by_role("button", name="Compare").click()
    assert re.search(r"\d", way.heading())
    assert page.locator("main table").count() >= 1
    way.examine("compare")


@SCRIPT
def test_the_whole_way_on_mall(chromium: "Browser", shared_data: Path, tmp_path: Path, script: bool) -> None:
    """A table of customers: nothing stops the stranger, no page complains, nothing leaves the machine."""
    _whole_way(chromium, tmp_path / "mall", shared_data / "mall_customers.csv", script=script, decide={})


@SCRIPT
def test_the_whole_way_on_online_retail(chromium: "Browser", shared_data: Path, tmp_path: Path, script: bool) -> None:
    """An order log of half a million rows: the same."""
    path = shared_data / "online_retail.parquet"
    _whole_way(chromium, tmp_path / "retail", path, script=script, decide={"currency": "£"})


@pytest.fixture
def ambiguous(tmp_path: Path) -> Path:
    """Give an order log whose dates are all possible in two ways: 03/04/2025."""
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["order_id", "customer_id", "order_date", "amount"])
        for number in range(600):
            day, month = 1 + number % 12, 1 + number // 12 % 2
            rows.writerow([number, f"C{number % 80}", f"{day:02}/{month:02}/2025", 10 + number % 80 * (1 + number % 3)])
    return path


@SCRIPT
def test_a_question_about_dates_is_asked_and_its_answer_kept(
    chromium: "Browser", ambiguous: Path, tmp_path: Path, script: bool
) -> None:
    """Where 03/04 may be March or April she is asked, can't go on before she answers, and gets what she answered."""
    (tmp_path / "asked").mkdir()
    with opened(tmp_path / "asked") as origin, look(chromium, origin, script=script) as page:
        way = Way(page, script)
        page.goto("/new")
        way.choose(ambiguous)
        assert page.get_by_text("Must fix").count() >= 1
        assert page.get_by_role("button", name="Find segments").count() == 0
        way.examine("a question")
        page.get_by_label("3 April: the day comes first").check()
        page.get_by_role("button", name="Answer and look again").click()
        page.get_by_role("button", name="Find segments").wait_for(timeout=PATIENCE)
        way.examine("decide")
        way.find("answered")
        assert page.locator("main .scope").first.inner_text().endswith("as of 12 Feb 2025")
        assert way.faults == [], "\n".join(way.faults)


@SCRIPT
def test_a_run_can_be_watched_and_stopped(chromium: "Browser", tmp_path: Path, script: bool) -> None:
    """Progress names the real stages and goes on by itself; Stop keeps nothing, and says how to try again."""
    (tmp_path / "stopped").mkdir()
    with opened(tmp_path / "stopped") as origin, look(chromium, origin, script=script) as page:
        way = Way(page, script)
        page.goto("/")
        page.get_by_role("button", name="Try the sample shop").click()
        page.wait_for_url("**/jobs/*")
        stages = " ".join(page.locator("#stages li").all_inner_texts())
        assert all(stage in stages for stage in ("Read", "Checked", "Built", "Tried", "Tested", "Named"))
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Try again").wait_for()
        assert not list((tmp_path / "stopped").glob("runs/*/run.json"))
        way.examine("stopped")
        page.goto("/")
        assert page.get_by_text("Came to nothing").count() == 1
        way.examine("home with a stopped run")
        assert way.faults == [], "\n".join(way.faults)
