"""What single charts draw: shares, keep rates, differences, distributions and maps."""

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

import pytest

from segmentry.describe import Box, Distribution
from segmentry.errors import NotFoundError
from segmentry.evaluate import Keeps
from segmentry.figures import (
    NARROW,
    WIDE,
    Figure,
    customer_map,
    differences,
    dot_range,
    histograms,
    inline_svg,
    keep_ranges,
    segment_ledger,
    share_balance,
)
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.sheet import Sheet, badge_width
from segmentry.maps import Map
from segmentry.markup.badges import people_said
from segmentry.markup.build import join
from segmentry.markup.ledger import ledger
from segmentry.markup.map_words import map_words
from segmentry.markup.opening import headline
from segmentry.summary import RunSummary

BOX = Box(0.0, 10.0, 50.0, 90.0, 200.0)


def _marks(figure: Figure | None, kind: str, width: int = WIDE) -> Iterator[dict[str, Any]]:
    """Give every mark of a kind in a chart, with what its layer says of all."""
    assert figure is not None
    for style, marks in figure.draw(width).layers.items():
        if style.kind == kind:
            yield from (asdict(style) | mark for mark in marks)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_text_of_the_share_balance_sits_on_a_bar(summary: RunSummary, width: int) -> None:
    """Labels stand above the upper and below the lower bar, on paper."""
    figure = share_balance(summary)
    bars = [(bar["y"], bar["y2"]) for bar in _marks(figure, "box", width)]
    texts = [text["y"] for text in _marks(figure, "text", width)]
    assert len(set(bars)) == 2
    assert all(y + 7 <= top or y - 7 >= low for y in texts for top, low in bars)


def test_both_bars_of_the_share_balance_begin_at_zero_and_end_at_a_hundred(summary: RunSummary) -> None:
    """A piece is as long as its share; who has no segment is a piece too."""
    bars = list(_marks(share_balance(summary), "box"))
    upper = sorted((bar for bar in bars if bar["y"] == min(bar["y"] for bar in bars)), key=lambda bar: bar["x"])
    assert upper[0]["x"] == 0
    assert upper[-1]["x2"] == pytest.approx(WIDE - 4, abs=1.5)
    parts = [bar["x2"] - bar["x"] for bar in upper]
    assert parts == pytest.approx([share * (WIDE - 4) for share in (0.2, 0.35, 0.45)], abs=1.5)
    fewer = replace(summary, segments=tuple(replace(s, share=s.share / 2) for s in summary.segments))
    figure = share_balance(fewer)
    assert figure is not None
    assert figure.rows[-1] == ("No segment", "50%", "0%")


def test_the_share_balance_names_who_brings_most_and_least_for_its_size(summary: RunSummary) -> None:
    """The title has a finding of its own: the page's heading says another."""
    shares = [(0.2, 0.7), (0.3, 0.25), (0.5, 0.05)]
    segments = [
        replace(one, share=part, revenue_share=revenue)
        for one, (part, revenue) in zip(summary.segments, shares, strict=True)
    ]
    figure = share_balance(replace(summary, segments=tuple(segments)))
    assert figure is not None
    assert figure.title == "A: 20% of customers, 70% of revenue; C: 50% and 5%"
    assert figure.title != headline(summary)


@pytest.mark.parametrize("revenue", [None, -0.1])
def test_without_revenue_of_every_segment_there_is_no_share_balance(summary: RunSummary, revenue: float | None) -> None:
    """A share that is missing or below zero can't be a length."""
    changed = replace(summary.segments[1], revenue_share=revenue)
    assert share_balance(replace(summary, segments=(summary.segments[0], changed, summary.segments[2]))) is None


def test_the_ledger_chart_shows_what_the_ledger_table_shows(summary: RunSummary) -> None:
    """Chart and table have one choice of measures, and one way to write them."""
    figure = segment_ledger(summary)
    assert figure is not None
    page = ledger(summary).text
    assert [column.title for column in figure.columns][5:7] == ["Days since last order", "Typical order"]
    for row in figure.rows:
        assert all(str(cell) in page for cell in row[1:])


def test_bars_of_the_ledger_chart_begin_at_zero_on_one_scale(summary: RunSummary) -> None:
    """The longest bar is the largest share of either kind, and all others are as long in proportion."""
    bars = [bar for bar in _marks(segment_ledger(summary), "box") if bar["colour"] == segment_colour("A")]
    customers, revenue = sorted(
        (bar["x2"] - bar["x"] for bar in bars if bar["y2"] - bar["y"] < 10), key=lambda length: length
    )
    assert customers / revenue == pytest.approx(0.2 / 0.6, abs=0.01)


def test_a_difference_is_solid_where_it_counts_and_hollow_where_not(summary: RunSummary) -> None:
    """In the dot-range chart colour belongs to what counts; the strongest comes first."""
    figure = dot_range(summary, "b")
    dots = list(_marks(figure, "dot"))
    own, grey, paper = segment_colour("B"), colours()["muted-mark"], colours()["paper"]
    assert [(dot["colour"], dot["fill"]) for dot in dots] == [(own, own), (own, own), (grey, paper)]
    assert figure is not None
    assert figure.name == "dot-range-b"
    assert figure.title == "What sets B apart: Days since last order 12 (typical), everyone 50"
    assert [row[0] for row in figure.rows] == ["Days since last order", "Spend", "Typical order", "Club: yes"]


def test_where_nothing_counts_the_title_says_so(summary: RunSummary) -> None:
    """A segment that nothing sets apart is told as that."""
    own = summary.segments[0]
    quiet = replace(own, traits=tuple(replace(trait, counts=False) for trait in own.traits))
    figure = dot_range(replace(summary, segments=(quiet, *summary.segments[1:])), "A")
    assert figure is not None
    assert figure.title == "Nothing sets A apart: none of 4 differences counts"


def test_twelve_measures_are_drawn_and_all_are_in_the_numbers(summary: RunSummary) -> None:
    """A chart of twenty measures shows the strongest twelve."""
    own = summary.segments[0]
    many = replace(own, traits=tuple(replace(own.traits[0], measure=f"m{i}") for i in range(20)))
    figure = dot_range(replace(summary, segments=(many, *summary.segments[1:])), "A")
    assert len(list(_marks(figure, "dot"))) == 12
    assert figure is not None
    assert len(figure.rows) == 20


@pytest.mark.parametrize("draw", [dot_range, histograms])
def test_a_letter_that_no_segment_has_is_refused(summary: RunSummary, draw: Any) -> None:
    """Whoever asks for segment Z is told which there are."""
    with pytest.raises(NotFoundError, match="no segment 'Z'"):
        draw(summary, "Z")


def _with(summary: RunSummary, *edges: float) -> RunSummary:
    bars = len(edges) - 1
    counts = tuple(range(1, bars + 1))
    one = Distribution("spend", "Spend", "money", True, edges, counts, (counts,) * 3, (BOX,) * 3, BOX)
    return replace(summary, distributions=(one,))


def test_histograms_show_shares_and_say_where_an_end_is_open(summary: RunSummary) -> None:
    """Heights are shares of the segment's customers; a bar that reaches to a giant says so."""
    figure = histograms(_with(summary, 0, 10, 20, 9000), "A")
    heights = [bar["y2"] - bar["y"] for bar in _marks(figure, "box")]
    assert [height / heights[-1] for height in heights] == pytest.approx([1 / 3, 2 / 3, 1], abs=0.01)
    assert "£20 or more" in [text["text"] for text in _marks(figure, "text")]
    assert figure is not None
    assert figure.rows[1:] == (
        ("Spend", "£0", "£10", "17%", "17%"),
        ("Spend", "£10", "£20", "33%", "33%"),
        ("Spend", "£20", "£9,000", "50%", "50%"),
    )


def test_without_distributions_there_are_no_histograms(summary: RunSummary) -> None:
    """A run from before they were kept has none."""
    assert histograms(summary, "A") is None


def test_a_cell_is_filled_only_where_its_difference_counts(summary: RunSummary) -> None:
    """Two measures count in each of three segments, one of them above and one below: six fills."""
    figure = differences(summary)
    fills = [box["colour"] for box in _marks(figure, "box") if box["x2"] - box["x"] > 10]
    fills = [fill for fill in fills if fill in {colours()["div-3"], colours()["div-5"]}]
    assert sorted(fills) == sorted([colours()["div-3"], colours()["div-5"]] * 3)
    assert figure is not None
    assert figure.title == "2 of 4 measures set a segment apart; A differs most, in 2 of them"


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("fill", ["div-3", "div-5"])
def test_text_on_a_fill_keeps_its_contrast(fill: str, dark: bool) -> None:
    """Ink on either fill has a contrast of 4.5 at least, in light and in dark."""
    sheet = files("segmentry.markup").joinpath("style/tokens.css").read_text(encoding="utf-8")
    if dark:
        sheet = sheet[sheet.index("[data-theme=dark]") :]
    lights = [_light(re.search(rf"--{name}: (#\w{{6}})", sheet)[1]) for name in (fill, "ink")]  # type: ignore[index]
    assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 4.5


def test_at_most_twenty_rows_of_differences_are_drawn(summary: RunSummary) -> None:
    """The strongest stay; the numbers have all."""
    many = tuple(
        replace(own, traits=tuple(replace(own.traits[0], measure=f"m{i}", delta=i / 40) for i in range(40)))
        for own in summary.segments
    )
    figure = differences(replace(summary, segments=many))
    assert figure is not None
    assert len(figure.rows) == 40
    assert sum(rule["x"] == 0 for rule in _marks(figure, "rule")) == 20
    assert "the strongest 20 of 40" in figure.subtitle


def test_segments_that_keep_few_are_named(summary: RunSummary) -> None:
    """The title names the softest segments; where none is soft, the least."""
    figure = keep_ranges(summary)
    assert figure is not None
    assert figure.title == "1 of 3 segments keeps fewer than 85 of 100 customers: B 84"
    firm = tuple(replace(own, keeps=Keeps(0.9, 0.8, 0.95)) for own in summary.segments)
    figure = keep_ranges(replace(summary, segments=firm))
    assert figure is not None
    assert figure.title == "Every segment keeps at least 90 of 100 customers when rebuilt, A the fewest"
    assert figure.rows[0][0] == "All customers"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_customer_of_a_map_is_a_dot(summary: RunSummary, width: int) -> None:
    """Each is drawn once, and who has no segment in a grey of its own."""
    paths = [mark for mark in _marks(customer_map(summary), "path", width) if mark["width"] > 2]
    dots = [point for path in paths for point in path["points"] if point is not None]
    assert len(dots) == 4
    assert colours()["no-segment"] in {path["colour"] for path in paths}
    assert all(0 < x < width - 4 and y > 0 for x, y in dots)


def test_a_map_carries_the_words_of_the_report(summary: RunSummary) -> None:
    """The warning, the axes and the trustworthiness stand beside it, as they do in the report."""
    figure = customer_map(summary)
    assert figure is not None
    assert figure.caption.startswith("A flattened picture. Closeness is approximate. 4 of 400 customers")
    said = join(map_words(summary.maps[0], summary, people_said)).text
    assert re.sub("</?bdi>", "", said) in figure.caption


def test_a_map_that_was_not_drawn_is_no_figure(summary: RunSummary) -> None:
    """Only the maps of the run are there."""
    assert customer_map(summary, "umap") is None
    assert customer_map(replace(summary, maps=())) is None


@pytest.mark.parametrize("places", [(0.0, 0.0), (0.0, 1.0)])
def test_a_map_without_width_or_height_is_drawn_inside_its_frame(
    summary: RunSummary, places: tuple[float, float]
) -> None:
    """Customers on one place or one line have a map too."""
    flat = Map("pca", (2.0, 2.0), places, (0, 1), 2, (), None, 0)
    figure = customer_map(replace(summary, maps=(flat,)))
    texts = [mark["text"] for mark in _marks(figure, "text")]
    assert sorted(texts) == ["A", "B"]


def test_two_thousand_dots_stay_below_ninety_kilobytes(summary: RunSummary) -> None:
    """A map of as many customers as are ever drawn, in twelve segments."""
    segments = tuple(replace(summary.segments[0], letter=letter) for letter in "ABCDEFGHIJKL")
    x = tuple((place * 7919 % 2003) / 100.3 for place in range(2000))
    y = tuple((place * 104729 % 1999) / 77.7 for place in range(2000))
    drawn = Map("tsne", x, y, tuple(place % 12 for place in range(2000)), 5000, (), 0.8, 10)
    figure = customer_map(replace(summary, segments=segments, k=12, maps=(drawn,)), "tsne")
    assert figure is not None
    assert len(inline_svg(figure).text) < 90_000


@pytest.mark.parametrize("letter", ["A", "AB"])
def test_a_letter_stands_in_a_box_of_paper(letter: str) -> None:
    """A badge is ink on the surface, with an edge of the segment's colour."""
    sheet = Sheet(100, 40)
    sheet.badge(10, 20, letter)
    figure = Figure("badge", "1", "1", (), (), lambda _: sheet)
    boxes = list(_marks(figure, "box"))
    assert [box["colour"] for box in boxes] == [colours()["surface"], segment_colour(letter)]
    assert [(box["x"], box["x2"]) for box in boxes] == [(10, 10 + badge_width(letter)), (10, 14)]
    assert [text["colour"] for text in _marks(figure, "text")] == [colours()["ink"]]
