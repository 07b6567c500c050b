"""Trust: are there gaps, does it come back, would another choice agree; and what the run was made of."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from segmentry.markup.opening import headline, scope
from segmentry.markup.words import count
from segmentry.report.method import method
from segmentry.report.sources import sources
from segmentry.report.trust import trust
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.addressing import address, command, repeating
from segmentry.web.pieces.charts import kept_section, showing
from segmentry.web.routes.downloads import DOWNLOADS

__all__ = ["router"]

router = APIRouter()


@router.get("/runs/{name}/trust", response_class=HTMLResponse)
@needs("read")
def of_run(request: Request, name: str) -> HTMLResponse:
    """Show what speaks for the split and what against it."""
    site = request.app.state.site
    run = site.run(name)
    summary = run.summary
    return page(
        request,
        "trust.html",
        Place("trust", run),
        heading=summary.headline if summary.keep is not None else headline(summary),
        command=command(site, run, "show"),
        scope=scope(summary),
        trust=kept_section(site, run, "trust", lambda: trust(summary, showing(name))),
        summary=summary,
        at=address(name),
    )


@router.get("/runs/{name}/data", response_class=HTMLResponse)
@needs("read")
def data(request: Request, name: str) -> HTMLResponse:
    """Show what was read, what was left out, and how everything was done."""
    site = request.app.state.site
    run = site.run(name)
    rows = run.summary.rows
    files = [
        (address(name, "files", file), file, what)
        for file, (what, _) in DOWNLOADS.items()
        if (run.folder / file).is_file()
    ]
    return page(
        request,
        "data.html",
        Place("trust", run),
        heading=f"{rows.loaded:,} of {count(rows.read, 'row')} were used",
        command=repeating(site, run),
        scope=scope(run.summary),
        sources=kept_section(site, run, "sources", lambda: sources(run.summary, showing(name))),
        method=method(run.summary),
        files=files,
        at=address(name),
    )
