"""Errors as programs read them: what is wrong, the evidence, the way out."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field

from segmentry.errors import NotFoundError, SegmentryError, ServerError, UsageError
from segmentry.exchange import write_json
from segmentry.web.background.limits import BusyError, RefusedError

__all__ = ["ErrorShown", "Refusal", "headers_of", "is_api", "plain_error", "refusal", "status_of", "unreadable"]

PREFIX = "/v1"
BESIDE = ("/health", "/metrics")
SHOWN = 8
"""Faults of a request that are told."""


class ErrorShown(BaseModel):
    """What went wrong."""

    what: Annotated[str, Field(description="One sentence.", examples=["customers[0].spend must be a number or null"])]
    evidence: Annotated[list[str], Field(description="What was seen, a line each; never a customer's values.")]
    way_out: Annotated[str, Field(description='What to try next; "" where nothing helps.')]


class Refusal(BaseModel):
    """The answer to a request that can't be served."""

    error: ErrorShown


def is_api(path: str) -> bool:
    """Say whether an address is one of programs, which read JSON, and not of people.

    Examples
    --------
    >>> is_api("/v1/models"), is_api("/health"), is_api("/runs/v1")
    (True, True, False)
    """
    return path in (PREFIX, *BESIDE) or path.startswith(f"{PREFIX}/")


def status_of(error: SegmentryError) -> int:
    """Give the code that an error is answered with.

    Examples
    --------
    >>> status_of(NotFoundError("there is no run 'x'")), status_of(UsageError("no"))
    (404, 422)
    """
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ServerError):
        return 503
    return error.status if isinstance(error, RefusedError) else 422


def headers_of(error: SegmentryError) -> dict[str, str]:
    """Give the headers that an error's answer has: of one that may pass, when to try again.

    Examples
    --------
    >>> headers_of(BusyError("wait", seconds=5)), headers_of(ServerError("away")), headers_of(UsageError("no"))
    ({'retry-after': '5'}, {'retry-after': '1'}, {})
    """
    if isinstance(error, BusyError):
        return {"retry-after": str(error.seconds)}
    return {"retry-after": "1"} if status_of(error) == 503 else {}


def plain_error(error: SegmentryError) -> dict[str, Any]:
    """Give the body of an error's answer."""
    return {"error": {"what": error.what, "evidence": list(error.evidence), "way_out": error.way_out}}


def refusal(error: SegmentryError, status: int | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """Make the answer to a request that can't be served."""
    return Response(
        write_json(plain_error(error)),
        status_of(error) if status is None else status,
        {**headers_of(error), **(headers or {})},
        "application/json",
    )


def unreadable(error: RequestValidationError) -> UsageError:
    """Say which parts of a request can't be read, without their values.

    Examples
    --------
    >>> fault = {"loc": ("query", "limit"), "msg": "Input should be less than or equal to 200", "input": "900"}
    >>> print(unreadable(RequestValidationError([fault])))
    query limit: Input should be less than or equal to 200
    """
    first, *others = (f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()[:SHOWN])
    return UsageError(first, others)


def _place(places: Iterable[object]) -> str:
    kind, *rest = map(str, places)
    return " ".join([kind, ".".join(rest)[:200]]) if rest else kind
