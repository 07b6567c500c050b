"""Time ten starts of k-prototypes on 50,000 customers of five numbers and five categories against kmodes' one start.

``python benchmarks/mixed_large.py`` prints a table, ``--json`` a line for each way, for other programs; the peer is
optional (``pip install kmodes``). Both get the same points and the same price of a differing level. The cost is counted
by one function from the labels that each gives. Memory is the most that the process of each held, less what it held
before. Beside the seconds that passed stand those of processor time, and the ratio is of these: other work changes
them less.

Five kinds of customers, by how they fall into groups:

- clear: six groups, far apart in numbers, with a level of their own in each category;
- mixed: six groups that overlap in both;
- skewed: six groups of very different sizes, with numbers in long tails;
- crossed: three groups by numbers, and four others by categories;
- none: no groups.
"""

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from prototypes import Peer, cost_of

from segmentry.cluster import KPrototypes
from segmentry.cluster.prototypes import huang_gamma
from segmentry.kernels import CORE
from segmentry.prepare import Layout

NUMBERS, LEVELS = 5, (2, 3, 4, 5, 8)
STARTS = 10
KINDS = ("clear", "mixed", "skewed", "crossed", "none")

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]


def customers(kind: str, n: int, seed: int) -> tuple[Floats, Codes]:
    """Give numbers, scaled to variance 1, and codes of levels."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    shares = np.full(6, 1 / 6) if kind != "skewed" else np.array([0.5, 0.25, 0.12, 0.08, 0.03, 0.02])
    group = rng.choice(6, n, p=shares)
    other = rng.integers(0, 4, n) if kind == "crossed" else group
    if kind == "crossed":
        group %= 3
    apart = {"clear": 6.0, "mixed": 2.0, "skewed": 2.5, "crossed": 3.0, "none": 0.0}[kind]
    numbers = rng.normal(size=(6, NUMBERS))[group] * apart / 2 + rng.normal(size=(n, NUMBERS))
    if kind == "skewed":
        numbers = np.exp(0.5 * numbers)
    own = {"clear": 0.9, "mixed": 0.5, "skewed": 0.6, "crossed": 0.7, "none": 0.0}[kind]
    codes = np.empty((n, len(LEVELS)), dtype=np.int32)
    for place, levels in enumerate(LEVELS):
        usual = rng.permutation(6)[other] % levels
        codes[:, place] = np.where(rng.random(n) < own, usual, rng.integers(0, levels, n))
    return (numbers - numbers.mean(axis=0)) / numbers.std(axis=0), codes


def points_of(numbers: Floats, codes: Codes) -> tuple[npt.NDArray[np.float32], Layout]:
    """Give them as a run prepares them: numbers, and a 0/1 column a level."""
    hot = [(codes[:, [place]] == np.arange(levels)) for place, levels in enumerate(LEVELS)]
    names = [f"number {place}" for place in range(NUMBERS)]
    measures = names + [f"category {place}" for place, levels in enumerate(LEVELS) for _ in range(levels)]
    columns = names + [f"category {place} is {level}" for place, levels in enumerate(LEVELS) for level in range(levels)]
    kinds = ("number",) * NUMBERS + ("category",) * sum(LEVELS)
    return np.concatenate([numbers, *hot], axis=1).astype(np.float32), Layout(tuple(columns), kinds, tuple(measures))


def ours(numbers: Floats, codes: Codes, k: int, starts: int, seed: int) -> tuple[Codes, float, float]:
    """Give our labels, seconds and seconds of processor time."""
    values, layout = points_of(numbers, codes)
    begun, used = time.perf_counter(), time.process_time()
    labels = KPrototypes().fit(values, k, seed=seed, starts=starts, layout=layout).place(values).labels
    return labels, time.perf_counter() - begun, time.process_time() - used


def theirs(numbers: Floats, codes: Codes, k: int, starts: int, seed: int) -> tuple[Codes, float, float]:
    """Give kmodes' labels, seconds and seconds of processor time."""
    begun, used = time.perf_counter(), time.process_time()
    peer = Peer(k, n_init=starts, gamma=huang_gamma(numbers), max_iter=100, random_state=seed)
    columns = list(range(NUMBERS, NUMBERS + len(LEVELS)))
    labels = peer.fit_predict(np.concatenate([numbers, codes], axis=1), categorical=columns)
    return labels, time.perf_counter() - begun, time.process_time() - used


@dataclass(frozen=True, slots=True)
class Measured:
    """Cost, least seconds, those of processor time, megabytes at the most, and those of them that were held before."""

    cost: float
    seconds: float
    used: float
    most: float
    before: float


def measured(
    kind: str,
    n: int,
    seed: int,
    rounds: int,
    way: Callable[..., tuple[Codes, float, float]],
    k: int,
    starts: int,
) -> Measured:
    """Measure one way."""
    numbers, codes = customers(kind, n, seed)
    gamma = huang_gamma(numbers)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = [way(numbers, codes, k, starts, seed) for _ in range(rounds)]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cost = cost_of(numbers, codes, took[0][0], gamma)
    return Measured(cost, min(one[1] for one in took), min(one[2] for one in took), most, before)


def alone(*arguments: object) -> Measured:
    """Measure in a process of its own, so that memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, arguments)


def told(way: str, kind: str, own: Measured) -> str:
    """Give a line of JSON, as README.md says."""
    parts = {"way": way, "seconds": own.seconds, "megabytes": own.most, "processor_seconds": own.used}
    return json.dumps(parts | {"quality": {"cost": own.cost}, "note": f"{kind}, core {CORE}"})


def row(kind: str, n: int, k: int, own: Measured, peer: Measured | None) -> str:
    """Give a row of the table."""
    line = f"| {n:,} | {kind} | {k} | {own.seconds:.2f} ({own.used:.2f}) |"
    if peer is None:
        return f"{line} - | - | {own.cost:.0f} | - | - | {own.most - own.before:.0f} | - |"
    line += f" {peer.seconds:.1f} ({peer.used:.1f}) | {peer.used / own.used:.0f} | {own.cost:.0f} | {peer.cost:.0f} |"
    return f"{line} {own.cost / peer.cost - 1:+.1e} | {own.most - own.before:.0f} | {peer.most - peer.before:.0f} |"


def main() -> None:
    """Read the options, measure both on each kind, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--clusters", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3, help="of ours: the least time counts")
    parser.add_argument("--peer-starts", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each way instead of a table")
    parser.add_argument("--only", choices=("segmentry", "kmodes"), help="measure one of the two; goes with --json")
    args = parser.parse_args()
    if not args.json:
        print(
            "| customers | kind | k | seconds (processor) | kmodes' | times | cost | kmodes' | excess | MB | kmodes' |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for kind in args.kinds:
        of, own, peer = (kind, args.customers, args.seed), None, None
        if args.only != "kmodes":
            own = alone(*of, args.rounds, ours, args.clusters, STARTS)
        if args.only != "segmentry" and Peer is not None:
            peer = alone(*of, 1, theirs, args.clusters, args.peer_starts)
        if not args.json and own is not None:
            print(row(kind, args.customers, args.clusters, own, peer), flush=True)
        for way, found in (("segmentry", own), ("kmodes", peer)):
            if args.json and found is not None:
                print(told(way, kind, found), flush=True)


if __name__ == "__main__":
    main()
