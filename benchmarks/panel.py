"""Our fits and measures for each number of segments, as the choice makes them before any rebuild."""

import numpy as np
import numpy.typing as npt
from bench import LOWEST, MOST, SEED, STARTS, Row, measure
from sklearn.preprocessing import StandardScaler

from segmentry.choose.threads import side_by_side
from segmentry.cluster import KMeans
from segmentry.evaluate import judge

MANY = 50_000
"""The choice fits several numbers of segments at a time from so many customers on."""


def panel(values: npt.NDArray[np.float64], rebuilds: int) -> tuple[list[Row], int]:
    """Scale, fit, measure; no rebuilds and no choice."""
    del rebuilds
    points = StandardScaler().fit_transform(values).astype(np.float32)
    ks = range(LOWEST, MOST + 1)
    labelings = side_by_side(
        lambda k: KMeans().fit(points, k, seed=SEED, starts=STARTS).place(points).labels,
        ks,
        threads=None if len(points) >= MANY else 1,
    )
    splits = judge(points, labelings, seed=SEED).splits
    return [
        Row(k, split.inertia, split.silhouette, split.davies_bouldin, split.calinski_harabasz)
        for k, split in zip(ks, splits, strict=True)
    ], 0


if __name__ == "__main__":
    measure(panel)
