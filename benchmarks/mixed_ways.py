"""Ten starts of our k-prototypes beside one of kmodes', each in a process of its own, on five kinds of customers.

They are those of ``mixed_large.py``. Costs are counted by one function from the labels that each way gives. The seconds
are those of all kinds together.
"""

import argparse
import json
import time

from bench import peak_megabytes

WAYS = {"segmentry": 10, "kmodes": 1}
"""Starts of each."""

CLUSTERS = 8


def main() -> None:
    """Run one way on every kind, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=list(WAYS), default="segmentry")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    begun = time.perf_counter()
    import mixed_large  # noqa: PLC0415 - imports are timed apart

    if args.way == "kmodes" and mixed_large.Peer is None:
        raise SystemExit("kmodes is not installed")
    imports = time.perf_counter() - begun
    way = mixed_large.ours if args.way == "segmentry" else mixed_large.theirs
    seconds, processor, costs, megabytes = 0.0, 0.0, {}, 0.0
    for kind in mixed_large.KINDS:
        numbers, codes = mixed_large.customers(kind, args.customers, args.seed)
        labels, took, used = way(numbers, codes, CLUSTERS, WAYS[args.way], args.seed)
        seconds, processor, megabytes = seconds + took, processor + used, peak_megabytes()
        costs[f"cost {kind}"] = mixed_large.cost_of(numbers, codes, labels, mixed_large.huang_gamma(numbers))
    line = {"way": args.way, "seconds": seconds, "megabytes": megabytes, "quality": costs, "imports": imports}
    line["processor_seconds"] = processor
    print(json.dumps(line | {"note": f"{WAYS[args.way]} starts"}))


if __name__ == "__main__":
    main()
