"""What every answer carries, and every request must keep."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from segmentry.markup import Markup
from segmentry.web import Site, create_app
from segmentry.web.background.limits import FORM_BYTES, UPLOADS_AT_ONCE, RefusedError
from segmentry.web.background.uploads import Uploads
from segmentry.web.entrance.guard import HEADERS
from segmentry.web.pieces import form
from segmentry.web.pieces.charts import kept_section
from segmentry.web.pieces.form import fields_of
from segmentry.web.site import MOST_OPEN
from segmentry.workspace import FILES


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/runs/demo/files/report.html", {}, 200),
        ("GET", "/runs/demo/figures/elbow.csv", {}, 200),
        ("GET", "/static/style.css", {}, 200),
        ("GET", "/static/nothing.js", {}, 404),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/jobs/0123456789abcdef", {}, 404),
        ("PUT", "/", {}, 404),
        ("GET", "/?p=x", {}, 422),
        ("POST", "/theme", {}, 303),
        ("POST", "/new", {}, 422),
        ("GET", "/", {"host": "elsewhere.test"}, 421),
        ("GET", "/", {"host": "["}, 421),
        ("GET", "/", {"host": ""}, 421),
        ("GET", "/", {"host": "elsewhere.test@127.0.0.1"}, 421),
        ("GET", "/", {"host": "127.0.0.1:8000#@elsewhere.test"}, 421),
        ("GET", "/", {"host": "localhost:8000, elsewhere.test"}, 421),
        ("GET", "/", {"host": "LOCALHOST:8000"}, 200),
        ("GET", "/", {"host": "[::1]:8000"}, 200),
        ("POST", "/theme", {"origin": "http://elsewhere.test"}, 403),
        ("POST", "/theme", {"origin": "http://["}, 403),
        ("POST", "/theme", {"origin": "null"}, 403),
        ("POST", "/theme", {"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_every_answer_carries_the_headers(
    client: TestClient, method: str, address: str, headers: dict[str, str], status: int
) -> None:
    """Pages, files, redirects, errors and refusals: all say what a browser may do with them."""
    found = client.request(method, address, headers=headers)
    assert found.status_code == status
    assert HEADERS.keys() <= found.headers.keys()


@pytest.mark.parametrize("address", ["/", "/runs/demo", "/runs/demo/files/segments.csv", "/static/style.css", "/nope"])
def test_head_is_get_without_a_body(client: TestClient, address: str) -> None:
    """HEAD has the code and the length of GET, and nothing after the headers."""
    asked, only = client.get(address), client.head(address)
    assert (only.status_code, only.headers["content-length"]) == (asked.status_code, asked.headers["content-length"])
    assert only.content == b""


@pytest.mark.parametrize(
    "address",
    [
        "/theme",
        "/uploads/0123456789abcdef/answers",
        "/uploads/0123456789abcdef/run",
        "/runs/demo/segments/A/name",
        "/runs/demo/score/upload/0123456789abcdef",
    ],
)
def test_every_form_has_a_bound(client: TestClient, address: str) -> None:
    """No form is read past what ours could hold, whichever page it belongs to."""
    assert client.post(address, content=b"name=" + b"a" * FORM_BYTES).status_code == 413


def test_a_form_that_comes_too_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form whose bytes don't come is refused once its time is over."""
    monkeypatch.setattr(form, "FORM_SECONDS", 0.01)

    async def nothing() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive=nothing)
    with pytest.raises(RefusedError) as refused:
        asyncio.run(fields_of(request))
    assert refused.value.status == 408


def test_a_disk_that_refuses_stops_nobody_later(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads that could not begin don't count as being received."""

    def no_room(_: Uploads) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Uploads, "begin", no_room)
        for _ in range(UPLOADS_AT_ONCE + 1):
            with pytest.raises(OSError, match="No space"):
                client.post("/new", files={"data": ("o.csv", b"a,b\n1,2\n")})
    assert client.post("/new", files={"data": ("o.csv", b"a,b\n1,2\n")}).status_code == 303


def opened(place: Path) -> TestClient:
    """Open pages on a place; a fault of ours is an answer too."""
    app = create_app(Site.at(place))
    return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False, raise_server_exceptions=False)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "other": lambda _: b"hello \xff{",
}


@pytest.mark.parametrize(
    ("what", "pages"),
    [
        ("run", ("/data", "/segments/A/list.csv")),
        ("model", ("", "/data", "/score", "/segments/A/list.csv")),
        ("segments", ("/segments/A", "/customers?id=1", "/files/segments.csv")),
        ("segments_parquet", ("/segments/A", "/segments/A/list.csv", "/customers?id=1", "/score?of=1")),
    ],
)
def test_a_damaged_run_is_an_error_page(tmp_path: Path, workspace: Path, what: str, pages: tuple[str, ...]) -> None:
    """Whatever file of a run is gone or damaged, its pages say so or do without it, and are no fault of ours."""
    file = shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / "demo") / FILES[what]
    content = file.read_bytes()
    with opened(tmp_path) as client:
        for how in (*DAMAGES, "gone"):
            file.write_bytes(DAMAGES[how](content)) if how in DAMAGES else file.unlink()
            found = {page: client.get(f"/runs/demo{page}").status_code for page in pages}
            assert {*found.values()} <= {200, 404, 422}, (how, found)
            if what.endswith("parquet"):
                assert {*found.values()} == {422}, how
                assert client.post("/runs/demo/segments/A/name", data={"name": "New"}).status_code == 422
            assert client.get("/").status_code == 200


def test_links_lead_to_the_folder_whatever_the_run_was_called(tmp_path: Path, workspace: Path) -> None:
    """A run's folder under another name, with signs that addresses keep for themselves, is linked by that name."""
    folder = shutil.copytree(workspace / "runs" / "demo", tmp_path / "my run #1?")
    with opened(folder) as client:
        text = client.get("/runs/my%20run%20%231%3F").text
        assert 'href="/runs/my%20run%20%231%3F/trust"' in text
        assert "/runs/demo" not in text
        assert client.get("/runs/my%20run%20%231%3F/trust").status_code == 200
        assert client.get("/new").status_code == client.get("/jobs/0123456789abcdef").status_code == 404


def test_a_piece_of_an_older_run_is_not_kept_for_the_newer(tmp_path: Path, workspace: Path) -> None:
    """A page that began before a run was written anew leaves nothing behind for those who ask after it."""
    folder = shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / "demo")
    site = Site(tmp_path)
    older = site.run("demo")
    (folder / FILES["run"]).touch()
    newer = site.run("demo")
    assert older is not newer
    for run, said in ((newer, "newer"), (older, "older")):
        kept_section(site, run, "piece", lambda said=said: Markup(said))
    assert kept_section(site, newer, "piece", lambda: Markup("made again")) == Markup("newer")


def test_no_more_runs_are_kept_open_than_a_few(tmp_path: Path, workspace: Path) -> None:
    """Runs that nobody asked for longest are closed."""
    for number in range(MOST_OPEN + 2):
        shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / f"r{number}")
    site = Site(tmp_path)
    for number in range(MOST_OPEN + 2):
        site.run(f"r{number}")
    assert len(site._open) == MOST_OPEN
