"""The numeric core: distances, seeding, Lloyd's algorithm, silhouettes, the spread of clusters.

Functions of arrays only, deterministic whatever the number of threads, as long as the linear algebra library runs on
one thread per call. Most have two versions: plain NumPy, which is the definition, and C, which is held to it by tests
and used where it could be built; ``core`` chooses.
"""

from segmentry.kernels.assign import Nearest, squared_distances
from segmentry.kernels.core import CORE, assign, lloyd, nearest_two, seed_centroids, silhouettes
from segmentry.kernels.lloyd import Fits
from segmentry.kernels.spread import Spread, spread

__all__ = [
    "CORE",
    "Fits",
    "Nearest",
    "Spread",
    "assign",
    "lloyd",
    "nearest_two",
    "seed_centroids",
    "silhouettes",
    "spread",
    "squared_distances",
]
