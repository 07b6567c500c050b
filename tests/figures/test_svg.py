"""Charts as pictures: what a page gets, what a file is, and what both never hold."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from xml.etree import ElementTree as ET

import pytest

from segmentry.figures import FIGURES, NARROW, WIDE, Figure, box_plots, elbow, inline_svg, png, start, svg
from segmentry.figures.palette import colours
from segmentry.markup import Column
from segmentry.summary import RunSummary

pytest.importorskip("altair")
pytest.importorskip("vl_convert")

LARGEST = 14_000
"""Bytes of a chart in a page."""
VARIABLE = re.compile(r"var\(--[a-z0-9-]+\)|none|transparent|url\(#[a-z0-9-]+\)")


def parsed(text: str) -> ET.Element:
    """Read XML that we wrote; raises where it isn't well-formed."""
    return ET.fromstring(text)  # noqa: S314 - our own drawing


def clipped(name: str) -> Figure:
    """Give a figure whose drawing needs ids: a clip path and a gradient."""

    def draw(width: int) -> object:
        import altair as alt

        ends = [alt.GradientStop(color=colours()[end], offset=place) for place, end in enumerate(("seg-1", "paper"))]
        chart = alt.Chart(alt.InlineData(values=[{"x": 1, "y": 2}, {"x": 3, "y": 4}]))
        filled = alt.Gradient(gradient="linear", stops=ends, x1=0, x2=1, y1=0, y2=0)
        return chart.mark_area(clip=True, color=filled).encode(x="x:Q", y="y:Q").properties(width=width)

    return Figure(name, "1 thing", "n = 2", (Column("x"),), ((1,),), draw)  # type: ignore[arg-type]


def drawings(run: RunSummary) -> list[tuple[str, str]]:
    """Give every chart of a run as it stands in a page, wide and narrow."""
    found = [figure for make in FIGURES.values() if (figure := make(run)) is not None]
    return [(figure.name, inline_svg(figure, width).text) for figure in found for width in (WIDE, NARROW)]


def test_drawings_in_pages_are_well_formed_and_small(technical: RunSummary) -> None:
    """Every one is XML, and at most 14 KB."""
    for name, text in drawings(technical):
        root = parsed(text)
        assert root.tag == "svg", name
        assert len(text.encode()) < LARGEST, name


def test_drawings_in_pages_follow_the_page(technical: RunSummary) -> None:
    """Colours are variables; there is no style, no font, no script, no address."""
    for name, text in drawings(technical):
        for node in parsed(text).iter():
            banned = {"style", "font-family", "onclick"} | ({"class"} if node.tag != "svg" else set())
            assert not banned & set(node.attrib), name
            for ink in ("fill", "stroke", "stop-color"):
                assert VARIABLE.fullmatch(node.get(ink, "none")), (name, node.attrib)
        assert "http" not in text, name


def test_groups_that_only_group_are_gone(technical: RunSummary) -> None:
    """Every group says something that its marks share."""
    for name, text in drawings(technical):
        for node in parsed(text).iter("g"):
            assert node.attrib, name
            assert len(node), name


def test_a_drawing_is_named_by_its_title(technical: RunSummary) -> None:
    """Readers aloud say the finding; whatever the title holds is text."""
    figure = elbow(technical)
    assert figure is not None
    root = parsed(inline_svg(replace(figure, title='5 < 6 & "so" <script>')).text)
    assert root.get("role") == "img"
    assert root.get("aria-label") == '5 < 6 & "so" <script>'


def test_two_charts_in_a_page_share_no_id() -> None:
    """Ids carry the figure's name and width, and what points at them follows."""
    ids = []
    for figure, width in ((clipped("one"), WIDE), (clipped("two"), WIDE), (clipped("one"), NARROW)):
        text = inline_svg(figure, width).text
        own = re.findall(r'\bid="([^"]+)"', text)
        pointed = re.findall(r"url\(#([^)]+)\)", text)
        assert own
        assert set(pointed) <= set(own)
        assert "clip-path" in text
        ids.append(own)
    assert len(set(chain(*ids))) == sum(map(len, ids))


def test_a_gradients_stops_are_variables() -> None:
    """Stops follow the page as fills do."""
    assert set(re.findall(r'stop-color="([^"]+)"', inline_svg(clipped("one")).text)) == {"var(--seg-1)", "var(--paper)"}


@pytest.mark.parametrize(
    "text", ["a<b>&\"'", "\x00\x07\x1b", "\ud800", "\u202eabc", "</text><script>1</script>", " />"]
)
def test_peoples_text_stays_text_in_drawings(technical: RunSummary, text: str) -> None:
    """Names of measures can't end a drawing, add to it, or break it."""
    named = tuple(replace(found, label=f"{text} name") for found in technical.distributions)
    figure = box_plots(replace(technical, distributions=named))
    assert figure is not None
    root = parsed(inline_svg(figure).text)
    assert {node.tag for node in root.iter()} <= {"svg", "g", "path", "text", "tspan", "line", "rect", "circle"}
    assert any("name" in "".join(node.itertext()) for node in root.iter("text"))
    parsed(svg(figure))
    assert png(figure)


def test_files_are_light_on_paper_and_titled(technical: RunSummary) -> None:
    """A file by itself has no page to follow: light colours, a ground, the title."""
    figure = elbow(technical)
    assert figure is not None
    text = svg(figure)
    parsed(text)
    assert "var(" not in text
    assert colours()["paper"].lower() in text.lower()
    assert figure.title in text
    assert png(figure).startswith(b"\x89PNG")


def test_a_figure_is_drawn_once_for_a_page(technical: RunSummary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page that shows a chart of the same run takes the same drawing."""
    first = elbow(technical)
    assert first is not None
    text = inline_svg(first)
    again = elbow(technical)
    monkeypatch.setattr(Figure, "spec", lambda *_: pytest.fail("drawn again"))
    assert again is first
    assert inline_svg(again) is text


def test_another_run_is_another_drawing(technical: RunSummary) -> None:
    """Runs are compared by identity: a changed one never shows the old drawing."""
    other = replace(technical, criteria=())
    assert elbow(other) != elbow(technical)


def test_charts_are_drawn_from_several_threads_alike(technical: RunSummary) -> None:
    """Pages are answered side by side; drawings don't depend on it."""
    from altair.utils import schemapi

    runs = [replace(technical, run=str(at)) for at in range(8)]

    def draw(run: RunSummary) -> str:
        figure = elbow(run)
        assert figure is not None
        return inline_svg(figure).text

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(draw, runs))) == 1
    assert schemapi.DEBUG_MODE, "validation is on again for the charts of others"


def test_the_renderer_can_be_started_twice() -> None:
    """Starting loads it, and starting again does nothing."""
    start()
    start()
