"""The sample shop's kinds are found again about as well as anybody could."""

import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import adjusted_rand_score

from segmentry import prepare, sample_shop
from segmentry.choose import ChooseOptions, choose
from segmentry.cluster import KMeans
from segmentry.evaluate import judge

AS_OF = pd.Timestamp("2026-06-30")
FORMING = ["recency", "orders", "spend"]


def shop(customers: int, seed: int) -> pd.DataFrame:
    """Give each customer's days since the last order, orders, spend and true kind, by plain pandas."""
    drawn = sample_shop(customers, seed=seed)
    bought = drawn.orders[drawn.orders["amount"] > 0].groupby("customer_id")
    table = pd.DataFrame(
        {
            "recency": (AS_OF - bought["order_date"].max().dt.normalize()).dt.days,
            "orders": bought["order_id"].nunique(),
            "spend": drawn.orders.groupby("customer_id")["amount"].sum(),
        }
    )
    return table.join(drawn.kinds.set_index("customer_id"), how="inner").astype(dict.fromkeys(FORMING, float))


@pytest.fixture(scope="module")
def knows() -> HistGradientBoostingClassifier:
    """Give a classifier that was told the kinds of another, larger shop."""
    other = shop(10_000, seed=1_000)
    return HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=15, random_state=0).fit(
        other[FORMING].to_numpy(), other["kind"]
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_six_segments_are_the_six_kinds(knows: HistGradientBoostingClassifier, seed: int) -> None:
    """K-means at six reaches 90% of what knowing the shop reaches, which isn't everything: the kinds overlap."""
    table = shop(4_000, seed)
    points = prepare.fit(table, [(name, "number") for name in FORMING]).apply(table).values
    labels = {k: KMeans().fit(points, k, seed=0, starts=10).place(points).labels for k in range(3, 9)}
    best = adjusted_rand_score(table["kind"], knows.predict(table[FORMING].to_numpy()))
    assert 0.90 < best < 0.98
    assert adjusted_rand_score(table["kind"], labels[6]) >= 0.9 * best
    splits = judge(points, list(labels.values())).splits
    assert max(zip(splits, labels, strict=True), key=lambda pair: pair[0].silhouette)[1] == 6


@pytest.mark.parametrize("seed", [0, 3])
def test_the_rules_find_the_six_by_themselves(knows: HistGradientBoostingClassifier, seed: int) -> None:
    """Told nothing, the choice is six clear groups, and they are the kinds as well as six asked for are."""
    table = shop(4_000, seed)
    preparer = prepare.fit(table, [(name, "number") for name in FORMING])
    found = choose(table, preparer, table["spend"].to_numpy(), ChooseOptions(rebuilds=20))
    assert (found.k, found.verdict) == (6, "Clear groups")
    best = adjusted_rand_score(table["kind"], knows.predict(table[FORMING].to_numpy()))
    assert adjusted_rand_score(table["kind"], found.labels) >= 0.9 * best
