"""The numeric core in plain NumPy: distances, seeds, Lloyd's algorithm and its like, mixtures, silhouettes, spread.

Functions of arrays only, deterministic whatever the number of threads, as long as the linear algebra library runs on
one thread per call.
"""

from segmentry.kernels.assign import Nearest, assign, nearest_two, squared_distances
from segmentry.kernels.coding import NO_LEVEL, Coding, code_columns, one_hot
from segmentry.kernels.gower import gower_silhouettes
from segmentry.kernels.latent import LatentClasses, answer_log_probability, latent_classes
from segmentry.kernels.lloyd import Fits, lloyd
from segmentry.kernels.mixture import Mixtures, gaussian_log_density, gaussian_mixtures, whitening
from segmentry.kernels.prototypes import PrototypeFits, Prototypes, kprototypes, prototype_costs, settle
from segmentry.kernels.relocate import relocate
from segmentry.kernels.seeding import seed_centroids
from segmentry.kernels.silhouettes import silhouettes
from segmentry.kernels.spread import Spread, spread

__all__ = [
    "NO_LEVEL",
    "Coding",
    "Fits",
    "LatentClasses",
    "Mixtures",
    "Nearest",
    "PrototypeFits",
    "Prototypes",
    "Spread",
    "answer_log_probability",
    "assign",
    "code_columns",
    "gaussian_log_density",
    "gaussian_mixtures",
    "gower_silhouettes",
    "kprototypes",
    "latent_classes",
    "lloyd",
    "nearest_two",
    "one_hot",
    "prototype_costs",
    "relocate",
    "seed_centroids",
    "settle",
    "silhouettes",
    "spread",
    "squared_distances",
    "whitening",
]
