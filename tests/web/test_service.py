"""The service for programs: assignments, models, segments, its description, and errors as JSON."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from segmentry.exchange import input_schema
from segmentry.web import Site, create_app
from segmentry.web.api import assignments
from segmentry.web.background.limits import ASKED_BYTES
from segmentry.workspace import open_run

PATH = "/v1/assignments"
TYPE = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    """Ask one service all along, as programs do."""
    with TestClient(create_app(Site(workspace)), base_url="http://127.0.0.1:8000") as asked:
        yield asked


@pytest.fixture(scope="module")
def example(workspace: Path) -> dict[str, Any]:
    """Give a request of one customer that works."""
    return dict(input_schema(open_run("demo", workspace).model)["examples"][0])


def refused(answer: Any, status: int) -> str:
    """Check that an answer is an error in the form that all have, and give its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert set(error) == {"what", "evidence", "way_out"}
    return str(error["what"])


def test_customers_are_answered_as_the_model_says(client: TestClient, workspace: Path) -> None:
    """Customers of the run, one by one or all at once, get the answer of SegmentModel.assign to the last digit."""
    run = open_run("demo", workspace)
    table = run.customers().head(60)
    rows = json.loads(table[["customer_id", *(each.name for each in run.model.inputs)]].to_json(orient="records"))
    exact = [{name: table[name].iloc[i] for name in row} for i, row in enumerate(rows)]
    expected = run.model.assign(table).to_dict("records")
    found = client.post(PATH, json={"customers": exact}).json()
    assert found == {"model": "demo", "assignments": expected}
    for row, said in zip(exact[:5], expected, strict=False):
        assert client.post(PATH, json={"customers": [row]}).json()["assignments"] == [said]


def test_another_run_can_be_asked(client: TestClient, example: dict[str, Any]) -> None:
    """The address names a run of the workspace; one that isn't there is 404, another word 422."""
    assert client.post(f"{PATH}?model=demo", json=example).json() == client.post(PATH, json=example).json()
    assert "no run 'nobody'" in refused(client.post(f"{PATH}?model=nobody", json=example), 404)
    assert "no run '../demo'" in refused(client.post(f"{PATH}?model=..%2Fdemo", json=example), 404)
    assert "no part" in refused(client.post(f"{PATH}?modell=demo", json=example), 422)
    assert "twice" in refused(client.post(f"{PATH}?model=demo&model=demo", json=example), 422)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "application/json; charset=utf-8"}, 200),
        ({"content-type": "APPLICATION/JSON"}, 200),
        ({"content-type": "text/json"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        (TYPE | {"content-encoding": "gzip"}, 415),
        (TYPE | {"content-encoding": "identity"}, 200),
    ],
)
def test_only_json_is_read(client: TestClient, example: dict[str, Any], headers: dict[str, str], status: int) -> None:
    """What says that it is something else, or packed, is 415 before it is read."""
    answer = client.post(PATH, content=json.dumps(example), headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "this is not JSON"),
        (b"{", "this is not JSON"),
        (b'{"customers": [{"spend": NaN}]}', "NaN is no number"),
        (b'{"customers": 1, "customers": 2}', "stands twice"),
        (b"[" * 50_000, "nested too deep"),
        (b"[]", "a request is an object"),
        (b'{"customers": []}', "must have 1 to 10,000 rows"),
        (b'{"customers": [{"ghost": 1}]}', "customers[0] lacks"),
    ],
)
def test_what_breaks_the_form_is_422(client: TestClient, body: bytes, says: str) -> None:
    """A body that is no request is refused in our form, whatever it is."""
    assert says in refused(client.post(PATH, content=body, headers=TYPE), 422)


def test_a_body_is_bounded(client: TestClient) -> None:
    """A body over the bound is 413, by its declared length or when it has come in pieces, in the form of all errors."""
    piece = b" " * (ASKED_BYTES // 2 + 1)
    assert "too long" in refused(client.post(PATH, content=piece * 2, headers=TYPE), 413)
    assert "too long" in refused(client.post(PATH, content=iter([piece, piece]), headers=TYPE), 413)


def test_too_many_large_requests_are_told_to_come_later(
    client: TestClient, example: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no more may wait the answer is 429 with Retry-After, while single customers are still answered."""
    monkeypatch.setattr(assignments, "WAITING", 0)
    client.post(PATH, json=example)
    answer = client.post(f"{PATH}?model=demo", json=example)
    assert "waiting" in refused(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert client.post(PATH, json=example).status_code == 200


def test_addresses_that_are_none_answer_programs_as_json(client: TestClient) -> None:
    """404 and 405 under /v1 have our form, a page elsewhere; 405 names what is allowed."""
    assert "nothing at /v1/ghost" in refused(client.get("/v1/ghost"), 404)
    answer = client.get(PATH)
    assert "takes no GET" in refused(answer, 405)
    assert answer.headers["allow"] == "POST"
    assert "takes no POST" in refused(client.post("/health"), 405)
    assert "limit" in refused(client.get("/v1/models?limit=0"), 422)
    assert client.get("/ghost").headers["content-type"].startswith("text/html")


def test_models_and_segments_show_figures_and_no_customer(client: TestClient, workspace: Path) -> None:
    """The champion and the runs with what they are asked; the segments with their figures; nobody's row."""
    run = open_run("demo", workspace)
    shown = client.get("/v1/models").json()
    assert shown["champion"]["model"]["name"] == shown["models"][0]["name"] == "demo"
    assert [one["name"] for one in shown["models"][0]["inputs"]] == [one.name for one in run.model.inputs]
    assert (
        client.get(shown["models"][0]["schema_at"]).json() == client.get(shown["champion"]["model"]["schema_at"]).json()
    )
    found = client.get("/v1/segments?model=demo")
    assert found.json() == client.get("/v1/segments").json()
    said = [(one["letter"], one["name"], one["customers"]) for one in found.json()["segments"]]
    assert said == [(one.letter, one.name, one.customers) for one in run.summary.segments]
    ids = set(run.customers()["customer_id"])
    assert not [one for one in ids if f'"{one}"' in found.text]
    assert "no run" in refused(client.get("/v1/segments?model=nobody"), 404)


def test_a_workspace_without_a_run_says_so(tmp_path: Path, example: dict[str, Any]) -> None:
    """Where no model is in service the answer is 404 with the way to one, and the list is empty."""
    with TestClient(create_app(Site(tmp_path)), base_url="http://127.0.0.1:8000") as client:
        assert "no run yet" in refused(client.post(PATH, json=example), 404)
        assert "no run yet" in refused(client.get("/v1/segments"), 404)
        shown = client.get("/v1/models").json()
        assert (shown["champion"], shown["models"]) == (None, [])
        assert PATH in client.get("/v1/openapi.json").json()["paths"]


def test_the_description_is_whole_and_its_examples_work(client: TestClient) -> None:
    """Every route of the service is described; errors have one form; examples are answered as described."""
    described = client.get("/v1/openapi.json").json()
    assert {PATH, f"{PATH}/schema", "/v1/models", "/v1/segments", "/v1/openapi.json"} <= set(described["paths"])
    assert not [path for path in described["paths"] if path.startswith(("/runs", "/static", "/theme"))]
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert {"429", "503"} <= set(operation["responses"])
            assert operation["operationId"].isidentifier()
    post = described["paths"][PATH]["post"]
    asked, said = (part["content"]["application/json"] for part in (post["requestBody"], post["responses"]["200"]))
    parts = {"components": described["components"]}
    assert asked["examples"]
    for example in asked["examples"].values():
        jsonschema.validate(example["value"], asked["schema"] | parts)
        answer = client.post(PATH, json=example["value"])
        jsonschema.validate(answer.json(), said["schema"] | parts)
    assert (
        said["examples"]["customers"]["value"] == client.post(PATH, json=asked["examples"]["customers"]["value"]).json()
    )
    jsonschema.validate(client.get("/v1/ghost").json(), {"$ref": "#/components/schemas/Refusal"} | parts)
