"""The silhouette over all pairs of customers, of one labeling and of eleven."""

import numpy as np
from bench import KS, Task, Way, measure

ONE = 8
"""Clusters of the one labeling."""


def segmentry(task: Task) -> Way:
    """Give ours: one labeling, or with ``--eleven`` 2 to 12 clusters in one pass over the pairs."""
    from segmentry.evaluate import mean_silhouettes  # noqa: PLC0415 - imports are timed apart

    ks = list(KS) if "eleven" in task.asked else [ONE]
    points = task.points().astype(np.float32)
    labelings = list(task.labelings()[[KS.index(k) for k in ks]])

    def quality(found: np.typing.NDArray[np.float64]) -> dict[str, float]:
        return {f"silhouette at {ONE}": float(found[ks.index(ONE)])}

    return Way(lambda: mean_silhouettes(points, labelings), quality)


def scikit_learn(task: Task) -> Way:
    """Give scikit-learn's, one labeling: eleven take eleven times as long, since it goes over the pairs each time."""
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - imports are timed apart

    points = task.points()
    labels = task.labelings()[KS.index(ONE)]
    return Way(
        lambda: float(silhouette_score(points, labels)), lambda found: {f"silhouette at {ONE}": found}, "float64"
    )


if __name__ == "__main__":
    measure({"segmentry": segmentry, "scikit-learn": scikit_learn}, ["eleven"])
