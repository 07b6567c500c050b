"""Faces in a notebook: what they show, that text stays text, that they touch nothing around them."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from segmentry.markup.build import element
from segmentry.markup.notebook import face, overview, scoped, spoken
from segmentry.model import Profiles
from segmentry.summary import RunSummary

SCRIPT = "<script>alert(1)</script>"
NASTY = [SCRIPT, "</style><b>", '"><img src=x onerror=alert(1)>', "a & b <i>", "{{ 7 * 7 }}", "\u202ereversed\u0007"]


class Parts(HTMLParser):
    """Gathers elements with their attributes, and text outside style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.sheet, self._open = "", "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser calls it so
        """Leave it."""
        self._open = ""

    def handle_data(self, data: str) -> None:
        """Keep text, or rules."""
        if self._open == "style":
            self.sheet += data
        else:
            self.text += data


def _called(summary: RunSummary, name: str) -> RunSummary:
    """Give the run with this text wherever people's text stands."""
    traits = tuple(replace(trait, label=name, level=name and trait.level) for trait in summary.segments[0].traits)
    segments = tuple(replace(one, name=name, traits=traits) for one in summary.segments)
    return replace(summary, segments=segments, reason=name, currency=name[:3], run=name)


def test_the_face_of_a_run_shows_finding_verdict_and_segments(summary: RunSummary) -> None:
    """Heading with a number, keep rate, a row a segment, the next call."""
    parts = Parts(overview(summary, "Next: ", element("code", ".profiles()")))
    assert "20% of customers bring 60% of revenue" in parts.text
    assert "94 of 100 customers keep their segment" in parts.text
    for segment in summary.segments:
        assert segment.name in parts.text
    assert parts.text.rstrip().endswith("Next: .profiles()")


def test_profiles_show_measures_by_segments(summary: RunSummary) -> None:
    """Typical value, middle half, and a mark where the difference counts."""
    parts = Parts(Profiles(summary)._repr_html_())
    assert "What sets 3 segments apart" in parts.text
    assert "▲" in parts.text
    assert "£450 to £1,800" in parts.text
    assert parts.text.count("Typical order") == 1


@pytest.mark.parametrize("name", NASTY)
def test_peoples_text_stays_text(summary: RunSummary, name: str) -> None:
    """Names, labels, reasons and currencies never become elements, attributes or rules."""
    run = _called(summary, name)
    plain = _called(summary, "plain")
    for show in (lambda one: overview(one, "Next"), lambda one: Profiles(one)._repr_html_()):
        named, known = Parts(show(run)), Parts(show(plain))
        assert [tag for tag, _ in named.tags] == [tag for tag, _ in known.tags]
        assert named.sheet == known.sheet
        assert not any(key.startswith("on") for _, given in named.tags for key in given)


def test_a_face_needs_no_script_and_no_network(summary: RunSummary) -> None:
    """One style, no script, no link, nothing fetched, no identifiers that two cells would share."""
    html = overview(summary, "Next")
    parts = Parts(html)
    tags = [tag for tag, _ in parts.tags]
    assert tags.count("style") == 1
    assert not set(tags) & {"script", "link", "img", "iframe", "a"}
    assert "url(" not in html
    assert "@import" not in html
    assert not any("id" in given or "style" in given for _, given in parts.tags)


def test_every_rule_stands_under_the_class_of_the_face() -> None:
    """No selector reaches another cell, whatever the shared sheets come to hold."""
    sheet = Parts(face("x")).sheet
    found = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"@[^{}]+\{", "", sheet))
    assert len(found) > 50
    for selectors in found:
        for selector in re.split(r",(?![^(]*\))", selectors.strip().lstrip("}").strip()):
            assert ".segmentry" in selector, selector
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("/* a { } */ p { x: y }", ".segmentry.segmentry p { x: y }"),
        ("html, p { x: y }", ".segmentry.segmentry p { x: y }"),
        (":root { --a: b } [data-theme=dark] { --a: c }", ""),
        ("@font-face { src: x }", ""),
    ],
)
def test_rules_for_whole_pages_are_left_out(sheet: str, expected: str) -> None:
    """A face has no say over the page around it."""
    assert scoped(sheet) == expected


def test_faces_know_the_themes_of_notebooks() -> None:
    """Light and dark of JupyterLab, Visual Studio Code and the system each set the colours."""
    sheet = Parts(face("x")).sheet
    for page in ('[data-jp-theme-light="false"] .segmentry', ".vscode-dark .segmentry", "prefers-color-scheme: dark"):
        assert page in sheet


def test_what_is_said_in_one_line_is_the_same_in_every_run(summary: RunSummary) -> None:
    """No time, no path: a stored notebook doesn't change by itself."""
    line = spoken(replace(summary, verdict="Repeatable split"))
    assert line.endswith("repeatable split · 94 of 100 customers keep their segment")
    assert line.startswith("400 customers · 3 segments · orders from 1 Jul 2025")
    assert "2026-11-21" not in line
