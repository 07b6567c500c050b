"""The three pages: Overview, Segment, Customers. What a run doesn't have takes no room on them."""

from collections.abc import Iterator

from segmentry.export.power_bi.dax import measures
from segmentry.export.power_bi.expressions import SUM, Field, column, figure, only
from segmentry.export.power_bi.page import Page, chosen_by, unmoved_by
from segmentry.export.power_bi.profile import PROFILE
from segmentry.export.power_bi.segments import NO_SEGMENT
from segmentry.export.power_bi.star import CUSTOMERS, DATES, RUNS, SEGMENTS, Star
from segmentry.export.power_bi.theme import ink, segment_colours
from segmentry.export.power_bi.visuals import (
    Box,
    Colours,
    Visual,
    back,
    bars,
    cards,
    lines,
    note,
    slicer,
    stacked,
    statement,
    table,
)
from segmentry.markup.badges import COLOURED
from segmentry.report import Brand

__all__ = ["pages"]

LEFT, WHOLE, HALF, GAP, TALL = 24, 1232, 610, 12, 200
RIGHT = LEFT + HALF + GAP
LETTER = column(SEGMENTS, "Letter")
SEGMENT = column(SEGMENTS, "Segment")
MONTH = column(DATES, "Date", "Month")
NOW = ((column(RUNS, "Which"), "This run"),)
LEDGER_TYPICAL = ("Typical days since last order", "Typical order")
MOST_TYPICAL, MOST_MEASURES = 2, 8
LEADING = {
    "customers": "Number of customers",
    "segments": "Number of segments",
    "revenue": "Revenue",
    "revenue_per_customer": "Revenue per customer",
    "typical_order": "Typical order",
    "typical_spend": "Typical spend",
    "orders_per_customer": "Typical orders",
    "days_since_last_order": "Typical days since last order",
    "days_between_orders": "Typical days between orders",
    "keep_rate": "Keep rate",
    "verdict": "Verdict",
}
"""Figures that a brand may let lead, by their names in a brand file; the others are not among the model's measures."""
LABELS = {"Number of customers": "Customers", "Number of segments": "Segments", "Borderline customers": "Borderline"}
"""What figures are called where there is little room."""
LEAD = ("customers", "segments", "revenue", "keep_rate", "verdict")
PROFILE_WIDTHS = {"Place": 44.0, "Measure": 250.0, "Here": 130.0, "Everyone": 130.0, "Difference": 150.0}
CHANGES = ("Change since last run", "Customers in last run")


def pages(star: Star, brand: Brand) -> tuple[Page, ...]:
    """Give the pages of a run.

    Parameters
    ----------
    star : Star
        Its tables: what they lack isn't shown.
    brand : Brand
        Colours and name.
    """
    follows = len(star.tables[RUNS].rows) > 1
    known = frozenset(each.name for each in measures(star) if follows or each.name not in CHANGES)
    paint = _paint(star, brand)
    foot = (
        f"{brand.name or 'segmentry'} · Typical values are medians: half of the customers lie below, half above. "
        "Segments say what customers did, not what they will do."
    )
    several = len(star.tables[SEGMENTS].rows) > 1
    # Of a single segment all is said on the first page: there is nobody to set it apart from.
    chosen = (_segment(star, known, paint, foot),) if several else ()
    return (_overview(star, brand, known, paint, foot), *chosen, _customers(star, known, foot))


def _paint(star: Star, brand: Brand) -> Colours:
    """Give the run's letters their colours, and the first eight theirs, so that a refresh changes none."""
    own = dict(zip(COLOURED, segment_colours(brand), strict=True))
    own[NO_SEGMENT] = ink("no-segment")
    letters = dict.fromkeys([*own, *star.tables[SEGMENTS].rows["Letter"]])
    return Colours(LETTER, tuple((letter, own.get(letter, ink("muted-mark"))) for letter in letters))


def _overview(star: Star, brand: Brand, known: frozenset[str], paint: Colours, foot: str) -> Page:
    judged = bool(star.tables[RUNS].rows["Verdict in words"].iloc[0])
    finding = statement(
        "finding",
        Box(LEFT, 16, 744 if judged else WHOLE, 72),
        only(RUNS, "Finding"),
        "What stands out, in one sentence.",
        size=18.0,
        only=NOW,
    )
    verdict = (
        statement(
            "verdict",
            Box(LEFT + 744 + GAP, 16, WHOLE - 744 - GAP, 72),
            only(RUNS, "Verdict in words"),
            "The verdict in words: how far these segments can be trusted.",
            size=11.0,
            only=NOW,
        )
        if judged
        else None
    )
    asked = [LEADING[name] for name in brand.kpis if LEADING.get(name) in known]
    head = cards(
        "figures",
        Box(LEFT, 100, WHOLE, 68),
        [figure(name, LABELS.get(name, "")) for name in asked or map(LEADING.__getitem__, LEAD) if name in known],
        "The figures of the run, side by side.",
    )
    # A single segment has all customers and all revenue: there is nothing to divide.
    several = len(star.tables[SEGMENTS].rows) > 1
    shares = list(_shares(known, paint)) if several else []
    beside = Box(RIGHT, 180, HALF, TALL) if several else Box(LEFT, 180, WHOLE, TALL)
    right = _months(known, paint, beside, "of each segment" if several else "of all customers")
    right = right or _keeping(known, paint, beside)
    top = 180 + TALL + GAP if shares or right else 180
    ledger = _ledger(star, known, Box(LEFT, top, WHOLE, 684 - top))
    clicked = [*shares, right, ledger]
    return Page(
        "overview",
        "Overview",
        tuple(v for v in (finding, verdict, head, *shares, right, ledger, _foot(foot)) if v is not None),
        (
            *chosen_by([*shares, ledger], [head, right]),
            *chosen_by([*shares, right], [ledger]),
            *unmoved_by([right], [head]),
            *unmoved_by(clicked, [finding, verdict]),
        ),
    )


def _shares(known: frozenset[str], paint: Colours) -> Iterator[Visual]:
    """Show how customers, and revenue where there is any, divide over the segments: two bars of one width."""
    width = HALF if _monthly(known) or "Keep rate" in known else WHOLE
    if "Share of revenue" not in known:
        yield bars(
            "customers",
            Box(LEFT, 180, width, TALL),
            LETTER,
            [figure("Share of customers")],
            "One bar a segment: its share of all customers.",
            title="How customers divide over the segments",
            subtitle="Share of all customers, by the segment's letter",
            colours=paint,
            sort=((LETTER, False),),
        )
        return
    yield stacked(
        "customers",
        Box(LEFT, 180, width, 88),
        figure("Share of customers"),
        paint,
        "One bar, divided by segment: its share of all customers.",
        title="Customers: the share of each segment",
        legend=False,
    )
    yield stacked(
        "revenue",
        Box(LEFT, 276, width, TALL - 96),
        figure("Share of revenue"),
        paint,
        "One bar, divided by segment: its share of all revenue.",
        title="Revenue: the share that the same segments bring",
        legend=True,
    )


def _keeping(known: frozenset[str], paint: Colours, box: Box) -> Visual | None:
    """Show how firm each segment is, where there are no months to show."""
    if "Keep rate" not in known:
        return None
    return bars(
        "keeping",
        box,
        LETTER,
        [figure("Keep rate")],
        "One bar a segment: the share of its customers who keep it when segments are rebuilt.",
        title="How many keep their segment",
        subtitle="Share of its customers who come back to it on re-drawn data",
        colours=paint,
        sort=((LETTER, False),),
    )


def _monthly(known: frozenset[str]) -> str:
    """Name what is shown over time; "" where nothing is."""
    return next((name for name in ("Monthly revenue", "Monthly orders") if name in known), "")


def _months(known: frozenset[str], paint: Colours, box: Box, whose: str) -> Visual | None:
    shown = _monthly(known)
    if not shown:
        return None
    return lines(
        "months",
        box,
        MONTH,
        figure(shown),
        f"{shown} over time, one line a segment.",
        title=f"{shown} {whose}",
        subtitle="Scale from zero; the first and the last month may be incomplete",
        colours=paint,
    )


def _ledger(star: Star, known: frozenset[str], box: Box) -> Visual:
    wanted = ["Number of customers", "Share of customers", "Revenue", "Share of revenue", *_typical(star)]
    wanted += ["Keep rate", "Borderline customers", CHANGES[0]]
    shown = [figure(name, LABELS.get(name, "")) for name in wanted if name in known]
    return table(
        "ledger",
        box,
        [SEGMENT, *shown],
        "One row a segment: customers, revenue, what is typical, how many keep it and what changed.",
        title="The segments, line by line",
        subtitle="Right-click a line, Drill through: its customers",
        sort=((SEGMENT, False),),
        total=len(star.tables[SEGMENTS].rows) > 1,
        wide={SEGMENT.reference: max(300.0, WHOLE - 120.0 * len(shown))},
    )


def _typical(star: Star) -> list[str]:
    """Choose two measures that everybody asks for, else the first two that form the segments."""
    named = [c for c in star.tables[CUSTOMERS].columns if c.typical]
    asked = [c.typical for wanted in LEDGER_TYPICAL for c in named if c.typical == wanted]
    forming = [c.typical for c in named if c.folder == "Forms segments"]
    return (asked or forming or [c.typical for c in named])[:MOST_TYPICAL]


def _segment(star: Star, known: frozenset[str], paint: Colours, foot: str) -> Page:
    rows = star.tables[SEGMENTS].rows
    choice = slicer(
        "choice",
        Box(LEFT, 16, 460, 76),
        SEGMENT,
        "Choose a segment: everything on this page is about it.",
        title="Segment",
        chosen=str(rows["Segment"].iloc[0]),
    )
    definition = statement(
        "definition",
        Box(LEFT + 460 + GAP, 16, WHOLE - 460 - GAP, 76),
        only(SEGMENTS, "Definition"),
        "What the customers of the chosen segment are like.",
        size=12.0,
    )
    wanted = ["Number of customers", "Share of customers", "Revenue", "Share of revenue", "Keep rate", *CHANGES]
    head = cards(
        "figures",
        Box(LEFT, 104, WHOLE, 76),
        [figure(name, LABELS.get(name, "")) for name in wanted if name in known],
        "The figures of the chosen segment.",
    )
    over_time = bool(_monthly(known))
    height = 300 if over_time else 348
    beside = list(_beside_everyone(192, height))
    below = 192 + height + GAP
    said = [name for name in ("Try", "Avoid", "Measure by") if rows[name].astype(bool).any()]
    months = _months(known, paint, Box(LEFT, below, HALF if said else WHOLE, 684 - below), "of the segment")
    advice = _advice(said, Box(RIGHT, below, HALF, 684 - below) if over_time else Box(LEFT, below, WHOLE, 684 - below))
    visuals = (choice, definition, head, *beside, months, advice, _foot(foot))
    return Page(
        "segment",
        "Segment",
        tuple(visual for visual in visuals if visual is not None),
        (
            *chosen_by([choice], [definition, head, *beside, months, advice]),
            *chosen_by(beside[:1], beside[1:]),
            *unmoved_by([*beside, months, advice], [choice, definition, head]),
            *unmoved_by(beside, [months, advice]),
            *unmoved_by([months, advice], beside),
        ),
    )


def _beside_everyone(top: int, height: int) -> Iterator[Visual]:
    """Show what sets a segment apart, as bars and in figures."""
    apart, place = (Field(PROFILE, name, label=name, aggregate=SUM) for name in ("Apart", "Place"))
    yield bars(
        "apart",
        Box(LEFT, top, 480, height),
        column(PROFILE, "Measure"),
        [apart],
        "One bar a measure: to the right where the segment lies above all other customers, to the left where below.",
        title="What sets it apart, strongest first",
        subtitle="100: above every other; -100: below; pale: not clear",
        colours=only(PROFILE, "Tone"),
        sort=((place, False),),
        beside=(place,),
        from_zero=False,
    )
    shown = {"Place": "No.", "Measure": "", "Here": "", "Everyone": "", "Difference": ""}
    yield table(
        "profile",
        Box(LEFT + 480 + GAP, top, WHOLE - 480 - GAP, height),
        [column(PROFILE, name, label) for name, label in shown.items()],
        "One row a measure: what is typical in the segment, what for everyone, and whether the difference counts.",
        title="Beside everyone",
        subtitle="▲ and ▼ mark differences that came back in 95 of 100 rebuilds",
        sort=((column(PROFILE, "Place"), False),),
        wide={column(PROFILE, name).reference: pixels for name, pixels in PROFILE_WIDTHS.items()},
    )


def _advice(said: list[str], box: Box) -> Visual | None:
    if not said:
        return None
    return table(
        "advice",
        box,
        [column(SEGMENTS, "Letter", "Segment"), *(column(SEGMENTS, name) for name in said)],
        "What to try, what to avoid, and how to see whether it worked.",
        title="Suggestions from common practice",
        subtitle="Not a prediction: keep a control group. Right-click, Drill through: its customers",
        wrap=True,
        wide={LETTER.reference: 70.0},
    )


def _customers(star: Star, known: frozenset[str], foot: str) -> Page:
    which = slicer(
        "segments", Box(132, 16, 372, 76), SEGMENT, "Choose segments: the list shows their customers.", title="Segment"
    )
    fit = slicer(
        "fit",
        Box(516, 16, 228, 76),
        column(CUSTOMERS, "Fit"),
        "Choose by how firmly customers belong to their segment.",
        title="Fit",
    )
    head = cards(
        "figures",
        Box(756, 16, 500, 76),
        [
            figure(name, LABELS.get(name, ""))
            for name in ("Number of customers", "Revenue", "Revenue per customer")
            if name in known
        ],
        "The figures of the customers in the list.",
    )
    own = [c for c in star.tables[CUSTOMERS].columns if c.folder]
    # What they spent leads, then what forms segments, then the rest.
    own.sort(key=lambda c: (c.name != star.spend, c.folder != "Forms segments"))
    first = column(CUSTOMERS, own[0].name) if own else column(CUSTOMERS, "Customer")
    listed = table(
        "list",
        Box(LEFT, 104, WHOLE, 580),
        [
            column(CUSTOMERS, "Customer"),
            column(SEGMENTS, "Letter", "Segment"),
            column(CUSTOMERS, "Fit"),
            column(CUSTOMERS, "Second choice"),
            *(column(CUSTOMERS, c.name) for c in own[:MOST_MEASURES]),
        ],
        "One row a customer: segment, how firmly it belongs there, and its measures.",
        title="The customers, those with most first" if own else "The customers",
        subtitle=f"Sorted by {first.name}",
        sort=((first, bool(own)),),
    )
    return Page(
        "customers",
        "Customers",
        (back("back", Box(LEFT, 34, 96, 40)), which, fit, head, listed, _foot(foot)),
        (*chosen_by([which, fit], [head, listed]), *chosen_by([listed], [head]), *unmoved_by([listed, fit], [which])),
        drill_by=(LETTER, SEGMENT),
    )


def _foot(text: str) -> Visual:
    return note("foot", Box(LEFT, 692, WHOLE, 20), text)
