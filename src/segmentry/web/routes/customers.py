"""One customer of a run: why she is where she is, and what would move her."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from segmentry.describe.words import Voice
from segmentry.markup import Child, Column, Markup, table
from segmentry.markup.badges import people_said, titled
from segmentry.markup.opening import scope
from segmentry.markup.words import NONE, count, share
from segmentry.model import Explanation, Reason
from segmentry.web.entrance.policy import needs
from segmentry.web.pages import Place, page
from segmentry.web.pieces.addressing import address, command, isolated
from segmentry.web.pieces.people import find_customer, near_ids
from segmentry.workspace import Run

__all__ = ["router"]

router = APIRouter()
MOST_REASONS, MOST_CHANGES = 3, 3


@router.get("/runs/{name}/customers", response_class=HTMLResponse)
@needs("read")
def customer(request: Request, name: str, customer_id: Annotated[str, Query(alias="id")] = "") -> HTMLResponse:
    """Show one customer, found by id."""
    site = request.app.state.site
    run = site.run(name)
    found = find_customer(run, customer_id) if customer_id else None
    if found is None:
        return _search(request, run, customer_id)
    recorded, row = found
    why = run.model.explain(row)
    summary = run.summary
    home = next((segment for segment in summary.segments if segment.letter == recorded), None)
    return page(
        request,
        "customer.html",
        Place("segments", run, recorded),
        heading=_heading(customer_id, recorded, why),
        command=command(site, run, "show", f"--customer={customer_id}"),
        scope=scope(summary),
        customer=customer_id,
        home=None if home is None else titled(home),
        home_at=None if home is None else address(name, "segments", home.letter),
        why=why,
        differs=why.segment != recorded,
        reasons=[(reason.text, _weight(reason, why)) for reason in why.reasons[:MOST_REASONS]],
        changes=why.changes[:MOST_CHANGES],
        values=_values(run, why),
        run_at=address(name),
    )


def _search(request: Request, run: Run, customer_id: str) -> HTMLResponse:
    name, many = run.folder.name, count(run.summary.customers, "customer")
    known = near_ids(run, customer_id)
    if customer_id:
        heading = f"None of the {many} is called “{isolated(customer_id[:80])}”"
        asked = command(request.app.state.site, run, "show", f"--customer={customer_id}")
    else:
        heading = f"Look up one of {many}"
        asked = command(request.app.state.site, run, "show", "--customer=ID")
    return page(
        request,
        "customer_search.html",
        Place("segments", run),
        heading=heading,
        command=asked,
        status=404 if customer_id else 200,
        scope=scope(run.summary),
        customer=customer_id,
        near=[(one, address(name, "customers", id=one)) for one in known],
        run_at=address(name),
    )


def _heading(customer_id: str, recorded: str, why: Explanation) -> str:
    """Say where a customer is and how many measures speak for it."""
    who = f"Customer {isolated(customer_id[:80])}"
    if not recorded:
        return f"{who} is in no segment: too far from all of them"
    weighed = [reason for reason in why.reasons if reason.contribution is not None]
    speaking = sum((reason.contribution or 0.0) > 0 for reason in weighed)
    speak = "speaks" if speaking == 1 else "speak"
    if not weighed or why.segment != recorded:
        return f"{who} is in {recorded}, with a margin of {why.margin:.2f} from its border"
    return f"{who} is in {recorded}: {speaking} of {count(len(weighed), 'measure')} {speak} for it"


def _weight(reason: Reason, why: Explanation) -> str:
    """Say how much of what speaks for the segment is this measure's."""
    if reason.contribution is None or reason.contribution == 0:
        return ""
    if reason.share is None:
        return f"speaks for {why.second}"
    return f"{share(reason.share)} of what speaks for {why.segment}"


def _values(run: Run, why: Explanation) -> Markup:
    voice = Voice(run.summary.currency)

    def said(reason: Reason, value: float | str | None) -> Child:
        if value is None:
            return NONE
        if isinstance(value, str):
            return people_said(value)
        return voice.quantity(value, reason.unit) if reason.kind == "number" else share(value)

    columns = [Column("Measure"), Column("This customer", number=True)]
    columns += [
        Column(f"Typical in {letter}", number=True) for letter in dict.fromkeys((why.segment, why.second)) if letter
    ]
    both = why.segment != why.second and bool(why.segment)
    rows: list[list[Child]] = [
        [
            people_said(reason.label),
            said(reason, reason.value),
            said(reason, reason.typical),
            *([said(reason, reason.typical_second)] if both else []),
        ]
        for reason in why.reasons
    ]
    return table("This customer's measures beside what is typical", columns, rows)
