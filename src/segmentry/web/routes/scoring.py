"""Score: one customer by a form, or a file of them, through the run's model."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from segmentry.errors import NotFoundError
from segmentry.markup.opening import scope
from segmentry.markup.words import count, day
from segmentry.summary import RunSummary
from segmentry.web.background.jobs import Job
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.answer import answer, assign_command, found_heading
from segmentry.web.pieces.entry import Entry, entry, row_values
from segmentry.workspace import Run

__all__ = ["router"]

router = APIRouter()
LONGEST_ID = 500
MOST_EARLIER = 10


@router.get("/runs/{name}/score", response_class=HTMLResponse)
@needs("score")
def score_page(request: Request, name: str) -> HTMLResponse:
    """Show the form; with values in the address, the answer too."""
    run = request.app.state.site.run(name)
    given = dict(request.query_params)
    wanted = given.pop("of", "")[:LONGEST_ID]
    unknown = ""
    if wanted and not any(key[:2] in ("m.", "n.") for key in given):
        try:
            given |= row_values(run.model, run.customer(wanted))
        except NotFoundError as error:
            unknown = ". ".join([error.what, *error.evidence])
    found = entry(run.model, given)
    return _shown(request, run, name, found, wanted, unknown)


def _shown(request: Request, run: Run, name: str, found: Entry, wanted: str, unknown: str) -> HTMLResponse:
    summary, why = run.summary, found.why
    return page(
        request,
        "score.html",
        Place("score", run),
        heading=_heading(summary, found),
        command=assign_command(name, found.fields),
        status=422 if found.error or found.wrong else 404 if unknown else 200,
        name=name,
        scope=scope(summary),
        entry=found,
        answer=None if why is None else answer(summary, why, f"/runs/{name}"),
        wanted=wanted,
        unknown=unknown,
        built=None if summary.as_of is None else day(summary.as_of),
        from_orders=run.model.built_from == "orders",
        lookalike=run.model.lookalike is not None,
        earlier=_earlier(request, name),
    )


def _earlier(request: Request, name: str) -> list[Job]:
    """Give the files that were put through the run's model, the latest first."""
    state = request.app.state
    jobs: list[Job] = [] if state.site.only is not None else state.jobs.all()
    return [job for job in jobs if job.order.kind == "score" and job.order.name == name][:MOST_EARLIER]


def _heading(summary: RunSummary, found: Entry) -> str:
    if found.why is not None:
        return found_heading(summary, found.why)
    if found.wrong:
        return f"{count(found.wrong, 'value')} can't be read"
    if summary.k == 1:
        return "All customers are in 1 segment"
    return f"Place a customer in one of {summary.k} segments"
