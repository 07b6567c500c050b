"""The recipe that most people follow to choose a number of segments with scikit-learn: the yardstick.

``--way sklearnex`` is the same with Intel's extension, which replaces ``KMeans``.
"""

from bench import KS, SAMPLE, STARTS, Task, Way, measure

Row = tuple[float, float, float, float]


def recipe(task: Task) -> Way:
    """Fit and measure each number of clusters in turn."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - the extension must have replaced it before
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score  # noqa: PLC0415

    points = task.points()
    sample = min(SAMPLE, len(points))

    def work() -> list[Row]:
        rows = []
        for k in KS:
            fit = KMeans(n_clusters=k, n_init=STARTS, random_state=task.seed).fit(points)
            silhouette = silhouette_score(points, fit.labels_, sample_size=sample, random_state=task.seed)
            rows.append(
                (
                    float(fit.inertia_),
                    float(silhouette),
                    float(davies_bouldin_score(points, fit.labels_)),
                    float(calinski_harabasz_score(points, fit.labels_)),
                )
            )
        return rows

    return Way(work, quality, "float64, as users write it")


def patched(task: Task) -> Way:
    """Follow the same recipe on Intel's extension."""
    from sklearnex import patch_sklearn  # noqa: PLC0415 - a peer that only this way needs

    patch_sklearn(verbose=False)
    return recipe(task)


def quality(rows: list[Row]) -> dict[str, float]:
    """Name the inertia of every number of clusters, and the silhouette's peak."""
    best = max(range(len(rows)), key=lambda place: rows[place][1])
    return {f"inertia {k}": row[0] for k, row in zip(KS, rows, strict=True)} | {
        "silhouette peaks at": KS[best],
        "silhouette there": rows[best][1],
    }


if __name__ == "__main__":
    measure({"scikit-learn": recipe, "sklearnex": patched})
