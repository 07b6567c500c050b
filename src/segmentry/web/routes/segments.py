"""Segments: the list to choose from, and a page for each."""

from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from segmentry import report
from segmentry.describe import Segment
from segmentry.describe.words import Voice
from segmentry.errors import UsageError
from segmentry.export import mailing_list
from segmentry.markup import Markup, element
from segmentry.markup.badges import titled
from segmentry.markup.opening import scope
from segmentry.markup.words import count, share
from segmentry.report.portraits import portrait
from segmentry.report.start import begin_with
from segmentry.web.background.limits import FORM_BYTES, FORM_SECONDS
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.addressing import address, attachment, command
from segmentry.web.pieces.charts import kept_section, showing
from segmentry.web.pieces.customer_table import customer_table
from segmentry.web.pieces.form import fields_of
from segmentry.workspace import Run, rename_segment

__all__ = ["router"]

router = APIRouter()
RENAMING = Lock()
"""A rename writes the run's folder anew, so one follows the other."""


@router.get("/runs/{name}/segments", response_class=HTMLResponse)
@needs("read")
def segments(request: Request, name: str) -> HTMLResponse:
    """Show all segments of a run, each with its definition."""
    site = request.app.state.site
    run = site.run(name)
    summary = run.summary
    shares = sorted(segment.share for segment in summary.segments)
    heading = (
        f"{count(summary.k, 'segment')}, from {share(shares[0])} to {share(shares[-1])} of customers"
        if summary.k > 1
        else f"1 segment with all {count(summary.customers, 'customer')}"
    )
    return page(
        request,
        "segments.html",
        Place("segments", run),
        heading=heading,
        command=command(site, run, "show"),
        scope=scope(summary),
        choices=[_entry(segment, run) for segment in summary.segments],
        begin=begin_with(summary),
        at=address(name),
    )


def _entry(segment: Segment, run: Run) -> dict[str, Markup | str]:
    voice = Voice(run.summary.currency)
    size = f"{count(segment.customers, 'customer')}, {share(segment.share)} of all"
    if segment.revenue is not None:
        size += f"; {voice.quantity(segment.revenue, 'money')}, {share(segment.revenue_share)} of revenue"
    link = element("a", titled(segment), href=address(run.folder.name, "segments", segment.letter))
    return {"link": link, "size": size, "sentence": segment.sentence}


@router.get("/runs/{name}/segments/{letter}", response_class=HTMLResponse)
@needs("read")
def one_segment(
    request: Request,
    name: str,
    letter: str,
    sort: Annotated[str | None, Query()] = None,
    rising: Annotated[str | None, Query()] = None,
    number: Annotated[str, Query(alias="page")] = "1",
) -> Response:
    """Show one segment."""
    run = request.app.state.site.run(name)
    found = run.summary.find(letter)
    if found.letter != letter:  # found by its name, or by a small letter
        return RedirectResponse(address(name, "segments", found.letter), 307)
    return _segment_page(request, run, found, table=(sort, rising is not None, number))


@router.post("/runs/{name}/segments/{letter}/name")
@needs("manage", body=FORM_BYTES, seconds=FORM_SECONDS)
async def rename(request: Request, name: str, letter: str) -> Response:
    """Give a segment another name."""
    called = (await fields_of(request)).single.get("name", "")
    return await run_in_threadpool(_renamed, request, name, letter, called)


def _renamed(request: Request, name: str, letter: str, called: str) -> Response:
    site = request.app.state.site
    with RENAMING:
        run = site.run(name)
        found = run.summary.find(letter)
        try:
            rename_segment(run, found.letter, called, report.html)
        except UsageError as error:
            return _segment_page(request, run, found, wrong=error, entry=called)
    return RedirectResponse(f"{address(name, 'segments', found.letter)}#name", 303)


@router.get("/runs/{name}/segments/{letter}/list.csv")
@needs("read")
def listed(request: Request, name: str, letter: str, anyway: str | None = None) -> Response:
    """Write the customers of a segment as a list; one that isn't dependable only when asked twice."""
    site = request.app.state.site
    run = site.run(name)
    found = run.summary.find(letter)
    if run.summary.verdict == "Not dependable" and anyway is None:
        return _asked_twice(request, run, found)
    table = mailing_list(run, [found.letter], anyway=True)
    text = table.to_csv(index=False, lineterminator="\n")
    return Response(
        text.encode("utf-8", errors="replace"),
        media_type="text/csv; charset=utf-8",
        headers=attachment(f"{name}-{found.letter}.csv"),
    )


def _asked_twice(request: Request, run: Run, segment: Segment) -> HTMLResponse:
    name = run.folder.name
    return page(
        request,
        "list_anyway.html",
        Place("segments", run, segment.letter),
        heading=f"A list of {count(segment.customers, 'customer')} that a fresh draw would change",
        command=command(request.app.state.site, run, "list", segment.letter, "--anyway"),
        status=409,
        scope=f"{run.summary.verdict}: {run.summary.verdict_sentence}",
        reason=run.summary.reason,
        at=address(name, "segments", segment.letter),
        trust=address(name, "trust"),
    )


def _segment_page(
    request: Request,
    run: Run,
    segment: Segment,
    *,
    table: tuple[str | None, bool, str] = (None, False, "1"),
    wrong: UsageError | None = None,
    entry: str | None = None,
) -> HTMLResponse:
    site = request.app.state.site
    name, summary = run.folder.name, run.summary
    return page(
        request,
        "segment.html",
        Place("segments", run, segment.letter),
        heading=_heading(segment),
        command="\n".join(
            [
                command(site, run, "show", segment.letter),
                command(site, run, "list", segment.letter, f"--out={segment.letter}.csv"),
            ]
        ),
        status=200 if wrong is None else 422,
        segment=segment,
        scope=scope(summary),
        portrait=kept_section(
            site,
            run,
            f"portrait {segment.letter}",
            lambda: portrait(summary, segment, showing(name, segment.letter)),
        ),
        customers=customer_table(run, segment, *table),
        wrong=wrong,
        entry=segment.name if entry is None else entry,
        at=address(name, "segments", segment.letter),
        run_at=address(name),
        others=[(s.letter, titled(s)) for s in summary.segments],
        dependable=summary.verdict != "Not dependable",
    )


def _heading(segment: Segment) -> str:
    if segment.revenue_share is None:
        return f"{segment.letter}: {count(segment.customers, 'customer')}, {share(segment.share)} of all"
    return f"{segment.letter}: {share(segment.share)} of customers bring {share(segment.revenue_share)} of revenue"
