"""``segmentry serve`` answers by an alias of a real registry, and follows it."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from segmentry.exchange import answer
from segmentry.workspace import Run


def asked(url: str, body: dict[str, Any]) -> Any:
    """Ask the service once."""
    said = {"content-type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/assignments", json.dumps(body).encode(), said)  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=30) as came:  # noqa: S310 - the same
        return json.load(came)


def test_a_moved_alias_is_served_and_no_request_is_lost(
    call: Any,
    version_one: str,
    version_two: str,
    server: str,
    workspace: Path,
    one: Run,
    two: Run,
    serve_alias: Callable[[str], AbstractContextManager[str]],
) -> None:
    """Before a promotion customers get the old version's answer, after it the new one's, and never one of both."""
    names = [each.name for each in one.model.inputs]
    rows = one.customers()[["customer_id", *names]].head(200)
    body = {"customers": json.loads(rows.to_json(orient="records"))}
    expected = [answer(run.model, body) for run in (one, two)]
    with_it = ("--track", server, "--workspace", workspace, "--yes", "--json")
    call("promote", f"shop@{version_one}", "--alias", "served", "--why", "to begin with", *with_it)
    seen: list[int] = []
    faults: list[Exception] = []
    over = threading.Event()

    def ask(url: str) -> None:
        while not over.is_set():
            try:
                seen.append(expected.index(asked(url, body)))
            except Exception as error:  # noqa: BLE001 - whatever it was, the answer is lost, or of neither
                faults.append(error)

    with serve_alias("served") as url:
        asking = threading.Thread(target=ask, args=(url,))
        asking.start()
        try:
            call("promote", f"shop@{version_two}", "--alias", "served", "--why", "the newer one", *with_it)
            until = time.monotonic() + 60
            while 1 not in seen[-1:] and time.monotonic() < until:
                time.sleep(0.1)
        finally:
            over.set()
            asking.join()
    assert faults == []
    assert seen == sorted(seen)
    assert set(seen) == {0, 1}
