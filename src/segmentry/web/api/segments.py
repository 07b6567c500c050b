"""``GET /v1/segments``: the segments of a model as figures and words, never a customer."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from segmentry.describe import Segment, Trait
from segmentry.evaluate import Keeps
from segmentry.summary import RunSummary
from segmentry.web.api.models import AnyModel, Share
from segmentry.web.entrance.policy import needs

__all__ = ["Range", "SegmentShown", "router"]

router = APIRouter(prefix="/v1/segments", tags=["segments"])


class Range(BaseModel):
    """Of the customers, how many keep their segment when it is rebuilt, with the range over the rebuilds."""

    rate: Share
    low: Annotated[float, Field(ge=0, le=1, description="The 5th percentile of the rebuilds.")]
    high: Annotated[float, Field(ge=0, le=1, description="The 95th percentile.")]

    @classmethod
    def of(cls, keeps: Keeps | None) -> Self | None:
        """Show a keep rate."""
        return None if keeps is None else cls(rate=keeps.rate, low=keeps.low, high=keeps.high)


class SegmentShown(BaseModel):
    """One segment."""

    letter: Annotated[str, Field(examples=["A"])]
    name: Annotated[str, Field(examples=["Frequent big spenders"])]
    also_known_as: str
    sentence: Annotated[str, Field(description="Its definition in one or two sentences.")]
    customers: Annotated[int, Field(ge=0)]
    share: Share
    revenue: float | None
    revenue_share: float | None
    keeps: Annotated[Range | None, Field(description="null where there is one segment only.")]

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """Show a segment."""
        return cls(
            letter=segment.letter,
            name=segment.name,
            also_known_as=segment.also_known_as,
            sentence=segment.sentence,
            customers=segment.customers,
            share=segment.share,
            revenue=segment.revenue,
            revenue_share=segment.revenue_share,
            keeps=Range.of(segment.keeps),
        )


class Typical(BaseModel):
    """What a segment is typically like in one measure, beside all customers."""

    measure: str
    label: str
    unit: str
    kind: Literal["number", "category", "yes-no"]
    level: Annotated[str, Field(description='The level that the shares are of; "" for numbers.')]
    forms: Annotated[bool, Field(description="Whether segments were formed on it.")]
    typical: Annotated[float | None, Field(description="Numbers: the median; levels: the share that has it.")]
    low: Annotated[float | None, Field(description="Numbers: the 25th percentile.")]
    high: Annotated[float | None, Field(description="Numbers: the 75th percentile.")]
    everyone: Annotated[float | None, Field(description="The same as typical, among all customers.")]
    counts: Annotated[bool, Field(description="Whether the difference from all others is large, and keeps its sign.")]

    @classmethod
    def of(cls, trait: Trait) -> Self:
        """Show a trait."""
        return cls(**{name: getattr(trait, name) for name in cls.model_fields})


class SegmentFigures(SegmentShown):
    """One segment, with what is typical of it."""

    typical: Annotated[tuple[Typical, ...], Field(description="Strongest difference first.")] = ()

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """Show a segment."""
        shown = super().of(segment)
        return shown.model_copy(update={"typical": tuple(Typical.of(trait) for trait in segment.traits)})


class Segments(BaseModel):
    """The segments of one model."""

    model: Annotated[str, Field(description="The run that it comes from.")]
    verdict: Annotated[str | None, Field(description="On the split; null for a single segment.")]
    verdict_sentence: str | None
    headline: str
    currency: Annotated[str, Field(description='The unit of money; "" where none was given.')]
    segments: list[SegmentFigures]

    @classmethod
    def of(cls, summary: RunSummary) -> Self:
        """Show a run's segments."""
        return cls(
            model=summary.run,
            verdict=summary.verdict or None,
            verdict_sentence=summary.verdict_sentence or None,
            headline=summary.headline,
            currency=summary.currency,
            segments=[SegmentFigures.of(one) for one in summary.segments],
        )


@router.get("", responses={404: {"description": "There is no such run, or no model in service."}})
@needs("read")
def segments(
    request: Request,
    model: AnyModel = None,
) -> Segments:
    """Give the segments of a model: letters, names, definitions, sizes, keep rates and typical values."""
    state = request.app.state
    if model is None:
        return Segments.of(state.champion.serving().exchange.model.summary)
    return Segments.of(state.site.run(model).summary)
