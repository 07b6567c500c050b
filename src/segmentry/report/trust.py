"""How far to trust the split: does it come back, why this number of segments, and the technical figures."""

import math

from segmentry.choose import Candidate
from segmentry.evaluate import jaccard_word
from segmentry.markup.badges import titled, with_options
from segmentry.markup.build import Child, Column, Markup, element, join, table
from segmentry.markup.words import NONE, count, kept, kept_range, sentence, share
from segmentry.report.evidence import agreement, gaps
from segmentry.report.figure import HERE, Showing, run_figures
from segmentry.summary import RunSummary

__all__ = ["trust"]


def trust(summary: RunSummary, showing: Showing = HERE) -> Markup:
    """Show what speaks for the split and what against it; ``showing`` says how charts are drawn."""
    return element(
        "section",
        element("h2", "How far to trust this"),
        _verdict(summary),
        gaps(summary),
        _comes_back(summary, showing),
        _why_this_many(summary, showing),
        agreement(summary),
        _technical(summary, showing),
        id="trust",
    )


def _verdict(summary: RunSummary) -> Markup | None:
    if not summary.verdict:
        return None
    band = element("p", element("strong", summary.verdict), ": ", summary.verdict_sentence, class_="lead")
    alarms = [
        element("li", element("b", f"{alarm.count:,}"), " ", with_options(sentence(alarm.policy)))
        for alarm in summary.alarms
    ]
    return join([band, element("ul", *alarms, class_="caveats") if alarms else None])


def _comes_back(summary: RunSummary, showing: Showing) -> Markup:
    keep = summary.keep
    if keep is None:
        return element("p", "All customers form one segment, so there is no split that could come back or fail to.")
    told = (
        f"{summary.headline}: that many land in the same segment when everything is done again on re-drawn customers, "
        f"from preparation to the segments. There were {keep.draws} rebuilds, each on {keep.drawn:,} of "
        f"{count(summary.customers, 'customer')}; in nine of ten the figure lay in the range given. "
        f"By chance alone, labels of the same sizes would keep {kept(keep.chance)} of 100. Above chance, on a scale "
        f"from 0 (no better than that) to 1 (everybody), the keep rate is {_figure(keep.above_chance, '.2f')}."
    )
    rows: list[list[Child]] = [
        ["All customers", f"{summary.customers:,}", kept(keep.overall.rate), kept_range(keep.overall), NONE, NONE]
    ]
    rows += [
        [
            titled(segment),
            f"{segment.customers:,}",
            kept(segment.keeps.rate),
            kept_range(segment.keeps),
            NONE if segment.jaccard is None else f"{segment.jaccard:.2f}, {jaccard_word(segment.jaccard)}",
            NONE if segment.across is None else f"{segment.across:.2f}",
        ]
        for segment in summary.segments
        if segment.keeps is not None
    ]
    columns = [
        Column("Segment"),
        Column("Customers", number=True),
        Column("Keeps, of 100", number=True),
        Column("Range", number=True),
        Column("Overlap", number=True),
        Column("From one", number=True),
    ]
    note = (
        "The range is where nine rebuilds of ten fell, not a confidence interval. Overlap: customers in both the "
        "segment and the rebuilt one most like it, over customers in either, as a mean (Hennig 2007). From one: how "
        "much of the segment was one segment in the next coarser split, from 0 (evenly from all) to 1 (Dolnicar and "
        "Leisch 2017)."
    )
    return join(
        [
            element("h3", "Does it come back?"),
            element("p", told),
            run_figures(summary, "keep-ranges", level=4, showing=showing),
            table("Keep rates with their ranges", columns, rows),
            element("p", note, class_="note"),
        ]
    )


def _why_this_many(summary: RunSummary, showing: Showing) -> Markup:
    columns = [
        Column("Segments"),
        Column("Keeps, of 100", number=True),
        Column("Above chance", number=True),
        Column("Least firm segment", number=True),
        Column("Smallest segment", number=True),
        Column("Large enough", number=True),
        Column("Comes back", number=True),
        Column("Margin", number=True),
    ]
    rows = [_candidate_row(candidate, summary.k) for candidate in summary.candidates]
    return join(
        [
            element("h3", "Why this number of segments?"),
            element("p", sentence(summary.reason[:1].upper() + summary.reason[1:])),
            element("p", sentence(summary.runner_up)) if summary.runner_up else None,
            run_figures(summary, "criteria", level=4, widths=showing.lesser, showing=showing),
            table("Numbers of segments that were tried", columns, rows, class_="wide") if rows else None,
        ]
    )


def _candidate_row(candidate: Candidate, chosen: int) -> list[Child]:
    return [
        _number_of(candidate, chosen),
        kept(candidate.keep_rate),
        _figure(candidate.keep_above_chance, ".2f"),
        kept(candidate.worst_keep),
        f"{candidate.smallest_customers:,} ({share(candidate.smallest)})",
        "yes" if candidate.allowed else "no",
        "yes" if candidate.dependable else "no",
        NONE if candidate.margin is None else _figure(candidate.margin, "+.3f"),
    ]


def _number_of(candidate: Candidate, chosen: int) -> Child:
    if candidate.k != chosen:
        return str(candidate.k)
    return join([element("b", str(candidate.k)), element("span", "chosen", class_="of")])


def _technical(summary: RunSummary, showing: Showing) -> Markup | None:
    """Show what people who know the methods ask for, closed on screens and open on paper."""
    charts = run_figures(
        summary,
        "elbow",
        "silhouette-profile",
        "dendrogram",
        level=3,
        widths=showing.lesser,
        showing=showing,
    )
    internal = _internal(summary)
    if charts is None and internal is None:
        return None
    return element("details", element("summary", "Technical"), internal, charts, class_="technical")


def _internal(summary: RunSummary) -> Markup | None:
    if not summary.candidates:
        return None
    columns = [
        Column("k"),
        Column("Silhouette", number=True),
        Column("Davies-Bouldin", number=True),
        Column("Calinski-Harabasz", number=True),
        Column("Inertia", number=True),
        Column("Gap", number=True),
        Column("Prediction strength", number=True),
    ]
    likely = any(candidate.bic is not None for candidate in summary.candidates)
    columns += [Column("BIC", number=True)] if likely else []
    rows: list[list[Child]] = [
        [
            _number_of(candidate, summary.k),
            _figure(candidate.silhouette, ".4f"),
            _figure(candidate.davies_bouldin, ".4f"),
            _figure(candidate.calinski_harabasz, ",.2f"),
            _figure(candidate.inertia, ",.4f" if abs(candidate.inertia) < 1000 else ",.2f"),
            _known(candidate.gap, ".3f"),
            _known(candidate.prediction_strength, ".2f"),
            *([_known(candidate.bic, ",.0f")] if likely else []),
        ]
        for candidate in summary.candidates
    ]
    exact = "all customers" if summary.silhouette_on >= summary.customers else f"{summary.silhouette_on:,} of them"
    note = (
        f"In prepared units; the silhouette on {exact}. More is better for silhouette, Calinski-Harabasz, gap and "
        "prediction strength, less for the others. Inertia always falls with more clusters, so it chooses nothing by "
        "itself. All are shown because they often disagree; the number was decided by the rule told above."
    )
    return join(
        [
            element("h3", "The usual figures for each number of clusters"),
            table("Internal measures for each number of clusters", columns, rows),
            element("p", note, class_="note"),
        ]
    )


def _known(value: float | None, how: str) -> str:
    return NONE if value is None else _figure(value, how)


def _figure(value: float, how: str) -> str:
    return format(value, how) if math.isfinite(value) else NONE
