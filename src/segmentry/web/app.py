"""The app: its routes, what guards them, and the one place where the pages catch errors."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from segmentry.errors import NotFoundError, SegmentryError
from segmentry.figures.fonts import folders
from segmentry.web.guard import Guard
from segmentry.web.pages import THEMES, Place, page, style_sheet
from segmentry.web.routes import ROUTERS
from segmentry.web.site import Site

__all__ = ["create_app"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
A_YEAR = "max-age=31536000, immutable"
FONTS = {
    "text-400": "SourceSansPro-Regular.ttf",
    "text-400i": "SourceSansPro-It.ttf",
    "text-600": "SourceSansPro-Semibold.ttf",
    "head-600": "SourceSerifPro-Semibold.ttf",
}


def create_app(site: Site, hosts: Iterable[str] = LOOPBACK) -> FastAPI:
    """Make the app.

    Parameters
    ----------
    site : Site
        What it shows.
    hosts : iterable of str, default the names of this computer's loopback
        The names that it answers as.
    """
    app = FastAPI(title="segmentry", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.add_middleware(Guard, hosts=hosts)
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/static/style.css", _style, methods=["GET"])
    app.add_api_route("/static/{name}.js", _script, methods=["GET"])
    app.add_api_route("/static/fonts/{name}.ttf", _font, methods=["GET"])
    app.add_api_route("/theme", _theme, methods=["POST"])
    app.add_exception_handler(SegmentryError, _refused)
    app.add_exception_handler(404, _nowhere)
    return app


def _style() -> Response:
    return Response(style_sheet(), media_type="text/css", headers={"cache-control": "no-cache"})


def _script(name: str) -> Response:
    found = files("segmentry.web").joinpath("static", f"{name}.js")
    if not name.isalpha() or not found.is_file():
        return Response(status_code=404)
    return Response(
        found.read_text(encoding="utf-8"), media_type="text/javascript", headers={"cache-control": "no-cache"}
    )


def _font(name: str) -> Response:
    for folder in folders():
        if (path := Path(folder) / FONTS.get(name, "")).is_file():
            return FileResponse(path, media_type="font/ttf", headers={"cache-control": A_YEAR})
    return Response(status_code=404)


async def _theme(request: Request) -> Response:
    """Remember light or dark; anything else follows the computer's own setting."""
    form = await request.form()
    back = urlsplit(str(form.get("back") or "/")).path
    answer = RedirectResponse(back if back.startswith("/") and not back.startswith("//") else "/", 303)
    chosen = str(form.get("theme"))
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=31_536_000, httponly=True, samesite="strict")
    else:
        answer.delete_cookie("theme")
    return answer


async def _refused(request: Request, error: Exception) -> HTMLResponse:
    """Say what is wrong, the evidence, and the way out."""
    assert isinstance(error, SegmentryError)
    status = 404 if isinstance(error, NotFoundError) else 422
    return page(
        request, "error.html", Place("error"), heading=error.what, command="segmentry runs", status=status, error=error
    )


async def _nowhere(request: Request, _error: Exception) -> HTMLResponse:
    missing = NotFoundError(f"there is no page {request.url.path}", way_out="All runs")
    return await _refused(request, missing)
