"""Measure scoring beside scikit-learn: the kernel on arrays, whole files, and one customer at a time.

``python benchmarks/scoring.py`` takes 10 million customers with 8 measures and 8 segments; each way runs in a process
of its own, in turn, several times, and its best time counts. ``--json`` prints one line of JSON in place of the table.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

SEED, SEGMENTS = 0, 8
LEARNED = 100_000
"""Customers that the model of whole files is made from."""
CALLS = 5_000
"""Customers who are placed one by one."""

Found = tuple[float, float, int]
"""Seconds by the clock, seconds of all cores, and customers."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one way took.

    Parameters
    ----------
    seconds : float
        By the clock; without imports and reading where arrays are placed, with both where files are scored.
    cpu : float
        Seconds of all cores together.
    customers : int
        How many were placed.
    megabytes : float
        Peak of the whole process.
    """

    seconds: float
    cpu: float
    customers: int
    megabytes: float


def prepare(folder: Path, customers: int, measures: int) -> None:
    """Write the customers as an array and as Parquet, centres, and a model of their like."""
    import duckdb
    import pandas as pd

    from segmentry import segment

    rng = np.random.default_rng(SEED)
    centres = 3 * rng.normal(size=(SEGMENTS, measures))
    values = rng.standard_normal((customers, measures), dtype=np.float32)
    kinds = rng.integers(0, SEGMENTS, customers)
    for kind in range(SEGMENTS):
        values[kinds == kind] += centres[kind].astype(np.float32)
    np.save(folder / "values.npy", values)
    np.save(folder / "centres.npy", centres.astype(np.float32).astype(np.float64))
    np.exp(values / 3, out=values)
    table = pd.DataFrame(values, columns=[f"measure_{number}" for number in range(1, measures + 1)], copy=False)
    shown = ", ".join(f"round(CAST({name} AS DOUBLE) * 50, 2) AS {name}" for name in table)
    with duckdb.connect() as connection:
        connection.register("given", table)
        query = f"SELECT 10000000 + row_number() OVER () AS customer_id, {shown} FROM given"
        connection.execute(f"COPY ({query}) TO '{folder / 'customers.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        connection.execute(f"COPY ({query} LIMIT {LEARNED}) TO '{folder / 'learned.parquet'}' (FORMAT parquet)")
    found = segment(folder / "learned.parquet", segments=SEGMENTS, rebuilds=2)
    found.model.save(folder / "model.segmentry")


def kernel(folder: Path) -> Found:
    """Place an array by the kernel of segmentry."""
    from segmentry.kernels import CORE, assign

    print(f"core: {CORE}", file=sys.stderr)
    values, centres = np.load(folder / "values.npy"), np.load(folder / "centres.npy")
    assign(values[:1000], centres)
    return _timed(folder / "kernel.npy", lambda: assign(values, centres)[0], len(values))


def predict(folder: Path) -> Found:
    """Place the same array by scikit-learn, in float32."""
    from sklearn.cluster import KMeans

    values, centres = np.load(folder / "values.npy"), np.load(folder / "centres.npy").astype(np.float32)
    model = KMeans(len(centres), init=centres, n_init=1, max_iter=1).fit(values[:1000])
    model.cluster_centers_ = centres
    return _timed(folder / "predict.npy", lambda: model.predict(values), len(values))


def whole_file(folder: Path) -> Found:
    """Score a Parquet file into another as ``segmentry score`` does: segment, second, margin, fit, unlike."""
    from segmentry import SegmentModel
    from segmentry.score import score_file

    def work() -> int:
        model = SegmentModel.load(folder / "model.segmentry")
        return score_file(model, folder / "customers.parquet", folder / "scored.parquet").count

    begun, cpu = time.perf_counter(), time.process_time()
    count = work()
    return time.perf_counter() - begun, time.process_time() - cpu, count


def whole_file_usual(folder: Path) -> Found:
    """Do what people write: pandas reads the file, scales it, scikit-learn predicts a label, pandas writes."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    learned = pd.read_parquet(folder / "learned.parquet").drop(columns="customer_id")
    model = make_pipeline(StandardScaler(), KMeans(SEGMENTS, n_init=1, random_state=SEED)).fit(learned)
    begun, cpu = time.perf_counter(), time.process_time()
    table = pd.read_parquet(folder / "customers.parquet")
    table["segment"] = model.predict(table.drop(columns="customer_id"))
    table.to_parquet(folder / "usual.parquet", compression="zstd", index=False)
    return time.perf_counter() - begun, time.process_time() - cpu, len(table)


def one_by_one(folder: Path) -> Found:
    """Place customers singly, from a mapping of measures to letter, name, second, margin and fit."""
    import pandas as pd

    from segmentry import SegmentModel

    model = SegmentModel.load(folder / "model.segmentry")
    rows = pd.read_parquet(folder / "learned.parquet").head(CALLS).to_dict("records")
    return _singly(model.place_one, rows)  # type: ignore[arg-type]


def one_by_one_usual(folder: Path) -> Found:
    """Place customers singly by scikit-learn: one row a call, scaled, a label alone."""
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    learned = pd.read_parquet(folder / "learned.parquet").drop(columns="customer_id").to_numpy()
    model = make_pipeline(StandardScaler(), KMeans(SEGMENTS, n_init=1, random_state=SEED)).fit(learned)
    return _singly(model.predict, [learned[row : row + 1] for row in range(CALLS)])


def _timed(labels: Path, work: Callable[[], npt.NDArray[np.int32]], customers: int) -> Found:
    begun, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    np.save(labels, found.astype(np.int8))
    return seconds, cpu, customers


def _singly(place: Callable[[object], object], rows: list[object]) -> Found:
    place(rows[0])
    begun, cpu = time.perf_counter(), time.process_time()
    for row in rows:
        place(row)
    return time.perf_counter() - begun, time.process_time() - cpu, len(rows)


WAYS: dict[str, tuple[Callable[[Path], Found], str]] = {
    "array: scikit-learn predict, float32": (predict, ""),
    "array: segmentry kernels.assign": (kernel, "array: scikit-learn predict, float32"),
    "file: pandas + scikit-learn, labels alone": (whole_file_usual, ""),
    "file: segmentry score": (whole_file, "file: pandas + scikit-learn, labels alone"),
    "singly: scikit-learn predict, a label alone": (one_by_one_usual, ""),
    "singly: segmentry place_one": (one_by_one, "singly: scikit-learn predict, a label alone"),
}
"""Each way, and the one that it is measured against."""

NOT_LIKE_FOR_LIKE = """
Not like for like:
- scikit-learn uses all cores of the process within a call; kernels.assign also gives each distance, in float64;
- segmentry score also checks ids, evens out and clips measures, and writes second choice, margin, fit and unlike;
- pandas and scikit-learn hold the whole file, segmentry a piece of it."""


def run(way: str, folder: Path, args: argparse.Namespace) -> str:
    """Run one way in a process of its own; give what it prints."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    command += ["--customers", str(args.customers), "--measures", str(args.measures)]
    limits = {name: str(args.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    print(f"running: {way} …", file=sys.stderr, flush=True)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | limits).stdout


def agreement(folder: Path) -> float:
    """Give the share of customers whom both kernels put in the same segment."""
    return float((np.load(folder / "kernel.npy") == np.load(folder / "predict.npy")).mean())


def show(results: dict[str, Result], agree: float) -> None:
    """Print the ways side by side."""
    print("| way | customers | seconds | of all cores | customers a second | times the usual | peak memory, MB |")
    print("|---|---|---|---|---|---|---|")
    for way, result in results.items():
        usual = WAYS[way][1]
        ratio = f"{results[usual].seconds / result.seconds:.2f}" if usual else ""
        rate = result.customers / result.seconds
        print(
            f"| {way} | {result.customers:,} | {result.seconds:.3f} | {result.cpu:.3f} | {rate:,.0f} | {ratio} "
            f"| {result.megabytes:.0f} |"
        )
    print(f"\nThe two kernels put {agree:.7%} of the customers in the same segment.")
    print(NOT_LIKE_FOR_LIKE)


def main() -> None:
    """Read the options, run each way in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000_000)
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3, help="how often each way runs; the best time counts")
    parser.add_argument("--threads", type=int, default=2, help="for libraries that have threads of their own")
    parser.add_argument("--json", action="store_true", help="print one line of JSON in place of the table")
    parser.add_argument("--scratch", type=Path, help="where the files go that are made and removed again")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way == "prepare":
        prepare(args.folder, args.customers, args.measures)
        return
    if args.way:
        found = WAYS[args.way][0](args.folder)
        # Linux counts in kilobytes, macOS in bytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        print(json.dumps(asdict(Result(*found, peak))))
        return
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(dir=args.scratch) as name:
        folder = Path(name)
        run("prepare", folder, args)  # here it would raise the peak of every process that follows
        for _ in range(args.rounds):
            for way in WAYS:
                result = Result(**json.loads(run(way, folder, args)))
                if way not in results or result.seconds < results[way].seconds:
                    results[way] = result
        agree = agreement(folder)
    if args.json:
        ways = {way: asdict(result) for way, result in results.items()}
        print(json.dumps({"bench": "scoring", "measures": args.measures, "agreement": agree, "ways": ways}))
        return
    print(f"{args.measures} measures, {SEGMENTS} segments; {os.cpu_count()} cores; best of {args.rounds}\n")
    show(results, agree)


if __name__ == "__main__":
    main()
