"""How well segments find the sample shop's kinds again, beside a classifier that knows how the shop is made.

``python benchmarks/sample_kinds.py`` draws the default shop with seeds 0 to 4. The yardstick is gradient boosting,
taught on a shop of 60,000 customers of another seed with every true kind told: once on days since the last order,
orders and spend, which form the segments, and once on all measures of behaviour. Figures are adjusted Rand indices with
the true kinds (Hubert & Arabie, *Comparing partitions*, 1985); the share is k-means at six segments over the yardstick
on the same measures. ``peak`` is the number of segments, 2 to 12, at which the silhouette is largest.
"""

import argparse
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import adjusted_rand_score

from segmentry import prepare, sample_shop
from segmentry.choose import Choice, ChooseOptions, choose, forming
from segmentry.data import load
from segmentry.features import Measures, build

LEARNED_ON = 60_000
LEARNED_SEED = 1_000
KINDS = 6
FORMING = ("recency_days", "orders", "spend")

Kinds = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Row:
    """What one shop gave; indices are adjusted Rand indices, 1 at most."""

    knows_three: float
    knows_all: float
    kmeans_six: float
    share: float
    peak: int
    auto_k: int
    auto: float


def measured(customers: int, seed: int) -> tuple[Measures, Kinds]:
    """Draw a shop; give its customers' measures as a run builds them, and their true kinds in the same order."""
    shop = sample_shop(customers, seed=seed)
    loaded = load(shop.orders)
    measures = build(loaded.orders, loaded.customers)
    assert loaded.orders is not None
    loaded.orders.connection.close()
    kinds = shop.kinds.set_index("customer_id")["kind"]
    return measures, kinds.loc[measures.table["customer_id"]].to_numpy(dtype=object)


def behaviour(table: pd.DataFrame) -> list[str]:
    """Name every measure that is a number."""
    return [name for name in table.columns if name != "customer_id" and pd.api.types.is_numeric_dtype(table[name])]


def taught(table: pd.DataFrame, kinds: Kinds) -> HistGradientBoostingClassifier:
    """Teach a classifier the kinds of a large shop."""
    return HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.06, max_leaf_nodes=15, early_stopping=False, random_state=0
    ).fit(table, kinds)


def chosen(measures: Measures, options: ChooseOptions) -> Choice:
    """Prepare and choose as a run does."""
    preparer = prepare.fit(measures.table, forming(measures, options))
    return choose(measures.table, preparer, measures.table["spend"].to_numpy(dtype=np.float64), options)


def row(customers: int, seed: int, three: HistGradientBoostingClassifier, every: HistGradientBoostingClassifier) -> Row:
    """Measure one shop."""
    measures, kinds = measured(customers, seed)
    knows_three = adjusted_rand_score(kinds, three.predict(measures.table[list(FORMING)]))
    knows_all = adjusted_rand_score(kinds, every.predict(measures.table[list(every.feature_names_in_)]))
    six = chosen(measures, ChooseOptions(lowest=KINDS, highest=KINDS, rebuilds=1))
    auto = chosen(measures, ChooseOptions())
    kmeans_six = adjusted_rand_score(kinds, six.labels)
    peak = max(auto.candidates, key=lambda candidate: candidate.silhouette).k
    return Row(
        knows_three,
        knows_all,
        kmeans_six,
        kmeans_six / knows_three,
        peak,
        auto.k,
        adjusted_rand_score(kinds, auto.labels),
    )


def main() -> None:
    """Read the options, teach, measure each shop, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    learned, kinds = measured(LEARNED_ON, LEARNED_SEED)
    three = taught(learned.table[list(FORMING)], kinds)
    every = taught(learned.table[behaviour(learned.table)], kinds)
    print(f"{args.customers:,} customers a shop; the yardstick is taught on {LEARNED_ON:,}\n")
    print("| seed | knows, three measures | knows, all | k-means at 6 | share | peak | auto k | auto |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for seed in range(args.seeds):
        found = row(args.customers, seed, three, every)
        rows.append(found)
        print(f"| {seed} | {said(found)} |", flush=True)
    mean = {field.name: float(np.mean([getattr(found, field.name) for found in rows])) for field in fields(Row)}
    print("| mean | " + " | ".join(f"{value:.3f}" for value in mean.values()) + " |")


def said(found: Row) -> str:
    """Write the figures of one shop as cells."""
    values = [getattr(found, field.name) for field in fields(Row)]
    return " | ".join(str(value) if isinstance(value, int) else f"{value:.3f}" for value in values)


if __name__ == "__main__":
    main()
