"""How many single customers the service places a second, beside ``mlflow models serve`` of the same model.

``python benchmarks/service.py RUN`` (a run's folder; ``make demo`` makes ``runs/demo``). Both servers run at the same
time with one process each, and are asked in turn, for some seconds each and several rounds; the clients run on the same
machine. Printed are requests a second, and the milliseconds within which half and 99 of 100 were answered; then
what became of the requests while the model was replaced. It ends with 1 where the service has less than ten times the
throughput of MLflow, or an answer was lost or is of neither model. MLflow is that of ``.venv-mlflow``.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clients import Load, hammer, request

from segmentry.exchange import answer
from segmentry.files import read_parquet
from segmentry.model import SegmentModel

AIM = 10.0
"""Times the throughput of MLflow."""
DIFFERENT = 200
"""Customers who are asked about in turn."""
READY = 90.0
"""Seconds within which a server must answer."""


@contextmanager
def segmentry(workspace: Path) -> Iterator[int]:
    """Serve the one run of a workspace with segmentry; give the port."""
    words = ["serve", str(workspace), "--port", "0", "--json"]
    with subprocess.Popen([sys.executable, "-m", "segmentry", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, "segmentry serve ended"
            said += line
        try:
            yield urlsplit(json.loads(said)["url"]).port or 0
        finally:
            process.terminate()


@contextmanager
def mlflow(model: Path, folder: Path, port: int, python: Path) -> Iterator[int]:
    """Serve the same file with MLflow; give the port."""
    settings = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "PATH": f"{python.parent}:{os.environ['PATH']}"}
    script = Path(__file__).with_name("mlflow_model.py")
    subprocess.run(
        [python, script, model, folder], check=True, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    words = ["models", "serve", "-m", str(folder), "--env-manager", "local", "-h", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        [python, "-m", "mlflow", *words],
        env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield port
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def customers(run: Path) -> list[dict[str, Any]]:
    """Give some of a run's own customers as a request holds them, spread over all."""
    model = SegmentModel.load(run / "model.segmentry")
    table = read_parquet(run / "segments.parquet")
    rows = table.iloc[:: max(len(table) // DIFFERENT, 1)][["customer_id", *(each.name for each in model.inputs)]]
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in plain]


def ours(rows: list[dict[str, Any]], port: int, key: str = "") -> list[bytes]:
    """Write a request for each customer."""
    return [request(port, "/v1/assignments", json.dumps({"customers": [row]}).encode(), key) for row in rows]


def theirs(rows: list[dict[str, Any]], port: int) -> list[bytes]:
    """Write the same as MLflow takes it."""
    return [
        request(
            port,
            "/invocations",
            json.dumps({"dataframe_split": {"columns": [*row], "data": [[*row.values()]]}}).encode(),
        )
        for row in rows
    ]


def wait_for(port: int, content: bytes) -> None:
    """Ask until there is an answer."""
    until = time.monotonic() + READY
    while True:
        try:
            if hammer(port, [content], 1, 0.0).answers[0][1] == 200:
                return
        except ConnectionError:
            if time.monotonic() > until:
                raise
        time.sleep(0.3)


def segments(load: Load, rows: str) -> dict[int, str]:
    """Give the segment that each request was answered with, the same whenever it was asked."""
    found: dict[int, str] = {}
    for number, status, body in load.answers:
        assert status == 200, body[:300]
        segment = json.loads(body)[rows][0]["segment"]
        assert found.setdefault(number, segment) == segment
    return found


def compare(ports: tuple[int, int], rows: list[dict[str, Any]], clients: int, rounds: int, seconds: float) -> float:
    """Measure both in turn, print a row each, and give how many times MLflow's throughput ours is, at the median."""
    sets = ((ports[0], ours(rows, ports[0]), "assignments"), (ports[1], theirs(rows, ports[1]), "predictions"))
    loads: tuple[list[Load], list[Load]] = ([], [])
    for _ in range(rounds):
        for (port, contents, _), measured in zip(sets, loads, strict=True):
            measured.append(hammer(port, contents, clients, seconds))
    same = [segments(measured[0], rows_of) for measured, (_, _, rows_of) in zip(loads, sets, strict=True)]
    assert all(same[0][number] == same[1][number] for number in same[0].keys() & same[1].keys()), "other segments"
    for name, measured in zip(("segmentry serve", "mlflow models serve"), loads, strict=True):
        rate, half, most = (
            statistics.median(figures)
            for figures in zip(
                *((one.rate, one.milliseconds(0.5), one.milliseconds(0.99)) for one in measured), strict=True
            )
        )
        print(f"| {name} | {clients} | {rate:,.0f} | {half:.2f} | {most:.2f} |", flush=True)
    return statistics.median(one.rate / other.rate for one, other in zip(*loads, strict=True))


def promoted(
    port: int, place: Path, models: tuple[Path, Path], rows: list[dict[str, Any]], swaps: int
) -> tuple[int, int, int]:
    """Replace the served model under load; give answers, answers of neither model or lost, and models that answered."""
    several = [rows[at : at + 10] for at in range(0, len(rows) - 10, 10)]
    contents = [request(port, "/v1/assignments", json.dumps({"customers": some}).encode()) for some in several]
    expected = [[answer(SegmentModel.load(model), {"customers": some}) for model in models] for some in several]
    every = 3.0
    found: list[Load] = []
    asking = threading.Thread(target=lambda: found.append(hammer(port, contents, 8, every * (swaps + 1))))
    asking.start()
    for number in range(swaps):
        time.sleep(every)
        beside = place.with_suffix(".new")
        shutil.copyfile(models[(number + 1) % 2], beside)
        beside.replace(place)
    asking.join()
    if not found:
        return 0, 1, 0
    wrong, by = 0, set()
    for number, status, body in found[0].answers:
        said = json.loads(body)
        if status != 200 or said not in expected[number]:
            wrong += 1
        else:
            by.add(expected[number].index(said))
    return len(found[0].answers), wrong, len(by)


def main() -> int:
    """Measure, print tables, and give 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--swaps", type=int, default=6)
    parser.add_argument("--mlflow-port", type=int, default=5917)
    parser.add_argument("--mlflow", type=Path, default=Path(".venv-mlflow") / "bin" / "python")
    asked = parser.parse_args()
    rows = customers(asked.run)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as opened:
        folder = Path(scratch)
        place = shutil.copytree(asked.run, folder / "served" / "runs" / asked.run.name) / "model.segmentry"
        port = opened.enter_context(segmentry(folder / "served"))
        other = opened.enter_context(mlflow(place, folder / "mlflow", asked.mlflow_port, asked.mlflow.absolute()))
        wait_for(port, ours(rows[:1], port)[0])
        wait_for(other, theirs(rows[:1], other)[0])
        print("| server | clients | requests a second | p50, ms | p99, ms |\n|---|---|---|---|---|")
        times = [compare((port, other), rows, many, asked.rounds, asked.seconds) for many in asked.clients]
        for many, ratio in zip(asked.clients, times, strict=True):
            print(f"{many} clients: {ratio:.1f} times the throughput of MLflow", flush=True)
        renamed = folder / "renamed.segmentry"
        first = SegmentModel.load(asked.run / "model.segmentry")
        first.renamed(first.summary.segments[0].letter, "Promoted meanwhile").save(renamed)
        answers, wrong, by = promoted(port, place, (asked.run / "model.segmentry", renamed), rows, asked.swaps)
        print(
            f"{asked.swaps} promotions under load: {answers:,} answers, {wrong} lost or of neither model; {by} models"
        )
    return int(min(times) < AIM or wrong > 0 or by < 2)


if __name__ == "__main__":
    sys.exit(main())
