"""``GET /v1/openapi.json``: the service described for programs, in the champion's own fields; its examples work."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from segmentry.errors import SegmentryError
from segmentry.exchange import answer_schema, input_schema, write_json
from segmentry.exchange.answers import Exchange
from segmentry.web.api.assignments import PATH
from segmentry.web.api.errors import Refusal
from segmentry.web.api.models import NAMES
from segmentry.web.entrance.policy import Routes, needs
from segmentry.web.serving.metrics import KIND

__all__ = ["document", "router"]

router = APIRouter()

SAYS = """Customer segments for programs: which segment customers are in, what the segments are, and the runs they come
from. Every error has the same form. Where keys are asked for, each request carries `Authorization: Bearer KEY`."""
SAYS_ASSIGNMENTS = """Say which segment customers are in. They are given by their measures, or by lines of orders as
of a day, one or many; they are placed by the champion or by another run's model. Numbers are JSON numbers: text or true
in a number's place is refused."""
ERROR = {"$ref": "#/components/schemas/Refusal"}
OF_KEYS = {"401": "No key, a wrong one, or one that was revoked."}
ALWAYS = {
    "403": "The key may not do this, or a page of another site sent it.",
    "421": "The service does not answer as the host that was named.",
    "429": "Too many requests; Retry-After says when to try again.",
    "503": "Too much is asked at the same time; Retry-After says when to try again.",
}
HEALTH = {
    "type": "object",
    "required": ["status", "model"],
    "properties": {"status": {"enum": ["ok", "degraded"]}, "model": {"enum": ["ready", "failing", "none"]}},
}
BESIDE = {
    "/health": {"application/json": {"schema": HEALTH}},
    "/metrics": {KIND.partition(";")[0]: {"schema": {"type": "string"}}},
}
OF_ASSIGNMENTS = {
    "400": "The request broke off.",
    "404": "There is no such run, or no model in service.",
    "408": "Sending the request took too long.",
    "413": "The request is too large.",
    "415": "It is not JSON.",
    "422": "A row or a field can't be used; which one, is said.",
}


@router.get("/v1/openapi.json", responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}})
@needs("read")
def openapi(request: Request) -> Response:
    """Describe the service as OpenAPI 3.1."""
    return Response(write_json(document(request.app)), media_type="application/json")


def document(app: FastAPI) -> dict[str, Any]:
    """Describe the service.

    Parameters
    ----------
    app : FastAPI
        As :func:`segmentry.web.create_app` makes it; its champion's fields stand in the description.
    """
    found = get_openapi(title="segmentry", version=version("segmentry"), description=SAYS, routes=app.routes)
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    shown = Refusal.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= shown.pop("$defs") | {"Refusal": shown, "Answer": answer_schema()}
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    found["paths"] = {PATH: {"post": _assignments(app)}} | found["paths"]
    keyless, opened = app.state.callers.keys is None, _opened(app)
    for path, method, operation in _operations(found):
        operation["summary"] = operation["description"].partition(". ")[0].partition("\n")[0].removesuffix(".")
        operation["security"] = [] if keyless or (path, method) in opened else [{"key": []}]
        if path in BESIDE:
            operation["responses"]["200"]["content"] = BESIDE[path]
        _with_errors(operation)
    return found


def _assignments(app: FastAPI) -> dict[str, Any]:
    """Describe the one route that is none of the framework's."""
    exchange = _exchange(app)
    schema: dict[str, Any] = {"type": "object"}
    content: dict[str, Any] = {"schema": schema}
    answers: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Answer"}}
    if exchange is not None:
        content["schema"] = input_schema(exchange.model)
        examples = dict(zip(("customers", "orders"), content["schema"].pop("examples"), strict=False))
        content["examples"] = {name: {"value": value} for name, value in examples.items()}
        answers["examples"] = {"customers": {"value": exchange.answer(examples["customers"])}}
    named = {"type": "string", "pattern": NAMES}
    return {
        "tags": ["assignments"],
        "description": SAYS_ASSIGNMENTS,
        "operationId": "assignments",
        "parameters": [
            {"name": "model", "in": "query", "required": False, "schema": named, "description": "Another run's model."}
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": {"description": "A row a customer.", "content": {"application/json": answers}},
            **{code: {"description": says} for code, says in OF_ASSIGNMENTS.items()},
        },
    }


def _exchange(app: FastAPI) -> Exchange | None:
    try:
        return app.state.champion.serving().exchange  # type: ignore[no-any-return]
    except SegmentryError:
        return None


def _operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _opened(app: FastAPI) -> set[tuple[str, str]]:
    """Give the paths and methods that need no key."""
    routes = Routes(app.routes).all()
    return {
        (found.template, method.lower()) for methods, found in routes for method in methods if found.needs == "open"
    }


def _with_errors(operation: dict[str, Any]) -> None:
    """Say of every error that it has our form; and which may come from any route."""
    responses = operation["responses"]
    for code, says in (ALWAYS | (OF_KEYS if operation["security"] else {})).items():
        responses.setdefault(code, {"description": says})
    for code, response in responses.items():
        if code >= "400":
            response["content"] = {"application/json": {"schema": ERROR}}
            if code == "422" and response["description"] == "Validation Error":
                response["description"] = "A part of the request can't be read; which one, is said."
            if code in ("429", "503"):
                response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
