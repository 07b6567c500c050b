"""What each built measure is called, its unit, and how it is computed, in words: the one place that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["DEFINITIONS", "RULES", "Definition", "definition"]


@dataclass(frozen=True, slots=True)
class Definition:
    """How one measure is computed.

    Parameters
    ----------
    name : str
        The column's name in the customer table.
    label : str
        The same in words.
    unit : str
        ``"days"``, ``"orders"``, ``"money"``, ``"share"`` (0 to 1), ``"products"`` or ``""``.
    sentence : str
        The definition in one sentence, for reports.
    needs : str, default ""
        The part of the orders without which the measure can't be built, e.g. ``"product"``.
    """

    name: str
    label: str
    unit: str
    sentence: str
    needs: str = ""


_SHARED = (
    "An order needs at least one line with an amount above 0; a line of amount 0 makes no order.",
    "A return (a negative amount) lowers the spend; it never adds or removes an order, nor moves the last order's day.",
    "Days are calendar days; lines after the as-of day, or before the window, are not used.",
)

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "order": (
            "Lines of a customer with the same order id are one order; without ids, those of one day are.",
            "An order's day is the day of its latest line above 0; several order ids on one day stay several orders.",
            *_SHARED,
        ),
        "day": ("All lines of a customer on one day are one order, whatever their order ids.", *_SHARED),
        "row": ("Each line with an amount above 0 is an order of its own, whatever its order id.", *_SHARED),
    }
)
"""What counts as an order, and on which day: the rules that all the definitions share, by the unit of orders."""

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "recency_days",
        "Days since last order",
        "days",
        "Calendar days from the customer's last order to the as-of day.",
    ),
    Definition(
        "orders",
        "Orders",
        "orders",
        "Number of orders in the window.",
    ),
    Definition(
        "spend",
        "Spend",
        "money",
        "Sum of all amounts in the window, returns subtracted unless they are dropped.",
    ),
    Definition(
        "tenure_days",
        "Days since first order",
        "days",
        "Calendar days from the customer's first order in the window to the as-of day.",
    ),
    Definition(
        "typical_order",
        "Typical order",
        "money",
        "Median over the customer's orders of the sum of the order's amounts above 0.",
    ),
    Definition(
        "typical_gap_days",
        "Typical days between orders",
        "days",
        "Median number of days between successive different days with an order; undefined after a single such day.",
    ),
    Definition(
        "gap_ratio",
        "Wait against own rhythm",
        "",
        "Days since the last order divided by the customer's typical days between orders; undefined where that is.",
    ),
    Definition(
        "orders_last_90_days",
        "Orders in the last 90 days",
        "orders",
        "Number of orders on the 90 days that end with the as-of day.",
    ),
    Definition(
        "orders_previous_90_days",
        "Orders in the 90 days before",
        "orders",
        "Number of orders on the 90 days before the last 90.",
    ),
    Definition(
        "return_share",
        "Share of spend returned",
        "share",
        "Amount returned divided by the sum of the amounts above 0; over 1 where more came back than was bought.",
        needs="returns",
    ),
    Definition(
        "products",
        "Different products",
        "products",
        "Number of different products on lines with an amount above 0; undefined where no line names one.",
        needs="product",
    ),
    Definition(
        "top_category_share",
        "Share of top category",
        "share",
        "Share of the customer's largest category in the amounts above 0 of lines that name a category.",
        needs="category",
    ),
    Definition(
        "weekend_share",
        "Share of weekend orders",
        "share",
        "Share of the customer's orders that fall on a Saturday or a Sunday.",
    ),
    Definition(
        "discount_share",
        "Share of discounted orders",
        "share",
        "Share of the customer's orders with a discount above 0 on at least one bought line; a blank discount is none.",
        needs="discount",
    ),
)
"""The measures built from orders, in the order of their columns."""

_BY_NAME = {entry.name: entry for entry in DEFINITIONS}


def definition(name: str) -> Definition:
    """Give the definition of a built measure.

    Raises
    ------
    KeyError
        No built measure has that name.

    Examples
    --------
    >>> definition("recency_days").label
    'Days since last order'
    """
    return _BY_NAME[name]
