"""The numeric core in plain NumPy: distances, seeding, Lloyd's algorithm, silhouettes, the spread of clusters.

Functions of arrays only, deterministic whatever the number of threads, as long as the linear algebra library runs on
one thread per call.
"""

from segmentry.kernels.assign import Nearest, assign, nearest_two, squared_distances
from segmentry.kernels.lloyd import Fits, lloyd
from segmentry.kernels.seeding import seed_centroids
from segmentry.kernels.silhouettes import silhouettes
from segmentry.kernels.spread import Spread, spread

__all__ = [
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
