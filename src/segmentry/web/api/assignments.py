"""``POST /v1/assignments``: which segment customers are in, by the champion or by another run's model.

A service asks for one customer at a time, thousands of times a second, so this endpoint speaks ASGI itself: it reads
the body, answers, and has nothing of a framework between. What is more than a few customers is done beside the loop, so
that the next single customer needn't wait.
"""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from segmentry.errors import SegmentryError, UsageError
from segmentry.exchange import Exchange, read_json, write_json
from segmentry.web.api.errors import headers_of, plain_error, status_of
from segmentry.web.background.limits import BusyError, RefusedError
from segmentry.web.entrance.policy import needs

__all__ = ["PATH", "ROUTES"]

PATH = "/v1/assignments"
QUICK_BYTES = 4_096
"""What is no longer is answered at once, in less than a millisecond."""

AT_ONCE, WAITING = 2, 16
"""Larger requests that are worked on at the same time, and that may wait."""

JSON_TYPE = b"application/json"
QUERY = "model"


@needs("score")
class Assignments:
    """Answers requests to place customers."""

    def __init__(self) -> None:
        self._large = CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[str, str] = {}
        try:
            _check_type(scope)
            body = await _body(receive)
            status, answer = 200, await self._answer(scope, body)
        except SegmentryError as error:
            status, answer, headers = status_of(error), write_json(plain_error(error)), headers_of(error)
        given = [(b"content-type", JSON_TYPE), (b"content-length", b"%d" % len(answer))]
        given += [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Scope, body: bytes) -> bytes:
        query = scope["query_string"]
        # Taken once: whatever becomes champion meanwhile, this request is answered by one model.
        serving = scope["app"].state.champion.current
        if len(body) <= QUICK_BYTES and not query and serving is not None:
            asked = read_json(body)
            if not serving.exchange.is_slow(asked):
                return _written(scope, serving.exchange.answer(asked))
        if self._large.statistics().tasks_waiting >= WAITING:
            raise BusyError("too many large requests are waiting", (), "the same request later", seconds=5)
        return await to_thread.run_sync(partial(_of, scope, query, body), limiter=self._large)


def _of(scope: Scope, query: bytes, body: bytes) -> bytes:
    """Answer by whichever model was asked for."""
    state = scope["app"].state
    name = _model(query)
    exchange = state.champion.serving().exchange if name is None else Exchange.of(state.site.run(name).model)
    return _written(scope, exchange.answer(read_json(body)))


def _written(scope: Scope, answer: dict[str, Any]) -> bytes:
    """Write an answer, and count the customers in it."""
    scope["app"].state.metrics.placed.inc(len(answer["assignments"]))
    return write_json(answer)


def _model(query: bytes) -> str | None:
    """Give the name of the run that is asked for; None for the champion."""
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise UsageError("this address can't be read", way_out=f"{PATH}, or {PATH}?model=RUN") from error
    strange = [name for name, _ in pairs if name != QUERY]
    if strange or len(pairs) > 1:
        what = f"{strange[0][:60]!r} is no part of this address" if strange else "model stands twice in this address"
        raise UsageError(what, way_out=f"{PATH}, or {PATH}?model=RUN")
    return pairs[0][1] if pairs else None


def _check_type(scope: Scope) -> None:
    """Refuse what says of itself that it is no JSON, or is packed."""
    kind = coding = b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value
        elif name == b"content-encoding":
            coding = value
    if kind != JSON_TYPE and kind.partition(b";")[0].strip().lower() != JSON_TYPE:
        shown = kind.decode("latin-1")[:100]
        raise RefusedError("a request is JSON", (f"it says: {shown!r}",), "content-type: application/json", status=415)
    if coding not in (b"", b"identity"):
        raise RefusedError("packed requests aren't read", (), "the request without content-encoding", status=415)


async def _body(receive: Receive) -> bytes:
    """Read the body; who lets requests in holds it to its bytes and its time."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


ROUTES = (Route(PATH, Assignments(), methods=["POST"], name="assignments"),)
