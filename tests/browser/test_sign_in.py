"""A key opens the pages to a browser, once, and nothing else does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from harness.chromium import THEMES, look
from harness.server import command, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class Keyed:
    """Pages that ask for a key, and one that may read."""

    origin: str
    folder: Path
    secret: str


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Serve an empty workspace with a key."""
    folder = tmp_path_factory.mktemp("keyed")
    secret = command("keys", "new", "person", "--workspace", str(folder), "--quiet").stdout.strip()
    with opened(folder, "--host", "127.0.0.1") as origin:
        yield Keyed(origin, folder, secret)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_person_signs_in_and_out(chromium: "Browser", keyed: Keyed, script: bool) -> None:
    """A wrong key is refused in words, the right one leads where one was going, and signing out closes the pages."""
    with look(chromium, keyed.origin, script=script, allowed=(401, 403)) as page:
        page.goto("/?p=1")
        assert page.locator("h1").inner_text() == "A key opens these pages"
        assert "order log" not in page.content()
        page.get_by_label("Key").fill("segmentry_guess")
        page.get_by_role("button", name="Sign in").click()
        assert "key is not valid" in page.locator("h1").inner_text()
        page.goto("/?p=1")
        page.get_by_label("Key").fill(keyed.secret)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/?p=1")
        assert page.locator("h1").inner_text() == "There is no run yet"
        (cookie,) = [one for one in page.context.cookies() if one["name"] == "segmentry"]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert page.get_by_role("link", name="New run").count() == 0
        page.goto("/new")
        assert page.locator("h1").inner_text() == "This key may not do that"
        page.goto("/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        page.goto("/")
        assert page.locator("h1").inner_text() == "A key opens these pages"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_door_fits_every_screen(chromium: "Browser", keyed: Keyed, width: int, theme: str) -> None:
    """The page that asks for a key is whole on a phone too, and its field has the focus."""
    with look(chromium, keyed.origin, width=width, theme=theme) as page:
        page.goto("/sign-in")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.wait_for_function("document.activeElement.id === 'key'")


def test_a_revoked_key_ends_the_session(chromium: "Browser", keyed: Keyed) -> None:
    """Who is signed in by a key that is revoked is out with the next click."""
    secret = command("keys", "new", "guest", "--workspace", str(keyed.folder), "--quiet").stdout.strip()
    with look(chromium, keyed.origin, allowed=(401,)) as page:
        page.goto("/sign-in")
        page.get_by_label("Key").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        assert page.locator("h1").inner_text() == "There is no run yet"
        command("keys", "revoke", "guest", "--workspace", str(keyed.folder))
        page.reload()
        assert page.locator("h1").inner_text() == "A key opens these pages"
