"""Charts on a page: their finding, drawings and numbers, and what stands there where none can be drawn."""

import itertools
import re
from dataclasses import replace

import pytest

from segmentry import report
from segmentry.figures import FIGURES, NARROW, WIDE, Figure
from segmentry.markup import Markup
from segmentry.report import figure as report_figure
from segmentry.report.figure import HERE, Showing, figure, run_figures
from segmentry.summary import Dendrogram, RunSummary

PAYLOAD = "</svg><script>alert(1)</script>"


def _elbow(summary: RunSummary) -> Figure:
    found = FIGURES["elbow"](summary)
    assert found is not None
    return found


def _sketch(shown: Figure, width: int) -> Markup:
    return Markup(f'<svg width="{width}" aria-label="{shown.name}"></svg>')


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every drawing be an empty one that says its chart and its width."""
    monkeypatch.setattr(report_figure, "inline_svg", _sketch)


@pytest.mark.usefixtures("sketched")
def test_a_chart_has_its_finding_its_units_its_drawing_and_its_numbers(summary: RunSummary) -> None:
    """Heading, subtitle, a drawing for each kind of screen, and a table behind a summary."""
    shown = replace(_elbow(summary), narrow=True)
    html = figure(shown, level=4, showing=HERE).text
    assert re.search(r'<h4 class="finding"><bdi>[^<]+</bdi></h4>', html)
    assert f'<div class="drawing when-wide"><svg width="{WIDE}"' in html
    assert f'<div class="drawing when-narrow"><svg width="{NARROW}"' in html
    assert "<summary>Show numbers</summary>" in html
    assert html.count("<tr>") == len(shown.rows) + 1


@pytest.mark.usefixtures("sketched")
def test_a_chart_without_a_narrow_drawing_is_scrolled_by_keyboard_too(summary: RunSummary) -> None:
    """What is wider than a telephone stands in a region with a name that can be focused."""
    shown = replace(_elbow(summary), narrow=False)
    html = figure(shown, showing=HERE).text
    assert 'class="drawing scroll" role="region" aria-label="Chart: ' in html
    assert 'tabindex="0"' in html
    assert html.count("<svg") == 1


@pytest.mark.usefixtures("sketched")
def test_one_drawing_serves_where_one_is_asked_for(summary: RunSummary) -> None:
    """A page may hold the wide or the narrow drawing alone."""
    shown = replace(_elbow(summary), narrow=True)
    for widths, width in (("wide", WIDE), ("narrow", NARROW)):
        html = figure(shown, widths=widths, showing=HERE).text
        assert re.findall(r'<svg width="(\d+)"', html) == [str(width)]


@pytest.mark.usefixtures("sketched")
def test_pages_add_the_addresses_of_its_files(summary: RunSummary) -> None:
    """Links stand beside the numbers; the report, which is one file, has none."""
    files = Showing(lambda shown: {"PNG": f"/figures/{shown.name}.png?a&b"})
    assert '<a href="/figures/elbow.png?a&amp;b">PNG</a>' in figure(_elbow(summary), showing=files).text
    assert "<a " not in figure(_elbow(summary), showing=HERE).text


def test_the_report_draws_what_the_run_has(summary: RunSummary) -> None:
    """Share balance before the ledger, a dot range a segment, the elbow among the technical ones; each drawn once."""
    tree = Dendrogram(((0, 1), (3, 2)), (1.0, 4.0), (50, 30, 20), (0, 0, 1))
    html = report.html(replace(summary, tree=tree))
    at = {
        name: html.index(f'class="figure {name}"') for name in ("share-balance", "map-pca", "keep-ranges", "dendrogram")
    }
    assert (
        at["share-balance"] < html.index('id="segments"') < at["map-pca"] < html.index('id="trust"') < at["keep-ranges"]
    )
    technical = html.index('<details class="technical">')
    assert technical < at["dendrogram"] < html.index('id="data"')
    assert html.count('class="figure dot-range') == 3
    places = re.findall(r'\sid="([^"]+)"', html)
    assert len(places) == len(set(places))
    assert "\x00" not in html
    assert "pip install" not in html


def test_names_stay_text_inside_drawings(summary: RunSummary) -> None:
    """A segment whose name closes elements closes none, in a drawing either."""
    named = replace(summary, segments=tuple(replace(one, name=PAYLOAD + one.letter) for one in summary.segments))
    html = report.html(named)
    assert "<script" not in html
    assert html.count("<svg") == html.count("</svg>")


def test_headings_go_down_one_step_at_a_time(summary: RunSummary) -> None:
    """No level is left out on the way down, so that who hears the page can follow."""
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", report.html(summary))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_charts_that_a_run_has_not_are_left_out(summary: RunSummary) -> None:
    """No heading without a drawing."""
    assert run_figures(replace(summary, candidates=()), "elbow") is None
