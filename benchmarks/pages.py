"""How fast the pages answer: ``python benchmarks/pages.py`` (``--customers 4000 1000000`` for a large run too).

For each size a run of the sample shop is made once, ``segmentry open`` is started on it, and every page is asked for 20
times after a first time that isn't counted. Printed are the median and the slowest time in milliseconds. The aims are
medians under 200 ms with 4,000 customers and under 1 s with a million.
"""

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROUNDS = 20
PAGES = ("/", "/new", "/compare")
OF_A_RUN = ("", "/segments", "/segments/A", "/differences", "/trust", "/score")
AIMS = ((100_000, 200), (10**9, 1000))
"""Up to so many customers, a median under so many milliseconds."""


def made(folder: Path, customers: int) -> Path:
    """Give a workspace with a run of so many customers; make it the first time."""
    workspace = folder / f"pages-{customers}"
    if not (workspace / "runs" / "demo" / "run.json").is_file():
        words = ["demo", "--customers", str(customers), "--workspace", str(workspace), "--quiet"]
        subprocess.run([sys.executable, "-m", "segmentry", *words], check=True, stdout=subprocess.DEVNULL)
    return workspace


@contextmanager
def opened(workspace: Path) -> Iterator[http.client.HTTPConnection]:
    """Start the pages, and connect to them."""
    words = ["open", str(workspace), "--no-browser", "--port", "0", "--json"]
    with subprocess.Popen([sys.executable, "-m", "segmentry", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, "segmentry open ended"
            said += line
        place = urlsplit(json.loads(said)["url"])
        try:
            yield http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        finally:
            process.terminate()


def milliseconds(connection: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    """Ask once; give the time until the answer is read, and its length."""
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, f"{path} answered {answer.status}"
    return (time.perf_counter() - begun) * 1000, len(body)


def main() -> int:
    """Measure, print a table, and give 1 where a median is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[4_000])
    parser.add_argument("--folder", type=Path, default=Path("build") / "benchmarks")
    asked = parser.parse_args()
    late = 0
    print("| page | customers | first, ms | median, ms | slowest, ms | kB |\n|---|---|---|---|---|---|")
    for customers in asked.customers:
        aim = next(limit for most, limit in AIMS if customers <= most)
        with opened(made(asked.folder, customers)) as connection:
            for path in (*PAGES, *(f"/runs/demo{page}" for page in OF_A_RUN)):
                first, length = milliseconds(connection, path)
                times = [milliseconds(connection, path)[0] for _ in range(ROUNDS)]
                middle = statistics.median(times)
                late += middle > aim
                print(
                    f"| {path} | {customers:,} | {first:.0f} | {middle:.0f} | {max(times):.0f} | {length / 1000:.0f} |"
                )
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())
