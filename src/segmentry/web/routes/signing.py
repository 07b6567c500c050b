"""Signing in: a browser shows its key once, and is known by a cookie from then on."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from segmentry.web.api.errors import headers_of
from segmentry.web.background.limits import SESSION_SECONDS, RefusedError
from segmentry.web.entrance.callers import COOKIE, Callers
from segmentry.web.entrance.door import HOME, door, own_path
from segmentry.web.entrance.policy import needs
from segmentry.web.pieces.form import fields_of

__all__ = ["router"]

router = APIRouter()

SMALL = 8_000
"""Bytes of a form that anybody may send."""


@router.get("/sign-in", response_model=None)
@needs("open", body=0)
def ask(request: Request) -> HTMLResponse | RedirectResponse:
    """Ask for a key; where none is asked for, there is nothing to sign in to."""
    if _callers(request).keys is None:
        return RedirectResponse(HOME, 303)
    return door(request, None)


@router.post("/sign-in", response_model=None)
@needs("open", body=SMALL)
async def sign_in(request: Request) -> HTMLResponse | RedirectResponse:
    """Take a key for a session."""
    form = (await fields_of(request)).single
    try:
        session = _callers(request).sign_in(form.get("key", ""), request.client.host if request.client else "")
    except RefusedError as error:
        return door(request, error, headers_of(error))
    answer = RedirectResponse(own_path(form.get("back", "")), 303)
    answer.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_SECONDS),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
@needs("open", body=SMALL)
def sign_out(request: Request) -> RedirectResponse:
    """End the session of a browser."""
    _callers(request).sign_out(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _callers(request: Request) -> Callers:
    callers: Callers = request.app.state.callers
    return callers
