"""The one way in: every request passes here, and is refused here before anything of it but its headers is read."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from time import perf_counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from segmentry.web.api.errors import headers_of, is_api, refusal
from segmentry.web.background.limits import (
    AT_ONCE,
    BYTES_AT_ONCE,
    KEY_AT_ONCE,
    STRANGERS_AT_ONCE,
    BusyError,
    RefusedError,
)
from segmentry.web.entrance.callers import SCOPE, Caller, Callers
from segmentry.web.entrance.door import door
from segmentry.web.entrance.guard import HEADERS, Guard
from segmentry.web.entrance.policy import Found, Routes
from segmentry.web.serving.metrics import Metrics

__all__ = ["Access"]

READING = ("GET", "HEAD", "OPTIONS")
RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Access:
    """Finds out who asks for what, and lets in who may.

    In this order: a name of ours, not from another site, a key that allows what the route needs, not too often, not too
    much at a time, not too long a body. A route that doesn't say what it needs is closed. Without keys everything comes
    from this computer, and only the rights are not asked for.

    Parameters
    ----------
    app : ASGI application
        What lies behind.
    guard : Guard
        Knows our names.
    callers : Callers
        Know who asks.
    metrics : Metrics
        Count.
    """

    def __init__(self, app: ASGIApp, guard: Guard, callers: Callers, metrics: Metrics) -> None:
        self.app = app
        self._guard = guard
        self._callers = callers
        self._metrics = metrics
        self._routes: Routes | None = None
        self._under_way = self._bytes = 0
        self._of_key: Counter[str] = Counter()
        self._strangers: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            # No sockets here; what is neither is the server starting or ending.
            await (self.app(scope, receive, send) if scope["type"] == "lifespan" else _closed(send))
            return
        began = perf_counter()
        if self._routes is None:
            self._routes = Routes(scope["app"].routes)
        only_asked = scope["method"] == "HEAD"
        # HEAD is answered as GET would be, without the body: no route has to know of it.
        method = "GET" if only_asked else scope["method"]
        route = self._routes.find(method, scope["path"])
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message["headers"])
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [pair for pair in RAW if pair[0] not in names]
            elif only_asked:
                message = {**message, "body": b""}
            await send(message)

        headers = dict(scope["headers"])
        caller, length = None, _length(headers, route)
        self._under_way += 1
        self._bytes += length
        try:
            inside = {**scope, "method": method}
            try:
                caller = inside[SCOPE] = self._let_in(scope, headers, route)
                self._enter(caller)
                self._hold(caller)
                if route.body is not None and length > route.body:
                    raise _too_large(route.body)
            except RefusedError as error:
                await _refusal(inside, headers, error)(scope, receive, answer)
            else:
                await self.app(inside, _held(receive, route, headers), answer)
        finally:
            self._under_way -= 1
            self._bytes -= length
            if caller is not None:
                self._leave(caller)
            self._metrics.answered(method, route.template, status, perf_counter() - began)

    def _let_in(self, scope: Scope, headers: Mapping[bytes, bytes], route: Found) -> Caller:
        """Tell who asks, and raise ``RefusedError`` where they may not."""
        self._guard.check_host(headers.get(b"host", b""))
        keyless = self._callers.keys is None
        # Another site can't make a browser send a key, only the cookie that a browser sends by itself.
        if scope["method"] not in READING and (keyless or b"authorization" not in headers):
            self._guard.check_origin(headers)
        client = scope.get("client")
        caller = self._callers.find(headers, client[0] if client else "")
        if not keyless:
            _check_right(caller, route)
        return caller

    def _hold(self, caller: Caller) -> None:
        """Refuse what would be one too many at a time."""
        if self._under_way > AT_ONCE or self._bytes > BYTES_AT_ONCE:
            raise RefusedError("too much is asked at the same time", (), "again in a moment", status=503)
        if caller.key and self._of_key[caller.key] > KEY_AT_ONCE:
            seen = (f"this key has {KEY_AT_ONCE} requests under way",)
            raise BusyError("too many requests at the same time", seen, "again when they are answered", seconds=1)
        # Who has no key could else take all places, by forms that anybody may send and that never end.
        if caller.place and (
            self._strangers[caller.place] > STRANGERS_AT_ONCE or self._strangers.total() > AT_ONCE // 2
        ):
            raise BusyError("too many requests at the same time", ("without a key",), "again in a moment", seconds=1)

    def _enter(self, caller: Caller) -> None:
        """Count a request under way: of a key, or of an address where none came."""
        counts, who = self._counted(caller)
        counts[who] += 1

    def _leave(self, caller: Caller) -> None:
        counts, who = self._counted(caller)
        counts[who] -= 1
        if not counts[who]:
            del counts[who]

    def _counted(self, caller: Caller) -> tuple[Counter[str], str]:
        return (self._strangers, caller.place) if caller.place else (self._of_key, caller.key)


def _length(headers: Mapping[bytes, bytes], route: Found) -> int:
    """Give how many bytes a body has, or may have where it doesn't say; 0 for one that its endpoint puts on disk."""
    if route.body is None:
        return 0
    if b"transfer-encoding" in headers:  # a length beside it says nothing
        return route.body
    declared = headers.get(b"content-length", b"0")
    return min(int(declared[:20]), route.body + 1) if declared.isdigit() else 0


def _check_right(caller: Caller, route: Found) -> None:
    if route.needs == "open":
        return
    if caller.right == "open":
        how = "Authorization: Bearer KEY; segmentry keys new NAME makes one"
        raise RefusedError("this takes a key", ("none came, or one that doesn't stand",), how, status=401)
    if route.needs is None:
        raise RefusedError("this address is closed", ("it doesn't say which right it takes",), "report it", status=403)
    if not caller.may(route.needs):
        seen = (f"this takes a key that may {route.needs}; {caller.name} may {caller.right}",)
        raise RefusedError(
            "this key may not do that", seen, f"segmentry keys new NAME --right {route.needs}", status=403
        )


def _held(receive: Receive, route: Found, headers: Mapping[bytes, bytes]) -> Receive:
    """Hold a body to its bytes and its time while it comes; what has none is not looked at."""
    if b"content-length" not in headers and b"transfer-encoding" not in headers:
        return receive
    until = asyncio.get_running_loop().time() + route.seconds
    came, ended = 0, False

    async def held() -> Message:
        nonlocal came, ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            late = (f"more than {route.seconds:g} seconds",)
            raise RefusedError("sending this took too long", late, "send it again", status=408) from error
        came += len(message.get("body", b""))
        ended = not message.get("more_body", False)
        if route.body is not None and came > route.body:
            raise _too_large(route.body)
        return message

    return held


def _too_large(most: int) -> RefusedError:
    return RefusedError("this is too long", (f"more than {most:,} bytes",), "less at a time", status=413)


def _refusal(scope: Scope, headers: Mapping[bytes, bytes], error: RefusedError) -> Response:
    """Answer a refusal: to a browser by a page, to a program as JSON."""
    more = {"cache-control": "no-store"} | headers_of(error)
    if error.status == 401:
        more["www-authenticate"] = 'Bearer realm="segmentry"'
    program = b"authorization" in headers or is_api(scope["path"])
    if program or b"text/html" not in headers.get(b"accept", b""):
        return refusal(error, headers=more)
    return door(Request(scope), error, more)


async def _closed(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008, "reason": ""})
