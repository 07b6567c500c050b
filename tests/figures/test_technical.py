"""The charts under Technical: what they find, what they draw, and when there is nothing to draw."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import combinations, pairwise
from typing import Any

import pytest

from segmentry.choose import Criterion
from segmentry.data import sample_shop
from segmentry.figures import (
    NARROW,
    WIDE,
    Figure,
    box_plots,
    correlations,
    criteria,
    dendrogram,
    distributions,
    elbow,
    silhouette_profile,
)
from segmentry.figures.correlations import MINUS, TEXT
from segmentry.figures.fitting import text_width
from segmentry.figures.palette import VARIABLE
from segmentry.figures.sheet import Sheet, Style
from segmentry.segment import segment
from segmentry.summary import Dendrogram, RunSummary

CHARTS: tuple[Callable[[RunSummary], Figure | None], ...] = (
    elbow,
    criteria,
    silhouette_profile,
    dendrogram,
    distributions,
    box_plots,
    correlations,
)
EVERY = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.__name__)
READABLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""


def drawn(found: Figure | None) -> Figure:
    """Give a figure that must be there."""
    assert found is not None
    return found


def marks(figure: Figure, width: int = WIDE) -> Iterator[tuple[Style, dict[str, Any]]]:
    """Give every mark of a drawing: its style and what it says of itself."""
    return marks_of(figure.draw(width))


def marks_of(sheet: Sheet) -> Iterator[tuple[Style, dict[str, Any]]]:
    """Give every mark of a sheet: its style and what it says of itself."""
    return ((style, mark) for style, found in sheet.layers.items() for mark in found)


def texts(figure: Figure, width: int = WIDE) -> list[str]:
    """Give every word written in a drawing."""
    return [row["text"] for style, row in marks(figure, width) if style.kind == "text"]


@EVERY
def test_each_chart_draws_a_run_that_has_everything(
    chart: Callable[[RunSummary], Figure | None], technical: RunSummary
) -> None:
    """Its title is a finding with a number, its subtitle says n, a row has a cell for every heading."""
    figure = drawn(chart(technical))
    assert re.search(r"\d", figure.title)
    assert "400 customers" in figure.subtitle
    assert figure.name == chart.__name__.replace("_", "-")
    assert figure.rows
    assert {len(row) for row in figure.rows} == {len(figure.columns)}


@EVERY
def test_a_chart_without_content_is_none(chart: Callable[[RunSummary], Figure | None], technical: RunSummary) -> None:
    """Runs of other methods, or of one segment, lack candidates, silhouettes, trees, distributions or correlations."""
    empty = replace(
        technical,
        candidates=(),
        criteria=(),
        silhouettes=(),
        tree=None,
        distributions=(),
        correlations=None,
        segments=technical.segments[:1],
        k=1,
    )
    assert chart(empty) is None


@pytest.mark.parametrize("width", [WIDE, NARROW])
@EVERY
def test_no_text_leaves_the_drawing_or_lies_over_another(
    chart: Callable[[RunSummary], Figure | None], technical: RunSummary, width: int
) -> None:
    """Whatever a chart says of places, its words stay inside and apart."""
    figure = drawn(chart(technical))
    width = width if figure.narrow else WIDE
    boxes = []
    for style, row in marks(figure, width):
        if style.kind == "text":
            # The estimate is on the safe side by about a tenth.
            wide = 0.9 * text_width(row["text"], style.size)
            left = row["x"] - {"left": 0.0, "center": wide / 2, "right": wide}[style.align]
            boxes.append((left, left + wide, row["y"] - 6, row["y"] + 6, row["text"]))
    for left, right, top, low, text in boxes:
        assert left >= -2, text
        assert right <= width, text
        assert top >= -2, text
        assert low <= figure.draw(width).height + 2, text
    for one, other in combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)


@EVERY
def test_every_figure_drawn_stands_in_the_numbers(
    chart: Callable[[RunSummary], Figure | None], technical: RunSummary
) -> None:
    """What a drawing says of the run is in its table, its title or its subtitle; figures of axes are round."""
    figure = drawn(chart(technical))
    said = [figure.title, figure.subtitle, *(column.title for column in figure.columns)]
    for row in figure.rows:
        said += [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row]
        said += [f"{cell:g}" for cell in row if isinstance(cell, float)]
    known = set(re.findall(r"\d[\d,.]*\d|\d", " ".join(said)))
    axis = re.compile(rf"[{MINUS}]?[\d,.]*\d")
    for text in texts(figure):
        found = set(re.findall(r"\d[\d,.]*\d|\d", text.removeprefix("£")))
        assert found <= known or axis.fullmatch(text.removeprefix("£")), text


def test_the_elbow_names_the_bend_and_the_chosen_number(technical: RunSummary) -> None:
    """Both stand in the title where they differ; that inertia always falls is said."""
    figure = drawn(elbow(technical))
    assert figure.title == "Inertia bends at 4 segments; 3 were chosen for other reasons"
    assert "always falls" in figure.subtitle
    assert [row[3] for row in figure.rows[:4]] == ["", "chosen", "bend", ""]
    agreed = replace(technical, criteria=(Criterion("elbow", 3, "bend"),))
    assert drawn(elbow(agreed)).title == "Inertia bends at 3 segments, the number chosen"
    none = replace(technical, criteria=(Criterion("elbow", None, "bend"),))
    assert drawn(elbow(none)).title == "Inertia has no bend: it falls by 83% from 2 to 12 segments"


def test_the_elbow_needs_three_numbers(technical: RunSummary) -> None:
    """Two points have no bend."""
    assert elbow(replace(technical, candidates=technical.candidates[:2])) is None
    assert elbow(replace(technical, candidates=technical.candidates[:3])) is not None


def test_criteria_count_only_those_drawn_that_have_an_opinion(technical: RunSummary) -> None:
    """One of four agrees; a criterion without an opinion has a curve but no say."""
    figure = drawn(criteria(technical))
    assert figure.title == "1 of 4 criteria taken alone would choose 3 segments as well"
    choices = dict(zip((column.title for column in figure.columns), figure.rows[-1], strict=True))
    assert choices["Silhouette"] == 2
    assert choices["Gap"] is None
    assert choices["Inertia"] == 4


def test_criteria_without_agreement_say_the_range(technical: RunSummary) -> None:
    """None agrees: the title says from where to where they go."""
    figure = drawn(criteria(replace(technical, k=7)))
    assert figure.title == "None of 4 criteria taken alone would choose 7 segments: they say 2 to 12"


def test_criteria_leave_out_what_is_not_known(technical: RunSummary) -> None:
    """A criterion that was not computed, or is not a number, has no panel."""
    bare = replace(
        technical,
        candidates=tuple(
            replace(c, bic=None, gap=None, margin=None, calinski_harabasz=float("nan")) for c in technical.candidates
        ),
    )
    titles = {column.title for column in drawn(criteria(bare)).columns}
    assert titles == {
        "Segments",
        "Silhouette",
        "Kept beyond chance",
        "Prediction strength",
        "Inertia",
        "Davies-Bouldin",
    }


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_criteria_mark_the_number_chosen_in_every_panel(technical: RunSummary, width: int) -> None:
    """A rule leads from the chosen number to its value, once a panel."""
    figure = drawn(criteria(technical))
    rules = [row for style, row in marks(figure, width) if style.kind == "rule" and row["x"] == row["x2"]]
    assert len(rules) == len(figure.columns) - 1


def test_silhouettes_below_zero_are_summed_over_customers(technical: RunSummary) -> None:
    """35 of B's 140 and 18 of C's 180 are 53 of 400: 13%."""
    figure = drawn(silhouette_profile(technical))
    assert figure.title == "13% of customers lie nearer to another segment; in B it is 25%"
    assert [row[3] for row in figure.rows] == ["0%", "25%", "10%"]
    assert figure.rows[0][4:] == (0.8, 0.54, 0.3, 0.04, -0.2)


@pytest.mark.parametrize("mean", [-0.2, 0.0, 0.79])
def test_the_mean_silhouette_stands_inside_wherever_it_lies(technical: RunSummary, mean: float) -> None:
    """Groups far apart have it at the right edge, where half of its words would leave the drawing."""
    profiles = tuple(replace(profile, mean=mean) for profile in technical.silhouettes)
    for width in (WIDE, NARROW):
        sheet = drawn(silhouette_profile(replace(technical, silhouettes=profiles))).draw(width)
        (label,) = (
            mark
            for _, mark in marks_of(sheet)
            if str(mark.get("text", "")).startswith("mean") and mark["y"] > sheet.height - 40
        )
        half = text_width(label["text"]) / 2
        assert label["x"] - half >= 0
        assert label["x"] + half <= sheet.width


def test_a_segment_without_silhouettes_is_left_out(technical: RunSummary) -> None:
    """On a sample a tiny segment may have no customer with a silhouette."""
    nobody = replace(technical.silhouettes[0], customers=0, mean=float("nan"), below=float("nan"), quantiles=())
    figure = drawn(silhouette_profile(replace(technical, silhouettes=(nobody, *technical.silhouettes[1:]))))
    assert [row[0] for row in figure.rows] == ["B · Slipping regulars", "C · One small order"]
    assert silhouette_profile(replace(technical, silhouettes=(nobody,) * 3)) is None


def test_the_tree_tells_what_the_next_join_would_be(technical: RunSummary) -> None:
    """A and B join at 1, the two leaves of C at 2 before: the cut lies between joins of a segment and of two."""
    figure = drawn(dendrogram(technical))
    tree = Dendrogram(((2, 3), (0, 1), (5, 4)), (1.0, 2.5, 5.0), (80, 140, 100, 80), (0, 1, 2, 2))
    ordered = drawn(dendrogram(replace(technical, tree=tree)))
    assert ordered.title == "Joining A and B next would reach 2.5 times as far as any join made"
    assert ordered.rows[1] == ("join 2", "leaf 1 (A)", 80, "leaf 2 (B)", 140, 2.5)
    assert figure.rows[-1][:5] == ("join 3", "join 1 (several)", 220, "join 2 (C)", 180)


def test_the_trees_branches_have_their_segments_colours(technical: RunSummary) -> None:
    """A join of one segment has its colour, a join of several is grey."""
    figure = drawn(dendrogram(technical))
    colours = [row["colour"] for style, row in marks(figure) if style.kind == "path"]
    assert colours == ["#8C8F94", "#1F6D8B", "#8C8F94"]


def test_a_tree_of_one_segment_is_drawn_without_a_cut(technical: RunSummary) -> None:
    """Nothing was cut, so nothing is told of the next join."""
    whole = replace(technical, k=1, segments=technical.segments[:1])
    figure = drawn(dendrogram(replace(whole, tree=replace(technical.tree, segments=(0, 0, 0, 0)))))  # type: ignore[type-var]
    assert figure.title == "4 branches join within one segment"


def test_letters_of_narrow_segments_stand_apart(technical: RunSummary) -> None:
    """Twelve segments of one customer each beside a large one: every letter can be read."""
    segments = tuple(replace(technical.segments[0], letter=letter) for letter in "ABCDEFGHIJKL")
    merges = ((0, 1), *((12 + at, 2 + at) for at in range(10)))
    heights = tuple(float(at) for at in range(1, 12))
    tree = Dendrogram(merges, heights, (5000, *(1 for _ in range(11))), tuple(range(12)))
    figure = drawn(dendrogram(replace(technical, k=12, segments=segments, tree=tree)))
    places = [row["x"] for style, row in marks(figure) if style.kind == "text" and row["text"] in "ABCDEFGHIJKL"]
    assert len(places) == 12
    assert min(after - before for before, after in pairwise(places)) > 10


def test_distributions_show_what_forms_segments_in_its_units(technical: RunSummary) -> None:
    """A measure that only describes is not drawn; money has its sign, days their name."""
    figure = drawn(distributions(technical))
    assert {row[0] for row in figure.rows} == {"Days since last order", "Spend"}
    assert figure.rows[0] == ("Days since last order", "0 days", "10 days", 150, "20 days")
    assert figure.title == "Spend: £20 is typical, one customer in 20 has over £90"
    words = texts(figure)
    assert {"typical 20 days", "typical £20", "≥ 40 days", "≥ £40"} <= set(words)


def test_a_bar_that_reaches_far_is_drawn_as_wide_as_its_neighbours(technical: RunSummary) -> None:
    """A few giants must not press everybody into one bar."""
    figure = drawn(distributions(technical))
    bars = [row for style, row in marks(figure) if style.kind == "box"]
    widths = {round(row["x2"] - row["x"]) for row in bars}
    assert len(widths) == 1
    heights = [row["y2"] - row["y"] for row in bars]
    assert heights[0] == pytest.approx(1.5 * heights[1], rel=0.01)


def test_boxes_begin_with_the_measure_that_sets_segments_apart_most(technical: RunSummary) -> None:
    """How far apart the typical customers rank decides, not the unit."""
    first, *rest = technical.segments
    far = replace(first, traits=tuple(replace(t, rank=2.0) if t.measure == "spend" else t for t in first.traits))
    figure = drawn(box_plots(replace(technical, segments=(far, *rest))))
    assert figure.title.startswith("Segments differ most in spend")
    assert figure.rows[0][:2] == ("Spend", "Everyone")
    assert figure.rows[1] == ("Spend", "A · Frequent big spenders", "£1", "£10", "£20", "£40", "£90")


def test_boxes_are_of_eight_measures_at_most(technical: RunSummary) -> None:
    """More than eight would be looked at by nobody."""
    many = tuple(replace(technical.distributions[0], measure=f"m{at}", label=f"M {at}") for at in range(12))
    figure = drawn(box_plots(replace(technical, distributions=many)))
    assert len({row[0] for row in figure.rows}) == 8


def test_segments_beyond_the_eighth_are_grey(technical: RunSummary) -> None:
    """Letters tell them apart, as more colours could not be told apart."""
    beyond = (replace(technical.segments[0], letter="J"), *technical.segments[1:])
    figure = drawn(box_plots(replace(technical, segments=beyond)))
    assert "J" in texts(figure)
    assert "#142F7F" not in {row["colour"] for _, row in marks(figure)}


def test_the_closest_pair_is_named_with_its_figure(technical: RunSummary) -> None:
    """Opposite ways count as much as together; a pair that isn't known is left blank."""
    figure = drawn(correlations(technical))
    assert figure.title == f"Days since last order and Spend go opposite ways most closely: {MINUS}0.82"
    assert figure.rows[2] == ("Typical order", None, 0.456, 1.0)
    assert "3 of 4 measures" in figure.subtitle
    assert {f"{MINUS}0.82", "0.46"} <= set(texts(figure))


def test_at_most_twenty_measures_are_drawn_with_readable_figures(technical: RunSummary) -> None:
    """Of 30 measures 20 are drawn, in text of 12 pixels and more, each with its whole name or a cut one."""
    names = tuple(f"measure number {at} with a long name of its own" for at in range(30))
    values = tuple(tuple(1.0 if one == other else -0.999 for one in range(30)) for other in range(30))
    found = replace(technical.correlations, names=names, spearman=values)  # type: ignore[type-var]
    figure = drawn(correlations(replace(technical, correlations=found)))
    assert len(figure.rows) == 20
    assert min(style.size for style, _ in marks(figure) if style.kind == "text") >= 12
    assert f"{MINUS}.99" in texts(figure)
    assert not [text for text in texts(figure) if text.startswith("1.0")]


def luminance(colour: str) -> float:
    """Give a colour's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("step", [f"div-{place}" for place in range(1, 8)])
def test_figures_can_be_read_on_every_step_of_the_heat_map(step: str, theme: str) -> None:
    """Text has a contrast of 4.5 to 1 on its cell, in light and in dark."""
    sheet = files("segmentry.markup").joinpath("style/tokens.css").read_text(encoding="utf-8")
    light, _, dark = sheet.partition("@media")
    known = dict(VARIABLE.findall(light)) | (dict(VARIABLE.findall(dark)) if theme == "dark" else {})
    ground, ink = sorted((luminance(known[step]), luminance(known[TEXT.get(step, "ink")])))
    assert (ink + 0.05) / (ground + 0.05) >= READABLE


REAL: dict[str, dict[str, Any]] = {
    "kmeans": {"segments": "2-5"},
    "ward": {"segments": "2-5", "method": "ward"},
    "one segment": {"segments": "1"},
    "grid": {"method": "rfm-grid"},
}


@pytest.mark.parametrize("options", REAL.values(), ids=REAL)
def test_real_runs_are_drawn_or_hidden(options: dict[str, Any]) -> None:
    """Whatever a method leaves out, charts draw the rest; a tree is drawn where there is one."""
    shop = sample_shop(250)
    found = segment(shop.orders, shop.customers, name="demo", rebuilds=20, **options).summary
    figures = {figure.name: figure for chart in CHARTS if (figure := chart(found)) is not None}
    for figure in figures.values():
        assert figure.draw(WIDE).layers
        assert figure.draw(NARROW).layers
    assert ("dendrogram" in figures) == (options.get("method") == "ward")
    assert "distributions" in figures
    assert "correlations" in figures
    assert ("box-plots" in figures) == (found.k > 1)
