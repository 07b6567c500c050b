"""All runs: the home of the pages."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from segmentry.markup.words import count
from segmentry.web.background.progress import progress_of
from segmentry.web.entrance.callers import caller_of
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.listing import Row

__all__ = ["router"]

router = APIRouter()

A_PAGE = 50


@router.get("/", response_class=HTMLResponse)
@needs("read")
def runs(request: Request, p: int = 1) -> HTMLResponse:
    """List the runs, the latest first; those under way above them, those that came to nothing below."""
    state = request.app.state
    folders = state.site.folders()
    # Scores have pages of their own.
    jobs = [] if state.site.only is not None else [job for job in state.jobs.all() if job.order.kind == "run"]
    pages = max(-(-len(folders) // A_PAGE), 1)
    at = min(max(p, 1), pages)
    rows = state.listing.rows(folders[(at - 1) * A_PAGE : at * A_PAGE])
    makes = caller_of(request.scope).may("manage")
    under_way = [progress_of(job, state.jobs) for job in jobs if job.ended is None]
    return page(
        request,
        "runs.html",
        Place("runs"),
        heading=_heading(rows, len(folders), len(under_way), first=at == 1, makes=makes),
        command="segmentry runs" if folders or not makes else "segmentry demo",
        rows=rows,
        under_way=under_way[::-1],
        failed=[job for job in jobs if job.state in ("failed", "stopped")][:20],
        at=at,
        pages=pages,
        folder=str(state.site.workspace),
    )


def _heading(rows: list[Row], number: int, under_way: int, *, first: bool, makes: bool) -> str:
    if not number:
        if under_way:
            return f"{count(under_way, 'run')} under way"
        return "Start with an order log" if makes else "There is no run yet"
    latest = next((row for row in rows if not row.damaged), None) if first else None
    if latest is None:
        return count(number, "run")
    kept = "" if latest.keep is None else f", {latest.keep} of 100 customers keep their segment"
    return f"{count(number, 'run')}. The latest: {latest.verdict.lower()}{kept}" if kept else (
        f"{count(number, 'run')}. In the latest, {latest.finding[:1].lower()}{latest.finding[1:]}"
    )  # fmt: skip
