"""Measure our k-prototypes beside kmodes' from the same starts, on real tables with numbers and categories.

``python benchmarks/prototypes.py`` prints a table; the peer is optional (``pip install kmodes``). Both get the same
points, the same price of a differing level and the same starting customers. The cost is counted by one function from
the labels that each gives, so neither is judged by its own sum.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tables import FOLDER, prepared

from segmentry.cluster.prototypes import huang_gamma
from segmentry.kernels import Prototypes, code_columns, draw_prototypes, kprototypes, prototype_costs, relocate, settle

try:
    from kmodes.kprototypes import KPrototypes as Peer
except ImportError:
    Peer = None

ROUNDS = 10
"""How often whole prototypes are moved."""

NAMES = ("automobile_segmentation", "telco_churn")

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]


def cost_of(numbers: Floats, codes: Codes, labels: npt.NDArray[np.integer], gamma: float) -> float:
    """Sum squared distances to the means and gamma for each level that isn't the commonest."""
    total = 0.0
    for label in np.unique(labels):
        own, levels = numbers[labels == label], codes[labels == label]
        total += float(((own - own.mean(axis=0)) ** 2).sum())
        total += gamma * sum(len(column) - np.bincount(column).max() for column in levels.T)
    return total


def ours(numbers: Floats, codes: Codes, start: Prototypes, gamma: float) -> tuple[list[float], float]:
    """Give the costs after the passes, after single moves and after whole prototypes moved, and all seconds."""
    begun = time.perf_counter()
    k = start.modes.shape[1]
    fit = kprototypes(numbers, codes, start, gamma).prototypes
    labels = [cheapest(numbers, codes, fit, gamma)]
    moved, settled, _ = settle(numbers, codes, labels[0], k, gamma)
    labels.append(moved)
    far, _ = relocate(numbers, codes, settled, gamma, np.random.default_rng(0), rounds=ROUNDS)
    labels.append(cheapest(numbers, codes, far, gamma))
    seconds = time.perf_counter() - begun
    return [cost_of(numbers, codes, own, gamma) for own in labels], seconds


def cheapest(numbers: Floats, codes: Codes, prototypes: Prototypes, gamma: float) -> Codes:
    """Give the cheapest prototype of each customer."""
    costs = prototype_costs(numbers, codes, prototypes.centroids[0], prototypes.modes[0], gamma)
    return costs.argmin(axis=0).astype(np.int32)


def theirs(numbers: Floats, codes: Codes, start: Prototypes, gamma: float) -> tuple[float, float]:
    """Give the peer's cost and seconds from the same start."""
    begun = time.perf_counter()
    peer = Peer(
        start.modes.shape[1],
        init=[start.centroids[0], start.modes[0].astype(float)],
        n_init=1,
        gamma=gamma,
        max_iter=100,
    )
    columns = list(range(numbers.shape[1], numbers.shape[1] + codes.shape[1]))
    labels = peer.fit_predict(np.concatenate([numbers, codes], axis=1), categorical=columns)
    return cost_of(numbers, codes, labels, gamma), time.perf_counter() - begun


def main() -> None:
    """Read the options, run each start by both, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the tables lie")
    parser.add_argument("--clusters", type=int, nargs="+", default=[4, 6])
    parser.add_argument("--starts", type=int, default=3)
    args = parser.parse_args()
    if Peer is None:
        print("kmodes is not installed, so only our own costs are shown: pip install kmodes")
    print(
        "| table | k | start | passes | + single moves | + whole ones | kmodes | excess | seconds | kmodes' seconds |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in NAMES:
        found = prepared(name, args.folder)
        numbers, codes = code_columns(found.points.values, found.points.layout).split(found.points.values)
        gamma = huang_gamma(numbers)
        for k in args.clusters:
            starts = draw_prototypes(numbers, codes, k, args.starts, gamma, np.random.default_rng(0))
            for number in range(args.starts):
                start = starts.take(np.array([number]))
                costs, seconds = ours(numbers, codes, start, gamma)
                line = f"| {name} | {k} | {number + 1} | {' | '.join(f'{cost:.1f}' for cost in costs)} |"
                if Peer is None:
                    print(f"{line} - | - | {seconds:.2f} | - |")
                    continue
                peer, peers_seconds = theirs(numbers, codes, start, gamma)
                excess = costs[-1] / peer - 1
                print(f"{line} {peer:.1f} | {excess:+.1e} | {seconds:.2f} | {peers_seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
