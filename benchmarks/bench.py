"""What the ways that are measured share: the customers, the task, and how time and memory are taken."""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import data

__all__ = ["FOLDER", "KS", "SAMPLE", "STARTS", "Task", "Way", "measure", "peak_megabytes"]

KS = range(2, 13)
STARTS = 10

SAMPLE = 10_000
"""Customers on which the silhouette is taken: on all of them it would be most of the recipe's time."""

FOLDER = Path(__file__).resolve().parents[1] / "build" / "benchmarks"
"""Where customers and results are kept unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a way works on.

    Parameters
    ----------
    n, measures : int
        Customers, and columns of each.
    seed : int
        Of the way, not of the customers.
    folder : Path
        Where files are kept.
    asked : frozenset of str
        What else the command line asks for.
    """

    n: int
    measures: int
    seed: int
    folder: Path
    asked: frozenset[str] = frozenset()

    def points(self) -> npt.NDArray[np.float64]:
        """Read the scaled points, shape (n, measures); they are made first where they aren't there."""
        return self._read("points", data.points_file(self.folder, self.n, self.measures))

    def labelings(self) -> npt.NDArray[np.int32]:
        """Read eleven labelings of the points, shape (11, n)."""
        self.points()
        return self._read("labelings", data.labelings_file(self.folder, self.n, self.measures))

    def _read(self, what: str, file: Path) -> npt.NDArray[Any]:
        if not file.exists():
            # In a process of its own: making them must not count as the way's memory.
            command = [sys.executable, data.__file__, what, str(self.n), str(self.measures), str(self.folder)]
            subprocess.run(command, check=True)
        return np.load(file, allow_pickle=False)


@dataclass(frozen=True, slots=True)
class Way:
    """How one library does the work, its imports done.

    Parameters
    ----------
    work : callable
        What is timed.
    quality : callable
        Takes what the work gave, and tells how good it is in named figures; not timed.
    note : str, default ""
        What a reader of the figures should know.
    """

    work: Callable[[], Any]
    quality: Callable[[Any], Mapping[str, float]]
    note: str = ""


def peak_megabytes() -> float:
    """Give the peak of this process's memory so far.

    Linux tells ``ru_maxrss`` of the parent where that was larger at the start; ``VmHWM`` is this program's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def measure(ways: Mapping[str, Callable[[Task], Way]], choices: Sequence[str] = ()) -> None:
    """Run the way that the command line asks for, and print one line of JSON as ``README.md`` describes it.

    Parameters
    ----------
    ways : mapping of str to callable
        By name; each reads what it needs of the task, imports what it needs, and gives the way.
    choices : sequence of str, default ()
        Further options, each yes or no.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=list(ways), default=next(iter(ways)))
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--measures", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    for choice in choices:
        parser.add_argument(f"--{choice}", action="store_true")
    args = parser.parse_args()
    asked = frozenset(choice for choice in choices if getattr(args, choice))
    task = Task(args.customers, args.measures, args.seed, args.folder.resolve(), asked)
    task.points()
    begun = time.perf_counter()
    way = ways[args.way](task)
    ready = time.perf_counter()
    processor = time.process_time()
    found = way.work()
    seconds, processor = time.perf_counter() - ready, time.process_time() - processor
    megabytes = peak_megabytes()
    line = {
        "way": args.way,
        "seconds": seconds,
        "megabytes": megabytes,
        "quality": dict(way.quality(found)),
        "note": way.note,
        "imports": ready - begun,
        "processor_seconds": processor,
    }
    print(json.dumps(line))
