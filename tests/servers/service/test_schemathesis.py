"""The whole service against requests made from its own description, sound and broken ones."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Served

pytestmark = pytest.mark.server

SETTINGS = Path(__file__).with_name("schemathesis.toml")
CASES = 5_000
EXAMPLES = 420
"""Of each operation; with those that are made for every bound of the schema and those in sequences it is the above."""


def test_no_request_breaks_the_service_or_its_description(served: "Served", tmp_path: Path) -> None:
    """In 5,000 requests no answer is a fault of the server, or other than the OpenAPI document says.

    The requests are the same each time. Checked are the codes, types, headers and bodies of the answers, that what the
    schema forbids is refused and what it allows is taken, and that nothing is answered without a key.
    """
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS),
            "run", f"{served.address}/v1/openapi.json", "--header", f"Authorization: Bearer {served.key}",
            "--max-examples", str(EXAMPLES), "--generation-deterministic", "--continue-on-failure",
            "--request-timeout", "30", "--no-color", "--report", "json", "--report-json-path", str(report),
        ],
        check=False, capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["test_cases"]["generated"] >= CASES
