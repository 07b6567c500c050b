"""All runs: the home of the pages."""

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from segmentry.markup.opening import headline
from segmentry.web import Site, create_app
from segmentry.web.pieces.listing import Listing
from segmentry.workspace import open_run


def test_an_empty_workspace_says_how_to_start(tmp_path: Path) -> None:
    """The first page names what is needed, says that nothing leaves the computer, and has two ways on."""
    with TestClient(create_app(Site(tmp_path)), base_url="http://localhost") as client:
        text = client.get("/").text
    assert "<h1>Start with an order log</h1>" in text
    assert "One row per order, with a customer, a date and an amount. Nothing leaves this computer." in text
    assert "Choose a file" in text
    assert "Try the sample shop" in text


def test_a_run_is_listed_with_its_finding(client: TestClient, workspace: Path) -> None:
    """The row says what the run's own page says."""
    summary = open_run("demo", workspace).summary
    row = Listing().rows([workspace / "runs" / "demo"])[0]
    assert row.finding == headline(summary)
    assert row.verdict == summary.verdict
    assert row.customers == summary.customers
    text = client.get("/").text
    assert row.finding in text
    assert "1 run" in text.partition("<h1>")[2].partition("</h1>")[0]


def test_damaged_runs_stay_listed_with_their_reason(tmp_path: Path, workspace: Path) -> None:
    """A run that can't be read is no reason not to show the others."""
    shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / "sound")
    plain = json.loads((workspace / "runs" / "demo" / "run.json").read_text(encoding="utf-8"))
    for name, content in {
        "cut": '{"run": "cu',
        "empty": "",
        "list": "[]",
        "null": "null",
        "poor": "{}",
        "odd": json.dumps(plain | {"segments": [{"share": "much"}]}),
        "none": json.dumps(plain | {"segments": []}),
    }.items():
        (tmp_path / "runs" / name).mkdir()
        (tmp_path / "runs" / name / "run.json").write_text(content, encoding="utf-8")
    with TestClient(create_app(Site(tmp_path)), base_url="http://localhost") as client:
        found = client.get("/")
    assert found.status_code == 200
    assert found.text.count("can't be read: ") + found.text.count("can&#39;t be read: ") == 7
    assert "sound" in found.text


def test_a_file_is_read_again_only_where_it_changed(tmp_path: Path, workspace: Path) -> None:
    """What is listed is kept by the moment at which its file was written."""
    folder = shutil.copytree(workspace / "runs" / "demo", tmp_path / "runs" / "demo")
    rows = Listing()
    first = rows.rows([folder])[0]
    assert rows.rows([folder])[0] is first
    (folder / "run.json").write_text("{}", encoding="utf-8")
    assert rows.rows([folder])[0].damaged


def test_a_thousand_runs_are_shown_a_page_at_a_time(tmp_path: Path, workspace: Path) -> None:
    """No more files are read than are shown, and every run is on one page."""
    content = (workspace / "runs" / "demo" / "run.json").read_bytes()
    for number in range(120):
        (tmp_path / "runs" / f"r{number}").mkdir(parents=True)
        (tmp_path / "runs" / f"r{number}" / "run.json").write_bytes(content)
    app = create_app(Site(tmp_path))
    with TestClient(app, base_url="http://localhost") as client:
        pages = [client.get(f"/?p={page}").text for page in (1, 2, 3)]
        assert len(app.state.listing._known) == 120
        assert client.get("/?p=99").text.count("<tr>") == 21
    assert "120 runs" in pages[0]
    shown = [page.partition("<tbody>")[2].count('<th scope="row">') for page in pages]
    assert shown == [50, 50, 20]


def test_theme_buttons_say_which_is_pressed(client: TestClient) -> None:
    """The chosen colours are remembered and shown as pressed; a foreign way back is not taken."""
    found = client.post("/theme", data={"theme": "dark", "back": "//elsewhere.test/x"})
    assert found.headers["location"] in ("/x", "/")
    text = client.get("/").text  # the client keeps the cookie
    assert 'data-theme="dark"' in text
    assert text.count('aria-pressed="true"') == 1
    assert 'value="dark" aria-pressed="true"' in text


def test_pages_that_are_not_there_have_a_next_step(client: TestClient) -> None:
    """404, 405 and 422 are pages of ours with a way on."""
    for path, status in (("/nope", 404), ("/runs/..%2f..", 404), ("/?p=x", 422), ("/runs/none", 404)):
        found = client.get(path)
        assert found.status_code == status, path
        assert "All runs" in found.text
        assert found.headers["content-security-policy"].startswith("default-src 'none'")
    assert client.put("/").status_code in (404, 405)


def test_a_fault_of_ours_shows_no_trace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that breaks says so in a sentence, under the same policy as every page."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Listing, "rows", broken)
    app = create_app(Site(workspace))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        found = client.get("/")
    assert found.status_code == 500
    assert "fault in segmentry" in found.text
    assert "secret detail" not in found.text
    assert "Traceback" not in found.text
    assert found.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_list_is_whole_while_others_look(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks at the list gets one, though somebody else's look replaces what was remembered at that moment."""
    site = Site(workspace)
    listed = site.folders()

    def meanwhile() -> int:
        site._listed.clear()
        return 2**63

    monkeypatch.setattr("segmentry.web.site.time.time_ns", meanwhile)
    assert site.folders() == listed
