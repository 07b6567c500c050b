"""Page one: the finding, how far it holds, and three caveats."""

from segmentry.markup.badges import people_said, with_options
from segmentry.markup.build import Markup, element, escape, join
from segmentry.markup.opening import band, headline, scope
from segmentry.markup.words import FIRM, count, day, file_name, kept, sentence, share
from segmentry.report.brand import Brand
from segmentry.report.kpis import kpis
from segmentry.summary import RunSummary

__all__ = ["caveat_texts", "caveats", "finding"]

CAVEATS = 3
SOFTEST = 4


def finding(summary: RunSummary, brand: Brand) -> Markup:
    """Show the finding, the verdict, the keep rate and the caveats; a brand's logo and its leading figures above."""
    sources = join((people_said(file_name(source)) for source in summary.sources), ", ")
    warned = element("ol", *(element("li", caveat) for caveat in caveats(summary)), class_="caveats")
    return element(
        "header",
        _logo(brand),
        element(
            "p", people_said(brand.name or "segmentry"), " · ", people_said(summary.run), " · ", sources, class_="mark"
        ),
        kpis(summary, brand.kpis),
        element("h1", headline(summary)),
        element("p", scope(summary), class_="scope"),
        element("div", band(summary), element("div", element("h2", "Before you use it"), warned), class_="first"),
        id="finding",
    )


def _logo(brand: Brand) -> Markup | None:
    """Show the logo as a picture: whatever a file of it holds, a browser runs nothing of it and fetches nothing."""
    if not brand.logo:
        return None
    # The mark beside it says the name already.
    return Markup(f'<img class="logo" alt="" src="{escape(brand.logo)}">')


def caveats(summary: RunSummary) -> tuple[Markup, ...]:
    """Give the three caveats that matter most, as HTML."""
    return tuple(join([element("b", title), " ", with_options(text)]) for title, text in caveat_texts(summary))


def caveat_texts(summary: RunSummary) -> tuple[tuple[str, str], ...]:
    """Give the three caveats that matter most, each with what leads it; what nobody can know comes last."""
    found = [*_soft_borders(summary), *_left_out(summary)]
    found += [
        (f"{caveat.count:,}", sentence(caveat.policy))
        for caveat in sorted(summary.caveats, key=lambda caveat: -caveat.count)
    ]
    # These always hold, so one of them keeps its place, and all fill up where little else is to be said.
    until = f" up to {day(summary.as_of)}" if summary.as_of is not None else ""
    always = [
        ("The past.", f"Segments say what customers did{until}, not what they will do."),
        ("Borders.", "A customer near a border could as well be next door: a segment is a typical case."),
        ("Suggestions.", "They are common practice and not tested on your customers: keep a control group."),
    ]
    return tuple([*found[: CAVEATS - 1], *always][:CAVEATS])


def _soft_borders(summary: RunSummary) -> list[tuple[str, str]]:
    soft = [s for s in summary.segments if s.keeps is not None and s.keeps.rate < FIRM]
    if not soft:
        return []
    soft.sort(key=lambda s: s.keeps.rate if s.keeps is not None else 1.0)
    named = [f"{s.letter} keeps {kept(s.keeps.rate)}" for s in soft[:SOFTEST] if s.keeps is not None]
    more = f" and {len(soft) - SOFTEST} more segments fewer than {100 * FIRM:.0f}" if len(soft) > SOFTEST else ""
    told = f"Of 100 of its own customers, {', '.join(named)}{more} when rebuilt: check before a costly campaign."
    return [("Soft borders.", told)]


def _left_out(summary: RunSummary) -> list[tuple[str, str]]:
    rows = summary.rows
    if not rows.rejected:
        return []
    most = f", most often: {summary.rejects[0].reason}" if summary.rejects else ""
    part = share(rows.rejected / rows.read)
    return [("Left out.", f"{rows.rejected:,} of {count(rows.read, 'row')} ({part}) could not be used{most}.")]
