r"""The report as Markdown, for wikis, tickets and mail: the same figures, tables as GitHub writes them.

People's text is escaped: none of its characters makes a heading, a table cell, a link or an element of HTML.
"""

import re
from collections.abc import Iterable, Sequence

from segmentry.choose import METHOD_WORDS
from segmentry.describe import Segment, Trait
from segmentry.describe.words import Voice
from segmentry.evaluate import jaccard_word
from segmentry.markup.build import UNPRINTABLE
from segmentry.markup.opening import headline, scope
from segmentry.markup.words import (
    NONE,
    count,
    difference,
    file_name,
    kept,
    kept_range,
    middle_half,
    sentence,
    share,
    trait_name,
    trait_value,
)
from segmentry.report.brand import Brand
from segmentry.report.kpis import kpi_values
from segmentry.report.opening import caveat_texts
from segmentry.report.start import SUGGESTION, starts
from segmentry.summary import RunSummary

__all__ = ["escape_markdown", "markdown"]

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~&$])")
LINE = re.compile(r"[\s]+")
LEADING = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")
MOST_TRAITS = 12
MOST_ROWS = 100

Table = Sequence[Sequence[str]]


def escape_markdown(text: str) -> str:
    r"""Make text stand for itself, on one line, anywhere in Markdown.

    Examples
    --------
    >>> escape_markdown("# a|b <i>*c*</i>")
    '\\# a\\|b \\<i\\>\\*c\\*\\</i\\>'
    """
    line = LINE.sub(" ", UNPRINTABLE.sub("\ufffd", text)).strip()
    return LEADING.sub(lambda found: found[1][:-1] + "\\" + found[1][-1], SPECIAL.sub(r"\\\1", line))


def markdown(summary: RunSummary, brand: Brand | None = None) -> str:
    """Write the report of a run as Markdown.

    Parameters
    ----------
    summary : RunSummary
        Everything known about the run.
    brand : Brand or None, default None
        A company's name and the figures that lead; its logo and colours have no place in Markdown.
    """
    brand = brand or Brand()
    parts = [
        *_finding(summary, brand),
        *_ledger(summary),
        *_start(summary),
        *(line for segment in summary.segments for line in _segment(summary, segment)),
        *_differences(summary),
        *_trust(summary),
        *_data(summary),
        *_method(summary),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _finding(summary: RunSummary, brand: Brand) -> Iterable[str]:
    said = escape_markdown
    yield f"# {said(headline(summary))}"
    sources = ", ".join(file_name(source) for source in summary.sources)
    yield said(f"{brand.name or 'segmentry'} · {summary.run} · {sources}")
    yield said(scope(summary))
    led = kpi_values(summary, brand.kpis)
    if led:
        yield _table([["Figure", "Value", "Of"], *led], right={1})
    if summary.verdict:
        yield f"**{said(summary.verdict)}.** {said(summary.verdict_sentence)}"
    if summary.keep is not None:
        keep = summary.keep
        yield (
            f"**{said(summary.headline)}** when the segments are rebuilt on {keep.drawn:,} re-drawn customers, "
            f"{keep.draws} times over; in nine rebuilds of ten it was {kept_range(keep.overall)} of 100."
        )
    yield said(sentence(summary.reason[:1].upper() + summary.reason[1:]))
    yield from (f"**Mind:** {said(sentence(f'{alarm.count:,} {alarm.policy}'))}" for alarm in summary.alarms)
    yield "## Before you use it"
    yield "\n".join(
        f"{position}. **{said(title)}** {said(text)}"
        for position, (title, text) in enumerate(caveat_texts(summary), start=1)
    )


def _ledger(summary: RunSummary) -> Iterable[str]:
    voice = Voice(summary.currency)
    money = any(segment.revenue is not None for segment in summary.segments)
    head = ["Segment", "Customers", "Share", *(["Revenue", "Share of revenue"] if money else [])]
    head += ["Keeps, of 100", "Range"] if summary.keep is not None else []
    rows = [head]
    for segment in summary.segments:
        row = [_titled(segment), f"{segment.customers:,}", share(segment.share)]
        if money:
            revenue = NONE if segment.revenue is None else voice.quantity(segment.revenue, "money")
            row += [revenue, share(segment.revenue_share)]
        if summary.keep is not None:
            keeps = segment.keeps
            row += [NONE, NONE] if keeps is None else [kept(keeps.rate), kept_range(keeps)]
        rows.append(row)
    yield f"## The {count(summary.k, 'segment')}" if summary.k > 1 else "## The segment"
    yield _table(rows, right=set(range(1, len(head))))


def _start(summary: RunSummary) -> Iterable[str]:
    cards = starts(summary)
    if not cards:
        return
    yield "## Where to start"
    for position, card in enumerate(cards, start=1):
        tried = "" if card.action is None else f" *Try:* {escape_markdown(card.action.text)}"
        yield f"{position}. **{escape_markdown(_titled(card.segment))}.** {escape_markdown(card.because)}{tried}"
    yield SUGGESTION


def _segment(summary: RunSummary, segment: Segment) -> Iterable[str]:
    said, voice = escape_markdown, Voice(summary.currency)
    yield f"## {said(_titled(segment))}"
    if segment.also_known_as:
        yield f"Also known as {said(segment.also_known_as)}."
    yield said(segment.sentence)
    if segment.rule is not None:
        rates = f"It catches {share(segment.rule.hit)} of them; {share(segment.rule.miss)} of those belong elsewhere."
        yield f"As a plain rule: **{said(segment.rule.text)}**. {rates}"
    if segment.traits:
        head = ["Measure", "Typical here", "Middle half", "Typical of all", "Against all others"]
        rows = [_trait(trait, voice) for trait in segment.traits[:MOST_TRAITS]]
        yield "### What sets them apart"
        yield _table([head, *rows], right={1, 2, 3})
    if segment.actions:
        yield "### What to do"
        yield "\n".join(
            f"- **{action.do.capitalize()}:** {said(action.text)} *{said(action.because)}*"
            for action in segment.actions
        )
    if segment.offers:
        head = ["Offer", "Bought by", "Share here", "Share of all", "Times as often"]
        offers = [
            [offer.name, f"{offer.customers:,}", share(offer.share), share(offer.everyone), f"{offer.lift:.1f}"]
            for offer in segment.offers
        ]
        yield "### What to offer"
        yield _table([head, *offers], right={1, 2, 3, 4})


def _trait(trait: Trait, voice: Voice) -> list[str]:
    return [
        trait_name(trait),
        trait_value(trait, trait.typical, voice),
        middle_half(trait, voice),
        trait_value(trait, trait.everyone, voice),
        difference(trait),
    ]


def _differences(summary: RunSummary) -> Iterable[str]:
    voice = Voice(summary.currency)
    found = [{(trait.measure, trait.level): trait for trait in segment.traits} for segment in summary.segments]
    keys = list(dict.fromkeys(key for traits in found for key in traits))
    if not keys:
        return
    rows = [["Measure", "All", *(segment.letter for segment in summary.segments)]]
    for key in keys[:MOST_ROWS]:
        known = next(traits[key] for traits in found if key in traits)
        cells = [_cell(traits.get(key), voice) for traits in found]
        rows.append([trait_name(known), trait_value(known, known.everyone, voice), *cells])
    yield "## Differences between segments"
    yield _table(rows, right=set(range(1, len(rows[0]))))
    yield "▲ and ▼ mark values that lie clearly above or below all other customers, in 95% of the rebuilds too."


def _cell(trait: Trait | None, voice: Voice) -> str:
    if trait is None:
        return NONE
    mark = ("▲ " if trait.delta > 0 else "▼ ") if trait.counts else ""
    return f"{mark}{trait_value(trait, trait.typical, voice)}"


def _trust(summary: RunSummary) -> Iterable[str]:
    yield "## How far to trust this"
    keep = summary.keep
    if keep is None:
        yield "All customers form one segment, so there is no split that could come back or fail to."
        return
    rows = [["Segment", "Customers", "Keeps, of 100", "Range", "Overlap"]]
    rows.append(["All customers", f"{summary.customers:,}", kept(keep.overall.rate), kept_range(keep.overall), NONE])
    rows += [
        [
            _titled(segment),
            f"{segment.customers:,}",
            kept(segment.keeps.rate),
            kept_range(segment.keeps),
            NONE if segment.jaccard is None else f"{segment.jaccard:.2f}, {jaccard_word(segment.jaccard)}",
        ]
        for segment in summary.segments
        if segment.keeps is not None
    ]
    yield _table(rows, right={1, 2, 3, 4})
    yield f"By chance alone, labels of the same sizes would keep {kept(keep.chance)} of 100."
    yield escape_markdown(sentence(summary.runner_up)) if summary.runner_up else ""
    tried = [["Segments", "Keeps, of 100", "Least firm segment", "Smallest segment", "Silhouette"]]
    tried += [
        [
            f"{candidate.k}{' (chosen)' if candidate.k == summary.k else ''}",
            kept(candidate.keep_rate),
            kept(candidate.worst_keep),
            f"{candidate.smallest_customers:,}",
            f"{candidate.silhouette:.3f}",
        ]
        for candidate in summary.candidates
    ]
    if summary.candidates:
        yield _table(tried, right={0, 1, 2, 3, 4})


def _data(summary: RunSummary) -> Iterable[str]:
    rows = summary.rows
    yield "## Data used and left out"
    yield f"{rows.loaded:,} rows loaded + {rows.rejected:,} rejected = {rows.read:,} read."
    if summary.rejects:
        reasons = [[reason.reason, f"{reason.count:,}"] for reason in summary.rejects]
        yield _table([["Rejected because", "Rows"], *reasons], right={1})
    if summary.caveats:
        found = [[caveat.policy, f"{caveat.count:,}"] for caveat in summary.caveats]
        yield _table([["Found in the data, and what was done", "How many"], *found], right={1})


def _method(summary: RunSummary) -> Iterable[str]:
    yield "## Method, and how to repeat it"
    forming = ", ".join(measure.label for measure in summary.measures if measure.part == "forms")
    yield f"Formed on: {escape_markdown(forming)}. Method: {METHOD_WORDS.get(summary.method, summary.method)}."
    yield "```\nsegmentry run --recipe recipe.toml\n```"
    yield (
        f"segmentry {escape_markdown(summary.version)} · {escape_markdown(summary.created)} · seed {summary.seed} · "
        f"fingerprint of the data `{summary.fingerprint}`"
    )


def _titled(segment: Segment) -> str:
    return f"{segment.letter} · {segment.name}"


def _table(rows: Table, right: set[int]) -> str:
    """Write a table; the first row is its head, figures stand at the right."""
    lines = ["| " + " | ".join(escape_markdown(cell) for cell in row) + " |" for row in rows]
    rule = "|" + "|".join(" ---: " if place in right else " --- " for place in range(len(rows[0]))) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
