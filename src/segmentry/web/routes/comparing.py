"""Compare: two runs of the workspace side by side."""

from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from segmentry.compare import Comparison, compare
from segmentry.errors import NotFoundError, SegmentryError, UsageError
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.comparison import Pair, agreed, sections
from segmentry.web.site import Site

__all__ = ["router"]

router = APIRouter()


@router.get("/compare", response_class=HTMLResponse)
@needs("read")
def compare_page(request: Request, old: str = "", new: str = "") -> HTMLResponse:
    """Show the two runs' choice; with both in the address, how they compare."""
    site: Site = request.app.state.site
    names = [folder.name for folder in site.folders()]
    error: SegmentryError | None = None
    pair = None
    if old or new:
        try:
            pair = _pair(site, old, new)
        except SegmentryError as found:
            error = found
    elif len(names) > 1:
        new, old = names[:2]
    return page(
        request,
        "compare.html",
        Place("compare"),
        heading=_heading(pair, error, len(names)),
        command=f"segmentry compare {old} {new}" if error is None and old and new else "segmentry runs",
        status=200 if error is None else 404 if isinstance(error, NotFoundError) else 422,
        names=names,
        old=old,
        new=new,
        error=error,
        sections=None if pair is None else sections(pair),
        # Times are written alike, so that their texts stand in their order.
        backwards=pair is not None and pair.left.created > pair.right.created,
    )


def _pair(site: Site, old: str, new: str) -> Pair:
    """Compare two runs by their names."""
    if not old or not new:
        raise UsageError("comparing takes 2 runs, and 1 was named", way_out="choose the other one")
    if old == new:
        raise UsageError(
            f"1 run was named twice: {old}", ["a run agrees with itself"], "choose another run for one side"
        )
    left, right = site.run(old), site.run(new)
    found = _compared(left.folder, site.stamp(left), right.folder, site.stamp(right))
    return Pair(old, new, left.summary, right.summary, found)


@lru_cache(maxsize=8)
def _compared(left: Path, _left_stamp: int, right: Path, _right_stamp: int) -> Comparison:
    """Compare, once for as long as neither run is written anew."""
    return compare(left, right)


def _heading(pair: Pair | None, error: SegmentryError | None, runs: int) -> str:
    if error is not None:
        return error.what
    if pair is not None:
        return agreed(pair.found)
    return f"Compare 2 of {runs} runs" if runs > 1 else f"Comparing takes 2 runs: {'1 is' if runs else '0 are'} here"
