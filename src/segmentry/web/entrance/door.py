"""The page before all pages: it takes a key, or says why one isn't let in; it shows nothing of any run."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse

from segmentry.markup.words import begun
from segmentry.web.background.limits import RefusedError
from segmentry.web.pages import fragment, theme_of

__all__ = ["HOME", "door", "own_path"]

HOME = "/"
ASKS = "A key opens these pages"
MAKES = "segmentry keys new NAME"


def door(request: Request, error: RefusedError | None, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Show it.

    Parameters
    ----------
    request : Request
        What was asked; where somebody wanted to go, they are led once they are in.
    error : RefusedError or None
        Why they were not let in; None where nothing was tried yet.
    headers : mapping of str to str or None, default None
        Of the answer.
    """
    keyed = request.app.state.callers.keys is not None
    asks = keyed and (error is None or error.status in (401, 403))
    tried = error is not None and request.url.path == "/sign-in"
    wanted = HOME
    if request.method == "GET" and request.url.path != "/sign-in":
        wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    if error is not None and error.status == 401 and not tried:
        shown, heading = None, ASKS
    else:
        shown, heading = error, ASKS if error is None else begun(error.what)
    # Who is in already may not do this one thing: the pages are still open to her.
    inside = asks and error is not None and error.status == 403 and not tried
    body = fragment(
        "door.html",
        heading=heading,
        error=shown,
        inside=inside,
        makes=(inside and error is not None and error.way_out) or MAKES,
        asks=asks,
        back=wanted,
        # A browser sends no cookie where a link of another site led here, but does when the page leads to itself.
        again=error is not None and error.status == 401 and request.headers.get("sec-fetch-site") == "cross-site",
        theme=theme_of(request),
    )
    return HTMLResponse(body, 200 if error is None else error.status, dict(headers or {}))


def own_path(back: str) -> str:
    """Give an address of ours as it is; for any other, that of all runs.

    Examples
    --------
    >>> own_path("/runs/demo?p=2"), own_path("//elsewhere.test"), own_path("https://elsewhere.test"), own_path("")
    ('/runs/demo?p=2', '/', '/', '/')
    """
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if own else HOME
