"""The options that a run may be asked for with, strict and bounded: the recipe's own, by their plain names."""

from datetime import date as Day  # noqa: N812 - a field of the options is called date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from segmentry.prepare.options import Encode, Missing, Outliers, Scale, Skew
from segmentry.recipe import MOST_SEGMENTS, Recipe

__all__ = ["NAME_PATTERN", "NOT_ASKED_FOR", "RunOptions", "Strict"]

NAME_PATTERN = "^[a-z0-9][a-z0-9_-]{0,63}$"
LARGEST = 2**31 - 1

Column = Annotated[str, Field(min_length=1, max_length=500)]
Short = Annotated[str, Field(min_length=1, max_length=60)]
Columns = Annotated[list[Column], Field(min_length=1, max_length=1_000)]
Segments = (
    Literal["auto"]
    | Annotated[int, Field(ge=1, le=MOST_SEGMENTS)]
    | Annotated[str, Field(pattern=r"^[1-9][0-9]?-([1-9][0-9]?|100)$", max_length=6)]
)
Method = Literal[
    "auto", "kmeans", "kmeans-sized", "ward", "average", "complete", "single", "mixture", "hdbscan", "kprototypes",
    "latent-class", "rfm-grid",
]  # fmt: skip

NOT_ASKED_FOR = {
    "playbook": "a path of the server's disk",
    "lowest": "said by segments",
    "highest": "said by segments",
    "prefer": "follows from the run before",
}
"""The recipe's options that no request may name, and why."""


class Strict(BaseModel):
    """A request's part: no field that isn't known, and no text taken for a number."""

    model_config = ConfigDict(strict=True, extra="forbid")


class RunOptions(Strict):
    """How a run is made; what is left out is found out, or is as the command line has it."""

    segments: Annotated[Segments, Field(description="How many: auto tries 2 to 12; a number; or from-to.")] = "auto"
    method: Annotated[Method, Field(description="How groups are found; auto compares.")] = "kmeans"
    min_share: Annotated[float, Field(ge=0, le=0.5, description="Least share of customers in a segment.")] = 0.05
    grid: Literal["", "ten", "r-rfm-0.2", "r-rfm-0.3"] = ""
    size_limits: Annotated[str, Field(max_length=40, description="For kmeans-sized, e.g. 10%-30%.")] = ""
    seed: Annotated[int, Field(ge=0, le=LARGEST, description="Of everything random.")] = 0
    starts: Annotated[int, Field(ge=1, le=100, description="Seeded starts of each fit.")] = 10
    rebuilds: Annotated[int, Field(ge=1, le=1_000, description="Re-drawn sets of customers behind the keep rate.")] = (
        100
    )
    maps: Annotated[list[Literal["tsne", "opentsne", "umap"]], Field(max_length=3)] = []

    customer: Column | None = None
    date: Column | None = None
    amount: Column | None = None
    order: Column | None = None
    product: Column | None = None
    category: Column | None = None
    quantity: Column | None = None
    price: Column | None = None
    discount: Column | None = None
    id: Column | None = None
    dayfirst: Annotated[bool | None, Field(description="03/04 is 3 April.")] = None
    date_format: Short | None = None
    sheet: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    sep: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,40}$")] | None = None
    decimal: Literal[".", ","] | None = None
    no_amount: bool = False
    no_header: bool = False
    duplicates: Literal["keep", "drop"] = "keep"

    as_of: Annotated[Day | None, Field(description="The day to look at customers, e.g. 2026-06-30.")] = None
    window_days: Annotated[int, Field(ge=1, le=100_000, description="Count this many days only.")] | None = None
    returns: Literal["net", "drop"] = "net"
    order_unit: Literal["order", "day", "row"] = "order"
    measures: Annotated[Columns, Field(description="Form segments on exactly these.")] | None = None
    include: Annotated[Columns, Field(description="Form segments on these too.")] | None = None

    missing: Missing = "median"
    missing_value: Annotated[float, Field(ge=-1e15, le=1e15)] = 0.0
    outliers: Outliers = "clip"
    skew: Skew = "auto"
    bins: Annotated[str, Field(pattern="^(none|[1-9][0-9]{0,2}(:(quantile|uniform|kmeans))?)$")] = "none"
    scale: Scale = "z"
    encode: Encode = "one-hot"
    levels: Annotated[list[Annotated[str, Field(min_length=3, max_length=2_000)]], Field(max_length=100)] = []
    rare: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    pca: Annotated[int, Field(ge=0, le=1_000)] = 0

    currency: Annotated[str, Field(max_length=12, description="Printed with money, e.g. EUR.")] = ""
    lookalike: bool = False

    def recipe(self) -> Recipe:
        """Give the recipe that the command line would make of the same options.

        Raises
        ------
        UsageError
            They contradict each other, or one can't be read.
        """
        recipe = Recipe().having(**self.model_dump(exclude_unset=True, exclude_none=True))
        recipe.for_method()
        recipe.prepare.check()
        return recipe
