"""Runs over the service: the list, one run, and asking for one, once however often it is sent."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from segmentry.data import sample_shop
from segmentry.web import Site, create_app
from segmentry.web.api.run_request import REQUEST_BODY
from segmentry.web.background import jobs
from segmentry.web.background.jobs import Job, Jobs
from segmentry.web.background.limits import JOBS_WAITING, UPLOADS_AT_ONCE
from segmentry.workspace import open_run

Work = Callable[[Jobs, Job], Job]

EXAMPLE: dict[str, Any] = REQUEST_BODY["content"]["application/json"]["schema"]["examples"][0]
FILE = b"customer,date,amount\nc1,2026-01-03,5\nc2,2026-01-04,6\n"


def opened(place: Path) -> TestClient:
    """Open the service of a workspace."""
    return TestClient(create_app(Site(place)), base_url="http://127.0.0.1:8000", follow_redirects=False)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Give the service of an empty workspace in which no job starts by itself."""
    monkeypatch.setattr(jobs, "JOBS_AT_ONCE", 0)
    return opened(tmp_path)


def uploads(place: Path) -> list[str]:
    """Name what was received and not thrown away."""
    return sorted(folder.name for folder in (place / "uploads").glob("*"))


def test_the_list_and_a_run_have_the_figures_of_the_run(client: TestClient, workspace: Path) -> None:
    """Both show what run.json holds, and no customer."""
    known = json.loads((workspace / "runs" / "demo" / "run.json").read_text())
    listed = client.get("/v1/runs").json()
    assert listed["total"] == 1
    for name in ("customers", "verdict", "keep_rate"):
        assert listed["runs"][0][name] == known[name]
    shown = client.get("/v1/runs/demo").json()
    assert shown["name"] == listed["runs"][0]["name"] == "demo"
    assert shown["keeps"]["rate"] == known["keep_rate"]
    assert [one["customers"] for one in shown["segments"]] == [one["customers"] for one in known["segments"]]
    assert sum(one["customers"] for one in shown["segments"]) == shown["customers"]
    ids = open_run("demo", workspace).customers()["customer_id"]
    assert not [one for one in ids if one in json.dumps(shown)]


def test_the_list_is_cut_into_pages(client: TestClient) -> None:
    """What is past the offset is shown, the count stays; bounds hold."""
    assert client.get("/v1/runs", params={"offset": 1}).json() == {"total": 1, "runs": []}
    assert [client.get("/v1/runs", params={"limit": many}).status_code for many in (0, 201, "x")] == [422] * 3


def test_rows_become_a_run(tmp_path: Path, work: Work) -> None:
    """What the document gives as an example works: a job that is watched until its run is there."""
    queue = Jobs(tmp_path)
    with opened(tmp_path) as service:
        asked = service.post("/v1/runs", json=EXAMPLE)
        assert asked.status_code == 202
        address = asked.headers["location"]
        assert asked.json()["state"] == "waiting"
        assert work(queue, queue.find(asked.json()["id"])).state == "done"
        done = service.get(address).json()
        assert (done["state"], done["share"], done["error"]) == ("done", 1.0, None)
        assert [one["stage"] for one in done["stages"] if one["state"] == "done"][:2] == ["Read", "Checked"]
        assert service.get(done["result"]).json()["customers"] == 40
    recipe = open_run(EXAMPLE["name"], tmp_path).model.recipe
    assert (recipe.choose.lowest, recipe.choose.highest, recipe.choose.rebuilds) == (2, 4, 20)
    assert recipe.describe.currency == "EUR"


def test_what_is_wrong_with_the_data_stands_in_the_job(service: TestClient, tmp_path: Path, work: Work) -> None:
    """A job that comes to nothing says what was wrong, the evidence and the way out."""
    asked = service.post("/v1/runs", files={"data": ("o.csv", b"customer,date,amount\nc,31/31/2024,1\n")}).json()
    queue = Jobs(tmp_path)
    work(queue, queue.find(asked["id"]))
    shown = service.get(f"/v1/jobs/{asked['id']}").json()
    assert (shown["state"], shown["result"]) == ("failed", None)
    assert shown["error"]["what"]


def test_a_run_goes_on_from_one_of_the_workspace(service: TestClient, tmp_path: Path, workspace: Path) -> None:
    """The run before is named, never a path; one that isn't there is 404 and leaves nothing."""
    assert service.post("/v1/runs", json=EXAMPLE | {"previous": "demo"}).status_code == 404
    assert service.post("/v1/runs", json=EXAMPLE | {"previous": "../demo"}).status_code == 422
    assert uploads(tmp_path) == []
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "demo").symlink_to(workspace / "runs" / "demo")
    job = service.post("/v1/runs", json=EXAMPLE | {"previous": "demo"}).json()
    assert str(tmp_path / "runs" / "demo" / "model.segmentry") in Jobs(tmp_path).find(job["id"]).order.recipe


def test_a_request_sent_again_gives_the_same_job(service: TestClient, tmp_path: Path) -> None:
    """One key and one request make one job, after a restart too, in whatever order its fields came."""
    key = {"idempotency-key": "order-7"}
    first = service.post("/v1/runs", json=EXAMPLE, headers=key).json()["id"]
    turned = dict(reversed(EXAMPLE.items()))
    assert service.post("/v1/runs", json=turned, headers=key).json()["id"] == first
    assert opened(tmp_path).post("/v1/runs", json=EXAMPLE, headers=key).json()["id"] == first
    assert len(uploads(tmp_path)) == 1
    other = service.post("/v1/runs", json=EXAMPLE | {"name": "other"}, headers=key)
    assert other.status_code == 422
    assert "another request" in other.text
    assert len(uploads(tmp_path)) == 1
    again = service.post("/v1/runs", json=EXAMPLE | {"name": "other"}, headers={"idempotency-key": "order-8"})
    assert again.json()["id"] != first
    assert service.post("/v1/runs", json=EXAMPLE).status_code == 409


def test_a_form_sent_again_gives_the_same_job(service: TestClient, tmp_path: Path) -> None:
    """How a browser or a library cuts a form into parts is no difference; the file's bytes are."""
    key = {"idempotency-key": "f"}
    sent = [
        service.post("/v1/runs", files={"data": ("o.csv", content)}, data={"run": '{"name": "f"}'}, headers=key)
        for content in (FILE, FILE, FILE + b"c3,2026-01-05,7\n")
    ]
    assert [one.status_code for one in sent] == [202, 202, 422]
    assert sent[0].request.headers["content-type"] != sent[1].request.headers["content-type"]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert len(uploads(tmp_path)) == 1


def test_at_the_same_time_it_is_one_job_all_the_same(service: TestClient, tmp_path: Path) -> None:
    """Requests with one key that meet make one job; without keys and names each gets a run of its own."""
    small = EXAMPLE | {"orders": EXAMPLE["orders"][:3], "name": None}

    def send(number: int) -> str:
        key = {"idempotency-key": "once"} if number % 2 else {}
        return str(service.post("/v1/runs", json=small, headers=key).json()["id"])

    with service, ThreadPoolExecutor(4) as threads:
        found = list(threads.map(send, range(8)))
    assert len(set(found[1::2])) == 1
    assert len(set(found[::2])) == 4
    names = [job.order.name for job in Jobs(tmp_path).all()]
    assert len(names) == len(set(names)) == 5
    assert len(uploads(tmp_path)) == 5


def test_a_full_queue_says_when_to_come_back(service: TestClient, tmp_path: Path) -> None:
    """No further run is taken, and nothing of it kept; a request that was taken already is known all the same."""
    small = {"orders": EXAMPLE["orders"][:3]}
    first = service.post("/v1/runs", json=small, headers={"idempotency-key": "1"}).json()["id"]
    for _ in range(JOBS_WAITING - 1):
        assert service.post("/v1/runs", json=small).status_code == 202
    full = service.post("/v1/runs", json=small)
    assert full.status_code == 429
    assert int(full.headers["retry-after"]) > 0
    assert service.post("/v1/runs", files={"data": ("o.csv", FILE)}).status_code == 429
    assert len(uploads(tmp_path)) == JOBS_WAITING
    assert service.post("/v1/runs", json=small, headers={"idempotency-key": "1"}).json()["id"] == first
    service.delete(f"/v1/jobs/{first}")
    assert service.post("/v1/runs", json=small).status_code == 202


def test_stop_keeps_nothing_and_the_job_says_so(service: TestClient, tmp_path: Path) -> None:
    """A job that is stopped stays to be seen, stopped again it is as it was, and there is no run."""
    job = service.post("/v1/runs", json=EXAMPLE).json()["id"]
    stopped = service.delete(f"/v1/jobs/{job}").json()
    assert (stopped["state"], stopped["result"]) == ("stopped", None)
    assert service.delete(f"/v1/jobs/{job}").json() == stopped == service.get(f"/v1/jobs/{job}").json()
    assert not list((tmp_path / "runs").glob("*"))
    assert [service.get(f"/v1/jobs/{one}").status_code for one in ("0" * 16, "..%2f..", "A")] == [404, 404, 422]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"options": {"segments": 10**9}}, "options.segments"),
        ({"options": {"segments": "2-1000"}}, "options.segments"),
        ({"options": {"segments": True}}, "options.segments"),
        ({"options": {"rebuilds": 10**6}}, "options.rebuilds"),
        ({"options": {"seed": "7"}}, "options.seed"),
        ({"options": {"min_share": False}}, "options.min_share"),
        ({"options": {"playbook": "/etc/passwd"}}, "options.playbook"),
        ({"options": {"grid": "/etc/passwd"}}, "options.grid"),
        ({"options": {"as_of": "soon"}}, "options.as_of"),
        ({"options": {"segments": "9-3"}}, "9-3"),
        ({"options": {"method": "rfm-grid", "scale": "robust"}}, "rfm-grid"),
        ({"name": "../up"}, "name"),
        ({"surprise": 1}, "surprise"),
        ({"orders": []}, "orders"),
        ({"orders": [{}]}, "orders"),
        ({"orders": [{"amount": [1]}]}, "orders"),
        ({"orders": None}, "orders"),
    ],
    ids=lambda said: json.dumps(said)[:40],
)
def test_what_cannot_be_used_is_refused_by_its_place(
    service: TestClient, tmp_path: Path, said: dict[str, Any], place: str
) -> None:
    """The schema's bounds hold before anything is kept, and the answer names the field."""
    refused = service.post("/v1/runs", json=EXAMPLE | said)
    assert refused.status_code == 422
    assert place in refused.text
    assert uploads(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"orders": [{"a": NaN}]}', "application/json", 422),
        (b'{"orders": [{"a": "\\ud800"}]}', "application/json", 422),
        (b'{"orders": [{"secret-value": "4111"}], "options": 4111}', "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"", "", 415),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
    ids=["broken", "not a number", "half a sign", "no options", "deep", "form", "nothing", "empty form"],
)
def test_what_is_no_request_is_refused(
    service: TestClient, tmp_path: Path, body: bytes, kind: str, status: int
) -> None:
    """Whatever comes has an answer, which never repeats values."""
    refused = service.post("/v1/runs", content=body, headers={"content-type": kind} if kind else {})
    assert refused.status_code == status
    assert "4111" not in refused.text
    assert uploads(tmp_path) == []


def test_a_form_has_the_fields_that_are_known(service: TestClient, tmp_path: Path) -> None:
    """A field that isn't known, or options that can't be read, leave no file behind."""
    for said in ({"options": "{}"}, {"run": "{"}, {"run": '{"options": {"segments": 0}}'}):
        assert service.post("/v1/runs", files={"data": ("o.csv", FILE)}, data=said).status_code == 422
    assert uploads(tmp_path) == []


def test_one_run_alone_takes_no_others(workspace: Path) -> None:
    """Where one run is served, it is listed and shown, and none is made beside it."""
    alone = TestClient(create_app(Site.at(workspace / "runs" / "demo")), base_url="http://127.0.0.1:8000")
    assert alone.get("/v1/runs").json()["total"] == 1
    assert alone.get("/v1/runs/demo").status_code == 200
    assert alone.post("/v1/runs", json=EXAMPLE).status_code == 404


def test_files_of_every_kind_become_uploads(service: TestClient, tmp_path: Path) -> None:
    """Both parts of a form are kept under safe names for the job to read."""
    shop = sample_shop(20)
    files = {
        part: (f"../{part}.csv", table.to_csv(index=False).encode())
        for part, table in (("data", shop.orders), ("customers", shop.customers))
    }
    job = service.post("/v1/runs", files=files).json()
    kept = tmp_path / "uploads" / Jobs(tmp_path).find(job["id"]).order.upload
    assert sorted(path.name for path in kept.iterdir()) == ["customers.csv", "data.csv", "upload.json"]


def test_an_address_names_all_that_it_takes(service: TestClient) -> None:
    """Where several routes share an address, a refused method is told of each."""
    for path, methods in (("/v1/runs", "GET, POST"), ("/health", "GET")):
        refused = service.request("OPTIONS", path)
        assert (refused.status_code, refused.headers["allow"]) == (405, methods)


def test_the_first_row_that_cannot_be_used_ends_the_look(service: TestClient) -> None:
    """Of many broken rows one is told of: an answer about all would take more memory than the rows."""
    refused = service.post("/v1/runs", json={"orders": [{"a": [], "b": 1}] * 1_000}).json()["error"]
    assert {line.partition(".a")[0] for line in refused["evidence"]} == {"orders.0"}


def test_only_so_much_is_received_at_once(service: TestClient, tmp_path: Path) -> None:
    """Rows count as files do: what is one too many is told to come again, and nothing of it kept."""
    service.app.state.receiving = UPLOADS_AT_ONCE  # type: ignore[attr-defined]
    for sent in ({"json": EXAMPLE}, {"files": {"data": ("o.csv", FILE)}}):
        refused = service.post("/v1/runs", **sent)  # type: ignore[arg-type]
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert uploads(tmp_path) == []
