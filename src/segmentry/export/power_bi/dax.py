"""The measures: each with its DAX, its format and one sentence that says what it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from segmentry.export.power_bi.star import CUSTOMERS, MONTHLY, RUNS, SEGMENTS, Column, Star

__all__ = ["Measure", "measures"]

BEFORE = "Since last run"
SIZE = "Size"
MONEY = "Revenue"
TYPICAL = "Typical customer"
TRUST = "How far to trust it"
TIME = "Over time"
"""Display folders."""

SHARE_BEFORE = "Share of customers in last run"
THIS_RUN = f'{RUNS}[Which] = "This run"'
RUN_BEFORE = f'{RUNS}[Which] = "Run before"'


Shown = Literal["whole", "round", "number", "money", "cents", "share", "change", "text"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the model; all belong to the table Figures.

    Parameters
    ----------
    name : str
        As people read it; unique in the model.
    dax : str
        Its definition.
    kind : {"whole", "round", "number", "money", "cents", "share", "change", "text"}
        How it is shown.
    description : str
        One sentence.
    folder : str
        The display folder.
    says : tuple of str, default ()
        Other words for it.
    """

    name: str
    dax: str
    kind: Shown
    description: str
    folder: str
    says: tuple[str, ...] = ()


def measures(star: Star) -> tuple[Measure, ...]:
    """Give every measure that the run's tables allow; their names are the same in every run.

    Parameters
    ----------
    star : Star
        The run's tables.
    """
    return (*_size(star), *_money(star), *_stake(star), *_typical(star), *_trust(star), *_since(star), *_time(star))


def _size(star: Star) -> Iterator[Measure]:
    del star
    yield Measure(
        "Number of customers",
        f"COUNTROWS ( {CUSTOMERS} )",
        "whole",
        "How many customers.",
        SIZE,
        ("customer count", "how many customers", "size"),
    )
    yield Measure(
        "Share of customers",
        f"DIVIDE ( [Number of customers], CALCULATE ( [Number of customers], REMOVEFILTERS ( {SEGMENTS} ) ) )",
        "share",
        "Customers of the segment, of the customers of all segments under the same filters.",
        SIZE,
        ("customer share", "percentage of customers"),
    )
    yield Measure(
        "Number of segments",
        f"CALCULATE ( COUNTROWS ( {SEGMENTS} ), {SEGMENTS}[Segment key] > 0 )",
        "whole",
        "How many segments.",
        SIZE,
        ("segment count", "how many segments"),
    )
    yield Measure(
        "Selected segment",
        f'SELECTEDVALUE ( {SEGMENTS}[Segment], "All segments" )',
        "text",
        "Letter and name of the segment that is chosen, for titles.",
        SIZE,
    )


def _money(star: Star) -> Iterator[Measure]:
    if not star.has(CUSTOMERS, star.spend):
        return
    yield Measure(
        "Revenue",
        f"SUM ( {_named(CUSTOMERS, star.spend)} )",
        "money",
        "Sum of what the customers spent, as the run counted it.",
        MONEY,
        ("sales", "turnover", "spend", "income"),
    )
    yield Measure(
        "Share of revenue",
        f"DIVIDE ( [Revenue], CALCULATE ( [Revenue], REMOVEFILTERS ( {SEGMENTS} ) ) )",
        "share",
        "Revenue of the segment, of the revenue of all segments under the same filters.",
        MONEY,
        ("revenue share", "sales share", "percentage of revenue"),
    )
    yield Measure(
        "Revenue per customer",
        "DIVIDE ( [Revenue], [Number of customers] )",
        "money",
        "Mean revenue of a customer.",
        MONEY,
        ("average revenue", "average spend", "sales per customer"),
    )


def _stake(star: Star) -> Iterator[Measure]:
    if star.has(SEGMENTS, "At stake"):
        yield Measure(
            "At stake",
            f"SUM ( {SEGMENTS}[At stake] )",
            "money",
            "Typical order times orders missed at a customer's own gap; filters on single customers don't change it.",
            MONEY,
            ("revenue at risk", "at risk"),
        )


def _typical(star: Star) -> Iterator[Measure]:
    """Give the median of each number of the customers; who has no value doesn't count."""
    for column in star.tables[CUSTOMERS].columns:
        if column.typical:
            yield Measure(
                column.typical,
                f"MEDIAN ( {_named(CUSTOMERS, column.name)} )",
                _shown(column),
                f"Half of the customers lie below, half above (median). {column.description}",
                TYPICAL,
                tuple(f"median {word}" for word in (column.name.lower(), *column.says)),
            )


def _trust(star: Star) -> Iterator[Measure]:
    if star.has(SEGMENTS, "Keep rate"):
        ranged = (
            ("Keep rate", "Share of the customers who land in the same segment when it is rebuilt on re-drawn data."),
            ("Keep rate, low", "Lower end of the keep rate in nine of ten rebuilds."),
            ("Keep rate, high", "Upper end of the keep rate in nine of ten rebuilds."),
        )
        for name, description in ranged:
            yield Measure(
                name,
                f"IF ( HASONEVALUE ( {SEGMENTS}[Letter] ), MAX ( {_named(SEGMENTS, name)} ), {_of_run(name)} )",
                "share",
                description,
                TRUST,
                ("keeps", "stability", "how many stay") if name == "Keep rate" else (),
            )
    yield Measure(
        "Verdict",
        f"CALCULATE ( SELECTEDVALUE ( {RUNS}[Verdict] ), {THIS_RUN} )",
        "text",
        "Whether the segments are groups that are there, or cuts of ours.",
        TRUST,
        ("conclusion", "quality"),
    )
    yield Measure(
        "Headline",
        f"CALCULATE ( SELECTEDVALUE ( {RUNS}[Headline] ), {THIS_RUN} )",
        "text",
        "The keep rate of the whole run in words.",
        TRUST,
    )
    if star.has(SEGMENTS, "Borderline"):
        yield Measure(
            "Borderline customers",
            f"SUM ( {SEGMENTS}[Borderline] )",
            "whole",
            "Customers who might as well be in another segment; filters on single customers don't change it.",
            TRUST,
            ("unsure customers",),
        )


def _since(star: Star) -> Iterator[Measure]:
    if not star.has(SEGMENTS, "Compared now"):
        return
    one = f"HASONEVALUE ( {SEGMENTS}[Letter] )"
    yield Measure(
        "Change since last run",
        f"IF ( {one}, SUM ( {SEGMENTS}[Compared now] ) - SUM ( {SEGMENTS}[Compared then] ) )",
        "change",
        "Customers that a segment which goes on won or lost, among customers that both runs have.",
        BEFORE,
        ("growth", "change", "difference to last run"),
    )
    yield Measure(
        "Customers in last run",
        f"IF ( {one}, SUM ( {SEGMENTS}[Customers then] ), CALCULATE ( MAX ( {RUNS}[Customers] ), {RUN_BEFORE} ) )",
        "whole",
        "How many customers the segment of this letter had in the run before; without a segment, all of that run.",
        BEFORE,
        ("customers before", "previous customers"),
    )
    yield Measure(
        SHARE_BEFORE,
        f"IF ( {one}, SUM ( {SEGMENTS}[Share then] ) )",
        "share",
        "What share of all customers the segment of this letter had in the run before.",
        BEFORE,
        ("share before", "previous share"),
    )
    yield Measure(
        "Stayed since last run",
        _of_run("Agreement"),
        "share",
        "Share of the compared customers whose segment continues the one they were in.",
        BEFORE,
    )


def _time(star: Star) -> Iterator[Measure]:
    if not star.has(MONTHLY):
        return
    if star.has(MONTHLY, "Revenue"):
        yield Measure(
            "Monthly revenue",
            f"SUM ( {MONTHLY}[Revenue] )",
            "money",
            "Revenue of the months that are shown, returns subtracted in their own month unless they were dropped.",
            TIME,
            ("revenue over time", "sales by month"),
        )
    yield Measure(
        "Monthly orders",
        f"SUM ( {MONTHLY}[Orders] )",
        "whole",
        "Orders of the months that are shown.",
        TIME,
        ("orders over time", "number of orders", "orders by month"),
    )
    yield Measure(
        "Customers who ordered",
        f"CALCULATE ( DISTINCTCOUNT ( {MONTHLY}[Customer key] ), {MONTHLY}[Orders] > 0 )",
        "whole",
        "Customers with at least one order in the months that are shown.",
        TIME,
        ("active customers", "buyers"),
    )


def _of_run(column: str) -> str:
    return f"CALCULATE ( MAX ( {_named(RUNS, column)} ), {THIS_RUN} )"


def _shown(column: Column) -> Shown:
    """Typical money is small, so it is shown with its cents."""
    if column.kind == "money":
        return "cents"
    return column.kind if column.kind in ("share", "round") else "number"


def _named(table: str, column: str) -> str:
    """Write a column, whose name has no square brackets."""
    return f"{table}[{column}]"
