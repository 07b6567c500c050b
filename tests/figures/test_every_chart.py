"""What holds for charts of every kind of run: findings, numbers behind them, drawings that fit and are safe.

Titles and rows are those of every chart; drawings those of the charts of segments, the technical ones have tests of
their own.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from segmentry.data import sample_shop
from segmentry.describe import Box, Distribution, Segment
from segmentry.describe.describe import letter
from segmentry.figures import FIGURES, NARROW, SEGMENT_FIGURES, WIDE, Figure, inline_svg
from segmentry.figures.fitting import text_width
from segmentry.figures.sheet import Sheet
from segmentry.maps import Map
from segmentry.segment import segment
from segmentry.summary import RunSummary

HOSTILE = "<script>alert(1)</script> & \u202e\u05e9\u05dc\u05dd\u202c 👩\u200d👩\u200d👧 \u0301 {braces} %s "
LONG = (HOSTILE + "and a name that goes on and on and on and on and on")[:80]
NUMBER = re.compile(r"\d[\d,.]*")
TICKS = {"0", "25", "50", "75", "85", "100"}
"""Figures of axes: they measure, and tell nothing of the run."""
SAFE = 0.84
"""Widths are estimated on the safe side by about so much; our font is narrower."""


def _segments(summary: RunSummary, k: int) -> RunSummary:
    """Give a run the segments of another number: its own ones in turn, of falling size, some of them tiny."""
    sizes = [0.5**place for place in range(k)]
    shares = [size / sum(sizes) for size in sizes]
    found = tuple(
        replace(
            summary.segments[place % 3],
            letter=letter(place),
            name=f"{summary.segments[place % 3].name} again" if place > 2 else summary.segments[place].name,
            share=shares[place],
            revenue_share=shares[k - 1 - place],
        )
        for place in range(k)
    )
    maps = (Map("pca", tuple(range(k)), tuple(range(k)), tuple(range(k)), k, (), 0.9, 1),)
    return replace(summary, k=k, segments=found, maps=maps, keep=summary.keep if k > 1 else None)


def _distributed(summary: RunSummary) -> RunSummary:
    """Give a run distributions of its numbers, each with a giant far away."""
    box = Box(0.0, 10.0, 50.0, 90.0, 200.0)
    k = len(summary.segments)
    numbers = [trait for trait in summary.segments[0].traits if trait.kind == "number"]
    found = tuple(
        Distribution(
            measure=trait.measure,
            label=trait.label,
            unit=trait.unit,
            forms=trait.forms,
            edges=(0.0, 10.0, 20.0, 30.0, 40.0, 99_000.0),
            everyone=(100, 200, 50, 0, 50),
            segments=((0, 40, 10, 0, 0),) * k,
            boxes=(box,) * k,
            box=box,
        )
        for trait in numbers
    )
    return replace(summary, distributions=found)


def _each(summary: RunSummary, change: Callable[[Segment], Segment]) -> RunSummary:
    return replace(summary, segments=tuple(map(change, summary.segments)))


def _named(summary: RunSummary) -> RunSummary:
    """Give segments and measures the worst names."""
    changed = _each(
        summary,
        lambda own: replace(
            own,
            name=f"{own.letter}{LONG}"[:80],
            traits=tuple(replace(trait, label=f"{trait.label} {LONG}") for trait in own.traits),
        ),
    )
    measures = tuple(replace(measure, label=f"{measure.label} {LONG}") for measure in summary.measures)
    return replace(changed, measures=measures)


def _undependable(summary: RunSummary) -> RunSummary:
    changed = _each(
        summary,
        lambda own: replace(
            own, name=f"Segment {own.letter}", traits=tuple(replace(trait, counts=False) for trait in own.traits)
        ),
    )
    return replace(changed, verdict="Not dependable", start_with=None)


RUNS: Mapping[str, Callable[[RunSummary], RunSummary]] = {
    "by hand": lambda summary: summary,
    "one segment": lambda summary: _segments(summary, 1),
    "two segments": lambda summary: _segments(summary, 2),
    "twelve segments": lambda summary: _segments(summary, 12),
    "no money": lambda summary: _each(summary, lambda own: replace(own, revenue=None, revenue_share=None)),
    "worst names": _named,
    "not dependable": _undependable,
    "nothing known": lambda summary: _each(summary, lambda own: replace(own, traits=(), keeps=None)),
}


@pytest.fixture(scope="module")
def real() -> RunSummary:
    """Give a real run of a small sample shop."""
    shop = sample_shop(300)
    return segment(shop.orders, shop.customers, name="demo", segments="2-6", rebuilds=20, currency="€").summary


@pytest.fixture(params=["a real one", *RUNS])
def run(request: pytest.FixtureRequest, summary: RunSummary) -> RunSummary:
    """Give runs of every kind, with distributions."""
    if request.param == "a real one":
        return _distributed(request.getfixturevalue("real"))
    return (
        RUNS[request.param](_distributed(summary))
        if "segments" not in request.param
        else _distributed(RUNS[request.param](summary))
    )


def _figures(run: RunSummary) -> Iterator[Figure]:
    for draw in FIGURES.values():
        figure = draw(run)
        if figure is not None:
            yield figure
    for draw_one in SEGMENT_FIGURES.values():
        for own in (run.segments[0], run.segments[-1]):
            figure = draw_one(run, own.letter)
            if figure is not None:
                yield figure


def _texts(sheet: Sheet) -> Iterator[tuple[str, float, float, float, float]]:
    """Give every text of a drawing with its left, right, top and lower edge."""
    for style, marks in sheet.layers.items():
        for mark in marks if style.kind == "text" else ():
            wide = SAFE * text_width(mark["text"], style.size)
            left = mark["x"] - {"left": 0, "center": wide / 2, "right": wide}[style.align]
            yield mark["text"], left, left + wide, mark["y"] - 5, mark["y"] + 5


OF_SEGMENTS = re.compile("share-balance|segment-ledger|dot-range|histograms|differences|keep-ranges|map-")
"""Charts of what the run found, by their names."""


def _placed(run: RunSummary) -> Iterator[Figure]:
    return (figure for figure in _figures(run) if OF_SEGMENTS.match(figure.name))


def test_the_title_is_a_finding_with_a_number_and_the_subtitle_says_n(run: RunSummary) -> None:
    """A title holds a number and no forbidden word; a subtitle is there."""
    for figure in _figures(run):
        assert re.search(r"\d", figure.title), figure.name
        assert not re.search(r"(?i)\bcluster|significant|insight", figure.title + figure.subtitle), figure.name
        assert figure.subtitle, figure.name


def test_rows_are_as_wide_as_their_headings(run: RunSummary) -> None:
    """Numbers are a table: a cell a column, and at least one row."""
    for figure in _figures(run):
        assert figure.rows, figure.name
        assert {len(row) for row in figure.rows} == {len(figure.columns)}, figure.name


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_drawings_are_well_formed_small_and_in_the_pages_colours(run: RunSummary, width: int) -> None:
    """An inline drawing is XML without style, script or a colour of its own, below 30 KB (a map: 90 KB)."""
    for figure in _placed(run):
        text = inline_svg(figure, width).text
        root = ET.fromstring(text)  # noqa: S314 - what we just drew
        assert len(text.encode()) < (90_000 if figure.name.startswith("map-") else 30_000), (figure.name, len(text))
        for node in root.iter():
            assert not {"style", "onload", "href"} & set(node.attrib), figure.name
            assert node.tag.rpartition("}")[2] in {
                "svg",
                "g",
                "path",
                "text",
                "tspan",
                "rect",
                "line",
                "circle",
                "title",
            }
            for ink in ("fill", "stroke"):
                assert re.fullmatch(r"var\(--[a-z0-9-]+\)|none|transparent", node.get(ink, "none")), figure.name


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_number_drawn_stands_in_the_numbers(run: RunSummary, width: int) -> None:
    """What is written in a drawing is in its table, its title or its subtitle, but for the figures of axes."""
    for figure in _placed(run):
        cells = (str(cell) for row in figure.rows for cell in row)
        said = " ".join([*cells, figure.title, figure.subtitle, *(column.title for column in figure.columns)])
        known = {found.rstrip(".,") for found in NUMBER.findall(said)} | TICKS
        for text, *_ in _texts(figure.draw(width)):
            drawn = {found.rstrip(".,") for found in NUMBER.findall(text.partition("…")[0])}
            assert drawn <= known or text.endswith("…"), (figure.name, text)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_text_lies_over_another_or_leaves_the_drawing(run: RunSummary, width: int) -> None:
    """However many segments and however long their names: texts stay apart, and inside."""
    for figure in _placed(run):
        sheet = figure.draw(width)
        texts, wide = list(_texts(sheet)), sheet.width
        assert not figure.narrow or wide <= width, figure.name
        for text, left, right, *_ in texts:
            assert left > -3, (figure.name, text)
            assert right < wide + 3, (figure.name, text)
        for one, other in combinations(texts, 2):
            apart = one[2] <= other[1] or other[2] <= one[1] or one[4] <= other[3] or other[4] <= one[3]
            assert apart, (figure.name, one, other)
