"""New run: a file is chosen, its columns are checked, and the run is decided on."""

from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from segmentry.errors import UsageError
from segmentry.markup.words import count, day, file_size
from segmentry.recipe import Recipe
from segmentry.web.background.jobs import Order
from segmentry.web.background.limits import BODY_SECONDS, FORM_BYTES, FORM_SECONDS, BusyError
from segmentry.web.background.looking import reading
from segmentry.web.background.receive import take_upload
from segmentry.web.background.uploads import Upload
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.choices import METHODS, ROLES, Decided, answers_of, asked_of, command_of, recipe_of
from segmentry.web.pieces.form import fields_of

__all__ = ["router"]

router = APIRouter()

PATIENCE = 4.0
"""Seconds that a page waits for a look at a file before it says that it goes on."""
SAMPLE = 4_000


@router.get("/new", response_class=HTMLResponse)
@needs("manage")
def new(request: Request) -> HTMLResponse:
    """Show the first step."""
    request.app.state.site.check_whole()
    return page(
        request,
        "new.html",
        Place("new"),
        heading="Three steps from a file to segments",
        command="segmentry run orders.csv",
        error=None,
    )


@router.post("/new")
@needs("manage", body=None, seconds=BODY_SECONDS)
async def send(request: Request) -> RedirectResponse:
    """Take a file, then show what is in it."""
    request.app.state.site.check_whole()
    return RedirectResponse(f"/uploads/{(await take_upload(request)).id}", 303)


@router.post("/sample")
@needs("manage", body=FORM_BYTES, seconds=FORM_SECONDS)
def sample(request: Request) -> RedirectResponse:
    """Make the sample shop's run."""
    request.app.state.site.check_whole()
    jobs, uploads = request.app.state.jobs, request.app.state.uploads
    folder = uploads.begin()
    place = folder.rename(folder.with_name(folder.name.removeprefix(".")))
    source = f"the sample shop of {SAMPLE:,} customers"
    try:
        added = jobs.add(Order(jobs.free_name("demo"), place.name, Recipe().to_toml(), source, SAMPLE))
    except BaseException:
        uploads.drop(place.name)
        raise
    return RedirectResponse(f"/jobs/{added.id}", 303)


@router.get("/uploads/{name}", response_class=HTMLResponse)
@needs("manage")
def upload(request: Request, name: str) -> HTMLResponse:
    """Show what is in a file, what must be said about it, and what can be decided."""
    request.app.state.site.check_whole()
    found = request.app.state.uploads.find(name)
    looked = request.app.state.checks.look(found, PATIENCE)
    if looked is None:
        return page(
            request,
            "looking.html",
            Place("new"),
            heading=f"Looking at {found.files[0].name}: {file_size(found.files[0].size)}",
            command=_check_command(found),
            upload=found,
        )
    return _checked(request, found, looked, Decided.kept(found.decided))


@router.post("/uploads/{name}/answers", response_model=None)
@needs("manage", body=FORM_BYTES, seconds=FORM_SECONDS)
async def answer(request: Request, name: str) -> HTMLResponse | RedirectResponse:
    """Take answers about columns, then look again."""
    request.app.state.site.check_whole()
    uploads = request.app.state.uploads
    form = await fields_of(request)
    found, looked = await _looked(request, name)
    uploads.answer(found, answers_of(form.single, looked))
    return RedirectResponse(f"/uploads/{name}#columns", 303)


@router.post("/uploads/{name}/run", response_model=None)
@needs("manage", body=FORM_BYTES, seconds=FORM_SECONDS)
async def begin(request: Request, name: str) -> HTMLResponse | RedirectResponse:
    """Start the run; what can't be done is said on the page, and what was entered stays."""
    request.app.state.site.check_whole()
    form = await fields_of(request)
    found, looked = await _looked(request, name)
    decided = Decided.of(form.single, form.every("measure"), looked)

    def add() -> str:
        if any(finding["grade"] == "must fix" for finding in looked["findings"]):
            raise UsageError("the file can't be used yet", [], "answer what must be fixed first")
        recipe = recipe_of(found, decided, looked)
        found.deciding(asdict(decided)).save()
        jobs = request.app.state.jobs
        source = ", ".join(one.name for one in found.files)
        return str(jobs.add(Order(decided.name or jobs.free_name(), found.id, recipe.to_toml(), source)).id)

    try:
        return RedirectResponse(f"/jobs/{await run_in_threadpool(add)}", 303)
    except BusyError:
        raise
    except UsageError as error:
        return await run_in_threadpool(_checked, request, found, looked, decided, error)


@router.post("/uploads/{name}/remove")
@needs("manage", body=FORM_BYTES, seconds=FORM_SECONDS)
def remove(request: Request, name: str) -> RedirectResponse:
    """Remove an upload that no run under way needs."""
    request.app.state.site.check_whole()
    if any(job.order.upload == name and job.ended is None for job in request.app.state.jobs.all()):
        raise UsageError("a run under way reads this file", [], "stop it first")
    request.app.state.uploads.drop(name)
    return RedirectResponse("/new", 303)


async def _looked(request: Request, name: str) -> tuple[Upload, dict[str, Any]]:
    """Give an upload with what the last look found, at it as it is now."""
    found = request.app.state.uploads.find(name)
    looked = await run_in_threadpool(request.app.state.checks.look, found, 30.0)
    if looked is None:
        raise BusyError("this file is still being looked at", (), "again in a moment", seconds=10)
    return found, looked


def _checked(
    request: Request, found: Upload, looked: dict[str, Any], decided: Decided, error: UsageError | None = None
) -> HTMLResponse:
    """Show the second and the third step."""
    findings = looked["findings"]
    graded = {
        grade: [one for one in findings if one["grade"] == grade] for grade in ("must fix", "worth knowing", "fine")
    }
    usual = [one["name"] for one in looked["measures"] if one["part"] == "forms"]
    return page(
        request,
        "upload.html",
        Place("new"),
        heading=_heading(found, looked, len(graded["must fix"])),
        command=_command(found, looked, decided),
        status=200 if error is None else 422,
        upload=found,
        looked=looked,
        measures=[one | {"place": place} for place, one in enumerate(looked["measures"])],
        graded=graded,
        asked=asked_of(findings),
        roles=ROLES,
        methods=METHODS,
        decided=decided,
        ticked=usual if decided.measures is None else decided.measures,
        error=error,
        span=" to ".join(day(date.fromisoformat(one)) for one in looked["span"] or ()),
        as_of=day(date.fromisoformat(looked["as_of"])) if looked["as_of"] else "",
        free=request.app.state.jobs.free_name(),
    )


def _heading(found: Upload, looked: dict[str, Any], must_fix: int) -> str:
    name = found.files[0].name
    if must_fix:
        return f"{count(must_fix, 'question')} to settle about {name}" if asked_of(looked["findings"]) else (
            f"{name} can't be used as it is"
        )  # fmt: skip
    rows = looked["rows"]
    return f"{rows['loaded']:,} of {count(rows['read'], 'row')} can be used: {count(looked['customers'], 'customer')}"


def _command(found: Upload, looked: dict[str, Any], decided: Decided) -> str:
    """Give the equal command, with the names that people know."""
    if not any(finding["grade"] == "must fix" for finding in looked["findings"]):
        with suppress(UsageError):
            return command_of(found, recipe_of(found, decided, looked), decided.name)
    return _check_command(found)


def _check_command(found: Upload) -> str:
    recipe = Recipe().having(**reading(found.answers))
    return command_of(found, recipe).replace("segmentry run", "segmentry check", 1)
