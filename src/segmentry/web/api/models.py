"""``/v1/models``: the champion, every run's model, and what each may be asked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from segmentry.errors import SegmentryError
from segmentry.exchange import MOST_ROWS, input_schema
from segmentry.model import SegmentModel
from segmentry.web.champion import Champion, Serving
from segmentry.web.entrance.policy import needs

__all__ = ["NAMES", "AnyModel", "Share", "router"]

SHOWN = 20
"""Runs that are named as passed over."""
NAMES = "^[a-z0-9][a-z0-9_-]{0,63}$"

router = APIRouter(tags=["models"])

AnyModel = Annotated[
    str | None,
    Query(pattern=NAMES, description="A run; the champion where it is left out."),
]
Share = Annotated[float, Field(ge=0, le=1)]


class InputShown(BaseModel):
    """One measure that a customer is placed by."""

    name: str
    label: Annotated[str, Field(description="The same in words.")]
    unit: Annotated[str, Field(description='"days", "orders", "money", "share" (0 to 1), "products" or "".')]
    kind: Literal["number", "category", "yes-no"]


class ModelShown(BaseModel):
    """One model."""

    name: Annotated[str, Field(description="Of the run that it comes from.", examples=["spring-2026"])]
    created: datetime
    built_from: Literal["orders", "customers"]
    as_of: Annotated[date | None, Field(description="The day on which its customers were looked at; null for none.")]
    customers: Annotated[int, Field(ge=0)]
    segments: Annotated[int, Field(ge=1)]
    verdict: Annotated[str | None, Field(description="On the split; null for a single segment.")]
    keep_rate: Annotated[Share | None, Field(description="Of its customers, how many keep their segment.")]
    inputs: list[InputShown]
    schema_at: Annotated[str, Field(description="Where its input schema is.")]

    @classmethod
    def of(cls, model: SegmentModel, name: str, schema_at: str) -> Self:
        """Show a model under a name."""
        summary = model.summary
        return cls(
            name=name,
            created=datetime.fromisoformat(summary.created),
            built_from=model.built_from,
            as_of=summary.as_of,
            customers=summary.customers,
            segments=len(summary.segments),
            verdict=summary.verdict or None,
            keep_rate=None if summary.keep is None else summary.keep.overall.rate,
            inputs=[InputShown(name=one.name, label=one.label, unit=one.unit, kind=one.kind) for one in model.inputs],
            schema_at=schema_at,
        )


class ChampionShown(BaseModel):
    """The model in service: it answers wherever no other is named."""

    name: Annotated[str, Field(description="What it is called where it was found: a run, a file, a registered model.")]
    version: Annotated[str, Field(description='Of a registry; "" where there is none.')]
    since: Annotated[datetime, Field(description="When it began to serve.")]
    passed_over: Annotated[list[str], Field(description="Later runs that aren't dependable, and so aren't taken.")]
    model: ModelShown

    @classmethod
    def of(cls, serving: Serving, passed_over: Sequence[str]) -> Self:
        """Show the model in service."""
        model = serving.exchange.model
        shown = ModelShown.of(model, model.summary.run, "/v1/assignments/schema")
        return cls(
            name=serving.name,
            version=serving.version,
            since=serving.since,
            passed_over=list(passed_over[:SHOWN]),
            model=shown,
        )


class Models(BaseModel):
    """The champion, and some of the runs' models, the latest first."""

    champion: Annotated[ChampionShown | None, Field(description="null where no model is in service.")]
    fault: Annotated[str, Field(description='Why a newer champion can\'t be taken; "" where all is well.')]
    total: Annotated[int, Field(description="All runs.", ge=0)]
    models: list[ModelShown]
    damaged: Annotated[list[str], Field(description="Runs of this part of the list whose model can't be read.")]
    most_rows: Annotated[int, Field(description="Rows that one request may have.")] = MOST_ROWS


@router.get("/v1/models")
@needs("read")
def models(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Models:
    """List the champion and the runs' models, the latest first."""
    site = request.app.state.site
    folders = site.folders()
    shown, damaged = [], []
    for folder in folders[offset : offset + limit]:
        try:
            model, schema_at = site.run(folder.name).model, f"/v1/assignments/schema?model={folder.name}"
            shown.append(ModelShown.of(model, folder.name, schema_at))
        except (SegmentryError, OSError):
            damaged.append(folder.name)
    champion: Champion = request.app.state.champion
    serving = _serving(champion)
    return Models(
        champion=None if serving is None else ChampionShown.of(serving, champion.passed_over),
        fault=champion.fault,
        total=len(folders),
        models=shown,
        damaged=damaged,
    )


@router.get(
    "/v1/assignments/schema",
    response_model=None,
    responses={404: {"description": "There is no such run, or no model in service."}},
)
@needs("read")
def schema(request: Request, model: AnyModel = None) -> dict[str, Any]:
    """Give the JSON Schema of what a model is asked, with examples that work."""
    state = request.app.state
    if model is None:
        return input_schema(state.champion.serving().exchange.model)
    return input_schema(state.site.run(model).model)


def _serving(champion: Champion) -> Serving | None:
    """Give the model in service; None where there is none."""
    try:
        return champion.serving()
    except SegmentryError:
        return None
