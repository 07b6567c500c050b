"""The recipe that most people follow to choose a number of segments with scikit-learn: the yardstick."""

import numpy as np
import numpy.typing as npt
from bench import LOWEST, MOST, SEED, STARTS, Row, measure
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.preprocessing import StandardScaler

SILHOUETTE_ON = 10_000
"""On all points the silhouette would take most of the time; recipes usually sample."""


def recipe(values: npt.NDArray[np.float64], rebuilds: int) -> tuple[list[Row], int]:
    """Scale, then fit and measure each number of clusters in turn; there are no rebuilds and no choice."""
    del rebuilds
    points = StandardScaler().fit_transform(values)
    sample = min(SILHOUETTE_ON, len(points))
    rows = []
    for k in range(LOWEST, MOST + 1):
        fit = KMeans(n_clusters=k, n_init=STARTS, random_state=SEED).fit(points)
        rows.append(
            Row(
                k,
                float(fit.inertia_),
                float(silhouette_score(points, fit.labels_, sample_size=sample, random_state=SEED)),
                float(davies_bouldin_score(points, fit.labels_)),
                float(calinski_harabasz_score(points, fit.labels_)),
            )
        )
    return rows, 0


if __name__ == "__main__":
    measure(recipe)
