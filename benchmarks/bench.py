"""What the ways that are measured share: the customers, the task, and how time and memory are taken."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["LOWEST", "MOST", "SEED", "STARTS", "Result", "Row", "measure"]

LOWEST, MOST, STARTS, SEED = 2, 12, 10, 0


@dataclass(frozen=True, slots=True)
class Row:
    """What a way says of one number of segments."""

    k: int
    inertia: float
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of a way gave.

    Parameters
    ----------
    seconds : float
        Without imports and without making the customers.
    megabytes : float
        Peak of the whole process.
    rows : list of Row
        Per number of segments.
    picked : int
        The number it argues for; 0 where it leaves that to people.
    """

    seconds: float
    megabytes: float
    rows: list[Row] = field(default_factory=list)
    picked: int = 0


def customers(n: int, measures: int) -> npt.NDArray[np.float64]:
    """Give customers of seven kinds that overlap, each kind with a spread of its own."""
    rng = np.random.default_rng(SEED)
    centroids = rng.normal(size=(7, measures)) * 2
    spreads = rng.uniform(0.6, 1.4, size=(7, measures))
    kinds = rng.integers(0, 7, n)
    return centroids[kinds] + spreads[kinds] * rng.normal(size=(n, measures))


def measure(way: Callable[[npt.NDArray[np.float64], int], tuple[list[Row], int]]) -> None:
    """Run a way on the customers that the command line asks for, and print its result as JSON.

    Parameters
    ----------
    way : callable
        Takes the customers and the number of rebuilds; gives its rows and the number it picks.
    """
    parser = argparse.ArgumentParser()
    for name in ("customers", "measures", "rebuilds"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    values = customers(args.customers, args.measures)
    begun = time.perf_counter()
    rows, picked = way(values, args.rebuilds)
    seconds = time.perf_counter() - begun
    # Linux counts in kilobytes, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(json.dumps(asdict(Result(seconds, peak, rows, picked))))
