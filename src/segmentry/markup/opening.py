"""How a run opens wherever people see it: the finding with its number, the scope, the verdict."""

from collections.abc import Sequence

from segmentry.markup.build import Markup, element
from segmentry.markup.words import count, day, kept, kept_range, sentence, share
from segmentry.summary import RunSummary

__all__ = ["band", "finding", "headline", "scope"]


def headline(summary: RunSummary) -> str:
    """Give the finding in one sentence with a number: what the heading says."""
    return finding(summary.customers, [(segment.share, segment.revenue_share) for segment in summary.segments])


def finding(customers: int, shares: Sequence[tuple[float, float | None]]) -> str:
    """Give the finding of a run of which only this is known.

    Parameters
    ----------
    customers : int
        How many have a segment.
    shares : sequence of (float, float or None)
        Each segment's share of the customers, and of the revenue where there is one; 0 to 1.

    Examples
    --------
    >>> finding(200, [(0.25, 0.75), (0.75, 0.25)]), finding(200, [(0.25, None), (0.75, None)])
    ('25% of customers bring 75% of revenue', '200 customers in 2 segments, the largest with 75% of them')
    """
    if len(shares) == 1:
        return f"All {count(customers, 'customer')} form one segment"
    # The largest surplus of revenue over customers, so that a segment of nearly everybody is no news.
    earning = [(part, revenue) for part, revenue in shares if revenue is not None]
    part, revenue = max(earning, key=lambda pair: pair[1] - pair[0], default=(0.0, 0.0))
    if revenue > part:
        return f"{share(part)} of customers bring {share(revenue)} of revenue"
    largest = max(part for part, _ in shares)
    return f"{count(customers, 'customer')} in {len(shares)} segments, the largest with {share(largest)} of them"


def scope(summary: RunSummary) -> str:
    """Say how many customers and segments there are, and of when."""
    parts = [count(summary.customers, "customer"), count(summary.k, "segment")]
    if summary.first is not None and summary.last is not None:
        parts.append(f"orders from {day(summary.first)} to {day(summary.last)}")
    if summary.as_of is not None:
        parts.append(f"as of {day(summary.as_of)}")
    return " · ".join(parts)


def band(summary: RunSummary) -> Markup:
    """Show the verdict, the keep rate and why it is this number of segments."""
    if summary.keep is None:
        return element("div", element("p", sentence(summary.reason[:1].upper() + summary.reason[1:])), class_="band")
    keep = summary.keep
    # The figure is a sentence of its own for whoever hears the page.
    figure = element(
        "p", element("strong", kept(keep.overall.rate)), " of 100 customers keep their segment", class_="keep"
    )
    verdict = element("p", element("strong", summary.verdict), " ", summary.verdict_sentence, class_="verdict")
    how = (
        f"when the segments are rebuilt on {keep.drawn:,} re-drawn customers, {keep.draws} times over. "
        f"In nine rebuilds of ten it was {kept_range(keep.overall)} of 100. "
    )
    alarms = [element("p", "! ", sentence(alarm.policy), class_="how") for alarm in summary.alarms]
    reason = sentence(summary.reason[:1].upper() + summary.reason[1:])
    return element(
        "div",
        verdict if summary.verdict else None,
        figure,
        element("p", how, reason, class_="how"),
        *alarms,
        class_="band",
    )
