"""Figures as files: a picture to put into slides, its numbers for a spreadsheet."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from segmentry.errors import NotFoundError
from segmentry.web.entrance.policy import needs
from segmentry.web.pieces.addressing import attachment
from segmentry.web.pieces.charts import KINDS, figure_file, figures_of
from segmentry.workspace import Run

__all__ = ["router"]

router = APIRouter()


@router.get("/runs/{name}/figures/{figure}.{kind}")
@needs("read")
def of_run(request: Request, name: str, figure: str, kind: str) -> Response:
    """Give a figure of a run."""
    return _file(request, request.app.state.site.run(name), "", figure, kind)


@router.get("/runs/{name}/segments/{letter}/figures/{figure}.{kind}")
@needs("read")
def of_segment(request: Request, name: str, letter: str, figure: str, kind: str) -> Response:
    """Give a figure of a segment."""
    run = request.app.state.site.run(name)
    return _file(request, run, run.summary.find(letter).letter, figure, kind)


def _file(request: Request, run: Run, letter: str, figure: str, kind: str) -> Response:
    content = figure_file(request.app.state.site, run, letter, figure, kind)
    if content is None:
        there = [f"{known}.{ending}" for known in figures_of(letter) for ending in KINDS]
        raise NotFoundError(f"there is no figure {figure}.{kind}", [f"there are: {', '.join(there)}"], "one of these")
    file = "-".join(part for part in (run.folder.name, letter, figure) if part)
    return Response(content, media_type=KINDS[kind], headers=attachment(f"{file}.{kind}"))
