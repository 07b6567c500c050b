"""What tests of several rooms share: real data (none may be missing in CI), the command line, and a summary by hand."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from segmentry.choose import Candidate
from segmentry.cli import main
from segmentry.data import Guess, RowCounts
from segmentry.describe import Action, Condition, Offer, Rule, Segment, StartWith, Trait
from segmentry.errors import Caveat
from segmentry.evaluate import KeepRate, Keeps
from segmentry.features import Measure
from segmentry.maps import Axis, Load, Map
from segmentry.summary import RejectReason, RunSummary, Stage

# No example has a time limit: on a busy machine any of them may take long.
with suppress(ModuleNotFoundError):  # the environments beside other people's platforms are without it
    from hypothesis import settings

    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True)
class Said:
    """What a command gave: its exit code, and what it printed where."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Read standard output as one JSON object."""
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Give a function that runs a command and says what it gave."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Said(int(stop.value.code or 0), printed.out, printed.err)

    return run


def _folder(name: str) -> Path:
    """Find a folder of real data beside the checkout, or skip; in CI its absence is a failure."""
    folder = SHARED / name
    if not folder.is_dir():
        reason = f"the folder shared/{name} is not beside this checkout, so this test on real data is skipped"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data sets."""
    return _folder("data")


@pytest.fixture(scope="session")
def shared_torture() -> Path:
    """Give the folder of small order files with known answers."""
    return _folder("torture")


MEASURES = (
    Measure("recency_days", "Days since last order", "number", "forms", "days"),
    Measure("spend", "Spend", "number", "forms", "money"),
    Measure("typical_order", "Typical order", "number", "describes", "money", "explains only"),
    Measure("club", "Club", "yes-no", "describes", "", "explains only"),
    Measure("note", "Note to courier", "category", "left out", "", "free text"),
)


def _trait(position: int, typical: float, delta: float, *, counts: bool) -> Trait:
    measure = MEASURES[position]
    number = measure.kind == "number"
    return Trait(
        measure=measure.name,
        label=measure.label,
        unit=measure.unit,
        kind=measure.kind,
        level="" if number else "yes",
        forms=measure.part == "forms",
        typical=typical,
        low=typical / 2 if number else None,
        high=typical * 2 if number else None,
        everyone=50.0 if number else 0.5,
        rank=80.0 if number else None,
        rank_low=60.0 if number else None,
        rank_high=90.0 if number else None,
        known=120,
        delta=delta,
        counts=counts,
    )


def _segment(letter: str, name: str, customers: int, revenue: float, keeps: Keeps) -> Segment:
    return Segment(
        letter=letter,
        name=name,
        also_known_as="",
        sentence=f"Customers called {name}.",
        customers=customers,
        share=customers / 400,
        revenue=revenue,
        revenue_share=revenue / 10_000,
        keeps=keeps,
        traits=(
            _trait(0, 12.0, -0.8, counts=True),
            _trait(1, 900.0, 0.7, counts=True),
            _trait(2, 70.5, 0.2, counts=False),
            _trait(3, 0.4, -0.05, counts=False),
        ),
        rule=Rule((Condition("spend", ">", 500.0, "spend over £500"),), "spend over £500", 0.88, 0.07),
        actions=(
            Action("try", "Write to them.", "They spent £900."),
            Action("avoid", "Discounts.", "They buy anyway."),
            Action("measure by", "Orders per month.", "They order often."),
        ),
        offers=(Offer("Teapot", "product", 40, 0.4, 0.2, 2.0),),
        at_stake=1234.0,
    )


def _candidate(k: int) -> Candidate:
    return Candidate(
        k=k,
        inertia=1000.0 / k,
        silhouette=0.5 - k / 100,
        davies_bouldin=0.6,
        calinski_harabasz=250.0,
        smallest=1 / (2 * k),
        smallest_customers=200 // k,
        keep_rate=0.94 if k <= 3 else 0.6,
        keep_above_chance=0.9 if k <= 3 else 0.3,
        worst_keep=0.84 if k <= 3 else 0.2,
        allowed=k < 11,
        dependable=k <= 3,
    )


@pytest.fixture
def summary() -> RunSummary:
    """Give a run with orders, money, rejects, caveats, offers and three segments."""
    keeps = (Keeps(0.97, 0.95, 0.99), Keeps(0.84, 0.78, 0.9), Keeps(0.9, 0.86, 0.93))
    segments = (
        _segment("A", "Frequent big spenders", 80, 6000.0, keeps[0]),
        _segment("B", "Slipping regulars", 140, 3000.0, keeps[1]),
        _segment("C", "One small order", 180, 1000.0, keeps[2]),
    )
    return RunSummary(
        run="amber",
        created="2026-11-21T10:00:00+00:00",
        version="0.1.0",
        sources=("orders.csv",),
        fingerprint="ab" * 32,
        table="orders",
        guesses=(Guess("customer", "CustomerID", "its name"), Guess("date", "InvoiceDate", "its name")),
        rows=RowCounts(5000, 4600, 400),
        rejects=(RejectReason("the customer is blank", 300), RejectReason("the date can't be read", 100)),
        first=date(2025, 7, 1),
        last=date(2026, 6, 30),
        as_of=date(2026, 6, 30),
        window_days=365,
        customers=400,
        without_purchase=7,
        measures=MEASURES,
        preparation=("spend: skew taken out", "recency_days: centred on 90"),
        k=3,
        candidates=tuple(_candidate(k) for k in range(2, 13)),
        reason="3 is the finest split that keeps coming back; 4 falls apart",
        runner_up="2 came next: it is dependable too, but coarser",
        keep=KeepRate(Keeps(0.949, 0.92, 0.97), keeps, 0.4, 0.9, 100, 400),
        silhouette_on=400,
        segments=segments,
        start_with=StartWith("B", "Slipping regulars", "140 customers used to order every 34 days and are now at 121."),
        caveats=(Caveat("returns", 89, "89 rows are returns: they lower spend (--returns drop leaves them out)."),),
        stages=(Stage("read", 0.4), Stage("choose", 1.9)),
        currency="£",
        seed=0,
        versions=(("numpy", "2.4.0"), ("duckdb", "2.0.0")),
        maps=(
            Map(
                method="pca",
                x=(0.0, 1.5, -2.25, 3.0),
                y=(1.0, 0.5, -1.0, 0.0),
                segments=(0, 1, 2, -1),
                of=400,
                axes=(Axis(0.7, (Load("spend", 0.9), Load("recency_days", -0.4))), Axis(0.2, ())),
                trustworthiness=0.9876,
                neighbours=1,
            ),
            Map("tsne", (0.0, 1.0), (0.0, 1.0), (0, 1), 2, (), None, 0),
        ),
        recipe='sources = ["orders.csv"]\n',
    )
