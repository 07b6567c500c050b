"""One fit of k-means from the same starting centroids, by us and by the usual libraries."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from bench import Task, Way, measure

K = 8
SHIFT = 1e-4
"""A fit is done when squared movements sum to so little, in mean variances: scikit-learn's default, and ours here."""

FAISS_PASSES = 25
"""faiss stops after a number of passes; this is its own default."""

Fit = tuple[npt.NDArray[np.floating], int]


def start_of(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Draw the starting centroids among the customers."""
    return points[np.random.default_rng(1).choice(len(points), K, replace=False)]


def quality_on(points: npt.NDArray[np.float32]) -> Callable[[Fit], dict[str, float]]:
    """Give a function that sums squared distances in float64, alike for every way."""

    def quality(fit: Fit) -> dict[str, float]:
        centroids, passes = np.asarray(fit[0], dtype=np.float64), fit[1]
        total = 0.0
        for first in range(0, len(points), 100_000):
            part = points[first : first + 100_000].astype(np.float64)
            squared = np.stack([((part - centroid) ** 2).sum(axis=1) for centroid in centroids])
            total += float(squared.min(axis=0).sum())
        return {"inertia": total, "passes": passes}

    return quality


def segmentry(task: Task) -> Way:
    """Fit with ours, labels included."""
    from segmentry.kernels import assign, lloyd  # noqa: PLC0415 - imports are timed apart

    points = task.points().astype(np.float32)
    start = start_of(points)

    def work() -> Fit:
        found = lloyd(points, start[None].astype(np.float64), shift=SHIFT)
        assign(points, found.centroids[0])
        return found.centroids[0], found.passes

    return Way(work, quality_on(points))


def scikit_learn(task: Task) -> Way:
    """Fit with scikit-learn on float32 points."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - the extension must have replaced it before

    points = task.points().astype(np.float32)
    start = start_of(points)

    def work() -> Fit:
        found = KMeans(n_clusters=K, init=start, n_init=1, tol=SHIFT).fit(points)
        return found.cluster_centers_, found.n_iter_

    return Way(work, quality_on(points))


def sklearnex(task: Task) -> Way:
    """Fit the same on Intel's extension."""
    from sklearnex import patch_sklearn  # noqa: PLC0415 - a peer that only this way needs

    patch_sklearn(verbose=False)
    return scikit_learn(task)


def faiss(task: Task) -> Way:
    """Fit with faiss, on all points."""
    from faiss import Kmeans  # noqa: PLC0415 - a peer that only this way needs

    points = task.points().astype(np.float32)
    start = start_of(points)

    def work() -> Fit:
        found = Kmeans(points.shape[1], K, niter=FAISS_PASSES, max_points_per_centroid=len(points))
        found.train(points, init_centroids=start)
        found.index.search(points, 1)
        return found.centroids, FAISS_PASSES

    return Way(work, quality_on(points), f"always {FAISS_PASSES} passes")


if __name__ == "__main__":
    measure({"segmentry": segmentry, "scikit-learn float32": scikit_learn, "sklearnex": sklearnex, "faiss": faiss})
