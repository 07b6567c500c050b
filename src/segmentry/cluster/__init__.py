"""Ways of finding groups, one a file, all behind one contract.

To add a clusterer: write its file, keep :class:`Clusterer` and :class:`Clusters`, add a row to ``CLUSTERERS``; the
contract tests then run over it.
"""

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from segmentry.cluster.contract import NOWHERE, Arrays, Clusterer, Clusters, Placement, Sweeping, labels_of
from segmentry.cluster.dense import DenseClusters, Hdbscan
from segmentry.cluster.grid import GridClusters, RfmGrid
from segmentry.cluster.joins import LINKAGES
from segmentry.cluster.kmeans import KMeans, KMeansClusters
from segmentry.cluster.latent import MOST_LEVELS, LatentClass, LatentClassClusters
from segmentry.cluster.linkage import Linkage, LinkageClusters
from segmentry.cluster.mixture import Mixture, MixtureClusters
from segmentry.cluster.prototypes import KPrototypes, KPrototypesClusters
from segmentry.cluster.sized import KMeansSized, SizedClusters, read_limits
from segmentry.cluster.tree import Tree
from segmentry.errors import UsageError
from segmentry.features import load_grid

__all__ = [
    "CLUSTERERS",
    "MOST_LEVELS",
    "NOWHERE",
    "Arrays",
    "Clusterer",
    "Clusters",
    "DenseClusters",
    "GridClusters",
    "Hdbscan",
    "KMeans",
    "KMeansClusters",
    "KMeansSized",
    "KPrototypes",
    "KPrototypesClusters",
    "LatentClass",
    "LatentClassClusters",
    "Linkage",
    "LinkageClusters",
    "Mixture",
    "MixtureClusters",
    "Placement",
    "RfmGrid",
    "SizedClusters",
    "Sweeping",
    "Tree",
    "find_clusterer",
    "labels_of",
]

CLUSTERERS: Mapping[str, Clusterer] = MappingProxyType(
    {
        "kmeans": KMeans(),
        "kmeans-sized": KMeansSized(),
        **{how: Linkage(how) for how in LINKAGES},
        "mixture": Mixture(),
        "hdbscan": Hdbscan(),
        "kprototypes": KPrototypes(),
        "latent-class": LatentClass(),
        "rfm-grid": RfmGrid(),
    }
)
"""Every clusterer by the name that ``--method`` calls it."""


def find_clusterer(method: str, grid: str = "", size_limits: str = "") -> Clusterer:
    """Give the clusterer of that name.

    Parameters
    ----------
    method : str
        A name in :data:`CLUSTERERS`.
    grid : str, default ""
        For ``"rfm-grid"``: a grid's name, or the path of one; "" takes the ten-segment grid.
    size_limits : str, default ""
        For ``"kmeans-sized"``: the least and the most share of the points in a cluster, ``"10%-30%"`` or ``"0.1-0.3"``;
        "" takes half and one and a half times an equal share.

    Raises
    ------
    UsageError
        There is no such method or grid, the limits can't be read, or one of them was given to a method that has none.

    Examples
    --------
    >>> find_clusterer("kmeans").takes_number, find_clusterer("rfm-grid").measures
    (True, ('recency_days', 'orders'))
    """
    if method not in CLUSTERERS:
        near = difflib.get_close_matches(method, CLUSTERERS, n=1)
        known = ", ".join(sorted(CLUSTERERS))
        raise UsageError(
            f"there is no method {method!r}", [f"known: {known}"], f"--method {near[0] if near else 'kmeans'}"
        )
    if grid and method != "rfm-grid":
        raise UsageError(f"the method {method} has no grid", [f"asked for: {grid}"], "--method rfm-grid")
    if size_limits and method != "kmeans-sized":
        raise UsageError(
            f"the method {method} has no size limits", [f"asked for: {size_limits}"], "--method kmeans-sized"
        )
    if grid:
        return RfmGrid(load_grid(grid))
    return KMeansSized(*read_limits(size_limits)) if size_limits else CLUSTERERS[method]
