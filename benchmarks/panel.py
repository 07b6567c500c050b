"""Our fits and measures for each number of segments, as the choice makes them before any rebuild."""

import numpy as np
from bench import KS, SAMPLE, STARTS, Task, Way, measure
from recipe import quality


def panel(task: Task) -> Way:
    """Fit every number of segments, place everybody, measure: no rebuilds and no choice."""
    from segmentry.cluster import KMeans, labels_of  # noqa: PLC0415 - imports are timed apart
    from segmentry.evaluate import judge  # noqa: PLC0415

    points = task.points()

    def work() -> list[tuple[float, float, float, float]]:
        values = points.astype(np.float32)
        fits = KMeans().sweep(values, KS, seed=task.seed, starts=STARTS)
        labelings = [labels_of(fit, values) for fit in fits]
        found = judge(values, labelings, seed=task.seed, limit=SAMPLE)
        return [
            (split.inertia, split.silhouette, split.davies_bouldin, split.calinski_harabasz) for split in found.splits
        ]

    return Way(work, quality, "float32 points, float64 sums")


if __name__ == "__main__":
    measure({"segmentry": panel})
