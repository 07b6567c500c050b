"""The real server: who sends or takes slowly doesn't keep others out, and a key that is revoked opens nothing."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from segmentry.web.entrance.keys import Keys

pytestmark = pytest.mark.server

HEAD, LINGER, UNREAD, BODY, MOST = 1.0, 1.0, 1.5, 1.0, 40
# The very server of `segmentry serve`, with shorter deadlines: a test doesn't wait for a minute.
PROGRAM = f"""
import socket, sys
from pathlib import Path
from segmentry.web import Site, create_app
from segmentry.web.serving import protocol, server
from segmentry.web.entrance.keys import Keys
from segmentry.web.entrance.policy import needs
from starlette.requests import Request
from starlette.responses import Response

protocol.Connection.head_seconds, protocol.Connection.linger_seconds = {HEAD}, {LINGER}
protocol.Connection.unread_seconds = {UNREAD}
server.most_connections = lambda: {MOST}
server.IDLE_SECONDS = 2
app = create_app(Site(Path(sys.argv[1])), keys=Keys(Path(sys.argv[1])))

@needs("open", body=10_000_000, seconds={BODY})
async def take(request: Request):
    return {{"took": len(await request.body())}}

@needs("open")
async def large(request: Request):
    return Response(b"a" * 50_000_000)

@needs("open")
async def fault(request: Request):
    raise KeyError("customer C123 who spent 4500")

app.add_api_route("/take", take, methods=["POST"])
app.add_api_route("/large", large, methods=["GET"])
app.add_api_route("/fault", fault, methods=["GET"])
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
server.serve_app(app, listening, verbose=True)
"""


@dataclass(frozen=True)
class Service:
    """A service under way."""

    port: int
    keys: Keys
    log: Path
    watcher: str

    def connect(self) -> socket.socket:
        """Open a connection that waits for an answer five seconds at most."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=8)

    def get(self, path: str, key: str = "") -> tuple[int, bytes, dict[str, str]]:
        """Ask as a program does."""
        with_key = {"authorization": f"Bearer {key}"} if key else {}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=8)
        try:
            connection.request("GET", path, headers=with_key)
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def figures(self) -> dict[str, float]:
        """Ask for its figures."""
        text = self.get("/metrics", self.watcher)[1].decode()
        return {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if line[0] != "#"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Start the server on a free port of this computer."""
    folder = tmp_path_factory.mktemp("served")
    log = folder / "said.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, stderr=said, text=True
        )
    try:
        assert process.stdout is not None
        keys = Keys(folder)
        _, watcher = keys.new("watcher", "read")
        yield Service(int(process.stdout.readline()), keys, log, watcher)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def until_closed(connection: socket.socket) -> tuple[bytes, float]:
    """Give what still comes, and how long it took until the other end closed."""
    began, came = time.monotonic(), b""
    try:
        while piece := connection.recv(65_536):
            came += piece
    except ConnectionResetError:
        pass
    return came, time.monotonic() - began


def await_text(connection: socket.socket, text: bytes) -> None:
    """Read until a text has come."""
    came = b""
    while text not in came:
        piece = connection.recv(65_536)
        assert piece, came
        came += piece


def dribble(connection: socket.socket, piece: bytes, done: threading.Event) -> None:
    """Send a piece every fifth of a second for as long as it is taken."""
    while not done.wait(0.2):
        try:
            connection.sendall(piece)
        except OSError:
            return


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"], ids=["nothing", "half"])
def test_headers_that_dont_come_in_time_end_the_connection(service: Service, first: bytes) -> None:
    """A connection that says nothing, or header after header without an end, is closed at the deadline."""
    done = threading.Event()
    with service.connect() as slow:
        slow.sendall(first)
        if first:
            threading.Thread(target=dribble, args=(slow, b"x-more: 1\r\n", done), daemon=True).start()
        _, seconds = until_closed(slow)
        done.set()
    assert seconds < HEAD + 3


def test_a_second_request_has_the_same_deadline(service: Service) -> None:
    """After an answer the next headers must end in time as well."""
    done = threading.Event()
    with service.connect() as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in slow.recv(65_536)
        slow.sendall(b"GET /health HTTP/1.1\r\n")
        threading.Thread(target=dribble, args=(slow, b"x-more: 1\r\n", done), daemon=True).start()
        _, seconds = until_closed(slow)
        done.set()
    assert seconds < HEAD + 3


def test_a_body_that_dribbles_is_told_and_cut(service: Service) -> None:
    """Bytes that come one by one end in 408 at the deadline of the route, and then the connection."""
    done = threading.Event()
    with service.connect() as slow:
        slow.sendall(b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n")
        threading.Thread(target=dribble, args=(slow, b"a", done), daemon=True).start()
        came, seconds = until_closed(slow)
        done.set()
    assert came.startswith(b"HTTP/1.1 408")
    assert seconds < BODY + LINGER + 3


def test_a_body_that_nobody_waits_for_is_cut(service: Service) -> None:
    """Who is refused before the body may not go on sending it for ever."""
    done = threading.Event()
    with service.connect() as slow:
        slow.sendall(b"POST /new HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 100000000\r\n\r\n")
        threading.Thread(target=dribble, args=(slow, b"a" * 100, done), daemon=True).start()
        came, seconds = until_closed(slow)
        done.set()
    assert came.startswith(b"HTTP/1.1 401")
    assert seconds < LINGER + 3


def test_a_connection_goes_on_after_a_refused_body(service: Service) -> None:
    """A body that comes to its end in time leaves the connection to the next request."""
    with service.connect() as quick:
        quick.sendall(b"POST /new HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 5\r\n\r\n")
        await_text(quick, b"401")
        quick.sendall(b"aaaaaGET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await_text(quick, b"200 OK")


def test_a_body_without_a_length_is_counted(service: Service) -> None:
    """Chunks are refused once they are too many, while they come."""
    with service.connect() as chunked:
        chunked.sendall(b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(11):
            chunked.sendall(b"f4240\r\n" + b"a" * 1_000_000 + b"\r\n")
        assert chunked.recv(65_536).startswith(b"HTTP/1.1 413")


def test_an_answer_that_nobody_takes_is_broken_off(service: Service) -> None:
    """Who asks for much and doesn't read it holds nothing for long."""
    with service.connect() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        began = time.monotonic()
        while not service.figures()['segmentry_connections_refused_total{why="unread"}']:
            assert time.monotonic() - began < UNREAD + 5
            time.sleep(0.2)


def test_headers_have_a_bound(service: Service) -> None:
    """More than 32 kB of headers are no request."""
    with service.connect() as long:
        long.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"x: " + b"a" * 70_000)
        assert long.recv(65_536).startswith(b"HTTP/1.1 4")


def test_silent_connections_keep_nobody_out_for_long(service: Service) -> None:
    """With all places taken by silence, others are told to come again, and soon are served."""
    silent = [service.connect() for _ in range(MOST)]
    try:
        status, _, headers = service.get("/health")
        assert (status, headers["retry-after"]) == (503, "5")
        began = time.monotonic()
        while service.get("/health")[0] != 200:
            assert time.monotonic() - began < 2 * HEAD + 3
            time.sleep(0.1)
    finally:
        for each in silent:
            each.close()


def test_a_storm_of_connections_is_survived(service: Service) -> None:
    """Hundreds of connections at once are refused or served, and the service is there afterwards."""
    storm = []
    for _ in range(300):
        storm.append(service.connect())
        with suppress(ConnectionError):  # who is refused may find the door shut already
            storm[-1].sendall(b"GET / HT")
    for each in storm:
        each.close()
    began = time.monotonic()
    status = 0
    while status != 200:
        assert time.monotonic() - began < 5
        time.sleep(0.1)
        with suppress(ConnectionError):  # past the polite refusals it is shut without a word
            status = service.get("/health")[0]
    figures = service.figures()
    assert figures['segmentry_connections_refused_total{why="full"}'] > 0
    assert figures['segmentry_connections_refused_total{why="slow"}'] > 0


def test_a_flood_keeps_nobody_else_out(service: Service) -> None:
    """While one key floods and slow bodies come, the flood is told to wait, and another key's requests are served."""
    _, greedy = service.keys.new("greedy", "read", per_second=20)
    codes: set[int] = set()
    done = threading.Event()

    def flood() -> None:
        while not done.is_set():
            codes.add(service.get("/v1/models", greedy)[0])

    slow = [service.connect() for _ in range(3)]
    threads = [threading.Thread(target=flood, daemon=True) for _ in range(4)]
    try:
        for each in slow:
            each.sendall(b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n")
        for thread in threads:
            thread.start()
        while 429 not in codes:
            time.sleep(0.05)
        assert [service.get("/v1/models", service.watcher)[0] for _ in range(20)] == [200] * 20
    finally:
        done.set()
        for each in slow:
            each.close()
        for thread in threads:
            thread.join()
    assert codes >= {200, 429}


GARBAGE = [
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a browser that tries https
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET  /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://elsewhere.test/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /%ff%fe?%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: elsewhere.test\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: a\r\n\r\n",
    b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
    b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\na",
    b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: segmentry=\xff; ;=;segmentry\r\nAuthorization: \xff\r\n\r\n",
]


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_request_is_no_fault(service: Service, sent: bytes) -> None:
    """Bytes of any kind are refused or answered below 500, and the next one is served."""
    with service.connect() as strange:
        strange.sendall(sent)
        strange.shutdown(socket.SHUT_WR)
        came, _ = until_closed(strange)
    assert not came or came.startswith(b"HTTP/1.1 4"), came[:200]
    assert service.get("/health")[0] == 200
    assert "Error" not in service.log.read_text()


def test_a_revoked_key_opens_nothing_within_a_second(service: Service) -> None:
    """Revoking holds while the service runs, by an open connection too."""
    _, secret = service.keys.new("shop", "read")
    connection = HTTPConnection("127.0.0.1", service.port, timeout=8)
    header = {"authorization": f"Bearer {secret}"}
    connection.request("GET", "/v1/models", headers=header)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    service.keys.revoke("shop")
    connection.request("GET", "/v1/models", headers=header)
    assert connection.getresponse().status == 401
    connection.close()


def test_nothing_of_customers_is_written_down(service: Service) -> None:
    """A fault of ours is told with its place and kind; neither its message nor an address stands in the log."""
    status, body, _ = service.get("/fault?id=C777")
    assert status == 500
    assert b"C123" not in body
    time.sleep(0.2)
    said = service.log.read_text()
    assert "KeyError" in said
    assert "in fault" in said
    for private in ("C123", "4500", "C777"):
        assert private not in said


def test_serve_beyond_this_computer(tmp_path: Path) -> None:
    """`segmentry serve --host 0.0.0.0` answers with a key and only with one, and keeps when it was used."""
    keys = Keys(tmp_path)
    made, secret = keys.new("shop", "read")
    command = [sys.executable, "-m", "segmentry", "serve", ".", "--host", "0.0.0.0", "--json"]  # noqa: S104
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(3))
        port = int(json.loads(said)["url"].rstrip("/").rpartition(":")[2])
        service = Service(port, keys, tmp_path, secret)
        began = time.monotonic()
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/health").close()
                break
            except OSError:
                assert time.monotonic() - began < 20
                time.sleep(0.1)
        assert service.get("/v1/models")[0] == 401
        assert service.get("/v1/models", secret)[0] == 200
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert set(keys.last_used()) == {made.id}
