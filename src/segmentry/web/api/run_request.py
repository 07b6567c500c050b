"""What ``POST /v1/runs`` is sent: JSON with rows, or a form with files; both become an upload and an order."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Self, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, FiniteFloat, ValidationError, model_validator

from segmentry.web.api.run_options import NAME_PATTERN, RunOptions, Strict
from segmentry.web.background.jobs import Order
from segmentry.web.background.limits import FORM_SECONDS, ROWS, ROWS_BYTES, RefusedError
from segmentry.web.background.receive import receiving, take_upload
from segmentry.web.background.uploads import Received, Upload, Uploads
from segmentry.web.pieces.form import body_of
from segmentry.web.site import Site
from segmentry.workspace import FILES

__all__ = ["REQUEST_BODY", "Asked", "RowsAsked", "order_of", "read_request"]

Cell = bool | int | FiniteFloat | Annotated[str, Field(max_length=10_000)] | None
Row = Annotated[dict[Annotated[str, Field(min_length=1, max_length=500)], Cell], Field(min_length=1, max_length=1_000)]
KIND = re.compile(r"literal\[.*\]|constrained-\w+|bool|int|float|str")
SHOWN = 8
"""Faults of a request that are told."""

Model = TypeVar("Model", bound=Strict)
# The first row that can't be used ends the look: to tell of a hundred thousand would take gigabytes.
Rows = Annotated[list[Row], Field(min_length=1, max_length=ROWS, fail_fast=True)]


class Asked(Strict):
    """What a run is called, how it is made, and which run it goes on from."""

    name: Annotated[str, Field(pattern=NAME_PATTERN, description="What it will be called. [one of ours]")] | None = None
    previous: Annotated[
        str, Field(pattern=NAME_PATTERN, description="The run before: its letters and names go on.")
    ] | None = None  # fmt: skip
    options: RunOptions = RunOptions()


class RowsAsked(Asked):
    """The same with the rows themselves: orders, customers, or orders and the customer table that is joined to them."""

    orders: Annotated[Rows, Field(description="One object an order, its columns by name.")] | None = None
    customers: Annotated[Rows, Field(description="One object a customer.")] | None = None

    @model_validator(mode="after")
    def check_rows(self) -> Self:
        """Refuse a request without any rows."""
        if self.orders is None and self.customers is None:
            raise ValueError("it needs orders, or customers")
        return self


def _schema(model: type[Strict]) -> dict[str, Any]:
    """Give a model's JSON schema in one piece, as an OpenAPI document holds it."""
    schema = model.model_json_schema()
    schema.pop("$defs", None)
    schema["properties"]["options"] = RunOptions.model_json_schema()
    return schema


def _examples() -> list[dict[str, Any]]:
    orders = [
        {"customer": f"C{1 + n % 40}", "date": f"2026-0{1 + n % 6}-{1 + n % 28:02}", "amount": 5 + (n * n) % 70}
        for n in range(240)
    ]
    return [
        {"name": "spring-2026", "options": {"segments": "2-4", "currency": "EUR", "rebuilds": 20}, "orders": orders}
    ]


ROWS_SCHEMA = _schema(RowsAsked) | {
    "anyOf": [
        {"required": [part], "properties": {part: {"type": "array"}}} for part in ("orders", "customers")
    ],
    "examples": _examples(),
}  # fmt: skip
REQUEST_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": ROWS_SCHEMA},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["data"],
                "properties": {
                    "data": {
                        "type": "string",
                        "format": "binary",
                        "description": "Orders or customers: CSV, TSV, JSON lines, Excel or Parquet, perhaps gzipped.",
                    },
                    "customers": {"type": "string", "format": "binary", "description": "A customer table to join."},
                    "run": _schema(Asked) | {"description": "Name, previous and options, as JSON."},
                },
            },
            "encoding": {"run": {"contentType": "application/json"}},
        },
    },
}
"""What the OpenAPI document says of the request's body."""


async def read_request(request: Request) -> tuple[Upload, Asked]:
    """Receive a request: what it reads is kept as an upload, which is the caller's to drop where no run is made of it.

    Raises
    ------
    BusyError, RefusedError
        Others are being received; it is no such request, or too large, or took too long.
    UsageError
        The workspace can't be written to.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        fields: dict[str, str] = {}
        upload = await take_upload(request, fields)
        try:
            return upload, _said(fields)
        except BaseException:
            request.app.state.uploads.drop(upload.id)
            raise
    if kind != "application/json":
        seen = (f"it came as {kind[:80]!r}",) if kind else ()
        raise RefusedError(
            "a run is asked for by JSON or by a form", seen, "application/json, multipart/form-data", status=415
        )
    with receiving(request.app.state):  # as files are: a body of rows takes many times its bytes while it is read
        return await run_in_threadpool(_with_rows, request.app.state.uploads, await _whole(request))


def order_of(site: Site, upload: Upload, asked: Asked, key: str, owner: str) -> Order:
    """Give the order of a request.

    Parameters
    ----------
    site : Site
        Where the run before is looked up.
    upload : Upload
        What was received.
    asked : Asked
        What was said about it.
    key : str
        The request's Idempotency-Key; "" for none.
    owner : str
        Whose key that is: two callers may choose the same.

    Raises
    ------
    UsageError, NotFoundError
        The options contradict each other; there is no such run before.
    """
    recipe = asked.options.recipe()
    if asked.previous is not None:
        recipe = recipe.following(site.run(asked.previous).folder / FILES["model"])
    return Order(
        name=asked.name or "",
        upload=upload.id,
        recipe=recipe.to_toml(),
        source=", ".join(one.name for one in upload.files),
        key=key_of(key, owner),
        content=_content(upload, asked) if key else "",
    )


def key_of(key: str, owner: str) -> str:
    """Give what a job remembers of an Idempotency-Key; "" for none.

    Examples
    --------
    >>> key_of("a", "crm") == key_of("a", "crm"), key_of("a", "crm") == key_of("a", "shop"), key_of("", "crm")
    (True, False, '')
    """
    return hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest() if key else ""


def _content(upload: Upload, asked: Asked) -> str:
    """Give a number for all that was sent; how a form was cut into parts isn't part of it."""
    said = Asked(name=asked.name, previous=asked.previous, options=asked.options)
    digest = hashlib.sha256(said.model_dump_json().encode())
    for one in upload.files:
        digest.update(json.dumps([one.part, one.name, one.size]).encode())
        with (upload.folder / one.stored).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _said(fields: dict[str, str]) -> Asked:
    """Read the fields of a form that are no files."""
    if unknown := sorted(set(fields) - {"run"}):
        seen = (unknown[0][:80],)
        raise RefusedError("this form has a field that isn't known", seen, "data, customers, run", status=422)
    return _validated(Asked, fields.get("run", "{}").encode())


def _with_rows(uploads: Uploads, body: bytes) -> tuple[Upload, Asked]:
    """Write the rows of a request as files of JSON lines, as if they had been sent so."""
    asked = _validated(RowsAsked, body)
    tables = [(name, rows) for name, rows in (("orders", asked.orders), ("customers", asked.customers)) if rows]
    folder = uploads.begin()
    try:
        received = []
        for part, (name, rows) in zip(("data", "customers"), tables, strict=False):
            path = folder / f"{name}.jsonl"
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            received.append(Received(part, path.name, path.name, path.stat().st_size))
        return uploads.keep(folder, tuple(received)), asked
    except OSError as error:
        uploads.abandon(folder)
        seen = (error.strerror or str(error),)
        raise RefusedError("the rows can't be kept", seen, "make room on the server's disk", status=507) from error


def _validated(model: type[Model], body: bytes) -> Model:
    """Read JSON by a model; what is wrong is named by its place, and never by the value, which may be a customer's."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        evidence = _faults([(one["loc"], one["msg"]) for one in error.errors(include_url=False, include_input=False)])
        way_out = "GET /v1/openapi.json shows one"
        raise RefusedError("this request can't be used", evidence, way_out, status=422) from error


def _faults(found: Sequence[tuple[tuple[int | str, ...], str]]) -> tuple[str, ...]:
    """Say what is wrong where, a line each.

    Examples
    --------
    >>> _faults([(("options", "segments", "int"), "at most 100"), (("options", "segments", "str"), "a text")])
    ('options.segments: at most 100', 'options.segments: a text')
    """
    # Where several kinds are allowed, each says why it isn't it, under a name that only the library knows.
    kinds = Counter(place[:-1] for place, _ in found)
    said = []
    for place, what in found[:SHOWN]:
        shown = place[:-1] if kinds[place[:-1]] > 1 and KIND.fullmatch(str(place[-1])) else place
        said.append(f"{'.'.join(map(str, shown))[:200] or 'the body'}: {what[:200]}")
    return tuple(said)


async def _whole(request: Request) -> bytes:
    """Read a body of JSON."""
    most = (f"JSON may have {ROWS_BYTES // 1_000_000} MB",)
    seconds = (f"more than {FORM_SECONDS} seconds",)
    return await body_of(
        request,
        ROWS_BYTES,
        long=RefusedError("this request is too large", most, "a form with a Parquet file", status=413),
        late=RefusedError("sending this request took too long", seconds, "a form with a file", status=408),
    )
