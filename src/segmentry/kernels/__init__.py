"""The numeric core: distances, seeds, Lloyd's algorithm and its like, mixtures, trees, silhouettes, spread of clusters.

Functions of arrays only, deterministic whatever the number of threads, as long as the linear algebra library runs on
one thread per call. Most have two versions: plain NumPy, which is the definition, and C, which is held to it by tests
and used where it could be built; ``core`` chooses.
"""

from segmentry.kernels.assign import Nearest, squared_distances
from segmentry.kernels.coding import NO_LEVEL, Coding, code_columns, one_hot
from segmentry.kernels.core import (
    CORE,
    assign,
    balance,
    draw_prototypes,
    gower_silhouettes,
    kprototypes,
    label,
    latent_classes,
    lloyd,
    lloyd_each,
    micro_clusters,
    nearest_prototypes,
    nearest_two,
    prototype_costs,
    seed_centroids,
    settle,
    silhouettes,
    split_columns,
    spread,
    spread_each,
    ward_merges,
)
from segmentry.kernels.halving import halve, means, spreads
from segmentry.kernels.latent import LatentClasses, answer_log_probability
from segmentry.kernels.lloyd import Fits
from segmentry.kernels.mixture import Mixtures, gaussian_log_density, gaussian_mixtures, whitening
from segmentry.kernels.order import lexicographic
from segmentry.kernels.prototypes import PrototypeFits, Prototypes
from segmentry.kernels.relocate import relocate
from segmentry.kernels.spread import Spread
from segmentry.kernels.threads import cores
from segmentry.kernels.transport import Balanced

__all__ = [
    "CORE",
    "NO_LEVEL",
    "Balanced",
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
    "balance",
    "code_columns",
    "cores",
    "draw_prototypes",
    "gaussian_log_density",
    "gaussian_mixtures",
    "gower_silhouettes",
    "halve",
    "kprototypes",
    "label",
    "latent_classes",
    "lexicographic",
    "lloyd",
    "lloyd_each",
    "means",
    "micro_clusters",
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
    "spread_each",
    "spreads",
    "squared_distances",
    "ward_merges",
    "whitening",
]
