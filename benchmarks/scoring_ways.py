"""The ways of ``scoring.py`` as rows: an array placed by us and by scikit-learn, or a whole file scored.

The files that they read are made first, once. The agreement is the share of customers whom ours and scikit-learn's
kernel put in the same segment, where both have run.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from bench import FOLDER, peak_megabytes

MEASURES = 8
WAYS = {
    ("array", "segmentry"): "array: segmentry kernels.assign",
    ("array", "scikit-learn"): "array: scikit-learn predict, float32",
    ("file", "segmentry"): "file: segmentry score",
    ("file", "pandas + scikit-learn"): "file: pandas + scikit-learn, labels alone",
}
"""What ``scoring.py`` calls them."""


def main() -> None:
    """Run one way, or make the files; print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=["array", "file", "make"], default="array")
    parser.add_argument("--way", default="segmentry")
    parser.add_argument("--customers", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    args = parser.parse_args()
    import scoring  # noqa: PLC0415 - a script of its own

    folder = args.folder / f"scoring-{args.customers}"
    if args.what == "make":
        folder.mkdir(parents=True, exist_ok=True)
        scoring.prepare(folder, args.customers, MEASURES)
        return
    begun = time.perf_counter()
    seconds, processor, count = scoring.WAYS[WAYS[args.what, args.way]][0](folder)
    line = {
        "way": args.way,
        "seconds": seconds,
        "megabytes": peak_megabytes(),
        "quality": {"million a second": count / seconds / 1e6},
        "imports": time.perf_counter() - begun - seconds,
        "processor_seconds": processor,
    }
    labels = [folder / name for name in ("kernel.npy", "predict.npy")]
    if args.what == "array" and all(file.exists() for file in labels):
        ours, theirs = (np.load(file, allow_pickle=False) for file in labels)
        line["quality"]["agreement"] = float((ours == theirs).mean())
    print(json.dumps(line))


if __name__ == "__main__":
    main()
