"""Charts as pictures: SVG for a page, whose colours follow the page; SVG and PNG by themselves."""

import json
import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from segmentry.figures.figure import WIDE, Figure, drawable, need
from segmentry.figures.palette import variables
from segmentry.figures.remembered import remembered
from segmentry.figures.tidy import tidy
from segmentry.markup import Markup, escape
from segmentry.markup.build import UNPRINTABLE

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["inline_svg", "png", "start", "svg"]

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}"
NOISE = (
    "aria-hidden",
    "aria-label",
    "aria-roledescription",
    "class",
    "cursor",
    "font-family",
    "pointer-events",
    "role",
    "style",
)
"""What the renderer writes for scripts and readers that see marks one by one; ours read the table."""
USELESS = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "stroke-miterlimit": "10"}
"""Attributes that say what holds anyway."""
INKS = ("fill", "stroke", "stop-color", "color")
DECIMALS = re.compile(r"\d+\.\d{2,}")
HERE = re.compile(r"url\(#([^)]+)\)")
KEPT = 128
"""Drawings that are remembered, each of about 10 KB."""


def svg(figure: Figure, width: int = WIDE) -> str:
    """Give a chart as an SVG file of its own, titled, in light colours on paper.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    return _rendered(_spec(figure, width, titled=True))


def png(figure: Figure, width: int = WIDE) -> bytes:
    """Give a chart as a PNG file, titled, in light colours on paper, at twice the pixels.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    spec = _spec(figure, width, titled=True)
    return bytes(_renderer().vegalite_to_png(spec, scale=2))


@remembered(KEPT)
def inline_svg(figure: Figure, width: int = WIDE) -> Markup:
    """Give a chart as SVG to stand inside a page: named by its title, in the page's colours and font.

    The last 128 drawings are remembered, by the figure they are of.

    Raises
    ------
    UsageError
        The extra "look" isn't installed.
    """
    root = ET.fromstring(_rendered(_spec(figure, width, titled=False)))  # noqa: S314 - what our renderer just wrote
    _clean(root, f"{figure.name}-{width}")
    tidy(root)
    wide, high = (escape(_short(length)) for length in root.attrib["viewBox"].split()[2:])
    body = "".join(ET.tostring(child, encoding="unicode") for child in root)
    return Markup(
        f'<svg class="chart" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" '
        f'aria-label="{escape(figure.title)}">{body}</svg>'
    )


def _spec(figure: Figure, width: int, *, titled: bool) -> str:
    need("altair")
    need("vl_convert")
    # Half a character pair of people's text is no text: JSON would carry it, the renderer refuses it.
    return json.dumps(figure.spec(width, titled=titled), ensure_ascii=False).encode("utf-8", "replace").decode()


def _rendered(spec: str) -> str:
    return UNPRINTABLE.sub("\ufffd", _renderer().vegalite_to_svg(spec))


def _clean(parent: ET.Element, prefix: str) -> None:
    """Drop what a page doesn't need, and let colours follow it."""
    for child in list(parent):
        if _invisible(child):
            parent.remove(child)
            continue
        _clean(child, prefix)
        if child.tag in (f"{SVG}g", f"{SVG}defs") and not len(child):
            parent.remove(child)
            continue
        child.tag = child.tag.removeprefix(SVG)
        kept = {name: value for name, value in child.attrib.items() if name not in NOISE and USELESS.get(name) != value}
        child.attrib.clear()
        child.attrib.update({name.removeprefix(LINK): _value(name, value, prefix) for name, value in kept.items()})


def _value(name: str, value: str, prefix: str) -> str:
    """Write an attribute: colours as variables, ids and what points at them as this drawing's own."""
    if name in INKS and not value.startswith("url("):
        return variables().get(value.upper(), value)
    if name == "id":
        return f"{prefix}-{value}"
    if name.endswith("href") and value.startswith("#"):
        return f"#{prefix}-{value[1:]}"
    if name == "font-size":
        return value.removesuffix("px")
    return HERE.sub(rf"url(#{prefix}-\1)", _short(value))


def _invisible(mark: ET.Element) -> bool:
    """Tell what nobody sees: marks without a path, hidden ones, frames without a line or a filling."""
    if mark.get("display") == "none":
        return True
    if mark.tag == f"{SVG}text":
        return not "".join(mark.itertext()).strip()
    if mark.tag != f"{SVG}path":
        return False
    unseen = mark.get("class") == "background" and mark.get("fill") is None and mark.get("stroke") is None
    return unseen or not mark.get("d", "").strip()


def _short(value: str) -> str:
    """Write coordinates to a tenth of a pixel; the eye sees no more, and a page is half as long."""
    return DECIMALS.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value)


def start() -> None:
    """Load the renderer: else the first chart of a process takes a second longer than all others.

    Does nothing where the extra "look" isn't installed.
    """
    if drawable():
        import altair as alt  # noqa: F401, PLC0415 - loading it is the aim

        _renderer().vegalite_to_svg('{"mark": "point", "data": {"values": []}}')


@cache
def _renderer() -> "ModuleType":
    """Start the renderer once, with our fonts to measure text by."""
    import vl_convert  # noqa: PLC0415 - 84 MB, only where a chart is drawn

    from segmentry.figures.fonts import folders  # noqa: PLC0415 - the same

    for folder in folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert
