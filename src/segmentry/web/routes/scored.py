"""Score a file: it is sent, a process puts it through the run's model, and its page shows who went where."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from segmentry.errors import NotFoundError, SegmentryError, UsageError
from segmentry.markup.words import begun, day, file_size
from segmentry.web.background.batch import DOWNLOADS, drift, figures_of
from segmentry.web.background.jobs import Job, Jobs, Order
from segmentry.web.background.limits import BODY_SECONDS, FORM_BYTES, FORM_SECONDS, BusyError
from segmentry.web.background.progress import waiting
from segmentry.web.background.receive import take_upload
from segmentry.web.background.uploads import Upload
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.form import fields_of
from segmentry.web.pieces.scored import drift_band, facts, guess_band, score_command, scored_heading, where
from segmentry.workspace import Run

__all__ = ["router"]

router = APIRouter()


@router.post("/runs/{name}/score/file")
@needs("score", body=None, seconds=BODY_SECONDS)
async def send(request: Request, name: str) -> RedirectResponse:
    """Take a file and score it, or ask what is still to be said."""
    await run_in_threadpool(_run, request, name)
    fields: dict[str, str] = {}
    upload = await take_upload(request, fields)
    try:
        return RedirectResponse(await run_in_threadpool(_begin, request, name, upload, fields), 303)
    except BusyError:
        raise
    except UsageError:  # said beside the field, where it can be mended without sending the file again
        return RedirectResponse(f"/runs/{name}/score/upload/{upload.id}", 303)


@router.get("/runs/{name}/score/upload/{upload}", response_class=HTMLResponse)
@needs("score")
def ask(request: Request, name: str, upload: str) -> HTMLResponse:
    """Ask what must be known about a file that was sent."""
    return _asked(request, _run(request, name), name, request.app.state.uploads.find(upload), {}, None)


@router.post("/runs/{name}/score/upload/{upload}", response_model=None)
@needs("score", body=FORM_BYTES, seconds=FORM_SECONDS)
async def answer(request: Request, name: str, upload: str) -> HTMLResponse | RedirectResponse:
    """Score a file that was sent; what can't be used stays beside its field."""
    run = await run_in_threadpool(_run, request, name)
    fields = dict((await fields_of(request)).single)
    found = request.app.state.uploads.find(upload)
    try:
        return RedirectResponse(await run_in_threadpool(_begin, request, name, found, fields), 303)
    except BusyError:
        raise
    except UsageError as error:
        return await run_in_threadpool(_asked, request, run, name, found, fields, error)


@router.get("/runs/{name}/score/{job}", response_class=HTMLResponse)
@needs("score")
def show(request: Request, name: str, job: str) -> HTMLResponse:
    """Show how far a score is, or what came of it."""
    run, found = _run(request, name), _job(request, name, job)
    order = found.order
    files = tuple(order.source.split("\n"))
    command = score_command(name, files, order.as_of, order.lookalike)
    if found.state != "done":
        return _under_way(request, run, found, command)
    figures = figures_of(found.folder)
    if figures.letters != tuple(segment.letter for segment in run.summary.segments):
        raise NotFoundError(
            "this score was made by other segments than those of the run now", [f"of {name}"], "score the file again"
        )
    other = drift(run.summary, figures)
    band = None if other is None else drift_band(run.summary, other, name)
    if figures.unlike is None:
        band = guess_band(run.summary)
    return page(
        request,
        "scored.html",
        Place("score", run),
        heading=scored_heading(run.summary, figures, other),
        command=command,
        name=name,
        job=found,
        scope=_scope(name, found),
        band=band,
        where=where(run.summary, figures),
        facts=facts(run.summary, figures),
        downloads=[one for one in DOWNLOADS if (found.folder / one).is_file()],
        share=1.0,
    )


@router.post("/runs/{name}/score/{job}/stop")
@needs("score", body=FORM_BYTES, seconds=FORM_SECONDS)
def stop(request: Request, name: str, job: str) -> RedirectResponse:
    """End it and keep nothing."""
    request.app.state.jobs.stop(_job(request, name, job))
    return RedirectResponse(f"/runs/{name}/score/{job}", 303)


@router.post("/runs/{name}/score/{job}/forget")
@needs("score", body=FORM_BYTES, seconds=FORM_SECONDS)
def forget(request: Request, name: str, job: str) -> RedirectResponse:
    """Remove a score that has ended, with its files."""
    request.app.state.jobs.forget(_job(request, name, job))
    return RedirectResponse(f"/runs/{name}/score#file", 303)


@router.get("/runs/{name}/score/{job}/{file}")
@needs("score")
def download(request: Request, name: str, job: str, file: str) -> FileResponse:
    """Give a file that the score wrote."""
    found = _job(request, name, job)
    path = found.folder / file
    if file not in DOWNLOADS or found.state != "done" or not path.is_file():
        raise NotFoundError(f"there is no file {file!r} of this score", way_out="score the file again")
    return FileResponse(path, filename=f"{name}-{file}", headers={"cache-control": "no-store"}, stat_result=path.stat())


def _begin(request: Request, name: str, upload: Upload, fields: dict[str, str]) -> str:
    """Put the score in the queue; give the address of its page."""
    model = _run(request, name).model
    lookalike = bool(fields.get("lookalike")) and model.lookalike is not None
    as_of = ""
    if model.built_from == "orders" and not lookalike:
        as_of = _day(fields.get("as_of", "").strip())
    source = "\n".join(" ".join(one.name.split()) or one.stored for one in upload.files)
    order = Order(name, upload.id, "", source, kind="score", as_of=as_of, lookalike=lookalike)
    jobs: Jobs = request.app.state.jobs
    return jobs.add(order).result


def _day(text: str) -> str:
    if not text:
        raise UsageError(
            "the day to look at customers is missing",
            ["this model counts days since the last order, and the file's own latest day would move everybody"],
            "the day on which the file was made",
        )
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"can't read the day {text[:40]!r}", way_out="a day as 2026-06-30") from error


def _asked(
    request: Request, run: Run, name: str, upload: Upload, fields: dict[str, str], error: SegmentryError | None
) -> HTMLResponse:
    files = tuple(one.name for one in upload.files)
    as_of = "" if run.summary.as_of is None else run.summary.as_of.isoformat()
    return page(
        request,
        "ask.html",
        Place("score", run),
        heading=f"1 thing to say about {files[0]}" if error is None else begun(error.what),
        command=score_command(name, files, as_of, lookalike=False),
        status=200 if error is None else 422,
        name=name,
        upload=upload,
        files=[(one.name, file_size(one.size)) for one in upload.files],
        error=error,
        as_of=fields.get("as_of", ""),
        built=None if run.summary.as_of is None else day(run.summary.as_of),
        from_orders=run.model.built_from == "orders",
        lookalike=run.model.lookalike is not None,
    )


def _under_way(request: Request, run: Run, job: Job, command: str) -> HTMLResponse:
    told = job.events()
    share = float(told[-1]["share"]) if told else 0.0
    heading = f"Scoring {job.order.source.splitlines()[0]} · {int(100 * share)}%"
    if job.state == "waiting":
        heading = waiting(job, request.app.state.jobs)
    elif job.ended is not None:
        heading = begun(job.ended.what)
    return page(
        request,
        "scored.html",
        Place("score", run),
        heading=heading,
        command=command,
        name=job.order.name,
        job=job,
        scope=_scope(job.order.name, job),
        band=None,
        where=None,
        facts=None,
        downloads=[],
        share=share,
    )


def _scope(name: str, job: Job) -> str:
    parts = [" and ".join(job.order.source.splitlines()), f"through the model of {name}"]
    if job.order.as_of:
        parts.append(f"as of {day(date.fromisoformat(job.order.as_of))}")
    return " · ".join(parts)


def _run(request: Request, name: str) -> Run:
    """Open the run; files are scored where a whole workspace is shown."""
    request.app.state.site.check_whole()
    run: Run = request.app.state.site.run(name)
    return run


def _job(request: Request, name: str, job: str) -> Job:
    request.app.state.site.check_whole()
    jobs: Jobs = request.app.state.jobs
    found = jobs.find(job)
    if found.order.kind != "score" or found.order.name != name:
        raise NotFoundError(f"there is no such score of {name}", way_out="score the file again")
    return found
