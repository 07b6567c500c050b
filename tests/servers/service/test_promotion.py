"""The model in service is replaced while clients ask: none of them notices, but by the answer."""

import http.client
import json
import threading
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from segmentry.exchange import answer
from segmentry.model import SegmentModel
from segmentry.workspace import open_run

if TYPE_CHECKING:
    from conftest import Served

pytestmark = pytest.mark.server

CLIENTS = 6
PROMOTIONS = 4
EACH = 12
"""Customers of a request, so that an answer of two models would show."""


class Client(threading.Thread):
    """Asks one thing after another over one connection, and keeps every answer."""

    def __init__(self, served: "Served", bodies: list[bytes], over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.answers: list[tuple[int, int, Any]] = []
        self.fault: Exception | None = None
        self._served, self._bodies, self._over = served, bodies, over

    def run(self) -> None:
        """Ask until it is over."""
        place = urlsplit(self._served.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        headers = {"authorization": f"Bearer {self._served.key}", "content-type": "application/json"}
        try:
            with closing(connection):
                while not self._over.is_set():
                    number = len(self.answers) % len(self._bodies)
                    connection.request("POST", "/v1/assignments", self._bodies[number], headers)
                    answered = connection.getresponse()
                    self.answers.append((number, answered.status, json.loads(answered.read())))
        except Exception as error:  # noqa: BLE001 - whatever it was, the answer is lost
            self.fault = error


def renamed(model: Path, out: Path) -> SegmentModel:
    """Write a model that differs from another in every answer about its first segment, and in nothing else."""
    first = SegmentModel.load(model)
    changed = first.renamed(first.summary.segments[0].letter, "Promoted meanwhile")
    changed.save(out)
    return SegmentModel.load(out)


def test_promotion_under_load_loses_nothing(served: "Served", tmp_path: Path) -> None:
    """While the champion is replaced, every request is answered, by the one model or by the other, never by both."""
    run = open_run("demo", served.folder)
    models = (run.model, renamed(served.folder / "champion.segmentry", tmp_path / "other.segmentry"))
    names = [each.name for each in run.model.inputs]
    rows = run.customers()[["customer_id", *names]].astype(object)
    plain = rows.where(rows.notna(), None).to_dict("records")[: EACH * 20]
    asked = [{"customers": plain[at : at + EACH]} for at in range(0, len(plain), EACH)]
    expected = [[answer(model, one) for model in models] for one in asked]
    over = threading.Event()
    clients = [Client(served, [json.dumps(one).encode() for one in asked], over) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    place = served.folder / "champion.segmentry"
    files = (place.read_bytes(), (tmp_path / "other.segmentry").read_bytes())
    for number in range(1, PROMOTIONS + 1):
        time.sleep(3)
        beside = place.with_suffix(".new")
        beside.write_bytes(files[number % 2])
        beside.replace(place)
    time.sleep(3)
    over.set()
    for client in clients:
        client.join(timeout=30)
    assert [client.fault for client in clients if client.fault is not None] == []
    answers = [one for client in clients for one in client.answers]
    assert {status for _, status, _ in answers} == {200}
    assert [said for number, _, said in answers if said not in expected[number]] == []
    # Each promotion was seen, once: nobody is sent back to the model before.
    assert {changes(client, expected) for client in clients} == {PROMOTIONS}


def changes(client: Client, expected: list[list[Any]]) -> int:
    """Count how often the model changed between a client's answers, where the two models answer differently."""
    which = [
        expected[number].index(said) for number, _, said in client.answers if expected[number][0] != expected[number][1]
    ]
    return sum(one != other for one, other in pairwise(which))
