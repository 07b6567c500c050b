"""The numeric core: distances, seeds, Lloyd's algorithm and its like, mixtures, silhouettes, the spread of clusters.

Functions of arrays only, deterministic whatever the number of threads, as long as the linear algebra library runs on
one thread per call. Most have two versions: plain NumPy, which is the definition, and C, which is held to it by tests
and used where it could be built; ``core`` chooses.
"""

from segmentry.kernels.assign import Nearest, squared_distances
from segmentry.kernels.coding import NO_LEVEL, Coding, code_columns, one_hot
from segmentry.kernels.core import (
    CORE,
    assign,
    draw_prototypes,
    gower_silhouettes,
    kprototypes,
    latent_classes,
    lloyd,
    nearest_prototypes,
    nearest_two,
    prototype_costs,
    seed_centroids,
    settle,
    silhouettes,
    split_columns,
)
from segmentry.kernels.latent import LatentClasses, answer_log_probability
from segmentry.kernels.lloyd import Fits
from segmentry.kernels.mixture import Mixtures, gaussian_log_density, gaussian_mixtures, whitening
from segmentry.kernels.prototypes import PrototypeFits, Prototypes
from segmentry.kernels.relocate import relocate
from segmentry.kernels.spread import Spread, spread

__all__ = [
    "CORE",
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
    "draw_prototypes",
    "gaussian_log_density",
    "gaussian_mixtures",
    "gower_silhouettes",
    "kprototypes",
    "latent_classes",
    "lloyd",
    "nearest_prototypes",
    "nearest_two",
    "one_hot",
    "prototype_costs",
    "relocate",
    "seed_centroids",
    "settle",
    "silhouettes",
    "split_columns",
    "spread",
    "squared_distances",
    "whitening",
]
