"""A company's own look: checked before the work begins, embedded, kept with the run."""

import base64
from pathlib import Path

import pytest

from segmentry import report
from segmentry.errors import UsageError
from segmentry.figures.palette import colours
from segmentry.report.brand import DARK_PAPER, Brand
from segmentry.report.contrast import contrast, lightened
from segmentry.report.kpis import KPIS, kpi_values
from segmentry.summary import RunSummary

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
WHOLE = """
name = "Northwind <Tea>"
logo = "logo.svg"
kpis = ["revenue", "customers", "at_stake"]

[colours]
accent = "#7A1F3D"
1 = "#0b5d4b"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with two logos."""
    (tmp_path / "logo.svg").write_bytes(SVG)
    (tmp_path / "logo.png").write_bytes(PNG)
    return tmp_path


def read(folder: Path, text: str) -> Brand:
    """Read a brand file of that text."""
    file = folder / "brand.toml"
    file.write_text(text, encoding="utf-8")
    return Brand.read(file)


def test_a_brand_is_the_same_after_it_was_written(folder: Path) -> None:
    """The kept file stands alone: its logo is in it, so the folder of the first one may go."""
    brand = read(folder, WHOLE)
    (folder / "logo.svg").unlink()
    assert Brand.of(brand.to_toml(), Path("elsewhere/brand.toml")) == brand
    assert brand.colours == (("accent", "#7A1F3D"), ("1", "#0B5D4B"))


def test_a_report_shows_name_logo_figures_and_colours(folder: Path, summary: RunSummary) -> None:
    """The logo is a picture, so what an SVG file holds is never an element of the page."""
    html = report.html(summary, read(folder, WHOLE))
    assert "Northwind &lt;Tea&gt;" in html
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"' in html
    assert "<script" not in html
    assert "alert(1)" not in html
    assert "--seg-1: #0B5D4B;" in html
    assert html.index('class="kpis"') < html.index("<h1>")
    for words in ("Revenue", "£10,000", "At stake", "£3,700", "400 customers"):
        assert words in html


def test_without_a_brand_nothing_of_it_shows(summary: RunSummary) -> None:
    """No empty logo, no empty row of figures."""
    html = report.html(summary)
    assert "<img" not in html
    assert 'class="kpis"' not in html
    assert report.html(summary, Brand()) == html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "not TOML"),
        ('nmae = "x"', "perhaps name"),
        ("name = 3", "one line"),
        ('name = "a\\nb"', "one line"),
        ('logo = "gone.png"', "can't read the logo"),
        ('logo = "brand.toml"', "neither PNG nor SVG"),
        ('logo = "data:image/png;base64,%%"', "can't read the logo"),
        ('kpis = ["revenu"]', "perhaps revenue"),
        ('kpis = "revenue"', "not a list"),
        ('kpis = ["revenue", "revenue"]', "different figures"),
        ("colours = 3", "not a table"),
        ('[colours]\n9 = "#000000"', "what has none"),
        ('[colours]\n1 = "red"', "#RRGGBB"),
        ('[colours]\n1 = "#00000"', "#RRGGBB"),
        ('[colours]\n1 = "#000;}"', "#RRGGBB"),
        ('[colours]\naccent = "#FFEE00"', "contrast of"),
        ('[colours]\n1 = "#0B5D4B"\n2 = "#0B5D4B"', "one colour"),
        (f'[colours]\n1 = "{colours()["seg-3"]}"', "one colour"),
    ],
)
def test_what_is_wrong_is_refused_with_what_was_found(folder: Path, text: str, said: str) -> None:
    """A mistake in a brand file is found before a run, not after it."""
    with pytest.raises(UsageError) as caught:
        read(folder, text)
    assert said in str(caught.value)


def test_a_logo_has_a_limit(folder: Path) -> None:
    """A report stays small enough to be mailed."""
    (folder / "logo.png").write_bytes(PNG + b"\0" * 200_001)
    with pytest.raises(UsageError, match="200,049 bytes"):
        read(folder, 'logo = "logo.png"')


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(UsageError, match="can't read the brand file"):
        Brand.read(tmp_path / "none.toml")


def test_every_known_figure_can_lead(summary: RunSummary) -> None:
    """Each has a title, a value and whose it is; a dash where a run doesn't know it."""
    found = kpi_values(summary, KPIS)
    assert len(found) == len(KPIS)
    assert all(title and figure and whose for title, figure, whose in found)
    by_title = {title: figure for title, figure, _ in found}
    assert by_title["Keep their segment"] == "94 of 100"
    assert by_title["Revenue of the first segment"] == "60%"
    assert by_title["Since the last order"] == "50 days"
    assert by_title["Borderline customers"] == "—"


@pytest.mark.parametrize("colour", ["#000000", "#0B5D4B", "#7A1F3D", "#142F7F"])
def test_dark_colours_are_lightened_on_dark_paper(colour: str) -> None:
    """Whatever was chosen for paper can be seen on a dark screen."""
    assert contrast(lightened(colour, DARK_PAPER, 3.0), DARK_PAPER) >= 3.0


def test_dark_paper_is_that_of_the_style_sheet() -> None:
    """The colour that brands are checked against is the one that is shown."""
    from importlib.resources import files

    sheet = files("segmentry.markup").joinpath("style/tokens.css").read_text(encoding="utf-8")
    assert f"[data-theme=dark] {{\n    --paper: {DARK_PAPER};" in sheet


def test_a_mark_at_the_beginning_is_no_fault(tmp_path: Path) -> None:
    """Windows editors write one; a file in another encoding is refused with what to do."""
    file = tmp_path / "brand.toml"
    file.write_bytes('name = "Zürich Tea"\r\n'.encode("utf-8-sig"))
    assert Brand.read(file).name == "Zürich Tea"
    file.write_bytes('name = "Zürich Tea"'.encode("utf-16"))
    with pytest.raises(UsageError, match="save it as UTF-8"):
        Brand.read(file)
