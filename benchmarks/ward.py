"""Measure Ward's method beside scikit-learn's and fastcluster's, and what a million customers take.

``python benchmarks/ward.py`` prints a table; ``--way segmentry --customers 1000000`` measures one way in this process
and prints one line of JSON. A way gets the customers as float32 and gives the segments of each for every number from 2
to 12. Each way of the table runs in a process of its own, so that its peak memory is its own; imports and making the
customers are not timed. scikit-learn holds all distances, 3.2 GB at 20,000 customers. fastcluster is left out where
it isn't installed.
"""

import argparse
import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

KS = range(2, 13)
SLAB = 50_000
DATA = ("kinds", "even", "heavy")

Values = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]
Way = Callable[[Values], list[Labels]]

NOT_LIKE_FOR_LIKE = """
Not like for like:
- segmentry joins 8,000 small groups past 40,000 customers, and places every customer by the nearest mean of a cut;
  the others hand out the cut itself. "nearest" is their sum once their customers are placed so too;
- the others compute in float64, and fastcluster's cuts are scipy's."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run of a way gave.

    Parameters
    ----------
    way, data : str
        Which way, on which customers.
    customers, measures : int
        How many there are, and in how many columns.
    seconds, processor_seconds : float
        By the clock, and summed over threads.
    megabytes, megabytes_before : float
        Peak of the whole process, and its peak before the way began: imports, and the customers themselves.
    within : list of float
        Sum of squared distances to the means at each number of segments.
    nearest : list of float
        The same, once each customer is placed by the nearest of those means.
    """

    way: str
    data: str
    customers: int
    measures: int
    seconds: float
    processor_seconds: float
    megabytes: float
    megabytes_before: float
    within: list[float]
    nearest: list[float]


def customers(data: str, n: int, measures: int) -> Values:
    """Give customers of seven kinds that overlap, of no kinds at all, or with long tails; made a slab at a time."""
    rng = np.random.default_rng(0)
    centroids = rng.normal(size=(7, measures)) * 2
    spreads = rng.uniform(0.6, 1.4, size=(7, measures))
    values = np.empty((n, measures), dtype=np.float32)
    for start in range(0, n, SLAB):
        rows = values[start : start + SLAB]
        if data == "kinds":
            kinds = rng.integers(0, 7, len(rows))
            rows[:] = centroids[kinds] + spreads[kinds] * rng.normal(size=rows.shape)
        else:
            rows[:] = rng.random(rows.shape) if data == "even" else np.exp(rng.normal(size=rows.shape))
    return values


def segmentry_way() -> Way:
    """Import what it takes."""
    cluster = importlib.import_module("segmentry.cluster")

    def way(values: Values) -> list[Labels]:
        swept = cluster.Linkage("ward").sweep(values, KS, seed=0, starts=1)
        return [clusters.place(values).labels for clusters in swept]

    return way


def fastcluster_way() -> Way:
    """Import what it takes."""
    fastcluster = importlib.import_module("fastcluster")
    hierarchy = importlib.import_module("scipy.cluster.hierarchy")

    def way(values: Values) -> list[Labels]:
        merges = fastcluster.linkage_vector(values.astype(np.float64), "ward")
        return [hierarchy.fcluster(merges, k, "maxclust").astype(np.int32) - 1 for k in KS]

    return way


def scikit_learn_way() -> Way:
    """Import what it takes."""
    sklearn = importlib.import_module("sklearn.cluster")
    hierarchy = importlib.import_module("scipy.cluster.hierarchy")

    def way(values: Values) -> list[Labels]:
        fitted = sklearn.AgglomerativeClustering(n_clusters=12, compute_full_tree=True, compute_distances=True)
        fitted.fit(values)
        sizes = np.ones(2 * len(values) - 1)
        for merge, (one, other) in enumerate(fitted.children_, start=len(values)):
            sizes[merge] = sizes[one] + sizes[other]
        merges = np.column_stack([fitted.children_, fitted.distances_, sizes[len(values) :]])
        return [hierarchy.fcluster(merges, k, "maxclust").astype(np.int32) - 1 for k in KS]

    return way


WAYS = {"segmentry": segmentry_way, "fastcluster": fastcluster_way, "scikit-learn": scikit_learn_way}


def peak() -> float:
    """Give the most memory this process ever held, in megabytes."""
    # Linux counts in kilobytes, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def means(values: Values, labels: Labels) -> npt.NDArray[np.float64]:
    """Give the mean of each segment."""
    sums = [np.bincount(labels, weights=column) for column in values.T]
    return np.stack(sums, axis=1) / np.bincount(labels)[:, None]


def within(values: Values, labels: Labels) -> float:
    """Sum the squared distances to the means, a slab at a time."""
    centroids, total = means(values, labels), 0.0
    for start in range(0, len(values), SLAB):
        rows = slice(start, start + SLAB)
        total += float(((values[rows].astype(np.float64) - centroids[labels[rows]]) ** 2).sum())
    return total


def placed(values: Values, labels: Labels) -> Labels:
    """Place everybody by the nearest mean of the labels, a slab at a time."""
    centroids, found = means(values, labels), np.empty(len(values), dtype=np.int32)
    for start in range(0, len(values), SLAB):
        slab = values[start : start + SLAB].astype(np.float64)
        found[start : start + SLAB] = np.argmin([((slab - centre) ** 2).sum(axis=1) for centre in centroids], axis=0)
    return found


def measure(name: str, data: str, n: int, measures: int) -> Found:
    """Run one way in this process."""
    way = WAYS[name]()
    values = customers(data, n, measures)
    before, begun, processor = peak(), time.perf_counter(), time.process_time()
    found = way(values)
    seconds, processor, most = time.perf_counter() - begun, time.process_time() - processor, peak()
    sums = [within(values, labels) for labels in found]
    nearest = [within(values, placed(values, labels)) for labels in found]
    return Found(name, data, n, measures, seconds, processor, most, before, sums, nearest)


def run(name: str, data: str, n: int, measures: int) -> Found:
    """Run one way in a process of its own."""
    print(f"running: {name}, {n:,} customers ({data}) …", file=sys.stderr, flush=True)
    options = [f"--way={name}", f"--data={data}", f"--customers={n}", f"--measures={measures}"]
    done = subprocess.run([sys.executable, __file__, *options], check=True, stdout=subprocess.PIPE, text=True)
    return Found(**json.loads(done.stdout))


def show(results: list[list[Found]]) -> None:
    """Print time and memory, then the sums of each size and data, as ratios to the way that joins all customers."""
    print("| way | customers | data | seconds | processor seconds | peak MB | of which before |\n" + "|---" * 7 + "|")
    for found in (found for group in results for found in group):
        times = f"{found.seconds:.2f} | {found.processor_seconds:.2f}"
        memory = f"{found.megabytes:.0f} | {found.megabytes_before:.0f}"
        print(f"| {found.way} | {found.customers:,} | {found.data} | {times} | {memory} |")
    print(
        "\nWithin-cluster sum of segmentry as a ratio to that of the full tree's cut, and of its cut placed by means:\n"
    )
    print("| customers | data | full tree |" + "".join(f" {k} |" for k in KS) + "\n" + "|---" * (3 + len(KS)) + "|")
    for ours, *others in results:
        for full in others:
            for words, sums in ((full.way, full.within), (f"{full.way}, nearest", full.nearest)):
                ratios = "".join(f" {mine / theirs:.4f} |" for mine, theirs in zip(ours.within, sums, strict=True))
                print(f"| {ours.customers:,} | {ours.data} | {words} |{ratios}")
    print(NOT_LIKE_FOR_LIKE)


def main() -> None:
    """Read the options; measure one way, or run each in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS, help="measure this way in this process, and print one line of JSON")
    parser.add_argument("--data", choices=DATA, default="kinds", help="the customers of --way")
    parser.add_argument("--customers", type=int, default=1_000_000, help="of --way, or of the largest run")
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--sizes", type=int, nargs="*", default=[20_000, 40_000], help="where full trees run beside")
    parser.add_argument("--dense", type=int, default=20_000, help="scikit-learn runs up to so many customers")
    parser.add_argument("--rounds", type=int, default=1, help="how often each way runs; the best time counts")
    args = parser.parse_args()
    if args.way:
        print(json.dumps(asdict(measure(args.way, args.data, args.customers, args.measures))))
        return
    results = [[("segmentry", "kinds", args.customers)]]
    for n in args.sizes:
        for data in DATA:
            peers = ["fastcluster"] if importlib.util.find_spec("fastcluster") else []
            peers += ["scikit-learn"] if n <= args.dense and data == "kinds" else []
            results.append([(way, data, n) for way in ("segmentry", *peers)])
    rounds = [[[run(*what, args.measures) for what in group] for group in results] for _ in range(args.rounds)]
    best = [
        [min(same, key=lambda found: found.seconds) for same in zip(*groups, strict=True)]
        for groups in zip(*rounds, strict=True)
    ]
    print(f"{args.measures} measures, {KS[0]} to {KS[-1]} segments; {os.cpu_count()} cores; best of {args.rounds}\n")
    show(best)


if __name__ == "__main__":
    main()
