"""How a run opens wherever people see it: the finding with its number, the scope, the verdict."""

from segmentry.markup.build import Markup, element
from segmentry.markup.words import count, day, kept, kept_range, sentence, share
from segmentry.summary import RunSummary

__all__ = ["band", "headline", "scope"]


def headline(summary: RunSummary) -> str:
    """Give the finding in one sentence with a number: what the heading says."""
    if summary.k == 1:
        return f"All {count(summary.customers, 'customer')} form one segment"
    earning = [s for s in summary.segments if s.revenue_share is not None]
    # The largest surplus of revenue over customers, so that a segment of nearly everybody is no news.
    best = max(earning, key=lambda s: (s.revenue_share or 0.0) - s.share, default=None)
    if best is not None and (best.revenue_share or 0.0) > best.share:
        return f"{share(best.share)} of customers bring {share(best.revenue_share)} of revenue"
    largest = max(segment.share for segment in summary.segments)
    return f"{count(summary.customers, 'customer')} in {summary.k} segments, the largest with {share(largest)} of them"


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
        return element("div", element("p", sentence(summary.reason)), class_="band")
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
