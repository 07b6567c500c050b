"""The files of a run's folder: the report to read, the others to keep."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from segmentry.errors import NotFoundError
from segmentry.web.entrance.policy import needs
from segmentry.workspace import FILES

__all__ = ["DOWNLOADS", "router"]

router = APIRouter()

DOWNLOADS = {
    "report.html": ("The report", "text/html; charset=utf-8"),
    "segments.csv": ("Every customer with segment and measures", "text/csv; charset=utf-8"),
    "segments.parquet": ("The same as Parquet", "application/vnd.apache.parquet"),
    "rejects.csv": ("Rows that were refused, and why", "text/csv; charset=utf-8"),
    "model.segmentry": ("The model, which scores anybody", "application/octet-stream"),
    "recipe.toml": ("The recipe, which repeats the run", "application/toml"),
    "run.json": ("Everything known about the run", "application/json"),
}
"""The files that are given, what they hold and their kind; no other name ever reaches the folder."""

REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The report carries its own style sheet; it runs and fetches nothing."""


@router.get("/runs/{name}/files/{file}")
@needs("read")
def file_of_run(request: Request, name: str, file: str) -> Response:
    """Give one file of a run."""
    run = request.app.state.site.run(name)
    if file not in DOWNLOADS or file not in FILES.values() or not (run.folder / file).is_file():
        raise NotFoundError(
            f"the run {name} gives no file {file!r}", [f"it has: {', '.join(DOWNLOADS)}"], "one of these"
        )
    _, kind = DOWNLOADS[file]
    path = run.folder / file
    policy, saved_as = ({"content-security-policy": REPORT_POLICY}, None) if file == FILES["report"] else ({}, file)
    return FileResponse(
        path,
        media_type=kind,
        headers=policy,
        filename=None if saved_as is None else f"{name}-{saved_as}",
        stat_result=path.stat(),  # now, where a file that is gone is an answer of ours
    )
