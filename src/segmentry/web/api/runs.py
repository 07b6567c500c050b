"""Runs over the service: the list, one run as figures, and asking for one."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from segmentry.markup.words import file_name
from segmentry.summary import RunSummary
from segmentry.web.api.jobs import JobShown, jobs_of
from segmentry.web.api.models import Share
from segmentry.web.api.run_options import NAME_PATTERN
from segmentry.web.api.run_request import REQUEST_BODY, Asked, key_of, order_of, read_request
from segmentry.web.api.segments import Range, SegmentShown
from segmentry.web.background.jobs import Job, Jobs
from segmentry.web.background.limits import BODY_SECONDS
from segmentry.web.background.uploads import Upload
from segmentry.web.entrance.callers import caller_of
from segmentry.web.entrance.policy import needs
from segmentry.web.pieces.listing import Row

__all__ = ["router"]

router = APIRouter(prefix="/v1/runs", tags=["runs"])

RunName = Annotated[str, Path(pattern=NAME_PATTERN, description="The run's name.")]


class RunRow(BaseModel):
    """One run of the list."""

    name: Annotated[str, Field(examples=["spring-2026"])]
    created: datetime | None
    customers: int | None
    segments: int | None
    verdict: Annotated[str | None, Field(description="None of a run with one segment.")]
    keep_rate: Annotated[Share | None, Field(description="Of the customers, how many keep their segment.")]
    finding: str
    source: str
    damaged: Annotated[str, Field(description='Why it can\'t be read; "" where it can.')]

    @classmethod
    def of(cls, row: Row) -> Self:
        """Show a row of the pages' list."""
        return cls(
            name=row.name,
            created=datetime.fromisoformat(row.created) if row.created else None,
            customers=row.customers,
            segments=row.segments,
            verdict=row.verdict if row.keep_rate is not None else None,
            keep_rate=row.keep_rate,
            finding=row.finding,
            source=row.source,
            damaged=row.damaged,
        )


class Runs(BaseModel):
    """Some of the runs, the latest first."""

    total: Annotated[int, Field(description="All runs.")]
    runs: list[RunRow]


class CaveatShown(BaseModel):
    """Something that was found in the data and dealt with."""

    code: str
    count: int
    policy: str


class RowsShown(BaseModel):
    """How many rows were read; read = loaded + rejected."""

    read: int
    loaded: int
    rejected: int


class Start(BaseModel):
    """The segment to begin with."""

    letter: str
    name: str
    because: str


class RunShown(BaseModel):
    """One run: figures of all customers and of segments, never of one customer."""

    name: str
    created: datetime
    version: Annotated[str, Field(description="Of segmentry.")]
    sources: list[str]
    as_of: date | None
    window_days: int | None
    customers: int
    without_purchase: int
    method: str
    verdict: str | None
    verdict_sentence: str | None
    headline: str
    keeps: Range | None
    reason: Annotated[str, Field(description="Why this number of segments.")]
    segments: list[SegmentShown]
    start_with: Start | None
    rows: RowsShown
    warnings: list[CaveatShown]
    currency: str
    seed: int

    @classmethod
    def of(cls, name: str, summary: RunSummary) -> Self:
        """Show what is known about a run."""
        start = summary.start_with
        return cls(
            name=name,
            created=datetime.fromisoformat(summary.created),
            version=summary.version,
            sources=[file_name(source) for source in summary.sources],
            as_of=summary.as_of,
            window_days=summary.window_days,
            customers=summary.customers,
            without_purchase=summary.without_purchase,
            method=summary.method,
            verdict=summary.verdict or None,
            verdict_sentence=summary.verdict_sentence or None,
            headline=summary.headline,
            keeps=None if summary.keep is None else Range.of(summary.keep.overall),
            reason=summary.reason,
            segments=[SegmentShown.of(segment) for segment in summary.segments],
            start_with=None if start is None else Start(letter=start.letter, name=start.name, because=start.because),
            rows=RowsShown(read=summary.rows.read, loaded=summary.rows.loaded, rejected=summary.rows.rejected),
            warnings=[CaveatShown(code=one.code, count=one.count, policy=one.policy) for one in summary.caveats],
            currency=summary.currency,
            seed=summary.seed,
        )


@router.get("")
@needs("read")
def runs(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Runs:
    """List the runs, the latest first."""
    state = request.app.state
    folders = state.site.folders()
    rows = state.listing.rows(folders[offset : offset + limit])
    return Runs(total=len(folders), runs=[RunRow.of(row) for row in rows])


@router.get("/{name}", responses={404: {"description": "There is no such run."}})
@needs("read")
def run(request: Request, name: RunName) -> RunShown:
    """Show one run: its verdict, its segments, and what was found in the data."""
    return RunShown.of(name, request.app.state.site.run(name).summary)


@router.post(
    "",
    status_code=202,
    openapi_extra={"requestBody": REQUEST_BODY},
    responses={
        404: {"description": "There is no such run before, or one run alone is served."},
        408: {"description": "Sending the request took too long."},
        409: {"description": "There is a run of that name already, or one on its way."},
        413: {"description": "The request is too large."},
        415: {"description": "It is neither JSON nor a form."},
        429: {"description": "Too many runs wait already; Retry-After says when to try again."},
        507: {"description": "The server's disk is full."},
    },
)
@needs("manage", body=None, seconds=BODY_SECONDS)
async def begin(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            pattern="^[!-~]+$",
            description="The same key with the same request gives the same job, after a restart too; with another 422.",
        ),
    ] = None,
) -> JobShown:
    """Ask for a run, of a file or of rows; it is made in the background, and the answer says where to watch it."""
    jobs = jobs_of(request)
    key, owner = idempotency_key or "", caller_of(request.scope).key
    await run_in_threadpool(_check_room, jobs, key_of(key, owner))
    upload, asked = await read_request(request)
    job = await run_in_threadpool(_added, request, jobs, upload, asked, key, owner)
    response.headers["location"] = f"/v1/jobs/{job.id}"
    return await run_in_threadpool(JobShown.of, job, jobs)


def _check_room(jobs: Jobs, key: str) -> None:
    """Refuse before a body is received for which there is no room; what was taken already needs none."""
    if jobs.known(key) is None:
        jobs.check_room()


def _added(request: Request, jobs: Jobs, upload: Upload, asked: Asked, key: str, owner: str) -> Job:
    """Put the run in the queue; an upload that no new job reads is dropped."""
    uploads = request.app.state.uploads
    try:
        job = jobs.add(order_of(request.app.state.site, upload, asked, key, owner))
    except BaseException:
        uploads.drop(upload.id)
        raise
    if job.order.upload != upload.id:
        uploads.drop(upload.id)
    return job
