"""The sample shop: believable, reproducible, and made of kinds that can be found again."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from segmentry.data import SampleShop, sample_shop
from segmentry.errors import UsageError

AS_OF = pd.Timestamp("2026-06-30")


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    """Give the shop of the default size."""
    return sample_shop()


@pytest.fixture(scope="module")
def rfm(shop: SampleShop) -> pd.DataFrame:
    """Give each customer's days since the last order, orders and spend, with the true kind, by plain pandas."""
    lines = shop.orders[shop.orders["customer_id"].notna()]
    bought = lines[lines["amount"] > 0].groupby("customer_id")
    table = pd.DataFrame(
        {
            "recency": (AS_OF - bought["order_date"].max().dt.normalize()).dt.days,
            "orders": bought["order_id"].nunique(),
            "spend": lines.groupby("customer_id")["amount"].sum(),
        }
    )
    return table.join(shop.kinds.set_index("customer_id"))


def test_the_same_seed_gives_the_same_shop_and_another_seed_another() -> None:
    """Everything random comes from the seed."""
    first, again, other = sample_shop(300), sample_shop(300), sample_shop(300, seed=1)
    for name in ("orders", "customers", "kinds"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    assert not first.orders["amount"].equals(other.orders["amount"])


@pytest.mark.parametrize("customers", [1, 2, 7, 300])
def test_a_shop_of_any_size_has_orders_of_every_customer(customers: int) -> None:
    """Ids are text with leading zeros, unique, the same in all three tables, and everybody bought something."""
    shop = sample_shop(customers, seed=3)
    ids = [f"C{number:05d}" for number in range(1, customers + 1)]
    assert shop.customers["customer_id"].tolist() == shop.kinds["customer_id"].tolist() == ids
    bought = shop.orders[shop.orders["amount"] > 0]
    assert set(bought["customer_id"].dropna()) == set(ids)


@pytest.mark.parametrize("customers", [0, -5])
def test_a_shop_without_customers_is_refused(customers: int) -> None:
    """At least one customer is needed."""
    with pytest.raises(UsageError, match="at least one customer"):
        sample_shop(customers)


def test_a_negative_seed_is_refused() -> None:
    """Seeds start at 0."""
    with pytest.raises(UsageError, match="seed"):
        sample_shop(10, seed=-1)


@pytest.mark.parametrize("as_of", [date(2026, 6, 30), date(2021, 12, 24), date(2024, 2, 29)])
def test_all_orders_lie_in_the_two_years_up_to_the_as_of_day(as_of: date) -> None:
    """Nothing is dated after the as-of day, whatever today is."""
    dates = sample_shop(400, as_of=as_of).orders["order_date"]
    assert dates.max() < pd.Timestamp(as_of) + pd.Timedelta(days=1)
    assert dates.min() > pd.Timestamp(as_of) - pd.Timedelta(days=730)
    assert dates.is_monotonic_increasing


def test_amounts_are_quantity_times_price_less_discount_in_whole_cents(shop: SampleShop) -> None:
    """The paid amount follows from the line's other columns, to the cent."""
    orders = shop.orders
    exact = orders["quantity"] * orders["unit_price"] * (1 - orders["discount"])
    assert (orders["amount"] - exact).abs().max() <= 0.005 + 1e-9
    np.testing.assert_allclose(orders["amount"] * 100, np.round(orders["amount"] * 100), atol=1e-6)


def test_the_catalogue_has_products_that_keep_their_price_and_category(shop: SampleShop) -> None:
    """About 120 products in eight categories; one price and one category a product."""
    orders = shop.orders
    assert orders["product"].nunique() == 120
    assert orders["category"].nunique() == 8
    assert len(orders[["product", "category", "unit_price"]].drop_duplicates()) == 120


def test_the_log_has_the_dirt_of_real_logs_in_small_amounts(shop: SampleShop) -> None:
    """Returns, cancelled orders, guests and repeated rows are there, and rare."""
    orders = shop.orders
    prefix = orders["order_id"].str[0]
    dirt = {
        "returns": (prefix == "R").mean(),
        "cancelled": (prefix == "C").mean(),
        "guests": orders["customer_id"].isna().mean(),
        "repeated": orders.duplicated().mean(),
    }
    assert all(0 < share < 0.04 for share in dirt.values()), dirt
    assert ((orders["amount"] < 0) == prefix.isin(["R", "C"])).all()


def test_a_return_repeats_a_line_that_was_bought_before(shop: SampleShop) -> None:
    """Every returned or cancelled line has its purchase, earlier and of the same amount."""
    orders = shop.orders.drop_duplicates()
    keys = ["number", "customer_id", "product"]
    orders = orders.assign(number=orders["order_id"].str.lstrip("RC"))
    back = orders[orders["amount"] < 0]
    pairs = back.merge(orders[orders["amount"] > 0], on=keys, suffixes=("_back", ""))
    assert len(pairs) == len(back)
    assert (pairs["amount_back"] == -pairs["amount"]).all()
    assert (pairs["order_date_back"] > pairs["order_date"]).all()


def test_an_order_belongs_to_one_customer_at_one_time(shop: SampleShop) -> None:
    """Lines that share an order id (returns aside) share customer and moment; no product is on two of them."""
    bought = shop.orders[shop.orders["amount"] > 0].drop_duplicates()
    orders = bought[["order_id", "customer_id", "order_date"]].drop_duplicates()
    assert orders["order_id"].is_unique
    assert not bought.duplicated(["order_id", "product"]).any()


def test_the_year_and_the_week_have_seasons(shop: SampleShop) -> None:
    """November and December outsell any other two months; gift buyers hardly order outside of them."""
    orders = shop.orders.merge(shop.kinds, on="customer_id")
    orders = orders[orders["amount"] > 0]
    month = orders["order_date"].dt.month
    assert set(month.value_counts().index[:2]) == {11, 12}
    assert month[orders["kind"] == "gift buyer"].isin([11, 12]).mean() > 0.9
    weekend = orders["order_date"].dt.day_of_week >= 5
    assert weekend[orders["kind"] == "newcomer"].mean() > weekend[orders["kind"] == "big spender"].mean() + 0.1


def test_every_kind_is_common_enough_to_be_found(shop: SampleShop) -> None:
    """Six kinds, each at least 8% of the customers."""
    shares = shop.kinds["kind"].value_counts(normalize=True)
    assert len(shares) == 6
    assert shares.min() >= 0.08


def test_kinds_overlap_but_can_mostly_be_told_from_recency_orders_and_spend(rfm: pd.DataFrame) -> None:
    """Neighbours in recency, orders and spend share the true kind for 90 to 98 of 100 customers."""
    values = rfm[["recency", "orders", "spend"]].to_numpy(dtype=float)
    points = np.arcsinh(values / np.quantile(values, 0.1, axis=0).clip(1))
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    found = cross_val_predict(KNeighborsClassifier(25), points, rfm["kind"].to_numpy(), cv=4)
    assert 0.90 <= (found == rfm["kind"]).mean() <= 0.98


def test_kinds_behave_as_they_are_called(rfm: pd.DataFrame, shop: SampleShop) -> None:
    """Big spenders spend the most, newcomers came last, the lapsed stay away, bargain hunters buy at a discount."""
    typical = rfm.groupby("kind").median()
    assert typical["spend"].idxmax() == "big spender"
    assert typical["recency"].idxmin() == "newcomer"
    assert typical["recency"].idxmax() == "lapsed regular"
    assert typical["spend"].idxmin() == "bargain hunter"
    lines = shop.orders.merge(shop.kinds, on="customer_id")
    assert (lines["discount"] > 0).groupby(lines["kind"]).mean().idxmax() == "bargain hunter"


def test_customers_carry_what_a_mailing_list_needs(shop: SampleShop) -> None:
    """One e-mail each, under a domain that belongs to nobody; consent is yes or no."""
    people = shop.customers
    assert people["email"].is_unique
    assert people["email"].str.fullmatch(r"[a-z]+\.c\d{5}@example\.org").all()
    assert set(people["consent"]) == {"yes", "no"}
    assert people["age"].between(18, 90).all()
