"""Differences: every measure in every segment, and only what counts is filled."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from segmentry.figures import FIGURES
from segmentry.markup.opening import scope
from segmentry.markup.words import count, trait_name
from segmentry.report.differences import differences
from segmentry.report.start import begin_with
from segmentry.summary import RunSummary
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.addressing import address, command, isolated
from segmentry.web.pieces.charts import files_of

__all__ = ["router"]

router = APIRouter()


@router.get("/runs/{name}/differences", response_class=HTMLResponse)
@needs("read")
def of_run(
    request: Request,
    name: str,
    counts: Annotated[str | None, Query()] = None,
    forming: Annotated[str | None, Query()] = None,
) -> HTMLResponse:
    """Show the differences between segments, those that count or all."""
    site = request.app.state.site
    run = site.run(name)
    summary = run.summary
    chosen = _only(summary, counts=counts is not None, forming=forming is not None)
    rows = len({(trait.measure, trait.level) for segment in chosen.segments for trait in segment.traits})
    return page(
        request,
        "differences.html",
        Place("differences", run),
        heading=_heading(summary),
        command=command(site, run, "show", "--json"),
        scope=scope(summary),
        counts=counts is not None,
        forming=forming is not None,
        rows=count(rows, "row"),
        table=differences(chosen) if rows else None,
        files=_files(summary, name),
        begin=begin_with(summary),
        at=address(name),
    )


def _files(summary: RunSummary, name: str) -> Mapping[str, str]:
    """Give the addresses of the chart that shows the same: here the table says it, and can be filtered."""
    drawn = FIGURES["differences"](summary) if "differences" in FIGURES else None
    return {} if drawn is None else files_of(drawn, name)


def _only(summary: RunSummary, *, counts: bool, forming: bool) -> RunSummary:
    """Keep the rows that were asked for: those where a difference counts anywhere, those that form segments."""
    telling = {(t.measure, t.level) for s in summary.segments for t in s.traits if t.counts}
    segments = tuple(
        replace(
            segment,
            traits=tuple(
                trait
                for trait in segment.traits
                if (not counts or (trait.measure, trait.level) in telling) and (not forming or trait.forms)
            ),
        )
        for segment in summary.segments
    )
    return replace(summary, segments=segments)


def _heading(summary: RunSummary) -> str:
    """Say how many measures tell segments apart, and which does most."""
    traits = [trait for segment in summary.segments for trait in segment.traits]
    measures = {trait.measure for trait in traits}
    telling = {trait.measure for trait in traits if trait.counts}
    if not telling:
        return f"None of {count(len(measures), 'measure')} tells segments apart"
    most = max((trait for trait in traits if trait.counts), key=lambda trait: abs(trait.delta))
    tell = "tells" if len(telling) == 1 else "tell"
    return (
        f"{len(telling)} of {count(len(measures), 'measure')} {tell} segments apart, most of all "
        f"{isolated(trait_name(most))}"
    )
