"""Overview: how many segments, which matters most, and how far to trust it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from segmentry.evaluate import of_100
from segmentry.markup import Markup, element
from segmentry.markup.badges import colour, people_said, titled
from segmentry.markup.ledger import ledger
from segmentry.markup.opening import band, headline, scope
from segmentry.report.opening import caveats
from segmentry.report.start import Start, begin_with, starts
from segmentry.summary import RunSummary
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.addressing import address, command
from segmentry.web.pieces.charts import shown_figures
from segmentry.web.pieces.dot_grid import dot_grid
from segmentry.web.pieces.freshness import age, today

__all__ = ["router"]

router = APIRouter()


@router.get("/runs/{name}", response_class=HTMLResponse)
@needs("read")
def overview(request: Request, name: str, now: Annotated[date, Depends(today)]) -> HTMLResponse:
    """Show a run."""
    site = request.app.state.site
    run = site.run(name)
    summary = run.summary
    return page(
        request,
        "overview.html",
        Place("overview", run),
        heading=headline(summary),
        command=command(site, run, "show"),
        scope=scope(summary),
        stale=age(summary, now),
        fresh_way=None if site.only else "/new",
        band=band(summary),
        dots=_dots(summary),
        balance=shown_figures(site, run, "share-balance"),
        ledger=ledger(summary, lambda segment: address(name, "segments", segment.letter)),
        starts=[_card(start, name) for start in starts(summary)],
        nowhere=_nowhere(summary),
        caveats=caveats(summary),
        maps=shown_figures(site, run, "map-*", "customer-map"),
        begin=begin_with(summary),
        at=address(name),
        k=summary.k,
    )


def _dots(summary: RunSummary) -> Markup | None:
    """Draw the keep rate as dots to count; None for a single segment."""
    if summary.keep is None:
        return None
    return dot_grid(of_100(summary.keep.overall.rate), summary.headline)


def _card(start: Start, name: str) -> Markup:
    link = element("a", titled(start.segment), href=address(name, "segments", start.segment.letter))
    tried = element("p", element("b", "Try: "), start.action.text) if start.action is not None else None
    card = [element("h3", link), element("p", people_said(start.because)), tried]
    return element("li", *card, class_=colour(start.segment.letter))


def _nowhere(summary: RunSummary) -> str:
    """Say why there is no segment to begin with."""
    if summary.verdict == "Not dependable":
        return "Nowhere yet: rebuilt on a fresh draw these segments would be others. Don't build campaigns on this."
    if all(segment.at_stake is None for segment in summary.segments):
        return "With which segment to begin is told from orders and their amounts; this run had none."
    return "No segment stands out as the one to begin with."
