"""Ways of finding groups, one a file, all behind one contract.

To add a clusterer: write its file, keep :class:`Clusterer` and :class:`Clusters`, add a row to ``CLUSTERERS``; the
contract tests then run over it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from segmentry.cluster.contract import Arrays, Clusterer, Clusters, Placement
from segmentry.cluster.kmeans import KMeans, KMeansClusters

__all__ = ["CLUSTERERS", "Arrays", "Clusterer", "Clusters", "KMeans", "KMeansClusters", "Placement"]

CLUSTERERS: Mapping[str, Clusterer] = MappingProxyType({"kmeans": KMeans()})
"""Every clusterer by the name that ``--method`` calls it."""
