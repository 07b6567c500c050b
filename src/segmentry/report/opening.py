"""Page one: the finding, how far it holds, three caveats; then the ledger of segments and where to start."""

from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice
from segmentry.report.badges import badge, bar, people_said, titled
from segmentry.report.markup import Child, Column, Markup, element, join, table
from segmentry.report.words import NONE, count, day, file_name, kept, kept_range, sentence, share, trait_value
from segmentry.summary import RunSummary

__all__ = ["caveats", "finding", "headline", "ledger", "start"]

CAVEATS = 3
FIRM = 0.85
"""Segments that keep fewer of their own customers are named on page one, the softest first."""
SOFTEST = 4
LEDGER_MEASURES = ("recency_days", "typical_order")


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


def finding(summary: RunSummary) -> Markup:
    """Show the finding, the verdict, the keep rate and the caveats."""
    sources = join((people_said(file_name(source)) for source in summary.sources), ", ")
    return element(
        "header",
        element("p", "segmentry · ", people_said(summary.run), " · ", sources, class_="mark"),
        element("h1", headline(summary)),
        element("p", _scope(summary), class_="scope"),
        _keep_band(summary),
        element("h2", "Before you use it"),
        element("ol", *(element("li", caveat) for caveat in caveats(summary)), class_="caveats"),
        id="finding",
    )


def _scope(summary: RunSummary) -> str:
    parts = [count(summary.customers, "customer"), count(summary.k, "segment")]
    if summary.first is not None and summary.last is not None:
        parts.append(f"orders from {day(summary.first)} to {day(summary.last)}")
    if summary.as_of is not None:
        parts.append(f"as of {day(summary.as_of)}")
    return " · ".join(parts)


def _keep_band(summary: RunSummary) -> Markup:
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


def caveats(summary: RunSummary) -> tuple[Markup, ...]:
    """Give the three caveats that matter most, from the softest segment to what nobody can know."""
    found = [*_soft_borders(summary), *_left_out(summary)]
    found += [
        join([element("b", f"{caveat.count:,}"), " ", sentence(caveat.policy)])
        for caveat in sorted(summary.caveats, key=lambda caveat: -caveat.count)
    ]
    # These two always hold, so one of them keeps its place, and both fill up where little else is to be said.
    until = f" up to {day(summary.as_of)}" if summary.as_of is not None else ""
    always = [
        join([element("b", "The past."), f" Segments say what customers did{until}, not what they will do."]),
        join(
            [
                element("b", "Borders."),
                " A customer near a border could as well be next door: a segment is a typical case.",
            ]
        ),
        join(
            [
                element("b", "Suggestions."),
                " They are common practice and not tested on your customers: keep a control group.",
            ]
        ),
    ]
    return tuple([*found[: CAVEATS - 1], *always][:CAVEATS])


def _soft_borders(summary: RunSummary) -> list[Markup]:
    soft = [s for s in summary.segments if s.keeps is not None and s.keeps.rate < FIRM]
    if not soft:
        return []
    soft.sort(key=lambda s: s.keeps.rate if s.keeps is not None else 1.0)
    named = [f"{s.letter} keeps {kept(s.keeps.rate)}" for s in soft[:SOFTEST] if s.keeps is not None]
    more = f" and {len(soft) - SOFTEST} more segments fewer than {100 * FIRM:.0f}" if len(soft) > SOFTEST else ""
    said = f"{', '.join(named)}{more}"
    return [
        join(
            [
                element("b", "Soft borders."),
                f" Of 100 of its own customers, {said} when rebuilt: check before a costly campaign.",
            ]
        )
    ]


def _left_out(summary: RunSummary) -> list[Markup]:
    rows = summary.rows
    if not rows.rejected:
        return []
    most = f", most often: {summary.rejects[0].reason}" if summary.rejects else ""
    return [
        join(
            [
                element("b", "Left out."),
                f" {rows.rejected:,} of {count(rows.read, 'row')} ({share(rows.rejected / rows.read)}) ",
                f"could not be used{most}.",
            ]
        )
    ]


def ledger(summary: RunSummary) -> Markup:
    """Show one line a segment."""
    voice = Voice(summary.currency)
    money = any(s.revenue is not None for s in summary.segments)
    measures = _ledger_measures(summary)
    columns = [Column("Segment"), Column("Customers", number=True)]
    columns += [Column("Revenue", number=True)] if money else []
    columns += [Column(trait.label, number=True) for trait in measures]
    columns += [Column("Keeps, of 100", number=True)] if summary.keep is not None else []
    largest = max((max(s.share, s.revenue_share or 0.0) for s in summary.segments), default=1.0)
    rows = [
        _ledger_row(segment, measures, voice, (largest, money, summary.keep is not None))
        for segment in summary.segments
    ]
    return element(
        "section",
        element("h2", f"The {count(summary.k, 'segment')}" if summary.k > 1 else "The segment"),
        table("Segments with their customers, revenue, typical values and keep rates", columns, rows, class_="ledger"),
        element("p", _ledger_note(summary, money), class_="note"),
        id="segments",
    )


def _ledger_row(segment: Segment, measures: list[Trait], voice: Voice, layout: tuple[float, bool, bool]) -> list[Child]:
    largest, money, rebuilt = layout
    link = element("a", titled(segment), href=f"#segment-{segment.letter.lower()}")
    row: list[Child] = [
        link,
        join([bar(segment.share, largest, segment.letter), f"{segment.customers:,} ", _of_all(share(segment.share))]),
    ]
    if money:
        revenue = NONE if segment.revenue is None else voice.quantity(segment.revenue, "money")
        row.append(
            join(
                [
                    bar(segment.revenue_share or 0.0, largest, segment.letter),
                    f"{revenue} ",
                    _of_all(share(segment.revenue_share)),
                ]
            )
        )
    row += [_typical(segment, measure, voice) for measure in measures]
    if rebuilt:
        keeps = segment.keeps
        row.append(NONE if keeps is None else join([f"{kept(keeps.rate)} ", _of_all(kept_range(keeps))]))
    return row


def _of_all(text: str) -> Markup:
    return element("span", text, class_="of")


def _typical(segment: Segment, measure: Trait, voice: Voice) -> str:
    trait = next((t for t in segment.traits if (t.measure, t.level) == (measure.measure, measure.level)), None)
    return NONE if trait is None else trait_value(trait, trait.typical, voice)


def _ledger_measures(summary: RunSummary) -> list[Trait]:
    """Choose two measures that everybody asks for, else the first two numbers that form the segments."""
    if not summary.segments:
        return []
    numbers = {t.measure: t for t in summary.segments[0].traits if t.kind == "number"}
    wanted = [name for name in LEDGER_MEASURES if name in numbers]
    forming = [measure.name for measure in summary.measures if measure.part == "forms" and measure.name in numbers]
    return [numbers[name] for name in (wanted or forming)[:2]]


def _ledger_note(summary: RunSummary, money: bool) -> str:
    parts = ["Values are typical ones: half of the segment's customers lie below, half above."]
    parts.append("Bars are shares of all customers" + (" and of all revenue, on one scale." if money else "."))
    if summary.keep is not None:
        parts.append(
            "Keeps: of 100 of its customers, how many come back to it when segments are rebuilt, "
            "and the range of nine rebuilds in ten."
        )
    if summary.without_purchase:
        parts.append(f"{count(summary.without_purchase, 'customer')} without any purchase are not in it.")
    return " ".join(parts)


def start(summary: RunSummary) -> Markup:
    """Show where to begin, and why."""
    begin = summary.start_with
    if begin is None:
        known = any(segment.at_stake is not None for segment in summary.segments)
        why = (
            "No segment stands out as the one to begin with."
            if known
            else "With which segment to begin is told from orders and their amounts; this run had none."
        )
        return element(
            "section",
            element("h2", "Where to start"),
            element("p", why, " The sections below say what sets each segment apart."),
            id="start",
        )
    segment = next((s for s in summary.segments if s.letter == begin.letter), summary.segments[0])
    tries = [action for action in segment.actions if action.do == "try"][:1]
    return element(
        "section",
        element("h2", "Where to start: ", badge(segment), " ", people_said(begin.name)),
        element("p", begin.because, class_="lead"),
        *(
            element("p", element("b", "Try: "), action.text, " ", element("span", action.because, class_="because"))
            for action in tries
        ),
        element(
            "p", "A suggestion from common practice, not a prediction. Keep a control group to find out.", class_="note"
        ),
        id="start",
    )
