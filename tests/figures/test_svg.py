"""Charts as pictures: what a page gets, what a file is, and what both never hold."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from segmentry.figures import FIGURES, NARROW, WIDE, box_plots, elbow, inline_svg, png, svg
from segmentry.figures.palette import colours
from segmentry.figures.sheet import Sheet
from segmentry.summary import RunSummary

LARGEST = 14_000
"""Bytes of a chart in a page."""
VARIABLE = re.compile(r"var\(--[a-z0-9-]+\)|none|transparent")


def parsed(text: str) -> ET.Element:
    """Read XML that we wrote; raises where it isn't well-formed."""
    return ET.fromstring(text)  # noqa: S314 - our own drawing


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


def test_drawings_need_no_id(technical: RunSummary) -> None:
    """Several stand in one page, and ids would have to differ."""
    for name, text in drawings(technical):
        assert not re.search(r"\bid=|url\(|href=", text), name


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


def test_files_are_light_on_paper_and_titled(technical: RunSummary) -> None:
    """A file by itself has no page to follow: light colours, a ground, the title."""
    figure = elbow(technical)
    assert figure is not None
    text = svg(figure)
    parsed(text)
    assert "var(" not in text
    assert colours()["paper"].lower() in text.lower()
    assert figure.title in text


def test_a_file_of_pixels_holds_whatever_people_wrote(technical: RunSummary) -> None:
    """Half a character pair, a control and a tag are no text that stops the renderer."""
    pytest.importorskip("vl_convert")
    figure = box_plots(technical)
    assert figure is not None
    assert png(replace(figure, title="\ud800 \x07 </text><script>1</script>")).startswith(b"\x89PNG")


def test_a_figure_is_drawn_once_for_a_page(technical: RunSummary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page that shows a chart of the same run takes the same drawing."""
    first = elbow(technical)
    assert first is not None
    text = inline_svg(first)
    again = elbow(technical)
    assert again is first
    monkeypatch.setattr(Sheet, "path", lambda *_, **__: pytest.fail("drawn again"))
    assert inline_svg(again) is text


def test_another_run_is_another_drawing(technical: RunSummary) -> None:
    """Runs are compared by identity: a changed one never shows the old drawing."""
    other = replace(technical, criteria=())
    assert elbow(other) != elbow(technical)
