"""What every answer carries and every request must keep: only this computer, only these pages, no foreign content."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "POLICY", "Guard"]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Our own forms must name their origin, which a browser leaves out ("null") where no referrer may be sent at all.
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # A run may be made or renamed at any time: what a browser kept is asked for again.
    "cache-control": "no-cache",
}
READING = ("GET", "HEAD")


class Guard:
    """Refuses hosts that this service was not opened as and forms that other sites send; every answer gets its headers.

    A page of another site can make a browser call 127.0.0.1, under a name of its own (DNS rebinding) or by a form
    (request forgery): the first shows in Host, the second in Origin or Sec-Fetch-Site.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        only_asked = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    given.setdefault(name, value)
            elif only_asked:
                message = {**message, "body": b""}
            await send(message)

        inside = self._refusal(scope) or self.app
        # HEAD is answered as GET would be, without the body: no route has to know of it.
        await inside({**scope, "method": "GET"} if only_asked else scope, receive, answer)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Give the answer to a request that must not pass; None for one that may."""
        headers = Headers(scope=scope)
        host = _split(headers.get("host", "")).hostname or ""
        if host not in self.hosts:
            return PlainTextResponse(f"this service does not answer as {host!r}", 421)
        if scope["method"] not in READING and not _own(headers):
            return PlainTextResponse("this form came from another site", 403)
        return None


def _split(host: str) -> SplitResult:
    """Take a host's name and port apart; what is none has neither."""
    try:
        return urlsplit(f"//{host}")
    except ValueError:
        return urlsplit("")


def _own(headers: Headers) -> bool:
    """Say whether a request comes from one of our own pages, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
