"""Every page of finished runs: how it looks, who can read it, where the keyboard gets to."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from harness.examine import everything, keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., AbstractContextManager["Page"]]

OF_A_RUN = ("", "/segments", "/segments/A", "/differences", "/trust", "/score")
PAGES = (
    "/",
    "/new",
    *(f"/runs/{run}{page}" for run in ("demo", "table") for page in OF_A_RUN),
    "/runs/later",
    "/compare",
    "/compare?old=demo&new=later",
    "/runs/nothing",
    "/no/such/page",
)
NO_FINDING = ("Overview", "Segments", "Differences", "Trust", "Score", "Compare")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault_that_can_be_measured(visit: Visit, path: str) -> None:
    """At 390, 1280 and 1920 px, light and dark: nothing clipped, overlapping, too small or inaccessible."""
    with visit(path, allowed=(404,)) as page:
        assert everything(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(visit: Visit, path: str) -> None:
    """Tab stops at every link, button, field and scrolling region, in the page's order, with a visible outline."""
    with visit(path, allowed=(404,)) as page:
        assert keyboard(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_in_its_heading_what_was_found(visit: Visit, path: str) -> None:
    """One h1, which is also the title, and never just the page's name; at the foot the equal command."""
    with visit(path, allowed=(404,)) as page:
        headings = page.locator("h1").all_inner_texts()
        assert len(headings) == 1
        assert headings[0].strip() not in NO_FINDING
        assert headings[0].split() == page.title().removesuffix(" · segmentry").split()
        assert page.locator("footer.command pre").inner_text().startswith("segmentry ")


def test_the_first_stop_leads_past_the_rail(visit: Visit) -> None:
    """Who uses the keyboard needn't pass the whole rail on every page."""
    with visit("/runs/demo") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("path", ["/runs/demo", "/runs/demo/trust"])
def test_what_is_folded_away_opens_by_the_keyboard(visit: Visit, path: str) -> None:
    """Enter on a summary shows what is under it, and Enter again folds it away."""
    with visit(path) as page:
        folded = page.locator("main details:not([open])").first
        fold = folded.element_handle()
        assert fold is not None
        folded.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert fold.evaluate("one => one.open")
        page.keyboard.press("Enter")
        assert not fold.evaluate("one => one.open")


def test_light_and_dark_can_be_chosen_and_stay(visit: Visit) -> None:
    """A click on Dark turns every page dark, whatever the computer is set to."""
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    with visit("/runs/demo", theme="light") as page:
        light = page.evaluate(paper)
        with page.expect_navigation():
            page.get_by_role("button", name="Dark").click()
        dark = page.evaluate(paper)
        assert dark != light
        page.goto("/runs/demo/segments")
        assert page.evaluate(paper) == dark
        with page.expect_navigation():
            page.get_by_role("button", name="Light").click()
        assert page.evaluate(paper) == light


def test_every_link_leads_somewhere(visit: Visit) -> None:
    """From the first page on, no link of ours is dead, and no page makes a browser complain."""
    with visit("/") as page:
        waiting, known = ["/"], {"/"}
        while waiting and len(known) < 150:
            path = waiting.pop(0)
            page.goto(path)
            for link in page.eval_on_selector_all("a[href]", "links => links.map(one => one.getAttribute('href'))"):
                address = link.partition("#")[0]
                if not address.startswith("/") or address in known:
                    continue
                known.add(address)
                if "." in address.rpartition("/")[2] or "/files/" in address:
                    assert page.request.get(address).status == 200, f"{path} leads to {address}"
                elif "?" not in address:
                    waiting.append(address)
        assert len(known) > 10
