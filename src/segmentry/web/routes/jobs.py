"""A run under way: how far it is, and stopping it."""

from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from segmentry.errors import NotFoundError
from segmentry.recipe import Recipe
from segmentry.web.background.jobs import Job, Jobs, Order
from segmentry.web.background.limits import RefusedError
from segmentry.web.background.progress import progress_of
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, fragment, page
from segmentry.web.pieces.choices import command_of

__all__ = ["router"]

router = APIRouter()


@router.get("/jobs/{name}", response_model=None)
@needs("read")
def progress(request: Request, name: str) -> HTMLResponse | RedirectResponse:
    """Show how far it is; a run that is done shows itself."""
    job = _jobs(request).find(name)
    if job.state == "done" or job.order.kind == "score":
        return RedirectResponse(job.result, 303)
    shown = progress_of(job, _jobs(request))
    heading = shown.heading
    if job.ended is not None:
        heading = f"{job.order.name}: {job.ended.what}"
    upload = None
    with suppress(NotFoundError):
        upload = request.app.state.uploads.find(job.order.upload)
    command = "segmentry demo"
    if not job.order.sample:
        recipe = Recipe.from_toml(job.order.recipe)
        command = "segmentry runs" if upload is None else command_of(upload, recipe, job.order.name)
    return page(
        request,
        "job.html",
        Place("job"),
        heading=heading,
        command=command,
        job=job,
        shown=shown,
        again=upload is not None,
    )


@router.get("/jobs/{name}/news")
@needs("read")
def news(request: Request, name: str) -> JSONResponse:
    """Say how far it is, for the page's own script."""
    job = _jobs(request).find(name)
    shown = progress_of(job, _jobs(request))
    to = f"/runs/{job.order.name}" if job.state == "done" else f"/jobs/{name}" if job.ended is not None else None
    answer = {"heading": shown.heading, "share": round(shown.share, 3), "said": shown.said, "to": to}
    return JSONResponse(
        answer | {"stages": fragment("stages.html", shown=shown), "elapsed": f"{job.seconds:.0f} s"},
        headers={"cache-control": "no-store"},
    )


@router.post("/jobs/{name}/stop")
@needs("manage")
def stop(request: Request, name: str) -> RedirectResponse:
    """End it and keep nothing."""
    jobs = _jobs(request)
    jobs.stop(jobs.find(name))
    return RedirectResponse(f"/jobs/{name}", 303)


@router.post("/jobs/{name}/again")
@needs("manage")
def again(request: Request, name: str) -> RedirectResponse:
    """Make the same run again, from the same file."""
    jobs = _jobs(request)
    job = jobs.find(name)
    if job.ended is None or job.order.kind != "run":
        raise RefusedError("only a run that has ended is made again", (), "All runs", status=422)
    if not job.order.sample:
        request.app.state.uploads.find(job.order.upload)
    else:
        (request.app.state.uploads.folder / job.order.upload).mkdir(parents=True, exist_ok=True)
    order: Order = job.order
    added = jobs.add(Order(jobs.free_name(order.name), order.upload, order.recipe, order.source, order.sample))
    jobs.forget(job)
    return RedirectResponse(f"/jobs/{added.id}", 303)


@router.post("/jobs/{name}/forget")
@needs("manage")
def forget(request: Request, name: str) -> RedirectResponse:
    """Take one that has ended off the list."""
    jobs = _jobs(request)
    job: Job = jobs.find(name)
    jobs.forget(job)
    return RedirectResponse("/", 303)


def _jobs(request: Request) -> Jobs:
    """Give the jobs; there are none where one run alone is shown."""
    request.app.state.site.check_whole()
    jobs: Jobs = request.app.state.jobs
    return jobs
