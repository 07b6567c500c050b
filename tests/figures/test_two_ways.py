"""A sheet is written as SVG and given as an Altair chart: both must show the same."""

import io
import json

import numpy as np
import pytest
from numpy.typing import NDArray

from segmentry.figures.altair_chart import altair_chart
from segmentry.figures.marks import marks_svg
from segmentry.figures.palette import colours, segment_colour
from segmentry.figures.sheet import Sheet

vl_convert = pytest.importorskip("vl_convert")
pytest.importorskip("altair")
image = pytest.importorskip("matplotlib.image")

INK, BLUE = colours()["ink"], segment_colour("A")
ALIKE = 0.01
"""How much of the ink may lie elsewhere: edges fall between pixels."""


def _text(sheet: Sheet) -> None:
    sheet.text(10, 20, "left")
    sheet.text(60, 40, "middle", align="center", strong=True, size=16)
    sheet.text(110, 60, "right", align="right", colour="ink-3")


def _boxes(sheet: Sheet) -> None:
    sheet.box(10, 10, 60, 40, BLUE)
    sheet.box(100, 70, 40, 30, INK, opacity=0.4)
    sheet.badge(80, 20, "B")


def _rules(sheet: Sheet) -> None:
    sheet.rule(10, 10, 110, 10, colour=INK, width=4)
    sheet.rule(10, 70, 110, 20, colour=BLUE, dashed=True, width=3)


def _dots(sheet: Sheet) -> None:
    sheet.dot(30, 40, colour=BLUE, size=30)
    sheet.dot(80, 40, colour=INK, size=24, filled=False)


def _paths(sheet: Sheet) -> None:
    sheet.path([(10, 10), (40, 60), None, (60, 20), None, (80, 60), (110, 10)], colour=BLUE, width=8)
    sheet.path([(10, 40), (110, 40)], colour=INK, width=12, opacity=0.5)


def _filled(sheet: Sheet) -> None:
    sheet.path([(10, 10), (110, 20), (60, 70)], colour=BLUE, filled=True, opacity=0.6)
    sheet.path([(60, 10), (110, 70), (30, 70)], colour=INK, filled=True, opacity=0.6)


def _light(png: bytes) -> NDArray[np.float64]:
    pixels = np.asarray(image.imread(io.BytesIO(png)), dtype=float)
    return np.asarray(pixels[..., :3].mean(axis=2))


@pytest.mark.parametrize("draw", [_text, _boxes, _rules, _dots, _paths, _filled])
def test_svg_and_altair_show_the_same(draw: object) -> None:
    """Every kind of mark lies at the same place, as large and as dark, in both."""
    sheet = Sheet(120, 80)
    draw(sheet)  # type: ignore[operator]
    own = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80" font-family="sans-serif">'
        f'<rect width="120" height="80" fill="#FFFFFF"/>{marks_svg(sheet, str)}</svg>'
    )
    config = {"view": {"stroke": None}, "padding": 0, "background": "#FFFFFF", "autosize": "none"}
    spec = altair_chart(sheet).to_dict() | {"config": config}
    ours, theirs = _light(vl_convert.svg_to_png(own)), _light(vl_convert.vegalite_to_png(json.dumps(spec)))
    assert ours.shape == theirs.shape
    ink = (1 - ours).sum()
    assert ink > 50, "something is drawn"
    assert abs(ours - theirs).sum() < ALIKE * ink
