"""The customers that every way gets, made once and kept: ``python benchmarks/data.py points 1000000 8 FOLDER``.

They are of seven kinds that overlap, of unequal sizes and spreads; two kinds have heavy tails. Columns are scaled to
mean 0 and variance 1, float64, as scikit-learn's ``StandardScaler`` gives them. A file's name carries a mark of this
source, so that a change of it makes new files.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["customers", "labelings_file", "points_file"]

Floats = npt.NDArray[np.float64]

SEED = 0
SHARES = (0.31, 0.22, 0.16, 0.12, 0.09, 0.06, 0.04)
"""Of the kinds."""

HEAVY = (1, 5)
"""Kinds that follow Student's t."""

FREEDOM = 5
"""Its degrees: some customers lie ten spreads away."""

CHUNK = 1_000_000
"""Customers made at once, so that ten million need little memory."""

MARK = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]


def customers(n: int, measures: int) -> Floats:
    """Give the first ``n`` customers, as they are before scaling."""
    return np.concatenate([_chunk(number, n, measures) for number in range(-(-n // CHUNK))])


def _chunk(number: int, n: int, measures: int) -> Floats:
    """Give the customers of one chunk, those before the n-th."""
    rng = np.random.default_rng([SEED, measures])
    # In more columns, centres of the same spread lie farther apart: this keeps the overlap.
    centres = 1.4 * rng.normal(size=(len(SHARES), measures)) * np.sqrt(8 / measures)
    spreads = rng.uniform(0.5, 1.3, size=(len(SHARES), measures))
    rng = np.random.default_rng([SEED, measures, number])
    rows = min(CHUNK, n - number * CHUNK)
    kinds = rng.choice(len(SHARES), CHUNK, p=SHARES)[:rows]
    tails = np.sqrt(rng.chisquare(FREEDOM, CHUNK)[:rows, None] / FREEDOM)
    noise = rng.normal(size=(rows, measures))
    heavy = np.isin(kinds, HEAVY)
    noise[heavy] /= tails[heavy]
    noise *= spreads[kinds]
    noise += centres[kinds]
    return noise


def points_file(folder: Path, n: int, measures: int) -> Path:
    """Name the file of scaled points."""
    return folder / f"points-{n}x{measures}-{MARK}.npy"


def labelings_file(folder: Path, n: int, measures: int) -> Path:
    """Name the file of eleven labelings, 2 to 12 clusters, of the same points."""
    return folder / f"labelings-{n}x{measures}-{MARK}.npy"


def make_points(folder: Path, n: int, measures: int) -> None:
    """Write the points, a chunk at a time."""
    sums, squares = np.zeros(measures), np.zeros(measures)
    chunks = range(-(-n // CHUNK))
    target = points_file(folder, n, measures)
    unfinished = target.with_suffix(".part")
    points = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.float64, shape=(n, measures))
    for number in chunks:
        chunk = _chunk(number, n, measures)
        points[number * CHUNK : number * CHUNK + len(chunk)] = chunk
        sums += chunk.sum(axis=0)
        squares += (chunk**2).sum(axis=0)
    mean = sums / n
    spread = np.sqrt(squares / n - mean**2)
    for number in chunks:
        rows = slice(number * CHUNK, (number + 1) * CHUNK)
        points[rows] = (points[rows] - mean) / spread
    points.flush()
    unfinished.rename(target)


def make_labelings(folder: Path, n: int, measures: int) -> None:
    """Write labels of k-means with 2 to 12 clusters, one start each."""
    from segmentry.cluster import KMeans  # noqa: PLC0415 - points alone are made without it

    points = np.load(points_file(folder, n, measures), allow_pickle=False).astype(np.float32)
    labels = [KMeans().fit(points, k, seed=SEED, starts=1).place(points).labels for k in range(2, 13)]
    np.save(labelings_file(folder, n, measures), np.stack(labels).astype(np.int32))


def main() -> None:
    """Make what is asked for."""
    what, n, measures, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    {"points": make_points, "labelings": make_labelings}[what](folder, n, measures)


if __name__ == "__main__":
    main()
