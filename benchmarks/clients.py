"""Clients that keep a server busy: each has one connection, and asks again as soon as it was answered."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Load", "hammer", "request"]

PATIENCE = 30.0
"""Seconds without any answer after which the server counts as gone."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load.

    Parameters
    ----------
    seconds : float
        By the clock.
    times : list of float
        Seconds from sending a request to having its whole answer, shortest first.
    answers : list of (int, int, bytes)
        Which request, the answer's status, and its body.
    """

    seconds: float
    times: list[float]
    answers: list[tuple[int, int, bytes]]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Give the time within which a share of the requests were answered."""
        return 1000 * self.times[min(int(share * len(self.times)), len(self.times) - 1)]


@dataclass(slots=True)
class _Client:
    place: socket.socket
    asked: int
    sent: float
    parts: bytearray = field(default_factory=bytearray)

    def ask(self, number: int, content: bytes) -> None:
        self.asked, self.sent = number, time.perf_counter()
        self.place.sendall(content)


def request(port: int, path: str, body: bytes, key: str = "") -> bytes:
    """Write a request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def hammer(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Load:
    """Ask in turn until the time is over; what was asked by then is waited for.

    Raises
    ------
    ConnectionError
        A connection was closed before its answer.
    TimeoutError
        The server answers no more.
    """
    times: list[float] = []
    answers: list[tuple[int, int, bytes]] = []
    with selectors.DefaultSelector() as ready:
        began = time.perf_counter()
        for number in range(clients):
            place = socket.create_connection(("127.0.0.1", port))
            place.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client = _Client(place, number, began)
            ready.register(place, selectors.EVENT_READ, client)
            client.ask(number % len(requests), requests[number % len(requests)])
        asked = clients
        while ready.get_map():
            found = ready.select(PATIENCE)
            if not found:
                raise TimeoutError("the server answers no more")
            for each, _ in found:
                client = each.data
                answer = _whole(client)
                if answer is None:
                    continue
                now = time.perf_counter()
                times.append(now - client.sent)
                answers.append((client.asked, *answer))
                if now - began > seconds:
                    ready.unregister(client.place)
                    client.place.close()
                    continue
                client.ask(asked % len(requests), requests[asked % len(requests)])
                asked += 1
        took = time.perf_counter() - began
    return Load(took, sorted(times), answers)


def _whole(client: _Client) -> tuple[int, bytes] | None:
    """Read what came; give status and body once they are whole."""
    piece = client.place.recv(1 << 16)
    if not piece:
        raise ConnectionError(f"closed after {bytes(client.parts[:200])!r}")
    client.parts += piece
    head, found, body = bytes(client.parts).partition(b"\r\n\r\n")
    if not found:
        return None
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    if len(body) < length:
        return None
    client.parts.clear()
    return int(head.split(b" ", 2)[1]), body
