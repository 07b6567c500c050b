"""Jobs over the service: how far one is, and stopping it."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from segmentry.web.api.errors import ErrorShown
from segmentry.web.background.jobs import Job, Jobs
from segmentry.web.background.progress import progress_of, waiting
from segmentry.web.entrance.policy import needs

__all__ = ["JobShown", "jobs_of", "router"]

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="As POST /v1/runs gave it.")]


class StageShown(BaseModel):
    """One stage of a run."""

    stage: Annotated[str, Field(examples=["Read"])]
    state: Literal["done", "now", "later"]
    lines: Annotated[list[str], Field(description="What it found.")]
    seconds: float | None


class JobShown(BaseModel):
    """A job as it stands."""

    id: Annotated[str, Field(examples=["3f9a61c04be2d751"])]
    kind: Literal["run", "score"]
    run: Annotated[str, Field(description="The run that it makes, or scores by.", examples=["spring-2026"])]
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    created: datetime
    started: datetime | None
    ended: datetime | None
    seconds: Annotated[float, Field(ge=0, description="How long it has worked, or did.")]
    share: Annotated[float, Field(ge=0, le=1, description="How much of it is done.")]
    doing: Annotated[str, Field(description="The same in words.", examples=["Testing 2 to 12 segments · 41%"])]
    stages: Annotated[list[StageShown], Field(description="Of a run; a score has none.")]
    error: ErrorShown | None
    result: Annotated[str | None, Field(description="Where its run is, once it is done.", examples=["/v1/runs/spring"])]

    @classmethod
    def of(cls, job: Job, jobs: Jobs) -> Self:
        """Show a job."""
        share, doing, stages = _progress(job, jobs)
        ended = job.ended
        failed = ended is not None and ended.state != "done"
        return cls(
            id=job.id,
            kind=job.order.kind,
            run=job.order.name,
            state=job.state,
            created=_moment(job.created),
            started=None if job.started is None else _moment(job.started),
            ended=None if ended is None else _moment(ended.at),
            seconds=round(job.seconds, 3),
            share=min(max(round(share, 3), 0.0), 1.0),
            doing=doing if ended is None else ended.what or "Done",
            stages=stages,
            error=ErrorShown(what=ended.what, evidence=list(ended.evidence), way_out=ended.way_out)
            if ended is not None and failed
            else None,
            result=f"/v1/runs/{job.order.name}" if job.state == "done" and job.order.kind == "run" else None,
        )


@router.get("/{job}", responses={404: {"description": "There is no such job."}})
@needs("read")
def show(request: Request, job: JobId) -> JobShown:
    """Say how far a job is."""
    jobs = jobs_of(request)
    return JobShown.of(jobs.find(job), jobs)


@router.delete("/{job}", responses={404: {"description": "There is no such job."}})
@needs("manage")
def stop(request: Request, job: JobId) -> JobShown:
    """Stop a job, and keep nothing of what it made; one that has ended stays as it is."""
    jobs = jobs_of(request)
    found = jobs.find(job)
    jobs.stop(found)
    return JobShown.of(jobs.find(job), jobs)


def jobs_of(request: Request) -> Jobs:
    """Give the jobs; there are none where one run alone is shown."""
    request.app.state.site.check_whole()
    jobs: Jobs = request.app.state.jobs
    return jobs


def _progress(job: Job, jobs: Jobs) -> tuple[float, str, list[StageShown]]:
    """Give the share that is done, what is done now, and the stages."""
    if job.order.kind == "run":
        shown = progress_of(job, jobs)
        stages = [
            StageShown(stage=line.stage, state=line.state, lines=list(line.lines), seconds=line.seconds)
            for line in shown.lines
        ]
        return shown.share, shown.heading, stages
    told = job.events()
    share = 1.0 if job.state == "done" else float(told[-1]["share"]) if told else 0.0
    doing = waiting(job, jobs) if job.state == "waiting" else f"Scoring · {int(100 * share)}%"
    return share, doing, []


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
