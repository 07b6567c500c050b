"""The figures that can lead a report: one table of what the summary knows, each with its unit and of how many."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice, rounded
from segmentry.markup.build import Markup, element
from segmentry.markup.words import NONE, count, day, kept, kept_range, share, trait_value
from segmentry.summary import RunSummary

__all__ = ["KPIS", "Kpi", "kpi_values", "kpis"]

Said = tuple[str, str]
"""A figure with its unit, and of whom it is."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure that can lead.

    Parameters
    ----------
    title : str
        What it is called.
    of : callable
        Gives the figure and of whom it is; None where the run doesn't know it.
    """

    title: str
    of: Callable[[RunSummary], Said | None]


def kpi_values(summary: RunSummary, names: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Give title, figure and of whom it is, for each name; a dash where the run doesn't know it."""
    found = []
    for name in names:
        title, said = KPIS[name].title, KPIS[name].of(summary)
        found.append((title, *(said or (NONE, "not known in this run"))))
    return tuple(found)


def kpis(summary: RunSummary, names: Iterable[str]) -> Markup | None:
    """Show a row of large figures; None where none were asked for."""
    cells = [
        element(
            "div", element("dt", title), element("dd", figure, class_="figure"), element("dd", whose, class_="whose")
        )
        for title, figure, whose in kpi_values(summary, names)
    ]
    return element("dl", *cells, class_="kpis") if cells else None


def _customers(summary: RunSummary) -> Said:
    return f"{summary.customers:,}", f"with a segment{_span(summary)}"


def _segments(summary: RunSummary) -> Said:
    return f"{summary.k}", f"in {count(summary.customers, 'customer')}"


def _revenue(summary: RunSummary) -> Said | None:
    total = _sum(segment.revenue for segment in summary.segments)
    return (
        None if total is None else (_money(summary, total), f"{count(summary.customers, 'customer')}{_span(summary)}")
    )


def _revenue_per_customer(summary: RunSummary) -> Said | None:
    total = _sum(segment.revenue for segment in summary.segments)
    if total is None or not summary.customers:
        return None
    return _money(summary, total / summary.customers), f"mean of {count(summary.customers, 'customer')}"


def _typical(measure: str) -> Callable[[RunSummary], Said | None]:
    """Give the reader of a measure's typical value over everybody."""

    def read(summary: RunSummary) -> Said | None:
        trait = next((trait for trait in _traits(summary) if trait.measure == measure), None)
        if trait is None or trait.everyone is None:
            return None
        value = trait_value(trait, trait.everyone, Voice(summary.currency))
        return value, f"typical of {count(summary.customers, 'customer')}"

    return read


def _traits(summary: RunSummary) -> tuple[Trait, ...]:
    return summary.segments[0].traits if summary.segments else ()


def _top_customers(summary: RunSummary) -> Said | None:
    return (share(summary.segments[0].share), _titled(summary.segments[0])) if summary.segments else None


def _top_revenue(summary: RunSummary) -> Said | None:
    top = summary.segments[0] if summary.segments else None
    return None if top is None or top.revenue_share is None else (share(top.revenue_share), _titled(top))


def _keep_rate(summary: RunSummary) -> Said | None:
    keep = summary.keep
    if keep is None:
        return None
    return f"{kept(keep.overall.rate)} of 100", f"{kept_range(keep.overall)} in nine of ten of {keep.draws} rebuilds"


def _weakest(summary: RunSummary) -> Said | None:
    firm = [(segment.keeps.rate, segment) for segment in summary.segments if segment.keeps is not None]
    if not firm:
        return None
    rate, segment = min(firm, key=lambda pair: pair[0])
    return f"{kept(rate)} of 100", _titled(segment)


def _verdict(summary: RunSummary) -> Said | None:
    return (summary.verdict, summary.headline) if summary.verdict else None


def _at_stake(summary: RunSummary) -> Said | None:
    total = _sum(segment.at_stake for segment in summary.segments)
    if total is None:
        return None
    customers = sum(segment.customers for segment in summary.segments if segment.at_stake is not None)
    return _money(summary, rounded(total, 2)), f"in {count(customers, 'customer')}"


def _start_customers(summary: RunSummary) -> Said | None:
    begin = summary.start_with
    first = None if begin is None else next((s for s in summary.segments if s.letter == begin.letter), None)
    return None if first is None else (f"{first.customers:,}", _titled(first))


def _borderline(summary: RunSummary) -> Said | None:
    if not summary.borders or not summary.customers:
        return None
    unsure = sum(border.borderline for border in summary.borders)
    return share(unsure / summary.customers), f"{unsure:,} of {count(summary.customers, 'customer')}"


def _rows_left_out(summary: RunSummary) -> Said | None:
    if not summary.rows.read:
        return None
    part = summary.rows.rejected / summary.rows.read
    return share(part), f"{summary.rows.rejected:,} of {count(summary.rows.read, 'row')}"


def _titled(segment: Segment) -> str:
    return f"{segment.letter} · {segment.name}"


def _money(summary: RunSummary, value: float) -> str:
    return Voice(summary.currency).quantity(value, "money")


def _span(summary: RunSummary) -> str:
    if summary.first is None or summary.last is None:
        return ""
    return f", {day(summary.first)} to {day(summary.last)}"


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


KPIS: Mapping[str, Kpi] = MappingProxyType(
    {
        "customers": Kpi("Customers", _customers),
        "segments": Kpi("Segments", _segments),
        "revenue": Kpi("Revenue", _revenue),
        "revenue_per_customer": Kpi("Revenue per customer", _revenue_per_customer),
        "typical_order": Kpi("Typical order", _typical("typical_order")),
        "typical_spend": Kpi("Typical spend", _typical("spend")),
        "orders_per_customer": Kpi("Orders per customer", _typical("orders")),
        "days_since_last_order": Kpi("Since the last order", _typical("recency_days")),
        "days_between_orders": Kpi("Between two orders", _typical("typical_gap_days")),
        "top_segment_customers": Kpi("Customers in the first segment", _top_customers),
        "top_segment_revenue": Kpi("Revenue of the first segment", _top_revenue),
        "at_stake": Kpi("At stake", _at_stake),
        "start_customers": Kpi("Customers to start with", _start_customers),
        "verdict": Kpi("Verdict", _verdict),
        "keep_rate": Kpi("Keep their segment", _keep_rate),
        "weakest_keep_rate": Kpi("Keep it in the weakest segment", _weakest),
        "borderline_share": Kpi("Borderline customers", _borderline),
        "rows_left_out": Kpi("Rows left out", _rows_left_out),
    }
)
"""Every figure that can lead, by its name in a brand file."""
