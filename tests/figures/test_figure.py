"""What every chart is, with and without the extra that draws it."""

import re
import warnings
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any

import pytest

from segmentry.errors import UsageError
from segmentry.figures import FIGURES, Figure, elbow, figure, png, silhouette_profile, svg
from segmentry.markup import escape
from segmentry.summary import RunSummary


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra "look" be missing."""

    def missing(name: str, *_: object) -> ModuleSpec | None:
        return None if name in ("altair", "vl_convert") else find_spec(name)

    monkeypatch.setattr(figure, "find_spec", missing)


def shown(run: RunSummary) -> Figure:
    """Give one figure of a run."""
    found = elbow(run)
    assert found is not None
    return found


@pytest.mark.usefixtures("bare")
def test_without_the_extra_charts_are_drawn(technical: RunSummary) -> None:
    """Titles, subtitles, numbers, frames and the drawing itself need no library of the extra."""
    for make in FIGURES.values():
        found = make(technical)
        if found is not None:
            assert found.title
            assert found.subtitle
            assert found.to_frame().shape == (len(found.rows), len(found.columns))
            assert svg(found).startswith("<svg")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("draw", [png, Figure.chart], ids=lambda draw: draw.__name__)
def test_without_the_extra_drawing_names_it(technical: RunSummary, draw: Any) -> None:
    """The error says what lacks and how it is installed."""
    with pytest.raises(UsageError, match="isn't installed") as told:
        draw(silhouette_profile.__wrapped__(technical))  # type: ignore[attr-defined]
    assert "segmentry[look]" in str(told.value.way_out)


def test_a_notebook_shows_the_drawing_with_its_title(technical: RunSummary) -> None:
    """The drawing alone: a notebook would prefer a table to it."""
    pytest.importorskip("vl_convert")
    found = shown(technical)
    bundle = found._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "image/svg+xml"}
    assert found.title in bundle["image/svg+xml"]
    assert bundle["text/plain"] == f"{found.title}\n{found.subtitle}"


def test_a_frame_has_a_column_a_heading(technical: RunSummary) -> None:
    """Numbers stay numbers, in the order of the table."""
    frame = shown(technical).to_frame()
    assert list(frame.columns) == ["Segments", "Inertia", "Of that for 2", "Remark"]
    assert frame["Segments"].tolist() == list(range(2, 13))
    assert frame["Inertia"].dtype == float


def test_every_chart_is_valid_altair(technical: RunSummary) -> None:
    """Each is valid by Vega-Lite's own schema, and has its title."""
    alt = pytest.importorskip("altair")

    for make in FIGURES.values():
        found = make(technical)
        if found is not None:
            chart = found.chart()
            assert isinstance(chart, alt.TopLevelMixin)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert chart.to_dict(validate=True)["title"]


def test_a_title_is_folded_to_the_drawings_width(technical: RunSummary) -> None:
    """A file's title must not leave it."""
    pytest.importorskip("altair")
    lines = shown(technical).chart(330).to_dict()["title"]
    assert len(lines["text"]) > 1
    assert max(map(len, lines["text"])) < 40
    assert re.sub(r"\s+", " ", " ".join(lines["subtitle"])) == shown(technical).subtitle
    for line in (*lines["text"], *lines["subtitle"]):
        assert escape(line) in svg(shown(technical), 330)
