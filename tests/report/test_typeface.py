"""Fonts in a report: cut to its characters, small, and never fetched."""

import base64
import re

import pytest

from segmentry.report.typeface import FACES, faces


def test_every_face_of_the_style_sheet_is_there_and_small() -> None:
    """Three faces of Latin letters and figures, in the page itself."""
    sheet = faces("<p>Größe über £500, ▲ higher</p>")
    fonts = [base64.b64decode(found) for found in re.findall(r"base64,([A-Za-z0-9+/=]+)\)", sheet)]
    assert len(fonts) == len(FACES)
    assert all(font.startswith(b"wOFF") for font in fonts)
    assert len(sheet) < 80_000
    assert set(re.findall(r"url\((.{5})", sheet)) == {"data:"}


def test_a_font_has_the_characters_of_the_text() -> None:
    """A name in Cyrillic letters is shown in the font too, and costs only its own letters."""
    assert len(faces("Привет")) > len(faces("Hello"))


@pytest.mark.parametrize("text", ["\x00\ud800\ufffe", "漢字", ""])
def test_characters_that_no_font_has_do_no_harm(text: str) -> None:
    """They are shown in another font, or not at all."""
    assert faces(text).count("@font-face") == len(FACES)


def test_without_the_fonts_there_is_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report then names them and falls back."""
    monkeypatch.setattr("segmentry.report.typeface.folders", lambda: ())
    assert faces("text") == ""
