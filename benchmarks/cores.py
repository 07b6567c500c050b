"""The plain and the compiled core side by side, on the sizes at which segments are rebuilt and judged.

``python benchmarks/cores.py`` runs each in a process of its own, in turn, and prints milliseconds and their ratios; the
best of several rounds counts. Both get the same points and starts, on one thread.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

SIZES = [(200, 2, 4), (500, 5, 6), (2_000, 3, 7), (2_000, 8, 12), (2_000, 20, 12), (20_000, 8, 12)]
"""Points, columns, clusters."""

STARTS = 3
ROUNDS = 3
LABELINGS = range(2, 13)
ENOUGH_SECONDS = 0.2
"""Calls are repeated for about so long in each round."""


def best(work: Callable[[], object]) -> float:
    """Give the shortest of several calls, in milliseconds."""
    times: list[float] = []
    while not times or sum(times) < ENOUGH_SECONDS:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def measure() -> dict[str, float]:
    """Time every function on every size, with the core that the environment chooses."""
    import numpy as np  # noqa: PLC0415 - only the processes that measure need it

    from data import customers  # noqa: PLC0415
    from segmentry import kernels  # noqa: PLC0415

    found = {}
    for n, d, k in SIZES:
        values = customers(n, d).astype(np.float32)

        def seeds(count: int, values: np.typing.NDArray[np.float32] = values) -> np.typing.NDArray[np.float64]:
            return kernels.seed_centroids(values, count, STARTS, np.random.default_rng(0))

        starts = seeds(k)
        labelings = np.stack([kernels.assign(values, seeds(count)[0])[0] for count in LABELINGS])
        for name, work in {
            "seed_centroids, 3 starts": lambda k=k, seeds=seeds: seeds(k),
            "lloyd, 3 starts": lambda values=values, starts=starts: kernels.lloyd(values, starts),
            "silhouettes, 11 labelings": lambda values=values, all_k=labelings: kernels.silhouettes(values, all_k),
            "nearest_two": lambda values=values, starts=starts: kernels.nearest_two(values, starts[0]),
            "assign": lambda values=values, starts=starts: kernels.assign(values, starts[0]),
        }.items():
            found[f"{name} | {n:,} of {d} columns, k = {k}"] = best(work)
    return found


def main() -> None:
    """Run both cores in turn and print a row for each function and size."""
    if sys.argv[1:] == ["measure"]:
        print(json.dumps(measure()))
        return
    times: dict[str, dict[str, float]] = {"plain": {}, "native": {}}
    for _ in range(ROUNDS):
        for core, least in times.items():
            threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
            done = subprocess.run(
                [sys.executable, __file__, "measure"],
                env=os.environ | threads | {"SEGMENTRY_KERNELS": core},
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            least |= {row: min(ms, least.get(row, ms)) for row, ms in json.loads(done.stdout).items()}
    print("| function | points | plain, ms | native, ms | plain / native |\n|---|---|---|---|---|")
    for row in sorted(times["plain"], key=lambda row: row.split(" | ")[0]):
        plain, native = times["plain"][row], times["native"][row]
        print(f"| {row} | {plain:.3f} | {native:.3f} | {plain / native:.1f} |")


if __name__ == "__main__":
    main()
