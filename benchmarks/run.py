"""Measure the choice of a number of segments beside the usual scikit-learn recipe: same data, same machine, in turn.

``make bench`` runs it on 20,000 generated customers with 8 measures; ``make bench ARGS="--customers 200000"`` on more.
Each way runs in a process of its own, so that its peak memory is its own; imports are not timed.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bench import LOWEST, MOST, STARTS, Result, Row

WAYS = {
    "scikit-learn recipe": "recipe.py",
    "segmentry, panel only": "panel.py",
    "segmentry with rebuilds": "choice.py",
}

NOT_LIKE_FOR_LIKE = """
Not like for like:
- with rebuilds, segmentry also re-draws the customers and fits every number of segments again; the recipe never does;
- the recipe's silhouette is on 10,000 customers, ours on 20,000 (all, where there are fewer);
- starts differ; segmentry gives the worse half of its starts up early, and past 32,768 customers searches on a sample;
- scikit-learn computes in float64 here and uses all cores within a fit."""


def run(script: str, options: list[str]) -> Result:
    """Run one way in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return Result(**(found | {"rows": [Row(**row) for row in found["rows"]]}))


def show(results: dict[str, Result]) -> None:
    """Print times, ratios and memory, then quality side by side."""
    theirs, ours, _ = results.values()
    print("| way | seconds | recipe's time / this | peak memory, MB | picks |\n|---|---|---|---|---|")
    for way, result in results.items():
        ratio = theirs.seconds / result.seconds
        print(f"| {way} | {result.seconds:.2f} | {ratio:.2f} | {result.megabytes:.0f} | {result.picked or '-'} |")
    print("\n| k | inertia, recipe | inertia, segmentry | excess | silhouette, recipe | silhouette, segmentry |")
    print("|---|---|---|---|---|---|")
    for them, us in zip(theirs.rows, ours.rows, strict=True):
        inertia = f"{them.inertia:.2f} | {us.inertia:.2f} | {us.inertia / them.inertia - 1:+.1e}"
        print(f"| {them.k} | {inertia} | {them.silhouette:.4f} | {us.silhouette:.4f} |")
    print(NOT_LIKE_FOR_LIKE)


def main() -> None:
    """Read the options, run each way in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--rebuilds", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1, help="how often each way runs; the best time counts")
    args = parser.parse_args()
    options = [f"--{name}={getattr(args, name)}" for name in ("customers", "measures", "rebuilds")]
    results: dict[str, Result] = {}
    for _ in range(args.rounds):
        for way, script in WAYS.items():
            print(f"running: {way} …", file=sys.stderr, flush=True)
            result = run(script, options)
            if way not in results or result.seconds < results[way].seconds:
                results[way] = result
    print(
        f"{args.customers:,} customers, {args.measures} measures, {LOWEST} to {MOST} segments, {STARTS} starts;",
        end=" ",
    )
    print(f"{os.cpu_count()} cores; best of {args.rounds}\n")
    show(results)


if __name__ == "__main__":
    main()
