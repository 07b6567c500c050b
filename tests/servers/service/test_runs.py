"""A run asked for over the service, of a real server, which may end before the run does."""

import http.client
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from harness.server import opened

from segmentry.workspace import open_run

if TYPE_CHECKING:
    from conftest import Served

pytestmark = pytest.mark.server

BOUNDARY = "b0undary"


def ask(address: str, key: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    """Send one request; give the answer's status and what its JSON says."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        given = {"authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, given)
        answered = connection.getresponse()
        return answered.status, json.loads(answered.read())
    finally:
        connection.close()


def form(file: Path, run: dict[str, Any]) -> bytes:
    """Write a form with a file and what is said about its run."""
    parts = [
        (f'name="data"; filename="{file.name}"', file.read_bytes()),
        ('name="run"', json.dumps(run).encode()),
    ]
    written = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + b"\r\n"
        for about, content in parts
    )
    return written + f"--{BOUNDARY}--\r\n".encode()


def test_a_file_becomes_a_run_whose_model_answers(served: "Served") -> None:
    """From an order log to the segment of a customer, by requests alone; sent again it makes nothing twice."""
    body = form(served.folder / "sample-shop" / "orders.csv", {"name": "sent", "options": {"segments": "2-5"}})
    sending = {"content_type": f"multipart/form-data; boundary={BOUNDARY}", "idempotency_key": "sent-1"}
    status, job = ask(served.address, served.key, "POST", "/v1/runs", body, **sending)
    assert status == 202
    assert ask(served.address, served.key, "POST", "/v1/runs", body, **sending)[1]["id"] == job["id"]
    until = time.monotonic() + 120
    while job["ended"] is None and time.monotonic() < until:
        time.sleep(0.2)
        job = ask(served.address, served.key, "GET", f"/v1/jobs/{job['id']}")[1]
    assert job["state"] == "done", job["error"]
    shown = ask(served.address, served.key, "GET", job["result"])[1]
    run = open_run("sent", served.folder)
    assert shown["customers"] == run.summary.customers
    rows = run.customers().head(5)
    names = ["customer_id", *(each.name for each in run.model.inputs)]
    asked = {"customers": rows[names].astype(object).where(rows[names].notna(), None).to_dict("records")}
    body, sending = json.dumps(asked).encode(), {"content_type": "application/json"}
    answer = ask(served.address, served.key, "POST", "/v1/assignments?model=sent", body, **sending)[1]
    assert [one["segment"] for one in answer["assignments"]] == rows["segment"].tolist()


def test_a_job_outlives_its_server(served: "Served", workspace: Path) -> None:
    """The next server of the workspace knows the job, the key that it was asked for with, and how to stop it."""
    said = {"name": "long", "options": {"rebuilds": 1_000, "starts": 100}}
    body = form(served.folder / "sample-shop" / "orders.csv", said)
    sending = {"content_type": f"multipart/form-data; boundary={BOUNDARY}", "idempotency_key": "long-1"}
    with opened(workspace, "--model", "demo") as first:
        job = ask(first, served.key, "POST", "/v1/runs", body, **sending)[1]["id"]
    with opened(workspace, "--model", "demo") as second:
        assert ask(second, served.key, "POST", "/v1/runs", body, **sending)[1]["id"] == job
        assert ask(second, served.key, "GET", f"/v1/jobs/{job}")[1]["state"] == "running"
        assert ask(second, served.key, "DELETE", f"/v1/jobs/{job}")[1]["state"] == "stopped"
    assert ask(served.address, served.key, "GET", f"/v1/jobs/{job}")[1]["state"] == "stopped"
    assert not (workspace / "runs" / "long").exists()
