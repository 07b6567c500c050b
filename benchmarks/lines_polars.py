"""Order lines to segments with polars and scikit-learn-intelex: ``lines_polars.py ORDERS OUT``.

The recipe of ``lines_pandas.py``: polars reads lazily and builds the measures, and scikit-learn's k-means, silhouette
and indices run in the versions that scikit-learn-intelex puts in their place, where it has them.
"""
# ruff: noqa: PLC0415 - the time of importing is one of the stages

import argparse
from pathlib import Path

from lines_recipe import LOWEST, MOST, SEED, SILHOUETTE_ON, STARTS, Stages


def main() -> None:
    """Run the recipe once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=Path, help="a Parquet file as order_lines.py writes it")
    parser.add_argument("out", type=Path, help="a .parquet or .csv file")
    asked = parser.parse_args()
    stages = Stages("polars + scikit-learn-intelex")
    with stages.stage("import"):
        import numpy as np
        import polars as pl
        from sklearnex import patch_sklearn

        patch_sklearn(verbose=False)
        from sklearn.cluster import KMeans
        from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
        from sklearn.preprocessing import StandardScaler
    with stages.stage("read and measure"):
        amount = pl.col("quantity") * pl.col("unit_price")
        table = (
            pl.scan_parquet(asked.orders)
            .group_by("customer_id")
            .agg(pl.col("ordered_at").max(), pl.col("order_id").n_unique().alias("orders"), amount.sum().alias("spend"))
            .with_columns((pl.col("ordered_at").max() - pl.col("ordered_at")).dt.total_days().alias("recency_days"))
            .drop("ordered_at")
            .collect()
        )
        measures = table.select("recency_days", "orders", "spend").to_numpy().astype(np.float64)
        points = StandardScaler().fit_transform(np.arcsinh(measures))
    with stages.stage("choose"):
        rng = np.random.default_rng(SEED)
        sample = rng.permutation(len(points))[:SILHOUETTE_ON]
        found = {}
        for k in range(LOWEST, MOST + 1):
            fit = KMeans(n_clusters=k, n_init=STARTS, random_state=SEED).fit(points)
            silhouette = float(silhouette_score(points[sample], fit.labels_[sample]))
            others = davies_bouldin_score(points, fit.labels_), calinski_harabasz_score(points, fit.labels_)
            found[k] = (silhouette, *map(float, others), float(fit.inertia_), fit.labels_)
        best = max(found, key=lambda k: found[k][0])
    with stages.stage("write"):
        table = table.with_columns(pl.Series("segment", found[best][-1]))
        if asked.out.suffix == ".csv":
            table.write_csv(asked.out)
        else:
            table.write_parquet(asked.out)
    stages.tell("customers", len(table))
    stages.tell("picked", best)
    stages.tell("inertia", {k: round(figures[3], 3) for k, figures in found.items()})
    stages.show()


if __name__ == "__main__":
    main()
