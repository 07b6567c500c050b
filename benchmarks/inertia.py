"""Whether our fits are as good as the recipes', at every number of segments and for several seeds.

``python benchmarks/inertia.py --customers 1000000`` runs ours anew for each seed. What the peers find for a seed is
kept in the folder, under a name that changes with their versions, the recipe and the customers. The seconds are ours
for all seeds. A figure ``excess K`` is the largest share, over the seeds, by which our inertia for K segments lies
above the better peer's.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench import FOLDER
from results import Result, parse

HERE = Path(__file__).parent
PEERS = {"scikit-learn": ("scikit-learn", "numpy"), "sklearnex": ("scikit-learn", "scikit-learn-intelex", "numpy")}
"""Ways of ``recipe.py``, and the libraries whose versions decide what they find."""


def run(script: str, options: list[str]) -> Result:
    """Run a way in a process of its own."""
    command = [sys.executable, str(HERE / script), *options]
    return parse(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)[0]


def kept(way: str, options: list[str], folder: Path) -> Result:
    """Give what a peer found, from the folder where it is there."""
    sources = [(HERE / name).read_bytes() for name in ("recipe.py", "bench.py", "data.py")]
    marks = [way, *options, *(f"{name} {version(name)}" for name in PEERS[way])]
    key = hashlib.sha256(b"\0".join([*sources, *(mark.encode() for mark in marks)])).hexdigest()[:16]
    file = folder / f"peer-{key}.json"
    if not file.exists():
        found = run("recipe.py", [f"--way={way}", *options, f"--folder={folder}"])
        file.write_text(json.dumps({"way": way, "seconds": 0, "megabytes": 0, "quality": found.quality}))
    return parse(file.read_text())[0]


def excess(ours: Result, peers: list[Result]) -> dict[str, float]:
    """Say for each number of segments by which share our inertia lies above the best peer's."""
    names = [name for name in ours.quality if name.startswith("inertia ")]
    best = {name: min(peer.quality[name] for peer in peers) for name in names}
    return {name.removeprefix("inertia "): ours.quality[name] / best[name] - 1 for name in names}


def main() -> None:
    """Read the options, run ours and what is missing of the peers, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    seconds, megabytes = 0.0, 0.0
    worst: dict[str, float] = {}
    missing = set()
    for seed in range(args.seeds):
        options = [f"--customers={args.customers}", f"--measures={args.measures}", f"--seed={seed}"]
        ours = run("panel.py", [*options, f"--folder={args.folder}"])
        seconds, megabytes = seconds + ours.seconds, max(megabytes, ours.megabytes)
        peers = []
        for way in PEERS:
            print(f"seed {seed}: {way}", file=sys.stderr, flush=True)
            try:
                peers.append(kept(way, options, args.folder))
            except (subprocess.CalledProcessError, PackageNotFoundError):
                missing.add(way)
        for k, share in (excess(ours, peers) if peers else {}).items():
            worst[k] = max(share, worst.get(k, share))
    quality = {"largest excess": max(worst.values())} if worst else {}
    quality |= {f"excess {k}": share for k, share in worst.items()}
    note = f"{args.seeds} seeds" + "".join(f"; without {way}" for way in sorted(missing))
    print(
        json.dumps({"way": "segmentry", "seconds": seconds, "megabytes": megabytes, "quality": quality, "note": note})
    )


if __name__ == "__main__":
    main()
