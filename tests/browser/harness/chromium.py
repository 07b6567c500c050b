"""Chromium, and a watch on all that a page does and must not do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, Response

__all__ = ["SIZES", "THEMES", "Watch", "browser", "look"]

SIZES = {390: 844, 1280: 900, 1920: 1080}
"""Widths and heights at which pages are looked at, in CSS pixels."""

THEMES = ("light", "dark")
OWN = ("data", "blob", "about", "file")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""Chromium asks nobody for anything, and no name but this computer's leads anywhere."""


@dataclass
class Watch:
    """What pages did that they must not: errors, dialogs, requests to others.

    Parameters
    ----------
    origin : str, default ""
        Where all requests must go; with none, none may be made but to files.
    """

    origin: str = ""
    faults: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)

    def on(self, context: "BrowserContext") -> None:
        """Begin to watch every page of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error of a script: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: Any) -> None:
        """Take every complaint of the browser, refusals by the content-security policy among them."""
        if message.type in ("error", "warning") and not (self.allowed and " status of " in message.text):
            self.faults.append(f"{message.type} in the console: {message.text}")

    def _dialog(self, dialog: "Dialog") -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"a request to {request.url}")

    def _response(self, response: "Response") -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.faults.append(f"{response.status} from {response.url}")


@contextmanager
def browser() -> Iterator["Browser"]:
    """Start Chromium: what CHROMIUM names, or the one that is installed.

    Raises
    ------
    AssertionError
        There is none.
    """
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "no Chromium found: install it (Debian and Ubuntu: apt install chromium), or set CHROMIUM"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


@contextmanager
def look(
    started: "Browser",
    origin: str = "",
    *,
    width: int = 1280,
    theme: str = "light",
    script: bool = True,
    allowed: tuple[int, ...] = (),
) -> Iterator["Page"]:
    """Open an empty page, watched until the block ends.

    Parameters
    ----------
    started : Browser
        Chromium.
    origin : str, default ""
        Where the pages are; relative addresses start there.
    width : int, default 1280
        Of the window, in CSS pixels.
    theme : str, default "light"
        What the computer is set to: ``"light"`` or ``"dark"``.
    script : bool, default True
        Whether scripts may run.
    allowed : tuple of int, default ()
        Codes of errors that are expected as answers.

    Raises
    ------
    AssertionError
        A page did what it must not.
    """
    watch = Watch(origin, allowed=set(allowed))
    context = started.new_context(
        base_url=origin or None,
        viewport={"width": width, "height": SIZES.get(width, 900)},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
        locale="en-GB",
        reduced_motion="reduce",
        offline=not origin,
    )
    context.set_default_timeout(30_000)
    watch.on(context)
    page = context.new_page()
    try:
        yield page
    except Exception as error:
        said = " ".join((page.locator("body").text_content() or "").split())
        error.add_note("\n".join([f"the page was {page.url}: {said[:600]}", *watch.faults]))
        raise
    finally:
        context.close()
    if watch.faults:
        raise AssertionError("\n".join(watch.faults))
