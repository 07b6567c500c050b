"""Order lines to segments with pandas and scikit-learn, as people write it: ``lines_pandas.py ORDERS OUT``.

Recency, orders and spend per customer; evened out by asinh, scaled to z; k-means from ten starts for each number of
segments from 2 to 12, with three indices; the number of the best silhouette; the customers with their segments written.
Its line of JSON has the seconds of each stage, imports included.
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
    stages = Stages("pandas + scikit-learn")
    with stages.stage("import"):
        import numpy as np
        import pandas as pd
        from sklearn.cluster import KMeans
        from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
        from sklearn.preprocessing import StandardScaler
    with stages.stage("read"):
        needed = ["order_id", "customer_id", "ordered_at", "quantity", "unit_price"]
        lines = pd.read_parquet(asked.orders, columns=needed)
    with stages.stage("measure"):
        lines["amount"] = lines["quantity"] * lines["unit_price"]
        last = lines["ordered_at"].max()
        table = lines.groupby("customer_id").agg(
            last_order=("ordered_at", "max"), orders=("order_id", "nunique"), spend=("amount", "sum")
        )
        table["recency_days"] = (last - table.pop("last_order")).dt.days
        del lines
        measures = table[["recency_days", "orders", "spend"]].to_numpy(dtype=np.float64)
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
        table["segment"] = found[best][-1]
        if asked.out.suffix == ".csv":
            table.to_csv(asked.out)
        else:
            table.to_parquet(asked.out)
    stages.tell("customers", len(table))
    stages.tell("picked", best)
    stages.tell("inertia", {k: round(figures[3], 3) for k, figures in found.items()})
    stages.show()


if __name__ == "__main__":
    main()
