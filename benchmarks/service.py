"""How many single customers the service places a second, beside ``mlflow models serve`` of the same model.

``python benchmarks/service.py RUN`` (a run's folder; ``make demo`` makes ``runs/demo``). Both servers run at the same
time with one process each, ours asks for a key, and they are asked in turn, for some seconds each and several rounds;
the clients run on the same machine. Printed are, as medians of the rounds, requests a second, the milliseconds within
which half and 99 of 100 were answered, and the milliseconds of processor time that one took the server, which a busy
machine hardly changes. Then the model is replaced under load. It ends with 1 where the service has less than ten times
the throughput of MLflow, or an answer was lost or is of neither model. MLflow is that of ``.venv-mlflow``.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clients import Load, hammer, request

from segmentry.exchange import answer
from segmentry.files import read_parquet
from segmentry.model import SegmentModel

AIM = 10.0
"""Times the throughput of MLflow."""
DIFFERENT = 200
"""Customers who are asked about in turn."""
TOGETHER = 10
"""Customers of a request while the model is replaced, so that an answer of two models would show."""
EVERY = 3.0
"""Seconds between two replacements; the service looks every two."""
READY = 90.0
"""Seconds within which a server must answer."""
PACK = """
import sys; from pathlib import Path
from segmentry.model import SegmentModel; from segmentry.track.packaging import pack
pack(SegmentModel.load(sys.argv[1]), Path(sys.argv[1]), Path(sys.argv[2]))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under way.

    Parameters
    ----------
    name : str
        For the table.
    port : int
        Of this computer.
    group : int
        The process group of all its processes.
    requests : list of bytes
        One a customer.
    rows : str
        Where an answer has its rows.
    key : str, default ""
        That it asks for.
    """

    name: str
    port: int
    group: int
    requests: list[bytes]
    rows: str
    key: str = ""

    def processor_seconds(self) -> float:
        """Give the processor time of its processes so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == self.group else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def segments(self, load: Load) -> dict[int, str]:
        """Give the segment of each customer, which must be the same whenever she was asked about."""
        found: dict[int, str] = {}
        for number, status, body in load.answers:
            assert status == 200, body[:300]
            segment = json.loads(body)[self.rows][0]["segment"]
            assert found.setdefault(number, segment) == segment
        return found


@contextmanager
def started(words: list[str | Path], port: int, **settings: str) -> Iterator[int]:
    """Run a server until the block ends, in a process group of its own; give the group once it listens."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(words, env=os.environ | settings, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        until = time.monotonic() + READY
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except OSError:
                assert process.poll() is None, f"{words[0]} ended"
                assert time.monotonic() < until, f"{words[0]} listens to nobody"
                time.sleep(0.2)
            else:
                break
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@contextmanager
def segmentry(workspace: Path, model: Path, rows: list[dict[str, Any]]) -> Iterator[Server]:
    """Serve a model file with segmentry."""
    port, ours = free_port(), [sys.executable, "-m", "segmentry"]
    words = ["keys", "new", "load", "--right", "score", "--per-second", "1000000", "--workspace", str(workspace)]
    key = str(json.loads(subprocess.check_output([*ours, *words, "--json"]))["key"])
    requests = [request(port, "/v1/assignments", json.dumps({"customers": [row]}).encode(), key) for row in rows]
    with started([*ours, "serve", workspace, "--model", model, "--port", str(port)], port) as group:
        yield Server("segmentry serve", port, group, requests, "assignments", key)


@contextmanager
def mlflow(model: Path, folder: Path, rows: list[dict[str, Any]], python: Path) -> Iterator[Server]:
    """Serve the same file with MLflow."""
    settings = {"MLFLOW_DISABLE_TELEMETRY": "true", "PATH": f"{python.parent}:{os.environ['PATH']}"}
    subprocess.run(
        [python, "-c", PACK, model, folder], check=True, env=os.environ | settings, stderr=subprocess.DEVNULL
    )
    port = free_port()
    bodies = ({"dataframe_split": {"columns": [*row], "data": [[*row.values()]]}} for row in rows)
    requests = [request(port, "/invocations", json.dumps(body).encode()) for body in bodies]
    words = ["models", "serve", "-m", folder, "--env-manager", "local", "-h", "127.0.0.1", "-p", str(port)]
    with started([python, "-m", "mlflow", *words], port, **settings) as group:
        yield Server("mlflow models serve", port, group, requests, "predictions")


def customers(run: Path) -> list[dict[str, Any]]:
    """Give some of a run's own customers as a request holds them, spread over all."""
    model = SegmentModel.load(run / "model.segmentry")
    table = read_parquet(run / "segments.parquet")
    rows = table.iloc[:: max(len(table) // DIFFERENT, 1)][["customer_id", *(each.name for each in model.inputs)]]
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in plain]


def compare(servers: tuple[Server, Server], clients: int, rounds: int, seconds: float) -> float:
    """Measure both in turn, print a row each, and give how many times the second's throughput the first has."""
    measured: list[list[tuple[float, ...]]] = [[], []]
    found: list[dict[int, str]] = [{}, {}]
    for _ in range(rounds):
        for each, (server, figures) in enumerate(zip(servers, measured, strict=True)):
            before = server.processor_seconds()
            load = hammer(server.port, server.requests, clients, seconds)
            spent = 1000 * (server.processor_seconds() - before) / len(load.times)
            figures.append((load.rate, load.milliseconds(0.5), load.milliseconds(0.99), spent))
            found[each] |= server.segments(load)
    assert all(found[0][number] == found[1][number] for number in found[0].keys() & found[1].keys()), "other segments"
    for server, figures in zip(servers, measured, strict=True):
        rate, half, most, spent = map(statistics.median, zip(*figures, strict=True))
        print(f"| {server.name} | {clients} | {rate:,.0f} | {half:.2f} | {most:.2f} | {spent:.2f} |", flush=True)
    return statistics.median(one[0] / other[0] for one, other in zip(*measured, strict=True))


def promoted(server: Server, place: Path, models: tuple[Path, Path], rows: list[dict[str, Any]], swaps: int) -> bool:
    """Replace the served model under load, print what became of the requests, and say whether all is well."""
    some = [{"customers": rows[at : at + TOGETHER]} for at in range(0, len(rows) - TOGETHER, TOGETHER)]
    requests = [request(server.port, "/v1/assignments", json.dumps(one).encode(), server.key) for one in some]
    expected = [[answer(SegmentModel.load(model), one) for model in models] for one in some]
    found: list[Load] = []
    asking = threading.Thread(target=lambda: found.append(hammer(server.port, requests, 8, EVERY * (swaps + 1))))
    asking.start()
    for number in range(1, swaps + 1):
        time.sleep(EVERY)
        beside = place.with_suffix(".new")
        shutil.copyfile(models[number % 2], beside)
        beside.replace(place)
    asking.join()
    if not found:  # a connection was closed, which is told above
        return False
    said = [(number, status, json.loads(body)) for number, status, body in found[0].answers]
    wrong = sum(status != 200 or whole not in expected[number] for number, status, whole in said)
    by = {expected[number].index(whole) for number, _, whole in said if whole in expected[number]}
    print(f"{swaps} promotions under load: {len(said):,} answers by {len(by)} models, {wrong} lost or of neither")
    return not wrong and len(by) == 2


def main() -> int:
    """Measure, print tables, and give 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--swaps", type=int, default=6)
    parser.add_argument("--mlflow", type=Path, default=Path(".venv-mlflow") / "bin" / "python")
    asked = parser.parse_args()
    model, rows = asked.run / "model.segmentry", customers(asked.run)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as opened:
        folder = Path(scratch)
        place, renamed = Path(shutil.copyfile(model, folder / "champion.segmentry")), folder / "renamed.segmentry"
        shutil.copytree(asked.run, folder / "runs" / asked.run.name)
        ours = opened.enter_context(segmentry(folder, place, rows))
        theirs = opened.enter_context(mlflow(model, folder / "mlflow", rows, asked.mlflow.absolute()))
        print("| server | clients | requests a second | p50, ms | p99, ms | processor, ms |\n|---|---|---|---|---|---|")
        times = [compare((ours, theirs), many, asked.rounds, asked.seconds) for many in asked.clients]
        for many, ratio in zip(asked.clients, times, strict=True):
            print(f"{many} at a time: {ratio:.1f} times the throughput of MLflow", flush=True)
        first = SegmentModel.load(model)
        first.renamed(first.summary.segments[0].letter, "Promoted meanwhile").save(renamed)
        whole = promoted(ours, place, (model, renamed), rows, asked.swaps)
    return int(min(times) < AIM or not whole)


if __name__ == "__main__":
    sys.exit(main())
