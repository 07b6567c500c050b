"""Connections that may not be slow: headers come in time, answers are taken in time, and there are only so many.

The server underneath waits for ever for a first header, for the rest of what an answer didn't wait for, and for whoever
takes an answer byte by byte; any of them, opened a thousand times, would keep everybody else out.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from segmentry.web.background.limits import CONNECTIONS, HEAD_SECONDS, LINGER_SECONDS, UNREAD_SECONDS
from segmentry.web.entrance.rates import place_of

__all__ = ["HEAD_BYTES", "Connection", "held_to", "most_connections"]

HEAD_BYTES = 32_768
"""Bytes of a request's first line and headers."""
SPARE_FILES = 128
"""Open files that are left for the work itself."""
POLITE = 64
"""Connections past the most that are still told so; those past them are closed without a word."""
FULL = b'{"error": {"what": "too many connections", "evidence": [], "way_out": "again in 5 s"}}'


class Connection(H11Protocol):
    """A connection with deadlines: to be used as uvicorn's ``http``."""

    head_seconds: ClassVar[float] = HEAD_SECONDS
    linger_seconds: ClassVar[float] = LINGER_SECONDS
    unread_seconds: ClassVar[float] = UNREAD_SECONDS
    most: ClassVar[int] = CONNECTIONS
    _from: ClassVar[Counter[str]] = Counter()
    _place: str = ""
    _counted = False
    _deadline: asyncio.TimerHandle | None = None
    _lingering = False
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or say that there are too many."""
        super().connection_made(transport)
        self._place = place_of(self.client[0]) if self.client else ""
        self._from[self._place] += 1
        self._counted = True
        over = len(self.connections) - self.most
        if over > POLITE:
            self._refused("full")
            transport.abort()
            return
        if over > 0 or self._from[self._place] > max(self.most // 2, 1):
            self._refused("full")
            self.app = _full
        self._set_deadline(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._clear_deadline()
        self._clear_unread()
        if self._counted:
            self._counted = False
            self._from[self._place] -= 1
            if not self._from[self._place]:
                del self._from[self._place]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; a request whose headers began must end them in time."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE:
            if self._deadline is None or self._lingering:
                self._set_deadline(self.head_seconds)
        elif not self._lingering:
            self._clear_deadline()

    def on_response_complete(self) -> None:
        """End an exchange; who still sends what nobody waits for may do so for a moment."""
        if self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing():
            self._set_deadline(self.linger_seconds)
            self._lingering = True
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for somebody to take the answer, but not for ever."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.unread_seconds, self._break_off, "unread")

    def resume_writing(self) -> None:
        """Go on: it is taken."""
        self._clear_unread()
        super().resume_writing()

    def _refused(self, why: str) -> None:
        """Count a connection that was refused or broken off."""

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self._deadline = self.loop.call_later(seconds, self._break_off, "slow")

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._lingering = False

    def _clear_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _break_off(self, why: str) -> None:
        self._refused(why)
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


def held_to(most: int, refused: Callable[[str], object]) -> type[Connection]:
    """Make the connections of one server, which count themselves.

    Parameters
    ----------
    most : int
        At the same time.
    refused : callable
        Told why one was refused or broken off: "full", "slow" or "unread".
    """

    class Held(Connection):
        def _refused(self, why: str) -> None:
            refused(why)

    Held.most = most
    Held._from = Counter()  # noqa: SLF001 - its own, not that of every server in this process
    return Held


async def _full(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(FULL)).encode()),
        (b"retry-after", b"5"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": FULL})


def most_connections() -> int:
    """Give how many connections there may be: fewer than files may be open, whatever happens."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < CONNECTIONS + SPARE_FILES + POLITE:
        wanted = CONNECTIONS + SPARE_FILES + POLITE
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(CONNECTIONS, soft - SPARE_FILES - POLITE), 8)
