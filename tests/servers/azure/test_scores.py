"""The scripts as Azure runs them, with the packed program: the labels are Python's, for every customer."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from segmentry.exchange import MOST_ROWS
from segmentry.export.azure_ml.scripts.batch import AS_OF
from segmentry.model import SegmentModel
from segmentry.score import score

COLUMNS = ["customer_id", "segment", "name", "second", "margin", "fit", "unlike"]
RUN_BATCH = (
    "import sys, json; sys.path.insert(0, '.'); import score; score.init(); print(json.dumps(score.run(sys.argv[1:])))"
)


def _ask(served: Any, asked: object, status: int = 200) -> Any:
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    request = urllib.request.Request(f"{served.address}/score", body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - of this computer
            assert answer.status == status
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        if error.code != status:
            pytest.fail(f"{error.code}: {error.read().decode()}")
        return json.loads(error.read())


def test_requests_of_customers_get_pythons_labels(served: Any) -> None:
    """Every customer of Online Retail, in one request, to the last digit."""
    table = served.run.customers().drop(columns=["segment", "name"])
    names = [each.name for each in served.run.model.inputs]
    rows = table[["customer_id", *names]].astype(object).where(table[["customer_id", *names]].notna(), None)
    found = _ask(served, {"customers": rows.to_dict("records")})
    said = pd.DataFrame(found["assignments"])
    assert len(said) == served.run.summary.customers == 4338
    pd.testing.assert_frame_equal(said[COLUMNS], served.run.model.assign(table)[COLUMNS], check_dtype=False)


def test_requests_of_orders_get_pythons_labels(served: Any, shared_data: Path) -> None:
    """Orders of as many customers as one request holds, measured and placed."""
    query = f"""SELECT InvoiceNo, Description, Quantity, strftime(InvoiceDate, '%Y-%m-%dT%H:%M:%S') AS InvoiceDate,
        UnitPrice, CAST(CAST(CustomerID AS BIGINT) AS VARCHAR) AS CustomerID
        FROM '{shared_data / "online_retail.parquet"}' WHERE CustomerID IS NOT NULL
        ORDER BY CustomerID LIMIT {MOST_ROWS}"""
    orders = duckdb.sql(query).df()
    orders = orders[orders["CustomerID"] != orders["CustomerID"].iloc[-1]]  # the last one's are cut
    orders["UnitPrice"] = orders["UnitPrice"].astype(float)
    day = str(served.run.summary.as_of)
    rows = orders.astype(object).where(orders.notna(), None).to_dict("records")
    said = pd.DataFrame(_ask(served, {"orders": rows, "as_of": day})["assignments"]).set_index("customer_id")
    assert len(said) > 50
    ours = (
        served.run.customers()
        .assign(customer_id=lambda table: table["customer_id"])
        .set_index("customer_id")["segment"]
    )
    assert said["segment"].to_dict() == ours.reindex(said.index).to_dict()


def test_what_breaks_the_form_is_refused_in_words(served: Any) -> None:
    """Status 422 with what, evidence and way out; the server goes on."""
    for asked in (b"{", {"customers": []}, {"customers": [{"spend": "12"}]}, [1], {"customers": [{"x": 1}]}):
        error = _ask(served, asked, 422)["error"]
        assert error["what"]
    assert _ask(served, json.loads((served.folder / "request.json").read_text()))["model"] == "retail"


def test_no_customer_is_in_the_servers_log(served: Any) -> None:
    """Neither of a request nor of an answer, nor of one that was refused."""
    _ask(
        served,
        {"customers": [{"customer_id": "SECRET-ID", "recency_days": "SECRET-VALUE", "orders": 1, "spend": 2}]},
        422,
    )
    _ask(served, {"customers": [{"customer_id": "SECRET-ID", "recency_days": 1, "orders": 1, "spend": 2}]})
    assert "SECRET" not in served.log.read_text(encoding="utf-8")


def test_batches_of_orders_get_pythons_labels(served: Any, shared_data: Path, tmp_path: Path) -> None:
    """One log in two files, read as one, since a customer's orders lie in both."""
    day = served.run.summary.as_of
    for place, test in enumerate(("<", ">=")):
        duckdb.sql(
            f"COPY (FROM '{shared_data / 'online_retail.parquet'}' WHERE InvoiceDate {test} '2011-06-01') "
            f"TO '{tmp_path / f'part{place}.parquet'}'"
        )
    (tmp_path / "out").mkdir()
    environment = served.environment(AZUREML_BI_OUTPUT_PATH=str(tmp_path / "out"), **{AS_OF: str(day)})
    parts = [str(tmp_path / f"part{place}.parquet") for place in (1, 0)]
    done = subprocess.run(
        [sys.executable, "-c", RUN_BATCH, *parts],
        cwd=served.folder / "batch",
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 2
    (out,) = (tmp_path / "out").iterdir()
    said = pd.read_csv(out, dtype={"customer_id": str}).set_index("customer_id")["segment"]
    ours = score(served.run.model, [str(shared_data / "online_retail.parquet")], as_of=day).table
    assert len(said) == 4338
    assert said.to_dict() == ours.set_index("customer_id")["segment"].to_dict()


def test_the_training_job_makes_the_next_run(served: Any, shared_data: Path, tmp_path: Path) -> None:
    """Its very command, on the same data: the same segments under the same letters, and the next model."""
    from azure.ai.ml import load_job

    command = load_job(served.folder / "train.yml").command
    command = command.replace("${{inputs.data}}", str(shared_data / "online_retail.parquet"))
    command = command.replace("${{outputs.run}}", str(tmp_path))
    work = served.folder.parent / "work"
    work.mkdir()
    for file in (served.folder / "train").iterdir():
        (work / file.name).write_bytes(file.read_bytes())
    segmentry = work / "bin" / "segmentry"
    segmentry.parent.mkdir()
    segmentry.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m segmentry "$@"\n')
    segmentry.chmod(0o755)
    environment = served.environment()
    environment["PATH"] = f"{segmentry.parent}:{environment['PATH']}"
    done = subprocess.run(["sh", "-c", command], cwd=work, env=environment, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    again = SegmentModel.load(tmp_path / "model.segmentry")
    then = served.run.summary
    assert [(one.letter, one.name, one.customers) for one in again.summary.segments] == [
        (one.letter, one.name, one.customers) for one in then.segments
    ]
    assert again.summary.identity is not None


def test_the_packed_program_is_whole(served: Any) -> None:
    """With its compiled core and its data files, outside of any checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "segmentry", "--version"],
        cwd=served.folder.parent,
        env=served.environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    assert "compiled core" in done.stdout
