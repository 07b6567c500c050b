"""Overview: how many segments, which matters most, and how far to trust it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from segmentry.markup.ledger import ledger
from segmentry.markup.opening import band, headline, scope
from segmentry.web.pages import Place, page

__all__ = ["router"]

router = APIRouter()


@router.get("/runs/{name}", response_class=HTMLResponse)
def overview(request: Request, name: str) -> HTMLResponse:
    """Show a run."""
    run = request.app.state.site.run(name)
    summary = run.summary
    return page(
        request,
        "overview.html",
        Place("overview", run),
        heading=headline(summary),
        command=f"segmentry show {name}",
        scope=scope(summary),
        band=band(summary),
        ledger=ledger(summary, lambda segment: f"/runs/{name}/segments/{segment.letter}"),
    )
