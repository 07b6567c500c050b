"""The app: its routes, what guards them, and the one place where the pages catch errors."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from importlib.resources import files
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from segmentry.errors import NotFoundError, SegmentryError, UsageError
from segmentry.figures.fonts import folders
from segmentry.markup.words import begun
from segmentry.web import api
from segmentry.web.api.errors import headers_of, is_api, refusal, status_of, unreadable
from segmentry.web.background.checks import Checks
from segmentry.web.background.jobs import Jobs
from segmentry.web.background.limits import RefusedError
from segmentry.web.background.uploads import Uploads
from segmentry.web.champion import Champion, latest_run
from segmentry.web.entrance.access import Access
from segmentry.web.entrance.callers import Callers
from segmentry.web.entrance.door import own_path
from segmentry.web.entrance.guard import HEADERS, Guard
from segmentry.web.entrance.keys import Keys
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import THEMES, Place, page, style_sheet
from segmentry.web.pieces.form import fields_of
from segmentry.web.pieces.listing import Listing
from segmentry.web.routes import ROUTERS, health
from segmentry.web.serving.metrics import Metrics
from segmentry.web.site import Site

__all__ = ["create_app"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TENDING = 0.3
"""Seconds between two looks at the jobs."""
SWEEPING = 3600.0
"""Seconds between two looks for uploads that no run was made of."""
A_YEAR = "max-age=31536000, immutable"
FONTS = {
    "text-400": "SourceSansPro-Regular.ttf",
    "text-400i": "SourceSansPro-It.ttf",
    "text-600": "SourceSansPro-Semibold.ttf",
    "head-600": "SourceSerifPro-Semibold.ttf",
}


def create_app(
    site: Site, hosts: Iterable[str] = LOOPBACK, keys: Keys | None = None, champion: Champion | None = None
) -> FastAPI:
    """Make the app.

    Parameters
    ----------
    site : Site
        What it shows.
    hosts : iterable of str, default the names of this computer's loopback
        The names that it answers as.
    keys : Keys or None, default None
        The keys that it asks for; None where only this computer reaches it.
    champion : Champion or None, default None
        The model that assignments are made by; None takes the latest dependable run's.
    """
    app = FastAPI(
        title="segmentry",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_while_open,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.site = site
    app.state.listing = Listing()
    app.state.uploads = Uploads(site.workspace)
    app.state.jobs = Jobs(site.workspace)
    app.state.checks = Checks()
    app.state.receiving = 0
    app.state.metrics = Metrics(app.state)
    app.state.callers = Callers(keys)
    app.add_middleware(Access, guard=Guard(hosts), callers=app.state.callers, metrics=app.state.metrics)
    app.state.champion = Champion(latest_run(site)) if champion is None else champion
    app.router.routes[:0] = api.ROUTES
    for router in api.ROUTERS:
        app.include_router(router)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=router is health.router)
    app.add_api_route("/static/style.css", _style, methods=["GET"], include_in_schema=False)
    app.add_api_route("/static/{name}.js", _script, methods=["GET"], include_in_schema=False)
    app.add_api_route("/static/fonts/{name}.ttf", _font, methods=["GET"], include_in_schema=False)
    app.add_api_route("/theme", _theme, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(SegmentryError, _refused)
    app.add_exception_handler(404, _nowhere)
    app.add_exception_handler(405, _nowhere)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(FileNotFoundError, _gone)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _fault)
    return app


@asynccontextmanager
async def _while_open(app: FastAPI) -> AsyncIterator[None]:
    """Watch the champion and start jobs in turn while the pages are open; those at work go on when they are closed."""
    app.state.champion.watch()
    app.state.callers.begin()
    try:
        with nullcontext() if app.state.site.only is not None else _jobs_tended(app):
            yield
    finally:
        app.state.callers.end()
        app.state.champion.close()


@contextmanager
def _jobs_tended(app: FastAPI) -> Iterator[None]:
    app.state.jobs.sweep(app.state.uploads)
    closing = Event()
    tending = Thread(target=_tend, args=(app.state.jobs, app.state.uploads, closing), daemon=True, name="jobs")
    tending.start()
    try:
        yield
    finally:
        closing.set()
        tending.join()
        app.state.checks.close()


def _tend(jobs: Jobs, uploads: Uploads, closing: Event) -> None:
    swept = monotonic()
    while not closing.wait(TENDING):
        # A disk that is full now may have room in a second.
        with suppress(OSError, SegmentryError):
            jobs.tend()
        if monotonic() - swept > SWEEPING:  # a service may be open for months
            swept = monotonic()
            with suppress(OSError, SegmentryError):
                jobs.sweep(uploads)


@needs("open", body=0)
def _style() -> Response:
    return Response(style_sheet(), media_type="text/css", headers={"cache-control": "no-cache"})


@needs("open", body=0)
def _script(name: str) -> Response:
    found = files("segmentry.web").joinpath("static", f"{name}.js")
    if not name.isalpha() or not found.is_file():
        return Response(status_code=404)
    return Response(
        found.read_text(encoding="utf-8"), media_type="text/javascript", headers={"cache-control": "no-cache"}
    )


@needs("open", body=0)
def _font(name: str) -> Response:
    for folder in folders():
        if (path := Path(folder) / FONTS.get(name, "")).is_file():
            return FileResponse(path, media_type="font/ttf", headers={"cache-control": A_YEAR})
    return Response(status_code=404)


@needs("open", body=8_000)
async def _theme(request: Request) -> Response:
    """Remember light or dark; anything else follows the computer's own setting."""
    form = (await fields_of(request)).single
    back = form.get("back", "")
    answer = RedirectResponse(own_path(back), 303)
    chosen = form.get("theme")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=31_536_000, httponly=True, samesite="strict")
    else:
        answer.delete_cookie("theme")
    return answer


def _refused(request: Request, error: Exception) -> Response:
    """Say what is wrong, the evidence, and the way out: to people as a page, to programs as JSON."""
    assert isinstance(error, SegmentryError)
    if is_api(request.url.path):
        return refusal(error)
    answer = page(
        request,
        "error.html",
        Place("error"),
        heading=begun(error.what),
        command="segmentry runs",
        status=status_of(error),
        error=error,
    )
    answer.headers.update(headers_of(error))
    return answer


def _nowhere(request: Request, error: Exception) -> Response:
    path = request.url.path[:200]
    if not is_api(path):
        return _refused(request, NotFoundError(f"there is no page {path}"))
    described = "GET /v1/openapi.json says what there is"
    if isinstance(error, HTTPException) and error.status_code == 405:
        given = {"allow": _allowed(request.url.path)}
        return refusal(UsageError(f"{path} takes no {request.method[:20]}", way_out=described), 405, given)
    return refusal(NotFoundError(f"there is nothing at {path}", way_out=described))


def _allowed(path: str) -> str:
    """Name all methods of an address: the framework knows those of one route, and several may share it."""
    routes = [*api.ROUTES, *(route for router in (*api.ROUTERS, *ROUTERS) for route in router.routes)]
    known = [route for route in routes if isinstance(route, Route) and route.path_regex.match(path)]
    return ", ".join(sorted({method for route in known for method in route.methods or ()}))


def _gone(request: Request, _error: Exception) -> Response:
    """Answer where a run is removed, or its folder written anew, while it is read."""
    return _refused(
        request, NotFoundError("what this page shows has just been changed or removed", way_out="the page again")
    )


def _left(_request: Request, _error: Exception) -> Response:
    """Answer nobody: whoever sent a form went away before its end, which is no fault."""
    return Response(status_code=400)


def _unreadable(request: Request, error: Exception) -> Response:
    if is_api(request.url.path):
        assert isinstance(error, RequestValidationError)
        return refusal(unreadable(error))
    return _refused(request, UsageError("this address can't be read", [str(request.url)[:200]]))


def _fault(request: Request, error: Exception) -> Response:
    """Say that it is our fault; where it happened goes to the terminal (Starlette raises it again), not to the page."""
    named = f"{type(error).__name__}; the terminal in which segmentry was opened says more with -v"
    fault = RefusedError("a fault in segmentry", (named,), "the page again; if it comes back, report it", status=500)
    answer = _refused(request, fault)
    answer.headers.update(HEADERS)  # it is made outside of the guard
    return answer
